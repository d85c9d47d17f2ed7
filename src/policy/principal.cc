// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "policy/principal.h"

#include <algorithm>
#include <array>

#include "policy/keys.h"
#include "policy/policy.h"

namespace stint::policy {
namespace {

using Kind = Principal::Kind;

bool is_account(std::string_view text) {
  return text.size() == 12 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "AIDA..." (a user) and "AROA..." (a role): what IAM shows when the ARN's owner is gone.
bool is_unique_id(std::string_view text) {
  return (text.starts_with("AIDA") || text.starts_with("AROA")) && text.size() >= 16 &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string_view::npos;
}

/// arn:PARTITION:iam::ACCOUNT:user/..., role/..., root; sts: assumed-role/R/S, federated-user/N.
std::optional<Principal> read_arn(std::string_view arn) {
  std::array<std::string_view, 6> parts;
  std::string_view rest = arn;
  for (std::size_t i = 0; i < 5; ++i) {
    const std::size_t colon = rest.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    parts[i] = rest.substr(0, colon);
    rest.remove_prefix(colon + 1);
  }
  parts[5] = rest;
  const auto& [prefix, partition, service, region, account, name] = parts;
  // Amazon's own: arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E...
  const bool owned = is_account(account) || account == "cloudfront";
  if (prefix != "arn" || !partition.starts_with("aws") || !region.empty() || !owned)
    return std::nullopt;
  const auto names = [&](std::string_view kind) {
    return name.starts_with(kind) && name.size() > kind.size();
  };
  if (service == "iam" && name == "root") return Principal{Kind::account, std::string(account)};
  if (service == "iam" && (names("user/") || names("role/")))
    return Principal{Kind::arn, std::string(arn)};
  if (service == "sts" && names("federated-user/")) return Principal{Kind::arn, std::string(arn)};
  if (service == "sts" && names("assumed-role/") && std::ranges::count(name, '/') == 2 &&
      !name.ends_with('/'))
    return Principal{Kind::arn, std::string(arn)};
  return std::nullopt;
}

Reach reach(const Principal& principal, const Request& request) {
  const Subject& subject = request.subject;
  switch (principal.kind) {
    case Kind::everyone:
      return Reach::direct;
    case Kind::account:
      return principal.id == subject.account ? Reach::account : Reach::none;
    case Kind::arn:
      if (principal.id == subject.arn) return Reach::direct;
      return principal.id == subject.role_arn ? Reach::role : Reach::none;
    case Kind::unique_id: {
      if (principal.id == subject.user_id) return Reach::direct;
      const std::string_view id = subject.user_id;  // "AROA...:session" for a role's session
      const bool role = id.size() > principal.id.size() && id[principal.id.size()] == ':' &&
                        id.starts_with(principal.id);
      return role ? Reach::role : Reach::none;
    }
    case Kind::service:
      return principal.id == subject.service ? Reach::direct : Reach::none;
    case Kind::federated: {
      const auto provider = key_values(request, "aws:federatedprovider");
      return std::ranges::find(provider, principal.id) != provider.end() ? Reach::direct
                                                                         : Reach::none;
    }
    case Kind::canonical_user:
      return principal.id == subject.canonical_user ? Reach::account : Reach::none;
  }
  return Reach::none;
}

}  // namespace

std::optional<Principal> read_principal(std::string_view type, std::string_view text) {
  if (type == "AWS") {
    if (text == "*") return Principal{};
    if (is_account(text)) return Principal{Kind::account, std::string(text)};
    if (is_unique_id(text)) return Principal{Kind::unique_id, std::string(text)};
    if (has_wildcard(text)) return std::nullopt;
    return read_arn(text);
  }
  if (text.empty() || has_wildcard(text)) return std::nullopt;
  if (type == "Service") {
    if (text.find('.') == std::string_view::npos || text.find_first_of(" /:") != text.npos)
      return std::nullopt;
    return Principal{Kind::service, std::string(text)};
  }
  if (type == "Federated") return Principal{Kind::federated, std::string(text)};
  if (type == "CanonicalUser") return Principal{Kind::canonical_user, std::string(text)};
  return std::nullopt;
}

Reach reach(const std::vector<Principal>& principals, const Request& request) {
  Reach furthest = Reach::none;
  for (const Principal& principal : principals)
    furthest = std::max(furthest, reach(principal, request));
  return furthest;
}

bool exempts(const std::vector<Principal>& not_principals, const Request& request) {
  bool itself = false, role = request.subject.role_arn.empty(), account = false;
  for (const Principal& principal : not_principals) {
    const Reach how = reach(principal, request);
    itself = itself || how == Reach::direct;
    role = role || how == Reach::role || principal.kind == Kind::everyone;
    account = account || how == Reach::account;
  }
  const bool root = request.subject.arn.ends_with(":root");
  return (itself && role) || (root && account);
}

}  // namespace stint::policy

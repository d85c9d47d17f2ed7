// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/iam/documents.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/cloud.h"
#include "policy/policy.h"
#include "policy/statement.h"

namespace stint::cloud::iam {
namespace {

/// Whether a principal's ARN stands for somebody. Accounts that this cloud does not have may have
/// any user and role: nothing is known of them.
bool exists(const cloud::State& state, std::string_view arn) {
  const auto parts = split(arn, ':');
  if (parts.size() != 6) return true;
  auto account = state.accounts.find(parts[4]);
  if (account == state.accounts.end()) return true;
  const std::string_view kind = parts[5].substr(0, parts[5].find('/'));
  const std::string_view name = parts[5].substr(parts[5].rfind('/') + 1);
  if (kind == "role") {
    const Role* role = account->second.iam.roles.find(name);
    return role && role->arn == arn;
  }
  if (kind == "user") {
    const User* user = account->second.iam.users.find(name);
    return user && user->arn == arn;
  }
  return true;
}

}  // namespace

Result<void> check_trust(const cloud::State& state, std::string_view document) {
  policy::DocumentPtr trust = TRY(policy::parse(document, policy::Type::trust));
  for (const auto& statement : trust->statements)
    for (const policy::Principal& principal : statement->principals)
      if (principal.kind == policy::Principal::Kind::arn && !exists(state, principal.id))
        return fault("MalformedPolicyDocument",
                     fmt::format("Invalid principal in policy: \"AWS\":\"{}\"", principal.id));
  return {};
}

std::size_t counted_size(std::string_view document) {
  return static_cast<std::size_t>(std::ranges::count_if(
      document, [](char c) { return c != ' ' && c != '\t' && c != '\n' && c != '\r'; }));
}

}  // namespace stint::cloud::iam

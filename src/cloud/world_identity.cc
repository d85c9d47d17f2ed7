// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The sections of a world file that say who else vouches for whom: the account's alias and its
// identity providers with the keys that AWS would fetch from their addresses.
#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "base/rsa.h"
#include "cloud/world_parts.h"
#include "value/json.h"

namespace stint::cloud::world {
namespace {

Result<std::string> from_base64url(std::string text) {
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  while (text.size() % 4 != 0) text += '=';
  return from_base64(text);
}

/// {"keys": [{"kid": ..., "kty": "RSA", "n": ..., "e": ...}]} (RFC 7517).
Result<void> read_jwks(const WorldReader& reader, const Value& given, const std::string& what,
                       iam::IdentityProvider& out) {
  if (given.is_null()) return {};
  std::string text = TRY(reader.document(given, fmt::format("'jwks' of {}", what)));
  auto set = parse_json(text);
  if (!set || !set->is_object())
    return reader.wrong(given.where(), fmt::format("'jwks' of {} is no JSON.", what));
  for (const Value& key : set->items("keys")) {
    auto modulus = from_base64url(key.text("n")), exponent = from_base64url(key.text("e"));
    if (key.text("kty") != "RSA" || !modulus || !exponent)
      return reader.wrong(given.where(),
                          fmt::format("{} has a key that is not RSA with 'n' and 'e'.", what));
    auto pem = rsa_public_pem(*modulus, *exponent);
    if (!pem) return reader.wrong(given.where(), fmt::format("{}: {}", what, pem.error().message));
    out.keys[key.text("kid")] = std::move(*pem);
  }
  return {};
}

Result<void> read_pem(const WorldReader& reader, const Value& given, const std::string& kid,
                      const std::string& what, iam::IdentityProvider& out) {
  std::string pem = TRY(reader.document(given, fmt::format("a key of {}", what)));
  if (!is_rsa_public_pem(pem))
    return reader.wrong(given.where(),
                        fmt::format("{} has a key that is no RSA public key of 2048 bits or more "
                                    "in PEM.",
                                    what));
  out.keys[kid] = std::move(pem);
  return {};
}

Result<void> read_provider(const WorldReader& reader, const std::string& name, const Value& given,
                           Where where, const std::string& account_id, Time created,
                           Account& account) {
  std::string what = fmt::format("identity provider '{}'", name);
  std::string_view host = name;
  if (host.starts_with("https://")) host.remove_prefix(8);
  if (host.empty() || host.ends_with('/') || host.find_first_of(" ?#") != host.npos)
    return reader.wrong(where, fmt::format("'{}' is no address of an identity provider.", name));
  TRY(reader.check_keys(given, what,
                        {"client_ids", "created", "jwks", "key", "keys", "tags", "thumbprints"}));
  iam::IdentityProvider provider{
      .arn = fmt::format("arn:aws:iam::{}:oidc-provider/{}", account_id, host),
      .url = std::string(host)};
  provider.created = TRY(reader.time(given, "created", created));
  provider.client_ids = TRY(reader.texts(given, "client_ids"));
  provider.thumbprints = TRY(reader.texts(given, "thumbprints"));
  provider.tags = TRY(reader.text_map(given, "tags"));
  TRY(read_jwks(reader, given["jwks"], what, provider));
  if (!given["key"].is_null()) TRY(read_pem(reader, given["key"], "", what, provider));
  TRY(reader.check_map(given["keys"], "'keys'"));
  if (!given["keys"].is_null())
    for (const auto& [kid, key, _] : given["keys"].as_object())
      TRY(read_pem(reader, key, kid, what, provider));
  std::string arn = provider.arn;
  account.iam.providers.put(std::move(arn), std::move(provider));
  return {};
}

}  // namespace

Result<void> read_identity(const WorldReader& reader, const Value& of,
                           const std::string& account_id, Time created, Account& account) {
  std::string alias = TRY(reader.text(of, "account_alias"));
  if (!alias.empty()) account.iam.aliases.put(std::move(alias), {.created = created});
  const Value& providers = of["identity_providers"];
  TRY(reader.check_map(providers, "'identity_providers'"));
  if (providers.is_null()) return {};
  for (const auto& [name, given, where] : providers.as_object())
    TRY(read_provider(reader, name, given, where, account_id, created, account));
  return {};
}

}  // namespace stint::cloud::world

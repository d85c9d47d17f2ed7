// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/sts/web_token.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "base/rsa.h"
#include "base/text.h"
#include "value/json.h"

namespace stint::cloud::sts {
namespace {

constexpr std::size_t longest_token = 20000;
/// Clocks differ; a token that is a little ahead of ours is no forgery.
constexpr std::int64_t tolerance_seconds = 300;

std::unexpected<Error> bad_token(std::string message) {
  return fault("InvalidIdentityToken", std::move(message));
}
std::unexpected<Error> no_token() {
  return bad_token(
      "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access "
      "Token)");
}

/// base64url without padding (RFC 7515, section 2).
Result<std::string> from_base64url(std::string_view text) {
  std::string standard(text);
  if (standard.find_first_of("+/=") != standard.npos) return fail(Code::invalid, "not base64url");
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  while (standard.size() % 4 != 0) standard += '=';
  return from_base64(standard);
}

Result<Value> read_part(std::string_view text) {
  auto bytes = from_base64url(text);
  if (!bytes) return no_token();
  auto value = parse_json(*bytes, {.bytes = longest_token, .depth = 16});
  if (!value || !value->is_object()) return no_token();
  return *value;
}

std::vector<std::string> texts(const Value& value) {
  std::vector<std::string> all;
  if (value.is_text()) all.push_back(value.as_text());
  if (value.is_list())
    for (const Value& item : value.as_list())
      if (item.is_text()) all.push_back(item.as_text());
  return all;
}

std::string_view without_scheme(std::string_view url) {
  if (url.starts_with("https://")) url.remove_prefix(8);
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

const iam::IdentityProvider* find_provider(const cloud::State& state, std::string_view account,
                                           std::string_view issuer) {
  auto found = state.accounts.find(account);
  if (found == state.accounts.end()) return nullptr;
  for (const auto& [arn, provider] : found->second.iam.providers)
    if (provider->url == without_scheme(issuer)) return provider.get();
  return nullptr;
}

Result<void> check_signature(const iam::IdentityProvider& provider, const Value& header,
                             std::string_view signed_part, std::string_view signature) {
  auto key = provider.keys.find(header.text("kid"));
  if (key == provider.keys.end()) key = provider.keys.find("");
  if (header.text("alg") != "RS256" || key == provider.keys.end())
    return bad_token(
        "Couldn't retrieve verification key from your identity provider,  please reference "
        "AssumeRoleWithWebIdentity documentation for requirements");
  auto bytes = from_base64url(signature);
  if (!bytes || !verify_rs256(key->second, signed_part, *bytes))
    return bad_token("The web identity token's signature could not be verified");
  return {};
}

Result<void> check_times(const Value& claims, Time now) {
  const std::int64_t seconds =
      std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  for (const char* claim : {"exp", "iat"})
    if (!claims[claim].is_number())
      return bad_token(fmt::format("Missing a required claim: {}", claim));
  const auto expires = static_cast<std::int64_t>(claims["exp"].as_number());
  if (seconds >= expires)
    return fault("ExpiredTokenException",
                 fmt::format("Token expired: current date/time {} must be before the expiration "
                             "date/time{}",
                             seconds, expires),
                 400, Code::denied);
  for (const char* claim : {"iat", "nbf"})
    if (claims[claim].is_number() &&
        static_cast<std::int64_t>(claims[claim].as_number()) > seconds + tolerance_seconds)
      return bad_token("Token is not valid yet");
  return {};
}

/// With an authorized party ("azp") that is who the token is for (IAM User Guide, "aud").
Result<std::string> find_audience(const iam::IdentityProvider& provider, const Value& claims) {
  std::vector<std::string> given = texts(claims["azp"]);
  if (given.empty()) given = texts(claims["aud"]);
  if (given.empty()) return bad_token("Missing a required claim: aud");
  for (const std::string& one : given)
    if (std::ranges::find(provider.client_ids, one) != provider.client_ids.end()) return one;
  return bad_token("Incorrect token audience");
}

void read_tags(const Value& claims, WebToken& out) {
  const Value& given = claims["https://aws.amazon.com/tags"];
  const Value& tags = given["principal_tags"];
  if (tags.is_object())
    for (const auto& [key, value, _] : tags.as_object())
      if (auto values = texts(value); values.size() == 1) out.tags[key] = values[0];
  out.transitive_tags = texts(given["transitive_tag_keys"]);
  out.source_identity = claims.text("https://aws.amazon.com/source_identity");
}

}  // namespace

Result<WebToken> read_web_token(const cloud::State& state, std::string_view account,
                                std::string_view token, Time now) {
  if (token.size() > longest_token || std::ranges::count(token, '.') != 2) return no_token();
  const auto parts = split(token, '.');
  Value header = TRY(read_part(parts[0]));
  Value claims = TRY(read_part(parts[1]));
  const std::string& issuer = claims.text("iss");
  if (issuer.empty()) return bad_token("Missing a required claim: iss");
  const iam::IdentityProvider* provider = find_provider(state, account, issuer);
  if (!provider)
    return bad_token(fmt::format("No OpenIDConnect provider found in your account for {}", issuer));
  TRY(check_signature(*provider, header, token.substr(0, token.rfind('.')), parts[2]));
  WebToken out{.provider = provider, .subject = claims.text("sub")};
  if (out.subject.empty()) return bad_token("Missing a required claim: sub");
  TRY(check_times(claims, now));
  out.audience = TRY(find_audience(*provider, claims));
  out.keys[provider->url + ":aud"] = {out.audience};
  out.keys[provider->url + ":sub"] = {out.subject};
  if (auto amr = texts(claims["amr"]); !amr.empty()) out.keys[provider->url + ":amr"] = amr;
  read_tags(claims, out);
  return out;
}

}  // namespace stint::cloud::sts

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Who am I, whose key is this, and sessions of one's own.
#include <fmt/core.h>

#include <algorithm>

#include "cloud/denial.h"
#include "cloud/sts/operations.h"
#include "cloud/sts/session_input.h"
#include "cloud/sts/sessions.h"
#include "cloud/validation.h"

namespace stint::cloud::sts {
namespace {

constexpr std::int64_t root_seconds = 3600;  // "restricted to a maximum of 3,600 seconds"

/// Only a user's or root's own keys, not those of a session, get further ones.
Result<void> check_long_term(const Call& call, std::string_view operation) {
  const Principal& principal = call.caller.principal;
  const bool own =
      principal.kind == Principal::Kind::root || principal.kind == Principal::Kind::user;
  if (own && !principal.token_issued) return {};
  return fault("AccessDenied", fmt::format("Cannot call {} with session credentials", operation),
               403, Code::denied);
}

}  // namespace

Result<Value> get_caller_identity(Call& call, const Value&) {
  const Principal& principal = call.caller.principal;
  return object(
      {{"UserId", principal.user_id}, {"Account", principal.account}, {"Arn", principal.arn}});
}

Result<Value> get_access_key_info(Call& call, const Value& in) {
  const std::string& id = in.text("AccessKeyId");
  TRY(check_length(id, "accessKeyId", 16, 128));
  if (const Session* session = call.state.sts.sessions.find(id))
    return object({{"Account", session->account}});
  for (const auto& [account, of] : call.state.accounts)
    if (of.iam.access_keys.contains(id)) return object({{"Account", account}});
  if (auto account = account_of_access_key(id)) return object({{"Account", *account}});
  return invalid_input("Invalid AccessKeyId.");
}

Result<Value> get_session_token(Call& call, const Value& in) {
  const Principal& principal = call.caller.principal;
  TRY(check_long_term(call, "GetSessionToken"));
  std::int64_t seconds = in.integer("DurationSeconds", 43200);
  TRY(check_range(seconds, "durationSeconds", 900, 129600));
  // There are no MFA devices here, so no code is ever right.
  if (!in.text("SerialNumber").empty() || !in.text("TokenCode").empty())
    return fault("AccessDenied",
                 "MultiFactorAuthentication failed with invalid MFA one time pass code. ", 403,
                 Code::denied);
  const bool root = principal.kind == Principal::Kind::root;
  if (root) seconds = std::min(seconds, root_seconds);
  const Session& session = start_session(
      call.state, {.account = principal.account, .user = root ? "root" : principal.name},
      std::chrono::seconds(seconds), call.now);
  call.effect = "created";
  return object({{"Credentials", describe_credentials(session)}});
}

std::vector<std::string> federated_user(const Call& call, const Value& in) {
  return {fmt::format("arn:aws:sts::{}:federated-user/{}", call.account, in.text("Name"))};
}

void federation_context(const Call&, const Value& in, policy::Context& out) {
  Session session;
  for (const Value& tag : in.items("Tags")) session.tags[tag.text("Key")] = tag.text("Value");
  session_tag_keys(session, out);
}

Result<Value> get_federation_token(Call& call, const Value& in) {
  const Principal& principal = call.caller.principal;
  const std::string& name = in.text("Name");
  TRY(check_session_name(name, "name", 32));
  TRY(check_long_term(call, "GetFederationToken"));
  std::int64_t seconds = in.integer("DurationSeconds", 43200);
  TRY(check_range(seconds, "durationSeconds", 900, 129600));
  const bool root = principal.kind == Principal::Kind::root;
  if (root) seconds = std::min(seconds, root_seconds);
  Session session{
      .account = principal.account, .user = root ? "root" : principal.name, .name = name};
  TRY(read_session(call.state, in, session));
  if (!session.tags.empty()) {
    policy::Context context;
    session_tag_keys(session, context);
    TRY(call.authorise("sts:TagSession", federated_user(call, in)[0], std::move(context)));
  }
  const Session& started =
      start_session(call.state, std::move(session), std::chrono::seconds(seconds), call.now);
  call.effect = "created";
  Value answer =
      object({{"Credentials", describe_credentials(started)},
              {"FederatedUser",
               object({{"FederatedUserId", fmt::format("{}:{}", started.account, started.name)},
                       {"Arn", federated_user(call, in)[0]}})}});
  if (auto size = packed_size(started)) answer.set("PackedPolicySize", *size);
  return answer;
}

Result<Value> decode_authorization_message(Call&, const Value& in) {
  std::string message = TRY(cloud::decode_authorization_message(in.text("EncodedMessage")));
  return object({{"DecodedMessage", std::move(message)}});
}

}  // namespace stint::cloud::sts

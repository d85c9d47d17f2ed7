// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Who am I, whose key is this, and sessions of one's own.
#include <fmt/core.h>

#include "cloud/denial.h"
#include "cloud/sts/operations.h"
#include "cloud/sts/sessions.h"
#include "cloud/validation.h"

namespace stint::cloud::sts {

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
  if (principal.token_issued)
    return fault("AccessDenied", "Cannot call GetSessionToken with session credentials", 403,
                 Code::denied);
  const bool root = principal.kind == Principal::Kind::root;
  if (!root && principal.kind != Principal::Kind::user)
    return fault("AccessDenied", "Cannot call GetSessionToken with these credentials", 403,
                 Code::denied);
  std::int64_t seconds = in.integer("DurationSeconds", 43200);
  TRY(check_range(seconds, "durationSeconds", 900, 129600));
  if (root) seconds = std::min<std::int64_t>(seconds, 3600);  // "restricted to a maximum of 3,600"
  const Session& session = start_session(
      call.state, {.account = principal.account, .user = root ? "root" : principal.name},
      std::chrono::seconds(seconds), call.now);
  call.effect = "created";
  return object({{"Credentials", object({{"AccessKeyId", session.access_key},
                                         {"SecretAccessKey", session.secret},
                                         {"SessionToken", session.token},
                                         {"Expiration", iso8601(session.expires)}})}});
}

Result<Value> decode_authorization_message(Call&, const Value& in) {
  std::string message = TRY(cloud::decode_authorization_message(in.text("EncodedMessage")));
  return object({{"DecodedMessage", std::move(message)}});
}

}  // namespace stint::cloud::sts

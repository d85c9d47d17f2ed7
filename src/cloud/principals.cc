// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Who a caller is: access keys, sessions, services.
#include <fmt/core.h>

#include "base/hash.h"
#include "cloud/cloud.h"
#include "cloud/denial.h"
#include "cloud/sts/sessions.h"

namespace stint::cloud {
namespace {

/// The role of an instance's own identity; it is no role of the account.
constexpr std::string_view instance_identity_role = "aws:ec2-instance";

Caller user_caller(std::string_view account, const iam::User& user) {
  Caller caller;
  caller.principal = {.kind = Principal::Kind::user,
                      .account = std::string(account),
                      .arn = user.arn,
                      .name = user.name,
                      .user_id = user.id};
  return caller;
}

Error wrong_token(std::string_view service) {
  if (service == "s3")
    return {Code::denied, "InvalidToken", "The provided token is malformed or otherwise invalid.",
            400};
  return invalid_token(service);
}

}  // namespace

Caller Cloud::root(std::string_view account) const {
  Caller caller;
  caller.principal = {.kind = Principal::Kind::root,
                      .account = std::string(account),
                      .arn = fmt::format("arn:aws:iam::{}:root", account),
                      .name = "root",
                      .user_id = std::string(account)};
  return caller;
}

Caller Cloud::service(std::string_view name, std::string_view account) const {
  Caller caller;
  caller.principal = {.kind = Principal::Kind::service,
                      .account = std::string(account),
                      .arn = std::string(name),
                      .name = std::string(name),
                      .user_id = std::string(name)};
  return caller;
}

Caller Cloud::session_caller(const sts::Session& session) const {
  Caller caller;
  if (session.role.empty()) {
    caller = root(session.account);
    if (session.user != "root") {
      const iam::State* iam = state.find_iam(session.account);
      if (const iam::User* user = iam ? iam->users.find(session.user) : nullptr)
        caller = user_caller(session.account, *user);
      else
        caller.principal.kind = Principal::Kind::user;  // gone: check_alive finds nobody
    }
    if (!session.name.empty())
      caller.principal = {
          .kind = Principal::Kind::federated_user,
          .account = session.account,
          .arn = fmt::format("arn:aws:sts::{}:federated-user/{}", session.account, session.name),
          .name = session.user,
          .session = session.name,
          .user_id = fmt::format("{}:{}", session.account, session.name)};
  } else {
    caller.principal = {.kind = Principal::Kind::role_session,
                        .account = session.account,
                        .arn = fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", session.account,
                                           session.role, session.name),
                        .name = session.role,
                        .session = session.name,
                        .user_id = fmt::format("{}:{}", session.role_id, session.name)};
  }
  Principal& principal = caller.principal;
  principal.access_key = session.access_key;
  principal.session_policy = session.policy;
  principal.session_policy_arns = session.policy_arns;
  principal.session_tags = session.tags;
  principal.transitive_tags = session.transitive;
  principal.identity_keys = session.identity_keys;
  principal.source_identity = session.source_identity;
  principal.source_instance = session.source_instance;
  principal.token_issued = session.issued;
  principal.token_expires = session.expires;
  return caller;
}

Result<void> Cloud::check_alive(const Caller& caller, std::string_view service, Time now) const {
  const Principal& principal = caller.principal;
  if (principal.token_expires && now >= *principal.token_expires)
    return fail(expired_token(service));
  const iam::State* iam = state.find_iam(principal.account);
  if (principal.kind == Principal::Kind::role_session && principal.name != instance_identity_role) {
    const iam::Role* role = iam ? iam->roles.find(principal.name) : nullptr;
    const bool same = role && principal.user_id.size() > role->id.size() &&
                      principal.user_id.starts_with(role->id) &&
                      principal.user_id[role->id.size()] == ':';
    if (!same) return fail(invalid_token(service));
  }
  if (principal.kind == Principal::Kind::user) {
    const iam::User* user = iam ? iam->users.find(principal.name) : nullptr;
    if (!user || user->id != principal.user_id) return fail(invalid_token(service));
  }
  if (principal.kind == Principal::Kind::federated_user && principal.name != "root" &&
      (!iam || !iam->users.contains(principal.name)))
    return fail(invalid_token(service));
  // GetSessionToken: "you cannot call any IAM API operations unless MFA ... is included".
  const bool session_of_user =
      principal.token_issued && principal.kind != Principal::Kind::role_session;
  if (session_of_user && service == "iam") return fail(invalid_token(service));
  return {};
}

Result<Caller> Cloud::find_caller(std::string_view access_key, std::string_view token,
                                  std::string_view service, Time now, std::string* secret) const {
  if (const sts::Session* session = state.sts.sessions.find(access_key)) {
    if (token.empty()) return fail(invalid_token(service));
    if (!equal_constant_time(session->token, token)) return fail(wrong_token(service));
    if (secret) *secret = session->secret;
    Caller caller = session_caller(*session);
    TRY(check_alive(caller, service, now));
    return caller;
  }
  for (const auto& [id, account] : state.accounts) {
    const iam::AccessKey* key = account.iam.access_keys.find(access_key);
    if (!key) continue;
    if (!token.empty()) return fail(wrong_token(service));
    if (!key->active) return fail(invalid_token(service));
    Caller caller = root(id);
    if (!key->root) {
      const iam::User* user = account.iam.users.find(key->user);
      if (!user) return fail(invalid_token(service));
      caller = user_caller(id, *user);
    }
    caller.principal.access_key = key->id;
    if (secret) *secret = key->secret;
    return caller;
  }
  return fail(invalid_token(service));
}

Result<Caller> Cloud::assume_role(const Caller& caller, std::string_view role_arn,
                                  std::string_view session_name, Time now) {
  Caller asking = caller;
  // Automation says what it assumes the role for ("Cross-service confused deputy prevention" of the
  // Systems Manager User Guide).
  if (asking.principal.name == "ssm.amazonaws.com" && asking.principal.source_arn.empty())
    asking.principal.source_arn =
        fmt::format("arn:aws:ssm:{}:{}:automation-execution/{}", state.default_region,
                    asking.principal.account, session_name);
  Value answer = TRY(call(asking, state.default_region, "sts", "AssumeRole",
                          object({{"RoleArn", role_arn}, {"RoleSessionName", session_name}}), now));
  const sts::Session* session = state.sts.sessions.find(answer["Credentials"].text("AccessKeyId"));
  return session_caller(*session);
}

Result<sts::Session> Cloud::service_session(std::string_view account, std::string_view role_name,
                                            std::string_view service_name,
                                            std::string_view session_name,
                                            std::string_view source_instance, Duration lifetime,
                                            Time now) {
  const iam::State* iam = state.find_iam(account);
  const iam::Role* role = iam ? iam->roles.find(role_name) : nullptr;
  const Caller caller = service(service_name, account);
  const std::string arn =
      role ? role->arn : fmt::format("arn:aws:iam::{}:role/{}", account, role_name);
  const Asked asked = ask(caller, "sts:AssumeRole", arn, state.default_region, now, {});
  if (!role || !asked.decision.allowed())
    return fail(Error{Code::denied, "AccessDenied",
                      fmt::format("User: {} is not authorized to perform: sts:AssumeRole on "
                                  "resource: {}",
                                  service_name, arn),
                      403});
  return sts::start_session(state,
                            {.account = std::string(account),
                             .role = role->name,
                             .role_id = role->id,
                             .name = std::string(session_name),
                             .source_instance = std::string(source_instance)},
                            lifetime, now);
}

}  // namespace stint::cloud

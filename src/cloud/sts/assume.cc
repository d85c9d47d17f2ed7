// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// sts:AssumeRole and sts:AssumeRoleWithWebIdentity (IAM User Guide, "Methods to assume a role" and
// "Passing session tags in AWS STS"; STS API Reference).
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/sts/operations.h"
#include "cloud/sts/session_input.h"
#include "cloud/sts/sessions.h"
#include "cloud/sts/web_token.h"
#include "cloud/validation.h"

namespace stint::cloud::sts {
namespace {

constexpr std::int64_t chained_seconds = 3600;

Result<std::int64_t> read_duration(const Value& in, const iam::Role& role, bool chained) {
  const std::int64_t seconds = in.integer("DurationSeconds", 3600);
  TRY(check_range(seconds, "durationSeconds", 900, 43200));
  if (seconds > role.max_session_seconds)
    return invalid_input(
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  if (chained && seconds > chained_seconds)
    return invalid_input(
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role "
        "chaining");
  return seconds;
}

/// A session of a role, with what comes down the chain from the caller's own.
Session new_session(const iam::Role& role, const Principal& principal, const std::string& name) {
  Session session{.account = std::string(split(role.arn, ':')[4]),
                  .role = role.name,
                  .role_id = role.id,
                  .name = name,
                  .source_identity = principal.source_identity,
                  .transitive = principal.transitive_tags};
  for (const auto& [key, value] : principal.session_tags)
    if (std::ranges::any_of(principal.transitive_tags,
                            [&](const std::string& one) { return equals_ignore_case(one, key); }))
      session.tags[key] = value;
  return session;
}

Value describe(const Session& session) {
  Value answer = object({{"Credentials", describe_credentials(session)},
                         {"AssumedRoleUser", describe_assumed_role(session)}});
  if (auto size = packed_size(session)) answer.set("PackedPolicySize", *size);
  if (!session.source_identity.empty()) answer.set("SourceIdentity", session.source_identity);
  return answer;
}

/// To everyone but STS the caller of AssumeRoleWithWebIdentity is nobody until the token is read.
std::unexpected<Error> not_authorized() {
  return fault("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403,
               Code::denied);
}

}  // namespace

std::vector<std::string> assumed_role(const Call&, const Value& in) {
  return {in.text("RoleArn")};
}

void assume_context(const Call& call, const Value& in, policy::Context& out) {
  for (const auto& [member, key] : {std::pair{"ExternalId", "sts:ExternalId"},
                                    {"RoleSessionName", "sts:RoleSessionName"},
                                    {"SourceIdentity", "sts:SourceIdentity"}})
    if (!in.text(member).empty()) out.set(key, in.text(member));
  const Principal& principal = call.caller.principal;
  if (!principal.source_identity.empty()) {
    out.set("aws:SourceIdentity", principal.source_identity);
    if (in.text("SourceIdentity").empty()) out.set("sts:SourceIdentity", principal.source_identity);
  }
  std::vector<std::string> keys, transitive;
  for (const Value& tag : in.items("Tags")) {
    out.set("aws:RequestTag/" + tag.text("Key"), tag.text("Value"));
    keys.push_back(tag.text("Key"));
  }
  for (const Value& key : in.items("TransitiveTagKeys")) transitive.push_back(key.as_text());
  if (!keys.empty()) out.set("aws:TagKeys", std::move(keys));
  if (!transitive.empty()) out.set("sts:TransitiveTagKeys", std::move(transitive));
}

void trust_policies(const cloud::State& state, std::string_view, const std::string& arn,
                    policy::Policies& out) {
  const auto parts = split(arn, ':');
  if (parts.size() != 6 || parts[2] != "iam" || !parts[5].starts_with("role/")) return;
  // What identity-based policies allow is not enough, and less so when the role is not there.
  out.resource_must_allow = true;
  out.resource_account = parts[4];
  const iam::Role* role = find_role(state, arn);
  if (!role) return;
  if (auto trust = state.texts->policy(role->trust, policy::Type::trust))
    out.resource.push_back({fmt::format("trust policy of {}", role->name), std::move(*trust)});
}

Result<Value> assume_role(Call& call, const Value& in) {
  const Principal& principal = call.caller.principal;
  TRY(check_length(in.text("RoleArn"), "roleArn", 20, 2048));
  TRY(check_session_name(in.text("RoleSessionName"), "roleSessionName"));
  if (const std::string& id = in.text("ExternalId"); !id.empty())
    TRY(check_length(id, "externalId", 2, 1224));
  if (principal.kind == Principal::Kind::root)
    return fault("AccessDenied", "Roles may not be assumed by root accounts.", 403, Code::denied);
  if (principal.kind == Principal::Kind::federated_user)
    return fault("AccessDenied", "Cannot call AssumeRole with federated user credentials", 403,
                 Code::denied);
  const iam::Role* role = find_role(call.state, in.text("RoleArn"));
  if (!role) return invalid_input(fmt::format("{} is invalid", in.text("RoleArn")));
  const bool chained = principal.kind == Principal::Kind::role_session;
  const std::int64_t seconds = TRY(read_duration(in, *role, chained));
  Session session = new_session(*role, principal, in.text("RoleSessionName"));
  TRY(read_session(call.state, in, session));
  policy::Context context;
  assume_context(call, in, context);
  if (!session.tags.empty()) TRY(call.authorise("sts:TagSession", role->arn, context));
  const std::string& identity = in.text("SourceIdentity");
  if (!identity.empty()) TRY(check_session_name(identity, "sourceIdentity"));
  if (!identity.empty() || !session.source_identity.empty())
    TRY(call.authorise("sts:SetSourceIdentity", role->arn, context));
  if (!identity.empty()) {
    if (!session.source_identity.empty() && session.source_identity != identity)
      return fault("AccessDenied", "The source identity of a session cannot be changed.", 403,
                   Code::denied);
    session.source_identity = identity;
  }
  call.effect = "created";
  return describe(
      start_session(call.state, std::move(session), std::chrono::seconds(seconds), call.now));
}

Result<Value> assume_role_with_web_identity(Call& call, const Value& in) {
  TRY(check_length(in.text("RoleArn"), "roleArn", 20, 2048));
  TRY(check_session_name(in.text("RoleSessionName"), "roleSessionName"));
  TRY(check_length(in.text("WebIdentityToken"), "webIdentityToken", 4, 20000));
  if (!in.text("ProviderId").empty())
    return fault("InvalidParameterValue",
                 "ProviderId is for OAuth 2.0 access tokens, which are not taken.");
  const auto parts = split(in.text("RoleArn"), ':');
  const iam::Role* role = find_role(call.state, in.text("RoleArn"));
  if (parts.size() != 6) return invalid_input(fmt::format("{} is invalid", in.text("RoleArn")));
  WebToken token = TRY(read_web_token(call.state, parts[4], in.text("WebIdentityToken"), call.now));
  if (!role) return not_authorized();

  Session session = new_session(*role, {}, in.text("RoleSessionName"));
  session.identity_keys = token.keys;
  session.identity_keys["aws:FederatedProvider"] = {token.provider->arn};
  session.tags = token.tags;
  session.transitive = token.transitive_tags;
  session.source_identity = token.source_identity;
  policy::Context context;
  for (const auto& [key, values] : session.identity_keys) context.set(key, values);
  context.set("sts:RoleSessionName", session.name);
  if (!token.source_identity.empty()) context.set("sts:SourceIdentity", token.source_identity);
  session_tag_keys(session, context);
  // Whoever signed the request besides does not matter.
  Caller nobody;
  nobody.source_ip = call.caller.source_ip;
  nobody.user_agent = call.caller.user_agent;
  nobody.secure = call.caller.secure;
  std::vector<std::string_view> actions = {"sts:AssumeRoleWithWebIdentity"};
  if (!session.tags.empty()) actions.push_back("sts:TagSession");
  if (!session.source_identity.empty()) actions.push_back("sts:SetSourceIdentity");
  for (const std::string_view action : actions) {
    const policy::Decision decision =
        call.cloud.decide(nobody, action, role->arn, call.region, call.now, context);
    if (decision.allowed()) continue;
    call.refused = fmt::format(
        "{} on {}: {} {}", action, role->arn,
        decision.kind == policy::Decision::Kind::explicit_deny ? "an explicit deny in a" : "no",
        decision.by);
    return not_authorized();
  }
  Session limits = session;
  limits.tags.clear();
  TRY(read_session(call.state, in, limits));
  session.policy = limits.policy;
  session.policy_arns = limits.policy_arns;
  const std::int64_t seconds = TRY(read_duration(in, *role, false));
  call.effect = "created";
  Value answer = describe(
      start_session(call.state, std::move(session), std::chrono::seconds(seconds), call.now));
  answer.set("SubjectFromWebIdentityToken", token.subject);
  answer.set("Audience", token.audience);
  answer.set("Provider", token.provider->arn);
  return answer;
}

}  // namespace stint::cloud::sts

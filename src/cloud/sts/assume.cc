// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// sts:AssumeRole (IAM User Guide, "Methods to assume a role"; STS API Reference).
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/iam/managed.h"
#include "cloud/sts/operations.h"
#include "cloud/sts/sessions.h"
#include "cloud/validation.h"

namespace stint::cloud::sts {
namespace {

constexpr std::size_t most_policy_bytes = 2048;
constexpr std::size_t most_policy_arns = 10;
constexpr std::size_t most_tags = 50;
constexpr std::int64_t chained_seconds = 3600;

const iam::Role* find_role(const cloud::State& state, std::string_view arn) {
  const auto parts = split(arn, ':');
  if (parts.size() != 6 || parts[2] != "iam" || !parts[5].starts_with("role/")) return nullptr;
  auto account = state.accounts.find(parts[4]);
  if (account == state.accounts.end()) return nullptr;
  const iam::Role* role = account->second.iam.roles.find(parts[5].substr(parts[5].rfind('/') + 1));
  return role && role->arn == arn ? role : nullptr;
}

Result<void> check_session_name(std::string_view text, std::string_view member) {
  TRY(check_length(text, member, 2, 64));
  if (plain_name(text)) return {};
  return constraint(text, member, "Member must satisfy regular expression pattern: [\\w+=,.@-]*");
}

Result<std::map<std::string, std::string>> read_tags(const Value& in) {
  std::map<std::string, std::string> tags;
  const Value::List& given = in.items("Tags");
  if (given.size() > most_tags)
    return constraint("", "tags",
                      fmt::format("Member must have length less than or equal to {}", most_tags));
  std::vector<std::string> seen;
  for (const Value& tag : given) {
    const std::string folded = lower(tag.text("Key"));
    if (std::ranges::find(seen, folded) != seen.end())
      return fault("InvalidParameterValue",
                   "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    seen.push_back(folded);
    tags[tag.text("Key")] = tag.text("Value");
  }
  return tags;
}

Result<std::int64_t> read_duration(const Call& call, const Value& in, const iam::Role& role) {
  const bool chained = call.caller.principal.kind == Principal::Kind::role_session;
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

Result<std::vector<std::string>> read_policy_arns(const Call& call, const Value& in,
                                                  std::string_view account) {
  const Value::List& given = in.items("PolicyArns");
  if (given.size() > most_policy_arns)
    return constraint(
        "", "policyArns",
        fmt::format("Member must have length less than or equal to {}", most_policy_arns));
  std::vector<std::string> arns;
  for (const Value& one : given) {
    const std::string& arn = one.text("arn");
    if (!iam::find_policy(call.state.accounts.find(account)->second.iam, arn))
      return invalid_input(fmt::format("PolicyArn {} is not valid or does not exist.", arn));
    arns.push_back(arn);
  }
  return arns;
}

/// In percent of what STS takes; only told when there is something to pack.
std::optional<std::int64_t> packed_size(const Session& session) {
  std::size_t bytes = session.policy.size();
  for (const std::string& arn : session.policy_arns) bytes += arn.size();
  for (const auto& [key, value] : session.tags) bytes += key.size() + value.size();
  if (bytes == 0) return std::nullopt;
  return static_cast<std::int64_t>((bytes * 100 + most_policy_bytes - 1) / most_policy_bytes);
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
  if (!call.caller.principal.source_identity.empty())
    out.set("aws:SourceIdentity", call.caller.principal.source_identity);
  std::vector<std::string> keys;
  for (const Value& tag : in.items("Tags")) {
    out.set("aws:RequestTag/" + tag.text("Key"), tag.text("Value"));
    keys.push_back(tag.text("Key"));
  }
  if (!keys.empty()) out.set("aws:TagKeys", keys);
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
  if (auto trust = policy::parse(role->trust, policy::Type::trust))
    out.resource.push_back({fmt::format("trust policy of {}", role->name), std::move(*trust)});
}

Result<Value> assume_role(Call& call, const Value& in) {
  const Principal& principal = call.caller.principal;
  const std::string& name = in.text("RoleSessionName");
  TRY(check_length(in.text("RoleArn"), "roleArn", 20, 2048));
  TRY(check_session_name(name, "roleSessionName"));
  if (principal.kind == Principal::Kind::root)
    return fault("AccessDenied", "Roles may not be assumed by root accounts.", 403, Code::denied);
  const iam::Role* role = find_role(call.state, in.text("RoleArn"));
  if (!role) return invalid_input(fmt::format("{} is invalid", in.text("RoleArn")));
  const std::int64_t seconds = TRY(read_duration(call, in, *role));
  Session session{.account = std::string(split(role->arn, ':')[4]),
                  .role = role->name,
                  .role_id = role->id,
                  .name = name,
                  .source_identity = principal.source_identity};
  session.tags = TRY(read_tags(in));
  session.policy_arns = TRY(read_policy_arns(call, in, session.account));
  session.policy = in.text("Policy");
  TRY(check_length(session.policy, "policy", 0, most_policy_bytes));
  if (!session.policy.empty()) TRY(policy::parse(session.policy, policy::Type::identity));
  policy::Context context;
  assume_context(call, in, context);
  if (!session.tags.empty()) TRY(call.authorise("sts:TagSession", role->arn, context));
  if (const std::string& identity = in.text("SourceIdentity"); !identity.empty()) {
    TRY(check_session_name(identity, "sourceIdentity"));
    TRY(call.authorise("sts:SetSourceIdentity", role->arn, context));
    if (!session.source_identity.empty() && session.source_identity != identity)
      return fault("AccessDenied", "The source identity of a session cannot be changed.", 403,
                   Code::denied);
    session.source_identity = identity;
  }
  const Session& started =
      start_session(call.state, std::move(session), std::chrono::seconds(seconds), call.now);
  call.effect = "created";
  Value answer =
      object({{"Credentials", object({{"AccessKeyId", started.access_key},
                                      {"SecretAccessKey", started.secret},
                                      {"SessionToken", started.token},
                                      {"Expiration", iso8601(started.expires)}})},
              {"AssumedRoleUser",
               object({{"AssumedRoleId", fmt::format("{}:{}", started.role_id, started.name)},
                       {"Arn", fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", started.account,
                                           started.role, started.name)}})}});
  if (auto size = packed_size(started)) answer.set("PackedPolicySize", *size);
  if (!started.source_identity.empty()) answer.set("SourceIdentity", started.source_identity);
  return answer;
}

}  // namespace stint::cloud::sts

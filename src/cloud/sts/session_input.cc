// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/sts/session_input.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/iam/managed.h"
#include "cloud/validation.h"

namespace stint::cloud::sts {
namespace {

constexpr std::size_t most_policy_characters = 2048;
constexpr std::size_t most_policy_arns = 10;
constexpr std::size_t most_tags = 50;
/// What policies and tags may take together.
constexpr std::size_t allotted_characters = 4096;

std::unexpected<Error> bad_parameter(std::string message) {
  return fault("InvalidParameterValue", std::move(message));
}

Result<void> read_policies(const cloud::State& state, const Value& in, Session& session) {
  session.policy = in.text("Policy");
  TRY(check_length(session.policy, "policy", in.find("Policy") ? 1 : 0, most_policy_characters));
  if (!session.policy.empty()) TRY(policy::parse(session.policy, policy::Type::identity));
  const Value::List& given = in.items("PolicyArns");
  if (given.size() > most_policy_arns)
    return constraint(
        "", "policyArns",
        fmt::format("Member must have length less than or equal to {}", most_policy_arns));
  auto account = state.accounts.find(session.account);
  for (const Value& one : given) {
    const std::string& arn = one.text("arn");
    TRY(check_length(arn, "policyArns.1.member.arn", 20, 2048));
    if (account == state.accounts.end() || !iam::find_policy(account->second.iam, arn))
      return invalid_input(fmt::format("PolicyArn {} is not valid or does not exist.", arn));
    session.policy_arns.push_back(arn);
  }
  return {};
}

Result<void> read_tags(const Value& in, Session& session) {
  const Value::List& given = in.items("Tags");
  if (given.size() > most_tags)
    return constraint("", "tags",
                      fmt::format("Member must have length less than or equal to {}", most_tags));
  const auto inherited = session.tags;
  std::vector<std::string> seen;
  for (const Value& tag : given) {
    const std::string& key = tag.text("Key");
    TRY(check_length(key, "tags.1.member.key", 1, 128));
    TRY(check_length(tag.text("Value"), "tags.1.member.value", 0, 256));
    const std::string folded = lower(key);
    if (std::ranges::find(seen, folded) != seen.end())
      return bad_parameter(
          "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    if (folded.starts_with("aws:"))
      return bad_parameter("Tag keys must not start with 'aws:', which is reserved for AWS use.");
    for (const auto& [held, _] : inherited)
      if (equals_ignore_case(held, key))
        return bad_parameter(
            "One of the specified transitive tag keys can't be set because it conflicts with a "
            "transitive tag key from the calling session.");
    seen.push_back(folded);
    session.tags[key] = tag.text("Value");
  }
  if (session.tags.size() > most_tags)
    return bad_parameter("A session cannot have more than 50 tags.");
  for (const Value& item : in.items("TransitiveTagKeys")) {
    const std::string& key = item.as_text();
    if (std::ranges::find(seen, lower(key)) == seen.end())
      return bad_parameter(
          "The specified transitive tag key must be included in the requested tags.");
    session.transitive.push_back(key);
  }
  return {};
}

}  // namespace

Result<void> check_session_name(std::string_view text, std::string_view member, std::size_t most) {
  TRY(check_length(text, member, 2, most));
  if (plain_name(text)) return {};
  return constraint(text, member, "Member must satisfy regular expression pattern: [\\w+=,.@-]*");
}

Result<void> read_session(const cloud::State& state, const Value& in, Session& session) {
  TRY(read_policies(state, in, session));
  TRY(read_tags(in, session));
  const std::int64_t size = packed_size(session).value_or(0);
  if (size <= 100) return {};
  if (session.policy.empty() && session.policy_arns.empty())
    return fault("PackedPolicyTooLarge",
                 fmt::format("Packed size of session tags consumes {}% of allotted space.", size));
  return fault("PackedPolicyTooLarge",
               fmt::format("Packed policy consumes {}% of allotted space, please use smaller "
                           "policy.",
                           size));
}

std::optional<std::int64_t> packed_size(const Session& session) {
  std::size_t bytes = session.policy.size();
  for (const std::string& arn : session.policy_arns) bytes += arn.size();
  for (const auto& [key, value] : session.tags) bytes += key.size() + value.size();
  if (bytes == 0) return std::nullopt;
  return static_cast<std::int64_t>((bytes * 100 + allotted_characters - 1) / allotted_characters);
}

void session_tag_keys(const Session& session, policy::Context& out) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : session.tags) {
    out.set("aws:RequestTag/" + key, value);
    keys.push_back(key);
  }
  if (!keys.empty()) out.set("aws:TagKeys", std::move(keys));
  if (!session.transitive.empty()) out.set("sts:TransitiveTagKeys", session.transitive);
}

const iam::Role* find_role(const cloud::State& state, std::string_view arn) {
  const auto parts = split(arn, ':');
  if (parts.size() != 6 || parts[2] != "iam" || !parts[5].starts_with("role/")) return nullptr;
  auto account = state.accounts.find(parts[4]);
  if (account == state.accounts.end()) return nullptr;
  const iam::Role* role = account->second.iam.roles.find(parts[5].substr(parts[5].rfind('/') + 1));
  return role && role->arn == arn ? role : nullptr;
}

Value describe_credentials(const Session& session) {
  return object({{"AccessKeyId", session.access_key},
                 {"SecretAccessKey", session.secret},
                 {"SessionToken", session.token},
                 {"Expiration", iso8601(session.expires)}});
}

Value describe_assumed_role(const Session& session) {
  return object({{"AssumedRoleId", fmt::format("{}:{}", session.role_id, session.name)},
                 {"Arn", fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", session.account,
                                     session.role, session.name)}});
}

}  // namespace stint::cloud::sts

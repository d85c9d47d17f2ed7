// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The policies of topics.
#include <fmt/core.h>

#include <algorithm>

#include "cloud/sns/operations.h"
#include "cloud/sns/topic.h"
#include "value/json.h"

namespace stint::cloud::sns {
namespace {

Value policy_of(const Found& found) {
  std::string text = attribute(*found.topic, "Policy");
  if (text.empty()) text = default_policy(found.topic->arn, found.place.account);
  auto policy = parse_json(text);
  return policy && policy->is_object() ? *policy : Value(Object());
}

Value::List statements_of(const Value& policy) {
  if (policy["Statement"].is_object()) return {policy["Statement"]};
  return policy.items("Statement");
}

void put_policy(Call& call, const Found& found, Value policy, Value::List statements) {
  policy.set("Statement", Value(std::move(statements)));
  call.effect = "changed";
  state_of(call.state, found.place).topics.edit(found.place.topic)->attributes["Policy"] =
      to_json(policy);
}

}  // namespace

std::string default_policy(const std::string& arn, std::string_view account) {
  const Value statement = object(
      {{"Sid", "__default_statement_ID"},
       {"Effect", "Allow"},
       {"Principal", object({{"AWS", "*"}})},
       {"Action", Value::list({"SNS:GetTopicAttributes", "SNS:SetTopicAttributes",
                               "SNS:AddPermission", "SNS:RemovePermission", "SNS:DeleteTopic",
                               "SNS:Subscribe", "SNS:ListSubscriptionsByTopic", "SNS:Publish"})},
       {"Resource", arn},
       {"Condition", object({{"StringEquals", object({{"AWS:SourceOwner", account}})}})}});
  return to_json(object({{"Version", "2008-10-17"},
                         {"Id", "__default_policy_ID"},
                         {"Statement", Value::list({statement})}}));
}

void topic_policies(const cloud::State& state, std::string_view, const std::string& arn,
                    policy::Policies& out) {
  const Place place = place_of_arn(arn);
  const State* sns = find_state(state, place);
  const Topic* topic = sns ? sns->topics.find(place.topic) : nullptr;
  if (!topic) return;
  out.resource_account = place.account;
  const std::string policy = attribute(*topic, "Policy");
  if (policy.empty()) return;
  if (auto document = policy::parse(policy, policy::Type::resource))
    out.resource.push_back({fmt::format("the policy of topic {}", place.topic), *document});
}

Result<Value> add_permission(Call& call, const Value& in) {
  const Found found = TRY(find_topic(call, in.text("TopicArn")));
  Value policy = policy_of(found);
  Value::List statements = statements_of(policy);
  const std::string& label = in.text("Label");
  if (std::ranges::any_of(statements, [&](const Value& one) { return one.text("Sid") == label; }))
    return invalid("Statement already exists");
  Value principals{Value::List()}, actions{Value::List()};
  for (const Value& account : in.items("AWSAccountId"))
    if (account.is_text()) principals.push(fmt::format("arn:aws:iam::{}:root", account.as_text()));
  for (const Value& action : in.items("ActionName"))
    if (action.is_text()) actions.push(fmt::format("SNS:{}", action.as_text()));
  if (principals.size() == 0) return invalid("AWSAccountId");
  if (actions.size() == 0) return invalid("ActionName");
  statements.push_back(object({{"Sid", label},
                               {"Effect", "Allow"},
                               {"Principal", object({{"AWS", std::move(principals)}})},
                               {"Action", std::move(actions)},
                               {"Resource", found.topic->arn}}));
  put_policy(call, found, std::move(policy), std::move(statements));
  return Value(Object());
}

Result<Value> remove_permission(Call& call, const Value& in) {
  const Found found = TRY(find_topic(call, in.text("TopicArn")));
  Value policy = policy_of(found);
  Value::List statements = statements_of(policy);
  const std::string& label = in.text("Label");
  if (std::erase_if(statements, [&](const Value& one) { return one.text("Sid") == label; }) == 0)
    return not_found("Statement does not exist");
  put_policy(call, found, std::move(policy), std::move(statements));
  return Value(Object());
}

}  // namespace stint::cloud::sns

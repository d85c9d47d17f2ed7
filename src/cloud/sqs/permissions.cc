// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The policies of queues.
#include <fmt/core.h>

#include <algorithm>

#include "cloud/sqs/operations.h"
#include "cloud/sqs/queue.h"
#include "value/json.h"

namespace stint::cloud::sqs {
namespace {

Value policy_of(const Queue& queue) {
  auto policy = parse_json(attribute(queue, "Policy"));
  if (policy && policy->is_object()) return *policy;
  return object({{"Version", "2008-10-17"},
                 {"Id", fmt::format("{}/SQSDefaultPolicy", queue.arn)},
                 {"Statement", Value::List()}});
}

Value::List statements_of(const Value& policy) {
  if (policy["Statement"].is_object()) return {policy["Statement"]};
  return policy.items("Statement");
}

void put_policy(Call& call, const Found& found, Value policy, Value::List statements) {
  policy.set("Statement", Value(std::move(statements)));
  call.effect = "changed";
  Queue& queue = *state_of(call.state, found.place).queues.edit(found.place.name);
  queue.attributes["Policy"] = to_json(policy);
  queue.modified = call.now;
}

bool has_label(const Value& statement, const std::string& label) {
  return statement.text("Sid") == label;
}

}  // namespace

void queue_policies(const cloud::State& state, std::string_view, const std::string& arn,
                    policy::Policies& out) {
  const Place place = place_of_arn(arn);
  const State* sqs = find_state(state, place);
  const Queue* queue = sqs ? sqs->queues.find(place.name) : nullptr;
  if (!queue) return;
  out.resource_account = place.account;
  const std::string policy = attribute(*queue, "Policy");
  if (policy.empty()) return;
  if (auto document = policy::parse(policy, policy::Type::resource))
    out.resource.push_back({fmt::format("the policy of queue {}", place.name), *document});
}

Result<Value> add_permission(Call& call, const Value& in) {
  const Found found = TRY(find_queue(call, in));
  Value policy = policy_of(*found.queue);
  Value::List statements = statements_of(policy);
  const std::string& label = in.text("Label");
  if (std::ranges::any_of(statements, [&](const Value& one) { return has_label(one, label); }))
    return invalid_value(label, "Label", "Already exists.");
  if (statements.size() >= 20)
    return fault(
        "OverLimit",
        fmt::format("{} statements were found, maximum allowed is 20.", statements.size() + 1),
        403);
  Value principals{Value::List()}, actions{Value::List()};
  for (const Value& account : in.items("AWSAccountIds"))
    if (account.is_text()) principals.push(fmt::format("arn:aws:iam::{}:root", account.as_text()));
  for (const Value& action : in.items("Actions"))
    if (action.is_text()) actions.push(fmt::format("SQS:{}", action.as_text()));
  if (principals.size() == 0) return missing("AWSAccountIds");
  if (actions.size() == 0) return missing("Actions");
  statements.push_back(object({{"Sid", label},
                               {"Effect", "Allow"},
                               {"Principal", object({{"AWS", std::move(principals)}})},
                               {"Action", std::move(actions)},
                               {"Resource", found.queue->arn}}));
  put_policy(call, found, std::move(policy), std::move(statements));
  return Value(Object());
}

Result<Value> remove_permission(Call& call, const Value& in) {
  const Found found = TRY(find_queue(call, in));
  Value policy = policy_of(*found.queue);
  Value::List statements = statements_of(policy);
  const std::string& label = in.text("Label");
  if (std::erase_if(statements, [&](const Value& one) { return has_label(one, label); }) == 0)
    return invalid_value(label, "Label", "can't find label.");
  put_policy(call, found, std::move(policy), std::move(statements));
  return Value(Object());
}

}  // namespace stint::cloud::sqs

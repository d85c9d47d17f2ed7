// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Topics themselves.
#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/sns/operations.h"
#include "cloud/sns/topic.h"
#include "value/json.h"

namespace stint::cloud::sns {
namespace {

constexpr std::size_t most_tags = 50;
constexpr std::size_t most_rows = 100;

constexpr std::string_view topic_attributes[] = {
    "ApplicationFailureFeedbackRoleArn",
    "ApplicationSuccessFeedbackRoleArn",
    "ApplicationSuccessFeedbackSampleRate",
    "ContentBasedDeduplication",
    "DeliveryPolicy",
    "DisplayName",
    "FirehoseFailureFeedbackRoleArn",
    "FirehoseSuccessFeedbackRoleArn",
    "FirehoseSuccessFeedbackSampleRate",
    "HTTPFailureFeedbackRoleArn",
    "HTTPSuccessFeedbackRoleArn",
    "HTTPSuccessFeedbackSampleRate",
    "KmsMasterKeyId",
    "LambdaFailureFeedbackRoleArn",
    "LambdaSuccessFeedbackRoleArn",
    "LambdaSuccessFeedbackSampleRate",
    "Policy",
    "SQSFailureFeedbackRoleArn",
    "SQSSuccessFeedbackRoleArn",
    "SQSSuccessFeedbackSampleRate",
    "SignatureVersion",
    "TracingConfig",
};
static_assert(std::ranges::is_sorted(topic_attributes));

Result<void> check_name(std::string_view name, bool as_fifo) {
  std::string_view stem = name;
  if (as_fifo && stem.ends_with(".fifo")) stem.remove_suffix(5);
  const bool plain = !stem.empty() && name.size() <= 256 && std::ranges::all_of(stem, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
  if (as_fifo && (!plain || !name.ends_with(".fifo")))
    return invalid(
        "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase "
        "ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 "
        "characters long.");
  if (!plain) return invalid("Topic Name");
  return {};
}

Result<void> check_topic_attribute(const std::string& name, const std::string& value) {
  if (!std::ranges::binary_search(topic_attributes, std::string_view(name)))
    return invalid("AttributeName");
  if (name == "DisplayName" && value.size() > 100)
    return invalid("DisplayName Reason: Display name must be less than 100 characters long");
  if (name == "Policy" && !value.empty() && !policy::parse(value, policy::Type::resource))
    return invalid("Policy Error: null");
  if (name == "DeliveryPolicy" && !value.empty() && !parse_json(value))
    return invalid("DeliveryPolicy: JSON failed to parse");
  return {};
}

std::map<std::string, std::string> tags_of(const Value& in) {
  std::map<std::string, std::string> out;
  for (const Value& tag : in.items("Tags")) out[tag.text("Key")] = tag.text("Value");
  return out;
}

Result<Found> find_resource(const Call& call, const Value& in) {
  auto found = find_topic(call, in.text("ResourceArn"));
  if (!found && found.error().name == "NotFound")
    return fault("ResourceNotFound", "Resource does not exist", 404, Code::not_found);
  return found;
}

}  // namespace

Result<Value> page(const Value& in, const char* member,
                   const std::vector<std::pair<std::string, Value>>& rows) {
  std::size_t first = 0;
  if (const std::string& token = in.text("NextToken"); !token.empty()) {
    auto last = from_base64(token);
    auto at =
        last ? std::ranges::find(rows, *last, &std::pair<std::string, Value>::first) : rows.end();
    if (at == rows.end()) return invalid("NextToken");
    first = static_cast<std::size_t>(at - rows.begin()) + 1;
  }
  const std::size_t end = std::min(rows.size(), first + most_rows);
  Value::List list;
  for (std::size_t i = first; i < end; ++i) list.push_back(rows[i].second);
  Object out{{member, Value(std::move(list))}};
  if (end < rows.size()) out.append("NextToken", base64(rows[end - 1].first));
  return Value(std::move(out));
}

Result<Value> create_topic(Call& call, const Value& in) {
  const std::string& name = in.text("Name");
  Topic topic{.name = name, .tags = tags_of(in), .created = call.now};
  bool as_fifo = false;
  if (in["Attributes"].is_object())
    for (const auto& [key, value, where] : in["Attributes"].as_object()) {
      const std::string text = value.is_text() ? value.as_text() : to_json(value);
      if (key == "FifoTopic") {
        as_fifo = lower(text) == "true";
        continue;
      }
      TRY(check_topic_attribute(key, text));
      topic.attributes[key] = text;
    }
  TRY(check_name(name, as_fifo));
  if (topic.tags.size() > most_tags)
    return fault("TagLimitExceeded",
                 "Could not complete request: tag quota of per resource "
                 "exceeded");
  const Place place{call.account, call.region, name};
  topic.arn = topic_arn(place);
  const Value answer = object({{"TopicArn", topic.arn}});
  State& sns = state_of(call.state, place);
  if (const Topic* held = sns.topics.find(name)) {
    for (const auto& [key, value] : topic.attributes)
      if (attribute(*held, key) != value)
        return invalid("Attributes Reason: Topic already exists with different attributes");
    if (!topic.tags.empty() && topic.tags != held->tags)
      return invalid("Tags Reason: Topic already exists with different tags");
    return answer;
  }
  call.effect = "created";
  sns.topics.put(name, std::move(topic));
  return answer;
}

Result<Value> delete_topic(Call& call, const Value& in) {
  auto found = find_topic(call, in.text("TopicArn"));
  if (!found) {
    // "Deleting a topic that does not exist does not result in an error."
    if (found.error().name == "NotFound") return Value(Object());
    return fail(found.error());
  }
  State& sns = state_of(call.state, found->place);
  const std::string name = found->place.topic;
  std::vector<std::string> keys;
  each_subscription(sns, name,
                    [&](const std::string& key, const Subscription&) { keys.push_back(key); });
  for (const std::string& key : keys) sns.subscriptions.erase(key);
  keys.clear();
  for (auto at = sns.published.lower_bound(name + "/");
       at != sns.published.end() && at->first.starts_with(name + "/"); ++at)
    keys.push_back(at->first);
  for (const std::string& key : keys) sns.published.erase(key);
  sns.topics.erase(name);
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> list_topics(Call& call, const Value& in) {
  std::vector<std::pair<std::string, Value>> rows;
  for (const auto& [name, topic] : call.own_region().sns.topics)
    rows.emplace_back(name, object({{"TopicArn", topic->arn}}));
  return page(in, "Topics", rows);
}

Result<Value> get_topic_attributes(Call& call, const Value& in) {
  const Found found = TRY(find_topic(call, in.text("TopicArn")));
  const Topic& topic = *found.topic;
  std::int64_t pending = 0, confirmed = 0;
  each_subscription(*find_state(call.state, found.place), topic.name,
                    [&](const std::string&, const Subscription& subscription) {
                      ++(subscription.confirmed ? confirmed : pending);
                    });
  std::map<std::string, std::string> all = topic.attributes;
  all["TopicArn"] = topic.arn;
  all["Owner"] = found.place.account;
  all.emplace("DisplayName", "");
  all.emplace("Policy", default_policy(topic.arn, found.place.account));
  all["SubscriptionsConfirmed"] = std::to_string(confirmed);
  all["SubscriptionsDeleted"] = std::to_string(topic.forgotten);
  all["SubscriptionsPending"] = std::to_string(pending);
  const Value retries = object(
      {{"http", object({{"defaultHealthyRetryPolicy", object({{"minDelayTarget", 20},
                                                              {"maxDelayTarget", 20},
                                                              {"numRetries", 3},
                                                              {"numMaxDelayRetries", 0},
                                                              {"numNoDelayRetries", 0},
                                                              {"numMinDelayRetries", 0},
                                                              {"backoffFunction", "linear"}})},
                        {"disableSubscriptionOverrides", false}})}});
  all["EffectiveDeliveryPolicy"] = topic.attributes.contains("DeliveryPolicy")
                                       ? attribute(topic, "DeliveryPolicy")
                                       : to_json(retries);
  if (fifo(topic)) {
    all["FifoTopic"] = "true";
    all.emplace("ContentBasedDeduplication", "false");
  }
  return object({{"Attributes", to_value(all)}});
}

Result<Value> set_topic_attributes(Call& call, const Value& in) {
  const Found found = TRY(find_topic(call, in.text("TopicArn")));
  const std::string &name = in.text("AttributeName"), &value = in.text("AttributeValue");
  TRY(check_topic_attribute(name, value));
  call.effect = "changed";
  auto& attributes = state_of(call.state, found.place).topics.edit(found.place.topic)->attributes;
  if (value.empty())
    attributes.erase(name);
  else
    attributes[name] = value;
  return Value(Object());
}

Result<Value> tag_resource(Call& call, const Value& in) {
  const Found found = TRY(find_resource(call, in));
  std::map<std::string, std::string> tags = found.topic->tags;
  for (const auto& [key, value] : tags_of(in)) tags[key] = value;
  if (tags.size() > most_tags)
    return fault("TagLimitExceeded",
                 "Could not complete request: tag quota of per resource exceeded");
  call.effect = "changed";
  state_of(call.state, found.place).topics.edit(found.place.topic)->tags = std::move(tags);
  return Value(Object());
}

Result<Value> untag_resource(Call& call, const Value& in) {
  const Found found = TRY(find_resource(call, in));
  Topic& topic = *state_of(call.state, found.place).topics.edit(found.place.topic);
  for (const Value& key : in.items("TagKeys"))
    if (key.is_text() && topic.tags.erase(key.as_text())) call.effect = "changed";
  return Value(Object());
}

Result<Value> list_tags_for_resource(Call& call, const Value& in) {
  const Found found = TRY(find_resource(call, in));
  Value::List tags;
  for (const auto& [key, value] : found.topic->tags)
    tags.push_back(object({{"Key", key}, {"Value", value}}));
  return object({{"Tags", Value(std::move(tags))}});
}

}  // namespace stint::cloud::sns

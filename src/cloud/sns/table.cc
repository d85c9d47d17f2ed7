// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/sns/table.h"

#include <algorithm>

#include "cloud/sns/operations.h"
#include "cloud/sns/topic.h"

namespace stint::cloud::sns {
namespace {

using Resources = std::vector<std::string>;

Resources all_topics(const Call& call, const Value&) {
  return {topic_arn({call.account, call.region, "*"})};
}
Resources new_topic(const Call& call, const Value& in) {
  return {topic_arn({call.account, call.region, in.text("Name")})};
}
/// What is no ARN of a topic is told so; nobody need be asked.
Resources of_arn(const std::string& arn) {
  const Place place = place_of_arn(arn);
  if (place.topic.empty()) return {};
  return {topic_arn(place)};
}
Resources the_topic(const Call&, const Value& in) {
  return of_arn(in.text("TopicArn"));
}
Resources the_resource(const Call&, const Value& in) {
  return of_arn(in.text("ResourceArn"));
}
Resources topic_of_subscription(const Call&, const Value& in) {
  return of_arn(in.text("SubscriptionArn"));
}
Resources target(const Call&, const Value& in) {
  const std::string& topic = in.text("TopicArn");
  if (topic.empty() && in.text("TargetArn").empty() && !in.text("PhoneNumber").empty())
    return {"*"};
  return of_arn(topic.empty() ? in.text("TargetArn") : topic);
}

void subscription_context(const Call&, const Value& in, policy::Context& out) {
  for (const auto& [member, key] :
       {std::pair{"Protocol", "sns:Protocol"}, {"Endpoint", "sns:Endpoint"}})
    if (const std::string& value = in.text(member); !value.empty()) out.set(key, value);
}

void tags_context(const Call& call, const Value& in, policy::Context& out) {
  std::vector<std::string> keys;
  for (const Value& tag : in.items("Tags")) {
    out.set("aws:RequestTag/" + tag.text("Key"), tag.text("Value"));
    keys.push_back(tag.text("Key"));
  }
  for (const Value& key : in.items("TagKeys"))
    if (key.is_text()) keys.push_back(key.as_text());
  if (!keys.empty()) out.set("aws:TagKeys", std::move(keys));
  if (auto found = find_topic(call, in.text("ResourceArn")))
    for (const auto& [key, value] : found->topic->tags) out.set("aws:ResourceTag/" + key, value);
}

constexpr Operation operations[] = {
    {"AddPermission", add_permission, the_topic},
    {"ConfirmSubscription", confirm_subscription, the_topic},
    {"CreateTopic", create_topic, new_topic, tags_context},
    {"DeleteTopic", delete_topic, the_topic},
    {"GetSubscriptionAttributes",
     get_subscription_attributes,
     topic_of_subscription,
     nullptr,
     {},
     true},
    {"GetTopicAttributes", get_topic_attributes, the_topic, nullptr, {}, true},
    {"ListSubscriptions", list_subscriptions, all_topics, nullptr, {}, true},
    {"ListSubscriptionsByTopic", list_subscriptions_by_topic, the_topic, nullptr, {}, true},
    {"ListTagsForResource", list_tags_for_resource, the_resource, tags_context, {}, true},
    {"ListTopics", list_topics, all_topics, nullptr, {}, true},
    {"Publish", publish, target},
    {"PublishBatch", publish_batch, the_topic, nullptr, "sns:Publish"},
    {"RemovePermission", remove_permission, the_topic},
    {"SetSubscriptionAttributes", set_subscription_attributes, topic_of_subscription},
    {"SetTopicAttributes", set_topic_attributes, the_topic},
    {"Subscribe", subscribe, the_topic, subscription_context},
    {"TagResource", tag_resource, the_resource, tags_context},
    {"Unsubscribe", unsubscribe, topic_of_subscription},
    {"UntagResource", untag_resource, the_resource, tags_context},
};
static_assert(std::ranges::is_sorted(operations, {}, &Operation::name));

}  // namespace

ServiceTable table() {
  return {.service = "sns", .operations = operations, .resource_policies = topic_policies};
}

}  // namespace stint::cloud::sns

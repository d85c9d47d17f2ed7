// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Subscriptions: who is told.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/address.h"
#include "cloud/sns/filter.h"
#include "cloud/sns/operations.h"
#include "cloud/sns/topic.h"
#include "value/json.h"

namespace stint::cloud::sns {
namespace {

constexpr std::string_view protocols[] = {"application", "email",  "email-json", "firehose", "http",
                                          "https",       "lambda", "sms",        "sqs"};
static_assert(std::ranges::is_sorted(protocols));

constexpr std::string_view subscription_attributes[] = {"DeliveryPolicy",    "FilterPolicy",
                                                        "FilterPolicyScope", "RawMessageDelivery",
                                                        "RedrivePolicy",     "SubscriptionRoleArn"};
static_assert(std::ranges::is_sorted(subscription_attributes));

/// Protocols whose receivers must first say that they want to be told.
bool needs_confirmation(std::string_view protocol) {
  return protocol == "http" || protocol == "https" || protocol == "email" ||
         protocol == "email-json";
}

/// The host of a URL.
std::string_view host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == url.npos) return {};
  url.remove_prefix(scheme + 3);
  return url.substr(0, url.find_first_of("/?#"));
}

Result<void> check_endpoint(const Found& topic, const std::string& protocol,
                            const std::string& endpoint) {
  if (endpoint.empty()) return invalid("Endpoint");
  if (protocol == "http" || protocol == "https") {
    const std::string_view host = host_of(endpoint);
    if (!endpoint.starts_with(protocol + "://") || host.empty() || host.find('@') != host.npos)
      return invalid("Endpoint must match the specified protocol");
    // Nothing of the embedded cloud reaches other machines.
    if (!own_host(host) || host.ends_with(".amazonaws.com")) return invalid("Unreachable Endpoint");
  }
  if (protocol.starts_with("email") && endpoint.find('@') == std::string::npos)
    return invalid("Email address");
  if (protocol == "sms" &&
      (endpoint.size() < 4 || endpoint.find_first_not_of("+0123456789-() ") != std::string::npos))
    return invalid(fmt::format("Invalid SMS endpoint: {}", endpoint));
  if (protocol == "sqs") {
    const auto parts = split(endpoint, ':');
    if (parts.size() != 6 || parts[2] != "sqs") return invalid("SQS endpoint ARN");
    if (endpoint.ends_with(".fifo") && !fifo(*topic.topic))
      return invalid(
          "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard "
          "SNS topics");
  }
  if (protocol == "lambda" && !endpoint.starts_with("arn:aws:lambda:"))
    return invalid("Lambda endpoint ARN");
  if ((protocol == "firehose" || protocol == "application") && !endpoint.starts_with("arn:"))
    return invalid(fmt::format("{} endpoint ARN", protocol));
  if (fifo(*topic.topic) && protocol != "sqs")
    return invalid(
        "Invalid parameter: Invalid protocol type for FIFO topic: only sqs is supported");
  return {};
}

Result<void> check_subscription_attribute(const std::string& name, const std::string& value) {
  if (!std::ranges::binary_search(subscription_attributes, std::string_view(name)))
    return invalid("AttributeName");
  if (name == "RawMessageDelivery" && lower(value) != "true" && lower(value) != "false")
    return invalid(
        fmt::format("Attributes Reason: RawMessageDelivery: Invalid value [{}]. Must be "
                    "true or false.",
                    value));
  if (name == "FilterPolicyScope" && value != "MessageAttributes" && value != "MessageBody")
    return invalid(
        fmt::format("FilterPolicyScope: Invalid value [{}]. Please use either "
                    "MessageBody or MessageAttributes",
                    value));
  if (name == "FilterPolicy") return check_filter(value);
  if ((name == "DeliveryPolicy" || name == "RedrivePolicy") && !value.empty() && !parse_json(value))
    return invalid(fmt::format("{}: failed to parse JSON.", name));
  return {};
}

Value describe(const Subscription& subscription) {
  return object({{"SubscriptionArn",
                  subscription.confirmed ? subscription.arn : std::string("PendingConfirmation")},
                 {"Owner", subscription.owner},
                 {"Protocol", subscription.protocol},
                 {"Endpoint", subscription.endpoint},
                 {"TopicArn", subscription.topic}});
}

void ask_for_confirmation(Call& call, const Place& place, const Subscription& subscription) {
  const std::string url =
      fmt::format("https://sns.{}.amazonaws.com/?Action=ConfirmSubscription&TopicArn={}&Token={}",
                  place.region, subscription.topic, subscription.token);
  const Value body = object(
      {{"Type", "SubscriptionConfirmation"},
       {"MessageId", call.state.random.uuid()},
       {"Token", subscription.token},
       {"TopicArn", subscription.topic},
       {"Message", fmt::format("You have chosen to subscribe to the topic {}.\nTo confirm the "
                               "subscription, visit the SubscribeURL included in this message.",
                               subscription.topic)},
       {"SubscribeURL", url},
       {"Timestamp", iso8601(call.now, true)},
       {"SignatureVersion", "1"}});
  put_outgoing(call, place,
               {.protocol = subscription.protocol,
                .endpoint = subscription.endpoint,
                .subscription = subscription.arn,
                .type = "SubscriptionConfirmation",
                .body = to_json(body)});
}

}  // namespace

Result<Value> subscribe(Call& call, const Value& in) {
  const Found found = TRY(find_topic(call, in.text("TopicArn")));
  const std::string &protocol = in.text("Protocol"), &endpoint = in.text("Endpoint");
  if (!std::ranges::binary_search(protocols, std::string_view(protocol)))
    return invalid(fmt::format("Amazon SNS does not support this protocol string: {}", protocol));
  TRY(check_endpoint(found, protocol, endpoint));
  Subscription made{.topic = found.topic->arn,
                    .owner = call.account,
                    .protocol = protocol,
                    .endpoint = endpoint,
                    .confirmed = !needs_confirmation(protocol),
                    .created = call.now};
  if (in["Attributes"].is_object())
    for (const auto& [name, value, where] : in["Attributes"].as_object()) {
      const std::string text = value.is_text() ? value.as_text() : to_json(value);
      TRY(check_subscription_attribute(name, text));
      made.attributes[name] = text;
    }
  if (flag(made.attributes, "RawMessageDelivery") && protocol != "sqs" && protocol != "http" &&
      protocol != "https" && protocol != "firehose")
    return invalid(
        fmt::format("Attributes Reason: Delivery protocol [{}] does not support raw "
                    "message delivery.",
                    protocol));
  State& sns = state_of(call.state, found.place);
  const Subscription* same = nullptr;
  each_subscription(sns, found.place.topic, [&](const std::string&, const Subscription& held) {
    if (held.protocol == protocol && held.endpoint == endpoint && held.owner == call.account)
      same = &held;
  });
  auto answer = [&](const Subscription& subscription) {
    const bool shown = subscription.confirmed || in.flag("ReturnSubscriptionArn");
    return object(
        {{"SubscriptionArn", shown ? subscription.arn : std::string("pending confirmation")}});
  };
  if (same) {
    for (const auto& [name, value] : made.attributes) {
      auto held = same->attributes.find(name);
      if (held == same->attributes.end() || held->second != value)
        return invalid("Attributes Reason: Subscription already exists with different attributes");
    }
    return answer(*same);
  }
  // A queue of another account is not the caller's to sign up.
  if (protocol == "sqs" && split(endpoint, ':')[4] != call.account) made.confirmed = false;
  const std::string id = call.state.random.uuid();
  made.arn = fmt::format("{}:{}", found.topic->arn, id);
  if (!made.confirmed) made.token = call.state.random.hex(64);
  call.effect = "created";
  const Place place = found.place;
  if (needs_confirmation(protocol)) ask_for_confirmation(call, place, made);
  return answer(sns.subscriptions.put(fmt::format("{}/{}", place.topic, id), std::move(made)));
}

Result<Value> confirm_subscription(Call& call, const Value& in) {
  const Found found = TRY(find_topic(call, in.text("TopicArn")));
  const std::string& token = in.text("Token");
  State& sns = state_of(call.state, found.place);
  std::string key;
  each_subscription(sns, found.place.topic, [&](const std::string& name, const Subscription& held) {
    if (!token.empty() && held.token == token) key = name;
  });
  if (key.empty()) return invalid("Invalid token");
  Subscription& subscription = *sns.subscriptions.edit(key);
  if (!subscription.confirmed) call.effect = "changed";
  subscription.confirmed = true;
  if (lower(in.text("AuthenticateOnUnsubscribe")) == "true")
    subscription.attributes["ConfirmationWasAuthenticated"] = "true";
  return object({{"SubscriptionArn", subscription.arn}});
}

Result<Value> unsubscribe(Call& call, const Value& in) {
  auto found = find_subscription(call, in.text("SubscriptionArn"));
  if (!found) {
    if (found.error().name == "NotFound") return Value(Object());  // nobody is told any more
    return fail(found.error());
  }
  State& sns = state_of(call.state, found->place);
  call.effect = "deleted";
  sns.subscriptions.erase(found->key);
  if (Topic* topic = sns.topics.edit(found->place.topic)) topic->forgotten += 1;
  return Value(Object());
}

Result<Value> list_subscriptions(Call& call, const Value& in) {
  std::vector<std::pair<std::string, Value>> rows;
  for (const auto& [key, subscription] : call.own_region().sns.subscriptions)
    rows.emplace_back(key, describe(*subscription));
  return page(in, "Subscriptions", rows);
}

Result<Value> list_subscriptions_by_topic(Call& call, const Value& in) {
  const Found found = TRY(find_topic(call, in.text("TopicArn")));
  std::vector<std::pair<std::string, Value>> rows;
  each_subscription(state_of(call.state, found.place), found.place.topic,
                    [&](const std::string& key, const Subscription& subscription) {
                      rows.emplace_back(key, describe(subscription));
                    });
  return page(in, "Subscriptions", rows);
}

Result<Value> get_subscription_attributes(Call& call, const Value& in) {
  const FoundSubscription found = TRY(find_subscription(call, in.text("SubscriptionArn")));
  const Subscription& subscription = *found.subscription;
  std::map<std::string, std::string> all = subscription.attributes;
  all.emplace("ConfirmationWasAuthenticated",
              needs_confirmation(subscription.protocol) ? "false" : "true");
  all.emplace("RawMessageDelivery", "false");
  all["Endpoint"] = subscription.endpoint;
  all["Owner"] = subscription.owner;
  all["PendingConfirmation"] = subscription.confirmed ? "false" : "true";
  all["Protocol"] = subscription.protocol;
  all["SubscriptionArn"] = subscription.arn;
  all["TopicArn"] = subscription.topic;
  if (all.contains("FilterPolicy")) all.emplace("FilterPolicyScope", "MessageAttributes");
  return object({{"Attributes", to_value(all)}});
}

Result<Value> set_subscription_attributes(Call& call, const Value& in) {
  const FoundSubscription found = TRY(find_subscription(call, in.text("SubscriptionArn")));
  const std::string &name = in.text("AttributeName"), &value = in.text("AttributeValue");
  TRY(check_subscription_attribute(name, value));
  call.effect = "changed";
  auto& attributes = state_of(call.state, found.place).subscriptions.edit(found.key)->attributes;
  if (value.empty() || value == "{}")
    attributes.erase(name);
  else
    attributes[name] = value;
  return Value(Object());
}

}  // namespace stint::cloud::sns

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Publishing: a message is written down, goes to the queues of the cloud, and into the outbox for
// everybody outside.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/kms/use.h"
#include "cloud/sns/filter.h"
#include "cloud/sns/operations.h"
#include "cloud/sns/topic.h"
#include "cloud/sqs/send.h"
#include "value/json.h"

namespace stint::cloud::sns {
namespace {

constexpr std::size_t longest_message = 262144;
constexpr std::int64_t most_published = 100;
constexpr std::size_t most_entries = 10;

Result<void> check_attributes(const Value& attributes) {
  if (!attributes.is_object()) return {};
  for (const auto& [name, attribute, where] : attributes.as_object()) {
    const std::string& type = attribute.text("DataType");
    const std::string_view kind = std::string_view(type).substr(0, type.find('.'));
    if (kind != "String" && kind != "Number" && kind != "Binary")
      return fault("ParameterValueInvalid",
                   fmt::format("The message attribute '{}' has an invalid message attribute type, "
                               "the set of supported type prefixes is Binary, Number, and String.",
                               name));
    if (attribute.text(kind == "Binary" ? "BinaryValue" : "StringValue").empty())
      return fault("ParameterValueInvalid",
                   fmt::format("The message attribute '{}' must contain non-empty message "
                               "attribute value for message attribute type '{}'.",
                               name, type));
  }
  return {};
}

/// What is published, read from an input or an entry of a batch.
Result<Published> read_message(const Value& in) {
  Published out{.subject = in.text("Subject"),
                .message = in.text("Message"),
                .group = in.text("MessageGroupId"),
                .deduplication = in.text("MessageDeduplicationId"),
                .structured = in.text("MessageStructure") == "json",
                .attributes = in["MessageAttributes"]};
  if (out.message.empty()) return invalid("Empty message");
  if (!valid_utf8(out.message) || !valid_utf8(out.subject)) return invalid("Message");
  if (out.message.size() > longest_message) return invalid("Message too long");
  if (in.find("Subject") && (out.subject.empty() || out.subject.size() > 100 ||
                             out.subject.find_first_of("\r\n") != std::string::npos))
    return invalid("Subject");
  TRY(check_attributes(out.attributes));
  if (out.structured) {
    auto json = parse_json(out.message);
    if (!json || !json->is_object())
      return invalid("Message Structure - JSON message body failed to parse");
    if (!json->find("default") || !(*json)["default"].is_text())
      return invalid("Message Structure - No default entry in JSON message body");
  }
  return out;
}

Result<void> check_order(const Topic& topic, Published& message) {
  if (!fifo(topic)) {
    if (!message.group.empty())
      return invalid(
          "The request includes MessageGroupId parameter that is not valid for this topic type");
    if (!message.deduplication.empty())
      return invalid(
          "The request includes MessageDeduplicationId parameter that is not valid for this topic "
          "type");
    return {};
  }
  if (message.group.empty())
    return invalid("The MessageGroupId parameter is required for FIFO topics");
  if (!message.deduplication.empty()) return {};
  if (!flag(topic.attributes, "ContentBasedDeduplication"))
    return invalid(
        "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
        "provided explicitly");
  message.deduplication = hex(sha256(message.message));
  return {};
}

/// An encrypted topic needs its key; SNS has names of its own for what is wrong with it.
Result<void> check_key(Call& call, const Topic& topic) {
  const std::string given = attribute(topic, "KmsMasterKeyId");
  if (given.empty()) return {};
  auto arn = kms::service_key(call, "sns", given);
  Result<void> used;
  if (arn)
    used =
        kms::use_key(call, *arn, "kms:GenerateDataKey", "sns", {{"aws:sns:topicArn", topic.arn}});
  else
    used = fail(arn.error());
  if (used) return {};
  const Error& error = used.error();
  constexpr std::pair<std::string_view, const char*> names[] = {
      {"DisabledException", "KMSDisabled"},
      {"KMSInvalidStateException", "KMSInvalidState"},
      {"NotFoundException", "KMSNotFound"},
      {"InvalidArnException", "KMSNotFound"}};
  for (const auto& [kms_name, name] : names)
    if (error.name == kms_name) return fault(name, error.message, 400, error.code);
  return fault("KMSAccessDenied", error.message, 400, Code::denied);
}

/// The text for a protocol.
std::string text_for(const Published& message, const std::string& protocol) {
  if (!message.structured) return message.message;
  auto json = parse_json(message.message);
  const Value* own = json ? json->find(protocol) : nullptr;
  return own && own->is_text() ? own->as_text() : json ? json->text("default") : message.message;
}

Value attributes_of(const Value& attributes) {
  Object out;
  for (const auto& [name, attribute, where] : attributes.as_object()) {
    const std::string& type = attribute.text("DataType");
    const bool binary = type.starts_with("Binary");
    out.append(name, object({{"Type", type},
                             {"Value", binary ? base64(attribute.text("BinaryValue"))
                                              : attribute.text("StringValue")}}));
  }
  return Value(std::move(out));
}

/// The JSON that wraps a message unless it is delivered raw. There is no certificate behind the
/// signature: nobody outside the cloud could check it.
std::string envelope(const Place& place, const Published& message, const Subscription& to,
                     const std::string& text) {
  Object out{{"Type", "Notification"}, {"MessageId", message.id}};
  if (!message.deduplication.empty())
    out.append("SequenceNumber", fmt::format("{:020}", message.number));
  out.append("TopicArn", message.topic);
  if (!message.subject.empty()) out.append("Subject", message.subject);
  out.append("Message", text);
  out.append("Timestamp", iso8601(message.time, true));
  out.append("SignatureVersion", "1");
  const Sha256 digest = sha256(
      fmt::format("{} {} {}", message.id, message.topic, message.time.time_since_epoch().count()));
  out.append("Signature", base64({reinterpret_cast<const char*>(digest.data()), digest.size()}));
  out.append(
      "SigningCertURL",
      fmt::format("https://sns.{}.amazonaws.com/SimpleNotificationService.pem", place.region));
  out.append("UnsubscribeURL",
             fmt::format("https://sns.{}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={}",
                         place.region, to.arn));
  if (message.attributes.is_object() && message.attributes.size() > 0)
    out.append("MessageAttributes", attributes_of(message.attributes));
  return to_json(Value(std::move(out)));
}

/// Queues have a say in who sends to them: SNS is a service that comes from a topic.
void deliver_to_queue(Call& call, const Place& place, const Published& message,
                      const Subscription& to, const std::string& text) {
  const sqs::Place queue = sqs::place_of_arn(to.endpoint);
  const sqs::State* sqs = sqs::find_state(call.state, queue);
  if (!sqs || !sqs->queues.contains(queue.name)) return;
  policy::Context context;
  context.set("aws:SourceArn", message.topic);
  context.set("aws:SourceAccount", place.account);
  const Caller sns = call.cloud.service("sns.amazonaws.com", place.account);
  if (!call.cloud
           .decide(sns, "sqs:SendMessage", to.endpoint, queue.region, call.now, std::move(context))
           .allowed())
    return;
  const bool raw = flag(to.attributes, "RawMessageDelivery");
  sqs::Letter letter{.body = raw ? text : envelope(place, message, to, text),
                     .sender = place.account};
  if (raw) letter.attributes = message.attributes;
  if (queue.name.ends_with(".fifo")) {
    letter.group = message.group;
    letter.deduplication = message.deduplication;
  }
  // What the queue does not take is lost, as it is with AWS where there is no dead-letter queue.
  (void)sqs::put_message(call, queue, std::move(letter));
}

void deliver(Call& call, const Place& place, const Published& message) {
  std::vector<Subscription> receivers;
  each_subscription(state_of(call.state, place), place.topic,
                    [&](const std::string&, const Subscription& subscription) {
                      if (subscription.confirmed) receivers.push_back(subscription);
                    });
  for (const Subscription& to : receivers) {
    auto scope = to.attributes.find("FilterPolicyScope");
    auto filter = to.attributes.find("FilterPolicy");
    const bool of_body = scope != to.attributes.end() && scope->second == "MessageBody";
    if (filter != to.attributes.end() &&
        !passes_filter(filter->second, of_body, message.attributes, message.message))
      continue;
    const std::string text = text_for(message, to.protocol);
    if (to.protocol == "sqs") {
      deliver_to_queue(call, place, message, to, text);
      continue;
    }
    const bool plain =
        flag(to.attributes, "RawMessageDelivery") || to.protocol == "email" || to.protocol == "sms";
    put_outgoing(call, place,
                 {.protocol = to.protocol,
                  .endpoint = to.endpoint,
                  .subscription = to.arn,
                  .type = "Notification",
                  .body = plain ? text : envelope(place, message, to, text)});
  }
}

/// A FIFO topic takes the same message once in five minutes.
const Published* seen_before(const State& sns, const Topic& topic, const Published& message,
                             Time now) {
  if (!fifo(topic)) return nullptr;
  const std::string root = topic.name + "/";
  const Published* found = nullptr;
  for (auto at = sns.published.lower_bound(root);
       at != sns.published.end() && at->first.starts_with(root); ++at)
    if (at->second->deduplication == message.deduplication &&
        now - at->second->time < std::chrono::minutes(5))
      found = at->second.get();
  return found;
}

Result<Value> publish_one(Call& call, const Found& found, Published message) {
  TRY(check_order(*found.topic, message));
  TRY(check_key(call, *found.topic));
  State& sns = state_of(call.state, found.place);
  const std::string name = found.place.topic;
  auto answer = [&](const Published& published) {
    Object out{{"MessageId", published.id}};
    if (name.ends_with(".fifo"))
      out.append("SequenceNumber",
                 fmt::format("{:020}", 10000000000000000000ull +
                                           static_cast<std::uint64_t>(published.number)));
    return Value(std::move(out));
  };
  if (const Published* again = seen_before(sns, *found.topic, message, call.now))
    return answer(*again);
  Topic& topic = *sns.topics.edit(name);
  message.id = call.state.random.uuid();
  message.topic = topic.arn;
  message.number = topic.next++;
  message.time = call.now;
  const std::string root = name + "/";
  const auto key = [&](std::int64_t number) { return fmt::format("{}{:012}", root, number); };
  Published kept = message;
  kept.attributes = sqs::kept_attributes(message.attributes);
  sns.published.put(key(message.number), std::move(kept));
  sns.published.erase(key(message.number - most_published));
  deliver(call, found.place, message);
  call.effect = "created";
  return answer(message);
}

}  // namespace

Result<Value> publish(Call& call, const Value& in) {
  const std::string& phone = in.text("PhoneNumber");
  const std::string& arn = in.text("TopicArn").empty() ? in.text("TargetArn") : in.text("TopicArn");
  if (arn.empty() && phone.empty())
    return invalid("TopicArn or TargetArn Reason: no value for required parameter");
  Published message = TRY(read_message(in));
  if (arn.empty()) {
    message.id = call.state.random.uuid();
    put_outgoing(
        call, {call.account, call.region, {}},
        {.protocol = "sms", .endpoint = phone, .type = "Notification", .body = message.message});
    call.effect = "created";
    return object({{"MessageId", message.id}});
  }
  const Found found = TRY(find_topic(call, arn));
  return publish_one(call, found, std::move(message));
}

Result<Value> publish_batch(Call& call, const Value& in) {
  const Found found = TRY(find_topic(call, in.text("TopicArn")));
  const Value::List& entries = in.items("PublishBatchRequestEntries");
  if (entries.empty())
    return fault("EmptyBatchRequest", "The batch request doesn't contain any entries.");
  if (entries.size() > most_entries)
    return fault("TooManyEntriesInBatchRequest",
                 "The batch request contains more entries than permissible.");
  std::set<std::string> ids;
  std::size_t size = 0;
  for (const Value& entry : entries) {
    const std::string& id = entry.text("Id");
    const bool plain = std::ranges::all_of(id, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '-' || c == '_';
    });
    if (id.empty() || id.size() > 80 || !plain)
      return fault("InvalidBatchEntryId",
                   "The Id of a batch entry in a batch request doesn't abide by the "
                   "specification.");
    if (!ids.insert(id).second)
      return fault("BatchEntryIdsNotDistinct",
                   "Two or more batch entries in the request have the same Id.");
    size += entry.text("Message").size();
  }
  if (size > longest_message)
    return fault("BatchRequestTooLong",
                 "The length of all the batch messages put together is more than the limit.");
  TRY(check_key(call, *found.topic));
  Value::List good, bad;
  for (const Value& entry : entries) {
    auto message = read_message(entry);
    // Each publication changes the topic: it is found anew.
    auto topic = find_topic(call, in.text("TopicArn"));
    Result<Value> done;
    if (message && topic)
      done = publish_one(call, *topic, std::move(*message));
    else
      done = fail(message ? topic.error() : message.error());
    if (done) {
      done->set("Id", entry.text("Id"));
      good.push_back(std::move(*done));
    } else {
      bad.push_back(object({{"Id", entry.text("Id")},
                            {"Code", done.error().name},
                            {"Message", done.error().message},
                            {"SenderFault", true}}));
    }
  }
  return object({{"Successful", Value(std::move(good))}, {"Failed", Value(std::move(bad))}});
}

}  // namespace stint::cloud::sns

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Receiving messages, and what becomes of them then.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/sqs/batch.h"
#include "cloud/sqs/operations.h"
#include "cloud/sqs/queue.h"
#include "cloud/sqs/send.h"
#include "value/json.h"

namespace stint::cloud::sqs {
namespace {

constexpr std::size_t most_entries = 10;
constexpr std::int64_t longest_visibility = 43200;
constexpr std::int64_t most_in_flight = 120'000, most_in_flight_ordered = 20'000;

/// "QUEUE MESSAGE-NUMBER NONCE" in base64.
std::string receipt_for(Call& call, const std::string& queue, std::int64_t number) {
  return base64(fmt::format("{} {} {}", queue, number, call.state.random.hex(32)));
}

std::unexpected<Error> invalid_receipt(const std::string& given) {
  return fault(
      "ReceiptHandleIsInvalid",
      fmt::format("The input receipt handle \"{}\" is not a valid receipt handle.", given));
}

/// The message's number. Errors: ReceiptHandleIsInvalid.
Result<std::int64_t> number_of(const std::string& receipt, const std::string& queue) {
  auto text = from_base64(receipt);
  if (!text) return invalid_receipt(receipt);
  const auto parts = split(*text, ' ');
  if (parts.size() != 3 || parts[0] != queue) return invalid_receipt(receipt);
  auto number = to_integer(parts[1]);
  if (!number) return invalid_receipt(receipt);
  return *number;
}

struct DeadLetters {
  Place place;
  std::int64_t most = 0;  ///< receives; 0: there is no such queue
};
DeadLetters dead_letters_of(const cloud::State& state, const Queue& queue) {
  auto policy = parse_json(attribute(queue, "RedrivePolicy"));
  if (!policy || !policy->is_object()) return {};
  DeadLetters out{.place = place_of_arn(policy->text("deadLetterTargetArn"))};
  const State* target = find_state(state, out.place);
  if (!target || !target->queues.contains(out.place.name)) return {};
  const Value& most = (*policy)["maxReceiveCount"];
  out.most = most.is_text()      ? to_integer(most.as_text()).value_or(0)
             : most.is_integer() ? most.as_integer()
                                 : 0;
  return out;
}

/// Moves a message as it is, with its age.
void bury(Call& call, State& from, const std::string& key, const Place& to) {
  Message message = *from.messages.find(key);
  from.messages.erase(key);
  State& target = state_of(call.state, to);
  Queue& queue = *target.queues.edit(to.name);
  message.number = queue.next++;
  message.visible = call.now;
  message.receipt.clear();
  std::string place = message_key(to.name, message.number);
  target.messages.put(std::move(place), std::move(message));
}

bool wanted(const Value::List& names, std::string_view name) {
  return std::ranges::any_of(names, [&](const Value& one) {
    if (!one.is_text()) return false;
    const std::string& text = one.as_text();
    if (text == "All" || text == ".*" || text == name) return true;
    return text.ends_with(".*") && name.starts_with(text.substr(0, text.size() - 2));
  });
}

std::string millis(Time time) {
  return std::to_string(time.time_since_epoch().count());
}

Value describe(const Queue& queue, const Message& message, const Value& in) {
  Object out{{"MessageId", message.id},
             {"ReceiptHandle", message.receipt},
             {"MD5OfBody", message.md5},
             {"Body", message.body}};
  Value::List names = in.items("AttributeNames");
  for (const Value& name : in.items("MessageSystemAttributeNames")) names.push_back(name);
  Object system;
  auto add = [&](const char* name, const std::string& value) {
    if (!value.empty() && wanted(names, name)) system.append(name, value);
  };
  add("AWSTraceHeader", message.trace);
  add("ApproximateFirstReceiveTimestamp", message.received ? millis(*message.received) : "");
  add("ApproximateReceiveCount", std::to_string(message.receives));
  add("MessageDeduplicationId", message.deduplication);
  add("MessageGroupId", message.group);
  add("SenderId", message.sender);
  add("SentTimestamp", millis(message.sent));
  if (fifo(queue)) add("SequenceNumber", fmt::format("{:020}", message.number));
  if (!system.empty()) out.append("Attributes", std::move(system));
  Object attributes;
  const Value sent = sent_attributes(message.attributes);
  if (sent.is_object())
    for (const auto& [name, value, where] : sent.as_object())
      if (wanted(in.items("MessageAttributeNames"), name)) attributes.append(name, value);
  if (!attributes.empty()) {
    const Value all(std::move(attributes));
    out.append("MD5OfMessageAttributes", md5_of_attributes(all));
    out.append("MessageAttributes", all);
  }
  return Value(std::move(out));
}

/// Drops what is older than the queue keeps.
void forget_expired(State& sqs, const Queue& queue, Time now) {
  const std::string root = queue.name + "/";
  const Duration kept = std::chrono::seconds(number(queue, "MessageRetentionPeriod"));
  std::vector<std::string> old;
  for (auto at = sqs.messages.lower_bound(root);
       at != sqs.messages.end() && at->first.starts_with(root); ++at)
    if (at->second->sent + kept <= now) old.push_back(at->first);
  for (const std::string& key : old) sqs.messages.erase(key);
}

Result<Value> delete_one(Call& call, const Place& place, const Value& in) {
  const std::string& receipt = in.text("ReceiptHandle");
  const std::int64_t number = TRY(number_of(receipt, place.name));
  State& sqs = state_of(call.state, place);
  const std::string key = message_key(place.name, number);
  const Message* message = sqs.messages.find(key);
  // "If you don't provide the most recent receipt handle, the request succeeds, but the message
  // might not be deleted." What is gone already is gone.
  if (message && message->receipt == receipt) {
    call.effect = "deleted";
    sqs.messages.erase(key);
  }
  return Value(Object());
}

Result<Value> change_one(Call& call, const Place& place, const Value& in) {
  const std::string& receipt = in.text("ReceiptHandle");
  const std::int64_t seconds = in.integer("VisibilityTimeout", -1);
  if (seconds < 0 || seconds > longest_visibility)
    return invalid_value(std::to_string(seconds), "VisibilityTimeout",
                         "VisibilityTimeout must be an integer between 0 and 43200");
  const std::int64_t number = TRY(number_of(receipt, place.name));
  State& sqs = state_of(call.state, place);
  const std::string key = message_key(place.name, number);
  const Message* message = sqs.messages.find(key);
  if (!message || message->visible <= call.now || message->receipt != receipt)
    return fault("AWS.SimpleQueueService.MessageNotInflight",
                 fmt::format("Value {} for parameter ReceiptHandle is invalid. Reason: Message "
                             "does not exist or is not available for visibility timeout change.",
                             receipt),
                 400, Code::conflict);
  call.effect = "changed";
  sqs.messages.edit(key)->visible = call.now + std::chrono::seconds(seconds);
  return Value(Object());
}

}  // namespace

Result<void> check_batch(const Value& in, std::string_view entry) {
  const Value::List& entries = in.items("Entries");
  if (entries.empty())
    return fault("AWS.SimpleQueueService.EmptyBatchRequest",
                 fmt::format("There should be at least one {} in the request.", entry));
  if (entries.size() > most_entries)
    return fault("AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
                 fmt::format("Maximum number of entries per request are 10. You have sent {}.",
                             entries.size()));
  std::set<std::string> ids;
  for (const Value& one : entries) {
    const std::string& id = one.text("Id");
    const bool plain = std::ranges::all_of(id, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '-' || c == '_';
    });
    if (id.empty() || id.size() > 80 || !plain)
      return fault("AWS.SimpleQueueService.InvalidBatchEntryId",
                   "A batch entry id can only contain alphanumeric characters, hyphens and "
                   "underscores. It can be at most 80 letters long.");
    if (!ids.insert(id).second)
      return fault("AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
                   fmt::format("Id {} repeated.", id));
  }
  return {};
}

Result<Value> receive_message(Call& call, const Value& in) {
  const Found found = TRY(find_queue(call, in));
  const std::int64_t most = in.integer("MaxNumberOfMessages", 1);
  if (most < 1 || most > 10)
    return invalid_value(std::to_string(most), "MaxNumberOfMessages",
                         "Must be between 1 and 10, if provided.");
  const std::int64_t hidden =
      in.integer("VisibilityTimeout", number(*found.queue, "VisibilityTimeout"));
  if (hidden < 0 || hidden > longest_visibility)
    return invalid_value(std::to_string(hidden), "VisibilityTimeout",
                         "Must be between 0 and 43200, if provided.");
  if (const std::int64_t wait = in.integer("WaitTimeSeconds"); wait < 0 || wait > 20)
    return invalid_value(std::to_string(wait), "WaitTimeSeconds",
                         "Must be >= 0 and <= 20, if provided.");
  State& sqs = state_of(call.state, found.place);
  const Queue queue = *found.queue;
  forget_expired(sqs, queue, call.now);
  const DeadLetters dead = dead_letters_of(call.state, queue);
  std::vector<std::string> chosen, buried;
  std::set<std::string> busy;  // groups of a FIFO queue that have a message out
  std::int64_t in_flight = 0;
  each_message(sqs, queue, call.now, [&](const std::string& key, const Message& message) {
    const bool ordered = fifo(queue);
    if (message.visible > call.now) {
      if (message.receives > 0) ++in_flight;
      if (ordered) busy.insert(message.group);
      return;
    }
    if (static_cast<std::int64_t>(chosen.size()) >= most || busy.contains(message.group)) return;
    (dead.most > 0 && message.receives >= dead.most ? buried : chosen).push_back(key);
  });
  // "If you reach this quota while using short polling, Amazon SQS returns the OverLimit error"; a
  // FIFO queue answers with no messages.
  if (in_flight >= (fifo(queue) ? most_in_flight_ordered : most_in_flight)) {
    if (fifo(queue)) return Value(Object());
    return fault("OverLimit",
                 fmt::format("Too many messages in flight: {}. The maximum is {}.", in_flight,
                             most_in_flight),
                 403, Code::conflict);
  }
  for (const std::string& key : buried) bury(call, sqs, key, dead.place);
  Value::List messages;
  for (const std::string& key : chosen) {
    Message& message = *sqs.messages.edit(key);
    message.visible = call.now + std::chrono::seconds(hidden);
    message.receives += 1;
    if (!message.received) message.received = call.now;
    message.receipt = receipt_for(call, queue.name, message.number);
    messages.push_back(describe(queue, message, in));
  }
  if (!chosen.empty() || !buried.empty()) call.effect = "changed";
  if (messages.empty()) return Value(Object());
  return object({{"Messages", Value(std::move(messages))}});
}

Result<Value> delete_message(Call& call, const Value& in) {
  const Found found = TRY(find_queue(call, in));
  return delete_one(call, found.place, in);
}

Result<Value> delete_message_batch(Call& call, const Value& in) {
  const Found found = TRY(find_queue(call, in));
  TRY(check_batch(in, "DeleteMessageBatchRequestEntry"));
  return each_entry(in, [&](const Value& entry) { return delete_one(call, found.place, entry); });
}

Result<Value> change_message_visibility(Call& call, const Value& in) {
  const Found found = TRY(find_queue(call, in));
  return change_one(call, found.place, in);
}

Result<Value> change_message_visibility_batch(Call& call, const Value& in) {
  const Found found = TRY(find_queue(call, in));
  TRY(check_batch(in, "ChangeMessageVisibilityBatchRequestEntry"));
  return each_entry(in, [&](const Value& entry) { return change_one(call, found.place, entry); });
}

}  // namespace stint::cloud::sqs

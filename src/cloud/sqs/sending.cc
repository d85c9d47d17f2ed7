// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Sending messages.
#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/sqs/batch.h"
#include "cloud/sqs/operations.h"
#include "cloud/sqs/send.h"

namespace stint::cloud::sqs {
namespace {

using namespace std::chrono_literals;

constexpr Duration known_again = 5min;
constexpr std::size_t most_attributes = 10;
constexpr std::size_t longest_batch = 262144;

/// XML 1.0's characters, which is what SQS takes.
Result<void> check_characters(const std::string& body) {
  for (const char c : body) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 || byte == 0x9 || byte == 0xA || byte == 0xD) continue;
    return fault("InvalidMessageContents",
                 fmt::format("Invalid binary character '#x{:X}' was found in the message body, the "
                             "set of allowed characters is #x9 | #xA | #xD | [#x20 to #xD7FF] | "
                             "[#xE000 to #xFFFD] | [#x10000 to #x10FFFF]",
                             byte));
  }
  if (!valid_utf8(body))
    return fault("InvalidMessageContents",
                 "The message contains characters outside the allowed "
                 "set.");
  return {};
}

void append_sized(std::string& out, std::string_view text) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out += static_cast<char>((text.size() >> shift) & 0xFF);
  out += text;
}

std::size_t size_of(const Letter& letter) {
  std::size_t size = letter.body.size();
  if (letter.attributes.is_object())
    for (const auto& [name, value, where] : letter.attributes.as_object())
      size += name.size() + value.text("DataType").size() + value.text("StringValue").size() +
              value.text("BinaryValue").size();
  return size;
}

Result<void> check_attributes(const Value& attributes) {
  if (!attributes.is_object()) return {};
  if (attributes.size() > most_attributes)
    return fault("InvalidParameterValue",
                 fmt::format("Number of message attributes [{}] exceeds the allowed maximum [10].",
                             attributes.size()));
  for (const auto& [name, value, where] : attributes.as_object()) {
    const std::string& type = value.text("DataType");
    const std::string_view kind = std::string_view(type).substr(0, type.find('.'));
    if (kind != "String" && kind != "Number" && kind != "Binary")
      return fault("InvalidParameterValue",
                   fmt::format("The type of message (user) attribute '{}' is invalid. You must use "
                               "only the following supported type prefixes: Binary, Number, "
                               "String.",
                               name));
    const std::string& text = value.text(kind == "Binary" ? "BinaryValue" : "StringValue");
    if (text.empty())
      return fault("InvalidParameterValue",
                   fmt::format("Message (user) attribute '{}' must contain a non-empty value of "
                               "type '{}'.",
                               name, kind));
    if (kind != "Binary" && !valid_utf8(text))
      return fault("InvalidMessageContents",
                   "The message contains characters outside the allowed set.");
    if (kind == "Number" && !to_number(text))
      return fault(
          "InvalidParameterValue",
          fmt::format("Can't cast the value of message (user) attribute '{}' to a number.", name));
  }
  return {};
}

/// What a FIFO queue wants to know of a message, and a standard queue must not be told.
Result<void> check_order(const Queue& queue, Letter& letter) {
  if (!fifo(queue)) {
    const std::string_view reason =
        "The request include parameter that is not valid for this queue type";
    if (!letter.group.empty()) return invalid_value(letter.group, "MessageGroupId", reason);
    if (!letter.deduplication.empty())
      return invalid_value(letter.deduplication, "MessageDeduplicationId", reason);
    return {};
  }
  if (letter.group.empty()) return missing("MessageGroupId");
  if (letter.delay)
    return invalid_value(std::to_string(*letter.delay), "DelaySeconds",
                         "The request include parameter that is not valid for this queue type.");
  if (!letter.deduplication.empty()) return {};
  if (attribute(queue, "ContentBasedDeduplication") != "true")
    return fault("InvalidParameterValue",
                 "The queue should either have ContentBasedDeduplication enabled or "
                 "MessageDeduplicationId provided explicitly");
  letter.deduplication = hex(sha256(letter.body));
  return {};
}

void forget_old(State& sqs, const std::string& queue, Time now) {
  const std::string root = queue + "/";
  std::vector<std::string> old;
  for (auto at = sqs.seen.lower_bound(root); at != sqs.seen.end() && at->first.starts_with(root);
       ++at)
    if (now - at->second->sent >= known_again) old.push_back(at->first);
  for (const std::string& key : old) sqs.seen.erase(key);
}

Value answer_of(const Queue& queue, const std::string& id, std::int64_t number,
                const Letter& letter) {
  Object out{{"MD5OfMessageBody", hex(md5(letter.body))}, {"MessageId", id}};
  if (letter.attributes.is_object() && letter.attributes.size() > 0)
    out.append("MD5OfMessageAttributes", md5_of_attributes(letter.attributes));
  if (!letter.trace.empty())
    out.append("MD5OfMessageSystemAttributes",
               md5_of_attributes(
                   object({{"AWSTraceHeader",
                            object({{"DataType", "String"}, {"StringValue", letter.trace}})}})));
  if (fifo(queue)) out.append("SequenceNumber", fmt::format("{:020}", number));
  return Value(std::move(out));
}

Letter letter_of(const Call& call, const Value& in) {
  Letter letter{.body = in.text("MessageBody"),
                .attributes = in["MessageAttributes"],
                .trace = in["MessageSystemAttributes"]["AWSTraceHeader"].text("StringValue"),
                .group = in.text("MessageGroupId"),
                .deduplication = in.text("MessageDeduplicationId"),
                .sender = call.caller.principal.user_id};
  if (in.find("DelaySeconds")) letter.delay = in.integer("DelaySeconds");
  return letter;
}

}  // namespace

Value kept_attributes(const Value& attributes) {
  if (!attributes.is_object()) return attributes;
  Object out;
  for (const auto& [name, value, where] : attributes.as_object()) {
    Value kept = value;
    if (value.find("BinaryValue")) kept.set("BinaryValue", base64(value.text("BinaryValue")));
    out.append(name, std::move(kept));
  }
  return Value(std::move(out));
}

Value sent_attributes(const Value& kept) {
  if (!kept.is_object()) return kept;
  Object out;
  for (const auto& [name, value, where] : kept.as_object()) {
    Value sent = value;
    if (value.find("BinaryValue"))
      sent.set("BinaryValue", from_base64(value.text("BinaryValue")).value_or(""));
    out.append(name, std::move(sent));
  }
  return Value(std::move(out));
}

std::string md5_of_attributes(const Value& attributes) {
  std::map<std::string, const Value*> sorted;
  for (const auto& [name, value, where] : attributes.as_object()) sorted[name] = &value;
  std::string bytes;
  for (const auto& [name, value] : sorted) {
    append_sized(bytes, name);
    append_sized(bytes, value->text("DataType"));
    const bool binary = value->text("DataType").starts_with("Binary");
    bytes += binary ? '\x02' : '\x01';
    append_sized(bytes, value->text(binary ? "BinaryValue" : "StringValue"));
  }
  return hex(md5(bytes));
}

Result<Value> put_message(Call& call, const Place& place, Letter letter) {
  State& sqs = state_of(call.state, place);
  const Queue* queue = sqs.queues.find(place.name);
  if (letter.body.empty()) return missing("MessageBody");
  TRY(check_characters(letter.body));
  TRY(check_attributes(letter.attributes));
  const std::int64_t most = number(*queue, "MaximumMessageSize");
  if (static_cast<std::int64_t>(size_of(letter)) > most)
    return fault("InvalidParameterValue",
                 fmt::format("One or more parameters are invalid. Reason: Message must be shorter "
                             "than {} bytes.",
                             most));
  TRY(check_order(*queue, letter));
  if (letter.delay && (*letter.delay < 0 || *letter.delay > 900))
    return invalid_value(std::to_string(*letter.delay), "DelaySeconds",
                         "DelaySeconds must be >= 0 and <= 900.");
  const std::string known = fmt::format("{}/{}", place.name, letter.deduplication);
  if (fifo(*queue)) {
    forget_old(sqs, place.name, call.now);
    if (const Seen* seen = sqs.seen.find(known))
      return answer_of(*queue, seen->message, seen->number, letter);
  }
  Queue& changed = *sqs.queues.edit(place.name);
  const std::int64_t delay = letter.delay.value_or(number(changed, "DelaySeconds"));
  Message message{.id = call.state.random.uuid(),
                  .body = letter.body,
                  .md5 = hex(md5(letter.body)),
                  .sender = letter.sender,
                  .attributes = kept_attributes(letter.attributes),
                  .trace = letter.trace,
                  .group = letter.group,
                  .deduplication = letter.deduplication,
                  .number = changed.next++,
                  .sent = call.now,
                  .visible = call.now + std::chrono::seconds(delay)};
  call.effect = "created";
  if (fifo(changed))
    sqs.seen.put(known, {.message = message.id, .number = message.number, .sent = call.now});
  Value answer = answer_of(changed, message.id, message.number, letter);
  std::string key = message_key(place.name, message.number);
  sqs.messages.put(std::move(key), std::move(message));
  return answer;
}

Result<Value> send_message(Call& call, const Value& in) {
  const Found found = TRY(find_queue(call, in));
  return put_message(call, found.place, letter_of(call, in));
}

Result<Value> send_message_batch(Call& call, const Value& in) {
  const Found found = TRY(find_queue(call, in));
  TRY(check_batch(in, "SendMessageBatchRequestEntry"));
  std::size_t size = 0;
  for (const Value& entry : in.items("Entries")) size += size_of(letter_of(call, entry));
  if (size > longest_batch)
    return fault("AWS.SimpleQueueService.BatchRequestTooLong",
                 fmt::format("Batch requests cannot be longer than 262144 bytes. You have sent {} "
                             "bytes.",
                             size));
  return each_entry(in, [&](const Value& entry) {
    return put_message(call, found.place, letter_of(call, entry));
  });
}

}  // namespace stint::cloud::sqs

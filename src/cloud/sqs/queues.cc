// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Queues themselves.
#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/sqs/operations.h"
#include "cloud/sqs/queue.h"
#include "value/json.h"

namespace stint::cloud::sqs {
namespace {

using namespace std::chrono_literals;

constexpr Duration deleted_for = 60s;
constexpr Duration between_purges = 60s;
constexpr std::size_t most_tags = 50;
constexpr std::int64_t most_listed = 1000;

bool plain(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

Result<void> check_name(const std::string& name, bool as_fifo) {
  std::string_view stem = name;
  if (stem.ends_with(".fifo")) stem.remove_suffix(5);
  const bool sized = !stem.empty() && name.size() <= 80;
  if (as_fifo && (!name.ends_with(".fifo") || !plain(stem) || !sized))
    return fault("InvalidParameterValue",
                 "The name of a FIFO queue can only include alphanumeric characters, hyphens, or "
                 "underscores, must end with .fifo suffix and be 1 to 80 in length.");
  if (!as_fifo && (!plain(name) || !sized))
    return fault("InvalidParameterValue",
                 "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in "
                 "length");
  return {};
}

/// Takes away all that a table holds under a queue's name.
template <class T>
void erase_all(Table<T>& table, const std::string& queue) {
  const std::string root = queue + "/";
  std::vector<std::string> keys;
  for (auto at = table.lower_bound(root); at != table.end() && at->first.starts_with(root); ++at)
    keys.push_back(at->first);
  for (const std::string& key : keys) table.erase(key);
}

Value describe_attributes(const Call& call, const Found& found, const Value::List& wanted) {
  const Queue& queue = *found.queue;
  std::int64_t visible = 0, delayed = 0, in_flight = 0;
  each_message(*find_state(call.state, found.place), queue, call.now,
               [&](const std::string&, const Message& message) {
                 if (message.visible <= call.now)
                   ++visible;
                 else
                   ++(message.receives > 0 ? in_flight : delayed);
               });
  auto seconds = [](Time time) {
    return std::to_string(
        std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count());
  };
  std::map<std::string, std::string> all = queue.attributes;
  for (const char* name :
       {"DelaySeconds", "MaximumMessageSize", "MessageRetentionPeriod",
        "ReceiveMessageWaitTimeSeconds", "SqsManagedSseEnabled", "VisibilityTimeout"})
    all[name] = attribute(queue, name);
  if (all.contains("KmsMasterKeyId")) {
    all["SqsManagedSseEnabled"] = "false";
    all.emplace("KmsDataKeyReusePeriodSeconds", "300");
  }
  if (fifo(queue)) {
    all.emplace("ContentBasedDeduplication", "false");
    all.emplace("DeduplicationScope", "queue");
    all.emplace("FifoThroughputLimit", "perQueue");
  }
  all["ApproximateNumberOfMessages"] = std::to_string(visible);
  all["ApproximateNumberOfMessagesDelayed"] = std::to_string(delayed);
  all["ApproximateNumberOfMessagesNotVisible"] = std::to_string(in_flight);
  all["CreatedTimestamp"] = seconds(queue.created);
  all["LastModifiedTimestamp"] = seconds(queue.modified);
  all["QueueArn"] = queue.arn;
  Object out;
  for (const auto& [name, value] : all)
    if (std::ranges::any_of(wanted, [&](const Value& one) {
          return one.is_text() && (one.as_text() == "All" || one.as_text() == name);
        }))
      out.append(name, value);
  return Value(std::move(out));
}

constexpr std::string_view computed[] = {"All",
                                         "ApproximateNumberOfMessages",
                                         "ApproximateNumberOfMessagesDelayed",
                                         "ApproximateNumberOfMessagesNotVisible",
                                         "CreatedTimestamp",
                                         "LastModifiedTimestamp",
                                         "QueueArn"};

/// URLs of a page, and the token of the next.
Result<Value> page(const Value& in, const char* member, std::vector<std::string> urls) {
  std::size_t first = 0;
  if (const std::string& token = in.text("NextToken"); !token.empty()) {
    auto last = from_base64(token);
    auto at = last ? std::ranges::find(urls, *last) : urls.end();
    if (at == urls.end()) return fault("InvalidParameterValue", "Invalid NextToken value.");
    first = static_cast<std::size_t>(at - urls.begin()) + 1;
  }
  const std::int64_t most = in.integer("MaxResults", most_listed);
  if (most < 1 || most > most_listed)
    return invalid_value(std::to_string(most), "MaxResults",
                         "MaxResults must be an integer between 1 and 1000.");
  const std::size_t end = std::min(urls.size(), first + static_cast<std::size_t>(most));
  Value::List list;
  for (std::size_t i = first; i < end; ++i) list.push_back(urls[i]);
  Object out;
  if (!list.empty()) out.append(member, std::move(list));
  if (end < urls.size() && in.find("MaxResults")) out.append("NextToken", base64(urls[end - 1]));
  return Value(std::move(out));
}

}  // namespace

Result<Value> create_queue(Call& call, const Value& in) {
  const std::string& name = in.text("QueueName");
  Queue queue{.name = name, .created = call.now, .modified = call.now};
  TRY(set_attributes(in["Attributes"], true, queue.attributes));
  TRY(check_name(
      name, queue.attributes.contains("FifoQueue") && queue.attributes["FifoQueue"] == "true"));
  const Place place{call.account, call.region, name};
  queue.arn = queue_arn(place);
  const Value& tags = in["tags"];
  if (tags.is_object())
    for (const auto& [key, value, where] : tags.as_object())
      if (value.is_text()) queue.tags[key] = value.as_text();
  Value answer = object({{"QueueUrl", queue_url(place)}});
  State& sqs = state_of(call.state, place);
  if (const Queue* held = sqs.queues.find(name)) {
    for (const auto& [attribute_name, value] : queue.attributes)
      if (attribute(*held, attribute_name) != value)
        return fault("QueueAlreadyExists",
                     fmt::format("A queue already exists with the same name and a different value "
                                 "for attribute {}",
                                 attribute_name),
                     400, Code::conflict);
    return answer;
  }
  if (const Deleted* gone = sqs.deleted.find(name)) {
    if (call.now - gone->time < deleted_for)
      return fault("AWS.SimpleQueueService.QueueDeletedRecently",
                   "You must wait 60 seconds after deleting a queue before you can create another "
                   "with the same name.",
                   400, Code::conflict);
    sqs.deleted.erase(name);
  }
  call.effect = "created";
  sqs.queues.put(name, std::move(queue));
  return answer;
}

Result<Value> delete_queue(Call& call, const Value& in) {
  const Found found = TRY(find_queue(call, in));
  State& sqs = state_of(call.state, found.place);
  call.effect = "deleted";
  erase_all(sqs.messages, found.place.name);
  erase_all(sqs.seen, found.place.name);
  sqs.queues.erase(found.place.name);
  // Names of long ago need not be remembered.
  std::vector<std::string> old;
  for (const auto& [name, gone] : sqs.deleted)
    if (call.now - gone->time >= deleted_for) old.push_back(name);
  for (const std::string& name : old) sqs.deleted.erase(name);
  sqs.deleted.put(found.place.name, {.time = call.now});
  return Value(Object());
}

Result<Value> get_queue_url(Call& call, const Value& in) {
  Place place{call.account, call.region, in.text("QueueName")};
  if (const std::string& owner = in.text("QueueOwnerAWSAccountId"); !owner.empty())
    place.account = owner;
  const Found found = TRY(find_queue(call, object({{"QueueUrl", queue_url(place)}})));
  return object({{"QueueUrl", queue_url(found.place)}});
}

Result<Value> list_queues(Call& call, const Value& in) {
  const Place place{call.account, call.region, {}};
  std::vector<std::string> urls;
  for (const auto& [name, queue] : state_of(call.state, place).queues)
    if (name.starts_with(in.text("QueueNamePrefix")))
      urls.push_back(queue_url({call.account, call.region, name}));
  return page(in, "QueueUrls", std::move(urls));
}

Result<Value> list_dead_letter_source_queues(Call& call, const Value& in) {
  const Found found = TRY(find_queue(call, in));
  std::vector<std::string> urls;
  for (const auto& [name, queue] : state_of(call.state, found.place).queues) {
    auto policy = parse_json(attribute(*queue, "RedrivePolicy"));
    if (policy && policy->text("deadLetterTargetArn") == found.queue->arn)
      urls.push_back(queue_url({found.place.account, found.place.region, name}));
  }
  Value answer = TRY(page(in, "queueUrls", std::move(urls)));
  if (!answer.find("queueUrls")) answer.set("queueUrls", Value::List());
  return answer;
}

Result<Value> get_queue_attributes(Call& call, const Value& in) {
  const Found found = TRY(find_queue(call, in));
  const Value::List& wanted = in.items("AttributeNames");
  for (const Value& name : wanted) {
    std::map<std::string, std::string> scratch;
    if (!name.is_text() || std::ranges::find(computed, name.as_text()) != std::end(computed))
      continue;
    // An empty value tells whether the name is known without setting anything.
    auto known = set_attributes(object({{name.as_text(), ""}}), true, scratch);
    if (!known && known.error().name == "InvalidAttributeName") return fail(known.error());
  }
  return object({{"Attributes", describe_attributes(call, found, wanted)}});
}

Result<Value> set_queue_attributes(Call& call, const Value& in) {
  const Found found = TRY(find_queue(call, in));
  std::map<std::string, std::string> attributes = found.queue->attributes;
  TRY(set_attributes(in["Attributes"], false, attributes));
  call.effect = "changed";
  Queue& queue = *state_of(call.state, found.place).queues.edit(found.place.name);
  queue.attributes = std::move(attributes);
  queue.modified = call.now;
  return Value(Object());
}

Result<Value> purge_queue(Call& call, const Value& in) {
  const Found found = TRY(find_queue(call, in));
  if (found.queue->purged && call.now - *found.queue->purged < between_purges)
    return fault("AWS.SimpleQueueService.PurgeQueueInProgress",
                 fmt::format("Only one PurgeQueue operation on {} is allowed every 60 seconds.",
                             found.place.name),
                 403, Code::conflict);
  State& sqs = state_of(call.state, found.place);
  call.effect = "deleted";
  erase_all(sqs.messages, found.place.name);
  sqs.queues.edit(found.place.name)->purged = call.now;
  return Value(Object());
}

Result<Value> tag_queue(Call& call, const Value& in) {
  const Found found = TRY(find_queue(call, in));
  std::map<std::string, std::string> tags = found.queue->tags;
  if (in["Tags"].is_object())
    for (const auto& [key, value, where] : in["Tags"].as_object())
      if (value.is_text()) tags[key] = value.as_text();
  if (tags.size() > most_tags)
    return fault("InvalidParameterValue",
                 fmt::format("Too many tags added for queue {}.", found.place.name));
  call.effect = "changed";
  state_of(call.state, found.place).queues.edit(found.place.name)->tags = std::move(tags);
  return Value(Object());
}

Result<Value> untag_queue(Call& call, const Value& in) {
  const Found found = TRY(find_queue(call, in));
  Queue& queue = *state_of(call.state, found.place).queues.edit(found.place.name);
  for (const Value& key : in.items("TagKeys"))
    if (key.is_text() && queue.tags.erase(key.as_text())) call.effect = "changed";
  return Value(Object());
}

Result<Value> list_queue_tags(Call& call, const Value& in) {
  const Found found = TRY(find_queue(call, in));
  if (found.queue->tags.empty()) return Value(Object());
  return object({{"Tags", to_value(found.queue->tags)}});
}

}  // namespace stint::cloud::sqs

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/sqs/table.h"

#include <algorithm>

#include "cloud/sqs/operations.h"
#include "cloud/sqs/queue.h"

namespace stint::cloud::sqs {
namespace {

using Resources = std::vector<std::string>;

/// That a queue is not there is told to anyone.
Resources the_queue(const Call& call, const Value& in) {
  auto found = find_queue(call, in);
  if (!found) return {};
  return {found->queue->arn};
}
Resources named(const Call& call, const Value& in) {
  Place place{call.account, call.region, in.text("QueueName")};
  if (const std::string& owner = in.text("QueueOwnerAWSAccountId"); !owner.empty())
    place.account = owner;
  return {queue_arn(place)};
}
Resources all_queues(const Call& call, const Value&) {
  return {queue_arn({call.account, call.region, "*"})};
}

void tags_context(const Call& call, const Value& in, policy::Context& out) {
  std::vector<std::string> keys;
  for (const char* member : {"Tags", "tags"})
    if (in[member].is_object())
      for (const auto& [key, value, where] : in[member].as_object()) {
        if (value.is_text()) out.set("aws:RequestTag/" + key, value.as_text());
        keys.push_back(key);
      }
  if (!keys.empty()) out.set("aws:TagKeys", std::move(keys));
  if (auto found = find_queue(call, in))
    for (const auto& [key, value] : found->queue->tags) out.set("aws:ResourceTag/" + key, value);
}

constexpr Operation operations[] = {
    {"AddPermission", add_permission, the_queue, tags_context},
    {"ChangeMessageVisibility", change_message_visibility, the_queue, tags_context},
    {"ChangeMessageVisibilityBatch", change_message_visibility_batch, the_queue, tags_context,
     "sqs:ChangeMessageVisibility"},
    {"CreateQueue", create_queue, named, tags_context},
    {"DeleteMessage", delete_message, the_queue, tags_context},
    {"DeleteMessageBatch", delete_message_batch, the_queue, tags_context, "sqs:DeleteMessage"},
    {"DeleteQueue", delete_queue, the_queue, tags_context},
    {"GetQueueAttributes", get_queue_attributes, the_queue, tags_context, {}, true},
    {"GetQueueUrl", get_queue_url, named, nullptr, {}, true},
    {"ListDeadLetterSourceQueues",
     list_dead_letter_source_queues,
     the_queue,
     tags_context,
     {},
     true},
    {"ListQueueTags", list_queue_tags, the_queue, tags_context, {}, true},
    {"ListQueues", list_queues, all_queues, nullptr, {}, true},
    {"PurgeQueue", purge_queue, the_queue, tags_context},
    {"ReceiveMessage", receive_message, the_queue, tags_context},
    {"RemovePermission", remove_permission, the_queue, tags_context},
    {"SendMessage", send_message, the_queue, tags_context},
    {"SendMessageBatch", send_message_batch, the_queue, tags_context, "sqs:SendMessage"},
    {"SetQueueAttributes", set_queue_attributes, the_queue, tags_context},
    {"TagQueue", tag_queue, the_queue, tags_context},
    {"UntagQueue", untag_queue, the_queue, tags_context},
};
static_assert(std::ranges::is_sorted(operations, {}, &Operation::name));

}  // namespace

ServiceTable table() {
  return {.service = "sqs", .operations = operations, .resource_policies = queue_policies};
}

}  // namespace stint::cloud::sqs

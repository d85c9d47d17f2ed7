// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "cloud/cloud.h"

/// What the operations of SQS have in common.
namespace stint::cloud::sqs {

/// Where a queue lies.
struct Place {
  std::string account, region, name;
};
struct Found {
  Place place;
  const Queue* queue = nullptr;
};

std::string queue_arn(const Place& place);
/// "https://sqs.us-west-2.amazonaws.com/123456789012/NAME".
std::string queue_url(const Place& place);
/// The place that a URL names, whatever its host; a name alone is one of the caller's own.
Place place_of(const Call& call, std::string_view url);
Place place_of_arn(std::string_view arn);

State& state_of(cloud::State& state, const Place& place);
/// nullptr: there is no such account or Region.
const State* find_state(const cloud::State& state, const Place& place);

/// The queue of an input's QueueUrl. Errors: AWS.SimpleQueueService.NonExistentQueue.
Result<Found> find_queue(const Call& call, const Value& in);

/// An attribute's value, or its default.
std::string attribute(const Queue& queue, std::string_view name);
std::int64_t number(const Queue& queue, std::string_view name);
bool fifo(const Queue& queue);

/// Checks the attributes of an input and puts them into `to`. Errors: InvalidAttributeName,
/// InvalidAttributeValue.
Result<void> set_attributes(const Value& given, bool new_queue,
                            std::map<std::string, std::string>& to);

/// "InvalidParameterValue: Value V for parameter P is invalid. Reason: R".
std::unexpected<Error> invalid_value(std::string_view value, std::string_view parameter,
                                     std::string_view reason);
std::unexpected<Error> missing(std::string_view parameter);

std::string message_key(std::string_view queue, std::int64_t number);
/// Calls `visit(key, message)` for each message of a queue that is still kept at `now`, in order.
template <class Visit>
void each_message(const State& state, const Queue& queue, Time now, Visit visit) {
  const std::string root = queue.name + "/";
  const Duration kept = std::chrono::seconds(number(queue, "MessageRetentionPeriod"));
  for (auto at = state.messages.lower_bound(root);
       at != state.messages.end() && at->first.starts_with(root); ++at)
    if (at->second->sent + kept > now) visit(at->first, *at->second);
}

}  // namespace stint::cloud::sqs

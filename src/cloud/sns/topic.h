// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "cloud/cloud.h"

/// What the operations of SNS have in common.
namespace stint::cloud::sns {

struct Place {
  std::string account, region, topic;
};
struct Found {
  Place place;
  const Topic* topic = nullptr;
};

std::string topic_arn(const Place& place);
/// The topic's place in the ARN of a topic or subscription; an empty topic: it is no such ARN.
Place place_of_arn(std::string_view arn);
State& state_of(cloud::State& state, const Place& place);
const State* find_state(const cloud::State& state, const Place& place);

/// By ARN. Errors: InvalidParameter, NotFound.
Result<Found> find_topic(const Call& call, std::string_view arn);

/// A subscription by its ARN. Errors: InvalidParameter, NotFound.
struct FoundSubscription {
  Place place;
  std::string key;  ///< in State::subscriptions
  const Subscription* subscription = nullptr;
};
Result<FoundSubscription> find_subscription(const Call& call, std::string_view arn);

/// Calls `visit(key, subscription)` for those of a topic.
template <class Visit>
void each_subscription(const State& state, const std::string& topic, Visit visit) {
  const std::string root = topic + "/";
  for (auto at = state.subscriptions.lower_bound(root);
       at != state.subscriptions.end() && at->first.starts_with(root); ++at)
    visit(at->first, *at->second);
}

std::string attribute(const Topic& topic, const std::string& name);
bool fifo(const Topic& topic);
bool flag(const std::map<std::string, std::string>& attributes, const std::string& name);

/// "InvalidParameter: Invalid parameter: WHAT".
std::unexpected<Error> invalid(std::string_view what);
std::unexpected<Error> not_found(std::string text);

/// Puts something that leaves the cloud into the outbox, which holds the last thousand.
void put_outgoing(Call& call, const Place& place, Outgoing outgoing);

}  // namespace stint::cloud::sns

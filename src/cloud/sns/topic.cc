// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/sns/topic.h"

#include <fmt/core.h>

#include "base/text.h"

namespace stint::cloud::sns {
namespace {

constexpr std::size_t most_outgoing = 1000;

}  // namespace

std::string topic_arn(const Place& place) {
  return fmt::format("arn:aws:sns:{}:{}:{}", place.region, place.account, place.topic);
}

Place place_of_arn(std::string_view arn) {
  const auto parts = split(arn, ':');
  if (parts.size() < 6 || parts[0] != "arn" || parts[2] != "sns") return {};
  return {std::string(parts[4]), std::string(parts[3]), std::string(parts[5])};
}

State& state_of(cloud::State& state, const Place& place) {
  return state.region(place.account, place.region).sns;
}

const State* find_state(const cloud::State& state, const Place& place) {
  auto account = state.accounts.find(place.account);
  if (account == state.accounts.end()) return nullptr;
  auto region = account->second.regions.find(place.region);
  return region == account->second.regions.end() ? nullptr : &region->second.sns;
}

Result<Found> find_topic(const Call& call, std::string_view arn) {
  Found found{.place = place_of_arn(arn)};
  if (found.place.topic.empty() || split(arn, ':').size() != 6) {
    const std::size_t parts = split(arn, ':').size();
    if (parts < 6)
      return invalid(
          fmt::format("TopicArn Reason: An ARN must have at least 6 elements, not {}", parts));
    return invalid("TopicArn");
  }
  const State* sns = find_state(call.state, found.place);
  // Each Region knows its own topics only.
  if (sns && found.place.region == call.region) found.topic = sns->topics.find(found.place.topic);
  if (!found.topic) return not_found("Topic does not exist");
  return found;
}

Result<FoundSubscription> find_subscription(const Call& call, std::string_view arn) {
  const auto parts = split(arn, ':');
  FoundSubscription found{.place = place_of_arn(arn)};
  if (found.place.topic.empty() || parts.size() != 7)
    return invalid(
        fmt::format("SubscriptionArn Reason: An ARN must have at least 6 elements, not "
                    "{}",
                    parts.size()));
  found.key = fmt::format("{}/{}", found.place.topic, parts[6]);
  const State* sns = find_state(call.state, found.place);
  found.subscription = sns ? sns->subscriptions.find(found.key) : nullptr;
  if (!found.subscription) return not_found("Subscription does not exist");
  return found;
}

std::string attribute(const Topic& topic, const std::string& name) {
  auto held = topic.attributes.find(name);
  return held == topic.attributes.end() ? std::string() : held->second;
}

bool fifo(const Topic& topic) {
  return topic.name.ends_with(".fifo");
}

bool flag(const std::map<std::string, std::string>& attributes, const std::string& name) {
  auto held = attributes.find(name);
  return held != attributes.end() && lower(held->second) == "true";
}

std::unexpected<Error> invalid(std::string_view what) {
  return fault("InvalidParameter", fmt::format("Invalid parameter: {}", what));
}
std::unexpected<Error> not_found(std::string text) {
  return fault("NotFound", std::move(text), 404, Code::not_found);
}

void put_outgoing(Call& call, const Place& place, Outgoing outgoing) {
  outgoing.time = call.now;
  Table<Outgoing>& outbox = state_of(call.state, place).outbox;
  while (outbox.size() >= most_outgoing) {
    const std::string oldest = outbox.begin()->first;
    outbox.erase(oldest);
  }
  outbox.put(
      fmt::format("{:016}/{}", call.now.time_since_epoch().count(), call.state.random.uuid()),
      std::move(outgoing));
}

}  // namespace stint::cloud::sns

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/sqs/queue.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "policy/policy.h"
#include "value/json.h"

namespace stint::cloud::sqs {
namespace {

/// The attributes that may be set; those with a range are numbers.
struct Attribute {
  std::string_view name, standard;
  std::int64_t least = 0, most = 0;
  bool creation_only = false;
};
constexpr Attribute attributes[] = {
    {"ContentBasedDeduplication", ""},
    {"DeduplicationScope", ""},
    {"DelaySeconds", "0", 0, 900},
    {"FifoQueue", "", 0, 0, true},
    {"FifoThroughputLimit", ""},
    {"KmsDataKeyReusePeriodSeconds", "", 60, 86400},
    {"KmsMasterKeyId", ""},
    {"MaximumMessageSize", "262144", 1024, 262144},
    {"MessageRetentionPeriod", "345600", 60, 1209600},
    {"Policy", ""},
    {"ReceiveMessageWaitTimeSeconds", "0", 0, 20},
    {"RedriveAllowPolicy", ""},
    {"RedrivePolicy", ""},
    {"SqsManagedSseEnabled", "true"},
    {"VisibilityTimeout", "30", 0, 43200},
};
static_assert(std::ranges::is_sorted(attributes, {}, &Attribute::name));

const Attribute* find_attribute(std::string_view name) {
  auto found = std::ranges::lower_bound(attributes, name, {}, &Attribute::name);
  return found != std::end(attributes) && found->name == name ? found : nullptr;
}

bool truth(std::string_view text) {
  return text == "true" || text == "false";
}

Result<void> check(const Attribute& attribute, const std::string& value) {
  auto wrong = [&] {
    return fault("InvalidAttributeValue",
                 fmt::format("Invalid value for the parameter {}.", attribute.name));
  };
  if (attribute.most > 0) {
    auto number = to_integer(value);
    if (!number || *number < attribute.least || *number > attribute.most) return wrong();
  }
  const std::string_view name = attribute.name;
  if ((name == "ContentBasedDeduplication" || name == "FifoQueue" ||
       name == "SqsManagedSseEnabled") &&
      !truth(value))
    return wrong();
  if (value.empty()) return {};  // takes a policy away
  if (name == "Policy" && !policy::parse(value, policy::Type::resource)) return wrong();
  if (name == "RedrivePolicy") {
    auto json = parse_json(value);
    const Value count = json ? (*json)["maxReceiveCount"] : Value();
    auto most = count.is_text()      ? to_integer(count.as_text())
                : count.is_integer() ? std::optional(count.as_integer())
                                     : std::nullopt;
    if (!json || !json->is_object() || json->text("deadLetterTargetArn").empty() || !most ||
        *most < 1 || *most > 1000)
      return fault("InvalidParameterValue",
                   fmt::format("Value {} for parameter RedrivePolicy is invalid. Reason: Redrive "
                               "policy is not a valid JSON map.",
                               value));
  }
  if (name == "RedriveAllowPolicy" && !parse_json(value)) return wrong();
  return {};
}

}  // namespace

std::string queue_arn(const Place& place) {
  return fmt::format("arn:aws:sqs:{}:{}:{}", place.region, place.account, place.name);
}
std::string queue_url(const Place& place) {
  return fmt::format("https://sqs.{}.amazonaws.com/{}/{}", place.region, place.account, place.name);
}

Place place_of(const Call& call, std::string_view url) {
  Place place{call.account, call.region, std::string(url)};
  if (const std::size_t scheme = url.find("://"); scheme != url.npos) {
    const std::size_t slash = url.find('/', scheme + 3);
    url = slash == url.npos ? std::string_view() : url.substr(slash);
  }
  while (url.starts_with('/')) url.remove_prefix(1);
  const std::size_t slash = url.find('/');
  if (slash == url.npos) {
    place.name = url;
    return place;
  }
  place.account = url.substr(0, slash);
  place.name = url.substr(slash + 1);
  return place;
}

Place place_of_arn(std::string_view arn) {
  const auto parts = split(arn, ':');
  if (parts.size() != 6 || parts[2] != "sqs") return {};
  return {std::string(parts[4]), std::string(parts[3]), std::string(parts[5])};
}

State& state_of(cloud::State& state, const Place& place) {
  return state.region(place.account, place.region).sqs;
}

const State* find_state(const cloud::State& state, const Place& place) {
  auto account = state.accounts.find(place.account);
  if (account == state.accounts.end()) return nullptr;
  auto region = account->second.regions.find(place.region);
  return region == account->second.regions.end() ? nullptr : &region->second.sqs;
}

Result<Found> find_queue(const Call& call, const Value& in) {
  Found found{.place = place_of(call, in.text("QueueUrl"))};
  const State* sqs = find_state(call.state, found.place);
  found.queue = sqs ? sqs->queues.find(found.place.name) : nullptr;
  if (found.queue) return found;
  return fault("AWS.SimpleQueueService.NonExistentQueue",
               "The specified queue does not exist for this wsdl version.", 400, Code::not_found);
}

std::string attribute(const Queue& queue, std::string_view name) {
  auto held = queue.attributes.find(std::string(name));
  if (held != queue.attributes.end()) return held->second;
  const Attribute* known = find_attribute(name);
  return known ? std::string(known->standard) : std::string();
}

std::int64_t number(const Queue& queue, std::string_view name) {
  return to_integer(attribute(queue, name)).value_or(0);
}

bool fifo(const Queue& queue) {
  return queue.name.ends_with(".fifo");
}

Result<void> set_attributes(const Value& given, bool new_queue,
                            std::map<std::string, std::string>& to) {
  if (!given.is_object()) return {};
  for (const auto& [name, value, where] : given.as_object()) {
    const Attribute* known = find_attribute(name);
    if (!known || (known->creation_only && !new_queue))
      return fault("InvalidAttributeName", fmt::format("Unknown Attribute {}.", name));
    const std::string text = value.is_text() ? value.as_text() : to_json(value);
    TRY(check(*known, text));
    if (text.empty())
      to.erase(name);
    else
      to[name] = text;
  }
  return {};
}

std::unexpected<Error> invalid_value(std::string_view value, std::string_view parameter,
                                     std::string_view reason) {
  return fault(
      "InvalidParameterValue",
      fmt::format("Value {} for parameter {} is invalid. Reason: {}", value, parameter, reason));
}

std::unexpected<Error> missing(std::string_view parameter) {
  return fault("MissingParameter",
               fmt::format("The request must contain the parameter {}.", parameter));
}

std::string message_key(std::string_view queue, std::int64_t number) {
  return fmt::format("{}/{:020}", queue, number);
}

}  // namespace stint::cloud::sqs

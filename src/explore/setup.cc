// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "explore/setup.h"

#include <algorithm>

#include "value/map_texts.h"

namespace stint::explore {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view added_instance = "i-0e1e1e1e1e1e1e1e1";
constexpr Duration settling = 10min;

cloud::ec2::State* place_of(cloud::State& world) {
  auto account = world.accounts.find(world.default_account);
  if (account == world.accounts.end()) return nullptr;
  auto region = account->second.regions.find(world.default_region);
  return region == account->second.regions.end() ? nullptr : &region->second.ec2;
}

/// A text of the parameters that is the id of an instance.
std::string target_in(const Value& value, const cloud::ec2::State& place) {
  if (value.is_text()) return place.instances.contains(value.as_text()) ? value.as_text() : "";
  std::string found;
  if (value.is_list())
    for (const Value& item : value.as_list())
      if (found.empty()) found = target_in(item, place);
  if (value.is_object())
    for (const auto& [name, member, where] : value.as_object())
      if (found.empty()) found = target_in(member, place);
  return found;
}

}  // namespace

Subject make_subject(const Options& options, cloud::State& world) {
  Subject subject{.document = options.document,
                  .parameters = options.parameters,
                  .parameters_elsewhere = {},
                  .instance = {},
                  .elsewhere = {}};
  cloud::ec2::State* place = place_of(world);
  if (!place) return subject;
  subject.instance = target_in(options.parameters, *place);
  if (subject.instance.empty()) return subject;
  for (const auto& [id, instance] : place->instances)
    if (id != subject.instance && instance->state == "running" && subject.elsewhere.empty())
      subject.elsewhere = id;
  if (subject.elsewhere.empty()) {
    subject.elsewhere = added_instance;
    cloud::ec2::Instance twin = *place->instances.find(subject.instance);
    twin.id = subject.elsewhere;
    place->instances.put(twin.id, twin);
    std::vector<cloud::ec2::Association> worn;
    for (const auto& [id, association] : place->associations)
      if (association->instance == subject.instance && !association->ended)
        worn.push_back(*association);
    for (cloud::ec2::Association& association : worn) {
      association.id = "iip-assoc-0e1e1e1e1e1e1e1e1";
      association.instance = subject.elsewhere;
      place->associations.put(association.id, association);
    }
  }
  subject.parameters_elsewhere =
      map_texts(options.parameters, [&](std::string_view, const std::string& text) {
        return text == subject.instance ? subject.elsewhere : text;
      });
  return subject;
}

std::optional<Prepared> prepare(const cloud::State& world, Time now, const Subject& subject,
                                Start start) {
  Prepared out{.world = world, .now = now + settling};
  if (start == Start::given) return out;
  if (start == Start::slow) {
    cloud::Propagation& propagation = out.world.propagation;
    propagation.iam_to_ec2 = propagation.association = propagation.imds = 120s;
    return out;
  }
  if (subject.instance.empty()) return {};
  cloud::Cloud cloud;
  cloud.state = std::move(out.world);
  const std::string account = cloud.state.default_account;
  const auto call = [&](std::string_view operation, const Value& input) {
    return cloud.call(cloud.root(account), cloud.state.default_region, "ec2", operation, input, now)
        .has_value();
  };
  if (start == Start::stopped) {
    if (!call("StopInstances", object({{"InstanceIds", Value::list({subject.instance})}})))
      return {};
  } else {
    std::string worn;
    for (const auto& [id, association] : place_of(cloud.state)->associations)
      if (association->instance == subject.instance && !association->ended) worn = id;
    if (worn.empty() || !call("DisassociateIamInstanceProfile", object({{"AssociationId", worn}})))
      return {};
  }
  out.world = std::move(cloud.state);
  return out;
}

}  // namespace stint::explore

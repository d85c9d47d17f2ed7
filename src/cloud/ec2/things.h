// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/ec2/defaults.h"
#include "cloud/ec2/kinds.h"

/// The things of EC2 as callers see them: those of the state, and over them what is there by itself
/// (ec2/defaults.h). A handler takes a copy, changes it and keeps it; what was changed back to how
/// AWS gave it is forgotten, so that a difference between two worlds shows real changes only.
namespace stint::cloud::ec2 {

template <class T>
struct Held;
template <>
struct Held<Vpc> {
  static constexpr auto table = &State::vpcs;
  static constexpr std::string_view prefix = "vpc-";
};
template <>
struct Held<Subnet> {
  static constexpr auto table = &State::subnets;
  static constexpr std::string_view prefix = "subnet-";
};
template <>
struct Held<SecurityGroup> {
  static constexpr auto table = &State::groups;
  static constexpr std::string_view prefix = "sg-";
};
template <>
struct Held<InternetGateway> {
  static constexpr auto table = &State::gateways;
  static constexpr std::string_view prefix = "igw-";
};
template <>
struct Held<FlowLog> {
  static constexpr auto table = &State::flow_logs;
  static constexpr std::string_view prefix = "fl-";
};
template <>
struct Held<RouteTable> {
  static constexpr auto table = &State::route_tables;
  static constexpr std::string_view prefix = "rtb-";
};
template <>
struct Held<NetworkAcl> {
  static constexpr auto table = &State::acls;
  static constexpr std::string_view prefix = "acl-";
};
template <>
struct Held<NetworkInterface> {
  static constexpr auto table = &State::interfaces;
  static constexpr std::string_view prefix = "eni-";
};
template <>
struct Held<Address> {
  static constexpr auto table = &State::addresses;
  static constexpr std::string_view prefix = "eipalloc-";
};
template <>
struct Held<Image> {
  static constexpr auto table = &State::images;
  static constexpr std::string_view prefix = "ami-";
};
template <>
struct Held<Snapshot> {
  static constexpr auto table = &State::snapshots;
  static constexpr std::string_view prefix = "snap-";
};
template <>
struct Held<Volume> {
  static constexpr auto table = &State::volumes;
  static constexpr std::string_view prefix = "vol-";
};
template <>
struct Held<LaunchTemplate> {
  static constexpr auto table = &State::templates;
  static constexpr std::string_view prefix = "lt-";
};
template <>
struct Held<KeyPair> {
  static constexpr auto table = &State::keys;
  static constexpr std::string_view prefix = "key-";
};

template <class T>
const std::string& key_of(const T& thing) {
  return thing.id;
}
inline const std::string& key_of(const KeyPair& key) {
  return key.name;
}

/// What became of a thing whose instance is gone by now; false: it went with it.
template <class T>
bool settle(const Home&, T&) {
  return true;
}
bool settle(const Home& home, Volume& volume);
bool settle(const Home& home, NetworkInterface& interface);

template <class T>
std::optional<T> find_thing(const Home& home, std::string_view id) {
  std::optional<T> found;
  if (const T* held = (home.ec2.*Held<T>::table).find(id))
    found = *held;
  else if (!home.ec2.deleted.contains(id))
    found = find_default<T>(home, id);
  if (found && !settle(home, *found)) found.reset();
  return found;
}
template <class T>
std::optional<T> find_thing(const Call& call, std::string_view id) {
  return find_thing<T>(home_of(call), id);
}

/// The thing, or how EC2 says that it is not there.
template <class T>
Result<T> need(const Call& call, std::string_view id) {
  if (auto found = find_thing<T>(call, id)) return std::move(*found);
  return fail(wrong_id(Held<T>::prefix, id));
}

/// All things of a kind in id order.
template <class T>
std::vector<T> all_things(const Home& home) {
  std::vector<T> out;
  const auto& table = home.ec2.*Held<T>::table;
  for (T& thing : defaults<T>(home))
    if (!table.contains(key_of(thing)) && !home.ec2.deleted.contains(key_of(thing)))
      out.push_back(std::move(thing));
  for (const auto& [id, thing] : table) {
    T copy = *thing;
    if (settle(home, copy)) out.push_back(std::move(copy));
  }
  std::ranges::sort(out, {}, [](const T& thing) -> const std::string& { return key_of(thing); });
  return out;
}
template <class T>
std::vector<T> all_things(const Call& call) {
  return all_things<T>(home_of(call));
}

template <class T>
void keep(Call& call, T thing) {
  State& ec2 = call.own_region().ec2;
  const std::string id = key_of(thing);
  const auto plain = ec2.deleted.contains(id) ? std::nullopt : find_default<T>(home_of(call), id);
  if (plain && *plain == thing)
    (ec2.*Held<T>::table).erase(id);
  else
    (ec2.*Held<T>::table).put(id, std::move(thing));
}

template <class T>
void drop(Call& call, const std::string& id) {
  State& ec2 = call.own_region().ec2;
  (ec2.*Held<T>::table).erase(id);
  if (find_default<T>(home_of(call), id)) ec2.deleted.put(id, {call.now});
}

}  // namespace stint::cloud::ec2

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "cloud/cloud.h"

/// What is there without anybody having made it: the default VPC of every Region with a subnet in
/// each zone, its security group, gateway, route table and network ACL; the root volume and the
/// first network interface of every instance; Amazon's public images. They are functions of the
/// state, so a world that nobody touched holds none of them and copies in no time.
namespace stint::cloud::ec2 {

/// EC2 of one account in one Region, as a call sees it.
struct Home {
  std::string_view account, region;
  const State& ec2;
  Time now;
  Duration delay;  ///< of changes of state (propagation.instance)
};
Home home_of(const Call& call);

/// All that are there by themselves, in no order, deleted ones too; none for most kinds.
template <class T>
std::vector<T> defaults(const Home&) {
  return {};
}
template <class T>
std::optional<T> find_default(const Home& home, std::string_view id) {
  for (T& thing : defaults<T>(home))
    if (thing.id == id) return std::move(thing);
  return std::nullopt;
}

template <>
std::vector<Vpc> defaults<Vpc>(const Home& home);
template <>
std::vector<Subnet> defaults<Subnet>(const Home& home);
template <>
std::optional<Subnet> find_default<Subnet>(const Home& home, std::string_view id);
template <>
std::vector<SecurityGroup> defaults<SecurityGroup>(const Home& home);
template <>
std::optional<SecurityGroup> find_default<SecurityGroup>(const Home& home, std::string_view id);
template <>
std::vector<InternetGateway> defaults<InternetGateway>(const Home& home);
template <>
std::vector<RouteTable> defaults<RouteTable>(const Home& home);
template <>
std::vector<NetworkAcl> defaults<NetworkAcl>(const Home& home);
template <>
std::vector<Image> defaults<Image>(const Home& home);
template <>
std::optional<Image> find_default<Image>(const Home& home, std::string_view id);
template <>
std::vector<Volume> defaults<Volume>(const Home& home);
template <>
std::optional<Volume> find_default<Volume>(const Home& home, std::string_view id);
template <>
std::vector<NetworkInterface> defaults<NetworkInterface>(const Home& home);
template <>
std::optional<NetworkInterface> find_default<NetworkInterface>(const Home& home,
                                                               std::string_view id);
template <>
inline std::optional<KeyPair> find_default<KeyPair>(const Home&, std::string_view) {
  return std::nullopt;
}

/// Ids of the default network.
std::string default_vpc(std::string_view account, std::string_view region);
std::string default_subnet(std::string_view account, std::string_view zone);
std::string default_group(std::string_view account, std::string_view region);

/// What every VPC gets with it. `seed` makes the ids: the VPC's id.
SecurityGroup first_group(std::string_view account, std::string_view vpc, std::string_view id);
NetworkAcl first_acl(std::string_view vpc, std::string_view id);

/// Letters of a Region's zones.
std::string_view zone_letters(std::string_view region);

/// True once the instance is gone for good, with its root volume and interface.
bool is_gone(const Home& home, const Instance& instance);

}  // namespace stint::cloud::ec2

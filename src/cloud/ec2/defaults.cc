// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ec2/defaults.h"

#include <fmt/core.h>

#include <map>

#include "cloud/ec2/kinds.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/public_images.h"
#include "cloud/ec2/query.h"

namespace stint::cloud::ec2 {
namespace {

std::string place_of(const Home& home) {
  return fmt::format("{}/{}", home.account, home.region);
}

/// `image`: what the instance was made from, when it is a public one.
Volume root_volume(const Instance& instance, const Image* image) {
  Volume volume{.id = twin_id("vol-", instance.id), .zone = instance.zone};
  volume.created = volume.attached = instance.first_launched();
  volume.instance = instance.id;
  volume.device = "/dev/xvda";
  volume.delete_on_termination = true;
  if (image) {
    volume.device = image->root_device;
    volume.size = image->devices[0].size;
    volume.type = image->devices[0].type;
    volume.snapshot = image->devices[0].snapshot;
  }
  volume.iops = volume.type == "gp3" ? 3000 : 100;
  if (volume.type == "gp3") volume.throughput = 125;
  return volume;
}

NetworkInterface first_interface(const Home& home, const Instance& instance) {
  NetworkInterface out{.id = twin_id("eni-", instance.id), .subnet = subnet_of(home, instance)};
  out.private_ip = instance.private_ip;
  out.mac = mac_address(instance.id);
  out.groups = instance.groups;
  if (out.groups.empty()) out.groups = {default_group(home.account, home.region)};
  out.instance = instance.id;
  out.attachment = twin_id("eni-attach-", instance.id);
  out.delete_on_termination = true;
  out.source_dest_check = instance.source_dest_check;
  out.attached = instance.first_launched();
  return out;
}

Subnet first_subnet(const Home& home, char letter, std::string_view zone, std::string_view id) {
  Subnet subnet{.id = std::string(id), .vpc = default_vpc(home.account, home.region)};
  subnet.cidr = fmt::format("172.31.{}.0/20", 16 * (letter - 'a'));
  subnet.zone = zone;
  subnet.is_default = subnet.public_addresses = true;
  return subnet;
}

/// The instance that a thing of this id would come with.
const Instance* instance_of(const Home& home, std::string_view prefix, std::string_view id) {
  if (!id.starts_with(prefix)) return nullptr;
  const Instance* instance = home.ec2.instances.find(twin_id("i-", id));
  return instance && !is_gone(home, *instance) ? instance : nullptr;
}

}  // namespace

Home home_of(const Call& call) {
  static const State nothing;
  const State* ec2 = find_ec2(call.state, call.account, call.region);
  return {call.account, call.region, ec2 ? *ec2 : nothing, call.now,
          call.state.propagation.instance};
}

bool is_gone(const Home& home, const Instance& instance) {
  return instance.state_at(home.now, home.delay) == "terminated";
}

std::string_view zone_letters(std::string_view region) {
  if (region == "us-east-1") return "abcdef";
  if (region == "us-west-2" || region == "ap-northeast-2") return "abcd";
  return "abc";
}

std::string default_vpc(std::string_view account, std::string_view region) {
  return fixed_id("vpc-", fmt::format("{}/{}", account, region));
}
std::string default_subnet(std::string_view account, std::string_view zone) {
  return fixed_id("subnet-", fmt::format("{}/{}", account, zone));
}
std::string default_group(std::string_view account, std::string_view region) {
  return fixed_id("sg-", fmt::format("{}/{}", account, region));
}

SecurityGroup first_group(std::string_view account, std::string_view vpc, std::string_view id) {
  SecurityGroup group{.id = std::string(id),
                      .name = "default",
                      .description = "default VPC security group",
                      .vpc = std::string(vpc)};
  GroupRule in{.id = fixed_id("sgr-", fmt::format("{}/in", id))};
  in.group = id;
  in.group_account = account;
  GroupRule out{.id = fixed_id("sgr-", fmt::format("{}/out", id)), .egress = true};
  out.cidr = "0.0.0.0/0";
  group.rules = {std::move(in), std::move(out)};
  return group;
}

NetworkAcl first_acl(std::string_view vpc, std::string_view id) {
  NetworkAcl acl{.id = std::string(id), .vpc = std::string(vpc), .is_default = true};
  for (bool egress : {true, false})
    acl.entries.push_back(
        {.number = 100, .egress = egress, .action = "allow", .cidr = "0.0.0.0/0"});
  return acl;
}

template <>
std::vector<Vpc> defaults<Vpc>(const Home& home) {
  Vpc vpc{.id = default_vpc(home.account, home.region), .cidr = "172.31.0.0/16"};
  vpc.is_default = true;
  vpc.dns_hostnames = true;
  return {vpc};
}

template <>
std::vector<Subnet> defaults<Subnet>(const Home& home) {
  std::vector<Subnet> out;
  for (const char letter : zone_letters(home.region)) {
    const std::string zone = fmt::format("{}{}", home.region, letter);
    out.push_back(first_subnet(home, letter, zone, default_subnet(home.account, zone)));
  }
  return out;
}

template <>
std::optional<Subnet> find_default<Subnet>(const Home& home, std::string_view id) {
  for (const char letter : zone_letters(home.region)) {
    const std::string zone = fmt::format("{}{}", home.region, letter);
    if (default_subnet(home.account, zone) == id) return first_subnet(home, letter, zone, id);
  }
  return std::nullopt;
}

template <>
std::vector<SecurityGroup> defaults<SecurityGroup>(const Home& home) {
  return {first_group(home.account, default_vpc(home.account, home.region),
                      default_group(home.account, home.region))};
}

template <>
std::optional<SecurityGroup> find_default<SecurityGroup>(const Home& home, std::string_view id) {
  if (id != default_group(home.account, home.region)) return std::nullopt;
  return first_group(home.account, default_vpc(home.account, home.region), id);
}

template <>
std::vector<InternetGateway> defaults<InternetGateway>(const Home& home) {
  InternetGateway gateway{.id = fixed_id("igw-", place_of(home))};
  gateway.vpc = default_vpc(home.account, home.region);
  return {gateway};
}

template <>
std::vector<RouteTable> defaults<RouteTable>(const Home& home) {
  RouteTable table{.id = fixed_id("rtb-", place_of(home))};
  table.vpc = default_vpc(home.account, home.region);
  table.routes = {{"0.0.0.0/0", "GatewayId", fixed_id("igw-", place_of(home))}};
  table.associations = {{twin_id("rtbassoc-", table.id), ""}};
  return {table};
}

template <>
std::vector<NetworkAcl> defaults<NetworkAcl>(const Home& home) {
  return {first_acl(default_vpc(home.account, home.region), fixed_id("acl-", place_of(home)))};
}

template <>
std::vector<Image> defaults<Image>(const Home& home) {
  return public_images(home.region);
}

template <>
std::optional<Image> find_default<Image>(const Home& home, std::string_view id) {
  return find_public_image(home.region, id);
}

template <>
std::vector<Volume> defaults<Volume>(const Home& home) {
  std::vector<Volume> out;
  std::map<std::string, Image, std::less<>> images;
  for (Image& image : public_images(home.region)) images.emplace(image.id, std::move(image));
  for (const auto& [id, instance] : home.ec2.instances) {
    if (is_gone(home, *instance)) continue;
    const auto image = images.find(instance->image);
    out.push_back(root_volume(*instance, image == images.end() ? nullptr : &image->second));
  }
  return out;
}

template <>
std::optional<Volume> find_default<Volume>(const Home& home, std::string_view id) {
  const Instance* instance = instance_of(home, "vol-", id);
  if (!instance) return std::nullopt;
  const auto image = find_public_image(home.region, instance->image);
  return root_volume(*instance, image ? &*image : nullptr);
}

template <>
std::vector<NetworkInterface> defaults<NetworkInterface>(const Home& home) {
  std::vector<NetworkInterface> out;
  for (const auto& [id, instance] : home.ec2.instances)
    if (!is_gone(home, *instance)) out.push_back(first_interface(home, *instance));
  return out;
}

template <>
std::optional<NetworkInterface> find_default<NetworkInterface>(const Home& home,
                                                               std::string_view id) {
  const Instance* instance = instance_of(home, "eni-", id);
  if (!instance) return std::nullopt;
  return first_interface(home, *instance);
}

}  // namespace stint::cloud::ec2

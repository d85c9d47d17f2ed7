// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ec2/instance_rows.h"

#include <fmt/core.h>

#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"

namespace stint::cloud::ec2 {
namespace {

/// "User initiated (2026-11-24 11:18:00 GMT)" for whom somebody stopped.
std::string transition_reason(const Instance& instance) {
  if (instance.state != "stopping" && instance.state != "shutting-down") return {};
  std::string when = iso8601(instance.state_since);
  when[10] = ' ';
  when.resize(19);
  return fmt::format("User initiated ({} GMT)", when);
}

}  // namespace

InstanceRows::InstanceRows(const Call& call)
    : call_(call), home_(home_of(call)), ties_(all_ties(home_.ec2)) {
  for (Subnet& subnet : all_things<Subnet>(home_)) subnets_.emplace(subnet.id, std::move(subnet));
  for (SecurityGroup& group : all_things<SecurityGroup>(home_))
    group_names_.emplace(group.id, std::move(group.name));
  for (const auto& [id, volume] : home_.ec2.volumes)
    if (!volume->instance.empty()) volumes_[volume->instance].push_back(*volume);
  for (const auto& [id, interface] : home_.ec2.interfaces)
    if (!interface->instance.empty()) interfaces_[interface->instance].push_back(*interface);
  for (const auto& [id, address] : home_.ec2.addresses)
    if (!address->interface.empty()) addresses_.emplace(address->interface, address->ip);
  for (Image& image : all_things<Image>(home_)) images_.emplace(image.id, std::move(image));
}

std::string_view InstanceRows::state(const Instance& instance) const {
  return instance.state_at(home_.now, home_.delay);
}

std::string InstanceRows::reservation(const Instance& instance) const {
  return instance.reservation.empty() ? twin_id("r-", instance.id) : instance.reservation;
}

const Image* InstanceRows::image(const Instance& instance) const {
  auto found = images_.find(instance.image);
  return found == images_.end() ? nullptr : &found->second;
}

std::vector<std::string> InstanceRows::group_ids(const Instance& instance) const {
  if (!instance.groups.empty()) return instance.groups;
  return {default_group(call_.account, call_.region)};
}

Value::List InstanceRows::groups(const std::vector<std::string>& ids) const {
  Value::List out;
  for (const std::string& id : ids) {
    auto name = group_names_.find(id);
    out.push_back(
        object({{"GroupId", id}, {"GroupName", name == group_names_.end() ? "" : name->second}}));
  }
  return out;
}

Value::List InstanceRows::devices(const Instance& instance) const {
  std::vector<Volume> attached;
  if (auto held = volumes_.find(instance.id); held != volumes_.end()) attached = held->second;
  const std::string root = twin_id("vol-", instance.id);
  if (!home_.ec2.volumes.contains(root) && !home_.ec2.deleted.contains(root)) {
    Volume plain{.id = root};
    const Image* made_from = image(instance);
    plain.device = made_from ? made_from->root_device : "/dev/xvda";
    plain.attached = instance.first_launched();
    plain.delete_on_termination = true;
    attached.push_back(std::move(plain));
  }
  std::ranges::sort(attached, {}, [&](const Volume& volume) {
    return std::pair(volume.id != root, std::string_view(volume.device));
  });
  Value::List out;
  for (const Volume& volume : attached)
    out.push_back(object({{"DeviceName", volume.device},
                          {"Ebs", object({{"AttachTime", iso8601(volume.attached)},
                                          {"DeleteOnTermination", volume.delete_on_termination},
                                          {"Status", "attached"},
                                          {"VolumeId", volume.id}})}}));
  return out;
}

std::vector<NetworkInterface> InstanceRows::interfaces(const Instance& instance) const {
  std::vector<NetworkInterface> out;
  if (auto held = interfaces_.find(instance.id); held != interfaces_.end()) out = held->second;
  const std::string first = twin_id("eni-", instance.id);
  if (!home_.ec2.interfaces.contains(first) && !home_.ec2.deleted.contains(first))
    out.push_back(*find_default<NetworkInterface>(home_, first));
  std::ranges::sort(out, {}, &NetworkInterface::device_index);
  return out;
}

std::string InstanceRows::public_ip(const Instance& instance) const {
  auto held = addresses_.find(twin_id("eni-", instance.id));
  if (held != addresses_.end()) return held->second;
  const std::string_view now = state(instance);
  return now == "running" || now == "pending" ? instance.public_ip : std::string();
}

Value InstanceRows::interface(const NetworkInterface& one, const std::string& vpc,
                              const std::string& public_ip) const {
  const std::string name = private_dns(one.private_ip, call_.region);
  Object out{{"Attachment", object({{"AttachTime", iso8601(one.attached)},
                                    {"AttachmentId", one.attachment},
                                    {"DeleteOnTermination", one.delete_on_termination},
                                    {"DeviceIndex", one.device_index},
                                    {"Status", "attached"},
                                    {"NetworkCardIndex", 0}})},
             {"Description", one.description},
             {"Groups", groups(one.groups)},
             {"Ipv6Addresses", Value::List()},
             {"MacAddress", one.mac},
             {"NetworkInterfaceId", one.id},
             {"OwnerId", call_.account},
             {"PrivateDnsName", name},
             {"PrivateIpAddress", one.private_ip}};
  Value address =
      object({{"Primary", true}, {"PrivateDnsName", name}, {"PrivateIpAddress", one.private_ip}});
  if (!public_ip.empty()) {
    const Value association = object({{"IpOwnerId", "amazon"},
                                      {"PublicDnsName", public_dns(public_ip, call_.region)},
                                      {"PublicIp", public_ip}});
    out.append("Association", association);
    address.set("Association", association);
  }
  out.append("PrivateIpAddresses", Value::list({std::move(address)}));
  out.append("SourceDestCheck", one.source_dest_check);
  out.append("Status", "in-use");
  out.append("SubnetId", one.subnet);
  out.append("VpcId", vpc);
  out.append("InterfaceType", "interface");
  return out;
}

Value InstanceRows::row(const Instance& instance) const {
  const std::string_view now = state(instance);
  const bool gone = now == "terminated";
  const Image* made_from = image(instance);
  const auto subnet = subnets_.find(subnet_of(home_, instance));
  const std::string vpc = subnet == subnets_.end() ? "" : subnet->second.vpc;
  const std::string outside = gone ? "" : public_ip(instance);
  Object out{
      {"AmiLaunchIndex", instance.launch_index},
      {"ImageId", instance.image},
      {"InstanceId", instance.id},
      {"InstanceType", instance.type},
  };
  if (!instance.key.empty()) out.append("KeyName", instance.key);
  out.append("LaunchTime", iso8601(instance.launched));
  out.append("Monitoring", object({{"State", instance.monitoring ? "enabled" : "disabled"}}));
  out.append("Placement", object({{"AvailabilityZone", instance.zone},
                                  {"GroupName", ""},
                                  {"Tenancy", instance.tenancy}}));
  if (made_from && !made_from->platform.empty()) out.append("Platform", made_from->platform);
  out.append("PrivateDnsName", gone ? "" : private_dns(instance.private_ip, call_.region));
  if (!gone) out.append("PrivateIpAddress", instance.private_ip);
  out.append("ProductCodes", Value::List());
  out.append("PublicDnsName", public_dns(outside, call_.region));
  if (!outside.empty()) out.append("PublicIpAddress", outside);
  out.append("State", state_value(now));
  out.append("StateTransitionReason", transition_reason(instance));
  if (!gone) {
    out.append("SubnetId", subnet_of(home_, instance));
    out.append("VpcId", vpc);
  }
  out.append("Architecture", made_from ? std::string_view(made_from->architecture) : "x86_64");
  out.append("BlockDeviceMappings", gone ? Value::List() : devices(instance));
  out.append("ClientToken", instance.client_token);
  out.append("EbsOptimized", instance.ebs_optimized);
  out.append("EnaSupport", true);
  out.append("Hypervisor", "xen");
  auto own = ties_.find(instance.id);
  if (own != ties_.end())
    if (const Association* worn = shown_association(call_.state, own->second, call_.now))
      out.append("IamInstanceProfile",
                 object({{"Arn", worn->profile_arn}, {"Id", worn->profile_id}}));
  Value::List attached;
  if (!gone)
    for (const NetworkInterface& one : interfaces(instance))
      attached.push_back(interface(one, vpc, one.device_index == 0 ? outside : ""));
  out.append("NetworkInterfaces", std::move(attached));
  out.append("RootDeviceName", made_from ? std::string_view(made_from->root_device) : "/dev/xvda");
  out.append("RootDeviceType", "ebs");
  out.append("SecurityGroups", gone ? Value::List() : groups(group_ids(instance)));
  out.append("SourceDestCheck", instance.source_dest_check);
  if (!transition_reason(instance).empty())
    out.append("StateReason",
               object({{"Code", "Client.UserInitiatedShutdown"},
                       {"Message", "Client.UserInitiatedShutdown: User initiated shutdown"}}));
  out.append("Tags", tag_list(instance.tags));
  out.append("VirtualizationType", "hvm");
  out.append("MetadataOptions", object({{"State", "applied"},
                                        {"HttpTokens", instance.metadata.tokens},
                                        {"HttpPutResponseHopLimit", instance.metadata.hops},
                                        {"HttpEndpoint", instance.metadata.endpoint},
                                        {"HttpProtocolIpv6", instance.metadata.ipv6},
                                        {"InstanceMetadataTags", instance.metadata.tags}}));
  const bool windows = made_from && made_from->platform == "windows";
  out.append("PlatformDetails", windows ? "Windows" : "Linux/UNIX");
  out.append("UsageOperation", windows ? "RunInstances:0002" : "RunInstances");
  return out;
}

}  // namespace stint::cloud::ec2

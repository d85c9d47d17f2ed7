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
    : call_(call),
      home_(home_of(call)),
      default_group_(default_group(call.account, call.region)),
      ties_(all_ties(home_.ec2)) {
  for (const auto& [id, volume] : home_.ec2.volumes)
    if (!volume->instance.empty()) volumes_[volume->instance].push_back(*volume);
  for (const auto& [id, interface] : home_.ec2.interfaces)
    if (!interface->instance.empty()) interfaces_[interface->instance].push_back(*interface);
  for (const auto& [id, address] : home_.ec2.addresses)
    if (!address->interface.empty()) addresses_.emplace(address->interface, address->ip);
}

const std::string& InstanceRows::vpc_of(const std::string& subnet) const {
  const auto [found, fresh] = vpcs_.try_emplace(subnet);
  if (fresh)
    if (auto held = find_thing<Subnet>(home_, subnet)) found->second = std::move(held->vpc);
  return found->second;
}

const std::string& InstanceRows::group_name(const std::string& id) const {
  const auto [found, fresh] = group_names_.try_emplace(id);
  if (fresh)
    if (auto held = find_thing<SecurityGroup>(home_, id)) found->second = std::move(held->name);
  return found->second;
}

std::string_view InstanceRows::state(const Instance& instance) const {
  return instance.state_at(home_.now, home_.delay);
}

std::string InstanceRows::reservation(const Instance& instance) const {
  return instance.reservation.empty() ? twin_id("r-", instance.id) : instance.reservation;
}

const Image* InstanceRows::image(const Instance& instance) const {
  const auto [found, fresh] = images_.try_emplace(instance.image);
  if (fresh) found->second = find_thing<Image>(home_, instance.image);
  return found->second ? &*found->second : nullptr;
}

std::vector<std::string> InstanceRows::group_ids(const Instance& instance) const {
  if (!instance.groups.empty()) return instance.groups;
  return {default_group_};
}

Value::List InstanceRows::groups(const std::vector<std::string>& ids) const {
  Value::List out;
  for (const std::string& id : ids)
    out.push_back(object({{"GroupId", id}, {"GroupName", group_name(id)}}));
  return out;
}

const Value& InstanceRows::common(std::string_view text) const {
  auto found = common_texts_.find(text);
  if (found == common_texts_.end())
    found = common_texts_.emplace(std::string(text), Value(text)).first;
  return found->second;
}

template <class Make>
const Value& InstanceRows::common(std::string_view name, Make make) const {
  auto found = common_parts_.find(name);
  if (found == common_parts_.end())
    found = common_parts_.emplace(std::string(name), Value(make())).first;
  return found->second;
}

Value InstanceRows::shown_groups(const std::vector<std::string>& ids) const {
  std::string name = "groups";
  for (const std::string& id : ids) (name += ' ') += id;
  return common(name, [&] { return groups(ids); });
}

Value InstanceRows::placement(const Instance& instance) const {
  std::string name = "placement ";
  ((name += instance.zone) += ' ') += instance.tenancy;
  return common(name, [&] {
    return object(
        {{"AvailabilityZone", instance.zone}, {"GroupName", ""}, {"Tenancy", instance.tenancy}});
  });
}

Value InstanceRows::metadata(const Instance& instance) const {
  const auto& set = instance.metadata;
  std::string name = "metadata ";
  for (const std::string* part : {&set.tokens, &set.endpoint, &set.ipv6, &set.tags})
    (name += *part) += ' ';
  name += std::to_string(set.hops);
  return common(name, [&] {
    return object({{"State", "applied"},
                   {"HttpTokens", set.tokens},
                   {"HttpPutResponseHopLimit", set.hops},
                   {"HttpEndpoint", set.endpoint},
                   {"HttpProtocolIpv6", set.ipv6},
                   {"InstanceMetadataTags", set.tags}});
  });
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
    out.push_back(object({{"DeviceName", common(volume.device)},
                          {"Ebs", object({{"AttachTime", iso8601(volume.attached)},
                                          {"DeleteOnTermination", volume.delete_on_termination},
                                          {"Status", attached_},
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
  const Value name = private_dns(one.private_ip, call_.region);
  const Value private_ip = one.private_ip;
  Object out;
  out.reserve(18);
  out.append("Attachment", object({{"AttachTime", iso8601(one.attached)},
                                   {"AttachmentId", one.attachment},
                                   {"DeleteOnTermination", one.delete_on_termination},
                                   {"DeviceIndex", one.device_index},
                                   {"Status", attached_},
                                   {"NetworkCardIndex", 0}}));
  out.append("Description", common(one.description));
  out.append("Groups", shown_groups(one.groups));
  out.append("Ipv6Addresses", none_);
  out.append("MacAddress", one.mac);
  out.append("NetworkInterfaceId", one.id);
  out.append("OwnerId", common(call_.account));
  out.append("PrivateDnsName", name);
  out.append("PrivateIpAddress", private_ip);
  Value address =
      object({{"Primary", true}, {"PrivateDnsName", name}, {"PrivateIpAddress", private_ip}});
  if (!public_ip.empty()) {
    const Value association = object({{"IpOwnerId", common("amazon")},
                                      {"PublicDnsName", public_dns(public_ip, call_.region)},
                                      {"PublicIp", public_ip}});
    out.append("Association", association);
    address.set("Association", association);
  }
  out.append("PrivateIpAddresses", Value::list({std::move(address)}));
  out.append("SourceDestCheck", one.source_dest_check);
  out.append("Status", in_use_);
  out.append("SubnetId", common(one.subnet));
  out.append("VpcId", common(vpc));
  out.append("InterfaceType", plain_interface_);
  return out;
}

Value InstanceRows::row(const Instance& instance) const {
  const std::string_view now = state(instance);
  const bool gone = now == "terminated";
  const Image* made_from = image(instance);
  const std::string subnet_id = subnet_of(home_, instance);
  const std::string& vpc = vpc_of(subnet_id);
  const std::string outside = gone ? "" : public_ip(instance);
  const std::string_view monitoring = instance.monitoring ? "enabled" : "disabled";
  Object out;
  out.reserve(42);
  out.append("AmiLaunchIndex", instance.launch_index);
  out.append("ImageId", common(instance.image));
  out.append("InstanceId", instance.id);
  out.append("InstanceType", common(instance.type));
  if (!instance.key.empty()) out.append("KeyName", common(instance.key));
  out.append("LaunchTime", iso8601(instance.launched));
  out.append("Monitoring", common(monitoring, [&] { return object({{"State", monitoring}}); }));
  out.append("Placement", placement(instance));
  if (made_from && !made_from->platform.empty())
    out.append("Platform", common(made_from->platform));
  out.append("PrivateDnsName", gone ? "" : private_dns(instance.private_ip, call_.region));
  if (!gone) out.append("PrivateIpAddress", instance.private_ip);
  out.append("ProductCodes", none_);
  out.append("PublicDnsName", public_dns(outside, call_.region));
  if (!outside.empty()) out.append("PublicIpAddress", outside);
  out.append("State", common(now, [&] { return state_value(now); }));
  out.append("StateTransitionReason", transition_reason(instance));
  if (!gone) {
    out.append("SubnetId", common(subnet_id));
    out.append("VpcId", common(vpc));
  }
  out.append("Architecture",
             common(made_from ? std::string_view(made_from->architecture) : "x86_64"));
  out.append("BlockDeviceMappings", gone ? none_ : Value(devices(instance)));
  out.append("ClientToken", instance.client_token);
  out.append("EbsOptimized", instance.ebs_optimized);
  out.append("EnaSupport", true);
  out.append("Hypervisor", xen_);
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
  out.append("RootDeviceName",
             common(made_from ? std::string_view(made_from->root_device) : "/dev/xvda"));
  out.append("RootDeviceType", ebs_);
  out.append("SecurityGroups", gone ? none_ : shown_groups(group_ids(instance)));
  out.append("SourceDestCheck", instance.source_dest_check);
  if (!transition_reason(instance).empty())
    out.append("StateReason",
               object({{"Code", "Client.UserInitiatedShutdown"},
                       {"Message", "Client.UserInitiatedShutdown: User initiated shutdown"}}));
  out.append("Tags", tag_list(instance.tags));
  out.append("VirtualizationType", hvm_);
  out.append("MetadataOptions", metadata(instance));
  const bool windows = made_from && made_from->platform == "windows";
  out.append("PlatformDetails", common(windows ? "Windows" : "Linux/UNIX"));
  out.append("UsageOperation", common(windows ? "RunInstances:0002" : "RunInstances"));
  return out;
}

}  // namespace stint::cloud::ec2

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Network interfaces. The first one of an instance cannot be told apart from it.
#include <fmt/core.h>

#include "cloud/ec2/instance_rows.h"
#include "cloud/ec2/listing.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"

namespace stint::cloud::ec2 {
namespace {

constexpr FilterPath interface_filters[] = {
    {"addresses.private-ip-address", "PrivateIpAddresses[].PrivateIpAddress"},
    {"addresses.primary", "PrivateIpAddresses[].Primary"},
    {"association.public-ip", "Association.PublicIp"},
    {"association.allocation-id", "Association.AllocationId"},
    {"attachment.attachment-id", "Attachment.AttachmentId"},
    {"attachment.delete-on-termination", "Attachment.DeleteOnTermination"},
    {"attachment.device-index", "Attachment.DeviceIndex"},
    {"attachment.instance-id", "Attachment.InstanceId"},
    {"attachment.status", "Attachment.Status"},
    {"availability-zone", "AvailabilityZone"},
    {"description", "Description"},
    {"group-id", "Groups[].GroupId"},
    {"group-name", "Groups[].GroupName"},
    {"interface-type", "InterfaceType"},
    {"mac-address", "MacAddress"},
    {"network-interface-id", "NetworkInterfaceId"},
    {"owner-id", "OwnerId"},
    {"private-ip-address", "PrivateIpAddress"},
    {"requester-managed", "RequesterManaged"},
    {"source-dest-check", "SourceDestCheck"},
    {"status", "Status"},
    {"subnet-id", "SubnetId"},
    {"vpc-id", "VpcId"},
};

Value attachment(const Call& call, const NetworkInterface& one) {
  return object({{"AttachTime", iso8601(one.attached)},
                 {"AttachmentId", one.attachment},
                 {"DeleteOnTermination", one.delete_on_termination},
                 {"DeviceIndex", one.device_index},
                 {"NetworkCardIndex", 0},
                 {"InstanceId", one.instance},
                 {"InstanceOwnerId", call.account},
                 {"Status", "attached"}});
}

Value describe(const Call& call, const InstanceRows& names, const NetworkInterface& one) {
  const auto subnet = find_thing<Subnet>(call, one.subnet);
  const std::string name = private_dns(one.private_ip, call.region);
  Value address =
      object({{"Primary", true}, {"PrivateDnsName", name}, {"PrivateIpAddress", one.private_ip}});
  Object out;
  for (const auto& [id, held] : home_of(call).ec2.addresses)
    if (held->interface == one.id) {
      const Value association = object({{"AllocationId", id},
                                        {"AssociationId", held->association},
                                        {"IpOwnerId", call.account},
                                        {"PublicDnsName", public_dns(held->ip, call.region)},
                                        {"PublicIp", held->ip}});
      out.append("Association", association);
      address.set("Association", association);
    }
  if (!one.instance.empty()) out.append("Attachment", attachment(call, one));
  out.append("AvailabilityZone", subnet ? subnet->zone : std::string());
  out.append("Description", one.description);
  out.append("Groups", names.groups(one.groups));
  out.append("InterfaceType", "interface");
  out.append("Ipv6Addresses", Value::List());
  out.append("MacAddress", one.mac);
  out.append("NetworkInterfaceId", one.id);
  out.append("OwnerId", call.account);
  out.append("PrivateDnsName", name);
  out.append("PrivateIpAddress", one.private_ip);
  out.append("PrivateIpAddresses", Value::list({std::move(address)}));
  out.append("RequesterManaged", false);
  out.append("SourceDestCheck", one.source_dest_check);
  out.append("Status", one.instance.empty() ? "available" : "in-use");
  out.append("SubnetId", one.subnet);
  out.append("TagSet", tag_list(one.tags));
  out.append("VpcId", subnet ? subnet->vpc : std::string());
  return out;
}

bool is_first(const NetworkInterface& one) {
  return !one.instance.empty() && one.id == twin_id("eni-", one.instance);
}

/// Keeps an interface; what an instance says of its first one is said by the instance.
void keep_interface(Call& call, NetworkInterface one) {
  if (is_first(one)) {
    Instance& instance = *call.own_region().ec2.instances.edit(one.instance);
    instance.source_dest_check = one.source_dest_check;
    const std::vector<std::string> plain{default_group(call.account, call.region)};
    if (!instance.groups.empty() || one.groups != plain) instance.groups = one.groups;
  }
  keep(call, std::move(one));
}

Result<NetworkInterface> find_attachment(const Call& call, const std::string& id) {
  for (NetworkInterface& one : all_things<NetworkInterface>(call))
    if (one.attachment == id) return std::move(one);
  return fault("InvalidAttachmentID.NotFound",
               fmt::format("The attachment ID '{}' does not exist", id), 400, Code::not_found);
}

Result<std::vector<std::string>> read_groups(const Call& call, const Value& in,
                                             const std::string& vpc) {
  std::vector<std::string> out;
  for (const Value& id : in.items("Groups")) {
    const SecurityGroup group = TRY(need<SecurityGroup>(call, id.as_text()));
    if (group.vpc != vpc)
      return fault("InvalidParameter",
                   fmt::format("Security group {} and network {} belong to different networks.",
                               group.id, vpc));
    out.push_back(group.id);
  }
  if (out.empty())
    for (const SecurityGroup& group : all_things<SecurityGroup>(call))
      if (group.vpc == vpc && group.name == "default") out.push_back(group.id);
  return out;
}

}  // namespace

bool settle(const Home& home, NetworkInterface& interface) {
  if (interface.instance.empty()) return true;
  const Instance* instance = home.ec2.instances.find(interface.instance);
  if (instance && !is_gone(home, *instance)) {
    if (is_first(interface)) {
      interface.groups = instance->groups;
      if (interface.groups.empty()) interface.groups = {default_group(home.account, home.region)};
      interface.source_dest_check = instance->source_dest_check;
    }
    return true;
  }
  interface.instance.clear();
  interface.attachment.clear();
  return !interface.delete_on_termination;
}

Resources detached_interface(const Call& call, const Value& in) {
  const auto found = find_attachment(call, in.text("AttachmentId"));
  if (!found) return {arn_of(call.region, call.account, "network-interface", "*")};
  return {arn_of(call.region, call.account, "network-interface", found->id),
          arn_of(call.region, call.account, "instance", found->instance)};
}

Result<Value> describe_network_interfaces(Call& call, const Value& in) {
  const InstanceRows names(call);
  Value::List rows;
  for (const NetworkInterface& one : all_things<NetworkInterface>(call))
    rows.push_back(describe(call, names, one));
  return list_rows(in,
                   {.member = "NetworkInterfaces",
                    .ids = "NetworkInterfaceIds",
                    .id = "NetworkInterfaceId",
                    .prefix = "eni-",
                    .filters = interface_filters,
                    .names_token = true},
                   std::move(rows));
}

Result<Value> create_network_interface(Call& call, const Value& in) {
  const std::vector<std::string> before = TRY(made_before(call, in));
  if (!before.empty()) {
    const NetworkInterface made = TRY(need<NetworkInterface>(call, before[0]));
    return object({{"NetworkInterface", describe(call, InstanceRows(call), made)}});
  }
  const Subnet subnet = TRY(need<Subnet>(call, in.text("SubnetId")));
  NetworkInterface one{.subnet = subnet.id, .description = in.text("Description")};
  one.groups = TRY(read_groups(call, in, subnet.vpc));
  auto used = used_addresses(home_of(call), subnet);
  one.private_ip = in.text("PrivateIpAddress");
  if (!one.private_ip.empty()) {
    const auto address = parse_address(one.private_ip);
    const auto block = parse_block(subnet.cidr);
    if (!address || !block || !block->contains({.base = *address}))
      return fault("InvalidParameterValue",
                   "Address does not fall within the subnet's address range");
    if (used.contains(*address))
      return fault("InvalidIPAddress.InUse", fmt::format("Address {} is in use.", one.private_ip),
                   400, Code::conflict);
  } else if (auto address = free_address(subnet, used)) {
    one.private_ip = *address;
  } else {
    return fault("InsufficientFreeAddressesInSubnet",
                 "The specified subnet does not have enough free addresses to satisfy the "
                 "request.");
  }
  one.tags = TRY(tags_for(call, in, "network-interface"));
  one.id = call.new_hex_id("eni-0", 16);
  one.mac = mac_address(one.id);
  remember_made(call, in, {one.id});
  keep(call, one);
  call.effect = "created";
  Value row = describe(call, InstanceRows(call), one);
  row.set("Status", "pending");
  return object({{"NetworkInterface", std::move(row)}});
}

Result<Value> delete_network_interface(Call& call, const Value& in) {
  const NetworkInterface one = TRY(need<NetworkInterface>(call, in.text("NetworkInterfaceId")));
  if (!one.instance.empty())
    return fault("InvalidParameterValue",
                 fmt::format("Network interface '{}' is currently in use.", one.id));
  for (const Address& address : all_things<Address>(call))
    if (address.interface == one.id) {
      Address freed = address;
      freed.association.clear();
      freed.interface.clear();
      keep(call, std::move(freed));
    }
  drop<NetworkInterface>(call, one.id);
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> attach_network_interface(Call& call, const Value& in) {
  NetworkInterface one = TRY(need<NetworkInterface>(call, in.text("NetworkInterfaceId")));
  const Instance& instance = *TRY(need_instance(call, in.text("InstanceId")));
  if (!one.instance.empty())
    return fault("InvalidNetworkInterface.InUse", fmt::format("Interface: [{}] in use.", one.id),
                 400, Code::conflict);
  const auto subnet = find_thing<Subnet>(call, one.subnet);
  if (subnet && subnet->zone != instance.zone)
    return fault("InvalidParameterCombination",
                 "You may not attach a network interface to an instance if they are not in the "
                 "same availability zone");
  const auto index = static_cast<int>(in.integer("DeviceIndex"));
  for (const NetworkInterface& other : all_things<NetworkInterface>(call))
    if (other.instance == instance.id && other.device_index == index)
      return fault("InvalidParameterValue",
                   fmt::format("Instance '{}' already has an interface attached at device index "
                               "'{}'.",
                               instance.id, index));
  one.instance = instance.id;
  one.attachment = call.new_hex_id("eni-attach-0", 16);
  one.device_index = index;
  one.attached = call.now;
  one.delete_on_termination = false;
  Value answer = object({{"AttachmentId", one.attachment}, {"NetworkCardIndex", 0}});
  keep(call, std::move(one));
  call.effect = "changed";
  return answer;
}

Result<Value> detach_network_interface(Call& call, const Value& in) {
  NetworkInterface one = TRY(find_attachment(call, in.text("AttachmentId")));
  if (one.device_index == 0)
    return fault("OperationNotPermitted",
                 "The network interface at device index 0 cannot be detached.");
  one.instance.clear();
  one.attachment.clear();
  one.device_index = 0;
  keep(call, std::move(one));
  call.effect = "changed";
  return Value(Object());
}

Result<Value> describe_network_interface_attribute(Call& call, const Value& in) {
  const NetworkInterface one = TRY(need<NetworkInterface>(call, in.text("NetworkInterfaceId")));
  const std::string& attribute = in.text("Attribute");
  Object out{{"NetworkInterfaceId", one.id}};
  if (attribute == "description") {
    out.append("Description", object({{"Value", one.description}}));
  } else if (attribute == "groupSet") {
    out.append("Groups", InstanceRows(call).groups(one.groups));
  } else if (attribute == "sourceDestCheck") {
    out.append("SourceDestCheck", object({{"Value", one.source_dest_check}}));
  } else if (attribute == "attachment") {
    if (!one.instance.empty()) out.append("Attachment", attachment(call, one));
  } else {
    return fault("InvalidParameterValue",
                 fmt::format("Value ({}) for parameter attribute is invalid. Unknown attribute.",
                             attribute));
  }
  return out;
}

Result<Value> modify_network_interface_attribute(Call& call, const Value& in) {
  NetworkInterface one = TRY(need<NetworkInterface>(call, in.text("NetworkInterfaceId")));
  if (in.find("Description")) one.description = in["Description"].text("Value");
  if (in.find("SourceDestCheck"))
    one.source_dest_check = in["SourceDestCheck"].flag("Value", one.source_dest_check);
  if (in["Groups"].size()) {
    const auto subnet = find_thing<Subnet>(call, one.subnet);
    one.groups = TRY(read_groups(call, in, subnet ? subnet->vpc : std::string()));
  }
  if (const Value& changes = in["Attachment"]; !changes.is_null()) {
    if (changes.text("AttachmentId") != one.attachment || one.attachment.empty())
      return fault(
          "InvalidAttachmentID.NotFound",
          fmt::format("The attachment ID '{}' does not exist", changes.text("AttachmentId")), 400,
          Code::not_found);
    one.delete_on_termination = changes.flag("DeleteOnTermination", one.delete_on_termination);
  }
  keep_interface(call, std::move(one));
  call.effect = "changed";
  return Value(Object());
}

}  // namespace stint::cloud::ec2

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Elastic IP addresses, of the block that is kept for benchmarks (RFC 2544): nobody's in earnest.
#include <fmt/core.h>

#include "cloud/ec2/listing.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"
#include "cloud/ec2/things.h"

namespace stint::cloud::ec2 {
namespace {

constexpr FilterPath address_filters[] = {
    {"allocation-id", "AllocationId"},
    {"association-id", "AssociationId"},
    {"domain", "Domain"},
    {"instance-id", "InstanceId"},
    {"network-border-group", "NetworkBorderGroup"},
    {"network-interface-id", "NetworkInterfaceId"},
    {"network-interface-owner-id", "NetworkInterfaceOwnerId"},
    {"private-ip-address", "PrivateIpAddress"},
    {"public-ip", "PublicIp"},
};

Value describe(const Call& call, const Address& address) {
  Object out;
  if (!address.instance.empty()) out.append("InstanceId", address.instance);
  out.append("PublicIp", address.ip);
  out.append("AllocationId", address.id);
  if (!address.association.empty()) out.append("AssociationId", address.association);
  out.append("Domain", "vpc");
  if (const auto one = find_thing<NetworkInterface>(call, address.interface)) {
    out.append("NetworkInterfaceId", one->id);
    out.append("NetworkInterfaceOwnerId", call.account);
    out.append("PrivateIpAddress", one->private_ip);
  }
  out.append("Tags", tag_list(address.tags));
  out.append("PublicIpv4Pool", "amazon");
  out.append("NetworkBorderGroup", call.region);
  return out;
}

/// The address that a request means: by allocation, by address, by association.
Result<Address> named_address(const Call& call, const Value& in) {
  const std::string &id = in.text("AllocationId"), &ip = in.text("PublicIp"),
                    &association = in.text("AssociationId");
  if (!id.empty()) return need<Address>(call, id);
  for (Address& address : all_things<Address>(call))
    if ((!ip.empty() && address.ip == ip) ||
        (!association.empty() && address.association == association))
      return std::move(address);
  if (!ip.empty())
    return fault("InvalidAddress.NotFound", fmt::format("Address '{}' not found.", ip), 400,
                 Code::not_found);
  if (!association.empty())
    return fault("InvalidAssociationID.NotFound",
                 fmt::format("The association ID '{}' does not exist", association), 400,
                 Code::not_found);
  return fault("MissingParameter", "Either public IP or allocation id must be specified");
}

}  // namespace

Resources address_resources(const Call& call, const Value& in) {
  const auto address = named_address(call, in);
  Resources out{arn_of(call.region, call.account, "elastic-ip", address ? address->id : "*")};
  for (const auto& [type, member] :
       {std::pair("instance", "InstanceId"), {"network-interface", "NetworkInterfaceId"}})
    if (!in.text(member).empty())
      out.push_back(arn_of(call.region, call.account, type, in.text(member)));
  return out;
}

Result<Value> describe_addresses(Call& call, const Value& in) {
  const Value::List& ips = in.items("PublicIps");
  for (const Value& ip : ips) TRY(named_address(call, object({{"PublicIp", ip}})));
  Value::List rows;
  for (const Address& address : all_things<Address>(call))
    if (ips.empty() || std::ranges::find(ips, Value(address.ip)) != ips.end())
      rows.push_back(describe(call, address));
  return list_rows(in,
                   {.member = "Addresses",
                    .ids = "AllocationIds",
                    .id = "AllocationId",
                    .prefix = "eipalloc-",
                    .filters = address_filters},
                   std::move(rows));
}

Result<Value> allocate_address(Call& call, const Value& in) {
  if (!in.text("Domain").empty() && in.text("Domain") != "vpc" && in.text("Domain") != "standard")
    return fault("InvalidParameterValue",
                 fmt::format("Invalid value '{}' for domain.", in.text("Domain")));
  Address address;
  address.tags = TRY(tags_for(call, in, "elastic-ip"));
  address.id = call.new_hex_id("eipalloc-0", 16);
  address.ip = address_text((198u << 24 | 19u << 16) +
                            static_cast<std::uint32_t>(call.state.random.below(65536)));
  Value answer = object({{"PublicIp", address.ip},
                         {"AllocationId", address.id},
                         {"PublicIpv4Pool", "amazon"},
                         {"NetworkBorderGroup", call.region},
                         {"Domain", "vpc"}});
  keep(call, std::move(address));
  call.effect = "created";
  return answer;
}

Result<Value> release_address(Call& call, const Value& in) {
  const Address address = TRY(named_address(call, in));
  if (!address.association.empty())
    return fault("InvalidIPAddress.InUse", fmt::format("Address {} is in use.", address.ip), 400,
                 Code::conflict);
  drop<Address>(call, address.id);
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> associate_address(Call& call, const Value& in) {
  Address address = TRY(named_address(call, in));
  std::string interface = in.text("NetworkInterfaceId");
  if (interface.empty()) {
    const Instance& instance = *TRY(need_instance(call, in.text("InstanceId")));
    const std::string_view state = instance.state_at(call.now, call.state.propagation.instance);
    if (state == "terminated" || state == "shutting-down" || state == "pending")
      return fault(
          "IncorrectInstanceState",
          fmt::format("The pending-instance-creation instance to which '{}' is attached is "
                      "not in a valid state for this operation",
                      twin_id("eni-", instance.id)),
          400, Code::conflict);
    interface = twin_id("eni-", instance.id);
  }
  const NetworkInterface one = TRY(need<NetworkInterface>(call, interface));
  if (!address.association.empty() && address.interface != one.id &&
      !in.flag("AllowReassociation", true))
    return fault("Resource.AlreadyAssociated",
                 fmt::format("resource {} is already associated with associate-id {}", address.id,
                             address.association),
                 400, Code::conflict);
  // An interface has one Elastic IP: what it had before is free again.
  for (Address& other : all_things<Address>(call))
    if (other.interface == one.id && other.id != address.id) {
      other.association.clear();
      other.instance.clear();
      other.interface.clear();
      keep(call, std::move(other));
    }
  address.association = call.new_hex_id("eipassoc-0", 16);
  address.interface = one.id;
  address.instance = one.instance;
  Value answer = object({{"AssociationId", address.association}});
  keep(call, std::move(address));
  call.effect = "changed";
  return answer;
}

Result<Value> disassociate_address(Call& call, const Value& in) {
  Address address = TRY(named_address(call, in));
  if (address.association.empty())
    return fault("InvalidAssociationID.NotFound",
                 fmt::format("The address '{}' has no association", address.ip), 400,
                 Code::not_found);
  address.association.clear();
  address.instance.clear();
  address.interface.clear();
  keep(call, std::move(address));
  call.effect = "changed";
  return Value(Object());
}

}  // namespace stint::cloud::ec2

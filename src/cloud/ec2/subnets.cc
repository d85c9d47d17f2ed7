// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "cloud/ec2/listing.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"
#include "cloud/ec2/things.h"

namespace stint::cloud::ec2 {
namespace {

constexpr FilterPath subnet_filters[] = {
    {"availability-zone", "AvailabilityZone"},
    {"availability-zone-id", "AvailabilityZoneId"},
    {"availabilityZone", "AvailabilityZone"},
    {"available-ip-address-count", "AvailableIpAddressCount"},
    {"cidr", "CidrBlock"},
    {"cidr-block", "CidrBlock"},
    {"cidrBlock", "CidrBlock"},
    {"default-for-az", "DefaultForAz"},
    {"defaultForAz", "DefaultForAz"},
    {"map-public-ip-on-launch", "MapPublicIpOnLaunch"},
    {"owner-id", "OwnerId"},
    {"state", "State"},
    {"subnet-arn", "SubnetArn"},
    {"subnet-id", "SubnetId"},
    {"vpc-id", "VpcId"},
};

Value describe(const Call& call, const Subnet& subnet) {
  const auto block = parse_block(subnet.cidr);
  const auto used = static_cast<std::int64_t>(used_addresses(home_of(call), subnet).size());
  // Five of every subnet are AWS's.
  const std::int64_t free = block ? static_cast<std::int64_t>(block->size()) - 5 - used : 0;
  return object(
      {{"AvailabilityZone", subnet.zone},
       {"AvailabilityZoneId", zone_id(subnet.zone)},
       {"AvailableIpAddressCount", free},
       {"CidrBlock", subnet.cidr},
       {"DefaultForAz", subnet.is_default},
       {"MapPublicIpOnLaunch", subnet.public_addresses},
       {"MapCustomerOwnedIpOnLaunch", false},
       {"State", "available"},
       {"SubnetId", subnet.id},
       {"VpcId", subnet.vpc},
       {"OwnerId", call.account},
       {"AssignIpv6AddressOnCreation", false},
       {"Ipv6CidrBlockAssociationSet", Value::List()},
       {"Tags", tag_list(subnet.tags)},
       {"SubnetArn", arn_of(call.region, call.account, "subnet", subnet.id)},
       {"EnableDns64", false},
       {"Ipv6Native", false},
       {"PrivateDnsNameOptionsOnLaunch", object({{"HostnameType", "ip-name"},
                                                 {"EnableResourceNameDnsARecord", false},
                                                 {"EnableResourceNameDnsAAAARecord", false}})}});
}

Result<std::string> choose_zone(const Call& call, const Value& in) {
  const std::string& id = in.text("AvailabilityZoneId");
  std::string zone = in.text("AvailabilityZone");
  if (!id.empty())
    for (const char letter : zone_letters(call.region))
      if (zone_id(call.region + letter) == id) zone = call.region + letter;
  if (zone.empty() && id.empty()) return call.region + "a";
  if (is_zone(call.region, zone)) return zone;
  std::string valid;
  for (const char letter : zone_letters(call.region))
    valid += fmt::format("{}{}{}", valid.empty() ? "" : ", ", call.region, letter);
  return fault("InvalidParameterValue",
               fmt::format("Value ({}) for parameter availabilityZone is invalid. Subnets can "
                           "currently only be created in the following availability zones: {}.",
                           zone.empty() ? id : zone, valid));
}

}  // namespace

Result<Value> describe_subnets(Call& call, const Value& in) {
  Value::List rows;
  for (const Subnet& subnet : all_things<Subnet>(call)) rows.push_back(describe(call, subnet));
  return list_rows(in,
                   {.member = "Subnets",
                    .ids = "SubnetIds",
                    .id = "SubnetId",
                    .prefix = "subnet-",
                    .filters = subnet_filters,
                    .names_token = true},
                   std::move(rows));
}

Result<Value> create_subnet(Call& call, const Value& in) {
  const Vpc vpc = TRY(need<Vpc>(call, in.text("VpcId")));
  const std::string& text = in.text("CidrBlock");
  if (text.empty())
    return fault("MissingParameter", "The request must contain the parameter cidrBlock");
  const auto block = parse_block(text), around = parse_block(vpc.cidr);
  if (!block)
    return fault("InvalidParameterValue",
                 fmt::format("Value ({}) for parameter cidrBlock is invalid. This is not a valid "
                             "CIDR block.",
                             text));
  if (block->bits < 16 || block->bits > 28 || !around || !around->contains(*block))
    return fault("InvalidSubnet.Range", fmt::format("The CIDR '{}' is invalid.", text));
  for (const Subnet& other : all_things<Subnet>(call)) {
    const auto taken = parse_block(other.cidr);
    if (other.vpc == vpc.id && taken && taken->overlaps(*block))
      return fault("InvalidSubnet.Conflict",
                   fmt::format("The CIDR '{}' conflicts with another subnet", text), 400,
                   Code::conflict);
  }
  Subnet subnet{.vpc = vpc.id, .cidr = to_text(*block)};
  subnet.zone = TRY(choose_zone(call, in));
  subnet.tags = TRY(tags_for(call, in, "subnet"));
  subnet.id = call.new_hex_id("subnet-0", 16);
  Value answer = object({{"Subnet", describe(call, subnet)}});
  keep(call, std::move(subnet));
  call.effect = "created";
  return answer;
}

Result<Value> delete_subnet(Call& call, const Value& in) {
  const Subnet subnet = TRY(need<Subnet>(call, in.text("SubnetId")));
  for (const NetworkInterface& one : all_things<NetworkInterface>(call))
    if (one.subnet == subnet.id)
      return fault(
          "DependencyViolation",
          fmt::format("The subnet '{}' has dependencies and cannot be deleted.", subnet.id), 400,
          Code::conflict);
  // Its ties to route tables and access lists go with it.
  for (RouteTable& table : all_things<RouteTable>(call))
    if (std::erase_if(table.associations,
                      [&](const TableAssociation& one) { return one.subnet == subnet.id; }))
      keep(call, std::move(table));
  for (NetworkAcl& acl : all_things<NetworkAcl>(call))
    if (acl.subnets.erase(subnet.id)) keep(call, std::move(acl));
  drop<Subnet>(call, subnet.id);
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> modify_subnet_attribute(Call& call, const Value& in) {
  Subnet subnet = TRY(need<Subnet>(call, in.text("SubnetId")));
  subnet.public_addresses = in["MapPublicIpOnLaunch"].flag("Value", subnet.public_addresses);
  keep(call, std::move(subnet));
  call.effect = "changed";
  return Value(Object());
}

}  // namespace stint::cloud::ec2

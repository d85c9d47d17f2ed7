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

constexpr FilterPath vpc_filters[] = {
    {"cidr", "CidrBlock"},
    {"cidr-block-association.cidr-block", "CidrBlockAssociationSet[].CidrBlock"},
    {"cidr-block-association.state", "CidrBlockAssociationSet[].CidrBlockState.State"},
    {"dhcp-options-id", "DhcpOptionsId"},
    {"is-default", "IsDefault"},
    {"isDefault", "IsDefault"},
    {"owner-id", "OwnerId"},
    {"state", "State"},
    {"vpc-id", "VpcId"},
};

Value describe(const Call& call, const Vpc& vpc) {
  return object(
      {{"CidrBlock", vpc.cidr},
       {"DhcpOptionsId", fixed_id("dopt-", fmt::format("{}/{}", call.account, call.region))},
       {"State", "available"},
       {"VpcId", vpc.id},
       {"OwnerId", call.account},
       {"InstanceTenancy", vpc.tenancy},
       {"Ipv6CidrBlockAssociationSet", Value::List()},
       {"CidrBlockAssociationSet",
        Value::list({object({{"AssociationId", twin_id("vpc-cidr-assoc-", vpc.id)},
                             {"CidrBlock", vpc.cidr},
                             {"CidrBlockState", object({{"State", "associated"}})}})})},
       {"IsDefault", vpc.is_default},
       {"Tags", tag_list(vpc.tags)}});
}

/// What keeps a VPC from being deleted: everything in it that it did not come with.
bool in_use(const Call& call, const std::string& vpc) {
  for (const Subnet& subnet : all_things<Subnet>(call))
    if (subnet.vpc == vpc) return true;
  for (const InternetGateway& gateway : all_things<InternetGateway>(call))
    if (gateway.vpc == vpc) return true;
  for (const SecurityGroup& group : all_things<SecurityGroup>(call))
    if (group.vpc == vpc && group.name != "default") return true;
  for (const RouteTable& table : all_things<RouteTable>(call))
    if (table.vpc == vpc && !table.main()) return true;
  for (const NetworkAcl& acl : all_things<NetworkAcl>(call))
    if (acl.vpc == vpc && !acl.is_default) return true;
  return false;
}

}  // namespace

Result<Value> describe_vpcs(Call& call, const Value& in) {
  Value::List rows;
  for (const Vpc& vpc : all_things<Vpc>(call)) rows.push_back(describe(call, vpc));
  return list_rows(in,
                   {.member = "Vpcs",
                    .ids = "VpcIds",
                    .id = "VpcId",
                    .prefix = "vpc-",
                    .filters = vpc_filters,
                    .names_token = true},
                   std::move(rows));
}

Result<Value> create_vpc(Call& call, const Value& in) {
  const std::string& text = in.text("CidrBlock");
  if (text.empty())
    return fault("MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.");
  const auto block = parse_block(text);
  if (!block)
    return fault("InvalidParameterValue",
                 fmt::format("Value ({}) for parameter cidrBlock is invalid. This is not a valid "
                             "CIDR block.",
                             text));
  if (block->bits < 16 || block->bits > 28)
    return fault("InvalidVpc.Range", fmt::format("The CIDR '{}' is invalid.", text));
  Vpc vpc{.id = call.new_hex_id("vpc-0", 16), .cidr = to_text(*block)};
  if (!in.text("InstanceTenancy").empty()) vpc.tenancy = in.text("InstanceTenancy");
  vpc.tags = TRY(tags_for(call, in, "vpc"));
  keep(call, first_group(call.account, vpc.id, call.new_hex_id("sg-0", 16)));
  keep(call, first_acl(vpc.id, call.new_hex_id("acl-0", 16)));
  RouteTable table{.id = call.new_hex_id("rtb-0", 16), .vpc = vpc.id};
  table.associations = {{twin_id("rtbassoc-", table.id), ""}};
  keep(call, std::move(table));
  Value answer = object({{"Vpc", describe(call, vpc)}});
  answer.edit_object().find("Vpc")->set("State", "pending");
  keep(call, std::move(vpc));
  call.effect = "created";
  return answer;
}

Result<Value> delete_vpc(Call& call, const Value& in) {
  const Vpc vpc = TRY(need<Vpc>(call, in.text("VpcId")));
  if (in_use(call, vpc.id))
    return fault("DependencyViolation",
                 fmt::format("The vpc '{}' has dependencies and cannot be deleted.", vpc.id), 400,
                 Code::conflict);
  for (const SecurityGroup& group : all_things<SecurityGroup>(call))
    if (group.vpc == vpc.id) drop<SecurityGroup>(call, group.id);
  for (const RouteTable& table : all_things<RouteTable>(call))
    if (table.vpc == vpc.id) drop<RouteTable>(call, table.id);
  for (const NetworkAcl& acl : all_things<NetworkAcl>(call))
    if (acl.vpc == vpc.id) drop<NetworkAcl>(call, acl.id);
  drop<Vpc>(call, vpc.id);
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> describe_vpc_attribute(Call& call, const Value& in) {
  const Vpc vpc = TRY(need<Vpc>(call, in.text("VpcId")));
  const std::string& attribute = in.text("Attribute");
  Object out{{"VpcId", vpc.id}};
  if (attribute == "enableDnsSupport") {
    out.append("EnableDnsSupport", object({{"Value", vpc.dns_support}}));
  } else if (attribute == "enableDnsHostnames") {
    out.append("EnableDnsHostnames", object({{"Value", vpc.dns_hostnames}}));
  } else if (attribute == "enableNetworkAddressUsageMetrics") {
    out.append("EnableNetworkAddressUsageMetrics", object({{"Value", false}}));
  } else {
    return fault("InvalidParameterValue",
                 fmt::format("Value ({}) for parameter attribute is invalid. Unknown attribute.",
                             attribute));
  }
  return out;
}

Result<Value> modify_vpc_attribute(Call& call, const Value& in) {
  Vpc vpc = TRY(need<Vpc>(call, in.text("VpcId")));
  vpc.dns_support = in["EnableDnsSupport"].flag("Value", vpc.dns_support);
  vpc.dns_hostnames = in["EnableDnsHostnames"].flag("Value", vpc.dns_hostnames);
  keep(call, std::move(vpc));
  call.effect = "changed";
  return Value(Object());
}

}  // namespace stint::cloud::ec2

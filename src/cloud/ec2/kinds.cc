// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Codes and texts: "Error codes for the Amazon EC2 API" of the EC2 API Reference, and what clients
// have shown in public of them.
#include "cloud/ec2/kinds.h"

#include <fmt/core.h>

#include <algorithm>

namespace stint::cloud::ec2 {
namespace {

constexpr std::string_view gone = "' does not exist";

constexpr Kind kinds[] = {
    {"acl-", "network-acl", "InvalidNetworkAclID.NotFound", "The networkAcl ID '", gone, ""},
    {"ami-", "image", "InvalidAMIID.NotFound", "The image id '[", "]' does not exist",
     "InvalidAMIID.Malformed"},
    {"eipalloc-", "elastic-ip", "InvalidAllocationID.NotFound", "The allocation ID '", gone, ""},
    {"eni-", "network-interface", "InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '",
     gone, "InvalidNetworkInterfaceID.Malformed"},
    {"fl-", "vpc-flow-log", "InvalidFlowLogId.NotFound",
     "These flow log ids in the input list are "
     "not found: [TotalCount: 1] ",
     "", ""},
    {"i-", "instance", "InvalidInstanceID.NotFound", "The instance ID '", gone,
     "InvalidInstanceID.Malformed"},
    {"igw-", "internet-gateway", "InvalidInternetGatewayID.NotFound", "The internetGateway ID '",
     gone, ""},
    {"key-", "key-pair", "InvalidKeyPair.NotFound", "The key pair '", gone, ""},
    {"lt-", "launch-template", "InvalidLaunchTemplateId.NotFound",
     "The specified launch template, with template ID ", ", does not exist.",
     "InvalidLaunchTemplateId.Malformed"},
    {"rtb-", "route-table", "InvalidRouteTableID.NotFound", "The routeTable ID '", gone, ""},
    {"sg-", "security-group", "InvalidGroup.NotFound", "The security group '", gone,
     "InvalidGroupId.Malformed"},
    {"sgr-", "security-group-rule", "InvalidSecurityGroupRuleId.NotFound",
     "The security group rule ID '", gone, "InvalidSecurityGroupRuleId.Malformed"},
    {"snap-", "snapshot", "InvalidSnapshot.NotFound", "The snapshot '", "' does not exist.",
     "InvalidParameterValue"},
    {"subnet-", "subnet", "InvalidSubnetID.NotFound", "The subnet ID '", gone, ""},
    {"vol-", "volume", "InvalidVolume.NotFound", "The volume '", "' does not exist.",
     "InvalidParameterValue"},
    {"vpc-", "vpc", "InvalidVpcID.NotFound", "The vpc ID '", gone, ""},
};
static_assert(std::ranges::is_sorted(kinds, {}, &Kind::prefix));

}  // namespace

const Kind* kind_of(std::string_view id) {
  for (const Kind& kind : kinds)
    if (id.starts_with(kind.prefix)) return &kind;
  return nullptr;
}

const Kind* kind_of_type(std::string_view type) {
  for (const Kind& kind : kinds)
    if (kind.type == type) return &kind;
  return nullptr;
}

bool well_formed_id(std::string_view id, std::string_view prefix) {
  if (!id.starts_with(prefix)) return false;
  id.remove_prefix(prefix.size());
  return (id.size() == 8 || id.size() == 17) &&
         id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Error wrong_id(std::string_view prefix, std::string_view id) {
  const Kind& kind = *kind_of(prefix);
  if (kind.malformed.empty() || well_formed_id(id, prefix))
    return {Code::not_found, std::string(kind.missing),
            fmt::format("{}{}{}", kind.before, id, kind.after), 400};
  std::string text = fmt::format("Invalid id: \"{}\"", id);
  if (kind.malformed == "InvalidParameterValue")
    text = fmt::format("Value ({}) for parameter {}Id is invalid. Expected: '{}...'.", id,
                       kind.type, prefix);
  else if (prefix != "i-")
    text += fmt::format(" (expecting \"{}...\")", prefix);
  return {Code::invalid, std::string(kind.malformed), std::move(text), 400};
}

std::string arn_of(std::string_view region, std::string_view account, std::string_view type,
                   std::string_view id) {
  if (type == "image" || type == "snapshot") account = {};
  return fmt::format("arn:aws:ec2:{}:{}:{}/{}", region, account, type, id);
}

std::string twin_id(std::string_view prefix, std::string_view id) {
  return std::string(prefix) += id.substr(id.find('-') + 1);
}

}  // namespace stint::cloud::ec2

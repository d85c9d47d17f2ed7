// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ec2/groups.h"

#include <fmt/core.h>

#include "cloud/ec2/listing.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"

namespace stint::cloud::ec2 {
namespace {

constexpr FilterPath group_filters[] = {
    {"description", "Description"},
    {"egress.ip-permission.cidr", "IpPermissionsEgress[].IpRanges[].CidrIp"},
    {"egress.ip-permission.from-port", "IpPermissionsEgress[].FromPort"},
    {"egress.ip-permission.group-id", "IpPermissionsEgress[].UserIdGroupPairs[].GroupId"},
    {"egress.ip-permission.ipv6-cidr", "IpPermissionsEgress[].Ipv6Ranges[].CidrIpv6"},
    {"egress.ip-permission.protocol", "IpPermissionsEgress[].IpProtocol"},
    {"egress.ip-permission.to-port", "IpPermissionsEgress[].ToPort"},
    {"group-id", "GroupId"},
    {"group-name", "GroupName"},
    {"ip-permission.cidr", "IpPermissions[].IpRanges[].CidrIp"},
    {"ip-permission.from-port", "IpPermissions[].FromPort"},
    {"ip-permission.group-id", "IpPermissions[].UserIdGroupPairs[].GroupId"},
    {"ip-permission.ipv6-cidr", "IpPermissions[].Ipv6Ranges[].CidrIpv6"},
    {"ip-permission.protocol", "IpPermissions[].IpProtocol"},
    {"ip-permission.to-port", "IpPermissions[].ToPort"},
    {"ip-permission.user-id", "IpPermissions[].UserIdGroupPairs[].UserId"},
    {"owner-id", "OwnerId"},
    {"vpc-id", "VpcId"},
};

Value describe(const Call& call, const SecurityGroup& group) {
  return object({{"Description", group.description},
                 {"GroupName", group.name},
                 {"IpPermissions", permissions(group.rules, false)},
                 {"OwnerId", call.account},
                 {"GroupId", group.id},
                 {"IpPermissionsEgress", permissions(group.rules, true)},
                 {"Tags", tag_list(group.tags)},
                 {"VpcId", group.vpc}});
}

Result<void> check_group_name(const std::string& name) {
  constexpr std::string_view good =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-:/()#,@[]+=&;{}!$*";
  if (name.empty() || name.size() > 255 || name.find_first_not_of(good) != name.npos)
    return fault("InvalidParameterValue",
                 fmt::format("Invalid value '{}' for groupName. Character sets beyond ASCII are "
                             "not supported.",
                             name));
  if (name.starts_with("sg-"))
    return fault(
        "InvalidParameterValue",
        fmt::format("Invalid value '{}' for groupName. It may not be in the format sg-*.", name));
  return {};
}

/// Who else speaks of a group: interfaces of instances, and other groups' rules.
std::string user_of(const Call& call, const SecurityGroup& group) {
  for (const NetworkInterface& one : all_things<NetworkInterface>(call))
    if (std::ranges::find(one.groups, group.id) != one.groups.end()) return one.id;
  for (const SecurityGroup& other : all_things<SecurityGroup>(call))
    if (other.id != group.id)
      for (const GroupRule& rule : other.rules)
        if (rule.group == group.id) return other.id;
  return {};
}

}  // namespace

Value::List permissions(const std::vector<GroupRule>& rules, bool egress) {
  Value::List out;
  for (const GroupRule& rule : rules) {
    if (rule.egress != egress) continue;
    const auto same = [&](const Value& one) {
      return one.text("IpProtocol") == rule.protocol && one.integer("FromPort", -1) == rule.from &&
             one.integer("ToPort", -1) == rule.to;
    };
    auto found = std::ranges::find_if(out, same);
    if (found == out.end()) {
      Object one{{"IpProtocol", rule.protocol}};
      if (rule.protocol != "-1") {
        one.append("FromPort", rule.from);
        one.append("ToPort", rule.to);
      }
      one.append("IpRanges", Value::List());
      one.append("Ipv6Ranges", Value::List());
      one.append("PrefixListIds", Value::List());
      one.append("UserIdGroupPairs", Value::List());
      out.emplace_back(std::move(one));
      found = out.end() - 1;
    }
    Object peer;
    std::string_view list = "IpRanges";
    if (!rule.cidr.empty()) peer.append("CidrIp", rule.cidr);
    if (!rule.cidr6.empty()) {
      list = "Ipv6Ranges";
      peer.append("CidrIpv6", rule.cidr6);
    }
    if (!rule.prefix_list.empty()) {
      list = "PrefixListIds";
      peer.append("PrefixListId", rule.prefix_list);
    }
    if (!rule.group.empty()) {
      list = "UserIdGroupPairs";
      peer.append("GroupId", rule.group);
      peer.append("UserId", rule.group_account);
    }
    if (!rule.description.empty()) peer.append("Description", rule.description);
    found->edit_object().find(list)->push(std::move(peer));
  }
  return out;
}

Result<SecurityGroup> named_group(const Call& call, const Value& in) {
  if (!in.text("GroupId").empty()) return need<SecurityGroup>(call, in.text("GroupId"));
  const std::string& name = in.text("GroupName");
  if (name.empty())
    return fault("MissingParameter", "The request must contain the parameter groupName or groupId");
  const std::string vpc = default_vpc(call.account, call.region);
  for (SecurityGroup& group : all_things<SecurityGroup>(call))
    if (group.name == name && group.vpc == vpc) return std::move(group);
  return fault("InvalidGroup.NotFound",
               fmt::format("The security group '{}' does not exist in default VPC '{}'", name, vpc),
               400, Code::not_found);
}

Resources group_resources(const Call& call, const Value& in) {
  const auto group = named_group(call, in);
  const std::string id = group ? group->id : in.text("GroupId");
  return {arn_of(call.region, call.account, "security-group", id.empty() ? "*" : id)};
}

Result<Value> describe_security_groups(Call& call, const Value& in) {
  Value::List rows;
  const Value::List& names = in.items("GroupNames");
  const std::vector<SecurityGroup> all = all_things<SecurityGroup>(call);
  const std::string vpc = default_vpc(call.account, call.region);
  for (const Value& name : names)
    if (std::ranges::none_of(all, [&](const SecurityGroup& group) {
          return group.name == name.as_text() && group.vpc == vpc;
        }))
      return fault("InvalidGroup.NotFound",
                   fmt::format("The security group '{}' does not exist in default VPC '{}'",
                               name.as_text(), vpc),
                   400, Code::not_found);
  for (const SecurityGroup& group : all)
    if (names.empty() ||
        (group.vpc == vpc && std::ranges::find(names, Value(group.name)) != names.end()))
      rows.push_back(describe(call, group));
  return list_rows(in,
                   {.member = "SecurityGroups",
                    .ids = "GroupIds",
                    .id = "GroupId",
                    .prefix = "sg-",
                    .filters = group_filters,
                    .names_token = true},
                   std::move(rows));
}

Result<Value> create_security_group(Call& call, const Value& in) {
  const std::string& name = in.text("GroupName");
  TRY(check_group_name(name));
  SecurityGroup group{.name = name, .description = in.text("Description"), .vpc = in.text("VpcId")};
  if (group.vpc.empty()) {
    group.vpc = default_vpc(call.account, call.region);
    if (!find_thing<Vpc>(call, group.vpc))
      return fault("VPCIdNotSpecified", "No default VPC for this user");
  }
  TRY(need<Vpc>(call, group.vpc));
  if (name == "default")
    return fault("InvalidParameterValue", "Cannot use reserved security group name: default");
  for (const SecurityGroup& other : all_things<SecurityGroup>(call))
    if (other.vpc == group.vpc && other.name == name)
      return fault(
          "InvalidGroup.Duplicate",
          fmt::format("The security group '{}' already exists for VPC '{}'", name, group.vpc), 400,
          Code::conflict);
  group.tags = TRY(tags_for(call, in, "security-group"));
  group.id = call.new_hex_id("sg-0", 16);
  GroupRule out{.id = call.new_hex_id("sgr-0", 16), .egress = true};
  out.cidr = "0.0.0.0/0";
  group.rules = {std::move(out)};
  Value answer = object({{"GroupId", group.id}, {"Tags", tag_list(group.tags)}});
  keep(call, std::move(group));
  call.effect = "created";
  return answer;
}

Result<Value> delete_security_group(Call& call, const Value& in) {
  const SecurityGroup group = TRY(named_group(call, in));
  if (group.name == "default")
    return fault("CannotDelete",
                 fmt::format("the specified group: \"{}\" name: \"default\" cannot be deleted by a "
                             "user",
                             group.id));
  if (!user_of(call, group).empty())
    return fault("DependencyViolation", fmt::format("resource {} has a dependent object", group.id),
                 400, Code::conflict);
  drop<SecurityGroup>(call, group.id);
  call.effect = "deleted";
  return Value(Object());
}

}  // namespace stint::cloud::ec2

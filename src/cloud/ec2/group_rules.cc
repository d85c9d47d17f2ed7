// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Rules of security groups.
#include <fmt/core.h>

#include "base/text.h"
#include "cloud/ec2/groups.h"
#include "cloud/ec2/listing.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"

namespace stint::cloud::ec2 {
namespace {

constexpr FilterPath rule_filters[] = {{"group-id", "GroupId"},
                                       {"security-group-rule-id", "SecurityGroupRuleId"}};

/// Rules of one direction that a group may have (quota of a new account).
constexpr std::size_t most_rules = 60;

Value describe(const Call& call, const SecurityGroup& group, const GroupRule& rule) {
  Object out{{"SecurityGroupRuleId", rule.id},
             {"GroupId", group.id},
             {"GroupOwnerId", call.account},
             {"IsEgress", rule.egress},
             {"IpProtocol", rule.protocol},
             {"FromPort", rule.from},
             {"ToPort", rule.to}};
  if (!rule.cidr.empty()) out.append("CidrIpv4", rule.cidr);
  if (!rule.cidr6.empty()) out.append("CidrIpv6", rule.cidr6);
  if (!rule.prefix_list.empty()) out.append("PrefixListId", rule.prefix_list);
  if (!rule.group.empty())
    out.append("ReferencedGroupInfo",
               object({{"GroupId", rule.group}, {"UserId", rule.group_account}}));
  if (!rule.description.empty()) out.append("Description", rule.description);
  out.append("Tags", tag_list(rule.tags));
  return out;
}

Result<std::string> read_protocol(std::string text) {
  text = lower(text);
  if (text == "all") return "-1";
  if (text == "6") return "tcp";
  if (text == "17") return "udp";
  if (text == "1") return "icmp";
  if (text == "58") return "icmpv6";
  if (text == "tcp" || text == "udp" || text == "icmp" || text == "icmpv6" || text == "-1")
    return text;
  const auto number = to_integer(text);
  if (number && *number >= 0 && *number <= 255) return text;
  return fault("InvalidParameterValue",
               fmt::format("Invalid value '{}' for IP protocol. Unknown protocol.", text));
}

/// Protocol and ports of a permission.
Result<GroupRule> read_traffic(const Value& given, bool egress) {
  GroupRule rule{.egress = egress};
  if (given.text("IpProtocol").empty())
    return fault("MissingParameter", "The request must contain the parameter ipProtocol");
  rule.protocol = TRY(read_protocol(given.text("IpProtocol")));
  const bool ports = rule.protocol == "tcp" || rule.protocol == "udp";
  const bool icmp = rule.protocol == "icmp" || rule.protocol == "icmpv6";
  if (!ports && !icmp) return rule;
  rule.from = static_cast<int>(given.integer("FromPort", -1));
  rule.to = static_cast<int>(given.integer("ToPort", -1));
  if (ports && (!given.find("FromPort") || !given.find("ToPort")))
    return fault(
        "InvalidParameterValue",
        "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.");
  if (ports && rule.from == -1 && rule.to == -1) {
    rule.from = 0;
    rule.to = 65535;
  }
  if (rule.from < -1 || rule.from > 65535 || rule.to < -1 || rule.to > 65535)
    return fault("InvalidParameterValue",
                 fmt::format("Invalid value '{}' for {}. TCP/UDP port ({}) out of range",
                             rule.from < -1 || rule.from > 65535 ? rule.from : rule.to, "portRange",
                             rule.from < -1 || rule.from > 65535 ? rule.from : rule.to));
  if (ports && rule.from > rule.to)
    return fault("InvalidParameterValue",
                 fmt::format("Invalid TCP/UDP port range ({}:{})", rule.from, rule.to));
  return rule;
}

Error bad_block(std::string_view text) {
  return {Code::invalid, "InvalidParameterValue", fmt::format("CIDR block {} is malformed", text),
          400};
}

/// The rules that a request names: IpPermissions, or the older members of the request itself.
Result<std::vector<GroupRule>> read_rules(const Call& call, const Value& in, bool egress,
                                          const SecurityGroup& own) {
  Value::List given = in.items("IpPermissions");
  if (given.empty() &&
      (!in.text("IpProtocol").empty() || !in.text("SourceSecurityGroupName").empty())) {
    Object one{{"IpProtocol", in.text("IpProtocol").empty() ? Value("-1") : in["IpProtocol"]}};
    for (const char* port : {"FromPort", "ToPort"})
      if (in.find(port)) one.append(port, in[port]);
    if (!in.text("CidrIp").empty())
      one.append("IpRanges", Value::list({object({{"CidrIp", in["CidrIp"]}})}));
    if (!in.text("SourceSecurityGroupName").empty())
      one.append("UserIdGroupPairs",
                 Value::list({object({{"GroupName", in["SourceSecurityGroupName"]}})}));
    given.emplace_back(std::move(one));
  }
  std::vector<GroupRule> out;
  for (const Value& permission : given) {
    const GroupRule traffic = TRY(read_traffic(permission, egress));
    const auto add = [&](const Value& peer) -> GroupRule& {
      GroupRule& rule = out.emplace_back(traffic);
      rule.description = peer.text("Description");
      return rule;
    };
    for (const Value& peer : permission.items("IpRanges")) {
      const auto block = parse_block(peer.text("CidrIp"));
      if (!block) return fail(bad_block(peer.text("CidrIp")));
      add(peer).cidr = to_text(*block);
    }
    for (const Value& peer : permission.items("Ipv6Ranges")) {
      const std::string& text = peer.text("CidrIpv6");
      if (text.find(':') == text.npos || text.find('/') == text.npos) return fail(bad_block(text));
      add(peer).cidr6 = lower(text);
    }
    for (const Value& peer : permission.items("PrefixListIds"))
      add(peer).prefix_list = peer.text("PrefixListId");
    for (const Value& peer : permission.items("UserIdGroupPairs")) {
      Value named = peer;
      if (peer.text("GroupId").empty() && peer.text("GroupName") == own.name)
        named.set("GroupId", own.id);
      const SecurityGroup group = TRY(named_group(call, named));
      GroupRule& rule = add(peer);
      rule.group = group.id;
      rule.group_account = peer.text("UserId").empty() ? call.account : peer.text("UserId");
    }
    const bool any = permission["IpRanges"].size() || permission["Ipv6Ranges"].size() ||
                     permission["PrefixListIds"].size() || permission["UserIdGroupPairs"].size();
    if (!any)
      return fault("MissingParameter",
                   "The request must contain the parameter cidrIp, cidrIpv6, prefixListId or "
                   "groupId");
  }
  return out;
}

std::string peer_of(const GroupRule& rule) {
  return rule.cidr + rule.cidr6 + rule.prefix_list + rule.group;
}

Result<Value> authorise_rules(Call& call, const Value& in, bool egress) {
  SecurityGroup group = TRY(named_group(call, in));
  std::vector<GroupRule> rules = TRY(read_rules(call, in, egress, group));
  if (rules.empty())
    return fault("MissingParameter", "The request must contain the parameter ipPermissions");
  const Tags tags = TRY(tags_for(call, in, "security-group-rule"));
  Value::List rows;
  for (GroupRule& rule : rules) {
    for (const GroupRule& held : group.rules)
      if (held.same_as(rule))
        return fault(
            "InvalidPermission.Duplicate",
            fmt::format("the specified rule \"peer: {}, {}, {}ALLOW\" already exists",
                        peer_of(rule), rule.protocol == "-1" ? "ALL" : lower(rule.protocol),
                        rule.from < 0
                            ? ""
                            : fmt::format("from port: {}, to port: {}, ", rule.from, rule.to)),
            400, Code::conflict);
    rule.id = call.new_hex_id("sgr-0", 16);
    rule.tags = tags;
    rows.push_back(describe(call, group, rule));
    group.rules.push_back(std::move(rule));
  }
  if (static_cast<std::size_t>(std::ranges::count(group.rules, egress, &GroupRule::egress)) >
      most_rules)
    return fault("RulesPerSecurityGroupLimitExceeded",
                 "The maximum number of rules per security group has been reached.");
  keep(call, std::move(group));
  call.effect = "created";
  return object({{"Return", true}, {"SecurityGroupRules", std::move(rows)}});
}

Result<Value> revoke_rules(Call& call, const Value& in, bool egress) {
  SecurityGroup group = TRY(named_group(call, in));
  std::vector<std::string> ids;
  for (const Value& id : in.items("SecurityGroupRuleIds")) {
    const auto found = std::ranges::find(group.rules, id.as_text(), &GroupRule::id);
    if (found == group.rules.end() || found->egress != egress)
      return fail(wrong_id("sgr-", id.as_text()));
    ids.push_back(id.as_text());
  }
  if (ids.empty()) {
    const std::vector<GroupRule> rules = TRY(read_rules(call, in, egress, group));
    if (rules.empty())
      return fault("MissingParameter", "The request must contain the parameter ipPermissions");
    for (const GroupRule& rule : rules) {
      const auto same = [&](const GroupRule& held) { return held.same_as(rule); };
      const auto found = std::ranges::find_if(group.rules, same);
      if (found == group.rules.end())
        return fault("InvalidPermission.NotFound",
                     "The specified rule does not exist in this security group.", 400,
                     Code::not_found);
      ids.push_back(found->id);
    }
  }
  std::erase_if(group.rules, [&](const GroupRule& rule) {
    return std::ranges::find(ids, rule.id) != ids.end();
  });
  keep(call, std::move(group));
  call.effect = "deleted";
  return object({{"Return", true}, {"UnknownIpPermissions", Value::List()}});
}

Result<Value> update_descriptions(Call& call, const Value& in, bool egress) {
  SecurityGroup group = TRY(named_group(call, in));
  std::vector<GroupRule> rules = TRY(read_rules(call, in, egress, group));
  for (const Value& one : in.items("SecurityGroupRuleDescriptions")) {
    const std::string& id = one.text("SecurityGroupRuleId");
    const auto found = std::ranges::find(group.rules, id, &GroupRule::id);
    if (found == group.rules.end()) return fail(wrong_id("sgr-", id));
    found->description = one.text("Description");
  }
  for (const GroupRule& rule : rules) {
    const auto same = [&](const GroupRule& held) { return held.same_as(rule); };
    const auto found = std::ranges::find_if(group.rules, same);
    if (found == group.rules.end())
      return fault("InvalidPermission.NotFound",
                   "The specified rule does not exist in this security group.", 400,
                   Code::not_found);
    found->description = rule.description;
  }
  keep(call, std::move(group));
  call.effect = "changed";
  return object({{"Return", true}});
}

}  // namespace

Result<Value> authorize_security_group_ingress(Call& call, const Value& in) {
  return authorise_rules(call, in, false);
}
Result<Value> authorize_security_group_egress(Call& call, const Value& in) {
  return authorise_rules(call, in, true);
}
Result<Value> revoke_security_group_ingress(Call& call, const Value& in) {
  return revoke_rules(call, in, false);
}
Result<Value> revoke_security_group_egress(Call& call, const Value& in) {
  return revoke_rules(call, in, true);
}
Result<Value> update_security_group_rule_descriptions_ingress(Call& call, const Value& in) {
  return update_descriptions(call, in, false);
}
Result<Value> update_security_group_rule_descriptions_egress(Call& call, const Value& in) {
  return update_descriptions(call, in, true);
}

Result<Value> describe_security_group_rules(Call& call, const Value& in) {
  Value::List rows;
  for (const SecurityGroup& group : all_things<SecurityGroup>(call))
    for (const GroupRule& rule : group.rules) rows.push_back(describe(call, group, rule));
  std::ranges::sort(rows, {}, [](const Value& row) -> const std::string& {
    return row.text("SecurityGroupRuleId");
  });
  return list_rows(in,
                   {.member = "SecurityGroupRules",
                    .ids = "SecurityGroupRuleIds",
                    .id = "SecurityGroupRuleId",
                    .prefix = "sgr-",
                    .filters = rule_filters,
                    .names_token = true},
                   std::move(rows));
}

}  // namespace stint::cloud::ec2

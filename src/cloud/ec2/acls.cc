// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Network access control lists. A subnet that nobody gave to another list belongs to its VPC's
// default one; that tie has an id made of the subnet's, so a list put back after an experiment
// leaves the world as it was. (AWS makes a new id each time.)
#include <fmt/core.h>

#include "base/text.h"
#include "cloud/ec2/listing.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"
#include "cloud/ec2/things.h"

namespace stint::cloud::ec2 {
namespace {

constexpr FilterPath acl_filters[] = {
    {"association.association-id", "Associations[].NetworkAclAssociationId"},
    {"association.network-acl-id", "Associations[].NetworkAclId"},
    {"association.subnet-id", "Associations[].SubnetId"},
    {"default", "IsDefault"},
    {"entry.cidr", "Entries[].CidrBlock"},
    {"entry.egress", "Entries[].Egress"},
    {"entry.icmp.code", "Entries[].IcmpTypeCode.Code"},
    {"entry.icmp.type", "Entries[].IcmpTypeCode.Type"},
    {"entry.ipv6-cidr", "Entries[].Ipv6CidrBlock"},
    {"entry.port-range.from", "Entries[].PortRange.From"},
    {"entry.port-range.to", "Entries[].PortRange.To"},
    {"entry.protocol", "Entries[].Protocol"},
    {"entry.rule-action", "Entries[].RuleAction"},
    {"entry.rule-number", "Entries[].RuleNumber"},
    {"network-acl-id", "NetworkAclId"},
    {"owner-id", "OwnerId"},
    {"vpc-id", "VpcId"},
};

constexpr int last_number = 32767;  ///< of the entry that denies the rest

Value describe(const AclEntry& entry) {
  Object out;
  if (!entry.cidr.empty()) out.append("CidrBlock", entry.cidr);
  if (!entry.cidr6.empty()) out.append("Ipv6CidrBlock", entry.cidr6);
  out.append("Egress", entry.egress);
  if (entry.icmp_type)
    out.append("IcmpTypeCode",
               object({{"Code", entry.icmp_code.value_or(-1)}, {"Type", *entry.icmp_type}}));
  if (entry.from) out.append("PortRange", object({{"From", *entry.from}, {"To", *entry.to}}));
  out.append("Protocol", entry.protocol);
  out.append("RuleAction", entry.action);
  out.append("RuleNumber", entry.number);
  return out;
}

/// A subnet's tie to a list.
struct Tie {
  std::string id, acl, subnet;
};
std::vector<Tie> ties(const Home& home) {
  const std::vector<NetworkAcl> acls = all_things<NetworkAcl>(home);
  std::vector<Tie> out;
  for (const Subnet& subnet : all_things<Subnet>(home)) {
    Tie tie{.id = twin_id("aclassoc-", subnet.id), .acl = "", .subnet = subnet.id};
    for (const NetworkAcl& acl : acls)
      if (acl.is_default && acl.vpc == subnet.vpc) tie.acl = acl.id;
    for (const NetworkAcl& acl : acls)
      if (auto held = acl.subnets.find(subnet.id); held != acl.subnets.end()) {
        tie.id = held->second;
        tie.acl = acl.id;
      }
    out.push_back(std::move(tie));
  }
  return out;
}

Value describe(const Call& call, const NetworkAcl& acl, const std::vector<Tie>& all) {
  Value::List associations, entries;
  for (const Tie& tie : all)
    if (tie.acl == acl.id)
      associations.push_back(object({{"NetworkAclAssociationId", tie.id},
                                     {"NetworkAclId", acl.id},
                                     {"SubnetId", tie.subnet}}));
  for (const bool egress : {true, false}) {
    for (const AclEntry& entry : acl.entries)
      if (entry.egress == egress) entries.push_back(describe(entry));
    entries.push_back(describe(
        AclEntry{.number = last_number, .egress = egress, .action = "deny", .cidr = "0.0.0.0/0"}));
  }
  return object({{"Associations", std::move(associations)},
                 {"Entries", std::move(entries)},
                 {"IsDefault", acl.is_default},
                 {"NetworkAclId", acl.id},
                 {"Tags", tag_list(acl.tags)},
                 {"VpcId", acl.vpc},
                 {"OwnerId", call.account}});
}

Result<int> read_number(const Value& in) {
  const std::int64_t number = in.integer("RuleNumber");
  if (number < 1 || number >= last_number)
    return fault("InvalidParameterValue",
                 fmt::format("Value ({}) for parameter ruleNumber is invalid. Rule numbers must be "
                             "between 1 and 32766.",
                             number));
  return static_cast<int>(number);
}

Result<AclEntry> read_entry(const Value& in) {
  AclEntry entry{.number = TRY(read_number(in))};
  entry.egress = in.flag("Egress");
  entry.action = in.text("RuleAction");
  if (entry.action != "allow" && entry.action != "deny")
    return fault("InvalidParameterValue",
                 fmt::format("Value ({}) for parameter ruleAction is invalid. Expected 'allow' or "
                             "'deny'.",
                             entry.action));
  std::string protocol = lower(in.text("Protocol"));
  if (protocol == "all") protocol = "-1";
  if (protocol == "tcp") protocol = "6";
  if (protocol == "udp") protocol = "17";
  if (protocol == "icmp") protocol = "1";
  const auto number = to_integer(protocol);
  if (!number || *number < -1 || *number > 255)
    return fault(
        "InvalidParameterValue",
        fmt::format("Invalid value '{}' for IP protocol. Unknown protocol.", in.text("Protocol")));
  entry.protocol = protocol;
  const std::string& four = in.text("CidrBlock");
  entry.cidr6 = in.text("Ipv6CidrBlock");
  if (four.empty() && entry.cidr6.empty())
    return fault("MissingParameter",
                 "The request must contain the parameter cidrBlock or ipv6CidrBlock");
  if (!four.empty()) {
    const auto block = parse_block(four);
    if (!block)
      return fault("InvalidParameterValue",
                   fmt::format("Value ({}) for parameter cidrBlock is invalid. This is not a valid "
                               "CIDR block.",
                               four));
    entry.cidr = to_text(*block);
  }
  if (protocol == "6" || protocol == "17") {
    const Value& range = in["PortRange"];
    if (!range.find("From") || !range.find("To"))
      return fault("MissingParameter",
                   "The request must contain the parameter portRange for protocols TCP and UDP");
    entry.from = static_cast<int>(range.integer("From"));
    entry.to = static_cast<int>(range.integer("To"));
    if (*entry.from < 0 || *entry.to > 65535 || *entry.from > *entry.to)
      return fault("InvalidParameterValue",
                   fmt::format("Invalid TCP/UDP port range ({}:{})", *entry.from, *entry.to));
  }
  if (protocol == "1" || protocol == "58") {
    const Value& icmp = in["IcmpTypeCode"];
    if (!icmp.find("Type"))
      return fault("MissingParameter",
                   "The request must contain the parameter icmpTypeCode for protocol ICMP");
    entry.icmp_type = static_cast<int>(icmp.integer("Type"));
    entry.icmp_code = static_cast<int>(icmp.integer("Code", -1));
  }
  return entry;
}

auto find_entry(NetworkAcl& acl, int number, bool egress) {
  return std::ranges::find_if(acl.entries, [&](const AclEntry& entry) {
    return entry.number == number && entry.egress == egress;
  });
}

Error no_entry(const NetworkAcl& acl, int number, bool egress) {
  return {Code::not_found, "InvalidNetworkAclEntry.NotFound",
          fmt::format("no {} entry with number {} in network ACL {}", egress ? "egress" : "ingress",
                      number, acl.id),
          400};
}

}  // namespace

Resources acl_association_resources(const Call& call, const Value& in) {
  Resources out{arn_of(call.region, call.account, "network-acl",
                       in.text("NetworkAclId").empty() ? "*" : in.text("NetworkAclId"))};
  for (const Tie& tie : ties(home_of(call)))
    if (tie.id == in.text("AssociationId")) {
      out.push_back(arn_of(call.region, call.account, "network-acl", tie.acl));
      out.push_back(arn_of(call.region, call.account, "subnet", tie.subnet));
    }
  return out;
}

Result<Value> describe_network_acls(Call& call, const Value& in) {
  Value::List rows;
  const std::vector<Tie> all = ties(home_of(call));
  for (const NetworkAcl& acl : all_things<NetworkAcl>(call))
    rows.push_back(describe(call, acl, all));
  return list_rows(in,
                   {.member = "NetworkAcls",
                    .ids = "NetworkAclIds",
                    .id = "NetworkAclId",
                    .prefix = "acl-",
                    .filters = acl_filters,
                    .names_token = true},
                   std::move(rows));
}

Result<Value> create_network_acl(Call& call, const Value& in) {
  const Vpc vpc = TRY(need<Vpc>(call, in.text("VpcId")));
  NetworkAcl acl{.vpc = vpc.id};
  acl.tags = TRY(tags_for(call, in, "network-acl"));
  acl.id = call.new_hex_id("acl-0", 16);
  Value answer = object({{"NetworkAcl", describe(call, acl, {})}});
  keep(call, std::move(acl));
  call.effect = "created";
  return answer;
}

Result<Value> delete_network_acl(Call& call, const Value& in) {
  const NetworkAcl acl = TRY(need<NetworkAcl>(call, in.text("NetworkAclId")));
  if (acl.is_default)
    return fault("InvalidParameterValue", "cannot delete default network ACL " + acl.id);
  if (!acl.subnets.empty())
    return fault("DependencyViolation",
                 fmt::format("The networkAcl '{}' has dependencies and cannot be deleted.", acl.id),
                 400, Code::conflict);
  drop<NetworkAcl>(call, acl.id);
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> create_network_acl_entry(Call& call, const Value& in) {
  NetworkAcl acl = TRY(need<NetworkAcl>(call, in.text("NetworkAclId")));
  AclEntry entry = TRY(read_entry(in));
  if (const auto held = find_entry(acl, entry.number, entry.egress); held != acl.entries.end()) {
    if (*held == entry) return Value(Object());
    return fault(
        "NetworkAclEntryAlreadyExists",
        fmt::format("The network acl entry identified by {} already exists.", entry.number), 400,
        Code::conflict);
  }
  acl.entries.push_back(std::move(entry));
  std::ranges::sort(acl.entries, {},
                    [](const AclEntry& one) { return std::pair(!one.egress, one.number); });
  keep(call, std::move(acl));
  call.effect = "created";
  return Value(Object());
}

Result<Value> replace_network_acl_entry(Call& call, const Value& in) {
  NetworkAcl acl = TRY(need<NetworkAcl>(call, in.text("NetworkAclId")));
  AclEntry entry = TRY(read_entry(in));
  const auto held = find_entry(acl, entry.number, entry.egress);
  if (held == acl.entries.end()) return fail(no_entry(acl, entry.number, entry.egress));
  *held = std::move(entry);
  keep(call, std::move(acl));
  call.effect = "changed";
  return Value(Object());
}

Result<Value> delete_network_acl_entry(Call& call, const Value& in) {
  NetworkAcl acl = TRY(need<NetworkAcl>(call, in.text("NetworkAclId")));
  const int number = TRY(read_number(in));
  const auto held = find_entry(acl, number, in.flag("Egress"));
  if (held == acl.entries.end()) return fail(no_entry(acl, number, in.flag("Egress")));
  acl.entries.erase(held);
  keep(call, std::move(acl));
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> replace_network_acl_association(Call& call, const Value& in) {
  const std::string& id = in.text("AssociationId");
  NetworkAcl to = TRY(need<NetworkAcl>(call, in.text("NetworkAclId")));
  const std::vector<Tie> all = ties(home_of(call));
  const auto tie = std::ranges::find(all, id, &Tie::id);
  if (tie == all.end())
    return fault("InvalidAssociationID.NotFound",
                 fmt::format("The association ID '{}' does not exist", id), 400, Code::not_found);
  const auto subnet = find_thing<Subnet>(call, tie->subnet);
  if (!subnet || subnet->vpc != to.vpc)
    return fault("InvalidParameterValue",
                 fmt::format("network ACL {} and subnet {} belong to different networks", to.id,
                             tie->subnet));
  if (tie->acl == to.id) return object({{"NewAssociationId", id}});
  if (auto from = find_thing<NetworkAcl>(call, tie->acl); from && from->subnets.erase(tie->subnet))
    keep(call, std::move(*from));
  std::string made = twin_id("aclassoc-", tie->subnet);
  if (!to.is_default) {
    made = call.new_hex_id("aclassoc-0", 16);
    to.subnets[tie->subnet] = made;
    keep(call, std::move(to));
  }
  call.effect = "changed";
  return object({{"NewAssociationId", made}});
}

}  // namespace stint::cloud::ec2

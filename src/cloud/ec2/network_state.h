// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "cloud/fields.h"

/// The network of one account in one Region. What AWS gives every account (the default VPC and what
/// is in it) is not held here until somebody changes it: see ec2/defaults.h.
namespace stint::cloud::ec2 {

using Tags = std::map<std::string, std::string>;

struct Vpc {
  std::string id, cidr, tenancy = "default";
  bool is_default = false, dns_support = true, dns_hostnames = false;
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("VpcId", self.id);
    visit("CidrBlock", self.cidr);
    visit("InstanceTenancy", self.tenancy);
    visit("IsDefault", self.is_default);
    visit("EnableDnsSupport", self.dns_support);
    visit("EnableDnsHostnames", self.dns_hostnames);
    visit("Tags", self.tags);
  }
  friend bool operator==(const Vpc&, const Vpc&) = default;
};

struct Subnet {
  std::string id, vpc, cidr, zone;
  bool is_default = false, public_addresses = false;
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("SubnetId", self.id);
    visit("VpcId", self.vpc);
    visit("CidrBlock", self.cidr);
    visit("AvailabilityZone", self.zone);
    visit("DefaultForAz", self.is_default);
    visit("MapPublicIpOnLaunch", self.public_addresses);
    visit("Tags", self.tags);
  }
  friend bool operator==(const Subnet&, const Subnet&) = default;
};

/// One peer that a security group lets in or out.
struct GroupRule {
  std::string id;  ///< "sgr-0..."
  bool egress = false;
  std::string protocol = "-1";  ///< "tcp", "udp", "icmp", "icmpv6", "-1" or a number
  int from = -1, to = -1;       ///< ports, or type and code; -1: all
  std::string cidr, cidr6, prefix_list, group, group_account;  ///< one of the first four is set
  std::string description;
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("SecurityGroupRuleId", self.id);
    visit("IsEgress", self.egress);
    visit("IpProtocol", self.protocol);
    visit("FromPort", self.from);
    visit("ToPort", self.to);
    visit("CidrIpv4", self.cidr);
    visit("CidrIpv6", self.cidr6);
    visit("PrefixListId", self.prefix_list);
    visit("ReferencedGroup", self.group);
    visit("ReferencedAccount", self.group_account);
    visit("Description", self.description);
    visit("Tags", self.tags);
  }
  /// The same traffic with the same peer, whatever it is called.
  bool same_as(const GroupRule& other) const {
    return egress == other.egress && protocol == other.protocol && from == other.from &&
           to == other.to && cidr == other.cidr && cidr6 == other.cidr6 &&
           prefix_list == other.prefix_list && group == other.group;
  }
  friend bool operator==(const GroupRule&, const GroupRule&) = default;
};

struct SecurityGroup {
  std::string id, name, description, vpc;
  std::vector<GroupRule> rules;
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("GroupId", self.id);
    visit("GroupName", self.name);
    visit("Description", self.description);
    visit("VpcId", self.vpc);
    visit("Rules", self.rules);
    visit("Tags", self.tags);
  }
  friend bool operator==(const SecurityGroup&, const SecurityGroup&) = default;
};

/// A flow log; no traffic is ever in it.
struct FlowLog {
  std::string id, resource, traffic, destination_kind, destination, group, role, format;
  int interval = 600;  ///< seconds
  Time created{};
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("FlowLogId", self.id);
    visit("ResourceId", self.resource);
    visit("TrafficType", self.traffic);
    visit("LogDestinationType", self.destination_kind);
    visit("LogDestination", self.destination);
    visit("LogGroupName", self.group);
    visit("DeliverLogsPermissionArn", self.role);
    visit("LogFormat", self.format);
    visit("MaxAggregationInterval", self.interval);
    visit("CreationTime", self.created);
    visit("Tags", self.tags);
  }
  friend bool operator==(const FlowLog&, const FlowLog&) = default;
};

struct InternetGateway {
  std::string id, vpc;  ///< no VPC: attached to none
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("InternetGatewayId", self.id);
    visit("VpcId", self.vpc);
    visit("Tags", self.tags);
  }
  friend bool operator==(const InternetGateway&, const InternetGateway&) = default;
};

struct Route {
  std::string destination;  ///< a block of addresses of either kind
  std::string target_kind;  ///< "GatewayId", "NetworkInterfaceId", ...: the member of the answer
  std::string target;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Destination", self.destination);
    visit("TargetKind", self.target_kind);
    visit("Target", self.target);
  }
  friend bool operator==(const Route&, const Route&) = default;
};

struct TableAssociation {
  std::string id, subnet;  ///< no subnet: the main table of its VPC
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("AssociationId", self.id);
    visit("SubnetId", self.subnet);
  }
  friend bool operator==(const TableAssociation&, const TableAssociation&) = default;
};

struct RouteTable {
  std::string id, vpc;
  std::vector<Route> routes;  ///< beyond the one to the VPC itself
  std::vector<TableAssociation> associations;
  Tags tags;
  bool main() const {
    for (const TableAssociation& one : associations)
      if (one.subnet.empty()) return true;
    return false;
  }
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("RouteTableId", self.id);
    visit("VpcId", self.vpc);
    visit("Routes", self.routes);
    visit("Associations", self.associations);
    visit("Tags", self.tags);
  }
  friend bool operator==(const RouteTable&, const RouteTable&) = default;
};

struct AclEntry {
  int number = 0;
  bool egress = false;
  std::string protocol = "-1", action, cidr, cidr6;
  std::optional<int> from, to, icmp_type, icmp_code;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("RuleNumber", self.number);
    visit("Egress", self.egress);
    visit("Protocol", self.protocol);
    visit("RuleAction", self.action);
    visit("CidrBlock", self.cidr);
    visit("Ipv6CidrBlock", self.cidr6);
    visit("From", self.from);
    visit("To", self.to);
    visit("IcmpType", self.icmp_type);
    visit("IcmpCode", self.icmp_code);
  }
  friend bool operator==(const AclEntry&, const AclEntry&) = default;
};

struct NetworkAcl {
  std::string id, vpc;
  bool is_default = false;
  std::vector<AclEntry> entries;  ///< egress first, then by number; without the last deny
  /// Subnets that were given to this list, with the id of the tie. Every other subnet of the VPC
  /// belongs to the default list.
  std::map<std::string, std::string> subnets;
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("NetworkAclId", self.id);
    visit("VpcId", self.vpc);
    visit("IsDefault", self.is_default);
    visit("Entries", self.entries);
    visit("Subnets", self.subnets);
    visit("Tags", self.tags);
  }
  friend bool operator==(const NetworkAcl&, const NetworkAcl&) = default;
};

struct NetworkInterface {
  std::string id, subnet, private_ip, description, mac;
  std::vector<std::string> groups;
  std::string instance, attachment;  ///< empty: attached to nothing
  int device_index = 0;
  bool delete_on_termination = false, source_dest_check = true;
  Time attached{};
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("NetworkInterfaceId", self.id);
    visit("SubnetId", self.subnet);
    visit("PrivateIpAddress", self.private_ip);
    visit("Description", self.description);
    visit("MacAddress", self.mac);
    visit("Groups", self.groups);
    visit("InstanceId", self.instance);
    visit("AttachmentId", self.attachment);
    visit("DeviceIndex", self.device_index);
    visit("DeleteOnTermination", self.delete_on_termination);
    visit("SourceDestCheck", self.source_dest_check);
    visit("AttachTime", self.attached);
    visit("Tags", self.tags);
  }
  friend bool operator==(const NetworkInterface&, const NetworkInterface&) = default;
};

struct Address {
  std::string id, ip;  ///< "eipalloc-0..."
  std::string association, instance, interface;
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("AllocationId", self.id);
    visit("PublicIp", self.ip);
    visit("AssociationId", self.association);
    visit("InstanceId", self.instance);
    visit("NetworkInterfaceId", self.interface);
    visit("Tags", self.tags);
  }
  friend bool operator==(const Address&, const Address&) = default;
};

}  // namespace stint::cloud::ec2

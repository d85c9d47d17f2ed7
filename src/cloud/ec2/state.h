// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "cloud/ec2/network_state.h"
#include "cloud/ec2/storage_state.h"
#include "cloud/fields.h"
#include "cloud/table.h"

/// Elastic Compute Cloud of one account in one Region.
namespace stint::cloud::ec2 {

/// How an instance's metadata may be asked (ModifyInstanceMetadataOptions).
struct MetadataOptions {
  std::string tokens = "required", endpoint = "enabled", ipv6 = "disabled", tags = "disabled";
  int hops = 1;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("HttpTokens", self.tokens);
    visit("HttpPutResponseHopLimit", self.hops);
    visit("HttpEndpoint", self.endpoint);
    visit("HttpProtocolIpv6", self.ipv6);
    visit("InstanceMetadataTags", self.tags);
  }
  friend bool operator==(const MetadataOptions&, const MetadataOptions&) = default;
};

struct Instance {
  std::string id;
  std::string state =
      "running";  ///< pending, running, stopping, stopped, shutting-down, terminated
  std::string type = "t3.micro", image = "ami-0abcdef1234567890", zone;
  std::string private_ip;
  std::string imds_address;  ///< "127.64.x.y": where this instance's metadata answers
  Time launched{};
  Time state_since{};
  Tags tags;
  std::optional<Time> made;         ///< first launched; none: never started again since `launched`
  std::string subnet;               ///< empty: the default subnet of its zone
  std::vector<std::string> groups;  ///< empty: the VPC's default security group
  std::string key, user_data;       ///< name of a key pair; text in base64
  std::string reservation, client_token;  ///< empty: as RunInstances never made it
  int launch_index = 0;
  std::string shutdown = "stop";  ///< what a shutdown from inside does
  std::string tenancy = "default";
  std::string public_ip;  ///< that it has while it runs, without an Elastic IP
  bool protected_from_termination = false, protected_from_stop = false;
  bool source_dest_check = true, monitoring = false, ebs_optimized = false;
  MetadataOptions metadata;
  Time first_launched() const { return made.value_or(launched); }
  /// The state at `now`, for a cloud in which starting, stopping and terminating take `delay`:
  /// what was pending by then runs, what was stopping is stopped. Never read `state` for that.
  std::string_view state_at(Time now, Duration delay) const {
    if (now < state_since + delay) return state;
    if (state == "pending") return "running";
    if (state == "stopping") return "stopped";
    if (state == "shutting-down") return "terminated";
    return state;
  }
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("InstanceId", self.id);
    visit("State", self.state);
    visit("InstanceType", self.type);
    visit("ImageId", self.image);
    visit("AvailabilityZone", self.zone);
    visit("PrivateIpAddress", self.private_ip);
    visit("ImdsAddress", self.imds_address);
    visit("LaunchTime", self.launched);
    visit("StateSince", self.state_since);
    visit("Tags", self.tags);
    visit("FirstLaunched", self.made);
    visit("SubnetId", self.subnet);
    visit("Groups", self.groups);
    visit("KeyName", self.key);
    visit("UserData", self.user_data);
    visit("ReservationId", self.reservation);
    visit("ClientToken", self.client_token);
    visit("AmiLaunchIndex", self.launch_index);
    visit("ShutdownBehavior", self.shutdown);
    visit("Tenancy", self.tenancy);
    visit("PublicIpAddress", self.public_ip);
    visit("DisableApiTermination", self.protected_from_termination);
    visit("DisableApiStop", self.protected_from_stop);
    visit("SourceDestCheck", self.source_dest_check);
    visit("Monitoring", self.monitoring);
    visit("EbsOptimized", self.ebs_optimized);
    visit("MetadataOptions", self.metadata);
  }
};

/// The tie between an instance and an instance profile. Its state as others see it follows from
/// these times and the clock (temporary-permissions.md A1); nothing has to tick.
struct Association {
  std::string id;        ///< "iip-assoc-0..."
  std::string instance;  ///< id
  std::string profile_arn, profile_id;
  std::string role;             ///< the profile's role at that time, or empty
  Time started{};               ///< Associate or Replace
  std::optional<Time> settled;  ///< associated from here on; none: EC2 cannot assume the role, or
                                ///< the instance does not run, until that is put right
  std::optional<Time> ended;    ///< Disassociate, or replaced: disassociating from here on
  bool at_once = false;         ///< ended on a stopped instance: gone without disassociating
  bool replaced = false;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("AssociationId", self.id);
    visit("InstanceId", self.instance);
    visit("ProfileArn", self.profile_arn);
    visit("ProfileId", self.profile_id);
    visit("Role", self.role);
    visit("Started", self.started);
    visit("Settled", self.settled);
    visit("Ended", self.ended);
    visit("AtOnce", self.at_once);
    visit("Replaced", self.replaced);
  }
};

/// The credentials that EC2 last fetched for an association: what the instance's metadata serves
/// until they are refreshed, whatever happens to profile and role meanwhile (A1, "role removed").
struct Credentials {
  std::string association;
  std::string role;        ///< name
  std::string access_key;  ///< of the session in sts::State
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("AssociationId", self.association);
    visit("Role", self.role);
    visit("AccessKeyId", self.access_key);
  }
};

/// What a client token stands for, so that a repeated request has no second effect.
struct RequestToken {
  std::string digest;  ///< of the request without the token
  std::vector<std::string> made;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Digest", self.digest);
    visit("Made", self.made);
  }
};

/// A thing that AWS gave the account and that was deleted since.
struct Deleted {
  Time when{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("When", self.when);
  }
};

struct State {
  Table<Instance> instances;
  Table<Association>
      associations;  ///< ended ones stay, so that a stale id is told from an unknown one
  Table<Credentials>
      credentials;  ///< by association id; "identity/INSTANCE" for the instance's own
  Table<Vpc> vpcs;
  Table<Subnet> subnets;
  Table<SecurityGroup> groups;
  Table<InternetGateway> gateways;
  Table<RouteTable> route_tables;
  Table<NetworkAcl> acls;
  Table<NetworkInterface> interfaces;
  Table<Address> addresses;
  Table<Image> images;
  Table<Snapshot> snapshots;
  Table<Volume> volumes;
  Table<KeyPair> keys;  ///< by name
  Table<LaunchTemplate> templates;
  Table<FlowLog> flow_logs;
  Table<VolumeModification> modifications;  ///< by volume id
  Table<EbsDefaults> ebs;                   ///< "ebs"
  Table<RequestToken> tokens;               ///< by "Operation/token"
  Table<Deleted> deleted;                   ///< by id
  template <class Self, class Visitor>
  static void tables(Self& self, Visitor&& visit) {
    visit("instances", self.instances);
    visit("associations", self.associations);
    visit("credentials", self.credentials);
    visit("vpcs", self.vpcs);
    visit("subnets", self.subnets);
    visit("groups", self.groups);
    visit("gateways", self.gateways);
    visit("route_tables", self.route_tables);
    visit("acls", self.acls);
    visit("interfaces", self.interfaces);
    visit("addresses", self.addresses);
    visit("images", self.images);
    visit("snapshots", self.snapshots);
    visit("volumes", self.volumes);
    visit("keys", self.keys);
    visit("templates", self.templates);
    visit("flow_logs", self.flow_logs);
    visit("modifications", self.modifications);
    visit("ebs", self.ebs);
    visit("tokens", self.tokens);
    visit("deleted", self.deleted);
  }
};

}  // namespace stint::cloud::ec2

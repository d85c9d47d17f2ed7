// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "cloud/fields.h"
#include "cloud/table.h"

/// Elastic Compute Cloud of one account in one Region.
namespace stint::cloud::ec2 {

using Tags = std::map<std::string, std::string>;

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

struct State {
  Table<Instance> instances;
  Table<Association>
      associations;  ///< ended ones stay, so that a stale id is told from an unknown one
  Table<Credentials>
      credentials;  ///< by association id; "identity/INSTANCE" for the instance's own
  template <class Self, class Visitor>
  static void tables(Self& self, Visitor&& visit) {
    visit("instances", self.instances);
    visit("associations", self.associations);
    visit("credentials", self.credentials);
  }
};

}  // namespace stint::cloud::ec2

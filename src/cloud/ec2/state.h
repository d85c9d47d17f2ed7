// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>

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
  Time started{};             ///< Associate or Replace
  std::optional<Time> ended;  ///< Disassociate, or replaced: disassociating from here on
  bool replaced = false;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("AssociationId", self.id);
    visit("InstanceId", self.instance);
    visit("ProfileArn", self.profile_arn);
    visit("ProfileId", self.profile_id);
    visit("Started", self.started);
    visit("Ended", self.ended);
    visit("Replaced", self.replaced);
  }
};

struct State {
  Table<Instance> instances;
  Table<Association>
      associations;  ///< ended ones stay, so that a stale id is told from an unknown one
  template <class Self, class Visitor>
  static void tables(Self& self, Visitor&& visit) {
    visit("instances", self.instances);
    visit("associations", self.associations);
  }
};

}  // namespace stint::cloud::ec2

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cloud/ec2/association.h"
#include "cloud/ec2/things.h"

namespace stint::cloud::ec2 {

/// Everything that the rows of instances show beside the instance itself, looked up once a call.
/// Rows share what they have alike: of a thousand instances most texts and parts are the same few.
class InstanceRows {
 public:
  explicit InstanceRows(const Call& call);

  /// As DescribeInstances and RunInstances show it.
  Value row(const Instance& instance) const;
  std::string_view state(const Instance& instance) const;
  std::string reservation(const Instance& instance) const;
  /// [{DeviceName, Ebs}] of what is attached, the root first.
  Value::List devices(const Instance& instance) const;
  /// [{GroupId, GroupName}].
  Value::List groups(const std::vector<std::string>& ids) const;
  /// Ids of the instance's groups, the default one when none was named.
  std::vector<std::string> group_ids(const Instance& instance) const;
  /// The address that it is reached at from outside; empty: none.
  std::string public_ip(const Instance& instance) const;
  const Image* image(const Instance& instance) const;

 private:
  std::vector<NetworkInterface> interfaces(const Instance& instance) const;
  Value interface(const NetworkInterface& one, const std::string& vpc,
                  const std::string& public_ip) const;

  /// A text that many rows have.
  const Value& common(std::string_view text) const;
  /// A part that many rows have; `name` must say all that it depends on.
  template <class Make>
  const Value& common(std::string_view name, Make make) const;
  Value shown_groups(const std::vector<std::string>& ids) const;
  Value placement(const Instance& instance) const;
  Value metadata(const Instance& instance) const;

  /// By id, found once; empty when it is not there.
  const std::string& vpc_of(const std::string& subnet) const;
  const std::string& group_name(const std::string& id) const;

  const Call& call_;
  Home home_;
  std::string default_group_;
  std::map<std::string, std::vector<Volume>, std::less<>> volumes_;  ///< of the state, by instance
  std::map<std::string, std::vector<NetworkInterface>, std::less<>> interfaces_;
  std::map<std::string, std::string, std::less<>> addresses_;  ///< by interface
  std::map<std::string, Ties, std::less<>> ties_;
  mutable std::map<std::string, std::optional<Image>> images_;
  mutable std::map<std::string, std::string> vpcs_, group_names_;
  mutable std::map<std::string, Value, std::less<>> common_texts_, common_parts_;
  const Value attached_ = "attached", in_use_ = "in-use", plain_interface_ = "interface";
  const Value xen_ = "xen", ebs_ = "ebs", hvm_ = "hvm", none_ = Value::List();
};

}  // namespace stint::cloud::ec2

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stint::cloud::ec2 {

/// A type of instances: the common families, in the sizes that they come in.
struct InstanceType {
  std::string name;
  int cpus = 1;
  int memory = 1024;  ///< MiB
  bool arm = false, burstable = false, current = true, xen = false;
};
std::vector<InstanceType> instance_types();  ///< in name order
std::optional<InstanceType> find_type(std::string_view name);

/// "x86_64" or "arm64".
inline std::string_view architecture_of(const InstanceType& type) {
  return type.arm ? "arm64" : "x86_64";
}

}  // namespace stint::cloud::ec2

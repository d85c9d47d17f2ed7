// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cloud/cloud.h"

/// Where instances are and what state they are in, as EC2 writes it.
namespace stint::cloud::ec2 {

/// Names of the Regions of the commercial partition, sorted.
std::vector<std::string_view> region_names();
/// "usw2-az1" for "us-west-2a".
std::string zone_id(std::string_view zone);

/// Every account has its default VPC in every Region, with a subnet in each zone.
std::string default_vpc(std::string_view account, std::string_view region);
std::string default_subnet(std::string_view account, std::string_view zone);
/// The hardware address of an instance's first network interface.
std::string mac_address(std::string_view instance);

int state_code(std::string_view state);     ///< 0 pending, 16 running, 32, 48, 64, 80 stopped
Value state_value(std::string_view state);  ///< {Code, Name}

/// All named instances are there. Errors: InvalidInstanceID.Malformed, InvalidInstanceID.NotFound.
Result<void> check_instances(Call& call, const Value::List& ids);

}  // namespace stint::cloud::ec2

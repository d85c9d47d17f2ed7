// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/cloud.h"
#include "cloud/ec2/defaults.h"

/// Where instances are and what state they are in, as EC2 writes it.
namespace stint::cloud::ec2 {

/// Names of the Regions of the commercial partition, sorted.
std::vector<std::string_view> region_names();
/// "usw2-az1" for "us-west-2a".
std::string zone_id(std::string_view zone);
/// True for a zone of that Region.
bool is_zone(std::string_view region, std::string_view zone);

/// The hardware address of an instance's first network interface.
std::string mac_address(std::string_view instance);
/// "ip-172-31-0-4.us-west-2.compute.internal" and the name of a public address.
std::string private_dns(std::string_view ip, std::string_view region);
std::string public_dns(std::string_view ip, std::string_view region);

int state_code(std::string_view state);     ///< 0 pending, 16 running, 32, 48, 64, 80 stopped
Value state_value(std::string_view state);  ///< {Code, Name}

/// All named instances are there. Errors: InvalidInstanceID.Malformed, InvalidInstanceID.NotFound.
Result<void> check_instances(Call& call, const Value::List& ids);
Result<const Instance*> need_instance(const Call& call, std::string_view id);

/// The subnet that an instance is in.
std::string subnet_of(const Home& home, const Instance& instance);

/// A block of IPv4 addresses.
struct Block {
  std::uint32_t base = 0;
  int bits = 32;
  std::uint64_t size() const { return std::uint64_t(1) << (32 - bits); }
  bool contains(const Block& other) const {
    return other.bits >= bits && (bits == 0 || (other.base ^ base) >> (32 - bits) == 0);
  }
  bool overlaps(const Block& other) const { return contains(other) || other.contains(*this); }
};
/// "10.0.0.0/16"; bits beyond the prefix are cleared. None: no block.
std::optional<Block> parse_block(std::string_view text);
std::optional<std::uint32_t> parse_address(std::string_view text);
std::string to_text(const Block& block);
std::string address_text(std::uint32_t address);

/// Addresses that somebody has in a subnet. AWS keeps the first four and the last one.
std::set<std::uint32_t> used_addresses(const Home& home, const Subnet& subnet);
/// The lowest that is free; it is added to `used`. None: the subnet is full.
std::optional<std::string> free_address(const Subnet& subnet, std::set<std::uint32_t>& used);

}  // namespace stint::cloud::ec2

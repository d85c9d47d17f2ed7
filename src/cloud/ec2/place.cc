// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ec2/place.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/ec2/query.h"

namespace stint::cloud::ec2 {
namespace {

constexpr std::string_view regions[] = {
    "af-south-1",   "ap-east-1",    "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
    "ap-south-1",   "ap-south-2",   "ap-southeast-1", "ap-southeast-2", "ap-southeast-3",
    "ca-central-1", "eu-central-1", "eu-central-2",   "eu-north-1",     "eu-south-1",
    "eu-south-2",   "eu-west-1",    "eu-west-2",      "eu-west-3",      "me-central-1",
    "me-south-1",   "sa-east-1",    "us-east-1",      "us-east-2",      "us-west-1",
    "us-west-2"};
static_assert(std::ranges::is_sorted(regions));

}  // namespace

std::vector<std::string_view> region_names() {
  return {std::begin(regions), std::end(regions)};
}

std::string zone_id(std::string_view zone) {
  if (zone.empty()) return {};
  std::string short_name;
  for (std::string_view part : split(zone.substr(0, zone.size() - 1), '-')) {
    if (short_name.empty()) {
      short_name = part;
    } else if (part == "gov") {
      short_name += 'g';
    } else {
      // northeast -> ne, central -> c, 2 -> 2
      for (std::string_view word : {"north", "south", "central", "east", "west"})
        if (part.starts_with(word)) {
          short_name += word[0];
          part.remove_prefix(word.size());
        }
      if (!part.empty()) short_name += part[0];
    }
  }
  return fmt::format("{}-az{}", short_name, zone.back() - 'a' + 1);
}

bool is_zone(std::string_view region, std::string_view zone) {
  return zone.size() == region.size() + 1 && zone.starts_with(region) &&
         zone_letters(region).find(zone.back()) != std::string_view::npos;
}

std::string mac_address(std::string_view instance) {
  std::string digits = hex(sha256(instance));
  std::string mac = "02";  // locally administered
  for (std::size_t i = 0; i < 10; i += 2) mac += ":" + digits.substr(i, 2);
  return mac;
}

std::string private_dns(std::string_view ip, std::string_view region) {
  std::string dashed(ip);
  std::ranges::replace(dashed, '.', '-');
  return region == "us-east-1" ? fmt::format("ip-{}.ec2.internal", dashed)
                               : fmt::format("ip-{}.{}.compute.internal", dashed, region);
}

std::string public_dns(std::string_view ip, std::string_view region) {
  if (ip.empty()) return {};
  std::string dashed(ip);
  std::ranges::replace(dashed, '.', '-');
  return region == "us-east-1" ? fmt::format("ec2-{}.compute-1.amazonaws.com", dashed)
                               : fmt::format("ec2-{}.{}.compute.amazonaws.com", dashed, region);
}

int state_code(std::string_view state) {
  constexpr std::pair<std::string_view, int> codes[] = {{"pending", 0},        {"running", 16},
                                                        {"shutting-down", 32}, {"terminated", 48},
                                                        {"stopping", 64},      {"stopped", 80}};
  for (const auto& [name, code] : codes)
    if (name == state) return code;
  return 0;
}

Value state_value(std::string_view state) {
  return object({{"Code", state_code(state)}, {"Name", state}});
}

Result<void> check_instances(Call& call, const Value::List& ids) {
  if (ids.empty())
    return fault("MissingParameter", "The request must contain the parameter InstanceId");
  const State& ec2 = call.own_region().ec2;
  std::vector<std::string> missing;
  for (const Value& id : ids) {
    const std::string& text = id.as_text();
    if (ec2.instances.contains(text)) continue;
    const Error error = wrong_id("i-", text);
    if (error.code != Code::not_found) return fail(error);
    missing.push_back(text);
  }
  if (missing.empty()) return {};
  std::string text = missing.size() == 1
                         ? fmt::format("The instance ID '{}' does not exist", missing[0])
                         : fmt::format("The instance IDs '{}' do not exist", join(missing, ", "));
  return fault("InvalidInstanceID.NotFound", std::move(text), 400, Code::not_found);
}

Result<const Instance*> need_instance(const Call& call, std::string_view id) {
  const State* ec2 = find_ec2(call.state, call.account, call.region);
  const Instance* instance = ec2 ? ec2->instances.find(id) : nullptr;
  if (!instance) return fail(wrong_id("i-", id));
  return instance;
}

std::string subnet_of(const Home& home, const Instance& instance) {
  return instance.subnet.empty() ? default_subnet(home.account, instance.zone) : instance.subnet;
}

std::optional<std::uint32_t> parse_address(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '.');
  if (parts.size() != 4) return std::nullopt;
  std::uint32_t out = 0;
  for (const std::string_view part : parts) {
    const auto number = to_integer(part);
    if (!number || *number < 0 || *number > 255 || part.size() > 3) return std::nullopt;
    out = out << 8 | static_cast<std::uint32_t>(*number);
  }
  return out;
}

std::optional<Block> parse_block(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  const auto address = parse_address(text.substr(0, slash));
  const auto bits = to_integer(text.substr(slash + 1));
  if (!address || !bits || *bits < 0 || *bits > 32) return std::nullopt;
  Block block{.base = *address, .bits = static_cast<int>(*bits)};
  block.base &= static_cast<std::uint32_t>(~(block.size() - 1));
  return block;
}

std::string address_text(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24, address >> 16 & 255, address >> 8 & 255,
                     address & 255);
}

std::string to_text(const Block& block) {
  return fmt::format("{}/{}", address_text(block.base), block.bits);
}

std::set<std::uint32_t> used_addresses(const Home& home, const Subnet& subnet) {
  std::set<std::uint32_t> used;
  const auto add = [&](std::string_view ip) {
    if (const auto address = parse_address(ip)) used.insert(*address);
  };
  for (const auto& [id, instance] : home.ec2.instances)
    if (subnet_of(home, *instance) == subnet.id && !is_gone(home, *instance))
      add(instance->private_ip);
  for (const auto& [id, interface] : home.ec2.interfaces)
    if (interface->subnet == subnet.id) add(interface->private_ip);
  return used;
}

std::optional<std::string> free_address(const Subnet& subnet, std::set<std::uint32_t>& used) {
  const auto block = parse_block(subnet.cidr);
  if (!block) return std::nullopt;
  for (std::uint64_t host = 4; host + 1 < block->size(); ++host) {
    const auto address = static_cast<std::uint32_t>(block->base + host);
    if (used.insert(address).second) return address_text(address);
  }
  return std::nullopt;
}

}  // namespace stint::cloud::ec2

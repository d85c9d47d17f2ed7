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

std::string default_vpc(std::string_view account, std::string_view region) {
  return fixed_id("vpc-", fmt::format("{}/{}", account, region));
}
std::string default_subnet(std::string_view account, std::string_view zone) {
  return fixed_id("subnet-", fmt::format("{}/{}", account, zone));
}

std::string mac_address(std::string_view instance) {
  std::string digits = hex(sha256(instance));
  std::string mac = "02";  // locally administered
  for (std::size_t i = 0; i < 10; i += 2) mac += ":" + digits.substr(i, 2);
  return mac;
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
  const State& ec2 = call.own_region().ec2;
  std::vector<std::string> missing;
  for (const Value& id : ids) {
    const std::string& text = id.as_text();
    if (ec2.instances.contains(text)) continue;
    if (!well_formed_id(text, "i-"))
      return fault("InvalidInstanceID.Malformed", fmt::format("Invalid id: \"{}\"", text));
    missing.push_back(text);
  }
  if (missing.empty()) return {};
  std::string text = missing.size() == 1
                         ? fmt::format("The instance ID '{}' does not exist", missing[0])
                         : fmt::format("The instance IDs '{}' do not exist", join(missing, ", "));
  return fault("InvalidInstanceID.NotFound", std::move(text), 400, Code::not_found);
}

}  // namespace stint::cloud::ec2

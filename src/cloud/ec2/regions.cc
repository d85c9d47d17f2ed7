// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Regions and their zones.
#include <fmt/core.h>

#include <algorithm>

#include "cloud/ec2/operations.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"

namespace stint::cloud::ec2 {
namespace {

std::string endpoint(std::string_view region) {
  return fmt::format("ec2.{}.amazonaws.com", region);
}

}  // namespace

Result<Value> describe_regions(Call&, const Value& in) {
  std::vector<Filter> filters = TRY(read_filters(in));
  TRY(unless_dry_run(in));
  auto names = region_names();
  const Value::List& wanted = in.items("RegionNames");
  for (const Value& name : wanted)
    if (std::ranges::find(names, std::string_view(name.as_text())) == names.end())
      return fault("InvalidParameterValue",
                   fmt::format("Invalid region provided {}", name.as_text()));
  Value::List rows;
  for (std::string_view name : names) {
    if (!wanted.empty() && std::ranges::find(wanted, Value(name)) == wanted.end()) continue;
    bool all = true;
    for (const Filter& filter : filters) {
      if (filter.name == "region-name") {
        all = all && filter.matches(name);
      } else if (filter.name == "endpoint") {
        all = all && filter.matches(endpoint(name));
      } else if (filter.name == "opt-in-status") {
        all = all && filter.matches("opt-in-not-required");
      } else {
        return fault("InvalidParameterValue",
                     fmt::format("The filter '{}' is invalid", filter.name));
      }
    }
    if (all)
      rows.push_back(object({{"Endpoint", endpoint(name)},
                             {"RegionName", name},
                             {"OptInStatus", "opt-in-not-required"}}));
  }
  return object({{"Regions", std::move(rows)}});
}

Result<Value> describe_availability_zones(Call& call, const Value& in) {
  std::vector<Filter> filters = TRY(read_filters(in));
  TRY(unless_dry_run(in));
  Value::List rows;
  for (char letter : {'a', 'b', 'c'}) {
    std::string name = call.region + letter;
    bool all = true;
    for (const Filter& filter : filters) {
      if (filter.name == "zone-name") {
        all = all && filter.matches(name);
      } else if (filter.name == "zone-id") {
        all = all && filter.matches(zone_id(name));
      } else if (filter.name == "region-name") {
        all = all && filter.matches(call.region);
      } else if (filter.name == "state") {
        all = all && filter.matches("available");
      } else if (filter.name == "zone-type") {
        all = all && filter.matches("availability-zone");
      } else {
        return fault("InvalidParameterValue",
                     fmt::format("The filter '{}' is invalid", filter.name));
      }
    }
    if (all)
      rows.push_back(object({{"State", "available"},
                             {"OptInStatus", "opt-in-not-required"},
                             {"Messages", Value::List()},
                             {"RegionName", call.region},
                             {"ZoneName", name},
                             {"ZoneId", zone_id(name)},
                             {"GroupName", call.region},
                             {"NetworkBorderGroup", call.region},
                             {"ZoneType", "availability-zone"}}));
  }
  return object({{"AvailabilityZones", std::move(rows)}});
}

}  // namespace stint::cloud::ec2

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
  for (const Value& name : in.items("ZoneNames"))
    if (!is_zone(call.region, name.as_text()))
      return fault("InvalidParameterValue",
                   fmt::format("Invalid availability zone: [{}]", name.as_text()));
  Value::List rows;
  for (const char letter : zone_letters(call.region)) {
    std::string name = call.region + letter;
    const auto among = [&](std::string_view member, const std::string& value) {
      const Value::List& wanted = in.items(member);
      return wanted.empty() || std::ranges::find(wanted, Value(value)) != wanted.end();
    };
    if (!among("ZoneNames", name) || !among("ZoneIds", zone_id(name))) continue;
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

Result<Value> describe_account_attributes(Call& call, const Value& in) {
  const std::pair<std::string_view, std::vector<std::string>> known[] = {
      {"default-vpc", {default_vpc(call.account, call.region)}},
      {"max-elastic-ips", {"5"}},
      {"max-instances", {"1000"}},
      {"supported-platforms", {"VPC"}},
      {"vpc-max-elastic-ips", {"5"}},
      {"vpc-max-security-groups-per-interface", {"5"}}};
  Value::List rows;
  for (const auto& [name, values] : known) {
    const Value::List& wanted = in.items("AttributeNames");
    if (!wanted.empty() && std::ranges::find(wanted, Value(name)) == wanted.end()) continue;
    Value::List list;
    for (const std::string& value : values) list.push_back(object({{"AttributeValue", value}}));
    rows.push_back(object({{"AttributeName", name}, {"AttributeValues", std::move(list)}}));
  }
  return object({{"AccountAttributes", std::move(rows)}});
}

}  // namespace stint::cloud::ec2

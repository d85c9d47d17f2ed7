// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// DescribeInstanceInformation and GetConnectionStatus.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "cloud/ec2/query.h"
#include "cloud/ssm/nodes.h"
#include "cloud/ssm/operations.h"
#include "cloud/ssm/page.h"

namespace stint::cloud::ssm {
namespace {

struct NodeFilter {
  std::string key;
  std::vector<std::string> values;
};

/// Keys whose values are words of a list.
bool good_value(std::string_view key, std::string_view value) {
  constexpr std::pair<std::string_view, std::string_view> words[] = {
      {"PingStatus", "Online"},
      {"PingStatus", "ConnectionLost"},
      {"PingStatus", "Inactive"},
      {"PlatformTypes", "Linux"},
      {"PlatformTypes", "MacOS"},
      {"PlatformTypes", "Windows"},
      {"ResourceType", "EC2Instance"},
      {"ResourceType", "ManagedInstance"},
      {"SourceTypes", "AWS::EC2::Instance"},
      {"SourceTypes", "AWS::IoT::Thing"},
      {"SourceTypes", "AWS::SSM::ManagedInstance"}};
  bool listed = false;
  for (const auto& [name, word] : words) {
    if (name != key) continue;
    if (word == value) return true;
    listed = true;
  }
  return !listed;
}

Result<std::vector<NodeFilter>> read_node_filters(const Value& in) {
  constexpr std::array<std::string_view, 9> known = {
      "ActivationIds", "AgentVersion",  "AssociationStatus", "IamRole",    "InstanceIds",
      "PingStatus",    "PlatformTypes", "ResourceType",      "SourceTypes"};
  std::vector<NodeFilter> filters;
  auto read = [&](std::string_view list, const char* key, const char* values) {
    for (const Value& given : in.items(list)) {
      NodeFilter filter{given.text(key), {}};
      for (const Value& value : given.items(values)) filter.values.push_back(value.as_text());
      filters.push_back(std::move(filter));
    }
  };
  read("InstanceInformationFilterList", "key", "valueSet");
  read("Filters", "Key", "Values");
  for (const NodeFilter& filter : filters) {
    if (!filter.key.starts_with("tag:") && filter.key != "tag-key" &&
        std::ranges::find(known, filter.key) == known.end())
      return fault("InvalidFilterKey", fmt::format("The filter key {} is not valid.", filter.key));
    for (const std::string& value : filter.values)
      if (filter.key == "InstanceIds")
        TRY(check_node_id(value));
      else if (!good_value(filter.key, value))
        return fault("InvalidInstanceInformationFilterValue",
                     fmt::format("The filter value {} is not valid for {}.", value, filter.key));
  }
  return filters;
}

bool passes(const NodeFilter& filter, const ec2::Instance& instance, std::string_view ping) {
  auto any = [&](std::string_view value) {
    return std::ranges::find(filter.values, value) != filter.values.end();
  };
  if (filter.key == "InstanceIds") return any(instance.id);
  if (filter.key == "PingStatus") return any(ping);
  if (filter.key == "PlatformTypes") return any("Linux");
  if (filter.key == "ResourceType") return any("EC2Instance");
  if (filter.key == "SourceTypes") return any("AWS::EC2::Instance");
  if (filter.key == "AgentVersion") return any(agent_version);
  if (filter.key == "tag-key")
    return std::ranges::any_of(instance.tags, [&](const auto& tag) { return any(tag.first); });
  if (filter.key.starts_with("tag:")) {
    auto tag = instance.tags.find(filter.key.substr(4));
    return tag != instance.tags.end() && any(tag->second);
  }
  return false;  // activations and associations: EC2 instances have none here
}

Value describe(const Call& call, const ec2::Instance& instance, std::string_view ping) {
  Object out{
      {"InstanceId", instance.id},
      {"PingStatus", ping},
      {"LastPingDateTime",
       iso8601(ping == "Online" ? call.now : std::max(instance.state_since, instance.launched),
               true)},
      {"AgentVersion", agent_version},
      {"IsLatestVersion", true},
      {"PlatformType", "Linux"},
      {"PlatformName", "Debian GNU/Linux"},
      {"PlatformVersion", "12"},
      {"ResourceType", "EC2Instance"},
      {"IPAddress", instance.private_ip},
      {"ComputerName", node_host_name(instance, call.region)},
      {"SourceId", instance.id},
      {"SourceType", "AWS::EC2::Instance"}};
  return out;
}

}  // namespace

Result<Value> describe_instance_information(Call& call, const Value& in) {
  std::vector<NodeFilter> filters = TRY(read_node_filters(in));
  std::vector<std::string> ids;
  std::map<std::string, std::string> pings;
  for (const auto& [id, instance] : call.own_region().ec2.instances) {
    std::string ping = ping_status(call.cloud, {call.account, call.region, id}, call.now);
    if (ping.empty()) continue;
    if (!std::ranges::all_of(filters,
                             [&](const NodeFilter& f) { return passes(f, *instance, ping); }))
      continue;
    ids.push_back(id);
    pings[id] = std::move(ping);
  }
  Page shown = TRY(page(in, ids, 50));
  Value::List rows;
  for (std::size_t i = shown.first; i < shown.end; ++i)
    rows.push_back(describe(call, *call.own_region().ec2.instances.find(ids[i]), pings[ids[i]]));
  Object out{{"InstanceInformationList", std::move(rows)}};
  if (!shown.next.empty()) out.append("NextToken", shown.next);
  return out;
}

Resources connection_resource(const Call& call, const Value& in) {
  return {ec2::instance_arn(call.region, call.account, in.text("Target"))};
}

Result<Value> get_connection_status(Call& call, const Value& in) {
  const std::string& target = in.text("Target");
  const bool online =
      ping_status(call.cloud, {call.account, call.region, target}, call.now) == "Online";
  return object({{"Target", target}, {"Status", online ? "connected" : "notconnected"}});
}

}  // namespace stint::cloud::ssm

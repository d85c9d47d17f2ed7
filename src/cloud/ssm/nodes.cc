// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/nodes.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "cloud/ec2/association.h"
#include "cloud/ec2/query.h"
#include "cloud/imds/credentials.h"
#include "cloud/ssm/operations.h"
#include "cloud/ssm/page.h"

namespace stint::cloud::ssm {
namespace {

constexpr std::string_view agent_version = "3.3.987.0";

const ec2::Instance* find_instance(Cloud& cloud, const NodePlace& place) {
  return cloud.state.region(place.account, place.region).ec2.instances.find(place.instance);
}

bool runs(const Cloud& cloud, const ec2::Instance& instance, Time now) {
  return instance.state_at(now, cloud.state.propagation.instance) == "running";
}

const sts::Session* held_session(const imds::View& view, const ec2::Association& association) {
  const ec2::Credentials* held = view.ec2().credentials.find(association.id);
  if (!held) return nullptr;
  const sts::Session* session = view.cloud.state.sts.sessions.find(held->access_key);
  return session && view.now < session->expires ? session : nullptr;
}

Caller as_agent(Caller caller) {
  caller.user_agent = fmt::format("amazon-ssm-agent/{}", agent_version);
  return caller;
}

bool may_connect(Cloud& cloud, const NodePlace& place, Time now) {
  std::optional<Caller> agent = presumed_caller(cloud, place, now);
  if (!agent) return false;
  auto may = [&](std::string_view action, std::string_view resource) {
    return cloud.decide(*agent, action, resource, place.region, now).allowed();
  };
  // Sent with the node's ARN (IAM, "Resource types defined by AWS Systems Manager").
  if (!may("ssm:UpdateInstanceInformation",
           ec2::instance_arn(place.region, place.account, place.instance)))
    return false;
  if (may("ec2messages:GetMessages", "*")) return true;
  return may("ssmmessages:CreateControlChannel", "*") && may("ssmmessages:OpenControlChannel", "*");
}

}  // namespace

std::optional<Caller> presumed_caller(Cloud& cloud, const NodePlace& place, Time now) {
  const ec2::Instance* instance = find_instance(cloud, place);
  if (!instance) return std::nullopt;
  imds::View view{cloud, place.account, place.region, *instance, now};
  const ec2::Association* association = imds::known_association(view);
  std::string name = association ? imds::served_role(view, *association) : "";
  if (name.empty()) return std::nullopt;
  if (const sts::Session* held = held_session(view, *association); held && held->role == name)
    return as_agent(cloud.session_caller(*held));
  const iam::Role* role = cloud.state.account(place.account).iam.roles.find(name);
  if (!role || !ec2::ec2_may_assume(*role)) return std::nullopt;
  sts::Session session{
      .account = place.account,
      .role = name,
      .role_id = role->id,
      .name = place.instance,
      .source_instance = ec2::instance_arn(place.region, place.account, place.instance),
      .issued = now,
      .expires = now + std::chrono::hours(1)};
  return as_agent(cloud.session_caller(session));
}

std::optional<Caller> node_caller(Cloud& cloud, const NodePlace& place, Time now) {
  const ec2::Instance* instance = find_instance(cloud, place);
  if (!instance) return std::nullopt;
  imds::View view{cloud, place.account, place.region, *instance, now};
  const ec2::Association* association = imds::known_association(view);
  std::string role = association ? imds::served_role(view, *association) : "";
  if (role.empty()) return std::nullopt;
  imds::credentials_document(view, *association, role);  // fetches what is not held yet
  const sts::Session* session = held_session(view, *association);
  if (!session) return std::nullopt;
  return as_agent(cloud.session_caller(*session));
}

std::string ping_status(Cloud& cloud, const NodePlace& place, Time now) {
  const ec2::Instance* instance = find_instance(cloud, place);
  if (!instance) return {};
  std::string_view state = instance->state_at(now, cloud.state.propagation.instance);
  if (state == "shutting-down" || state == "terminated") return {};
  if (runs(cloud, *instance, now) && may_connect(cloud, place, now)) return "Online";
  // An instance that never had a profile has no agent that ever registered.
  const ec2::State& ec2 = cloud.state.region(place.account, place.region).ec2;
  return ec2::ties_of(ec2, place.instance).empty() ? "" : "ConnectionLost";
}

namespace {

struct Filter {
  std::string key;
  std::vector<std::string> values;
};

Result<std::vector<Filter>> read_filters(const Value& in) {
  constexpr std::array<std::string_view, 9> known = {
      "ActivationIds", "AgentVersion",  "AssociationStatus", "IamRole",    "InstanceIds",
      "PingStatus",    "PlatformTypes", "ResourceType",      "SourceTypes"};
  std::vector<Filter> filters;
  auto read = [&](std::string_view list, const char* key, const char* values) {
    for (const Value& given : in.items(list)) {
      Filter filter{given.text(key), {}};
      for (const Value& value : given.items(values)) filter.values.push_back(value.as_text());
      filters.push_back(std::move(filter));
    }
  };
  read("InstanceInformationFilterList", "key", "valueSet");
  read("Filters", "Key", "Values");
  for (const Filter& filter : filters)
    if (!filter.key.starts_with("tag:") && filter.key != "tag-key" &&
        std::ranges::find(known, filter.key) == known.end())
      return fault("InvalidFilterKey", fmt::format("The filter key {} is not valid.", filter.key));
  return filters;
}

bool passes(const Filter& filter, const ec2::Instance& instance, std::string_view ping) {
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
  std::string host = instance.private_ip;
  std::ranges::replace(host, '.', '-');
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
      {"ComputerName", fmt::format("ip-{}.{}.compute.internal", host, call.region)},
      {"SourceId", instance.id},
      {"SourceType", "AWS::EC2::Instance"}};
  return out;
}

}  // namespace

Result<Value> describe_instance_information(Call& call, const Value& in) {
  std::vector<Filter> filters = TRY(read_filters(in));
  std::vector<std::string> ids;
  std::map<std::string, std::string> pings;
  for (const auto& [id, instance] : call.own_region().ec2.instances) {
    std::string ping = ping_status(call.cloud, {call.account, call.region, id}, call.now);
    if (ping.empty()) continue;
    if (!std::ranges::all_of(filters, [&](const Filter& f) { return passes(f, *instance, ping); }))
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

}  // namespace stint::cloud::ssm

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/nodes.h"

#include <fmt/core.h>

#include <algorithm>

#include "cloud/ec2/association.h"
#include "cloud/ec2/query.h"
#include "cloud/imds/credentials.h"

namespace stint::cloud::ssm {
namespace {

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
  if (!role || !ec2::ec2_may_assume(cloud.state, *role)) return std::nullopt;
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

std::string node_host_name(const ec2::Instance& instance, std::string_view region) {
  std::string host = instance.private_ip;
  std::ranges::replace(host, '.', '-');
  return fmt::format("ip-{}.{}.compute.internal", host, region);
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

Result<void> check_node_id(std::string_view id) {
  if (id.starts_with("i-") || id.starts_with("mi-")) return {};
  return fault("InvalidInstanceId", fmt::format("The instance ID {} is not valid.", id));
}

}  // namespace stint::cloud::ssm

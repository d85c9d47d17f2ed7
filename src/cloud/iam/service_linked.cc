// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Roles that belong to an AWS service ("Using service-linked roles" of the IAM User Guide).
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/iam/managed.h"
#include "cloud/iam/operations.h"
#include "cloud/validation.h"

namespace stint::cloud::iam {
namespace {

/// The name and policy of a service's role, from the services' own guides. Only a few services
/// take a suffix.
struct Linked {
  std::string_view service, role, policy;
  bool suffix = false;
};
constexpr Linked linked_services[] = {
    {"autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling", "AutoScalingServiceRolePolicy",
     true},
    {"config.amazonaws.com", "AWSServiceRoleForConfig", "AWSConfigServiceRolePolicy"},
    {"ecs.amazonaws.com", "AWSServiceRoleForECS", "AmazonECSServiceRolePolicy"},
    {"eks.amazonaws.com", "AWSServiceRoleForAmazonEKS", "AmazonEKSServiceRolePolicy"},
    {"elasticloadbalancing.amazonaws.com", "AWSServiceRoleForElasticLoadBalancing",
     "AWSElasticLoadBalancingServiceRolePolicy"},
    {"guardduty.amazonaws.com", "AWSServiceRoleForAmazonGuardDuty",
     "AmazonGuardDutyServiceRolePolicy"},
    {"inspector2.amazonaws.com", "AWSServiceRoleForAmazonInspector2",
     "AmazonInspector2ServiceRolePolicy"},
    {"lex.amazonaws.com", "AWSServiceRoleForLexBots", "AmazonLexBotPolicy"},
    {"organizations.amazonaws.com", "AWSServiceRoleForOrganizations",
     "AWSOrganizationsServiceTrustPolicy"},
    {"rds.amazonaws.com", "AWSServiceRoleForRDS", "AmazonRDSServiceRolePolicy"},
    {"securityhub.amazonaws.com", "AWSServiceRoleForSecurityHub",
     "AWSSecurityHubServiceRolePolicy"},
    {"spot.amazonaws.com", "AWSServiceRoleForEC2Spot", "AWSEC2SpotServiceRolePolicy"},
    {"spotfleet.amazonaws.com", "AWSServiceRoleForEC2SpotFleet",
     "AWSEC2SpotFleetServiceRolePolicy"},
    {"ssm.amazonaws.com", "AWSServiceRoleForAmazonSSM", "AmazonSSMServiceRolePolicy"},
};
static_assert(std::ranges::is_sorted(linked_services, {}, &Linked::service));

const Linked* find_linked(std::string_view service) {
  const auto found = std::ranges::lower_bound(linked_services, service, {}, &Linked::service);
  return found != std::end(linked_services) && found->service == service ? &*found : nullptr;
}

std::string trust_of(std::string_view service) {
  return fmt::format(
      R"({{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"{}"}},"Action":"sts:AssumeRole"}}]}})",
      service);
}

bool is_linked(const Role& role) {
  return role.path.starts_with("/aws-service-role/");
}

}  // namespace

Resources a_service_linked_role(const Call& call, const Value& in) {
  const std::string& service = in.text("AWSServiceName");
  const Linked* linked = find_linked(service);
  return {make_arn(call.account, "role", fmt::format("/aws-service-role/{}/", service),
                   linked ? linked->role : std::string_view("*"))};
}

void service_linked_context(const Call&, const Value& in, policy::Context& out) {
  out.set("iam:AWSServiceName", in.text("AWSServiceName"));
}

Result<Value> create_service_linked_role(Call& call, const Value& in) {
  const std::string& service = in.text("AWSServiceName");
  const std::string& suffix = in.text("CustomSuffix");
  TRY(check_length(service, "aWSServiceName", 1, 128));
  TRY(check_length(suffix, "customSuffix", 0, 64));
  TRY(check_length(in.text("Description"), "description", 0, 1000));
  const Linked* linked = find_linked(service);
  if (!linked) return fault("InvalidInput", fmt::format("Unknown service principal: {}", service));
  if (!suffix.empty() && !linked->suffix)
    return fault("InvalidInput", fmt::format("Custom suffix is not allowed for {}", service));
  if (!suffix.empty()) TRY(check_name(suffix, "customSuffix", 64));
  const std::string name =
      suffix.empty() ? std::string(linked->role) : fmt::format("{}_{}", linked->role, suffix);
  for (const auto& [held, role] : iam_of(call).roles)
    if (equals_ignore_case(held, name))
      return fault("InvalidInput", fmt::format("Service role name {} has been taken in this "
                                               "account, please try a different suffix.",
                                               name));
  if (iam_of(call).roles.size() >= Roles::most) return over_quota(Roles::quota, Roles::most);
  std::string path = fmt::format("/aws-service-role/{}/", service);
  Role role{
      .name = name,
      .id = call.new_id("AROA", 17),
      .arn = make_arn(call.account, "role", path, name),
      .path = std::move(path),
      .description = in.text("Description"),
      .trust = trust_of(service),
      .attached = {fmt::format("arn:aws:iam::aws:policy/aws-service-role/{}", linked->policy)},
      .created = call.now,
      .changed = call.now};
  const Role& made = own_iam(call).roles.put(name, std::move(role));
  call.effect = "created";
  Value answer = describe_role(made, true);
  answer.edit_object().erase("RoleLastUsed");
  answer.edit_object().erase("MaxSessionDuration");
  answer.edit_object().erase("Description");
  return object({{"Role", std::move(answer)}});
}

Result<Value> delete_service_linked_role(Call& call, const Value& in) {
  const Role* role = TRY(find<Roles>(call, in.text("RoleName")));
  if (!is_linked(*role)) return missing<Roles>(role->name);
  const std::string id =
      fmt::format("task{}{}/{}", role->path, role->name, call.state.random.uuid());
  State& iam = own_iam(call);
  iam.deletions.put(id, {.role = role->name, .created = call.now});
  const std::string name = role->name;
  iam.roles.erase(name);
  call.effect = "deleted";
  return object({{"DeletionTaskId", id}});
}

Result<Value> get_service_linked_role_deletion_status(Call& call, const Value& in) {
  const std::string& id = in.text("DeletionTaskId");
  TRY(check_length(id, "deletionTaskId", 1, 1000));
  if (!id.starts_with("task/"))
    return fault("InvalidInput", fmt::format("Invalid deletion task id: {}", id));
  if (!iam_of(call).deletions.contains(id))
    return no_such_entity(fmt::format("Deletion task {} cannot be found.", id));
  return object({{"Status", "SUCCEEDED"}});
}

}  // namespace stint::cloud::iam

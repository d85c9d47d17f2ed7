// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/iam/table.h"

#include <fmt/core.h>

#include <algorithm>

#include "cloud/iam/managed.h"
#include "cloud/iam/operations.h"

namespace stint::cloud::iam {
namespace {

// What each operation is about.

template <class Kind>
Resources the(const Call& call, const Value& in) {
  return {arn_of<Kind>(call, in.text(Kind::member))};
}
template <class Kind>
Resources a_new(const Call& call, const Value& in) {
  const std::string& path = in.text("Path");
  return {make_arn(call.account, Kind::word, path.empty() ? "/" : path, in.text(Kind::member))};
}
template <class Kind>
Resources all(const Call& call, const Value& in) {
  const std::string& prefix = in.text("PathPrefix");
  return {make_arn(call.account, Kind::word, prefix.empty() ? "/" : prefix, "")};
}
Resources the_policy(const Call&, const Value& in) {
  return {in.text("PolicyArn")};
}
Resources a_new_policy(const Call& call, const Value& in) {
  const std::string& path = in.text("Path");
  return {make_arn(call.account, "policy", path.empty() ? "/" : path, in.text("PolicyName"))};
}
Resources anything(const Call&, const Value&) {
  return {"*"};
}
/// "To change a user's name or path, you must have the permission on both the source and target".
template <class Kind>
Resources old_and_new(const Call& call, const Value& in) {
  Resources out = the<Kind>(call, in);
  const std::string& name = in.text(fmt::format("New{}", Kind::member));
  const std::string& path = in.text("NewPath");
  if (name.empty() && path.empty()) return out;
  const auto* held = Kind::in(iam_of(call)).find(in.text(Kind::member));
  const std::string old_path = held ? held->path : "/";
  std::string arn = make_arn(call.account, Kind::word, path.empty() ? old_path : path,
                             name.empty() ? in.text(Kind::member) : name);
  if (arn != out[0]) out.push_back(std::move(arn));
  return out;
}
Resources the_provider(const Call&, const Value& in) {
  return {in.text("OpenIDConnectProviderArn")};
}
Resources deletion_task(const Call& call, const Value& in) {
  // "task/aws-service-role/SERVICE/ROLE/ID": about that role.
  std::string_view task = in.text("DeletionTaskId");
  if (!task.starts_with("task/")) return {"*"};
  return {fmt::format("arn:aws:iam::{}:role{}", call.account, task.substr(4, task.rfind('/') - 4))};
}

// What its policies' conditions may ask for.

template <class Kind>
void tags_of(const Call& call, const Value& in, policy::Context& out) {
  const auto* thing = Kind::in(iam_of(call)).find(in.text(Kind::member));
  if (!thing) return;
  if constexpr (requires { thing->tags; }) resource_tags(thing->tags, out);
  if constexpr (requires { thing->boundary; })
    if (!thing->boundary.empty()) out.set("iam:PermissionsBoundary", thing->boundary);
}
template <class Kind>
void grant(const Call& call, const Value& in, policy::Context& out) {
  tags_of<Kind>(call, in, out);
  if (!in.text("PolicyArn").empty()) out.set("iam:PolicyARN", in.text("PolicyArn"));
  if (!in.text("PermissionsBoundary").empty())
    out.set("iam:PermissionsBoundary", in.text("PermissionsBoundary"));
}
template <class Kind>
void tagging(const Call& call, const Value& in, policy::Context& out) {
  tags_of<Kind>(call, in, out);
  request_tags(in, out);
}
void making(const Call&, const Value& in, policy::Context& out) {
  request_tags(in, out);
  if (!in.text("PermissionsBoundary").empty())
    out.set("iam:PermissionsBoundary", in.text("PermissionsBoundary"));
}
void tags_of_policy(const Call& call, const Value& in, policy::Context& out) {
  if (auto policy = find_policy(iam_of(call), in.text("PolicyArn")))
    resource_tags(policy->tags, out);
}

void tagging_policy(const Call& call, const Value& in, policy::Context& out) {
  tags_of_policy(call, in, out);
  request_tags(in, out);
}
void tags_of_provider(const Call& call, const Value& in, policy::Context& out) {
  if (const auto* held = iam_of(call).providers.find(in.text("OpenIDConnectProviderArn")))
    resource_tags(held->tags, out);
}
void tagging_provider(const Call& call, const Value& in, policy::Context& out) {
  tags_of_provider(call, in, out);
  request_tags(in, out);
}
void tags_of_key_owner(const Call& call, const Value& in, policy::Context& out) {
  const AccessKey* key = iam_of(call).access_keys.find(in.text("AccessKeyId"));
  const User* user = key && !key->root ? iam_of(call).users.find(key->user) : nullptr;
  if (user) resource_tags(user->tags, out);
}

/// IAM's denials name most things by their kind and name, as the caller did; new things and lists
/// by ARN.
std::string shown_resource(std::string_view action, const std::string& arn) {
  const std::size_t last = arn.rfind(':');
  if (action == "iam:ListPolicies") return "policy path /";
  if (last == arn.npos || arn.ends_with('/')) return arn;
  const std::string_view path = std::string_view(arn).substr(last + 1);
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (path.starts_with("policy/"))
    return fmt::format("policy {}", action == "iam:CreatePolicy" ? name : arn);
  if (action == "iam:CreateRole" || action == "iam:CreateUser" ||
      action == "iam:CreateInstanceProfile" || action == "iam:CreateGroup" ||
      action == "iam:CreateServiceLinkedRole" || action == "iam:PassRole" ||
      action == "iam:SimulatePrincipalPolicy" || action == "iam:GetContextKeysForPrincipalPolicy")
    return arn;
  if (path.starts_with("role/")) return fmt::format("role {}", name);
  if (path.starts_with("group/")) return fmt::format("group {}", name);
  if (path.starts_with("user/")) return fmt::format("user {}", name);
  if (path.starts_with("instance-profile/")) return fmt::format("instance profile {}", name);
  return arn;
}

constexpr Operation operations[] = {
    {"AddClientIDToOpenIDConnectProvider", add_client_id_to_open_id_connect_provider, the_provider,
     tags_of_provider},
    {"AddRoleToInstanceProfile", add_role_to_instance_profile, the<Profiles>, tags_of<Profiles>},
    {"AddUserToGroup", add_user_to_group, the<Groups>},
    {"AttachGroupPolicy", attach_policy<Groups>, the<Groups>, grant<Groups>},
    {"AttachRolePolicy", attach_policy<Roles>, the<Roles>, grant<Roles>},
    {"AttachUserPolicy", attach_policy<Users>, the<Users>, grant<Users>},
    {"CreateAccessKey", create_access_key, user_or_self, tags_of<Users>},
    {"CreateAccountAlias", create_account_alias, anything},
    {"CreateGroup", create_group, a_new<Groups>},
    {"CreateInstanceProfile", create_instance_profile, a_new<Profiles>, making},
    {"CreateOpenIDConnectProvider", create_open_id_connect_provider, a_new_provider, making},
    {"CreatePolicy", create_policy, a_new_policy, making},
    {"CreatePolicyVersion", create_policy_version, the_policy, tags_of_policy},
    {"CreateRole", create_role, a_new<Roles>, making},
    {"CreateServiceLinkedRole", create_service_linked_role, a_service_linked_role,
     service_linked_context},
    {"CreateUser", create_user, a_new<Users>, making},
    {"DeleteAccessKey", delete_access_key, user_or_self, tags_of<Users>},
    {"DeleteAccountAlias", delete_account_alias, anything},
    {"DeleteAccountPasswordPolicy", delete_account_password_policy, anything},
    {"DeleteGroup", delete_group, the<Groups>},
    {"DeleteGroupPolicy", delete_inline_policy<Groups>, the<Groups>},
    {"DeleteInstanceProfile", delete_instance_profile, the<Profiles>, tags_of<Profiles>},
    {"DeleteOpenIDConnectProvider", delete_open_id_connect_provider, the_provider,
     tags_of_provider},
    {"DeletePolicy", delete_policy, the_policy, tags_of_policy},
    {"DeletePolicyVersion", delete_policy_version, the_policy, tags_of_policy},
    {"DeleteRole", delete_role, the<Roles>, tags_of<Roles>},
    {"DeleteRolePermissionsBoundary", delete_boundary<Roles>, the<Roles>, tags_of<Roles>},
    {"DeleteRolePolicy", delete_inline_policy<Roles>, the<Roles>, tags_of<Roles>},
    {"DeleteServiceLinkedRole", delete_service_linked_role, the<Roles>, tags_of<Roles>},
    {"DeleteUser", delete_user, the<Users>, tags_of<Users>},
    {"DeleteUserPermissionsBoundary", delete_boundary<Users>, the<Users>, tags_of<Users>},
    {"DeleteUserPolicy", delete_inline_policy<Users>, the<Users>, tags_of<Users>},
    {"DetachGroupPolicy", detach_policy<Groups>, the<Groups>, grant<Groups>},
    {"DetachRolePolicy", detach_policy<Roles>, the<Roles>, grant<Roles>},
    {"DetachUserPolicy", detach_policy<Users>, the<Users>, grant<Users>},
    {"GetAccessKeyLastUsed", get_access_key_last_used, owner_of_key, tags_of_key_owner, {}, true},
    {"GetAccountAuthorizationDetails",
     get_account_authorization_details,
     anything,
     nullptr,
     {},
     true},
    {"GetAccountPasswordPolicy", get_account_password_policy, anything, nullptr, {}, true},
    {"GetAccountSummary", get_account_summary, anything, nullptr, {}, true},
    {"GetContextKeysForCustomPolicy",
     get_context_keys_for_custom_policy,
     anything,
     nullptr,
     {},
     true},
    {"GetContextKeysForPrincipalPolicy",
     get_context_keys_for_principal_policy,
     simulated_principal,
     nullptr,
     {},
     true},
    {"GetGroup", get_group, the<Groups>, nullptr, {}, true},
    {"GetGroupPolicy", get_inline_policy<Groups>, the<Groups>, nullptr, {}, true},
    {"GetInstanceProfile", get_instance_profile, the<Profiles>, tags_of<Profiles>, {}, true},
    {"GetOpenIDConnectProvider",
     get_open_id_connect_provider,
     the_provider,
     tags_of_provider,
     {},
     true},
    {"GetPolicy", get_policy, the_policy, tags_of_policy, {}, true},
    {"GetPolicyVersion", get_policy_version, the_policy, tags_of_policy, {}, true},
    {"GetRole", get_role, the<Roles>, tags_of<Roles>, {}, true},
    {"GetRolePolicy", get_inline_policy<Roles>, the<Roles>, tags_of<Roles>, {}, true},
    {"GetServiceLinkedRoleDeletionStatus",
     get_service_linked_role_deletion_status,
     deletion_task,
     nullptr,
     {},
     true},
    {"GetUser", get_user, user_or_self, tags_of<Users>, {}, true},
    {"GetUserPolicy", get_inline_policy<Users>, the<Users>, tags_of<Users>, {}, true},
    {"ListAccessKeys", list_access_keys, user_or_self, tags_of<Users>, {}, true},
    {"ListAccountAliases", list_account_aliases, anything, nullptr, {}, true},
    {"ListAttachedGroupPolicies", list_attached_policies<Groups>, the<Groups>, nullptr, {}, true},
    {"ListAttachedRolePolicies",
     list_attached_policies<Roles>,
     the<Roles>,
     tags_of<Roles>,
     {},
     true},
    {"ListAttachedUserPolicies",
     list_attached_policies<Users>,
     the<Users>,
     tags_of<Users>,
     {},
     true},
    {"ListEntitiesForPolicy", list_entities_for_policy, the_policy, tags_of_policy, {}, true},
    {"ListGroupPolicies", list_inline_policies<Groups>, the<Groups>, nullptr, {}, true},
    {"ListGroups", list_groups, all<Groups>, nullptr, {}, true},
    {"ListGroupsForUser", list_groups_for_user, the<Users>, tags_of<Users>, {}, true},
    {"ListInstanceProfileTags", list_tags<Profiles>, the<Profiles>, tags_of<Profiles>, {}, true},
    {"ListInstanceProfiles", list_instance_profiles, all<Profiles>, nullptr, {}, true},
    {"ListInstanceProfilesForRole",
     list_instance_profiles_for_role,
     the<Roles>,
     tags_of<Roles>,
     {},
     true},
    {"ListOpenIDConnectProviderTags",
     list_open_id_connect_provider_tags,
     the_provider,
     tags_of_provider,
     {},
     true},
    {"ListOpenIDConnectProviders", list_open_id_connect_providers, anything, nullptr, {}, true},
    {"ListPolicies", list_policies, anything, nullptr, {}, true},
    {"ListPolicyTags", list_policy_tags, the_policy, tags_of_policy, {}, true},
    {"ListPolicyVersions", list_policy_versions, the_policy, tags_of_policy, {}, true},
    {"ListRolePolicies", list_inline_policies<Roles>, the<Roles>, tags_of<Roles>, {}, true},
    {"ListRoleTags", list_tags<Roles>, the<Roles>, tags_of<Roles>, {}, true},
    {"ListRoles", list_roles, all<Roles>, nullptr, {}, true},
    {"ListUserPolicies", list_inline_policies<Users>, the<Users>, tags_of<Users>, {}, true},
    {"ListUserTags", list_tags<Users>, the<Users>, tags_of<Users>, {}, true},
    {"ListUsers", list_users, all<Users>, nullptr, {}, true},
    {"PutGroupPolicy", put_inline_policy<Groups>, the<Groups>},
    {"PutRolePermissionsBoundary", put_boundary<Roles>, the<Roles>, grant<Roles>},
    {"PutRolePolicy", put_inline_policy<Roles>, the<Roles>, tags_of<Roles>},
    {"PutUserPermissionsBoundary", put_boundary<Users>, the<Users>, grant<Users>},
    {"PutUserPolicy", put_inline_policy<Users>, the<Users>, tags_of<Users>},
    {"RemoveClientIDFromOpenIDConnectProvider", remove_client_id_from_open_id_connect_provider,
     the_provider, tags_of_provider},
    {"RemoveRoleFromInstanceProfile", remove_role_from_instance_profile, the<Profiles>,
     tags_of<Profiles>},
    {"RemoveUserFromGroup", remove_user_from_group, the<Groups>},
    {"SetDefaultPolicyVersion", set_default_policy_version, the_policy, tags_of_policy},
    {"SimulateCustomPolicy", simulate_custom_policy, anything, nullptr, {}, true},
    {"SimulatePrincipalPolicy", simulate_principal_policy, simulated_principal, nullptr, {}, true},
    {"TagInstanceProfile", tag<Profiles>, the<Profiles>, tagging<Profiles>},
    {"TagOpenIDConnectProvider", tag_open_id_connect_provider, the_provider, tagging_provider},
    {"TagPolicy", tag_policy, the_policy, tagging_policy},
    {"TagRole", tag<Roles>, the<Roles>, tagging<Roles>},
    {"TagUser", tag<Users>, the<Users>, tagging<Users>},
    {"UntagInstanceProfile", untag<Profiles>, the<Profiles>, tagging<Profiles>},
    {"UntagOpenIDConnectProvider", untag_open_id_connect_provider, the_provider, tagging_provider},
    {"UntagPolicy", untag_policy, the_policy, tagging_policy},
    {"UntagRole", untag<Roles>, the<Roles>, tagging<Roles>},
    {"UntagUser", untag<Users>, the<Users>, tagging<Users>},
    {"UpdateAccessKey", update_access_key, user_or_self, tags_of<Users>},
    {"UpdateAccountPasswordPolicy", update_account_password_policy, anything},
    {"UpdateAssumeRolePolicy", update_assume_role_policy, the<Roles>, tags_of<Roles>},
    {"UpdateGroup", update_group, old_and_new<Groups>},
    {"UpdateOpenIDConnectProviderThumbprint", update_open_id_connect_provider_thumbprint,
     the_provider, tags_of_provider},
    {"UpdateRole", update_role, the<Roles>, tags_of<Roles>},
    {"UpdateRoleDescription", update_role_description, the<Roles>, tags_of<Roles>},
    {"UpdateUser", update_user, old_and_new<Users>, tags_of<Users>},
};
static_assert(std::ranges::is_sorted(operations, {}, &Operation::name));

}  // namespace

ServiceTable table() {
  return {.service = "iam", .operations = operations, .shown_resource = shown_resource};
}

}  // namespace stint::cloud::iam

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

// What its policies' conditions may ask for.

template <class Kind>
void tags_of(const Call& call, const Value& in, policy::Context& out) {
  const auto* thing = Kind::in(iam_of(call)).find(in.text(Kind::member));
  if (!thing) return;
  resource_tags(thing->tags, out);
  if constexpr (!std::same_as<Kind, Profiles>)
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
      action == "iam:CreateInstanceProfile" || action == "iam:PassRole")
    return arn;
  if (path.starts_with("role/")) return fmt::format("role {}", name);
  if (path.starts_with("user/")) return fmt::format("user {}", name);
  if (path.starts_with("instance-profile/")) return fmt::format("instance profile {}", name);
  return arn;
}

constexpr Operation operations[] = {
    {"AddRoleToInstanceProfile", add_role_to_instance_profile, the<Profiles>, tags_of<Profiles>},
    {"AttachRolePolicy", attach_policy<Roles>, the<Roles>, grant<Roles>},
    {"AttachUserPolicy", attach_policy<Users>, the<Users>, grant<Users>},
    {"CreateAccessKey", create_access_key, user_or_self, tags_of<Users>},
    {"CreateInstanceProfile", create_instance_profile, a_new<Profiles>, making},
    {"CreatePolicy", create_policy, a_new_policy, making},
    {"CreatePolicyVersion", create_policy_version, the_policy, tags_of_policy},
    {"CreateRole", create_role, a_new<Roles>, making},
    {"CreateUser", create_user, a_new<Users>, making},
    {"DeleteAccessKey", delete_access_key, user_or_self, tags_of<Users>},
    {"DeleteInstanceProfile", delete_instance_profile, the<Profiles>, tags_of<Profiles>},
    {"DeletePolicy", delete_policy, the_policy, tags_of_policy},
    {"DeletePolicyVersion", delete_policy_version, the_policy, tags_of_policy},
    {"DeleteRole", delete_role, the<Roles>, tags_of<Roles>},
    {"DeleteRolePermissionsBoundary", delete_boundary<Roles>, the<Roles>, tags_of<Roles>},
    {"DeleteRolePolicy", delete_inline_policy<Roles>, the<Roles>, tags_of<Roles>},
    {"DeleteUser", delete_user, the<Users>, tags_of<Users>},
    {"DeleteUserPermissionsBoundary", delete_boundary<Users>, the<Users>, tags_of<Users>},
    {"DeleteUserPolicy", delete_inline_policy<Users>, the<Users>, tags_of<Users>},
    {"DetachRolePolicy", detach_policy<Roles>, the<Roles>, grant<Roles>},
    {"DetachUserPolicy", detach_policy<Users>, the<Users>, grant<Users>},
    {"GetInstanceProfile", get_instance_profile, the<Profiles>, tags_of<Profiles>, {}, true},
    {"GetPolicy", get_policy, the_policy, tags_of_policy, {}, true},
    {"GetPolicyVersion", get_policy_version, the_policy, tags_of_policy, {}, true},
    {"GetRole", get_role, the<Roles>, tags_of<Roles>, {}, true},
    {"GetRolePolicy", get_inline_policy<Roles>, the<Roles>, tags_of<Roles>, {}, true},
    {"GetUser", get_user, user_or_self, tags_of<Users>, {}, true},
    {"GetUserPolicy", get_inline_policy<Users>, the<Users>, tags_of<Users>, {}, true},
    {"ListAccessKeys", list_access_keys, user_or_self, tags_of<Users>, {}, true},
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
    {"ListInstanceProfileTags", list_tags<Profiles>, the<Profiles>, tags_of<Profiles>, {}, true},
    {"ListInstanceProfiles", list_instance_profiles, all<Profiles>, nullptr, {}, true},
    {"ListInstanceProfilesForRole",
     list_instance_profiles_for_role,
     the<Roles>,
     tags_of<Roles>,
     {},
     true},
    {"ListPolicies", list_policies, anything, nullptr, {}, true},
    {"ListPolicyVersions", list_policy_versions, the_policy, tags_of_policy, {}, true},
    {"ListRolePolicies", list_inline_policies<Roles>, the<Roles>, tags_of<Roles>, {}, true},
    {"ListRoleTags", list_tags<Roles>, the<Roles>, tags_of<Roles>, {}, true},
    {"ListRoles", list_roles, all<Roles>, nullptr, {}, true},
    {"ListUserPolicies", list_inline_policies<Users>, the<Users>, tags_of<Users>, {}, true},
    {"ListUserTags", list_tags<Users>, the<Users>, tags_of<Users>, {}, true},
    {"ListUsers", list_users, all<Users>, nullptr, {}, true},
    {"PutRolePermissionsBoundary", put_boundary<Roles>, the<Roles>, grant<Roles>},
    {"PutRolePolicy", put_inline_policy<Roles>, the<Roles>, tags_of<Roles>},
    {"PutUserPermissionsBoundary", put_boundary<Users>, the<Users>, grant<Users>},
    {"PutUserPolicy", put_inline_policy<Users>, the<Users>, tags_of<Users>},
    {"RemoveRoleFromInstanceProfile", remove_role_from_instance_profile, the<Profiles>,
     tags_of<Profiles>},
    {"SetDefaultPolicyVersion", set_default_policy_version, the_policy, tags_of_policy},
    {"TagInstanceProfile", tag<Profiles>, the<Profiles>, tagging<Profiles>},
    {"TagRole", tag<Roles>, the<Roles>, tagging<Roles>},
    {"TagUser", tag<Users>, the<Users>, tagging<Users>},
    {"UntagInstanceProfile", untag<Profiles>, the<Profiles>, tagging<Profiles>},
    {"UntagRole", untag<Roles>, the<Roles>, tagging<Roles>},
    {"UntagUser", untag<Users>, the<Users>, tagging<Users>},
    {"UpdateAccessKey", update_access_key, user_or_self, tags_of<Users>},
    {"UpdateAssumeRolePolicy", update_assume_role_policy, the<Roles>, tags_of<Roles>},
};
static_assert(std::ranges::is_sorted(operations, {}, &Operation::name));

}  // namespace

ServiceTable table() {
  return {.service = "iam", .operations = operations, .shown_resource = shown_resource};
}

}  // namespace stint::cloud::iam

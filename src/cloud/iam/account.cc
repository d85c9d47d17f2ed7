// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The account as a whole: its alias, what is in it, and all of it with its permissions.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/iam/managed.h"
#include "cloud/iam/operations.h"
#include "cloud/validation.h"

namespace stint::cloud::iam {
namespace {

Result<void> check_alias(std::string_view alias) {
  TRY(check_length(alias, "accountAlias", 3, 63));
  const bool plain = std::ranges::all_of(
      alias, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (plain && alias.front() != '-' && alias.back() != '-' && alias.find("--") == alias.npos)
    return {};
  return constraint(alias, "accountAlias",
                    "Member must satisfy regular expression pattern: "
                    "^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$");
}

Value inline_list(const std::map<std::string, std::string>& inlined) {
  Value::List out;
  for (const auto& [name, document] : inlined)
    out.push_back(object({{"PolicyName", name}, {"PolicyDocument", document}}));
  return out;
}

Value attached_list(const State& iam, const std::vector<std::string>& attached) {
  Value::List out;
  for (const std::string& arn : attached) {
    auto policy = find_policy(iam, arn);
    out.push_back(object({{"PolicyName", policy ? policy->name : arn.substr(arn.rfind('/') + 1)},
                          {"PolicyArn", arn}}));
  }
  return out;
}

Value boundary_of(const std::string& arn) {
  return object({{"PermissionsBoundaryType", "Policy"}, {"PermissionsBoundaryArn", arn}});
}

Value user_detail(const State& iam, const User& user) {
  Value out = describe_user(user, false);
  if (!user.inlined.empty()) out.set("UserPolicyList", inline_list(user.inlined));
  Value::List groups;
  for (const std::string& name : user.groups) groups.push_back(name);
  out.set("GroupList", std::move(groups));
  out.set("AttachedManagedPolicies", attached_list(iam, user.attached));
  if (!user.boundary.empty()) out.set("PermissionsBoundary", boundary_of(user.boundary));
  if (!user.tags.empty()) out.set("Tags", tag_list(user.tags));
  return out;
}

Value group_detail(const State& iam, const Group& group) {
  Value out = describe_group(group);
  out.set("GroupPolicyList", inline_list(group.inlined));
  out.set("AttachedManagedPolicies", attached_list(iam, group.attached));
  return out;
}

Value role_detail(const Call& call, const Role& role) {
  const State& iam = iam_of(call);
  Value out = describe_role(role, false);
  out.edit_object().erase("Description");
  out.edit_object().erase("MaxSessionDuration");
  Value::List profiles;
  for (const auto& [name, profile] : iam.profiles)
    if (profile->role == role.name) profiles.push_back(describe_profile(call, *profile, false));
  out.set("InstanceProfileList", std::move(profiles));
  out.set("RolePolicyList", inline_list(role.inlined));
  out.set("AttachedManagedPolicies", attached_list(iam, role.attached));
  if (!role.boundary.empty()) out.set("PermissionsBoundary", boundary_of(role.boundary));
  if (!role.tags.empty()) out.set("Tags", tag_list(role.tags));
  out.set("RoleLastUsed", Object());
  return out;
}

}  // namespace

Result<Value> create_account_alias(Call& call, const Value& in) {
  const std::string& alias = in.text("AccountAlias");
  TRY(check_alias(alias));
  for (const auto& [_, account] : call.state.accounts)
    if (account.iam.aliases.contains(alias))
      return already_exists(fmt::format("The account alias {} already exists.", alias));
  // A new one takes the place of the old.
  State& iam = own_iam(call);
  if (!iam.aliases.empty()) iam.aliases = {};
  iam.aliases.put(alias, {.created = call.now});
  call.effect = "created";
  return Value(Object());
}

Result<Value> delete_account_alias(Call& call, const Value& in) {
  const std::string& alias = in.text("AccountAlias");
  TRY(check_alias(alias));
  if (!iam_of(call).aliases.contains(alias))
    return no_such_entity(fmt::format("The account alias {} does not exist.", alias));
  own_iam(call).aliases.erase(alias);
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> list_account_aliases(Call& call, const Value& in) {
  Page page = TRY(Page::read(in));
  for (const auto& [alias, _] : iam_of(call).aliases)
    if (!page.add(alias, alias)) break;
  return std::move(page).answer("AccountAliases");
}

Result<Value> get_account_summary(Call& call, const Value&) {
  const State& iam = iam_of(call);
  bool root_keys = false;
  for (const auto& [_, key] : iam.access_keys) root_keys = root_keys || key->root;
  std::size_t versions = 0;
  for (const auto& [_, policy] : iam.policies) versions += policy->versions.size();
  // What is counted, and the quotas as they are when nobody has asked for more.
  Object map;
  const auto add = [&](std::string_view name, std::size_t value) {
    map.append(std::string(name), static_cast<std::int64_t>(value));
  };
  add("AccessKeysPerUserQuota", 2);
  add("AccountAccessKeysPresent", root_keys);
  add("AccountMFAEnabled", 0);
  add("AccountSigningCertificatesPresent", 0);
  add("AssumeRolePolicySizeQuota", 2048);
  add("AttachedPoliciesPerGroupQuota", 10);
  add("AttachedPoliciesPerRoleQuota", 10);
  add("AttachedPoliciesPerUserQuota", 10);
  add("GlobalEndpointTokenVersion", 1);
  add("GroupPolicySizeQuota", Groups::inline_bytes);
  add("Groups", iam.groups.size());
  add("GroupsPerUserQuota", 10);
  add("GroupsQuota", Groups::most);
  add("InstanceProfiles", iam.profiles.size());
  add("InstanceProfilesQuota", Profiles::most);
  add("MFADevices", 0);
  add("MFADevicesInUse", 0);
  add("Policies", iam.policies.size());
  add("PoliciesQuota", 1500);
  add("PolicySizeQuota", 6144);
  add("PolicyVersionsInUse", versions);
  add("PolicyVersionsInUseQuota", 10000);
  add("Providers", iam.providers.size());
  add("RolePolicySizeQuota", Roles::inline_bytes);
  add("Roles", iam.roles.size());
  add("RolesQuota", Roles::most);
  add("ServerCertificates", 0);
  add("ServerCertificatesQuota", 20);
  add("SigningCertificatesPerUserQuota", 2);
  add("UserPolicySizeQuota", Users::inline_bytes);
  add("Users", iam.users.size());
  add("UsersQuota", Users::most);
  add("VersionsPerPolicyQuota", 5);
  return object({{"SummaryMap", Value(std::move(map))}});
}

Result<Value> get_account_authorization_details(Call& call, const Value& in) {
  Page page = TRY(Page::read(in));
  const Value::List& filter = in.items("Filter");
  const auto wanted = [&](std::string_view kind) {
    return filter.empty() || std::ranges::any_of(filter, [&](const Value& one) {
             return one.is_text() && one.as_text() == kind;
           });
  };
  const State& iam = iam_of(call);
  bool full = false;
  // One order over all kinds; each row says which list it belongs to.
  const auto add = [&](std::string_view list, const std::string& name, auto make) {
    const std::string key = fmt::format("{}/{}", list, name);
    if (full || !page.wants(key)) return;
    full = !page.add(key, object({{"list", list}, {"row", make()}}));
  };
  if (wanted("Group"))
    for (const auto& [name, group] : iam.groups)
      add("GroupDetailList", name, [&] { return group_detail(iam, *group); });
  const auto policies = [&](const Table<Policy>& table, bool used_only) {
    for (const auto& [arn, policy] : table) {
      if (used_only && !in_use(iam, arn)) continue;
      add("Policies", arn, [&] { return describe_policy_whole(iam, *policy); });
    }
  };
  if (wanted("LocalManagedPolicy")) policies(iam.policies, false);
  if (wanted("AWSManagedPolicy")) policies(aws_policies(), true);
  if (wanted("Role"))
    for (const auto& [name, role] : iam.roles)
      add("RoleDetailList", name, [&] { return role_detail(call, *role); });
  if (wanted("User"))
    for (const auto& [name, user] : iam.users)
      add("UserDetailList", name, [&] { return user_detail(iam, *user); });
  Value rows = std::move(page).answer("rows");
  Value answer = object({{"UserDetailList", Value::List()},
                         {"GroupDetailList", Value::List()},
                         {"RoleDetailList", Value::List()},
                         {"Policies", Value::List()},
                         {"IsTruncated", rows.flag("IsTruncated")}});
  for (const char* list : {"UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"}) {
    Value::List members;
    for (const Value& row : rows.items("rows"))
      if (row.text("list") == list) members.push_back(row["row"]);
    answer.set(list, std::move(members));
  }
  if (const Value* marker = rows.find("Marker")) answer.set("Marker", *marker);
  return answer;
}

}  // namespace stint::cloud::iam

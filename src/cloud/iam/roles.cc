// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "cloud/iam/documents.h"
#include "cloud/iam/managed.h"
#include "cloud/iam/operations.h"
#include "cloud/validation.h"

namespace stint::cloud::iam {
namespace {

constexpr std::size_t most_trust_characters = 2048;

Result<void> check_trust_policy(const Call& call, const std::string& document) {
  TRY(check_length(document, "assumeRolePolicyDocument", 1, 131072));
  TRY(check_trust(call.state, document));
  if (counted_size(document) > most_trust_characters)
    return over_quota("ACLSizePerRole", most_trust_characters);
  return {};
}

}  // namespace

Value describe_role(const Role& role, bool whole) {
  Value out = object({{"Path", role.path},
                      {"RoleName", role.name},
                      {"RoleId", role.id},
                      {"Arn", role.arn},
                      {"CreateDate", iso8601(role.created)},
                      {"AssumeRolePolicyDocument", role.trust}});
  if (!role.description.empty()) out.set("Description", role.description);
  out.set("MaxSessionDuration", role.max_session_seconds);
  if (!whole) return out;
  if (!role.boundary.empty())
    out.set("PermissionsBoundary", object({{"PermissionsBoundaryType", "Policy"},
                                           {"PermissionsBoundaryArn", role.boundary}}));
  if (!role.tags.empty()) out.set("Tags", tag_list(role.tags));
  out.set("RoleLastUsed", Object());
  return out;
}

Result<void> check_boundary(const Call& call, const std::string& arn) {
  if (arn.empty()) return {};
  TRY(check_length(arn, "permissionsBoundary", 20, 2048));
  TRY(check_policy_arn(arn));
  if (find_policy(iam_of(call), arn)) return {};
  return no_such_entity(fmt::format("Scope ARN: {} does not exist or is not attachable.", arn));
}

Result<Value> create_role(Call& call, const Value& in) {
  const std::string& name = in.text("RoleName");
  TRY(check_name(name, Roles::wire, Roles::longest_name));
  std::string path = TRY(read_path(in));
  if (path.starts_with("/aws-service-role/"))
    return invalid_input(
        "Cannot create a role under the path /aws-service-role/: it is reserved for AWS service "
        "roles.");
  const std::int64_t longest = in.integer("MaxSessionDuration", 3600);
  TRY(check_range(longest, "maxSessionDuration", 3600, 43200));
  TRY(check_length(in.text("Description"), "description", 0, 1000));
  Tags tags = TRY(read_tags(in));
  TRY(check_trust_policy(call, in.text("AssumeRolePolicyDocument")));
  TRY(check_boundary(call, in.text("PermissionsBoundary")));
  TRY(check_new<Roles>(call, name));
  Role role{.name = name,
            .id = call.new_id("AROA", 17),
            .arn = make_arn(call.account, "role", path, name),
            .path = std::move(path),
            .description = in.text("Description"),
            .trust = in.text("AssumeRolePolicyDocument"),
            .boundary = in.text("PermissionsBoundary"),
            .max_session_seconds = static_cast<int>(longest),
            .created = call.now,
            .changed = call.now,
            .tags = std::move(tags)};
  const Role& made = own_iam(call).roles.put(name, std::move(role));
  call.effect = "created";
  Value answer = describe_role(made, true);
  answer.edit_object().erase("RoleLastUsed");
  answer.edit_object().erase("MaxSessionDuration");
  if (in.find("MaxSessionDuration")) answer.set("MaxSessionDuration", made.max_session_seconds);
  return object({{"Role", std::move(answer)}});
}

Result<Value> get_role(Call& call, const Value& in) {
  const Role* role = TRY(find<Roles>(call, in.text("RoleName")));
  Value answer = describe_role(*role, true);
  if (const KeyUse* use = call.cloud.last_use(role->id))
    answer.set("RoleLastUsed",
               object({{"LastUsedDate", iso8601(use->time)}, {"Region", use->region}}));
  return object({{"Role", std::move(answer)}});
}

Result<Value> update_role(Call& call, const Value& in) {
  const Role* role = TRY(find<Roles>(call, in.text("RoleName")));
  TRY(check_modifiable(*role));
  const std::int64_t longest = in.integer("MaxSessionDuration", 3600);
  TRY(check_range(longest, "maxSessionDuration", 3600, 43200));
  TRY(check_length(in.text("Description"), "description", 0, 1000));
  Role& changed = *own_iam(call).roles.edit(role->name);
  changed.max_session_seconds = static_cast<int>(longest);
  if (in.find("Description")) changed.description = in.text("Description");
  call.effect = "changed";
  return Value(Object());
}

Result<Value> update_role_description(Call& call, const Value& in) {
  const Role* role = TRY(find<Roles>(call, in.text("RoleName")));
  TRY(check_modifiable(*role));
  TRY(check_length(in.text("Description"), "description", 0, 1000));
  Role& changed = *own_iam(call).roles.edit(role->name);
  changed.description = in.text("Description");
  call.effect = "changed";
  return object({{"Role", describe_role(changed, true)}});
}

Result<Value> list_roles(Call& call, const Value& in) {
  const std::string& prefix = in.text("PathPrefix");
  Page page = TRY(Page::read(in));
  for (const auto& [name, role] : iam_of(call).roles)
    if (role->path.starts_with(prefix) && page.wants(name) &&
        !page.add(name, describe_role(*role, false)))
      break;
  return std::move(page).answer("Roles");
}

Result<Value> delete_role(Call& call, const Value& in) {
  const std::string& name = in.text("RoleName");
  const Role* role = TRY(find<Roles>(call, name));
  for (const auto& [_, profile] : iam_of(call).profiles)
    if (profile->role == name)
      return delete_conflict(
          "Cannot delete entity, must remove roles from instance profile first.");
  TRY(check_modifiable(*role));
  TRY(check_bare(*role));
  own_iam(call).roles.erase(name);
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> update_assume_role_policy(Call& call, const Value& in) {
  const std::string& document = in.text("PolicyDocument");
  const Role* role = TRY(find<Roles>(call, in.text("RoleName")));
  TRY(check_modifiable(*role));
  TRY(check_trust_policy(call, document));
  if (role->trust == document) return Value(Object());
  Role& changed = *own_iam(call).roles.edit(role->name);
  changed.trust = document;
  changed.changed = call.now;
  call.effect = "changed";
  return Value(Object());
}

}  // namespace stint::cloud::iam

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/iam/operations.h"

namespace stint::cloud::iam {
namespace {

/// InstanceSessionsPerInstanceProfile: a quota that cannot be raised.
constexpr std::size_t roles_per_profile = 1;

}  // namespace

Value describe_profile(const Call& call, const InstanceProfile& profile, bool whole) {
  Value::List roles;
  if (const Role* role = iam_of(call).roles.find(profile.role)) {
    Value described = describe_role(*role, false);
    described.edit_object().erase("MaxSessionDuration");
    roles.push_back(std::move(described));
  }
  Value out = object({{"Path", profile.path},
                      {"InstanceProfileName", profile.name},
                      {"InstanceProfileId", profile.id},
                      {"Arn", profile.arn},
                      {"CreateDate", iso8601(profile.created)},
                      {"Roles", std::move(roles)}});
  if (whole && !profile.tags.empty()) out.set("Tags", tag_list(profile.tags));
  return out;
}

Result<Value> create_instance_profile(Call& call, const Value& in) {
  const std::string& name = in.text("InstanceProfileName");
  TRY(check_name(name, Profiles::wire, Profiles::longest_name));
  std::string path = TRY(read_path(in));
  Tags tags = TRY(read_tags(in));
  TRY(check_new<Profiles>(call, name));
  InstanceProfile profile{.name = name,
                          .id = call.new_id("AIPA", 17),
                          .arn = make_arn(call.account, Profiles::word, path, name),
                          .path = std::move(path),
                          .created = call.now,
                          .changed = call.now,
                          .tags = std::move(tags)};
  const InstanceProfile& made = own_iam(call).profiles.put(name, std::move(profile));
  call.effect = "created";
  return object({{"InstanceProfile", describe_profile(call, made, true)}});
}

Result<Value> get_instance_profile(Call& call, const Value& in) {
  const InstanceProfile* profile = TRY(find<Profiles>(call, in.text("InstanceProfileName")));
  return object({{"InstanceProfile", describe_profile(call, *profile, true)}});
}

Result<Value> list_instance_profiles(Call& call, const Value& in) {
  const std::string& prefix = in.text("PathPrefix");
  Page page = TRY(Page::read(in));
  for (const auto& [name, profile] : iam_of(call).profiles)
    if (profile->path.starts_with(prefix) && page.wants(name) &&
        !page.add(name, describe_profile(call, *profile, false)))
      break;
  return std::move(page).answer("InstanceProfiles");
}

Result<Value> list_instance_profiles_for_role(Call& call, const Value& in) {
  const Role* role = TRY(find<Roles>(call, in.text("RoleName")));
  Page page = TRY(Page::read(in));
  for (const auto& [name, profile] : iam_of(call).profiles)
    if (profile->role == role->name && page.wants(name) &&
        !page.add(name, describe_profile(call, *profile, false)))
      break;
  return std::move(page).answer("InstanceProfiles");
}

Result<Value> delete_instance_profile(Call& call, const Value& in) {
  const InstanceProfile* profile = TRY(find<Profiles>(call, in.text("InstanceProfileName")));
  if (!profile->role.empty())
    return delete_conflict("Cannot delete entity, must remove roles from instance profile first.");
  own_iam(call).profiles.erase(in.text("InstanceProfileName"));
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> add_role_to_instance_profile(Call& call, const Value& in) {
  const InstanceProfile* profile = TRY(find<Profiles>(call, in.text("InstanceProfileName")));
  const Role* role = TRY(find<Roles>(call, in.text("RoleName")));
  TRY(check_modifiable(*role));
  policy::Context context;
  context.set("iam:PassedToService", "ec2.amazonaws.com");
  TRY(call.authorise("iam:PassRole", role->arn, std::move(context)));
  if (!profile->role.empty())
    return over_quota("InstanceSessionsPerInstanceProfile", roles_per_profile);
  InstanceProfile& changed = *own_iam(call).profiles.edit(profile->name);
  changed.role = role->name;
  changed.changed = call.now;
  call.effect = "changed";
  return Value(Object());
}

Result<Value> remove_role_from_instance_profile(Call& call, const Value& in) {
  const InstanceProfile* profile = TRY(find<Profiles>(call, in.text("InstanceProfileName")));
  const std::string& role = in.text("RoleName");
  if (role.empty() || profile->role != role) return missing<Roles>(role);
  InstanceProfile& changed = *own_iam(call).profiles.edit(profile->name);
  changed.role.clear();
  changed.changed = call.now;
  call.effect = "changed";
  return Value(Object());
}

}  // namespace stint::cloud::iam

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Users and their access keys.
#include <fmt/core.h>

#include "cloud/iam/managed.h"
#include "cloud/iam/operations.h"
#include "cloud/sts/sessions.h"
#include "cloud/validation.h"

namespace stint::cloud::iam {
namespace {

constexpr std::size_t keys_per_user = 2;

/// Whose keys a call is about: the user that it names, else the caller; root has keys too.
struct Owner {
  std::string name;
  bool root = false;
};
Result<Owner> key_owner(const Call& call, const Value& in) {
  if (const std::string& name = in.text("UserName"); !name.empty()) {
    TRY(find<Users>(call, name));
    return Owner{.name = name};
  }
  const Principal& principal = call.caller.principal;
  if (principal.kind == Principal::Kind::root) return Owner{.root = true};
  if (principal.kind == Principal::Kind::user) return Owner{.name = principal.name};
  return invalid_input("Must specify userName when calling with non-User credentials");
}

bool owns(const Owner& owner, const AccessKey& key) {
  return owner.root ? key.root : !key.root && key.user == owner.name;
}

/// A key of that owner. Error: NoSuchEntity, also for a key of somebody else.
Result<const AccessKey*> find_key(const Call& call, const Owner& owner, const std::string& id) {
  const AccessKey* key = iam_of(call).access_keys.find(id);
  if (key && owns(owner, *key)) return key;
  return no_such_entity(fmt::format("The Access Key with id {} cannot be found.", id));
}

}  // namespace

Value describe_user(const User& user, bool whole) {
  Value out = object({{"Path", user.path},
                      {"UserName", user.name},
                      {"UserId", user.id},
                      {"Arn", user.arn},
                      {"CreateDate", iso8601(user.created)}});
  if (!whole) return out;
  if (!user.boundary.empty())
    out.set("PermissionsBoundary", object({{"PermissionsBoundaryType", "Policy"},
                                           {"PermissionsBoundaryArn", user.boundary}}));
  if (!user.tags.empty()) out.set("Tags", tag_list(user.tags));
  return out;
}

Resources user_or_self(const Call& call, const Value& in) {
  const std::string& name = in.text("UserName");
  if (!name.empty()) return {arn_of<Users>(call, name)};
  return {call.caller.principal.arn};
}

Result<Value> create_user(Call& call, const Value& in) {
  const std::string& name = in.text("UserName");
  TRY(check_name(name, Users::wire, Users::longest_name));
  std::string path = TRY(read_path(in));
  Tags tags = TRY(read_tags(in));
  const std::string& boundary = in.text("PermissionsBoundary");
  TRY(check_boundary(call, boundary));
  TRY(check_new<Users>(call, name));
  User user{.name = name,
            .id = call.new_id("AIDA", 17),
            .arn = make_arn(call.account, "user", path, name),
            .path = std::move(path),
            .boundary = boundary,
            .created = call.now,
            .tags = std::move(tags)};
  const User& made = own_iam(call).users.put(name, std::move(user));
  call.effect = "created";
  return object({{"User", describe_user(made, true)}});
}

Result<Value> get_user(Call& call, const Value& in) {
  const Principal& principal = call.caller.principal;
  if (in.text("UserName").empty() && principal.kind == Principal::Kind::root)
    return object({{"User", object({{"UserId", call.account},
                                    {"Arn", principal.arn},
                                    {"CreateDate", iso8601(Time{})}})}});
  if (in.text("UserName").empty() && principal.kind != Principal::Kind::user)
    return invalid_input("Must specify userName when calling with non-User credentials");
  const std::string& name = in.text("UserName").empty() ? principal.name : in.text("UserName");
  const User* user = TRY(find<Users>(call, name));
  return object({{"User", describe_user(*user, true)}});
}

Result<Value> list_users(Call& call, const Value& in) {
  Page page = TRY(Page::read(in));
  for (const auto& [name, user] : iam_of(call).users)
    if (user->path.starts_with(in.text("PathPrefix")) && page.wants(name) &&
        !page.add(name, describe_user(*user, false)))
      break;
  return std::move(page).answer("Users");
}

Result<Value> delete_user(Call& call, const Value& in) {
  const std::string& name = in.text("UserName");
  const User* user = TRY(find<Users>(call, name));
  for (const auto& [id, key] : iam_of(call).access_keys)
    if (!key->root && key->user == name)
      return delete_conflict("Cannot delete entity, must delete access keys first.");
  TRY(check_bare(*user));
  if (!user->groups.empty())
    return delete_conflict("Cannot delete entity, must remove users from group first.");
  own_iam(call).users.erase(name);
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> update_user(Call& call, const Value& in) {
  const User* user = TRY(find<Users>(call, in.text("UserName")));
  const std::string old_name = user->name;
  User changed = *user;
  if (const std::string& name = in.text("NewUserName"); !name.empty()) {
    TRY(check_name(name, "newUserName", Users::longest_name));
    TRY(check_free<Users>(call, name, old_name));
    changed.name = name;
  }
  if (in.find("NewPath")) changed.path = TRY(read_path(in, "NewPath"));
  changed.arn = make_arn(call.account, "user", changed.path, changed.name);
  if (changed.arn == user->arn) return Value(Object());
  State& iam = own_iam(call);
  if (changed.name != old_name) {
    // Keys and sessions are the user's, whatever it is called.
    std::vector<std::string> keys, sessions;
    for (const auto& [id, key] : iam.access_keys)
      if (!key->root && key->user == old_name) keys.push_back(id);
    for (const std::string& id : keys) iam.access_keys.edit(id)->user = changed.name;
    auto& held = call.state.sts.sessions;
    for (const auto& [id, session] : held)
      if (session->account == call.account && session->role.empty() && session->user == old_name)
        sessions.push_back(id);
    for (const std::string& id : sessions) held.edit(id)->user = changed.name;
    iam.users.erase(old_name);
  }
  std::string name = changed.name;
  iam.users.put(std::move(name), std::move(changed));
  call.effect = "changed";
  return Value(Object());
}

Result<Value> create_access_key(Call& call, const Value& in) {
  Owner owner = TRY(key_owner(call, in));
  std::size_t held = 0;
  for (const auto& [id, key] : iam_of(call).access_keys) held += owns(owner, *key);
  if (held >= keys_per_user) return over_quota("AccessKeysPerUser", keys_per_user);
  AccessKey key{.id = sts::new_access_key_id(call.state.random, "AKIA", call.account),
                .secret = sts::new_secret(call.state.random),
                .user = owner.name,
                .root = owner.root,
                .created = call.now};
  std::string id = key.id;
  const AccessKey& made = own_iam(call).access_keys.put(std::move(id), std::move(key));
  call.effect = "created";
  return object({{"AccessKey", object({{"UserName", made.user},
                                       {"AccessKeyId", made.id},
                                       {"Status", "Active"},
                                       {"SecretAccessKey", made.secret},
                                       {"CreateDate", iso8601(made.created)}})}});
}

Resources owner_of_key(const Call& call, const Value& in) {
  const AccessKey* key = iam_of(call).access_keys.find(in.text("AccessKeyId"));
  if (!key || key->root) return {"*"};
  return {arn_of<Users>(call, key->user)};
}

Result<Value> get_access_key_last_used(Call& call, const Value& in) {
  const std::string& id = in.text("AccessKeyId");
  TRY(check_length(id, "accessKeyId", 1, 128));
  const AccessKey* key = iam_of(call).access_keys.find(id);
  if (!key) return no_such_entity(fmt::format("The Access Key with id {} cannot be found.", id));
  const KeyUse* use = call.cloud.last_use(id);
  Value told =
      object({{"ServiceName", use ? use->service : "N/A"}, {"Region", use ? use->region : "N/A"}});
  if (use) told.set("LastUsedDate", iso8601(use->time));
  return object({{"UserName", key->user}, {"AccessKeyLastUsed", std::move(told)}});
}

Result<Value> list_access_keys(Call& call, const Value& in) {
  Owner owner = TRY(key_owner(call, in));
  Page page = TRY(Page::read(in));
  for (const auto& [id, key] : iam_of(call).access_keys)
    if (owns(owner, *key) && !page.add(id, object({{"UserName", key->user},
                                                   {"AccessKeyId", id},
                                                   {"Status", key->active ? "Active" : "Inactive"},
                                                   {"CreateDate", iso8601(key->created)}})))
      break;
  return std::move(page).answer("AccessKeyMetadata");
}

Result<Value> update_access_key(Call& call, const Value& in) {
  Owner owner = TRY(key_owner(call, in));
  const std::string& status = in.text("Status");
  if (status != "Active" && status != "Inactive")
    return constraint(status, "status", "Member must satisfy enum value set: [Active, Inactive]");
  const AccessKey* key = TRY(find_key(call, owner, in.text("AccessKeyId")));
  const bool active = status == "Active";
  if (key->active == active) return Value(Object());
  own_iam(call).access_keys.edit(key->id)->active = active;
  call.effect = "changed";
  return Value(Object());
}

Result<Value> delete_access_key(Call& call, const Value& in) {
  Owner owner = TRY(key_owner(call, in));
  TRY(find_key(call, owner, in.text("AccessKeyId")));
  own_iam(call).access_keys.erase(in.text("AccessKeyId"));
  call.effect = "deleted";
  return Value(Object());
}

}  // namespace stint::cloud::iam

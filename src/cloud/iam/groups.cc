// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Groups and who is in them. Who is in a group stands with the user.
#include <fmt/core.h>

#include <algorithm>

#include "cloud/iam/operations.h"
#include "cloud/validation.h"

namespace stint::cloud::iam {
namespace {

constexpr std::size_t groups_per_user = 10;

}  // namespace

Value describe_group(const Group& group) {
  return object({{"Path", group.path},
                 {"GroupName", group.name},
                 {"GroupId", group.id},
                 {"Arn", group.arn},
                 {"CreateDate", iso8601(group.created)}});
}

Result<Value> create_group(Call& call, const Value& in) {
  const std::string& name = in.text("GroupName");
  TRY(check_name(name, Groups::wire, Groups::longest_name));
  std::string path = TRY(read_path(in));
  TRY(check_new<Groups>(call, name));
  Group group{.name = name,
              .id = call.new_id("AGPA", 17),
              .arn = make_arn(call.account, Groups::word, path, name),
              .path = std::move(path),
              .created = call.now};
  const Group& made = own_iam(call).groups.put(name, std::move(group));
  call.effect = "created";
  return object({{"Group", describe_group(made)}});
}

Result<Value> get_group(Call& call, const Value& in) {
  const Group* group = TRY(find<Groups>(call, in.text("GroupName")));
  Page page = TRY(Page::read(in));
  for (const auto& [name, user] : iam_of(call).users)
    if (std::ranges::binary_search(user->groups, group->name) &&
        !page.add(name, describe_user(*user, false)))
      break;
  Value answer = std::move(page).answer("Users");
  answer.set("Group", describe_group(*group));
  return answer;
}

Result<Value> list_groups(Call& call, const Value& in) {
  Page page = TRY(Page::read(in));
  for (const auto& [name, group] : iam_of(call).groups)
    if (group->path.starts_with(in.text("PathPrefix")) && !page.add(name, describe_group(*group)))
      break;
  return std::move(page).answer("Groups");
}

Result<Value> list_groups_for_user(Call& call, const Value& in) {
  const User* user = TRY(find<Users>(call, in.text("UserName")));
  Page page = TRY(Page::read(in));
  for (const std::string& name : user->groups)
    if (const Group* group = iam_of(call).groups.find(name);
        group && !page.add(name, describe_group(*group)))
      break;
  return std::move(page).answer("Groups");
}

Result<Value> update_group(Call& call, const Value& in) {
  const Group* group = TRY(find<Groups>(call, in.text("GroupName")));
  const std::string old_name = group->name;
  Group changed = *group;
  if (const std::string& name = in.text("NewGroupName"); !name.empty()) {
    TRY(check_name(name, "newGroupName", Groups::longest_name));
    TRY(check_free<Groups>(call, name, old_name));
    changed.name = name;
  }
  if (in.find("NewPath")) changed.path = TRY(read_path(in, "NewPath"));
  changed.arn = make_arn(call.account, Groups::word, changed.path, changed.name);
  if (changed.arn == group->arn) return Value(Object());
  State& iam = own_iam(call);
  if (changed.name != old_name) {
    std::vector<std::string> members;
    for (const auto& [name, user] : iam.users)
      if (std::ranges::binary_search(user->groups, old_name)) members.push_back(name);
    for (const std::string& member : members) {
      std::vector<std::string>& groups = iam.users.edit(member)->groups;
      std::ranges::replace(groups, old_name, changed.name);
      std::ranges::sort(groups);
    }
    iam.groups.erase(old_name);
  }
  std::string name = changed.name;
  iam.groups.put(std::move(name), std::move(changed));
  call.effect = "changed";
  return Value(Object());
}

Result<Value> delete_group(Call& call, const Value& in) {
  const Group* group = TRY(find<Groups>(call, in.text("GroupName")));
  for (const auto& [_, user] : iam_of(call).users)
    if (std::ranges::binary_search(user->groups, group->name))
      return delete_conflict("Cannot delete entity, must remove users from group first.");
  TRY(check_bare(*group));
  own_iam(call).groups.erase(in.text("GroupName"));
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> add_user_to_group(Call& call, const Value& in) {
  const Group* group = TRY(find<Groups>(call, in.text("GroupName")));
  const User* user = TRY(find<Users>(call, in.text("UserName")));
  if (std::ranges::binary_search(user->groups, group->name)) return Value(Object());
  if (user->groups.size() >= groups_per_user) return over_quota("GroupsPerUser", groups_per_user);
  std::vector<std::string>& groups = own_iam(call).users.edit(user->name)->groups;
  groups.insert(std::ranges::lower_bound(groups, group->name), group->name);
  call.effect = "changed";
  return Value(Object());
}

Result<Value> remove_user_from_group(Call& call, const Value& in) {
  const Group* group = TRY(find<Groups>(call, in.text("GroupName")));
  const User* user = TRY(find<Users>(call, in.text("UserName")));
  if (!std::ranges::binary_search(user->groups, group->name))
    return no_such_entity(
        fmt::format("User {} is not in group {}.", in.text("UserName"), group->name));
  std::erase(own_iam(call).users.edit(user->name)->groups, group->name);
  call.effect = "changed";
  return Value(Object());
}

}  // namespace stint::cloud::iam

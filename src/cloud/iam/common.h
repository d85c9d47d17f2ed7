// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloud/cloud.h"

/// What the operations of IAM have in common.
namespace stint::cloud::iam {

using Resources = std::vector<std::string>;

/// The kinds of things that have names, tags or policies: what the operations on them share is
/// written once, over these.
struct Roles {
  using Thing = Role;
  static constexpr std::string_view member = "RoleName", wire = "roleName", word = "role";
  static constexpr std::string_view title = "Role", quota = "RolesPerAccount";
  static constexpr std::size_t longest_name = 64, most = 1000, inline_bytes = 10240;
  static constexpr std::string_view attach_quota = "PoliciesPerRole";
  static auto& in(auto& state) { return state.roles; }
};
struct Users {
  using Thing = User;
  static constexpr std::string_view member = "UserName", wire = "userName", word = "user";
  static constexpr std::string_view title = "User", quota = "UsersPerAccount";
  static constexpr std::size_t longest_name = 64, most = 5000, inline_bytes = 2048;
  static constexpr std::string_view attach_quota = "PoliciesPerUser";
  static auto& in(auto& state) { return state.users; }
};
struct Groups {
  using Thing = Group;
  static constexpr std::string_view member = "GroupName", wire = "groupName", word = "group";
  static constexpr std::string_view title = "Group", quota = "GroupsPerAccount";
  static constexpr std::size_t longest_name = 128, most = 300, inline_bytes = 5120;
  static constexpr std::string_view attach_quota = "PoliciesPerGroup";
  static auto& in(auto& state) { return state.groups; }
};
struct Profiles {
  using Thing = InstanceProfile;
  static constexpr std::string_view member = "InstanceProfileName", wire = "instanceProfileName";
  static constexpr std::string_view word = "instance-profile";
  static constexpr std::string_view title = "Instance Profile",
                                    quota = "InstanceProfilesPerAccount";
  static constexpr std::size_t longest_name = 128, most = 1000;
  static auto& in(auto& state) { return state.profiles; }
};

/// NoSuchEntity (404), EntityAlreadyExists, DeleteConflict, LimitExceeded (409).
std::unexpected<Error> no_such_entity(std::string message);
std::unexpected<Error> already_exists(std::string message);
std::unexpected<Error> delete_conflict(std::string message);
std::unexpected<Error> limit_exceeded(std::string message);
std::unexpected<Error> over_quota(std::string_view quota, std::size_t limit);

/// "The role with name X cannot be found." and the like.
template <class Kind>
std::unexpected<Error> missing(std::string_view name);
template <>
std::unexpected<Error> missing<Roles>(std::string_view name);
template <>
std::unexpected<Error> missing<Users>(std::string_view name);
template <>
std::unexpected<Error> missing<Groups>(std::string_view name);
template <>
std::unexpected<Error> missing<Profiles>(std::string_view name);

/// The account's IAM, to read; empty when the account has nothing yet.
const State& iam_of(const Call& call);
inline State& own_iam(Call& call) {
  return call.own_account().iam;
}

/// A role, user or profile by name. Error: NoSuchEntity.
template <class Kind>
Result<const typename Kind::Thing*> find(const Call& call, const std::string& name) {
  if (const auto* found = Kind::in(iam_of(call)).find(name)) return found;
  return missing<Kind>(name);
}
/// The same, to change.
template <class Kind>
Result<typename Kind::Thing*> edit(Call& call, const std::string& name) {
  if (auto* found = Kind::in(own_iam(call)).edit(name)) return found;
  return missing<Kind>(name);
}

/// "arn:aws:iam::ACCOUNT:KIND/path/name".
std::string make_arn(std::string_view account, std::string_view kind, std::string_view path,
                     std::string_view name);
/// The ARN of a thing as the authoriser needs it: of the one that is there, else as if its path
/// were "/".
template <class Kind>
std::string arn_of(const Call& call, const std::string& name) {
  if (const auto* found = Kind::in(iam_of(call)).find(name)) return found->arn;
  return make_arn(call.account, Kind::word, "/", name);
}

/// ValidationError unless the name and the path (default "/") of a new thing are good.
Result<void> check_name(std::string_view name, std::string_view member, std::size_t longest);
Result<std::string> read_path(const Value& in, std::string_view member = "Path");

/// UnmodifiableEntity when the role belongs to an AWS service (CreateServiceLinkedRole).
Result<void> check_modifiable(const Role& role);
/// Anything else is the account's own.
template <class Thing>
Result<void> check_modifiable(const Thing&) {
  return {};
}

/// DeleteConflict when a role, user or group still has policies.
template <class Thing>
Result<void> check_bare(const Thing& thing) {
  if (!thing.attached.empty())
    return delete_conflict("Cannot delete entity, must detach all policies first.");
  if (!thing.inlined.empty())
    return delete_conflict("Cannot delete entity, must delete policies first.");
  return {};
}

/// InvalidInput unless it is the ARN of a managed policy.
Result<void> check_policy_arn(const std::string& arn);
/// A permissions boundary ("" = none) for a role or user. Errors: InvalidInput, NoSuchEntity.
Result<void> check_boundary(const Call& call, const std::string& arn);

/// A name that is free and good for a new role, user or profile. Errors: ValidationError,
/// EntityAlreadyExists (names are unique ignoring case), LimitExceeded.
template <class Kind>
Result<void> check_new(const Call& call, const std::string& name);
/// That a thing may be given this name: no other has it, ignoring case. Error: EntityAlreadyExists.
template <class Kind>
Result<void> check_free(const Call& call, std::string_view name, std::string_view own_name = {});

/// Reads "Tags" onto those that are there. Errors: InvalidInput, LimitExceeded (50).
Result<Tags> read_tags(const Value& in, Tags onto = {});
Value tag_list(const Tags& tags);
/// Tag keys are the same ignoring case.
void erase_tag(Tags& tags, std::string_view key);
/// aws:RequestTag/K and aws:TagKeys.
void request_tags(const Value& in, policy::Context& out);
/// iam:ResourceTag/K and aws:ResourceTag/K.
void resource_tags(const Tags& tags, policy::Context& out);

/// One page of a list, in name order.
class Page {
 public:
  /// MaxItems (default 100) and Marker. Error: ValidationError.
  static Result<Page> read(const Value& in);
  /// Adds a row unless it belongs to another page; false: the page is full, stop.
  bool add(std::string_view key, Value row);
  /// False: rows with this key were on an earlier page; making one can be spared.
  bool wants(std::string_view key) const { return key > after_; }
  /// {member: rows, IsTruncated, Marker}.
  Value answer(std::string_view member) &&;

 private:
  std::size_t limit_ = 100;
  std::string after_, last_;
  bool more_ = false;
  Value::List rows_;
};

}  // namespace stint::cloud::iam

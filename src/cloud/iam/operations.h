// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cloud/iam/common.h"

/// The operations of IAM, for its table. Policy documents in answers are plain JSON text; the front
/// door writes them URL-encoded (RFC 3986), as IAM's wire has them.
namespace stint::cloud::iam {

// roles.cc
Result<Value> create_role(Call& call, const Value& in);
Result<Value> delete_role(Call& call, const Value& in);
Result<Value> get_role(Call& call, const Value& in);
Result<Value> list_roles(Call& call, const Value& in);
Result<Value> update_assume_role_policy(Call& call, const Value& in);
/// One role as IAM describes it. ListRoles and what lies in profiles tell less.
Value describe_role(const Role& role, bool whole);

// profiles.cc
Result<Value> add_role_to_instance_profile(Call& call, const Value& in);
Result<Value> create_instance_profile(Call& call, const Value& in);
Result<Value> delete_instance_profile(Call& call, const Value& in);
Result<Value> get_instance_profile(Call& call, const Value& in);
Result<Value> list_instance_profiles(Call& call, const Value& in);
Result<Value> list_instance_profiles_for_role(Call& call, const Value& in);
Result<Value> remove_role_from_instance_profile(Call& call, const Value& in);

// users.cc
Result<Value> create_access_key(Call& call, const Value& in);
Result<Value> create_user(Call& call, const Value& in);
Result<Value> delete_access_key(Call& call, const Value& in);
Result<Value> delete_user(Call& call, const Value& in);
Result<Value> get_user(Call& call, const Value& in);
Result<Value> list_access_keys(Call& call, const Value& in);
Result<Value> list_users(Call& call, const Value& in);
Result<Value> update_access_key(Call& call, const Value& in);
/// The ARN of the user that a call is about: the one named, else the caller's own.
Resources user_or_self(const Call& call, const Value& in);

// policies.cc
Result<Value> create_policy(Call& call, const Value& in);
Result<Value> create_policy_version(Call& call, const Value& in);
Result<Value> delete_policy(Call& call, const Value& in);
Result<Value> delete_policy_version(Call& call, const Value& in);
Result<Value> get_policy(Call& call, const Value& in);
Result<Value> get_policy_version(Call& call, const Value& in);
Result<Value> list_entities_for_policy(Call& call, const Value& in);
Result<Value> list_policies(Call& call, const Value& in);
Result<Value> list_policy_versions(Call& call, const Value& in);
Result<Value> set_default_policy_version(Call& call, const Value& in);

// grants.cc: policies of roles and users
template <class Kind>
Result<Value> attach_policy(Call& call, const Value& in);
template <class Kind>
Result<Value> detach_policy(Call& call, const Value& in);
template <class Kind>
Result<Value> list_attached_policies(Call& call, const Value& in);
template <class Kind>
Result<Value> put_inline_policy(Call& call, const Value& in);
template <class Kind>
Result<Value> get_inline_policy(Call& call, const Value& in);
template <class Kind>
Result<Value> delete_inline_policy(Call& call, const Value& in);
template <class Kind>
Result<Value> list_inline_policies(Call& call, const Value& in);
template <class Kind>
Result<Value> put_boundary(Call& call, const Value& in);
template <class Kind>
Result<Value> delete_boundary(Call& call, const Value& in);

// tags.cc
template <class Kind>
Result<Value> tag(Call& call, const Value& in);
template <class Kind>
Result<Value> untag(Call& call, const Value& in);
template <class Kind>
Result<Value> list_tags(Call& call, const Value& in);

}  // namespace stint::cloud::iam

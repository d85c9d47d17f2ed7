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
Result<Value> update_role(Call& call, const Value& in);
Result<Value> update_role_description(Call& call, const Value& in);
/// One role as IAM describes it. ListRoles and what lies in profiles tell less.
Value describe_role(const Role& role, bool whole);

// service_linked.cc
Result<Value> create_service_linked_role(Call& call, const Value& in);
Result<Value> delete_service_linked_role(Call& call, const Value& in);
Result<Value> get_service_linked_role_deletion_status(Call& call, const Value& in);
Resources a_service_linked_role(const Call& call, const Value& in);
void service_linked_context(const Call& call, const Value& in, policy::Context& out);

// profiles.cc
Result<Value> add_role_to_instance_profile(Call& call, const Value& in);
Result<Value> create_instance_profile(Call& call, const Value& in);
Result<Value> delete_instance_profile(Call& call, const Value& in);
Result<Value> get_instance_profile(Call& call, const Value& in);
Result<Value> list_instance_profiles(Call& call, const Value& in);
Result<Value> list_instance_profiles_for_role(Call& call, const Value& in);
Result<Value> remove_role_from_instance_profile(Call& call, const Value& in);
Value describe_profile(const Call& call, const InstanceProfile& profile, bool whole);

// groups.cc
Result<Value> add_user_to_group(Call& call, const Value& in);
Result<Value> create_group(Call& call, const Value& in);
Result<Value> delete_group(Call& call, const Value& in);
Result<Value> get_group(Call& call, const Value& in);
Result<Value> list_groups(Call& call, const Value& in);
Result<Value> list_groups_for_user(Call& call, const Value& in);
Result<Value> remove_user_from_group(Call& call, const Value& in);
Result<Value> update_group(Call& call, const Value& in);
Value describe_group(const Group& group);

// passwords.cc
Result<Value> delete_account_password_policy(Call& call, const Value& in);
Result<Value> get_account_password_policy(Call& call, const Value& in);
Result<Value> update_account_password_policy(Call& call, const Value& in);

// account.cc
Result<Value> create_account_alias(Call& call, const Value& in);
Result<Value> delete_account_alias(Call& call, const Value& in);
Result<Value> get_account_authorization_details(Call& call, const Value& in);
Result<Value> get_account_summary(Call& call, const Value& in);
Result<Value> list_account_aliases(Call& call, const Value& in);

// providers.cc
Result<Value> add_client_id_to_open_id_connect_provider(Call& call, const Value& in);
Result<Value> create_open_id_connect_provider(Call& call, const Value& in);
Result<Value> delete_open_id_connect_provider(Call& call, const Value& in);
Result<Value> get_open_id_connect_provider(Call& call, const Value& in);
Result<Value> list_open_id_connect_provider_tags(Call& call, const Value& in);
Result<Value> list_open_id_connect_providers(Call& call, const Value& in);
Result<Value> remove_client_id_from_open_id_connect_provider(Call& call, const Value& in);
Result<Value> tag_open_id_connect_provider(Call& call, const Value& in);
Result<Value> untag_open_id_connect_provider(Call& call, const Value& in);
Result<Value> update_open_id_connect_provider_thumbprint(Call& call, const Value& in);
Resources a_new_provider(const Call& call, const Value& in);

// simulate.cc
Result<Value> get_context_keys_for_custom_policy(Call& call, const Value& in);
Result<Value> get_context_keys_for_principal_policy(Call& call, const Value& in);
Result<Value> simulate_custom_policy(Call& call, const Value& in);
Result<Value> simulate_principal_policy(Call& call, const Value& in);
Resources simulated_principal(const Call& call, const Value& in);

// users.cc
Result<Value> create_access_key(Call& call, const Value& in);
Result<Value> create_user(Call& call, const Value& in);
Result<Value> delete_access_key(Call& call, const Value& in);
Result<Value> delete_user(Call& call, const Value& in);
Result<Value> get_access_key_last_used(Call& call, const Value& in);
Result<Value> get_user(Call& call, const Value& in);
Result<Value> list_access_keys(Call& call, const Value& in);
Result<Value> list_users(Call& call, const Value& in);
Result<Value> update_access_key(Call& call, const Value& in);
Result<Value> update_user(Call& call, const Value& in);
Value describe_user(const User& user, bool whole);
/// The ARN of the user that a key belongs to.
Resources owner_of_key(const Call& call, const Value& in);
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
Result<Value> list_policy_tags(Call& call, const Value& in);
Result<Value> set_default_policy_version(Call& call, const Value& in);
Result<Value> tag_policy(Call& call, const Value& in);
Result<Value> untag_policy(Call& call, const Value& in);
/// With all its versions, as GetAccountAuthorizationDetails tells of it.
Value describe_policy_whole(const State& iam, const Policy& policy);
/// Whether a policy is attached to anybody, or anybody's boundary.
bool in_use(const State& iam, const std::string& arn);

// grants.cc: policies of roles, users and groups
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

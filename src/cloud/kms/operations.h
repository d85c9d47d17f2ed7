// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cloud/cloud.h"

/// The operations of KMS, for its table.
namespace stint::cloud::kms {

using Resources = std::vector<std::string>;

// aliases.cc
Result<Value> create_alias(Call& call, const Value& in);
Result<Value> delete_alias(Call& call, const Value& in);
Result<Value> list_aliases(Call& call, const Value& in);
Result<Value> update_alias(Call& call, const Value& in);
Resources alias_and_key(const Call& call, const Value& in);

// crypto.cc
Result<Value> decrypt(Call& call, const Value& in);
Result<Value> encrypt(Call& call, const Value& in);
Result<Value> generate_data_key(Call& call, const Value& in);
Result<Value> generate_data_key_without_plaintext(Call& call, const Value& in);
Result<Value> generate_random(Call& call, const Value& in);
Result<Value> re_encrypt(Call& call, const Value& in);
Resources key_of_ciphertext(const Call& call, const Value& in);

// grants.cc
Result<Value> create_grant(Call& call, const Value& in);
Result<Value> list_grants(Call& call, const Value& in);
Result<Value> list_retirable_grants(Call& call, const Value& in);
Result<Value> retire_grant(Call& call, const Value& in);
Result<Value> revoke_grant(Call& call, const Value& in);

// lifecycle.cc
Result<Value> cancel_key_deletion(Call& call, const Value& in);
Result<Value> create_key(Call& call, const Value& in);
Result<Value> describe_key(Call& call, const Value& in);
Result<Value> disable_key(Call& call, const Value& in);
Result<Value> disable_key_rotation(Call& call, const Value& in);
Result<Value> enable_key(Call& call, const Value& in);
Result<Value> enable_key_rotation(Call& call, const Value& in);
Result<Value> get_key_rotation_status(Call& call, const Value& in);
Result<Value> list_keys(Call& call, const Value& in);
Result<Value> schedule_key_deletion(Call& call, const Value& in);
Result<Value> update_key_description(Call& call, const Value& in);

// policies.cc
Result<Value> get_key_policy(Call& call, const Value& in);
Result<Value> list_key_policies(Call& call, const Value& in);
Result<Value> put_key_policy(Call& call, const Value& in);
/// The policy that a key has when nobody says otherwise.
std::string default_policy(std::string_view account);
/// Errors: MalformedPolicyDocumentException.
Result<void> check_policy(const Call& call, const std::string& policy, std::string_view arn,
                          bool bypass);
void key_policies(const cloud::State& state, std::string_view action, const std::string& arn,
                  policy::Policies& out);
void key_context(const Call& call, const Value& in, policy::Context& out);

// tags.cc
Result<Value> list_resource_tags(Call& call, const Value& in);
Result<Value> tag_resource(Call& call, const Value& in);
Result<Value> untag_resource(Call& call, const Value& in);
/// Errors: TagException, LimitExceededException.
Result<void> add_tags(const Value::List& tags, std::map<std::string, std::string>& to);

}  // namespace stint::cloud::kms

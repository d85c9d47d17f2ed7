// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/kms/table.h"

#include <algorithm>

#include "cloud/kms/keys.h"
#include "cloud/kms/operations.h"

namespace stint::cloud::kms {
namespace {

Resources anything(const Call&, const Value&) {
  return {"*"};
}
Resources the_key(const Call& call, const Value& in) {
  return {arn_of(call, in.text("KeyId"))};
}
/// Who may retire a grant is for the grant to say.
Resources by_itself(const Call&, const Value&) {
  return {};
}

constexpr Operation operations[] = {
    {"CancelKeyDeletion", cancel_key_deletion, the_key, key_context},
    {"CreateAlias", create_alias, alias_and_key, key_context},
    {"CreateGrant", create_grant, the_key, key_context},
    {"CreateKey", create_key, anything, key_context},
    {"Decrypt", decrypt, key_of_ciphertext, key_context},
    {"DeleteAlias", delete_alias, alias_and_key, key_context},
    {"DescribeKey", describe_key, the_key, key_context, {}, true},
    {"DisableKey", disable_key, the_key, key_context},
    {"DisableKeyRotation", disable_key_rotation, the_key, key_context},
    {"EnableKey", enable_key, the_key, key_context},
    {"EnableKeyRotation", enable_key_rotation, the_key, key_context},
    {"Encrypt", encrypt, the_key, key_context},
    {"GenerateDataKey", generate_data_key, the_key, key_context},
    {"GenerateDataKeyWithoutPlaintext", generate_data_key_without_plaintext, the_key, key_context},
    {"GenerateRandom", generate_random, anything, key_context},
    {"GetKeyPolicy", get_key_policy, the_key, key_context, {}, true},
    {"GetKeyRotationStatus", get_key_rotation_status, the_key, key_context, {}, true},
    {"ListAliases", list_aliases, anything, nullptr, {}, true},
    {"ListGrants", list_grants, the_key, key_context, {}, true},
    {"ListKeyPolicies", list_key_policies, the_key, key_context, {}, true},
    {"ListKeys", list_keys, anything, nullptr, {}, true},
    {"ListResourceTags", list_resource_tags, the_key, key_context, {}, true},
    {"ListRetirableGrants", list_retirable_grants, anything, nullptr, {}, true},
    {"PutKeyPolicy", put_key_policy, the_key, key_context},
    {"ReEncrypt", re_encrypt, key_of_ciphertext, key_context, "kms:ReEncryptFrom"},
    {"RetireGrant", retire_grant, by_itself},
    {"RevokeGrant", revoke_grant, the_key, key_context},
    {"ScheduleKeyDeletion", schedule_key_deletion, the_key, key_context},
    {"TagResource", tag_resource, the_key, key_context},
    {"UntagResource", untag_resource, the_key, key_context},
    {"UpdateAlias", update_alias, alias_and_key, key_context},
    {"UpdateKeyDescription", update_key_description, the_key, key_context},
};
static_assert(std::ranges::is_sorted(operations, {}, &Operation::name));

}  // namespace

ServiceTable table() {
  return {.service = "kms", .operations = operations, .resource_policies = key_policies};
}

}  // namespace stint::cloud::kms

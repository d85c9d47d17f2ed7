// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Keys themselves: made, described, switched off and on, deleted after a while.
#include <fmt/core.h>

#include "base/hash.h"
#include "cloud/kms/keys.h"
#include "cloud/kms/operations.h"
#include "cloud/kms/use.h"

namespace stint::cloud::kms {
namespace {

Value describe(const Found& found) {
  const Key& key = *found.key;
  Object out{{"AWSAccountId", found.place.account},
             {"KeyId", key.id},
             {"Arn", key.arn},
             {"CreationDate", iso8601(key.created, true)},
             {"Enabled", key.enabled && !key.deletion},
             {"Description", key.description},
             {"KeyUsage", "ENCRYPT_DECRYPT"},
             {"KeyState", key.deletion  ? "PendingDeletion"
                          : key.enabled ? "Enabled"
                                        : "Disabled"},
             {"Origin", "AWS_KMS"},
             {"KeyManager", key.manager},
             {"CustomerMasterKeySpec", "SYMMETRIC_DEFAULT"},
             {"KeySpec", "SYMMETRIC_DEFAULT"},
             {"EncryptionAlgorithms", Value::list({"SYMMETRIC_DEFAULT"})},
             {"MultiRegion", false}};
  if (key.deletion) out.append("DeletionDate", iso8601(*key.deletion, true));
  return Value(std::move(out));
}

Result<void> check_kind(const Value& in) {
  const std::string& usage = in.text("KeyUsage");
  std::string spec = in.text("KeySpec");
  if (!in.text("CustomerMasterKeySpec").empty()) {
    if (!spec.empty())
      return invalid(
          "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. "
          "CustomerMasterKeySpec is deprecated.");
    spec = in.text("CustomerMasterKeySpec");
  }
  if (const std::string& store = in.text("CustomKeyStoreId"); !store.empty())
    return fault("CustomKeyStoreNotFoundException", "", 400, Code::not_found);
  const std::string& origin = in.text("Origin");
  const bool here = (usage.empty() || usage == "ENCRYPT_DECRYPT") &&
                    (spec.empty() || spec == "SYMMETRIC_DEFAULT") &&
                    (origin.empty() || origin == "AWS_KMS") && !in.flag("MultiRegion");
  if (here) return {};
  return fault("UnsupportedOperationException",
               "The embedded cloud has symmetric encryption keys with material of KMS only.");
}

Result<Value> set_enabled(Call& call, const Value& in, bool enabled) {
  const Found found = TRY(find_key_itself(call, in.text("KeyId")));
  TRY(not_pending(*found.key));
  if (found.key->enabled == enabled) return Value(Object());
  call.effect = "changed";
  edit_key(call, found).enabled = enabled;
  return Value(Object());
}

Result<Value> set_rotation(Call& call, const Value& in, bool rotates) {
  const Found found = TRY(find_key_itself(call, in.text("KeyId")));
  TRY(usable(*found.key));
  if (found.key->manager == "AWS")
    return fault("UnsupportedOperationException",
                 fmt::format("{} key rotation cannot be changed.", found.key->arn));
  if (found.key->rotates == rotates) return Value(Object());
  call.effect = "changed";
  edit_key(call, found).rotates = rotates;
  return Value(Object());
}

}  // namespace

Key new_key(Call& call, const Place& place, std::string policy) {
  Key key{.id = call.state.random.uuid(), .policy = std::move(policy), .created = call.now};
  key.arn = key_arn(place, key.id);
  key.material = base64(random_bytes(call, 32));
  return key;
}

Result<Value> create_key(Call& call, const Value& in) {
  TRY(check_kind(in));
  const Place place{call.account, call.region};
  std::string policy = in.text("Policy");
  if (policy.empty()) policy = default_policy(call.account);
  std::map<std::string, std::string> tags;
  TRY(add_tags(in.items("Tags"), tags));
  TRY(check_policy(call, policy, key_arn(place, "00000000-0000-0000-0000-000000000000"),
                   in.flag("BypassPolicyLockoutSafetyCheck")));
  Key key = new_key(call, place, std::move(policy));
  key.description = in.text("Description");
  key.tags = std::move(tags);
  call.effect = "created";
  std::string id = key.id;
  const Key& made = call.own_region().kms.keys.put(std::move(id), std::move(key));
  return object({{"KeyMetadata", describe({place, &made})}});
}

Result<Value> describe_key(Call& call, const Value& in) {
  TRY(make_service_key(call, in.text("KeyId")));
  const Found found = TRY(find_key(call, in.text("KeyId")));
  return object({{"KeyMetadata", describe(found)}});
}

Result<Value> list_keys(Call& call, const Value& in) {
  std::vector<std::pair<std::string, Value>> rows;
  for (const auto& [id, key] : call.own_region().kms.keys)
    if (!key->deletion || *key->deletion > call.now)
      rows.emplace_back(id, object({{"KeyId", id}, {"KeyArn", key->arn}}));
  return page(in, "Keys", rows, 100);
}

Result<Value> enable_key(Call& call, const Value& in) {
  return set_enabled(call, in, true);
}
Result<Value> disable_key(Call& call, const Value& in) {
  return set_enabled(call, in, false);
}
Result<Value> enable_key_rotation(Call& call, const Value& in) {
  return set_rotation(call, in, true);
}
Result<Value> disable_key_rotation(Call& call, const Value& in) {
  return set_rotation(call, in, false);
}

Result<Value> get_key_rotation_status(Call& call, const Value& in) {
  const Found found = TRY(find_key_itself(call, in.text("KeyId")));
  TRY(not_pending(*found.key));
  // "KMS always rotates the key material in AWS managed keys every year."
  return object({{"KeyRotationEnabled", found.key->rotates || found.key->manager == "AWS"}});
}

Result<Value> schedule_key_deletion(Call& call, const Value& in) {
  const Found found = TRY(find_key_itself(call, in.text("KeyId")));
  const std::int64_t days = in.integer("PendingWindowInDays", 30);
  if (days < 7 || days > 30)
    return invalid(fmt::format(
        "1 validation error detected: Value '{}' at 'pendingWindowInDays' failed to satisfy "
        "constraint: Member must have value {} than or equal to {}",
        days, days < 7 ? "greater" : "less", days < 7 ? 7 : 30));
  TRY(not_pending(*found.key));
  Key& key = edit_key(call, found);
  key.deletion = call.now + std::chrono::days(days);
  key.pending_days = days;
  key.enabled = false;  // as it is found when the deletion is cancelled
  call.effect = "changed";
  return object({{"KeyId", key.arn},
                 {"DeletionDate", iso8601(*key.deletion, true)},
                 {"KeyState", "PendingDeletion"},
                 {"PendingWindowInDays", days}});
}

Result<Value> cancel_key_deletion(Call& call, const Value& in) {
  const Found found = TRY(find_key_itself(call, in.text("KeyId")));
  if (!found.key->deletion)
    return fault("KMSInvalidStateException",
                 fmt::format("{} is not pending deletion.", found.key->arn), 400, Code::conflict);
  Key& key = edit_key(call, found);
  key.deletion.reset();
  key.pending_days = 0;
  call.effect = "changed";
  return object({{"KeyId", key.arn}});
}

Result<Value> update_key_description(Call& call, const Value& in) {
  const Found found = TRY(find_key_itself(call, in.text("KeyId")));
  TRY(not_pending(*found.key));
  call.effect = "changed";
  edit_key(call, found).description = in.text("Description");
  return Value(Object());
}

}  // namespace stint::cloud::kms

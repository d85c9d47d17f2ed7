// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// What becomes of volumes beside themselves: how a change of one goes on, and whether a Region's
// new volumes are encrypted ("Amazon EBS encryption" of the EBS User Guide).
#include <fmt/core.h>

#include "cloud/ec2/listing.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/volumes.h"
#include "cloud/kms/keys.h"

namespace stint::cloud::ec2 {
namespace {

constexpr std::string_view own_key = "alias/aws/ebs";

constexpr FilterPath modification_filters[] = {
    {"modification-state", "ModificationState"},
    {"original-iops", "OriginalIops"},
    {"original-size", "OriginalSize"},
    {"original-volume-type", "OriginalVolumeType"},
    {"start-time", "StartTime"},
    {"target-iops", "TargetIops"},
    {"target-size", "TargetSize"},
    {"target-volume-type", "TargetVolumeType"},
    {"volume-id", "VolumeId"},
};

EbsDefaults ebs_of(const State& ec2) {
  const EbsDefaults* held = ec2.ebs.find("ebs");
  return held ? *held : EbsDefaults();
}

/// What is as it was at first is not kept.
void keep_defaults(Call& call, EbsDefaults defaults) {
  call.effect = "changed";
  Table<EbsDefaults>& table = call.own_region().ec2.ebs;
  if (!defaults.encrypted && defaults.key.empty())
    table.erase("ebs");
  else
    table.put("ebs", std::move(defaults));
}

Result<Value> set_default(Call& call, bool encrypted) {
  EbsDefaults defaults = ebs_of(call.own_region().ec2);
  if (defaults.encrypted != encrypted) {
    defaults.encrypted = encrypted;
    keep_defaults(call, std::move(defaults));
  }
  return object({{"EbsEncryptionByDefault", encrypted}});
}

/// A change takes as long as an instance's (propagation.instance).
std::string_view state_at(const Call& call, const VolumeModification& made) {
  return call.now < made.started + call.state.propagation.instance ? "modifying" : "completed";
}

}  // namespace

bool encrypts_by_default(const State& ec2) {
  return ebs_of(ec2).encrypted;
}

Result<Value> describe_volumes_modifications(Call& call, const Value& in) {
  const State& ec2 = call.own_region().ec2;
  for (const Value& id : in.items("VolumeIds")) {
    TRY(need<Volume>(call, id.as_text()));
    if (!ec2.modifications.contains(id.as_text()))
      return fault("InvalidVolumeModification.NotFound",
                   fmt::format("Modification for volume '{}' does not exist.", id.as_text()), 400,
                   Code::not_found);
  }
  Value::List rows;
  for (const auto& [id, made] : ec2.modifications) {
    if (!find_thing<Volume>(call, id)) continue;
    const std::string_view state = state_at(call, *made);
    Value row = describe_modification(*made, state);
    if (state == "completed")
      row.set("EndTime", iso8601(made->started + call.state.propagation.instance, true));
    rows.push_back(std::move(row));
  }
  return list_rows(in,
                   {.member = "VolumesModifications",
                    .ids = "VolumeIds",
                    .id = "VolumeId",
                    .prefix = "vol-",
                    .filters = modification_filters},
                   std::move(rows));
}

Result<Value> get_ebs_encryption_by_default(Call& call, const Value&) {
  return object({{"EbsEncryptionByDefault", encrypts_by_default(call.own_region().ec2)}});
}
Result<Value> enable_ebs_encryption_by_default(Call& call, const Value&) {
  return set_default(call, true);
}
Result<Value> disable_ebs_encryption_by_default(Call& call, const Value&) {
  return set_default(call, false);
}

Result<Value> get_ebs_default_kms_key_id(Call& call, const Value&) {
  const std::string key = ebs_of(call.own_region().ec2).key;
  return object({{"KmsKeyId", key.empty() ? std::string(own_key) : key}});
}

Result<Value> modify_ebs_default_kms_key_id(Call& call, const Value& in) {
  auto found = kms::find_key(call, in.text("KmsKeyId"));
  if (!found)
    return fault("InvalidParameterValue",
                 fmt::format("Value ({}) for parameter kmsKeyId is invalid. {}",
                             in.text("KmsKeyId"), found.error().message));
  EbsDefaults defaults = ebs_of(call.own_region().ec2);
  defaults.key = found->key->arn;
  Value answer = object({{"KmsKeyId", defaults.key}});
  keep_defaults(call, std::move(defaults));
  return answer;
}

Result<Value> reset_ebs_default_kms_key_id(Call& call, const Value&) {
  EbsDefaults defaults = ebs_of(call.own_region().ec2);
  if (!defaults.key.empty()) {
    defaults.key.clear();
    keep_defaults(call, std::move(defaults));
  }
  return object({{"KmsKeyId", own_key}});
}

}  // namespace stint::cloud::ec2

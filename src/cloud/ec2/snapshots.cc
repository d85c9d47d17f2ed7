// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>

#include "cloud/ec2/images.h"
#include "cloud/ec2/listing.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"
#include "cloud/ec2/volumes.h"

namespace stint::cloud::ec2 {
namespace {

constexpr FilterPath snapshot_filters[] = {
    {"description", "Description"}, {"encrypted", "Encrypted"},   {"owner-alias", "OwnerAlias"},
    {"owner-id", "OwnerId"},        {"progress", "Progress"},     {"snapshot-id", "SnapshotId"},
    {"start-time", "StartTime"},    {"status", "State"},          {"storage-tier", "StorageTier"},
    {"volume-id", "VolumeId"},      {"volume-size", "VolumeSize"}};

Permission permission_of(Snapshot& snapshot) {
  return {snapshot.everybody, snapshot.shared};
}

std::vector<Snapshot> visible_snapshots(const Call& call) {
  std::vector<Snapshot> out = all_things<Snapshot>(call);
  for (const auto& [id, account] : call.state.accounts) {
    if (id == call.account) continue;
    const State* ec2 = find_ec2(call.state, id, call.region);
    if (!ec2) continue;
    for (const auto& [key, snapshot] : ec2->snapshots)
      if (snapshot->everybody ||
          std::ranges::find(snapshot->shared, call.account) != snapshot->shared.end()) {
        out.push_back(*snapshot);
        out.back().tags.clear();
      }
  }
  // What public images are made of.
  for (const Image& image : defaults<Image>(home_of(call)))
    for (const ImageDevice& device : image.devices) {
      Snapshot snapshot{.id = device.snapshot, .volume = "vol-ffffffff", .owner = image.owner};
      snapshot.size = device.size;
      snapshot.started = image.created;
      snapshot.everybody = true;
      out.push_back(std::move(snapshot));
    }
  std::ranges::sort(out, {}, &Snapshot::id);
  return out;
}

Value describe(const Home& home, const Snapshot& snapshot) {
  const bool pending = is_pending(home, snapshot);
  return object({{"Description", snapshot.description},
                 {"Encrypted", snapshot.encrypted},
                 {"OwnerId", snapshot.owner},
                 {"Progress", pending ? "0%" : "100%"},
                 {"SnapshotId", snapshot.id},
                 {"StartTime", iso8601(snapshot.started, true)},
                 {"State", pending ? "pending" : "completed"},
                 {"VolumeId", snapshot.volume},
                 {"VolumeSize", snapshot.size},
                 {"Tags", tag_list(snapshot.tags)},
                 {"StorageTier", "standard"}});
}

/// As CreateSnapshot answers: nothing is done yet.
Value just_made(const Home& home, const Snapshot& snapshot) {
  Value out = describe(home, snapshot);
  out.set("State", "pending");
  out.set("Progress", "");
  return out;
}

Snapshot take(Call& call, const Volume& volume, const std::string& description) {
  Snapshot snapshot{.volume = volume.id, .description = description, .owner = call.account};
  snapshot.id = call.new_hex_id("snap-0", 16);
  snapshot.size = volume.size;
  snapshot.encrypted = volume.encrypted;
  snapshot.started = call.now;
  return snapshot;
}

Result<Snapshot> own_snapshot(const Call& call, const std::string& id) {
  Snapshot snapshot = TRY(visible_snapshot(call, id));
  if (snapshot.owner != call.account)
    return fault("AuthFailure", fmt::format("The snapshot '{}' is not yours.", id), 403,
                 Code::denied);
  return snapshot;
}

Result<void> check_attribute(const Value& in) {
  if (in.text("Attribute").empty() || in.text("Attribute") == "createVolumePermission") return {};
  return fault("InvalidParameterValue",
               fmt::format("Value ({}) for parameter attribute is invalid. Unknown attribute.",
                           in.text("Attribute")));
}

}  // namespace

bool is_pending(const Home& home, const Snapshot& snapshot) {
  return home.now < snapshot.started + home.delay;
}

Result<Snapshot> visible_snapshot(const Call& call, const std::string& id) {
  for (Snapshot& snapshot : visible_snapshots(call))
    if (snapshot.id == id) return std::move(snapshot);
  return fail(wrong_id("snap-", id));
}

Result<Value> describe_snapshots(Call& call, const Value& in) {
  const Value::List& owners = in.items("OwnerIds");
  const Value::List& users = in.items("RestorableByUserIds");
  const Home home = home_of(call);
  Value::List rows;
  for (const Snapshot& snapshot : visible_snapshots(call)) {
    const auto own = [&](const Value& owner) {
      return owner.as_text() == snapshot.owner ||
             (owner.as_text() == "self" && snapshot.owner == call.account);
    };
    const auto usable = [&](const Value& user) {
      const std::string& account = user.as_text() == "self" ? call.account : user.as_text();
      return (user.as_text() == "all" && snapshot.everybody) || account == snapshot.owner ||
             std::ranges::find(snapshot.shared, account) != snapshot.shared.end();
    };
    if (!owners.empty() && std::ranges::none_of(owners, own)) continue;
    if (!users.empty() && std::ranges::none_of(users, usable)) continue;
    rows.push_back(describe(home, snapshot));
  }
  return list_rows(in,
                   {.member = "Snapshots",
                    .ids = "SnapshotIds",
                    .id = "SnapshotId",
                    .prefix = "snap-",
                    .filters = snapshot_filters},
                   std::move(rows));
}

Result<Value> create_snapshot(Call& call, const Value& in) {
  const Volume volume = TRY(need<Volume>(call, in.text("VolumeId")));
  if (volume_state(home_of(call), volume) == "creating")
    return fault("IncorrectState",
                 fmt::format("Volume '{}' is in the 'creating' state.", volume.id), 400,
                 Code::conflict);
  const Tags tags = TRY(tags_for(call, in, "snapshot"));
  Snapshot snapshot = take(call, volume, in.text("Description"));
  snapshot.tags = tags;
  Value answer = just_made(home_of(call), snapshot);
  keep(call, std::move(snapshot));
  call.effect = "created";
  return answer;
}

Result<Value> create_snapshots(Call& call, const Value& in) {
  const Value& of = in["InstanceSpecification"];
  const Instance& instance = *TRY(need_instance(call, of.text("InstanceId")));
  const Tags tags = TRY(tags_for(call, in, "snapshot"));
  Value::List rows;
  for (const Volume& volume : all_things<Volume>(call)) {
    const Value::List& without = of.items("ExcludeDataVolumeIds");
    const bool root = volume.id == twin_id("vol-", instance.id);
    if (volume.instance != instance.id || (root && of.flag("ExcludeBootVolume")) ||
        std::ranges::find(without, Value(volume.id)) != without.end())
      continue;
    Snapshot snapshot = take(call, volume, in.text("Description"));
    snapshot.tags = tags;
    if (in.text("CopyTagsFromSource") == "volume")
      for (const auto& [key, value] : volume.tags) snapshot.tags.emplace(key, value);
    rows.push_back(just_made(home_of(call), snapshot));
    keep(call, std::move(snapshot));
  }
  call.effect = "created";
  return object({{"Snapshots", std::move(rows)}});
}

Result<Value> copy_snapshot(Call& call, const Value& in) {
  const std::string& region = in.text("SourceRegion");
  const std::vector<std::string_view> regions = region_names();
  if (std::ranges::find(regions, std::string_view(region)) == regions.end())
    return fault("InvalidParameterValue", fmt::format("Invalid source Region: {}", region));
  Call there = call;
  there.region = region;
  const Snapshot source = TRY(visible_snapshot(there, in.text("SourceSnapshotId")));
  if (is_pending(home_of(call), source))
    return fault("IncorrectState", fmt::format("The snapshot '{}' is not completed.", source.id),
                 400, Code::conflict);
  const Tags tags = TRY(tags_for(call, in, "snapshot"));
  Snapshot copy = source;
  copy.id = call.new_hex_id("snap-0", 16);
  copy.owner = call.account;
  copy.volume = "vol-ffffffff";
  copy.description = in.find("Description") ? in.text("Description")
                                            : fmt::format("[Copied {} from {}]", source.id, region);
  copy.encrypted = in.flag("Encrypted", source.encrypted) || source.encrypted ||
                   encrypts_by_default(call.own_region().ec2);
  copy.started = call.now;
  copy.everybody = false;
  copy.shared.clear();
  copy.tags = tags;
  Value answer = object({{"SnapshotId", copy.id}, {"Tags", tag_list(copy.tags)}});
  keep(call, std::move(copy));
  call.effect = "created";
  return answer;
}

Result<Value> delete_snapshot(Call& call, const Value& in) {
  const Snapshot snapshot = TRY(own_snapshot(call, in.text("SnapshotId")));
  for (const Image& image : all_things<Image>(call))
    for (const ImageDevice& device : image.devices)
      if (device.snapshot == snapshot.id)
        return fault(
            "InvalidSnapshot.InUse",
            fmt::format("The snapshot {} is currently in use by {}", snapshot.id, image.id), 400,
            Code::conflict);
  drop<Snapshot>(call, snapshot.id);
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> describe_snapshot_attribute(Call& call, const Value& in) {
  TRY(check_attribute(in));
  Snapshot snapshot = TRY(own_snapshot(call, in.text("SnapshotId")));
  return object({{"CreateVolumePermissions", permission_list(permission_of(snapshot))},
                 {"SnapshotId", snapshot.id}});
}

Result<Value> modify_snapshot_attribute(Call& call, const Value& in) {
  TRY(check_attribute(in));
  Snapshot snapshot = TRY(own_snapshot(call, in.text("SnapshotId")));
  const Value& changes = in["CreateVolumePermission"];
  if (snapshot.encrypted && (changes["Add"].size() || in["GroupNames"].size()))
    for (const Value& one : changes.items("Add"))
      if (one.text("Group") == "all")
        return fault("InvalidParameter",
                     fmt::format("Encrypted snapshot {} cannot be made public.", snapshot.id));
  TRY(change_permission(in, changes, "GroupNames", permission_of(snapshot)));
  keep(call, std::move(snapshot));
  call.effect = "changed";
  return Value(Object());
}

Result<Value> reset_snapshot_attribute(Call& call, const Value& in) {
  TRY(check_attribute(in));
  Snapshot snapshot = TRY(own_snapshot(call, in.text("SnapshotId")));
  snapshot.everybody = false;
  snapshot.shared.clear();
  keep(call, std::move(snapshot));
  call.effect = "changed";
  return Value(Object());
}

}  // namespace stint::cloud::ec2

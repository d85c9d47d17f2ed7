// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ec2/volumes.h"

#include <fmt/core.h>

#include <algorithm>

#include "cloud/ec2/listing.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"

namespace stint::cloud::ec2 {
namespace {

constexpr FilterPath volume_filters[] = {
    {"attachment.attach-time", "Attachments[].AttachTime"},
    {"attachment.delete-on-termination", "Attachments[].DeleteOnTermination"},
    {"attachment.device", "Attachments[].Device"},
    {"attachment.instance-id", "Attachments[].InstanceId"},
    {"attachment.status", "Attachments[].State"},
    {"availability-zone", "AvailabilityZone"},
    {"create-time", "CreateTime"},
    {"encrypted", "Encrypted"},
    {"size", "Size"},
    {"snapshot-id", "SnapshotId"},
    {"status", "State"},
    {"volume-id", "VolumeId"},
    {"volume-type", "VolumeType"},
};
constexpr FilterPath volume_status_filters[] = {
    {"availability-zone", "AvailabilityZone"},
    {"volume-status.status", "VolumeStatus.Status"},
};

struct VolumeKind {
  std::string_view name;
  int least, most;  ///< GiB
  bool iops;        ///< may be chosen
};
constexpr VolumeKind volume_kinds[] = {{"gp2", 1, 16384, false},    {"gp3", 1, 16384, true},
                                       {"io1", 4, 16384, true},     {"io2", 4, 65536, true},
                                       {"sc1", 125, 16384, false},  {"st1", 125, 16384, false},
                                       {"standard", 1, 1024, false}};

Value attachment(const Volume& volume, std::string_view state) {
  return object({{"AttachTime", iso8601(volume.attached)},
                 {"Device", volume.device},
                 {"InstanceId", volume.instance},
                 {"State", state},
                 {"VolumeId", volume.id},
                 {"DeleteOnTermination", volume.delete_on_termination}});
}

Value describe(const Home& home, const Volume& volume) {
  Value::List attachments;
  if (!volume.instance.empty()) attachments.push_back(attachment(volume, "attached"));
  Object out{{"Attachments", std::move(attachments)},
             {"AvailabilityZone", volume.zone},
             {"CreateTime", iso8601(volume.created, true)},
             {"Encrypted", volume.encrypted},
             {"Size", volume.size},
             {"SnapshotId", volume.snapshot},
             {"State", volume_state(home, volume)},
             {"VolumeId", volume.id}};
  if (volume.iops) out.append("Iops", volume.iops);
  if (volume.throughput) out.append("Throughput", volume.throughput);
  out.append("Tags", tag_list(volume.tags));
  out.append("VolumeType", volume.type);
  out.append("MultiAttachEnabled", false);
  return out;
}

Error in_use(const Volume& volume) {
  return {Code::conflict, "VolumeInUse",
          fmt::format("Volume {} is currently attached to {}", volume.id, volume.instance), 400};
}

}  // namespace

bool settle(const Home& home, Volume& volume) {
  if (volume.instance.empty()) return true;
  const Instance* instance = home.ec2.instances.find(volume.instance);
  if (instance && !is_gone(home, *instance)) return true;
  volume.instance.clear();
  volume.device.clear();
  return !volume.delete_on_termination;
}

std::string_view volume_state(const Home& home, const Volume& volume) {
  if (!volume.instance.empty()) return "in-use";
  return volume.creating && home.now < volume.created + home.delay ? "creating" : "available";
}

Value describe_modification(const VolumeModification& made, std::string_view state) {
  return object({{"VolumeId", made.volume},
                 {"ModificationState", state},
                 {"TargetSize", made.size},
                 {"TargetIops", made.iops},
                 {"TargetVolumeType", made.type},
                 {"OriginalSize", made.size_before},
                 {"OriginalIops", made.iops_before},
                 {"OriginalVolumeType", made.type_before},
                 {"Progress", state == "completed" ? 100 : 0},
                 {"StartTime", iso8601(made.started, true)}});
}

Result<void> set_volume_kind(const Value& in, std::string_view size, Volume& volume) {
  if (!in.text("VolumeType").empty()) volume.type = in.text("VolumeType");
  const auto kind =
      std::ranges::find(volume_kinds, std::string_view(volume.type), &VolumeKind::name);
  if (kind == std::end(volume_kinds))
    return fault("InvalidParameterValue",
                 fmt::format("Value ({}) for parameter volumeType is invalid.", volume.type));
  const int before = volume.size;
  volume.size = static_cast<int>(in.integer(size, volume.size));
  if (in.find(size) && (volume.size < kind->least || volume.size > kind->most))
    return fault("InvalidParameterValue",
                 fmt::format("Volume of {}GiB is {} for volume type {}; {} is {}GiB.", volume.size,
                             volume.size < kind->least ? "too small" : "too large", volume.type,
                             volume.size < kind->least ? "minimum" : "maximum",
                             volume.size < kind->least ? kind->least : kind->most));
  if (!volume.snapshot.empty() && volume.size < before)
    return fault("InvalidParameterValue",
                 fmt::format("Volume of size {}GB is smaller than snapshot '{}', expect size >= "
                             "{}GB",
                             volume.size, volume.snapshot, before));
  if (in.find("Iops") && !kind->iops)
    return fault("InvalidParameterCombination",
                 fmt::format("The parameter iops is not supported for {} volumes.", volume.type));
  if ((volume.type == "io1" || volume.type == "io2") && !in.find("Iops") && !volume.iops)
    return fault(
        "MissingParameter",
        fmt::format("The request must contain the parameter iops for {} volumes.", volume.type));
  if (in.find("Throughput") && volume.type != "gp3")
    return fault(
        "InvalidParameterCombination",
        fmt::format("The parameter throughput is not supported for {} volumes.", volume.type));
  volume.encrypted = in.flag("Encrypted", volume.encrypted);
  volume.throughput = 0;
  if (volume.type == "gp3") {
    volume.throughput = static_cast<int>(in.integer("Throughput", 125));
    volume.iops = static_cast<int>(in.integer("Iops", 3000));
  } else if (volume.type == "gp2") {
    volume.iops = std::clamp(volume.size * 3, 100, 16000);
  } else {
    volume.iops = kind->iops ? static_cast<int>(in.integer("Iops", volume.iops)) : 0;
  }
  return {};
}

Result<std::vector<Volume>> launch_volumes(const Call& call, const Value& in, const Image& image,
                                           const std::string& zone) {
  std::vector<Volume> out;
  const auto find = [&](const std::string& device) {
    return std::ranges::find(out, device, &Volume::device);
  };
  for (const ImageDevice& device : image.devices) {
    Volume volume{.zone = zone, .type = device.type, .snapshot = device.snapshot};
    volume.size = device.size;
    volume.encrypted = device.encrypted;
    volume.device = device.name;
    volume.delete_on_termination = device.delete_on_termination;
    TRY(set_volume_kind(Value(Object()), "VolumeSize", volume));
    out.push_back(std::move(volume));
  }
  for (const Value& mapping : in.items("BlockDeviceMappings")) {
    const std::string& device = mapping.text("DeviceName");
    if (device.empty())
      return fault("MissingParameter", "The request must contain the parameter deviceName");
    if (mapping.find("NoDevice")) {
      if (auto found = find(device); found != out.end()) out.erase(found);
      continue;
    }
    if (!mapping.find("Ebs")) continue;  // an instance store: nothing that can be seen from here
    const Value& ebs = mapping["Ebs"];
    auto found = find(device);
    if (found == out.end()) {
      out.push_back({.zone = zone});
      found = out.end() - 1;
      found->device = device;
      found->delete_on_termination = true;
      if (ebs.text("SnapshotId").empty() && !ebs.find("VolumeSize"))
        return fault("InvalidBlockDeviceMapping",
                     fmt::format("Missing EBS volume size or snapshot for device '{}'.", device));
    }
    if (const std::string& id = ebs.text("SnapshotId"); !id.empty()) {
      const Snapshot snapshot = TRY(visible_snapshot(call, id));
      found->snapshot = id;
      found->size = snapshot.size;
    }
    found->delete_on_termination = ebs.flag("DeleteOnTermination", found->delete_on_termination);
    TRY(set_volume_kind(ebs, "VolumeSize", *found));
  }
  // The root disk comes first, the others as they were.
  if (auto root = std::ranges::find(out, image.root_device, &Volume::device); root != out.end())
    std::rotate(out.begin(), root, root + 1);
  return out;
}

void keep_launch_volumes(Call& call, const std::string& instance, const std::vector<Volume>& disks,
                         const Tags& tags) {
  bool root = true;
  for (Volume volume : disks) {
    volume.id = root ? twin_id("vol-", instance) : call.new_hex_id("vol-0", 16);
    root = false;
    volume.instance = instance;
    volume.created = volume.attached = call.now;
    volume.tags = tags;
    keep(call, std::move(volume));
  }
}

Result<Value> describe_volumes(Call& call, const Value& in) {
  const Home home = home_of(call);
  Value::List rows;
  for (const Volume& volume : all_things<Volume>(home)) rows.push_back(describe(home, volume));
  return list_rows(in,
                   {.member = "Volumes",
                    .ids = "VolumeIds",
                    .id = "VolumeId",
                    .prefix = "vol-",
                    .filters = volume_filters},
                   std::move(rows));
}

Result<Value> describe_volume_status(Call& call, const Value& in) {
  Value::List rows;
  for (const Volume& volume : all_things<Volume>(call))
    rows.push_back(object(
        {{"Actions", Value::List()},
         {"AvailabilityZone", volume.zone},
         {"Events", Value::List()},
         {"VolumeId", volume.id},
         {"VolumeStatus",
          object({{"Details", Value::list({object({{"Name", "io-enabled"}, {"Status", "passed"}}),
                                           object({{"Name", "io-performance"},
                                                   {"Status", "not-applicable"}})})},
                  {"Status", "ok"}})}}));
  return list_rows(in,
                   {.member = "VolumeStatuses",
                    .ids = "VolumeIds",
                    .id = "VolumeId",
                    .prefix = "vol-",
                    .filters = volume_status_filters},
                   std::move(rows));
}

Result<Value> create_volume(Call& call, const Value& in) {
  const std::vector<std::string> before = TRY(made_before(call, in));
  if (!before.empty()) {
    const Volume made = TRY(need<Volume>(call, before[0]));
    return describe(home_of(call), made);
  }
  const std::string& zone = in.text("AvailabilityZone");
  if (!is_zone(call.region, zone))
    return fault("InvalidZone.NotFound", fmt::format("The zone '{}' does not exist.", zone), 400,
                 Code::not_found);
  Volume volume{.zone = zone, .snapshot = in.text("SnapshotId")};
  if (!volume.snapshot.empty()) {
    const Snapshot snapshot = TRY(visible_snapshot(call, volume.snapshot));
    if (is_pending(home_of(call), snapshot))
      return fault("IncorrectState", fmt::format("Snapshot is in invalid state - pending"), 400,
                   Code::conflict);
    volume.size = snapshot.size;
    volume.encrypted = snapshot.encrypted;
  } else if (!in.find("Size")) {
    return fault("MissingParameter", "The request must contain the parameter size/snapshot");
  }
  TRY(set_volume_kind(in, "Size", volume));
  if (in.flag("Encrypted") || encrypts_by_default(call.own_region().ec2)) volume.encrypted = true;
  volume.tags = TRY(tags_for(call, in, "volume"));
  volume.id = call.new_hex_id("vol-0", 16);
  volume.created = call.now;
  volume.creating = true;
  remember_made(call, in, {volume.id});
  call.effect = "created";
  Value answer = describe(home_of(call), volume);
  answer.set("State", "creating");
  keep(call, std::move(volume));
  return answer;
}

Result<Value> delete_volume(Call& call, const Value& in) {
  const Volume volume = TRY(need<Volume>(call, in.text("VolumeId")));
  if (!volume.instance.empty()) return fail(in_use(volume));
  drop<Volume>(call, volume.id);
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> attach_volume(Call& call, const Value& in) {
  Volume volume = TRY(need<Volume>(call, in.text("VolumeId")));
  const Instance& instance = *TRY(need_instance(call, in.text("InstanceId")));
  const std::string_view state = instance.state_at(call.now, call.state.propagation.instance);
  if (!volume.instance.empty())
    return fault("VolumeInUse", fmt::format("{} is already attached to an instance", volume.id),
                 400, Code::conflict);
  if (volume_state(home_of(call), volume) != "available")
    return fault("IncorrectState", fmt::format("Volume '{}' is not 'available'.", volume.id), 400,
                 Code::conflict);
  if (state != "running" && state != "stopped" && state != "pending" && state != "stopping")
    return fault("IncorrectState", fmt::format("Instance '{}' is not 'running'.", instance.id), 400,
                 Code::conflict);
  if (volume.zone != instance.zone)
    return fault("InvalidVolume.ZoneMismatch",
                 fmt::format("The volume '{}' is not in the same availability zone as instance "
                             "'{}'",
                             volume.id, instance.id));
  const std::string& device = in.text("Device");
  for (const Volume& other : all_things<Volume>(call))
    if (other.instance == instance.id && other.device == device)
      return fault("InvalidParameterValue",
                   fmt::format("Invalid value '{}' for unixDevice. Attachment point {} is already "
                               "in use",
                               device, device));
  volume.instance = instance.id;
  volume.device = device;
  volume.attached = call.now;
  volume.delete_on_termination = false;
  Value answer = attachment(volume, "attaching");
  keep(call, std::move(volume));
  call.effect = "changed";
  return answer;
}

Result<Value> detach_volume(Call& call, const Value& in) {
  Volume volume = TRY(need<Volume>(call, in.text("VolumeId")));
  const std::string& instance_id = in.text("InstanceId");
  if (!instance_id.empty()) TRY(need_instance(call, instance_id));
  const bool other = (!instance_id.empty() && instance_id != volume.instance) ||
                     (!in.text("Device").empty() && in.text("Device") != volume.device);
  if (volume.instance.empty())
    return fault("IncorrectState",
                 fmt::format("Volume '{}' is in the 'available' state.", volume.id), 400,
                 Code::conflict);
  if (other)
    return fault("InvalidAttachment.NotFound",
                 fmt::format("Volume {} is not attached to {} as device {}", volume.id,
                             instance_id.empty() ? volume.instance : instance_id,
                             in.text("Device").empty() ? volume.device : in.text("Device")),
                 400, Code::not_found);
  const Instance* instance = home_of(call).ec2.instances.find(volume.instance);
  if (instance && volume.id == twin_id("vol-", instance->id) &&
      instance->state_at(call.now, call.state.propagation.instance) != "stopped")
    return fault("OperationNotPermitted",
                 fmt::format("Unable to detach root volume '{}' from instance '{}'", volume.id,
                             instance->id));
  Value answer = attachment(volume, "detaching");
  volume.instance.clear();
  volume.device.clear();
  keep(call, std::move(volume));
  call.effect = "changed";
  return answer;
}

Result<Value> modify_volume(Call& call, const Value& in) {
  Volume volume = TRY(need<Volume>(call, in.text("VolumeId")));
  const Volume before = volume;
  volume.snapshot.clear();
  TRY(set_volume_kind(in, "Size", volume));
  volume.snapshot = before.snapshot;
  if (volume.size < before.size)
    return fault("InvalidParameterValue", "New size cannot be smaller than existing size");
  VolumeModification made{.volume = volume.id,
                          .size_before = before.size,
                          .size = volume.size,
                          .iops_before = before.iops,
                          .iops = volume.iops,
                          .type_before = before.type,
                          .type = volume.type,
                          .started = call.now};
  Value shown = describe_modification(made, "modifying");
  Value answer = object({{"VolumeModification", std::move(shown)}});
  call.own_region().ec2.modifications.put(volume.id, std::move(made));
  keep(call, std::move(volume));
  call.effect = "changed";
  return answer;
}

}  // namespace stint::cloud::ec2

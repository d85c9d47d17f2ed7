// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ec2/images.h"

#include <fmt/core.h>

#include "cloud/ec2/instance_rows.h"
#include "cloud/ec2/listing.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"
#include "cloud/ec2/volumes.h"

namespace stint::cloud::ec2 {
namespace {

constexpr FilterPath image_filters[] = {
    {"architecture", "Architecture"},
    {"block-device-mapping.delete-on-termination", "BlockDeviceMappings[].Ebs.DeleteOnTermination"},
    {"block-device-mapping.device-name", "BlockDeviceMappings[].DeviceName"},
    {"block-device-mapping.encrypted", "BlockDeviceMappings[].Ebs.Encrypted"},
    {"block-device-mapping.snapshot-id", "BlockDeviceMappings[].Ebs.SnapshotId"},
    {"block-device-mapping.volume-size", "BlockDeviceMappings[].Ebs.VolumeSize"},
    {"block-device-mapping.volume-type", "BlockDeviceMappings[].Ebs.VolumeType"},
    {"creation-date", "CreationDate"},
    {"description", "Description"},
    {"ena-support", "EnaSupport"},
    {"hypervisor", "Hypervisor"},
    {"image-id", "ImageId"},
    {"image-type", "ImageType"},
    {"is-public", "Public"},
    {"name", "Name"},
    {"owner-alias", "ImageOwnerAlias"},
    {"owner-id", "OwnerId"},
    {"platform", "Platform"},
    {"platform-details", "PlatformDetails"},
    {"root-device-name", "RootDeviceName"},
    {"root-device-type", "RootDeviceType"},
    {"state", "State"},
    {"virtualization-type", "VirtualizationType"},
};

bool contains(const std::vector<std::string>& list, std::string_view one) {
  return std::ranges::find(list, one) != list.end();
}

Value describe(const Home& home, const Image& image) {
  Value::List devices;
  for (const ImageDevice& device : image.devices) {
    Object ebs{{"DeleteOnTermination", device.delete_on_termination}};
    if (!device.snapshot.empty()) ebs.append("SnapshotId", device.snapshot);
    ebs.append("VolumeSize", device.size);
    ebs.append("VolumeType", device.type);
    ebs.append("Encrypted", device.encrypted);
    devices.push_back(object({{"DeviceName", device.name}, {"Ebs", std::move(ebs)}}));
  }
  Object out{{"Architecture", image.architecture},
             {"CreationDate", iso8601(image.created, true)},
             {"ImageId", image.id},
             {"ImageLocation",
              fmt::format("{}/{}", image.owner_alias.empty() ? image.owner : image.owner_alias,
                          image.name)},
             {"ImageType", "machine"},
             {"Public", image.everybody},
             {"OwnerId", image.owner}};
  if (!image.platform.empty()) out.append("Platform", image.platform);
  const bool windows = image.platform == "windows";
  out.append("PlatformDetails", windows ? "Windows" : "Linux/UNIX");
  out.append("UsageOperation", windows ? "RunInstances:0002" : "RunInstances");
  out.append("State", is_pending(home, image) ? "pending" : "available");
  out.append("BlockDeviceMappings", std::move(devices));
  if (!image.description.empty()) out.append("Description", image.description);
  out.append("EnaSupport", true);
  out.append("Hypervisor", "xen");
  if (!image.owner_alias.empty()) out.append("ImageOwnerAlias", image.owner_alias);
  out.append("Name", image.name);
  out.append("RootDeviceName", image.root_device);
  out.append("RootDeviceType", "ebs");
  out.append("SriovNetSupport", "simple");
  out.append("Tags", tag_list(image.tags));
  out.append("VirtualizationType", "hvm");
  if (!image.imds_support.empty()) out.append("ImdsSupport", image.imds_support);
  return out;
}

Result<void> check_name(const Call& call, const std::string& name) {
  if (name.size() < 3 || name.size() > 128 ||
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "()[] ./-'@_") != name.npos)
    return fault("InvalidAMIName.Malformed",
                 "AMI names must be between 3 and 128 characters long, and may contain letters, "
                 "numbers, '(', ')', '.', '-', '/' and '_'");
  for (const Image& image : all_things<Image>(call))
    if (image.owner == call.account && image.name == name)
      return fault("InvalidAMIName.Duplicate",
                   fmt::format("AMI name {} is already in use by AMI {}", name, image.id), 400,
                   Code::conflict);
  return {};
}

/// Devices that a request names, over those there are; each with a snapshot, a size and a type.
Result<std::vector<ImageDevice>> with_mappings(const Call& call, const Value& in,
                                               std::vector<ImageDevice> devices) {
  for (const Value& mapping : in.items("BlockDeviceMappings")) {
    const std::string& name = mapping.text("DeviceName");
    if (mapping.find("NoDevice")) {
      std::erase_if(devices, [&](const ImageDevice& device) { return device.name == name; });
      continue;
    }
    if (!mapping.find("Ebs")) continue;  // an instance store has nothing to keep
    const Value& ebs = mapping["Ebs"];
    auto found = std::ranges::find(devices, name, &ImageDevice::name);
    if (found == devices.end()) {
      devices.push_back({.name = name});
      found = devices.end() - 1;
    }
    if (const std::string& id = ebs.text("SnapshotId"); !id.empty()) {
      const Snapshot snapshot = TRY(visible_snapshot(call, id));
      found->snapshot = id;
      found->size = snapshot.size;
      found->encrypted = snapshot.encrypted;
    }
    found->size = static_cast<int>(ebs.integer("VolumeSize", found->size));
    if (!ebs.text("VolumeType").empty()) found->type = ebs.text("VolumeType");
    found->delete_on_termination = ebs.flag("DeleteOnTermination", found->delete_on_termination);
    found->encrypted = ebs.flag("Encrypted", found->encrypted);
  }
  return devices;
}

}  // namespace

bool is_pending(const Home& home, const Image& image) {
  return image.pending && home.now < image.created + home.delay;
}

std::vector<Image> visible_images(const Call& call) {
  std::vector<Image> out = all_things<Image>(call);
  for (const auto& [id, account] : call.state.accounts) {
    if (id == call.account) continue;
    const State* ec2 = find_ec2(call.state, id, call.region);
    if (!ec2) continue;
    for (const auto& [image_id, image] : ec2->images)
      if (image->everybody || contains(image->shared, call.account)) {
        out.push_back(*image);
        out.back().tags.clear();  // others' tags are their own
      }
  }
  std::ranges::sort(out, {}, &Image::id);
  return out;
}

Result<Image> visible_image(const Call& call, const std::string& id) {
  for (Image& image : visible_images(call))
    if (image.id == id) return std::move(image);
  return fail(wrong_id("ami-", id));
}

Result<Image> launchable_image(const Call& call, const std::string& id) {
  Image image = TRY(visible_image(call, id));
  if (is_pending(home_of(call), image))
    return fault("InvalidAMIID.Unavailable", fmt::format("The image ID '{}' is not available", id),
                 400, Code::conflict);
  return image;
}

Result<Image> own_image(const Call& call, const std::string& id) {
  Image image = TRY(visible_image(call, id));
  if (image.owner != call.account)
    return fault("AuthFailure", fmt::format("Not authorized for image:{}", id), 403, Code::denied);
  return image;
}

Result<Value> describe_images(Call& call, const Value& in) {
  const Value::List& owners = in.items("Owners");
  const Value::List& users = in.items("ExecutableUsers");
  Value::List rows;
  const Home home = home_of(call);
  for (const Image& image : visible_images(call)) {
    const auto owned_by = [&](const Value& owner) {
      return owner.as_text() == image.owner || owner.as_text() == image.owner_alias ||
             (owner.as_text() == "self" && image.owner == call.account);
    };
    const auto usable_by = [&](const Value& user) {
      if (user.as_text() == "all") return image.everybody;
      return contains(image.shared, user.as_text() == "self" ? call.account : user.as_text());
    };
    if (!owners.empty() && std::ranges::none_of(owners, owned_by)) continue;
    if (!users.empty() && std::ranges::none_of(users, usable_by)) continue;
    rows.push_back(describe(home, image));
  }
  for (const Value& id : in.items("ImageIds")) TRY(visible_image(call, id.as_text()));
  Value picked = in;
  if (in["ImageIds"].size()) {  // a named image of another owner is no row, and no error
    std::erase_if(rows, [&](const Value& row) {
      return std::ranges::find(in.items("ImageIds"), row["ImageId"]) == in.items("ImageIds").end();
    });
    picked.edit_object().erase("ImageIds");
  }
  return list_rows(picked,
                   {.member = "Images",
                    .ids = "ImageIds",
                    .id = "ImageId",
                    .prefix = "ami-",
                    .filters = image_filters,
                    .least = 1},
                   std::move(rows));
}

Result<Value> create_image(Call& call, const Value& in) {
  const Instance& instance = *TRY(need_instance(call, in.text("InstanceId")));
  const std::string_view state = instance.state_at(call.now, call.state.propagation.instance);
  if (state != "running" && state != "stopped" && state != "stopping")
    return fault("IncorrectState",
                 fmt::format("Instance is not in state 'running' or 'stopped': {}", instance.id),
                 400, Code::conflict);
  TRY(check_name(call, in.text("Name")));
  TRY(with_mappings(call, in, {}));  // refused before anything is made
  const InstanceRows rows(call);
  Image image{.name = in.text("Name"), .description = in.text("Description")};
  image.tags = TRY(tags_for(call, in, "image", {"image", "snapshot"}));
  const Tags snapshot_tags = TRY(tags_for(call, in, "snapshot", {"image", "snapshot"}));
  image.id = call.new_hex_id("ami-0", 16);
  image.owner = call.account;
  image.source_instance = instance.id;
  image.created = call.now;
  image.pending = true;
  if (const Image* from = rows.image(instance)) {
    image.architecture = from->architecture;
    image.platform = from->platform;
    image.root_device = from->root_device;
    image.imds_support = from->imds_support;
  }
  for (const Volume& volume : all_things<Volume>(call)) {
    if (volume.instance != instance.id) continue;
    Snapshot snapshot{.volume = volume.id, .owner = call.account, .size = volume.size};
    snapshot.id = call.new_hex_id("snap-0", 16);
    snapshot.description = fmt::format("Created by CreateImage({}) for {}", instance.id, image.id);
    snapshot.encrypted = volume.encrypted;
    snapshot.started = call.now;
    snapshot.tags = snapshot_tags;
    image.devices.push_back({.name = volume.device,
                             .snapshot = snapshot.id,
                             .type = volume.type,
                             .size = volume.size,
                             .delete_on_termination = volume.delete_on_termination,
                             .encrypted = volume.encrypted});
    keep(call, std::move(snapshot));
  }
  image.devices = TRY(with_mappings(call, in, std::move(image.devices)));
  call.effect = "created";
  Value answer = object({{"ImageId", image.id}});
  keep(call, std::move(image));
  return answer;
}

Result<Value> register_image(Call& call, const Value& in) {
  TRY(check_name(call, in.text("Name")));
  Image image{.name = in.text("Name"), .description = in.text("Description")};
  if (!in.text("Architecture").empty()) image.architecture = in.text("Architecture");
  if (!in.text("RootDeviceName").empty()) image.root_device = in.text("RootDeviceName");
  image.imds_support = in.text("ImdsSupport");
  image.devices = TRY(with_mappings(call, in, {}));
  if (image.devices.empty() && in.text("ImageLocation").empty())
    return fault("MissingParameter",
                 "The request must contain the parameter imageLocation or blockDeviceMapping");
  if (image.devices.empty()) image.devices = {{.name = image.root_device}};
  image.id = call.new_hex_id("ami-0", 16);
  image.owner = call.account;
  image.created = call.now;
  call.effect = "created";
  Value answer = object({{"ImageId", image.id}});
  keep(call, std::move(image));
  return answer;
}

Result<Value> copy_image(Call& call, const Value& in) {
  const std::vector<std::string> before = TRY(made_before(call, in));
  if (!before.empty()) return object({{"ImageId", before[0]}});
  const std::string& region = in.text("SourceRegion");
  const std::vector<std::string_view> regions = region_names();
  if (std::ranges::find(regions, std::string_view(region)) == regions.end())
    return fault("InvalidRequest", fmt::format("Invalid source Region: {}", region));
  // Seen from the Region that the image is in.
  Call there = call;
  there.region = region;
  Image image = TRY(launchable_image(there, in.text("SourceImageId")));
  TRY(check_name(call, in.text("Name")));
  if (!in.flag("CopyImageTags")) image.tags.clear();
  image.name = in.text("Name");
  if (in.find("Description"))
    image.description = in.text("Description");
  else if (image.description.empty())
    image.description =
        fmt::format("[Copied {} from {}] {}", in.text("SourceImageId"), region, in.text("Name"));
  image.id = call.new_hex_id("ami-0", 16);
  image.owner = call.account;
  image.owner_alias.clear();
  image.created = call.now;
  image.pending = true;
  image.everybody = false;
  image.shared.clear();
  image.organizations.clear();
  for (ImageDevice& device : image.devices) {
    device.encrypted = in.flag("Encrypted", device.encrypted);
    Snapshot snapshot{.volume = "vol-ffffffff", .owner = call.account, .size = device.size};
    snapshot.description = fmt::format(
        "Copied for DestinationAmi {} from SourceAmi {} for "
        "SourceSnapshot {}.",
        image.id, in.text("SourceImageId"), device.snapshot);
    snapshot.id = device.snapshot = call.new_hex_id("snap-0", 16);
    snapshot.encrypted = device.encrypted;
    snapshot.started = call.now;
    keep(call, std::move(snapshot));
  }
  remember_made(call, in, {image.id});
  call.effect = "created";
  Value answer = object({{"ImageId", image.id}});
  keep(call, std::move(image));
  return answer;
}

Result<Value> deregister_image(Call& call, const Value& in) {
  const std::string& id = in.text("ImageId");
  TRY(own_image(call, id));
  drop<Image>(call, id);
  call.effect = "deleted";
  return object({{"Return", true}});
}

}  // namespace stint::cloud::ec2

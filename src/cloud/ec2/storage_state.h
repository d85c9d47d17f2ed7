// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cloud/ec2/network_state.h"
#include "value/value.h"

/// Images, snapshots, volumes, key pairs and launch templates of one account in one Region. An
/// instance's root volume is not held here until somebody changes it: see ec2/defaults.h.
namespace stint::cloud::ec2 {

/// One device of an image.
struct ImageDevice {
  std::string name, snapshot, type = "gp2";
  int size = 8;
  bool delete_on_termination = true, encrypted = false;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("DeviceName", self.name);
    visit("SnapshotId", self.snapshot);
    visit("VolumeType", self.type);
    visit("VolumeSize", self.size);
    visit("DeleteOnTermination", self.delete_on_termination);
    visit("Encrypted", self.encrypted);
  }
  friend bool operator==(const ImageDevice&, const ImageDevice&) = default;
};

struct Image {
  std::string id, name, description, owner, owner_alias;
  std::string architecture = "x86_64", platform, root_device = "/dev/xvda", imds_support;
  std::vector<ImageDevice> devices;
  std::string source_instance;
  Time created{};
  bool pending = false;                    ///< at first; available a while after it was made
  bool everybody = false;                  ///< launch permission of the group "all"
  std::vector<std::string> shared;         ///< accounts with launch permission
  std::vector<std::string> organizations;  ///< ARNs with launch permission
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("ImageId", self.id);
    visit("Name", self.name);
    visit("Description", self.description);
    visit("OwnerId", self.owner);
    visit("ImageOwnerAlias", self.owner_alias);
    visit("Architecture", self.architecture);
    visit("Platform", self.platform);
    visit("RootDeviceName", self.root_device);
    visit("ImdsSupport", self.imds_support);
    visit("Devices", self.devices);
    visit("SourceInstanceId", self.source_instance);
    visit("CreationDate", self.created);
    visit("Pending", self.pending);
    visit("Public", self.everybody);
    visit("Shared", self.shared);
    visit("Organizations", self.organizations);
    visit("Tags", self.tags);
  }
  friend bool operator==(const Image&, const Image&) = default;
};

struct Snapshot {
  std::string id, volume, description, owner;
  int size = 8;
  bool encrypted = false;
  Time started{};  ///< pending at first, completed a while later
  bool everybody = false;
  std::vector<std::string> shared;
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("SnapshotId", self.id);
    visit("VolumeId", self.volume);
    visit("Description", self.description);
    visit("OwnerId", self.owner);
    visit("VolumeSize", self.size);
    visit("Encrypted", self.encrypted);
    visit("StartTime", self.started);
    visit("Public", self.everybody);
    visit("Shared", self.shared);
    visit("Tags", self.tags);
  }
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

struct Volume {
  std::string id, zone, type = "gp2", snapshot;
  int size = 8, iops = 0, throughput = 0;
  bool encrypted = false;
  Time created{};
  bool creating = false;         ///< at first; available a while after it was made
  std::string instance, device;  ///< empty: attached to nothing
  bool delete_on_termination = false;
  Time attached{};
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("VolumeId", self.id);
    visit("AvailabilityZone", self.zone);
    visit("VolumeType", self.type);
    visit("SnapshotId", self.snapshot);
    visit("Size", self.size);
    visit("Iops", self.iops);
    visit("Throughput", self.throughput);
    visit("Encrypted", self.encrypted);
    visit("CreateTime", self.created);
    visit("Creating", self.creating);
    visit("InstanceId", self.instance);
    visit("Device", self.device);
    visit("DeleteOnTermination", self.delete_on_termination);
    visit("AttachTime", self.attached);
    visit("Tags", self.tags);
  }
  friend bool operator==(const Volume&, const Volume&) = default;
};

/// The last ModifyVolume of a volume; the key is the volume's id.
struct VolumeModification {
  std::string volume;
  int size_before = 0, size = 0, iops_before = 0, iops = 0;
  std::string type_before, type;
  Time started{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("VolumeId", self.volume);
    visit("OriginalSize", self.size_before);
    visit("TargetSize", self.size);
    visit("OriginalIops", self.iops_before);
    visit("TargetIops", self.iops);
    visit("OriginalVolumeType", self.type_before);
    visit("TargetVolumeType", self.type);
    visit("StartTime", self.started);
  }
};

/// What a Region's new volumes are; the key is "ebs".
struct EbsDefaults {
  bool encrypted = false;
  std::string key;  ///< ARN; empty: AWS's own
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("EbsEncryptionByDefault", self.encrypted);
    visit("KmsKeyId", self.key);
  }
};

struct KeyPair {
  std::string name, id, fingerprint, type = "rsa", public_key;
  Time created{};
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("KeyName", self.name);
    visit("KeyPairId", self.id);
    visit("KeyFingerprint", self.fingerprint);
    visit("KeyType", self.type);
    visit("PublicKey", self.public_key);
    visit("CreateTime", self.created);
    visit("Tags", self.tags);
  }
  friend bool operator==(const KeyPair&, const KeyPair&) = default;
};

struct TemplateVersion {
  int number = 1;
  std::string description, created_by;
  Time created{};
  Value data;  ///< as it was given: RequestLaunchTemplateData
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("VersionNumber", self.number);
    visit("VersionDescription", self.description);
    visit("CreatedBy", self.created_by);
    visit("CreateTime", self.created);
    visit("LaunchTemplateData", self.data);
  }
  friend bool operator==(const TemplateVersion&, const TemplateVersion&) = default;
};

struct LaunchTemplate {
  std::string id, name;
  int default_version = 1, latest_version = 1;
  std::vector<TemplateVersion> versions;
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("LaunchTemplateId", self.id);
    visit("LaunchTemplateName", self.name);
    visit("DefaultVersionNumber", self.default_version);
    visit("LatestVersionNumber", self.latest_version);
    visit("Versions", self.versions);
    visit("Tags", self.tags);
  }
  friend bool operator==(const LaunchTemplate&, const LaunchTemplate&) = default;
};

}  // namespace stint::cloud::ec2

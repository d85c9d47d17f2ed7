// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "cloud/ec2/testing.h"

namespace stint::cloud {
namespace {

using namespace std::chrono_literals;

struct Storage : ::testing::Test, cloud::testing::Ec2World {
  Storage()
      : Ec2World(R"({"propagation": {"instance": "10s"},
    "instances": {"i-00000000000000001": {}, "i-00000000000000002": {"state": "stopped"}},
    "accounts": {"210987654321": {"access_keys": {"other": {"secret": "s", "principal": "root"}}}}
    })") {}

  std::string volume_state() {
    return must("DescribeVolumes", R"({"VolumeIds":["$volume"]})")
        .items("Volumes")[0]
        .text("State");
  }
  std::string image_state() {
    return must("DescribeImages", R"({"ImageIds":["$image"]})").items("Images")[0].text("State");
  }
};

TEST_F(Storage, AVolumeIsMadeAttachedDetachedAndDeleted) {
  const std::string request =
      R"({"AvailabilityZone":"us-west-2a","Size":20,"VolumeType":"gp3","ClientToken":"t"})";
  names["volume"] = must("CreateVolume", request).text("VolumeId");
  EXPECT_EQ(must("CreateVolume", request).text("VolumeId"), names["volume"]);
  EXPECT_EQ(volume_state(), "creating");
  EXPECT_EQ(code("CreateSnapshot", R"({"VolumeId":"$volume"})"), "IncorrectState");
  EXPECT_EQ(code("AttachVolume", R"({"VolumeId":"$volume","InstanceId":"i-00000000000000001",
      "Device":"/dev/sdf"})"),
            "IncorrectState");
  advance(10s);
  EXPECT_EQ(volume_state(), "available");
  EXPECT_EQ(must("AttachVolume", R"({"VolumeId":"$volume","InstanceId":"i-00000000000000001",
      "Device":"/dev/sdf"})")
                .text("State"),
            "attaching");
  EXPECT_EQ(volume_state(), "in-use");
  EXPECT_EQ(must("DescribeVolumes", R"({"Filters":[{"Name":"attachment.instance-id",
      "Values":["i-00000000000000001"]}]})")
                .items("Volumes")
                .size(),
            2u)
      << "with the root";
  EXPECT_EQ(
      must("ModifyVolume", R"({"VolumeId":"$volume","Size":30})")["VolumeModification"].integer(
          "TargetSize"),
      30);
  EXPECT_EQ(must("DescribeVolumeStatus", R"({"VolumeIds":["$volume"]})")
                .items("VolumeStatuses")[0]["VolumeStatus"]
                .text("Status"),
            "ok");
  EXPECT_EQ(code("DeleteVolume", R"({"VolumeId":"$volume"})"), "VolumeInUse");
  must("DetachVolume", R"({"VolumeId":"$volume"})");
  must("DeleteVolume", R"({"VolumeId":"$volume"})");
  EXPECT_EQ(code("DescribeVolumes", R"({"VolumeIds":["$volume"]})"), "InvalidVolume.NotFound");
}

TEST_F(Storage, TheRootOfAStoppedInstanceIsExchanged) {
  names["volume"] = "vol-00000000000000002";
  must("DetachVolume", R"({"VolumeId":"$volume"})");
  EXPECT_EQ(volume_state(), "available");
  EXPECT_EQ(must("DescribeInstances", R"({"InstanceIds":["i-00000000000000002"]})")
                .items("Reservations")[0]
                .items("Instances")[0]
                .items("BlockDeviceMappings")
                .size(),
            0u);
  must("AttachVolume", R"({"VolumeId":"$volume","InstanceId":"i-00000000000000002",
      "Device":"/dev/xvda"})");
  must("ModifyInstanceAttribute", R"({"InstanceId":"i-00000000000000002","BlockDeviceMappings":[
      {"DeviceName":"/dev/xvda","Ebs":{"DeleteOnTermination":false}}]})");
  must("TerminateInstances", R"({"InstanceIds":["i-00000000000000002"]})");
  advance(10s);
  EXPECT_EQ(volume_state(), "available");
}

TEST_F(Storage, SnapshotsAreTakenCopiedSharedAndUsed) {
  names["snapshot"] = must("CreateSnapshot", R"({"VolumeId":"vol-00000000000000001",
      "Description":"before","TagSpecifications":[{"ResourceType":"snapshot",
      "Tags":[{"Key":"a","Value":"b"}]}]})")
                          .text("SnapshotId");
  const auto state = [&] {
    return must("DescribeSnapshots", R"({"SnapshotIds":["$snapshot"]})")
        .items("Snapshots")[0]
        .text("State");
  };
  EXPECT_EQ(state(), "pending");
  advance(10s);
  EXPECT_EQ(state(), "completed");
  EXPECT_EQ(must("DescribeSnapshots", R"({"OwnerIds":["self"]})").items("Snapshots").size(), 1u);
  names["copy"] = must("CopySnapshot", R"({"SourceRegion":"us-west-2",
      "SourceSnapshotId":"$snapshot"})")
                      .text("SnapshotId");
  EXPECT_EQ(must("CreateVolume", R"({"AvailabilityZone":"us-west-2a","SnapshotId":"$snapshot"})")
                .integer("Size"),
            8);
  must("CreateSnapshots", R"({"InstanceSpecification":{"InstanceId":"i-00000000000000001"}})");
  EXPECT_EQ(must("DescribeSnapshots", R"({"OwnerIds":["self"]})").items("Snapshots").size(), 3u);
  must("ModifySnapshotAttribute", R"({"SnapshotId":"$snapshot","Attribute":"createVolumePermission",
      "OperationType":"add","UserIds":["210987654321"]})");
  EXPECT_EQ(to_json(must("DescribeSnapshotAttribute", R"({"SnapshotId":"$snapshot",
      "Attribute":"createVolumePermission"})")["CreateVolumePermissions"]),
            R"([{"UserId":"210987654321"}])");
  become("other");
  EXPECT_EQ(must("DescribeSnapshots", R"({"SnapshotIds":["$snapshot"]})").items("Snapshots").size(),
            1u);
  EXPECT_EQ(code("DeleteSnapshot", R"({"SnapshotId":"$snapshot"})"), "AuthFailure");
  EXPECT_EQ(code("DescribeSnapshots", R"({"SnapshotIds":["$copy"]})"), "InvalidSnapshot.NotFound");
  caller = cloud.root("123456789012");
  must("ResetSnapshotAttribute",
       R"({"SnapshotId":"$snapshot","Attribute":"createVolumePermission"})");
  must("DeleteSnapshot", R"({"SnapshotId":"$snapshot"})");
  become("other");
  EXPECT_EQ(code("DescribeSnapshots", R"({"SnapshotIds":["$snapshot"]})"),
            "InvalidSnapshot.NotFound");
}

TEST_F(Storage, ImagesAreMadeSharedCopiedAndGivenUp) {
  names["image"] = must("CreateImage", R"({"InstanceId":"i-00000000000000001","Name":"golden",
      "Description":"d","TagSpecifications":[{"ResourceType":"image",
      "Tags":[{"Key":"a","Value":"b"}]}]})")
                       .text("ImageId");
  EXPECT_EQ(image_state(), "pending");
  advance(10s);
  EXPECT_EQ(image_state(), "available");
  EXPECT_EQ(must("DescribeImages", R"({"Owners":["self"],"Filters":[{"Name":"tag:a",
      "Values":["?"]},{"Name":"name","Values":["gold*"]}]})")
                .items("Images")
                .size(),
            1u);
  must("ModifyImageAttribute", R"({"ImageId":"$image","LaunchPermission":{
      "Add":[{"UserId":"210987654321"},{"Group":"all"}]}})");
  EXPECT_EQ(to_json(must("DescribeImageAttribute", R"({"ImageId":"$image",
      "Attribute":"launchPermission"})")["LaunchPermissions"]),
            R"([{"Group":"all"},{"UserId":"210987654321"}])");
  must("ModifyImageAttribute", R"({"ImageId":"$image","LaunchPermission":{
      "Remove":[{"Group":"all"}]}})");
  must("ModifyImageAttribute", R"({"ImageId":"$image","Description":{"Value":"new"}})");
  EXPECT_EQ(must("DescribeImageAttribute",
                 R"({"ImageId":"$image","Attribute":"description"})")["Description"]
                .text("Value"),
            "new");
  must("RunInstances", R"({"ImageId":"$image","MinCount":1,"MaxCount":1})");
  become("other");
  EXPECT_EQ(must("DescribeImages", R"({"ImageIds":["$image"]})").items("Images")[0].text("OwnerId"),
            "123456789012");
  EXPECT_EQ(must("RunInstances", R"({"ImageId":"$image","MinCount":1,"MaxCount":1})")
                .items("Instances")
                .size(),
            1u);
  caller = cloud.root("123456789012");
  names["snapshot"] = must("DescribeImages", R"({"ImageIds":["$image"]})")
                          .items("Images")[0]["BlockDeviceMappings"][0]["Ebs"]
                          .text("SnapshotId");
  EXPECT_EQ(code("DeleteSnapshot", R"({"SnapshotId":"$snapshot"})"), "InvalidSnapshot.InUse");
  names["copy"] = must("CopyImage", R"({"Name":"copy","SourceImageId":"$image",
      "SourceRegion":"us-west-2","ClientToken":"t"})")
                      .text("ImageId");
  EXPECT_EQ(must("CopyImage", R"({"Name":"copy","SourceImageId":"$image",
      "SourceRegion":"us-west-2","ClientToken":"t"})")
                .text("ImageId"),
            names["copy"]);
  must("ResetImageAttribute", R"({"ImageId":"$image","Attribute":"launchPermission"})");
  must("DeregisterImage", R"({"ImageId":"$image"})");
  must("DeleteSnapshot", R"({"SnapshotId":"$snapshot"})");
  EXPECT_EQ(code("DescribeImages", R"({"ImageIds":["$image"]})"), "InvalidAMIID.NotFound");
  names["snap"] =
      must("CreateSnapshot", R"({"VolumeId":"vol-00000000000000001"})").text("SnapshotId");
  names["registered"] = must("RegisterImage", R"({"Name":"registered","Architecture":"x86_64",
      "RootDeviceName":"/dev/xvda","BlockDeviceMappings":[{"DeviceName":"/dev/xvda",
      "Ebs":{"SnapshotId":"$snap"}}]})")
                            .text("ImageId");
  EXPECT_EQ(
      must("DescribeImages", R"({"ImageIds":["$registered"]})").items("Images")[0].text("State"),
      "available");
}

TEST_F(Storage, AmazonsImagesAreThere) {
  const Value images = must("DescribeImages", R"({"Owners":["amazon"],"Filters":[
      {"Name":"name","Values":["al2023-ami-2023*-x86_64"]},{"Name":"state",
      "Values":["available"]}]})");
  ASSERT_EQ(images.items("Images").size(), 1u);
  EXPECT_EQ(images["Images"][0].text("ImdsSupport"), "v2.0");
  names["image"] = images["Images"][0].text("ImageId");
  const Value made = must("RunInstances", R"({"ImageId":"$image","MinCount":1,"MaxCount":1})");
  EXPECT_EQ(made["Instances"][0]["MetadataOptions"].text("HttpTokens"), "required");
  EXPECT_EQ(made["Instances"][0]["MetadataOptions"].integer("HttpPutResponseHopLimit"), 2);
}

TEST_F(Storage, KeyPairsAreMadeImportedAndDeleted) {
  const Value made = must("CreateKeyPair", R"({"KeyName":"mine"})");
  EXPECT_TRUE(made.text("KeyMaterial").starts_with("-----BEGIN RSA PRIVATE KEY-----\n"));
  EXPECT_EQ(made.text("KeyFingerprint").size(), 59u);  // SHA-1 with colons
  const Value small = must("CreateKeyPair", R"({"KeyName":"small","KeyType":"ed25519"})");
  EXPECT_TRUE(small.text("KeyMaterial").starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
  const Value shown = must("DescribeKeyPairs", R"({"KeyNames":["mine"],"IncludePublicKey":true})");
  const std::string open = shown.items("KeyPairs")[0].text("PublicKey");
  ASSERT_TRUE(open.starts_with("ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB"));
  const Value imported =
      must("ImportKeyPair", fmt::format(R"({{"KeyName":"again","PublicKeyMaterial":"{}"}})", open));
  EXPECT_EQ(imported.text("KeyFingerprint").size(), 47u);  // MD5 with colons
  EXPECT_EQ(must("DescribeKeyPairs", R"({"Filters":[{"Name":"key-name","Values":["a*"]}]})")
                .items("KeyPairs")
                .size(),
            1u);
  must("DeleteKeyPair", R"({"KeyName":"mine"})");
  must("DeleteKeyPair", R"({"KeyName":"mine"})");
  EXPECT_EQ(must("DescribeKeyPairs").items("KeyPairs").size(), 2u);
}

TEST_F(Storage, AChangeOfAVolumeIsDescribedUntilItIsThrough) {
  names["volume"] =
      must("CreateVolume", R"({"AvailabilityZone":"us-west-2a","Size":20})").text("VolumeId");
  EXPECT_EQ(code("DescribeVolumesModifications", R"({"VolumeIds":["$volume"]})"),
            "InvalidVolumeModification.NotFound");
  must("ModifyVolume", R"({"VolumeId":"$volume","Size":30,"VolumeType":"gp3"})");
  const auto row = [&] {
    return must("DescribeVolumesModifications", R"({"VolumeIds":["$volume"]})")
        .items("VolumesModifications")
        .at(0);
  };
  EXPECT_EQ(row().text("ModificationState"), "modifying");
  EXPECT_EQ(row().integer("OriginalSize"), 20);
  advance(10s);
  EXPECT_EQ(row().text("ModificationState"), "completed");
  EXPECT_EQ(row().integer("Progress"), 100);
  EXPECT_EQ(row().text("EndTime").substr(0, 19), iso8601(now).substr(0, 19));
  EXPECT_EQ(must("DescribeVolumesModifications",
                 R"({"Filters":[{"Name":"modification-state","Values":["modifying"]}]})")
                .items("VolumesModifications")
                .size(),
            0u);
}

TEST_F(Storage, ARegionEncryptsWhatIsNewWhenItIsTold) {
  const State before = cloud.state;
  const auto encrypted = [&] {
    return must("CreateVolume", R"({"AvailabilityZone":"us-west-2a","Size":1})").flag("Encrypted");
  };
  EXPECT_FALSE(must("GetEbsEncryptionByDefault").flag("EbsEncryptionByDefault", true));
  EXPECT_EQ(must("GetEbsDefaultKmsKeyId").text("KmsKeyId"), "alias/aws/ebs");
  must("EnableEbsEncryptionByDefault");
  EXPECT_EQ(cloud.audit.back().effect, "changed");
  must("EnableEbsEncryptionByDefault");
  EXPECT_EQ(cloud.audit.back().effect, "none");
  EXPECT_TRUE(must("GetEbsEncryptionByDefault").flag("EbsEncryptionByDefault"));
  auto key = call("kms", "CreateKey");
  ASSERT_TRUE(key);
  names["key"] = (*key)["KeyMetadata"].text("KeyId");
  EXPECT_EQ(must("ModifyEbsDefaultKmsKeyId", R"({"KmsKeyId":"$key"})").text("KmsKeyId"),
            (*key)["KeyMetadata"].text("Arn"));
  EXPECT_EQ(must("GetEbsDefaultKmsKeyId").text("KmsKeyId"), (*key)["KeyMetadata"].text("Arn"));
  EXPECT_EQ(code("ModifyEbsDefaultKmsKeyId", R"({"KmsKeyId":"alias/none"})"),
            "InvalidParameterValue");
  EXPECT_TRUE(encrypted());
  EXPECT_EQ(must("ResetEbsDefaultKmsKeyId").text("KmsKeyId"), "alias/aws/ebs");
  must("DisableEbsEncryptionByDefault");
  EXPECT_FALSE(encrypted());
  for (const Change& change : diff(before, cloud.state))
    EXPECT_FALSE(change.key.contains("/ebs/")) << "what is as it was leaves no difference";
}

}  // namespace
}  // namespace stint::cloud

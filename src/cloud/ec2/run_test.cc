// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Launching instances, and what becomes of them.
#include <fmt/core.h>

#include "base/hash.h"
#include "cloud/ec2/testing.h"

namespace stint::cloud {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view run_world = R"({
  "propagation": {"iam_to_ec2": "8s", "association": "2s", "imds": "2s", "instance": "10s"},
  "access_keys": {
    "nopass": {"secret": "s", "principal": "nopass"}, "notags": {"secret": "s", "principal": "notags"},
    "small": {"secret": "s", "principal": "small"}, "v2only": {"secret": "s", "principal": "v2only"}},
  "users": {
    "nopass": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]}}},
    "notags": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*"}]}}},
    "small": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*"},
      {"Effect": "Deny", "Action": "ec2:RunInstances", "Resource": "arn:aws:ec2:*:*:instance/*",
       "Condition": {"StringNotEquals": {"ec2:InstanceType": "t3.micro"}}}]}}},
    "v2only": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*"},
      {"Effect": "Deny", "Action": "ec2:RunInstances", "Resource": "arn:aws:ec2:*:*:instance/*",
       "Condition": {"StringNotEquals": {"ec2:MetadataHttpTokens": "required"}}}]}}}},
  "roles": {"Core": {"service": "ec2.amazonaws.com"}},
  "profiles": {"Core": "Core"}
})";

struct Launch : ::testing::Test, cloud::testing::Ec2World {
  Launch() : Ec2World(run_world) {
    names["ami"] = "ami-0abcdef1234567890";
    advance(1min);  // EC2 has heard of the profile
  }
  Value run(const std::string& more = "") {
    const Value answer = must(
        "RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,"InstanceType":"t3.micro")" +
                            (more.empty() ? "" : "," + more) + "}");
    const Value instance = answer.items("Instances")[0];
    names["i"] = instance.text("InstanceId");
    return instance;
  }
  Value shown() {
    return must("DescribeInstances", R"({"InstanceIds":["$i"]})")
        .items("Reservations")[0]
        .items("Instances")[0];
  }
  std::string state() { return shown()["State"].text("Name"); }
  std::string attribute(const std::string& name, const std::string& member) {
    const Value answer = must("DescribeInstanceAttribute",
                              fmt::format(R"({{"InstanceId":"$i","Attribute":"{}"}})", name));
    return to_json(answer[member]["Value"]);
  }
};

TEST_F(Launch, MakesPendingInstancesThatRunAWhileLater) {
  const Value made = run();
  EXPECT_EQ(made["State"].text("Name"), "pending");
  EXPECT_EQ(made.text("ImageId"), "ami-0abcdef1234567890");
  EXPECT_TRUE(made.text("InstanceId").starts_with("i-0"));
  EXPECT_TRUE(made.text("PrivateIpAddress").starts_with("172.31.0."));
  EXPECT_EQ(made["NetworkInterfaces"][0].text("SubnetId"), made.text("SubnetId"));
  EXPECT_EQ(made["MetadataOptions"].text("HttpTokens"), "optional");
  EXPECT_EQ(made["BlockDeviceMappings"][0].text("DeviceName"), "/dev/xvda");
  EXPECT_EQ(code("GetConsoleOutput", R"({"InstanceId":"$i"})"), "done");
  advance(9999ms);
  EXPECT_EQ(state(), "pending");
  advance(1ms);
  EXPECT_EQ(state(), "running");
  const auto status = [&] {
    return must("DescribeInstanceStatus")
        .items("InstanceStatuses")[0]["InstanceStatus"]
        .text("Status");
  };
  EXPECT_EQ(status(), "initializing");
  advance(10s);
  EXPECT_EQ(status(), "ok");
  EXPECT_NE(must("GetConsoleOutput", R"({"InstanceId":"$i"})").text("Output"), "");
}

TEST_F(Launch, MakesAsManyAsItCanOfOneReservation) {
  const Value answer = must("RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":3})");
  EXPECT_EQ(answer.items("Instances").size(), 3u);
  EXPECT_EQ(answer.items("Instances")[2].integer("AmiLaunchIndex"), 2);
  EXPECT_EQ(answer.items("Instances")[0].text("InstanceType"), "m1.small");
  const Value shown = must("DescribeInstances");
  ASSERT_EQ(shown.items("Reservations").size(), 1u);
  EXPECT_EQ(shown.items("Reservations")[0].text("ReservationId"), answer.text("ReservationId"));
  EXPECT_EQ(shown.items("Reservations")[0].items("Instances").size(), 3u);
  std::set<std::string> addresses, metadata;
  for (const auto& [id, one] : cloud.state.region("123456789012", "us-west-2").ec2.instances) {
    addresses.insert(one->private_ip);
    metadata.insert(one->imds_address);
  }
  EXPECT_EQ(addresses.size(), 3u);
  EXPECT_EQ(metadata.size(), 3u);
}

TEST_F(Launch, RepeatedWithItsTokenMakesNothingNew) {
  const std::string once = R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,"ClientToken":"t"})";
  const Value first = must("RunInstances", once), second = must("RunInstances", once);
  EXPECT_EQ(first.items("Instances")[0].text("InstanceId"),
            second.items("Instances")[0].text("InstanceId"));
  EXPECT_EQ(first.text("ReservationId"), second.text("ReservationId"));
  EXPECT_EQ(must("DescribeInstances").items("Reservations").size(), 1u);
  EXPECT_EQ(
      code("RunInstances", R"({"ImageId":"$ami","MinCount":2,"MaxCount":2,"ClientToken":"t"})"),
      "IdempotentParameterMismatch");
}

TEST_F(Launch, WearsAProfileOnceItRuns) {
  const Value made = run(R"("IamInstanceProfile":{"Name":"Core"})");
  EXPECT_TRUE(made["IamInstanceProfile"].text("Arn").ends_with("instance-profile/Core"));
  const auto tie = [&] {
    return must("DescribeIamInstanceProfileAssociations")
        .items("IamInstanceProfileAssociations")[0]
        .text("State");
  };
  EXPECT_EQ(tie(), "associating");
  advance(10s);
  EXPECT_EQ(tie(), "associating");
  advance(2s);
  EXPECT_EQ(tie(), "associated");
}

TEST_F(Launch, NeedsAPassedRoleAndTheRightToTag) {
  become("nopass");
  const std::string denied = outcome("RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,
      "IamInstanceProfile":{"Name":"Core"}})");
  EXPECT_TRUE(
      denied.starts_with("UnauthorizedOperation: You are not authorized to perform this "
                         "operation. User: arn:aws:iam::123456789012:user/nopass is not "
                         "authorized to perform: iam:PassRole on resource: "
                         "arn:aws:iam::123456789012:role/Core"))
      << denied;
  become("notags");
  EXPECT_EQ(code("RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1})"), "done");
  const std::string untagged = outcome("RunInstances", R"({"ImageId":"$ami","MinCount":1,
      "MaxCount":1,"TagSpecifications":[{"ResourceType":"instance",
      "Tags":[{"Key":"a","Value":"b"}]}]})");
  EXPECT_NE(untagged.find("is not authorized to perform: ec2:CreateTags on resource: "
                          "arn:aws:ec2:us-west-2:123456789012:instance/*"),
            std::string::npos)
      << untagged;
}

TEST_F(Launch, ConditionsSeeWhatIsAskedFor) {
  become("small");
  EXPECT_EQ(code("RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,
      "InstanceType":"t3.micro"})"),
            "done");
  EXPECT_EQ(code("RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,
      "InstanceType":"m5.large"})"),
            "UnauthorizedOperation");
  become("v2only");
  EXPECT_EQ(code("RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1})"),
            "UnauthorizedOperation");
  EXPECT_EQ(code("RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,
      "MetadataOptions":{"HttpTokens":"required"}})"),
            "done");
}

TEST_F(Launch, OfADryRunLeavesNothing) {
  const State before = cloud.state;
  EXPECT_EQ(
      outcome("RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,"DryRun":true})"),
      "DryRunOperation: Request would have succeeded, but DryRun flag is set.");
  EXPECT_TRUE(diff(before, cloud.state).empty());
  EXPECT_EQ(ec2("RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,"DryRun":true})")
                .error()
                .status,
            412);
}

TEST_F(Launch, TagsEverythingThatItMakes) {
  run(R"("TagSpecifications":[
      {"ResourceType":"instance","Tags":[{"Key":"Name","Value":"web"}]},
      {"ResourceType":"volume","Tags":[{"Key":"disk","Value":"root"}]},
      {"ResourceType":"network-interface","Tags":[{"Key":"card","Value":"0"}]}])");
  EXPECT_EQ(shown()["Tags"][0].text("Value"), "web");
  const Value tags = must("DescribeTags");
  std::string all;
  for (const Value& tag : tags.items("Tags"))
    all += tag.text("ResourceType") + ":" + tag.text("Key") + " ";
  EXPECT_EQ(all, "network-interface:card instance:Name volume:disk ");
  advance(10s);
  must("TerminateInstances", R"({"InstanceIds":["$i"]})");
  advance(10s);
  EXPECT_EQ(must("DescribeVolumes").items("Volumes").size(), 0u);
  EXPECT_EQ(must("DescribeNetworkInterfaces").items("NetworkInterfaces").size(), 0u);
}

TEST_F(Launch, GivesItTheDisksThatWereAskedFor) {
  run(R"("BlockDeviceMappings":[
      {"DeviceName":"/dev/xvda","Ebs":{"VolumeSize":20,"VolumeType":"gp3"}},
      {"DeviceName":"/dev/sdf","Ebs":{"VolumeSize":5,"DeleteOnTermination":false}}])");
  const Value volumes = must("DescribeVolumes");
  ASSERT_EQ(volumes.items("Volumes").size(), 2u);
  const Value disks = shown()["BlockDeviceMappings"];
  EXPECT_EQ(disks[0].text("DeviceName"), "/dev/xvda");
  EXPECT_EQ(disks[1].text("DeviceName"), "/dev/sdf");
  names["data"] = disks[1]["Ebs"].text("VolumeId");
  advance(10s);
  must("TerminateInstances", R"({"InstanceIds":["$i"]})");
  advance(10s);
  const Value left = must("DescribeVolumes");
  ASSERT_EQ(left.items("Volumes").size(), 1u) << "what is not deleted with it is free again";
  EXPECT_EQ(left.items("Volumes")[0].text("State"), "available");
  EXPECT_EQ(code("DeleteVolume", R"({"VolumeId":"$data"})"), "done");
}

TEST_F(Launch, ProtectedInstancesStay) {
  run(R"("DisableApiTermination":true)");
  advance(10s);
  EXPECT_EQ(outcome("TerminateInstances", R"({"InstanceIds":["$i"]})"),
            fill("OperationNotPermitted: The instance '$i' may not be terminated. Modify its "
                 "'disableApiTermination' instance attribute and try again."));
  must("ModifyInstanceAttribute", R"({"InstanceId":"$i","DisableApiTermination":{"Value":false},
      "DryRun":false})");
  must("ModifyInstanceAttribute", R"({"InstanceId":"$i","DisableApiStop":{"Value":true}})");
  EXPECT_EQ(code("StopInstances", R"({"InstanceIds":["$i"]})"), "OperationNotPermitted");
  must("TerminateInstances", R"({"InstanceIds":["$i"]})");
  EXPECT_EQ(state(), "shutting-down");
  EXPECT_EQ(shown()["StateReason"].text("Code"), "Client.UserInitiatedShutdown");
  advance(10s);
  EXPECT_EQ(state(), "terminated");
  EXPECT_EQ(shown().find("SubnetId"), nullptr);
  EXPECT_EQ(must("TerminateInstances", R"({"InstanceIds":["$i"]})")
                .items("TerminatingInstances")[0]["CurrentState"]
                .text("Name"),
            "terminated");
}

TEST_F(Launch, AttributesAreChangedAndRead) {
  run(R"("UserData":"aGVsbG8=")");
  EXPECT_EQ(attribute("userData", "UserData"), R"("aGVsbG8=")");
  EXPECT_EQ(attribute("instanceType", "InstanceType"), R"("t3.micro")");
  EXPECT_EQ(attribute("instanceInitiatedShutdownBehavior", "InstanceInitiatedShutdownBehavior"),
            R"("stop")");
  EXPECT_EQ(attribute("sourceDestCheck", "SourceDestCheck"), "true");
  must("ModifyInstanceAttribute", R"({"InstanceId":"$i","SourceDestCheck":{"Value":false}})");
  EXPECT_EQ(attribute("sourceDestCheck", "SourceDestCheck"), "false");
  EXPECT_FALSE(shown()["NetworkInterfaces"][0].flag("SourceDestCheck", true));
  must("ResetInstanceAttribute", R"({"InstanceId":"$i","Attribute":"sourceDestCheck"})");
  EXPECT_EQ(attribute("sourceDestCheck", "SourceDestCheck"), "true");
  advance(10s);
  must("StopInstances", R"({"InstanceIds":["$i"]})");
  EXPECT_TRUE(shown().text("StateTransitionReason").starts_with("User initiated (2026-11-24 "));
  advance(10s);
  must("ModifyInstanceAttribute", R"({"InstanceId":"$i","InstanceType":{"Value":"m5.large"}})");
  must("ModifyInstanceAttribute", R"({"InstanceId":"$i","UserData":{"Value":"new"}})");
  EXPECT_EQ(attribute("instanceType", "InstanceType"), R"("m5.large")");
  EXPECT_EQ(attribute("userData", "UserData"), fmt::format("\"{}\"", base64("new")));
  must("StartInstances", R"({"InstanceIds":["$i"]})");
  EXPECT_EQ(state(), "pending");
  const Value options = must("ModifyInstanceMetadataOptions",
                             R"({"InstanceId":"$i","HttpTokens":"required",
                                 "HttpPutResponseHopLimit":3,"InstanceMetadataTags":"enabled"})");
  EXPECT_EQ(options["InstanceMetadataOptions"].text("HttpTokens"), "required");
  EXPECT_EQ(shown()["MetadataOptions"].integer("HttpPutResponseHopLimit"), 3);
  must("MonitorInstances", R"({"InstanceIds":["$i"]})");
  EXPECT_EQ(shown()["Monitoring"].text("State"), "enabled");
  must("UnmonitorInstances", R"({"InstanceIds":["$i"]})");
  EXPECT_EQ(shown()["Monitoring"].text("State"), "disabled");
}

TEST_F(Launch, TakesWhatATemplateSays) {
  names["lt"] = must("CreateLaunchTemplate", R"({"LaunchTemplateName":"web",
      "LaunchTemplateData":{"ImageId":"$ami","InstanceType":"t3.small"}})")["LaunchTemplate"]
                    .text("LaunchTemplateId");
  must("CreateLaunchTemplateVersion", R"({"LaunchTemplateId":"$lt","SourceVersion":"1",
      "LaunchTemplateData":{"InstanceType":"m5.large"}})");
  const auto type = [&](const std::string& version) {
    return must("RunInstances", R"({"MinCount":1,"MaxCount":1,"LaunchTemplate":{
        "LaunchTemplateName":"web")" +
                                    version + "}}")
        .items("Instances")[0]
        .text("InstanceType");
  };
  EXPECT_EQ(type(""), "t3.small");
  EXPECT_EQ(type(R"(,"Version":"2")"), "m5.large");
  must("ModifyLaunchTemplate", R"({"LaunchTemplateId":"$lt","DefaultVersion":"2"})");
  EXPECT_EQ(type(""), "m5.large");
  EXPECT_EQ(must("DescribeLaunchTemplateVersions", R"({"LaunchTemplateId":"$lt"})")
                .items("LaunchTemplateVersions")
                .size(),
            2u);
  must("DeleteLaunchTemplate", R"({"LaunchTemplateId":"$lt"})");
  EXPECT_EQ(must("DescribeLaunchTemplates").items("LaunchTemplates").size(), 0u);
}

TEST_F(Launch, StateIsReadBackAsItWas) {
  run(R"("IamInstanceProfile":{"Name":"Core"},"UserData":"aGVsbG8=")");
  must("CreateKeyPair", R"({"KeyName":"k","KeyType":"ed25519"})");
  must("CreateSnapshot", fill(R"({"VolumeId":")") + "vol-" + names["i"].substr(2) + R"("})");
  advance(10s);
  must("CreateImage", R"({"InstanceId":"$i","Name":"img","NoReboot":true})");
  auto restored = restore(entities(cloud.state));
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_TRUE(diff(cloud.state, *restored).empty());
  auto text = dump_world(cloud.state);
  EXPECT_TRUE(text) << text.error().message;
}

}  // namespace
}  // namespace stint::cloud

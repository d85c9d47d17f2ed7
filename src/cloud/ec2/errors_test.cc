// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Every refusal of EC2, with the request that earns it.
#include <fmt/core.h>

#include "cloud/ec2/testing.h"

namespace stint::cloud {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view ec2_errors_world = R"({
  "propagation": {"iam_to_ec2": "8s", "association": 0, "imds": 0, "instance": "10s"},
  "roles": {"Core": {"service": "ec2.amazonaws.com"}},
  "profiles": {"Core": "Core", "Empty": null},
  "instances": {
    "i-00000000000000001": {},
    "i-00000000000000002": {"state": "stopped"},
    "i-00000000000000003": {"state": "terminated"},
    "i-00000000000000004": {"zone": "us-west-2b"}}
})";

struct Ec2Errors : ::testing::Test, cloud::testing::Ec2World {
  Ec2Errors() : Ec2World(ec2_errors_world) {
    const auto made = [&](const char* name, const char* operation, const std::string& input,
                          const char* of, const char* id) {
      const Value answer = must(operation, input);
      names[name] = *of ? answer[of].text(id) : answer.text(id);
    };
    made("vpc", "CreateVpc", R"({"CidrBlock":"10.0.0.0/16"})", "Vpc", "VpcId");
    made("subnet", "CreateSubnet", R"({"VpcId":"$vpc","CidrBlock":"10.0.1.0/24"})", "Subnet",
         "SubnetId");
    made("tiny", "CreateSubnet", R"({"VpcId":"$vpc","CidrBlock":"10.0.2.0/28"})", "Subnet",
         "SubnetId");
    made("group", "CreateSecurityGroup", R"({"GroupName":"web","Description":"d","VpcId":"$vpc"})",
         "", "GroupId");
    made("used", "CreateSecurityGroup", R"({"GroupName":"used","Description":"d","VpcId":"$vpc"})",
         "", "GroupId");
    made("gateway", "CreateInternetGateway", "{}", "InternetGateway", "InternetGatewayId");
    made("other", "CreateInternetGateway", "{}", "InternetGateway", "InternetGatewayId");
    made("table", "CreateRouteTable", R"({"VpcId":"$vpc"})", "RouteTable", "RouteTableId");
    made("acl", "CreateNetworkAcl", R"({"VpcId":"$vpc"})", "NetworkAcl", "NetworkAclId");
    made("eni", "CreateNetworkInterface", R"({"SubnetId":"$subnet","Groups":["$used"],
         "PrivateIpAddress":"10.0.1.9"})",
         "NetworkInterface", "NetworkInterfaceId");
    made("volume", "CreateVolume", R"({"AvailabilityZone":"us-west-2a","Size":10})", "",
         "VolumeId");
    made("far", "CreateVolume", R"({"AvailabilityZone":"us-west-2b","Size":10})", "", "VolumeId");
    made("allocation", "AllocateAddress", "{}", "", "AllocationId");
    made("template", "CreateLaunchTemplate",
         R"({"LaunchTemplateName":"lt-a","LaunchTemplateData":{"InstanceType":"t3.micro"}})",
         "LaunchTemplate", "LaunchTemplateId");
    must("CreateKeyPair", R"({"KeyName":"key","KeyType":"ed25519"})");
    must("AttachInternetGateway", R"({"InternetGatewayId":"$gateway","VpcId":"$vpc"})");
    must("CreateNetworkAclEntry", R"({"NetworkAclId":"$acl","RuleNumber":10,"Egress":false,
         "Protocol":"-1","RuleAction":"deny","CidrBlock":"0.0.0.0/0"})");
    advance(10s);
    made("snapshot", "CreateSnapshot", R"({"VolumeId":"$volume"})", "", "SnapshotId");
    made("image", "CreateImage", R"({"InstanceId":"i-00000000000000001","Name":"mine"})", "",
         "ImageId");
    const Value mine = must("DescribeImages", R"({"Owners":["self"]})");
    names["taken"] =
        mine.items("Images")[0].items("BlockDeviceMappings")[0]["Ebs"].text("SnapshotId");
    const Value amazon = must("DescribeImages", R"({"Owners":["amazon"]})");
    names["public"] = amazon.items("Images")[0].text("ImageId");
    for (const Value& image : amazon.items("Images"))
      if (image.text("Architecture") == "arm64") names["arm"] = image.text("ImageId");
    names["vpc0"] = must("DescribeVpcs", R"({"Filters":[{"Name":"is-default","Values":["true"]}]})")
                        .items("Vpcs")[0]
                        .text("VpcId");
    names["main"] = must("DescribeRouteTables", R"({"Filters":[{"Name":"vpc-id","Values":["$vpc"]},
             {"Name":"association.main","Values":["true"]}]})")
                        .items("RouteTables")[0]
                        .items("Associations")[0]
                        .text("RouteTableAssociationId");
    names["acl0"] = must("DescribeNetworkAcls", R"({"Filters":[{"Name":"vpc-id",
        "Values":["$vpc0"]}]})")
                        .items("NetworkAcls")[0]
                        .text("NetworkAclId");
    names["table0"] = must("DescribeRouteTables", R"({"Filters":[{"Name":"vpc-id",
        "Values":["$vpc0"]}]})")
                          .items("RouteTables")[0]
                          .text("RouteTableId");
    names["default"] = must("DescribeSecurityGroups", R"({"Filters":[{"Name":"vpc-id",
        "Values":["$vpc"]},{"Name":"group-name","Values":["default"]}]})")
                           .items("SecurityGroups")[0]
                           .text("GroupId");
    names["ami"] = "ami-0abcdef1234567890";
    names["i1"] = "i-00000000000000001";
    names["i2"] = "i-00000000000000002";
    names["i3"] = "i-00000000000000003";
    names["i4"] = "i-00000000000000004";
    names["no"] = "0123456789abcdef9";
  }
};

TEST_F(Ec2Errors, AreThoseOfAws) {
  const struct {
    const char *operation, *input, *expected;
  } rows[] = {
      // Launching
      {"RunInstances", R"({"MinCount":1,"MaxCount":1})",
       "MissingParameter: The request must contain the parameter ImageId"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":0,"MaxCount":1})",
       "InvalidParameterValue: Minimum instance count must be greater than zero"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":0})",
       "InvalidParameterValue: Maximum instance count must be greater than zero"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":2,"MaxCount":1})",
       "InvalidParameterValue: Maximum instance count must not be smaller than minimum instance "
       "count"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":5000})",
       "InstanceLimitExceeded"},
      {"RunInstances", R"({"ImageId":"ami-$no","MinCount":1,"MaxCount":1})",
       "InvalidAMIID.NotFound: The image id '[ami-0123456789abcdef9]' does not exist"},
      {"RunInstances", R"({"ImageId":"ami-zz","MinCount":1,"MaxCount":1})",
       R"(InvalidAMIID.Malformed: Invalid id: "ami-zz" (expecting "ami-..."))"},
      {"RunInstances", R"({"ImageId":"$image","MinCount":1,"MaxCount":1})",
       "InvalidAMIID.Unavailable"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,"InstanceType":"x9.huge"})",
       "InvalidParameterValue: Invalid value 'x9.huge' for InstanceType."},
      {"RunInstances", R"({"ImageId":"$arm","MinCount":1,"MaxCount":1,"InstanceType":"t3.micro"})",
       "InvalidParameterValue: The architecture 'x86_64' of the specified instance type"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,"SubnetId":"subnet-$no"})",
       "InvalidSubnetID.NotFound: The subnet ID 'subnet-0123456789abcdef9' does not exist"},
      {"RunInstances",
       R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,"SecurityGroupIds":["sg-$no"]})",
       "InvalidGroup.NotFound: The security group 'sg-0123456789abcdef9' does not exist"},
      {"RunInstances",
       R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,"SecurityGroupIds":["$group"]})",
       "InvalidParameter: Security group"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,"SecurityGroups":["web"]})",
       "InvalidGroup.NotFound: The security group 'web' does not exist in default VPC"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,"SecurityGroups":["web"],
          "SubnetId":"$subnet"})",
       "InvalidParameterCombination"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,"SubnetId":"$subnet",
          "NetworkInterfaces":[{"DeviceIndex":0}]})",
       "InvalidParameterCombination"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,
          "Placement":{"AvailabilityZone":"us-west-2z"}})",
       "InvalidParameterValue: Invalid availability zone: [us-west-2z]"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,"KeyName":"none"})",
       "InvalidKeyPair.NotFound: The key pair 'none' does not exist"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,"UserData":"!"})",
       "InvalidUserData.Malformed: Invalid BASE64 encoding of user data."},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,
          "InstanceInitiatedShutdownBehavior":"sleep"})",
       "InvalidParameterValue"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,"SubnetId":"$subnet",
          "PrivateIpAddress":"10.0.1.9"})",
       "InvalidIPAddress.InUse: Address 10.0.1.9 is in use."},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,"SubnetId":"$subnet",
          "PrivateIpAddress":"10.9.1.9"})",
       "InvalidParameterValue: Address does not fall within the subnet's address range"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":2,"SubnetId":"$subnet",
          "PrivateIpAddress":"10.0.1.10"})",
       "InvalidParameterCombination"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":12,"MaxCount":12,"SubnetId":"$tiny"})",
       "InsufficientFreeAddressesInSubnet"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,
          "IamInstanceProfile":{"Name":"x"}})",
       "InvalidParameterValue: Value (x) for parameter iamInstanceProfile.name is invalid. Invalid "
       "IAM Instance Profile name"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,
          "IamInstanceProfile":{"Arn":"arn:aws:iam::123456789012:instance-profile/x"}})",
       "InvalidParameterValue: Value (arn:aws:iam::123456789012:instance-profile/x) for parameter "
       "iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,
          "IamInstanceProfile":{"Name":"Empty"}})",
       "InvalidParameterValue: IAM Instance Profile "
       "\"arn:aws:iam::123456789012:instance-profile/Empty\" has no associated IAM Roles"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,
          "TagSpecifications":[{"ResourceType":"vpc","Tags":[{"Key":"a","Value":"b"}]}]})",
       "InvalidParameterValue: 'vpc' is not a valid taggable resource type for this operation."},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,"TagSpecifications":[
          {"ResourceType":"instance","Tags":[{"Key":"a","Value":"b"},{"Key":"a","Value":"c"}]}]})",
       "InvalidParameterValue: Duplicate tag key 'a' specified."},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,
          "MetadataOptions":{"HttpTokens":"maybe"}})",
       "InvalidParameterValue"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,
          "MetadataOptions":{"HttpPutResponseHopLimit":65}})",
       "InvalidParameterValue"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,
          "BlockDeviceMappings":[{"DeviceName":"/dev/sdb","Ebs":{}}]})",
       "InvalidBlockDeviceMapping"},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,
          "BlockDeviceMappings":[{"DeviceName":"/dev/sdb","Ebs":{"SnapshotId":"snap-$no"}}]})",
       "InvalidSnapshot.NotFound: The snapshot 'snap-0123456789abcdef9' does not exist."},
      {"RunInstances", R"({"ImageId":"$ami","MinCount":1,"MaxCount":1,
          "BlockDeviceMappings":[{"Ebs":{"VolumeSize":8}}]})",
       "MissingParameter"},
      {"RunInstances", R"({"MinCount":1,"MaxCount":1,"LaunchTemplate":{
          "LaunchTemplateId":"lt-$no"}})",
       "InvalidLaunchTemplateId.NotFound"},
      {"RunInstances", R"({"MinCount":1,"MaxCount":1,"LaunchTemplate":{
          "LaunchTemplateId":"$template","Version":"7"}})",
       "InvalidLaunchTemplateId.VersionNotFound"},
      // The state of instances
      {"StartInstances", R"({"InstanceIds":["$i3"]})",
       "IncorrectInstanceState: The instance 'i-00000000000000003' is not in a state from which it "
       "can be started."},
      {"StopInstances", R"({"InstanceIds":["$i3"]})", "IncorrectInstanceState"},
      {"RebootInstances", R"({"InstanceIds":["$i2"]})", "IncorrectInstanceState"},
      {"TerminateInstances", R"({"InstanceIds":["i-$no"]})",
       "InvalidInstanceID.NotFound: The instance ID 'i-0123456789abcdef9' does not exist"},
      {"TerminateInstances", R"({"InstanceIds":["x"]})",
       R"(InvalidInstanceID.Malformed: Invalid id: "x")"},
      {"TerminateInstances", R"({"InstanceIds":[]})", "MissingParameter"},
      {"DescribeInstanceStatus", R"({"InstanceIds":["i-$no"]})", "InvalidInstanceID.NotFound"},
      {"DescribeInstanceStatus", R"({"InstanceIds":["$i1"],"MaxResults":5})",
       "InvalidParameterCombination"},
      {"DescribeInstances", R"({"NextToken":"bogus"})",
       "InvalidNextToken: The token 'bogus' is invalid."},
      {"DescribeInstances", R"({"MaxResults":4})", "InvalidParameterValue"},
      {"DescribeInstances", R"({"Filters":[{"Name":"tag:a"}]})", "InvalidParameterValue"},
      {"DescribeInstanceTypes", R"({"InstanceTypes":["x9.huge"]})",
       "InvalidInstanceType: The following supplied instance types do not exist: [x9.huge]"},
      // Attributes
      {"DescribeInstanceAttribute", R"({"InstanceId":"$i1","Attribute":"colour"})",
       "InvalidParameterValue: Value (colour) for parameter attribute is invalid. Unknown "
       "attribute."},
      {"ModifyInstanceAttribute", R"({"InstanceId":"$i1"})", "InvalidParameterCombination"},
      {"ModifyInstanceAttribute", R"({"InstanceId":"$i1","DisableApiStop":{"Value":true},
          "SourceDestCheck":{"Value":false}})",
       "InvalidParameterCombination"},
      {"ModifyInstanceAttribute", R"({"InstanceId":"$i1","InstanceType":{"Value":"t3.small"}})",
       "IncorrectInstanceState: The instance 'i-00000000000000001' is not in the 'stopped' state."},
      {"ModifyInstanceAttribute", R"({"InstanceId":"$i2","InstanceType":{"Value":"x9.huge"}})",
       "InvalidInstanceAttributeValue: Invalid value 'x9.huge' for InstanceType."},
      {"ModifyInstanceAttribute", R"({"InstanceId":"$i2","InstanceType":{"Value":"t4g.small"}})",
       "InvalidParameterCombination"},
      {"ModifyInstanceAttribute", R"({"InstanceId":"$i1","UserData":{"Value":"x"}})",
       "IncorrectInstanceState"},
      {"ModifyInstanceAttribute", R"({"InstanceId":"$i2","Attribute":"userData","Value":"!"})",
       "InvalidUserData.Malformed"},
      {"ModifyInstanceAttribute", R"({"InstanceId":"$i1","Attribute":"disableApiStop",
          "Value":"perhaps"})",
       "InvalidParameterValue"},
      {"ModifyInstanceAttribute", R"({"InstanceId":"$i1",
          "InstanceInitiatedShutdownBehavior":{"Value":"sleep"}})",
       "InvalidParameterValue"},
      {"ModifyInstanceAttribute", R"({"InstanceId":"$i1","Groups":["$group"]})",
       "InvalidGroup.NotFound: The security group"},
      {"ModifyInstanceAttribute", R"({"InstanceId":"$i1","Kernel":{"Value":"aki-1"}})",
       "UnsupportedOperation"},
      {"ModifyInstanceAttribute", R"({"InstanceId":"$i3","DisableApiStop":{"Value":true}})",
       "IncorrectInstanceState"},
      {"ModifyInstanceAttribute", R"({"InstanceId":"$i1","BlockDeviceMappings":[
          {"DeviceName":"/dev/none","Ebs":{"DeleteOnTermination":false}}]})",
       "InvalidInstanceAttributeValue: No device is currently mapped at /dev/none"},
      {"ResetInstanceAttribute", R"({"InstanceId":"$i1","Attribute":"kernel"})",
       "InvalidParameterValue"},
      {"ModifyInstanceMetadataOptions", R"({"InstanceId":"$i1","HttpEndpoint":"on"})",
       "InvalidParameterValue"},
      {"ModifyInstanceMetadataOptions", R"({"InstanceId":"$i3","HttpTokens":"required"})",
       "IncorrectInstanceState"},
      {"MonitorInstances", R"({"InstanceIds":["$i3"]})", "IncorrectInstanceState"},
      {"GetConsoleOutput", R"({"InstanceId":"i-$no"})", "InvalidInstanceID.NotFound"},
      // Tags
      {"CreateTags", R"({"Resources":["$i1"],"Tags":[{"Key":"aws:x","Value":"b"}]})",
       "InvalidParameterValue"},
      {"CreateTags", R"({"Resources":["weird"],"Tags":[{"Key":"a","Value":"b"}]})",
       "InvalidID: The ID 'weird' is not valid"},
      {"CreateTags", R"({"Resources":["$i1","vpc-$no"],"Tags":[{"Key":"a","Value":"b"}]})",
       "InvalidVpcID.NotFound: The vpc ID 'vpc-0123456789abcdef9' does not exist"},
      {"CreateTags", R"({"Resources":["$i1"]})", "MissingParameter"},
      {"CreateTags", R"({"Resources":[],"Tags":[{"Key":"a","Value":"b"}]})", "MissingParameter"},
      {"DeleteTags", R"({"Resources":[]})", "MissingParameter"},
      {"DeleteTags", R"({"Resources":["key-$no"]})", "InvalidKeyPair.NotFound"},
      // Images
      {"DescribeImages", R"({"ImageIds":["ami-$no"]})", "InvalidAMIID.NotFound"},
      {"CreateImage", R"({"InstanceId":"$i1","Name":"no"})", "InvalidAMIName.Malformed"},
      {"CreateImage", R"({"InstanceId":"$i1","Name":"mine"})", "InvalidAMIName.Duplicate"},
      {"CreateImage", R"({"InstanceId":"$i3","Name":"grave"})", "IncorrectState"},
      {"RegisterImage", R"({"Name":"other"})", "MissingParameter"},
      {"RegisterImage", R"({"Name":"other","BlockDeviceMappings":[{"DeviceName":"/dev/xvda",
          "Ebs":{"SnapshotId":"snap-$no"}}]})",
       "InvalidSnapshot.NotFound"},
      {"CopyImage", R"({"Name":"copy","SourceImageId":"$ami","SourceRegion":"mars-1"})",
       "InvalidRequest"},
      {"DeregisterImage", R"({"ImageId":"$public"})", "AuthFailure"},
      {"DescribeImageAttribute", R"({"ImageId":"$image","Attribute":"colour"})", "InvalidRequest"},
      {"ModifyImageAttribute", R"({"ImageId":"$image"})", "InvalidRequest"},
      {"ModifyImageAttribute", R"({"ImageId":"$image","LaunchPermission":{
          "Add":[{"UserId":"12"}]}})",
       "InvalidAMIAttributeItemValue"},
      {"ModifyImageAttribute", R"({"ImageId":"$image","LaunchPermission":{
          "Add":[{"Group":"some"}]}})",
       "InvalidAMIAttributeItemValue"},
      {"ModifyImageAttribute", R"({"ImageId":"$image","Attribute":"launchPermission",
          "OperationType":"move","UserIds":["123456789012"]})",
       "InvalidParameterValue"},
      {"ResetImageAttribute", R"({"ImageId":"$image","Attribute":"description"})",
       "InvalidRequest"},
      // Snapshots and volumes
      {"CreateSnapshot", R"({"VolumeId":"vol-$no"})",
       "InvalidVolume.NotFound: The volume 'vol-0123456789abcdef9' does not exist."},
      {"CreateSnapshot", R"({"VolumeId":"vol-x"})",
       "InvalidParameterValue: Value (vol-x) for parameter volumeId is invalid. Expected: "
       "'vol-...'."},
      {"DeleteSnapshot", R"({"SnapshotId":"snap-$no"})", "InvalidSnapshot.NotFound"},
      {"DeleteSnapshot", R"({"SnapshotId":"$taken"})", "InvalidSnapshot.InUse"},
      {"CopySnapshot", R"({"SourceRegion":"mars-1","SourceSnapshotId":"$snapshot"})",
       "InvalidParameterValue"},
      {"CopySnapshot", R"({"SourceRegion":"us-west-2","SourceSnapshotId":"$snapshot"})",
       "IncorrectState"},
      {"ModifySnapshotAttribute", R"({"SnapshotId":"$snapshot","Attribute":"colour"})",
       "InvalidParameterValue"},
      {"CreateVolume", R"({"AvailabilityZone":"us-west-2z","Size":1})",
       "InvalidZone.NotFound: The zone 'us-west-2z' does not exist."},
      {"CreateVolume", R"({"AvailabilityZone":"us-west-2a"})", "MissingParameter"},
      {"CreateVolume", R"({"AvailabilityZone":"us-west-2a","SnapshotId":"$snapshot"})",
       "IncorrectState"},
      {"CreateVolume", R"({"AvailabilityZone":"us-west-2a","Size":1,"VolumeType":"gp9"})",
       "InvalidParameterValue"},
      {"CreateVolume", R"({"AvailabilityZone":"us-west-2a","Size":1,"VolumeType":"st1"})",
       "InvalidParameterValue: Volume of 1GiB is too small for volume type st1; minimum is "
       "125GiB."},
      {"CreateVolume", R"({"AvailabilityZone":"us-west-2a","Size":10,"VolumeType":"io1"})",
       "MissingParameter"},
      {"CreateVolume", R"({"AvailabilityZone":"us-west-2a","Size":10,"Iops":100})",
       "InvalidParameterCombination"},
      {"CreateVolume", R"({"AvailabilityZone":"us-west-2a","Size":10,"Throughput":100})",
       "InvalidParameterCombination"},
      {"ModifyVolume", R"({"VolumeId":"$volume","Size":5})",
       "InvalidParameterValue: New size cannot be smaller than existing size"},
      {"AttachVolume", R"({"VolumeId":"$far","InstanceId":"$i1","Device":"/dev/sdf"})",
       "InvalidVolume.ZoneMismatch"},
      {"AttachVolume", R"({"VolumeId":"$volume","InstanceId":"$i1","Device":"/dev/xvda"})",
       "InvalidParameterValue: Invalid value '/dev/xvda' for unixDevice."},
      {"AttachVolume", R"({"VolumeId":"$volume","InstanceId":"$i3","Device":"/dev/sdf"})",
       "IncorrectState: Instance 'i-00000000000000003' is not 'running'."},
      {"AttachVolume",
       R"({"VolumeId":"vol-00000000000000004","InstanceId":"$i1","Device":"/dev/sdf"})",
       "VolumeInUse: vol-00000000000000004 is already attached to an instance"},
      {"DetachVolume", R"({"VolumeId":"$volume"})", "IncorrectState"},
      {"DetachVolume", R"({"VolumeId":"vol-00000000000000001"})", "OperationNotPermitted"},
      {"DetachVolume", R"({"VolumeId":"vol-00000000000000001","InstanceId":"$i2"})",
       "InvalidAttachment.NotFound"},
      {"DeleteVolume", R"({"VolumeId":"vol-00000000000000001"})",
       "VolumeInUse: Volume vol-00000000000000001 is currently attached to i-00000000000000001"},
      // Security groups
      {"CreateSecurityGroup", R"({"GroupName":"web","Description":"d","VpcId":"$vpc"})",
       "InvalidGroup.Duplicate: The security group 'web' already exists for VPC"},
      {"CreateSecurityGroup", R"({"GroupName":"x","Description":"d","VpcId":"vpc-$no"})",
       "InvalidVpcID.NotFound"},
      {"CreateSecurityGroup", R"({"GroupName":"sg-x","Description":"d"})", "InvalidParameterValue"},
      {"CreateSecurityGroup", R"({"GroupName":"","Description":"d"})", "InvalidParameterValue"},
      {"CreateSecurityGroup", R"({"GroupName":"default","Description":"d"})",
       "InvalidParameterValue: Cannot use reserved security group name: default"},
      {"DeleteSecurityGroup", R"({"GroupId":"$default"})", "CannotDelete"},
      {"DeleteSecurityGroup", R"({"GroupId":"$used"})", "DependencyViolation: resource sg-"},
      {"DeleteSecurityGroup", R"({"GroupId":"sg-x"})", "InvalidGroupId.Malformed"},
      {"DeleteSecurityGroup", R"({})", "MissingParameter"},
      {"DeleteSecurityGroup", R"({"GroupName":"nobody"})", "InvalidGroup.NotFound"},
      {"DescribeSecurityGroups", R"({"GroupNames":["nobody"]})", "InvalidGroup.NotFound"},
      {"AuthorizeSecurityGroupIngress", R"({"GroupId":"$group"})", "MissingParameter"},
      {"AuthorizeSecurityGroupIngress", R"({"GroupId":"$group","IpPermissions":[{
          "IpProtocol":"warp","IpRanges":[{"CidrIp":"10.0.0.0/8"}]}]})",
       "InvalidParameterValue: Invalid value 'warp' for IP protocol. Unknown protocol."},
      {"AuthorizeSecurityGroupIngress", R"({"GroupId":"$group","IpPermissions":[{
          "IpProtocol":"tcp","FromPort":1,"ToPort":2}]})",
       "MissingParameter"},
      {"AuthorizeSecurityGroupIngress", R"({"GroupId":"$group","IpPermissions":[{
          "IpProtocol":"tcp","FromPort":1,"IpRanges":[{"CidrIp":"10.0.0.0/8"}]}]})",
       "InvalidParameterValue"},
      {"AuthorizeSecurityGroupIngress", R"({"GroupId":"$group","IpPermissions":[{
          "IpProtocol":"tcp","FromPort":9,"ToPort":8,"IpRanges":[{"CidrIp":"10.0.0.0/8"}]}]})",
       "InvalidParameterValue: Invalid TCP/UDP port range (9:8)"},
      {"AuthorizeSecurityGroupIngress", R"({"GroupId":"$group","IpPermissions":[{
          "IpProtocol":"tcp","FromPort":9,"ToPort":70000,"IpRanges":[{"CidrIp":"10.0.0.0/8"}]}]})",
       "InvalidParameterValue"},
      {"AuthorizeSecurityGroupIngress", R"({"GroupId":"$group","IpPermissions":[{
          "IpProtocol":"-1","IpRanges":[{"CidrIp":"10.0.0"}]}]})",
       "InvalidParameterValue: CIDR block 10.0.0 is malformed"},
      {"AuthorizeSecurityGroupIngress", R"({"GroupId":"$group","IpPermissions":[{
          "IpProtocol":"-1","Ipv6Ranges":[{"CidrIpv6":"10.0.0.0/8"}]}]})",
       "InvalidParameterValue"},
      {"AuthorizeSecurityGroupIngress", R"({"GroupId":"$group","IpPermissions":[{
          "FromPort":1,"IpRanges":[{"CidrIp":"10.0.0.0/8"}]}]})",
       "MissingParameter"},
      {"AuthorizeSecurityGroupEgress", R"({"GroupId":"$group","IpPermissions":[{
          "IpProtocol":"-1","IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]})",
       "InvalidPermission.Duplicate"},
      {"RevokeSecurityGroupIngress", R"({"GroupId":"$group","IpPermissions":[{
          "IpProtocol":"-1","IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]})",
       "InvalidPermission.NotFound: The specified rule does not exist in this security group."},
      {"RevokeSecurityGroupIngress", R"({"GroupId":"$group"})", "MissingParameter"},
      {"RevokeSecurityGroupIngress", R"({"GroupId":"$group","SecurityGroupRuleIds":["sgr-$no"]})",
       "InvalidSecurityGroupRuleId.NotFound"},
      {"UpdateSecurityGroupRuleDescriptionsIngress", R"({"GroupId":"$group","IpPermissions":[{
          "IpProtocol":"-1","IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]})",
       "InvalidPermission.NotFound"},
      // VPCs and subnets
      {"CreateVpc", R"({})", "MissingParameter"},
      {"CreateVpc", R"({"CidrBlock":"10.0.0"})", "InvalidParameterValue"},
      {"CreateVpc", R"({"CidrBlock":"10.0.0.0/8"})",
       "InvalidVpc.Range: The CIDR '10.0.0.0/8' is invalid."},
      {"DeleteVpc", R"({"VpcId":"$vpc"})", "DependencyViolation: The vpc 'vpc-"},
      {"DeleteVpc", R"({"VpcId":"vpc-$no"})", "InvalidVpcID.NotFound"},
      {"DescribeVpcs", R"({"VpcIds":["vpc-$no"]})", "InvalidVpcID.NotFound"},
      {"DescribeVpcAttribute", R"({"VpcId":"$vpc","Attribute":"colour"})", "InvalidParameterValue"},
      {"CreateSubnet", R"({"VpcId":"$vpc","CidrBlock":"10.0.1.128/25"})",
       "InvalidSubnet.Conflict: The CIDR '10.0.1.128/25' conflicts with another subnet"},
      {"CreateSubnet", R"({"VpcId":"$vpc","CidrBlock":"10.1.0.0/24"})",
       "InvalidSubnet.Range: The CIDR '10.1.0.0/24' is invalid."},
      {"CreateSubnet", R"({"VpcId":"$vpc","CidrBlock":"x"})", "InvalidParameterValue"},
      {"CreateSubnet", R"({"VpcId":"$vpc"})", "MissingParameter"},
      {"CreateSubnet", R"({"VpcId":"$vpc","CidrBlock":"10.0.3.0/24",
          "AvailabilityZone":"us-west-2z"})",
       "InvalidParameterValue"},
      {"DeleteSubnet", R"({"SubnetId":"$subnet"})", "DependencyViolation: The subnet 'subnet-"},
      {"DescribeSubnets", R"({"NextToken":"bogus"})",
       "InvalidParameterValue: Value ( bogus ) for parameter NextToken is invalid. The token is "
       "invalid."},
      {"DescribeSubnets", R"({"SubnetIds":["$subnet"],"NextToken":"x"})",
       "InvalidParameterCombination: The parameter SubnetIds cannot be used with the parameter "
       "NextToken"},
      {"DescribeAvailabilityZones", R"({"ZoneNames":["us-west-2z"]})", "InvalidParameterValue"},
      {"DescribeRegions", R"({"RegionNames":["mars-1"]})",
       "InvalidParameterValue: Invalid region provided mars-1"},
      // Gateways, routes, access lists
      {"AttachInternetGateway", R"({"InternetGatewayId":"$gateway","VpcId":"$vpc"})",
       "Resource.AlreadyAssociated"},
      {"AttachInternetGateway", R"({"InternetGatewayId":"$other","VpcId":"$vpc"})",
       "InvalidParameterValue: Network"},
      {"DetachInternetGateway", R"({"InternetGatewayId":"$other","VpcId":"$vpc"})",
       "Gateway.NotAttached"},
      {"DeleteInternetGateway", R"({"InternetGatewayId":"$gateway"})", "DependencyViolation"},
      {"DeleteInternetGateway", R"({"InternetGatewayId":"igw-$no"})",
       "InvalidInternetGatewayID.NotFound: The internetGateway ID 'igw-0123456789abcdef9' does not "
       "exist"},
      {"CreateRoute", R"({"RouteTableId":"rtb-$no","DestinationCidrBlock":"0.0.0.0/0"})",
       "InvalidRouteTableID.NotFound"},
      {"CreateRoute", R"({"RouteTableId":"$table","GatewayId":"$gateway"})", "MissingParameter"},
      {"CreateRoute", R"({"RouteTableId":"$table","DestinationCidrBlock":"x",
          "GatewayId":"$gateway"})",
       "InvalidParameterValue"},
      {"CreateRoute", R"({"RouteTableId":"$table","DestinationCidrBlock":"0.0.0.0/0"})",
       "MissingParameter"},
      {"CreateRoute", R"({"RouteTableId":"$table","DestinationCidrBlock":"0.0.0.0/0",
          "GatewayId":"$other"})",
       "InvalidParameterValue: route table"},
      {"CreateRoute", R"({"RouteTableId":"$table0","DestinationCidrBlock":"0.0.0.0/0",
          "InstanceId":"$i1"})",
       "RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists."},
      {"ReplaceRoute", R"({"RouteTableId":"$table","DestinationCidrBlock":"0.0.0.0/0",
          "GatewayId":"$gateway"})",
       "InvalidRoute.NotFound: no route with destination-cidr-block 0.0.0.0/0 in route table"},
      {"DeleteRoute", R"({"RouteTableId":"$table","DestinationCidrBlock":"0.0.0.0/0"})",
       "InvalidRoute.NotFound"},
      {"DeleteRouteTable", R"({"RouteTableId":"$table0"})", "DependencyViolation"},
      {"AssociateRouteTable", R"({"RouteTableId":"$table0","SubnetId":"$subnet"})",
       "InvalidParameterValue"},
      {"DisassociateRouteTable", R"({"AssociationId":"$main"})", "InvalidParameterValue"},
      {"DisassociateRouteTable", R"({"AssociationId":"rtbassoc-$no"})",
       "InvalidAssociationID.NotFound"},
      {"ReplaceRouteTableAssociation", R"({"AssociationId":"$main","RouteTableId":"$table0"})",
       "InvalidParameterValue"},
      {"CreateNetworkAcl", R"({"VpcId":"vpc-$no"})", "InvalidVpcID.NotFound"},
      {"DeleteNetworkAcl", R"({"NetworkAclId":"acl-$no"})",
       "InvalidNetworkAclID.NotFound: The networkAcl ID 'acl-0123456789abcdef9' does not exist"},
      {"DeleteNetworkAcl", R"({"NetworkAclId":"$acl0"})", "InvalidParameterValue"},
      {"CreateNetworkAclEntry", R"({"NetworkAclId":"$acl","RuleNumber":10,"Egress":false,
          "Protocol":"-1","RuleAction":"allow","CidrBlock":"0.0.0.0/0"})",
       "NetworkAclEntryAlreadyExists: The network acl entry identified by 10 already exists."},
      {"CreateNetworkAclEntry", R"({"NetworkAclId":"$acl","RuleNumber":32767,"Egress":false,
          "Protocol":"-1","RuleAction":"allow","CidrBlock":"0.0.0.0/0"})",
       "InvalidParameterValue"},
      {"CreateNetworkAclEntry", R"({"NetworkAclId":"$acl","RuleNumber":11,"Egress":false,
          "Protocol":"-1","RuleAction":"maybe","CidrBlock":"0.0.0.0/0"})",
       "InvalidParameterValue"},
      {"CreateNetworkAclEntry", R"({"NetworkAclId":"$acl","RuleNumber":11,"Egress":false,
          "Protocol":"warp","RuleAction":"allow","CidrBlock":"0.0.0.0/0"})",
       "InvalidParameterValue"},
      {"CreateNetworkAclEntry", R"({"NetworkAclId":"$acl","RuleNumber":11,"Egress":false,
          "Protocol":"-1","RuleAction":"allow"})",
       "MissingParameter"},
      {"CreateNetworkAclEntry", R"({"NetworkAclId":"$acl","RuleNumber":11,"Egress":false,
          "Protocol":"-1","RuleAction":"allow","CidrBlock":"x"})",
       "InvalidParameterValue"},
      {"CreateNetworkAclEntry", R"({"NetworkAclId":"$acl","RuleNumber":11,"Egress":false,
          "Protocol":"6","RuleAction":"allow","CidrBlock":"0.0.0.0/0"})",
       "MissingParameter"},
      {"CreateNetworkAclEntry", R"({"NetworkAclId":"$acl","RuleNumber":11,"Egress":false,
          "Protocol":"6","RuleAction":"allow","CidrBlock":"0.0.0.0/0",
          "PortRange":{"From":9,"To":8}})",
       "InvalidParameterValue"},
      {"CreateNetworkAclEntry", R"({"NetworkAclId":"$acl","RuleNumber":11,"Egress":false,
          "Protocol":"1","RuleAction":"allow","CidrBlock":"0.0.0.0/0"})",
       "MissingParameter"},
      {"ReplaceNetworkAclEntry", R"({"NetworkAclId":"$acl","RuleNumber":11,"Egress":true,
          "Protocol":"-1","RuleAction":"allow","CidrBlock":"0.0.0.0/0"})",
       "InvalidNetworkAclEntry.NotFound: no egress entry with number 11 in network ACL"},
      {"DeleteNetworkAclEntry", R"({"NetworkAclId":"$acl","RuleNumber":11,"Egress":false})",
       "InvalidNetworkAclEntry.NotFound"},
      {"ReplaceNetworkAclAssociation", R"({"NetworkAclId":"$acl","AssociationId":"aclassoc-$no"})",
       "InvalidAssociationID.NotFound"},
      // Key pairs
      {"CreateKeyPair", R"({"KeyName":"key"})", "InvalidKeyPair.Duplicate"},
      {"CreateKeyPair", R"({"KeyName":""})", "InvalidParameterValue"},
      {"CreateKeyPair", R"({"KeyName":"k2","KeyType":"dsa"})", "InvalidParameterValue"},
      {"CreateKeyPair", R"({"KeyName":"k2","KeyFormat":"ppk"})", "UnsupportedOperation"},
      {"ImportKeyPair", R"({"KeyName":"k2","PublicKeyMaterial":"ssh-rsa nothing"})",
       "InvalidKey.Format"},
      {"ImportKeyPair", R"({"KeyName":"k2"})", "MissingParameter"},
      {"DescribeKeyPairs", R"({"KeyNames":["none"]})",
       "InvalidKeyPair.NotFound: The key pair 'none' does not exist"},
      {"DescribeKeyPairs", R"({"KeyPairIds":["key-$no"]})", "InvalidKeyPair.NotFound"},
      {"DeleteKeyPair", R"({})", "MissingParameter"},
      // Interfaces and addresses
      {"CreateNetworkInterface", R"({"SubnetId":"$subnet","PrivateIpAddress":"10.0.1.9"})",
       "InvalidIPAddress.InUse"},
      {"CreateNetworkInterface", R"({"SubnetId":"$subnet","PrivateIpAddress":"10.9.1.9"})",
       "InvalidParameterValue"},
      {"DeleteNetworkInterface", R"({"NetworkInterfaceId":"eni-00000000000000001"})",
       "InvalidParameterValue: Network interface 'eni-00000000000000001' is currently in use."},
      {"DeleteNetworkInterface", R"({"NetworkInterfaceId":"eni-x"})",
       "InvalidNetworkInterfaceID.Malformed"},
      {"AttachNetworkInterface", R"({"NetworkInterfaceId":"eni-00000000000000001",
          "InstanceId":"$i1","DeviceIndex":1})",
       "InvalidNetworkInterface.InUse"},
      {"AttachNetworkInterface",
       R"({"NetworkInterfaceId":"$eni","InstanceId":"$i4","DeviceIndex":1})",
       "InvalidParameterCombination"},
      {"AttachNetworkInterface",
       R"({"NetworkInterfaceId":"$eni","InstanceId":"$i1","DeviceIndex":0})",
       "InvalidParameterValue"},
      {"DetachNetworkInterface", R"({"AttachmentId":"eni-attach-00000000000000001"})",
       "OperationNotPermitted"},
      {"DetachNetworkInterface", R"({"AttachmentId":"eni-attach-$no"})",
       "InvalidAttachmentID.NotFound"},
      {"DescribeNetworkInterfaceAttribute", R"({"NetworkInterfaceId":"$eni","Attribute":"x"})",
       "InvalidParameterValue"},
      {"ModifyNetworkInterfaceAttribute", R"({"NetworkInterfaceId":"$eni",
          "Attachment":{"AttachmentId":"eni-attach-$no","DeleteOnTermination":true}})",
       "InvalidAttachmentID.NotFound"},
      {"ModifyNetworkInterfaceAttribute",
       R"({"NetworkInterfaceId":"eni-00000000000000001","Groups":["$group"]})", "InvalidParameter"},
      {"AllocateAddress", R"({"Domain":"moon"})", "InvalidParameterValue"},
      {"ReleaseAddress", R"({"AllocationId":"eipalloc-$no"})",
       "InvalidAllocationID.NotFound: The allocation ID 'eipalloc-0123456789abcdef9' does not "
       "exist"},
      {"ReleaseAddress", R"({"PublicIp":"1.2.3.4"})", "InvalidAddress.NotFound"},
      {"ReleaseAddress", R"({})", "MissingParameter"},
      {"AssociateAddress", R"({"AllocationId":"$allocation","InstanceId":"$i3"})",
       "IncorrectInstanceState"},
      {"DisassociateAddress", R"({"AssociationId":"eipassoc-$no"})",
       "InvalidAssociationID.NotFound"},
      {"DisassociateAddress", R"({"AllocationId":"$allocation"})", "InvalidAssociationID.NotFound"},
      // Launch templates
      {"CreateLaunchTemplate",
       R"({"LaunchTemplateName":"lt-a","LaunchTemplateData":{"InstanceType":"t3.micro"}})",
       "InvalidLaunchTemplateName.AlreadyExistsException"},
      {"CreateLaunchTemplate",
       R"({"LaunchTemplateName":"?","LaunchTemplateData":{"InstanceType":"t3.micro"}})",
       "InvalidLaunchTemplateName.MalformedException"},
      {"CreateLaunchTemplate", R"({"LaunchTemplateName":"empty","LaunchTemplateData":{}})",
       "MissingParameter"},
      {"DescribeLaunchTemplateVersions", R"({"LaunchTemplateName":"none"})",
       "InvalidLaunchTemplateName.NotFoundException"},
      {"DescribeLaunchTemplateVersions", R"({})", "MissingParameter"},
      {"ModifyLaunchTemplate", R"({"LaunchTemplateId":"$template","DefaultVersion":"9"})",
       "InvalidLaunchTemplateId.VersionNotFound"},
      {"DeleteLaunchTemplate", R"({"LaunchTemplateId":"lt-x"})",
       "InvalidLaunchTemplateId.Malformed"},
  };
  for (const auto& row : rows) {
    const State before = cloud.state;
    const std::string said = outcome(row.operation, row.input);
    EXPECT_EQ(said.substr(0, std::string_view(fill(row.expected)).size()), fill(row.expected))
        << row.operation << " " << row.input << "\n  said " << said;
    for (const Change& change : diff(before, cloud.state))
      EXPECT_EQ(change.key, "random") << row.operation << " " << row.input << " changed something";
  }
}

TEST_F(Ec2Errors, OfUnknownFiltersAreEverywhereTheSame) {
  for (const char* operation : {"DescribeInstances",
                                "DescribeInstanceStatus",
                                "DescribeInstanceTypes",
                                "DescribeTags",
                                "DescribeImages",
                                "DescribeSnapshots",
                                "DescribeVolumes",
                                "DescribeVolumeStatus",
                                "DescribeSecurityGroups",
                                "DescribeSecurityGroupRules",
                                "DescribeVpcs",
                                "DescribeSubnets",
                                "DescribeInternetGateways",
                                "DescribeRouteTables",
                                "DescribeNetworkAcls",
                                "DescribeKeyPairs",
                                "DescribeNetworkInterfaces",
                                "DescribeAddresses",
                                "DescribeLaunchTemplates",
                                "DescribeAvailabilityZones",
                                "DescribeRegions",
                                "DescribeInstanceTypeOfferings"})
    EXPECT_EQ(outcome(operation, R"({"Filters":[{"Name":"no-such","Values":["x"]}]})"),
              "InvalidParameterValue: The filter 'no-such' is invalid")
        << operation;
}

}  // namespace
}  // namespace stint::cloud

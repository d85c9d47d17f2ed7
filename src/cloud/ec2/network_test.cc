// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "cloud/ec2/defaults.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/testing.h"

namespace stint::cloud {
namespace {

using namespace std::chrono_literals;
using Keys = std::vector<std::string>;

struct Network : ::testing::Test, cloud::testing::Ec2World {
  Network()
      : Ec2World(R"({"propagation": {"instance": 0},
    "access_keys": {"team": {"secret": "s", "principal": "team"}},
    "users": {"team": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "ec2:*", "Resource": "*", "Condition": {
        "StringEquals": {"ec2:ResourceTag/team": "a"}}},
      {"Effect": "Allow", "Action": "ec2:CreateVpc", "Resource": "*", "Condition": {
        "StringEquals": {"aws:RequestTag/team": "a"}}},
      {"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*", "Condition": {
        "StringEquals": {"ec2:CreateAction": "CreateVpc"}}}]}}}},
    "instances": {"i-00000000000000001": {}}})") {
    names["vpc0"] = must("DescribeVpcs").items("Vpcs")[0].text("VpcId");
  }
  std::string filter(const std::string& name, const std::string& value) {
    return fmt::format(R"({{"Filters":[{{"Name":"{}","Values":["{}"]}}]}})", name, value);
  }
  Keys changes(const State& before) {
    Keys out;
    for (const Change& change : diff(before, cloud.state))
      if (change.key != "random") out.push_back(change.key);
    return out;
  }
};

TEST_F(Network, IsThereInEveryRegionWithoutBeingMade) {
  const State before = cloud.state;
  for (const std::string_view region : ec2::region_names()) {
    const auto ask = [&](std::string_view operation, std::string_view member) {
      auto answer = cloud.call(caller, region, "ec2", operation, Value(Object()), now);
      return answer ? answer->items(member).size() : 0;
    };
    EXPECT_EQ(ask("DescribeVpcs", "Vpcs"), 1u) << region;
    EXPECT_EQ(ask("DescribeSubnets", "Subnets"), ec2::zone_letters(region).size());
    EXPECT_EQ(ask("DescribeAvailabilityZones", "AvailabilityZones"),
              ec2::zone_letters(region).size());
    EXPECT_EQ(ask("DescribeSecurityGroups", "SecurityGroups"), 1u);
    EXPECT_EQ(ask("DescribeInternetGateways", "InternetGateways"), 1u);
    EXPECT_EQ(ask("DescribeRouteTables", "RouteTables"), 1u);
    EXPECT_EQ(ask("DescribeNetworkAcls", "NetworkAcls"), 1u);
    EXPECT_GT(ask("DescribeImages", "Images"), 5u);
  }
  EXPECT_TRUE(diff(before, cloud.state).empty());
}

TEST_F(Network, DefaultsHangTogether) {
  const Value vpc = must("DescribeVpcs").items("Vpcs")[0];
  EXPECT_EQ(vpc.text("CidrBlock"), "172.31.0.0/16");
  EXPECT_TRUE(vpc.flag("IsDefault"));
  const Value table = must("DescribeRouteTables").items("RouteTables")[0];
  EXPECT_EQ(table["Routes"][0].text("GatewayId"), "local");
  EXPECT_EQ(
      table["Routes"][1].text("GatewayId"),
      must("DescribeInternetGateways").items("InternetGateways")[0].text("InternetGatewayId"));
  EXPECT_EQ(table["Routes"][1].text("State"), "active");
  const Value acl = must("DescribeNetworkAcls").items("NetworkAcls")[0];
  EXPECT_EQ(acl.items("Associations").size(), must("DescribeSubnets").items("Subnets").size());
  EXPECT_EQ(acl.items("Entries").size(), 4u);
  const Value group = must("DescribeSecurityGroups").items("SecurityGroups")[0];
  EXPECT_EQ(group["IpPermissions"][0]["UserIdGroupPairs"][0].text("GroupId"),
            group.text("GroupId"));
  EXPECT_EQ(must("DescribeSecurityGroupRules").items("SecurityGroupRules").size(), 2u);
  const Value zone = must("DescribeSubnets", filter("availability-zone", "us-west-2a"));
  EXPECT_EQ(zone.items("Subnets")[0].integer("AvailableIpAddressCount"), 4096 - 5 - 1);
}

TEST_F(Network, AnExperimentThatIsTakenBackLeavesNoDifference) {
  const State before = cloud.state;
  const Value acl0 = must("DescribeNetworkAcls").items("NetworkAcls")[0];
  names["acl0"] = acl0.text("NetworkAclId");
  names["tie"] = acl0["Associations"][0].text("NetworkAclAssociationId");
  names["subnet"] = acl0["Associations"][0].text("SubnetId");
  // A list that denies everything takes a subnet off the network.
  names["acl"] =
      must("CreateNetworkAcl", R"({"VpcId":"$vpc0"})")["NetworkAcl"].text("NetworkAclId");
  const std::string tie =
      must("ReplaceNetworkAclAssociation", R"({"AssociationId":"$tie","NetworkAclId":"$acl"})")
          .text("NewAssociationId");
  EXPECT_NE(tie, names["tie"]);
  EXPECT_EQ(must("DescribeNetworkAcls", filter("association.subnet-id", names["subnet"]))
                .items("NetworkAcls")[0]
                .text("NetworkAclId"),
            names["acl"]);
  EXPECT_EQ(code("DeleteNetworkAcl", R"({"NetworkAclId":"$acl"})"), "DependencyViolation");
  names["tie"] = tie;
  must("ReplaceNetworkAclAssociation", R"({"AssociationId":"$tie","NetworkAclId":"$acl0"})");
  must("DeleteNetworkAcl", R"({"NetworkAclId":"$acl"})");
  // Entries of the default list.
  const std::string entry =
      R"({"NetworkAclId":"$acl0","RuleNumber":1,"Egress":false,"Protocol":"6",
          "RuleAction":"deny","CidrBlock":"0.0.0.0/0","PortRange":{"From":443,"To":443}})";
  must("CreateNetworkAclEntry", entry);
  must("CreateNetworkAclEntry", entry);  // the same again is no error
  EXPECT_EQ(changes(before).size(), 1u);
  must("ReplaceNetworkAclEntry",
       R"({"NetworkAclId":"$acl0","RuleNumber":1,"Egress":false,"Protocol":"-1",
           "RuleAction":"deny","CidrBlock":"0.0.0.0/0"})");
  must("DeleteNetworkAclEntry", R"({"NetworkAclId":"$acl0","RuleNumber":1,"Egress":false})");
  // Rules of the default security group.
  names["group"] = must("DescribeSecurityGroups").items("SecurityGroups")[0].text("GroupId");
  const std::string rule = R"({"GroupId":"$group","IpPermissions":[{"IpProtocol":"tcp",
      "FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"10.0.0.0/8"}]}]})";
  must("AuthorizeSecurityGroupIngress", rule);
  must("RevokeSecurityGroupIngress", rule);
  // Routes, tags and attributes.
  names["table"] = must("DescribeRouteTables").items("RouteTables")[0].text("RouteTableId");
  names["gateway"] =
      must("DescribeInternetGateways").items("InternetGateways")[0].text("InternetGatewayId");
  must("DeleteRoute", R"({"RouteTableId":"$table","DestinationCidrBlock":"0.0.0.0/0"})");
  EXPECT_EQ(changes(before).size(), 1u);
  must("CreateRoute", R"({"RouteTableId":"$table","DestinationCidrBlock":"0.0.0.0/0",
       "GatewayId":"$gateway"})");
  must("CreateTags", R"({"Resources":["$vpc0","$subnet"],"Tags":[{"Key":"a","Value":"b"}]})");
  must("DeleteTags", R"({"Resources":["$vpc0","$subnet"],"Tags":[{"Key":"a"}]})");
  must("ModifySubnetAttribute", R"({"SubnetId":"$subnet","MapPublicIpOnLaunch":{"Value":false}})");
  must("ModifySubnetAttribute", R"({"SubnetId":"$subnet","MapPublicIpOnLaunch":{"Value":true}})");
  must("ModifyVpcAttribute", R"({"VpcId":"$vpc0","EnableDnsSupport":{"Value":false}})");
  EXPECT_FALSE(must("DescribeVpcAttribute",
                    R"({"VpcId":"$vpc0","Attribute":"enableDnsSupport"})")["EnableDnsSupport"]
                   .flag("Value", true));
  must("ModifyVpcAttribute", R"({"VpcId":"$vpc0","EnableDnsSupport":{"Value":true}})");
  EXPECT_EQ(changes(before), Keys{});
}

TEST_F(Network, AVpcIsBuiltAndTakenDown) {
  const State before = cloud.state;
  names["vpc"] = must("CreateVpc", R"({"CidrBlock":"10.0.0.5/16"})")["Vpc"].text("VpcId");
  EXPECT_EQ(must("DescribeVpcs", R"({"VpcIds":["$vpc"]})").items("Vpcs")[0].text("CidrBlock"),
            "10.0.0.0/16");
  names["subnet"] = must("CreateSubnet", R"({"VpcId":"$vpc","CidrBlock":"10.0.1.0/24",
           "AvailabilityZoneId":"usw2-az2"})")["Subnet"]
                        .text("SubnetId");
  EXPECT_EQ(must("DescribeSubnets", R"({"SubnetIds":["$subnet"]})")
                .items("Subnets")[0]
                .text("AvailabilityZone"),
            "us-west-2b");
  names["gateway"] = must("CreateInternetGateway")["InternetGateway"].text("InternetGatewayId");
  must("AttachInternetGateway", R"({"InternetGatewayId":"$gateway","VpcId":"$vpc"})");
  names["table"] =
      must("CreateRouteTable", R"({"VpcId":"$vpc"})")["RouteTable"].text("RouteTableId");
  const std::string route = R"({"RouteTableId":"$table","DestinationCidrBlock":"0.0.0.0/0",
      "GatewayId":"$gateway"})";
  must("CreateRoute", route);
  must("CreateRoute", route);
  names["tie"] = must("AssociateRouteTable", R"({"RouteTableId":"$table","SubnetId":"$subnet"})")
                     .text("AssociationId");
  EXPECT_EQ(code("DeleteRouteTable", R"({"RouteTableId":"$table"})"), "DependencyViolation");
  must("DetachInternetGateway", R"({"InternetGatewayId":"$gateway","VpcId":"$vpc"})");
  EXPECT_EQ(must("DescribeRouteTables", R"({"RouteTableIds":["$table"]})")
                .items("RouteTables")[0]["Routes"][1]
                .text("State"),
            "blackhole");
  must("ReplaceRoute", R"({"RouteTableId":"$table","DestinationCidrBlock":"0.0.0.0/0",
       "NatGatewayId":"nat-1"})");
  must("DisassociateRouteTable", R"({"AssociationId":"$tie"})");
  must("DeleteRouteTable", R"({"RouteTableId":"$table"})");
  must("DeleteInternetGateway", R"({"InternetGatewayId":"$gateway"})");
  must("DeleteSubnet", R"({"SubnetId":"$subnet"})");
  must("DeleteVpc", R"({"VpcId":"$vpc"})");
  EXPECT_EQ(changes(before), Keys{});
}

TEST_F(Network, TheDefaultOneCanGoToo) {
  const Value subnets = must("DescribeSubnets");
  for (const Value& subnet : subnets.items("Subnets")) {
    names["subnet"] = subnet.text("SubnetId");
    if (code("DeleteSubnet", R"({"SubnetId":"$subnet"})") != "done") {
      must("TerminateInstances", R"({"InstanceIds":["i-00000000000000001"]})");
      must("DeleteSubnet", R"({"SubnetId":"$subnet"})");
    }
  }
  names["gateway"] =
      must("DescribeInternetGateways").items("InternetGateways")[0].text("InternetGatewayId");
  must("DetachInternetGateway", R"({"InternetGatewayId":"$gateway","VpcId":"$vpc0"})");
  must("DeleteInternetGateway", R"({"InternetGatewayId":"$gateway"})");
  must("DeleteVpc", R"({"VpcId":"$vpc0"})");
  EXPECT_EQ(must("DescribeVpcs").items("Vpcs").size(), 0u);
  EXPECT_EQ(must("DescribeSecurityGroups").items("SecurityGroups").size(), 0u);
  EXPECT_EQ(
      code("RunInstances", R"({"ImageId":"ami-0abcdef1234567890","MinCount":1,"MaxCount":1})"),
      "VPCIdNotSpecified");
  auto restored = restore(entities(cloud.state));
  ASSERT_TRUE(restored);
  EXPECT_TRUE(diff(cloud.state, *restored).empty());
}

TEST_F(Network, RulesOfGroupsAreGroupedNamedAndRevokedById) {
  names["group"] =
      must("CreateSecurityGroup", R"({"GroupName":"web","Description":"d"})").text("GroupId");
  const Value made = must("AuthorizeSecurityGroupIngress", R"({"GroupId":"$group",
      "IpPermissions":[{"IpProtocol":"6","FromPort":80,"ToPort":80,
        "IpRanges":[{"CidrIp":"10.1.2.3/8","Description":"in"},{"CidrIp":"192.168.0.0/16"}],
        "UserIdGroupPairs":[{"GroupId":"$group"}]}],
      "TagSpecifications":[{"ResourceType":"security-group-rule",
        "Tags":[{"Key":"a","Value":"b"}]}]})");
  EXPECT_EQ(made.items("SecurityGroupRules").size(), 3u);
  EXPECT_EQ(made["SecurityGroupRules"][0].text("CidrIpv4"), "10.0.0.0/8");
  const Value group =
      must("DescribeSecurityGroups", R"({"GroupIds":["$group"]})").items("SecurityGroups")[0];
  ASSERT_EQ(group.items("IpPermissions").size(), 1u);
  EXPECT_EQ(group["IpPermissions"][0]["IpRanges"][0].text("Description"), "in");
  EXPECT_EQ(group["IpPermissions"][0].text("IpProtocol"), "tcp");
  EXPECT_EQ(must("DescribeSecurityGroups", filter("ip-permission.from-port", "80"))
                .items("SecurityGroups")
                .size(),
            1u);
  names["rule"] = made["SecurityGroupRules"][0].text("SecurityGroupRuleId");
  must("UpdateSecurityGroupRuleDescriptionsIngress", R"({"GroupId":"$group",
      "SecurityGroupRuleDescriptions":[{"SecurityGroupRuleId":"$rule","Description":"new"}]})");
  EXPECT_EQ(must("DescribeSecurityGroupRules", R"({"SecurityGroupRuleIds":["$rule"]})")
                .items("SecurityGroupRules")[0]
                .text("Description"),
            "new");
  must("RevokeSecurityGroupIngress", R"({"GroupId":"$group","SecurityGroupRuleIds":["$rule"]})");
  must("RevokeSecurityGroupEgress", R"({"GroupId":"$group","IpPermissions":[
      {"IpProtocol":"-1","IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]})");
  EXPECT_EQ(must("DescribeSecurityGroupRules", filter("group-id", names["group"]))
                .items("SecurityGroupRules")
                .size(),
            2u);
  must("AuthorizeSecurityGroupIngress", R"({"GroupName":"web","IpProtocol":"tcp","FromPort":22,
      "ToPort":22,"CidrIp":"1.2.3.4/32"})");
  must("DeleteSecurityGroup", R"({"GroupName":"web"})");
}

TEST_F(Network, InterfacesAndAddressesComeAndGo) {
  names["subnet"] = must("DescribeSubnets", filter("availability-zone", "us-west-2a"))
                        .items("Subnets")[0]
                        .text("SubnetId");
  const Value made = must("CreateNetworkInterface", R"({"SubnetId":"$subnet","ClientToken":"t",
      "Description":"second"})")["NetworkInterface"];
  names["eni"] = made.text("NetworkInterfaceId");
  EXPECT_EQ(must("CreateNetworkInterface", R"({"SubnetId":"$subnet","ClientToken":"t",
      "Description":"second"})")["NetworkInterface"]
                .text("NetworkInterfaceId"),
            names["eni"]);
  names["tie"] = must("AttachNetworkInterface", R"({"NetworkInterfaceId":"$eni",
      "InstanceId":"i-00000000000000001","DeviceIndex":1})")
                     .text("AttachmentId");
  EXPECT_EQ(must("DescribeInstances")
                .items("Reservations")[0]
                .items("Instances")[0]
                .items("NetworkInterfaces")
                .size(),
            2u);
  const Value address = must("AllocateAddress");
  names["address"] = address.text("AllocationId");
  must("AssociateAddress", R"({"AllocationId":"$address","InstanceId":"i-00000000000000001"})");
  EXPECT_EQ(must("DescribeInstances", filter("ip-address", address.text("PublicIp")))
                .items("Reservations")
                .size(),
            1u);
  EXPECT_EQ(code("ReleaseAddress", R"({"AllocationId":"$address"})"), "InvalidIPAddress.InUse");
  EXPECT_EQ(code("AssociateAddress", R"({"AllocationId":"$address","NetworkInterfaceId":"$eni",
      "AllowReassociation":false})"),
            "Resource.AlreadyAssociated");
  must("DisassociateAddress", fmt::format(R"({{"PublicIp":"{}"}})", address.text("PublicIp")));
  must("ReleaseAddress", R"({"AllocationId":"$address"})");
  must("ModifyNetworkInterfaceAttribute", R"({"NetworkInterfaceId":"$eni",
      "Description":{"Value":"new"}})");
  EXPECT_EQ(must("DescribeNetworkInterfaceAttribute", R"({"NetworkInterfaceId":"$eni",
      "Attribute":"description"})")["Description"]
                .text("Value"),
            "new");
  must("DetachNetworkInterface", R"({"AttachmentId":"$tie"})");
  must("DeleteNetworkInterface", R"({"NetworkInterfaceId":"$eni"})");
  EXPECT_EQ(must("DescribeNetworkInterfaces").items("NetworkInterfaces").size(), 1u);
}

TEST_F(Network, PoliciesSeeTheTagsOfTheThingAndOfTheRequest) {
  names["vpc"] = must("CreateVpc", R"({"CidrBlock":"10.0.0.0/16"})")["Vpc"].text("VpcId");
  become("team");
  EXPECT_EQ(code("DeleteVpc", R"({"VpcId":"$vpc"})"), "UnauthorizedOperation");
  EXPECT_EQ(code("CreateVpc", R"({"CidrBlock":"10.1.0.0/16"})"), "UnauthorizedOperation");
  names["own"] = must("CreateVpc", R"({"CidrBlock":"10.1.0.0/16","TagSpecifications":[
      {"ResourceType":"vpc","Tags":[{"Key":"team","Value":"a"}]}]})")["Vpc"]
                     .text("VpcId");
  EXPECT_EQ(outcome("DeleteVpc", R"({"VpcId":"$own","DryRun":true})"),
            "DryRunOperation: Request would have succeeded, but DryRun flag is set.");
  EXPECT_EQ(code("DeleteVpc", R"({"VpcId":"$vpc","DryRun":true})"), "UnauthorizedOperation");
  EXPECT_EQ(code("DeleteVpc", R"({"VpcId":"$own"})"), "done");
}

TEST_F(Network, ListingsComeInPages) {
  for (int i = 0; i < 12; ++i)
    must("CreateSecurityGroup", fmt::format(R"({{"GroupName":"g{}","Description":"d"}})", i));
  std::set<std::string> seen;
  std::string token;
  int pages = 0;
  do {
    const Value page =
        must("DescribeSecurityGroups",
             token.empty() ? R"({"MaxResults":5})"
                           : fmt::format(R"({{"MaxResults":5,"NextToken":"{}"}})", token));
    for (const Value& group : page.items("SecurityGroups")) seen.insert(group.text("GroupId"));
    token = page.text("NextToken");
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(seen.size(), 13u);
  const Value page = must("DescribeSecurityGroups", R"({"MaxResults":5})");
  EXPECT_EQ(code("DescribeSubnets", fmt::format(R"({{"NextToken":"{}"}})", page.text("NextToken"))),
            "InvalidParameterValue")
      << "a token is good for its own operation only";
}

TEST_F(Network, FlowLogsAreKeptForEachResource) {
  auto role = call("iam", "CreateRole", R"({"RoleName":"flow","AssumeRolePolicyDocument":
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"vpc-flow-logs.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}"})");
  ASSERT_TRUE(role) << role.error().message;
  names["role"] = (*role)["Role"].text("Arn");
  names["vpc"] = must("CreateVpc", R"({"CidrBlock":"10.7.0.0/16"})")["Vpc"].text("VpcId");
  const std::string to_group = R"("ResourceType":"VPC","TrafficType":"ALL","LogGroupName":"g",
      "DeliverLogsPermissionArn":"$role")";
  const Value made = must("CreateFlowLogs", R"({"ResourceIds":["$vpc","vpc-00000000000000000"],
      "TagSpecifications":[{"ResourceType":"vpc-flow-log","Tags":[{"Key":"a","Value":"1"}]}],)" +
                                                to_group + "}");
  ASSERT_EQ(made.items("FlowLogIds").size(), 1u);
  EXPECT_EQ(made.items("Unsuccessful").at(0)["Error"].text("Code"), "InvalidVpcID.NotFound");
  names["log"] = made.items("FlowLogIds")[0].as_text();
  EXPECT_EQ(must("CreateFlowLogs", R"({"ResourceIds":["$vpc"],)" + to_group + "}")
                .items("Unsuccessful")
                .at(0)["Error"]
                .text("Code"),
            "FlowLogAlreadyExists");
  const Value row =
      must("DescribeFlowLogs", R"({"Filter":[{"Name":"resource-id","Values":["$vpc"]}]})")
          .items("FlowLogs")
          .at(0);
  EXPECT_EQ(row.text("FlowLogId"), names["log"]);
  EXPECT_EQ(row.text("LogGroupName"), "g");
  EXPECT_EQ(row.integer("MaxAggregationInterval"), 600);
  EXPECT_EQ(must("DescribeTags", R"({"Filters":[{"Name":"resource-type",
      "Values":["vpc-flow-log"]}]})")
                .items("Tags")
                .size(),
            1u);
  for (const auto& [input, expected] : std::initializer_list<std::pair<const char*, const char*>>{
           {R"({"ResourceIds":["$vpc"],"ResourceType":"VPC"})", "MissingParameter"},
           {R"({"ResourceIds":["$vpc"],"ResourceType":"Moon"})", "InvalidParameterValue"},
           {R"({"ResourceIds":["$vpc"],"ResourceType":"VPC","TrafficType":"ALL"})",
            "MissingParameter"},
           {R"({"ResourceIds":["$vpc"],"ResourceType":"VPC","TrafficType":"ALL",
                "LogGroupName":"g"})",
            "InvalidParameter"},
           {R"({"ResourceIds":["$vpc"],"ResourceType":"VPC","TrafficType":"ALL",
                "LogDestination":"x","DeliverLogsPermissionArn":"$role"})",
            "InvalidParameter"},
           {R"({"ResourceIds":["$vpc"],"ResourceType":"VPC","TrafficType":"ALL",
                "LogDestinationType":"s3"})",
            "InvalidParameter"},
           {R"({"ResourceIds":["$vpc"],"ResourceType":"VPC","TrafficType":"ALL",
                "MaxAggregationInterval":7,"LogDestinationType":"s3"})",
            "InvalidParameterValue"}})
    EXPECT_EQ(code("CreateFlowLogs", input), expected) << input;
  EXPECT_EQ(must("DeleteFlowLogs", R"({"FlowLogIds":["$log","fl-00000000000000000"]})")
                .items("Unsuccessful")
                .at(0)["Error"]
                .text("Code"),
            "InvalidFlowLogId.NotFound");
  EXPECT_EQ(must("DescribeFlowLogs").items("FlowLogs").size(), 0u);
}

}  // namespace
}  // namespace stint::cloud

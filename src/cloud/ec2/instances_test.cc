// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "cloud/ec2/place.h"
#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using namespace std::chrono_literals;
using cloud::testing::json;
using cloud::testing::TestWorld;

constexpr std::string_view instances_world = R"({
  "propagation": {"instance": "10s", "association": 0},
  "access_keys": {"demo-only": {"secret": "s", "principal": "u"}},
  "users": {"u": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "ec2:*", "Resource": "*", "Condition": {
      "StringEquals": {"ec2:ResourceTag/Name": "demo"}}}]}}}},
  "roles": {"Core": {"service": "ec2.amazonaws.com"}},
  "profiles": {"Core": "Core"},
  "instances": {
    "i-00000000000000001": {"profile": "Core", "tags": {"Name": "demo", "team": "a"}},
    "i-00000000000000002": {"state": "stopped", "tags": {"Name": "demo"}, "type": "m5.large"},
    "i-00000000000000003": {"tags": {"Name": "other"}}}
})";

struct Instances : ::testing::Test, TestWorld {
  Instances() : TestWorld(instances_world) {}

  /// "1 3": the last digits of the instances that a listing shows, or the error.
  std::string listed(const std::string& input) {
    auto answer = call("ec2", "DescribeInstances", json(input));
    if (!answer) return answer.error().name + ": " + answer.error().message;
    std::string out;
    for (const Value& reservation : answer->items("Reservations")) {
      const std::string& id = reservation.items("Instances")[0].text("InstanceId");
      out += (out.empty() ? "" : " ") + id.substr(id.size() - 1);
    }
    return out;
  }
  std::string state(std::string_view id) {
    auto answer =
        call("ec2", "DescribeInstances", json(fmt::format(R"({{"InstanceIds":["{}"]}})", id)));
    if (!answer) return answer.error().message;
    return answer->items("Reservations")[0].items("Instances")[0]["State"].text("Name");
  }
};

TEST_F(Instances, AreFilteredByWhatTheyHave) {
  struct Case {
    const char* filters;
    const char* expected;
  };
  for (const auto& [filters, expected] : std::vector<Case>{
           {"", "1 2 3"},
           {R"({"Name":"tag:Name","Values":["demo"]})", "1 2"},
           {R"({"Name":"tag:Name","Values":["d?m*","oth*"]})", "1 2 3"},
           {R"({"Name":"tag:Name","Values":["demo"]},
               {"Name":"instance-state-name","Values":["running"]})",
            "1"},
           {R"({"Name":"tag-key","Values":["team"]})", "1"},
           {R"({"Name":"instance-type","Values":["m5.*"]})", "2"},
           {R"({"Name":"instance-state-code","Values":["80"]})", "2"},
           {R"({"Name":"iam-instance-profile.arn","Values":["*instance-profile/Core"]})", "1"},
           {R"({"Name":"availability-zone","Values":["us-west-2b"]})", ""},
           {R"({"Name":"no-such-filter","Values":["x"]})",
            "InvalidParameterValue: The filter 'no-such-filter' is invalid"},
       }) {
    SCOPED_TRACE(filters);
    EXPECT_EQ(listed(fmt::format(R"({{"Filters":[{}]}})", filters)), expected);
  }
}

TEST_F(Instances, AreNamedByTheirIdsOrRefusedInEc2sWords) {
  EXPECT_EQ(listed(R"({"InstanceIds":["i-00000000000000003","i-00000000000000001"]})"), "1 3");
  EXPECT_EQ(listed(R"({"InstanceIds":["bad"]})"),
            R"(InvalidInstanceID.Malformed: Invalid id: "bad")");
  EXPECT_EQ(listed(R"({"InstanceIds":["i-00000000000000009"]})"),
            "InvalidInstanceID.NotFound: The instance ID 'i-00000000000000009' does not exist");
  EXPECT_EQ(listed(R"({"InstanceIds":["i-00000000000000008","i-00000000000000009"]})"),
            "InvalidInstanceID.NotFound: The instance IDs 'i-00000000000000008, "
            "i-00000000000000009' do not exist");
  EXPECT_EQ(listed(R"({"InstanceIds":["i-00000000000000001"],"MaxResults":5})"),
            "InvalidParameterCombination: The parameter instancesSet cannot be used with the "
            "parameter maxResults");
  EXPECT_EQ(listed(R"({"MaxResults":1})"),
            "InvalidParameterValue: Value ( 1 ) for parameter maxResults is invalid. Expecting a "
            "value greater than 5.");
}

TEST_F(Instances, ComeInPages) {
  ec2::State& ec2 = cloud.state.region("123456789012", "us-west-2").ec2;
  for (int i = 10; i < 20; ++i) {
    std::string id = fmt::format("i-000000000000000{}", i);
    ec2.instances.put(id, {.id = id});
  }
  auto first = call("ec2", "DescribeInstances", json(R"({"MaxResults":5})"));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->items("Reservations").size(), 5u);
  auto second = call("ec2", "DescribeInstances",
                     object({{"MaxResults", 1000}, {"NextToken", first->text("NextToken")}}));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->items("Reservations").size(), 8u);
  EXPECT_EQ(second->find("NextToken"), nullptr);
  EXPECT_EQ(say("ec2", "DescribeInstances", R"({"MaxResults":5,"NextToken":"nonsense"})"),
            "InvalidNextToken: The token 'nonsense' is invalid.");
}

TEST_F(Instances, ChangeStateOverTime) {
  const std::string one = R"({"InstanceIds":["i-00000000000000001"]})";
  EXPECT_EQ(
      say("ec2", "StopInstances", one),
      R"({"StoppingInstances":[{"CurrentState":{"Code":64,"Name":"stopping"},)"
      R"("InstanceId":"i-00000000000000001","PreviousState":{"Code":16,"Name":"running"}}]})");
  EXPECT_EQ(state("i-00000000000000001"), "stopping");
  EXPECT_EQ(say("ec2", "StartInstances", one),
            "IncorrectInstanceState: The instance 'i-00000000000000001' is not in a state from "
            "which it can be started.");
  advance(10s);
  EXPECT_EQ(state("i-00000000000000001"), "stopped");
  ASSERT_TRUE(call("ec2", "StartInstances", json(one)));
  EXPECT_EQ(state("i-00000000000000001"), "pending");
  advance(10s);
  EXPECT_EQ(state("i-00000000000000001"), "running");
  EXPECT_EQ(say("ec2", "RebootInstances", one), "{}");
  ASSERT_TRUE(call("ec2", "TerminateInstances", json(one)));
  advance(10s);
  EXPECT_EQ(state("i-00000000000000001"), "terminated");
  EXPECT_EQ(listed("{}"), "1 2 3");
  advance(1h);
  EXPECT_EQ(listed("{}"), "2 3") << "terminated instances are forgotten";
}

TEST_F(Instances, ChangeAllOrNone) {
  auto answer = call("ec2", "RebootInstances",
                     json(R"({"InstanceIds":["i-00000000000000001","i-00000000000000002"]})"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().name, "IncorrectInstanceState");
  ASSERT_FALSE(call("ec2", "StopInstances",
                    json(R"({"InstanceIds":["i-00000000000000001","i-00000000000000009"]})")));
  EXPECT_EQ(state("i-00000000000000001"), "running");
}

TEST_F(Instances, ShowTheirStatusWhenTheyRun) {
  auto running = call("ec2", "DescribeInstanceStatus");
  ASSERT_TRUE(running);
  EXPECT_EQ(running->items("InstanceStatuses").size(), 2u);
  EXPECT_EQ(running->items("InstanceStatuses")[0]["InstanceStatus"].text("Status"), "ok");
  auto all = call("ec2", "DescribeInstanceStatus", json(R"({"IncludeAllInstances":true})"));
  ASSERT_TRUE(all);
  EXPECT_EQ(all->items("InstanceStatuses").size(), 3u);
  EXPECT_EQ(all->items("InstanceStatuses")[1]["SystemStatus"].text("Status"), "not-applicable");
}

TEST_F(Instances, AreTaggedAndConditionsSeeTheTags) {
  EXPECT_EQ(say("ec2", "CreateTags", R"({"Resources":["i-00000000000000003"],
                  "Tags":[{"Key":"team","Value":"b"},{"Key":"Name","Value":"third"}]})"),
            "{}");
  EXPECT_EQ(say("ec2", "DescribeTags",
                R"({"Filters":[{"Name":"resource-id","Values":["i-00000000000000003"]}]})"),
            R"({"Tags":[{"Key":"Name","ResourceId":"i-00000000000000003",)"
            R"("ResourceType":"instance","Value":"third"},{"Key":"team",)"
            R"("ResourceId":"i-00000000000000003","ResourceType":"instance","Value":"b"}]})");
  EXPECT_EQ(say("ec2", "DeleteTags", R"({"Resources":["i-00000000000000003"],
                  "Tags":[{"Key":"team","Value":"other"},{"Key":"Name"}]})"),
            "{}");
  EXPECT_EQ(listed(R"({"Filters":[{"Name":"tag:team","Values":["b"]}]})"), "3");
  EXPECT_EQ(say("ec2", "CreateTags",
                R"({"Resources":["i-00000000000000003"],"Tags":[{"Key":"aws:x","Value":"b"}]})"),
            "InvalidParameterValue: Value ( aws:x ) for parameter key is invalid. Tag keys "
            "starting with 'aws:' are reserved for internal use");

  become("demo-only");
  EXPECT_TRUE(call("ec2", "StopInstances", json(R"({"InstanceIds":["i-00000000000000001"]})")));
  auto denied = call("ec2", "StopInstances", json(R"({"InstanceIds":["i-00000000000000003"]})"));
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().name, "UnauthorizedOperation");
}

TEST(Places, HaveShortZoneIds) {
  EXPECT_EQ(ec2::zone_id("us-west-2a"), "usw2-az1");
  EXPECT_EQ(ec2::zone_id("ap-southeast-1c"), "apse1-az3");
  EXPECT_EQ(ec2::zone_id("ca-central-1b"), "cac1-az2");
  EXPECT_EQ(ec2::zone_id("us-gov-west-1a"), "usgw1-az1");
}

}  // namespace
}  // namespace stint::cloud

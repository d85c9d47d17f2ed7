// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// Rate control, statuses, limits of output, where output goes.
#include "base/hash.h"
#include "base/sha1.h"
#include "cloud/ssm/dispatch.h"
#include "cloud/ssm/documents.h"
#include "cloud/ssm/testing.h"

namespace stint::cloud::ssm {
namespace {

using namespace std::chrono_literals;
using testing::Fleet;
using testing::json;
using testing::node;

/// A fleet of five web servers that all fail on "fail" and take a minute for "slow".
struct Rack : Fleet {
  std::vector<std::string> ids;
  Rack() {
    for (int i = 1; i <= 5; ++i) ids.push_back(fmt::format("i-0000000000000010{}", i));
    cloud::Region& region = cloud.state.region("123456789012", "us-west-2");
    const ec2::Instance like = *region.ec2.instances.find(node);
    for (const std::string& id : ids) {
      ec2::Instance instance = like;
      instance.id = id;
      instance.tags = {{"Rack", "one"}};
      region.ec2.instances.put(id, instance);
      for (const auto& [key, association] : region.ec2.associations)
        if (association->instance == node) {
          ec2::Association own = *association;
          own.id = "iip-assoc-" + id.substr(2);
          own.instance = id;
          region.ec2.associations.put(own.id, own);
          break;
        }
      cloud.state.scripted[id] = {{.match = "fail", .exit = 1}, {.match = "slow", .duration = 60s}};
    }
  }
  void rack(std::string_view line, std::string_view concurrency = "",
            std::string_view errors = "") {
    Value input = object({{"DocumentName", "AWS-RunShellScript"},
                          {"Parameters", object({{"commands", Value::list({Value(line)})}})},
                          {"Targets", json(R"([{"Key": "tag:Rack", "Values": ["one"]}])")}});
    if (!concurrency.empty()) input.set("MaxConcurrency", concurrency);
    if (!errors.empty()) input.set("MaxErrors", errors);
    send(std::move(input));
  }
  /// "Success 2, Pending 3": details of the invocations.
  std::string tally() {
    std::map<std::string, int> counts;
    for (const std::string& id : ids) ++counts[invocation(id).text("StatusDetails")];
    std::string all;
    for (const auto& [details, count] : counts)
      all += fmt::format("{}{} {}", all.empty() ? "" : ", ", details, count);
    return all;
  }
  Value row() {
    auto listed = call("ssm", "ListCommands", object({{"CommandId", command}}));
    return listed ? (*listed)["Commands"][0] : Value();
  }
};

TEST(Dispatch, SharesAreNumbersOrPercentagesRoundedDown) {
  const struct {
    const char* given;
    int total, least, share;
  } cases[] = {{"10", 5, 1, 10}, {"50%", 5, 1, 2},  {"10%", 5, 1, 1},  {"10%", 5, 0, 0},
               {"0", 5, 0, 0},   {"100%", 5, 1, 5}, {"10%", 50, 0, 5}, {"x", 5, 1, 1}};
  for (const auto& c : cases) EXPECT_EQ(share_of(c.given, c.total, c.least), c.share) << c.given;
}

TEST(Commands, GoToAsManyNodesAtATimeAsMaxConcurrencySays) {
  Rack rack;
  rack.rack("slow", "2");
  EXPECT_EQ(rack.row().text("MaxConcurrency"), "2");
  EXPECT_EQ(rack.row().integer("TargetCount"), 5);
  rack.agents();
  EXPECT_EQ(rack.tally(), "InProgress 2, Pending 3");
  rack.advance(59s);
  rack.agents();
  EXPECT_EQ(rack.tally(), "InProgress 2, Pending 3");
  rack.advance(1s);
  rack.agents();
  EXPECT_EQ(rack.tally(), "InProgress 2, Pending 1, Success 2");
  EXPECT_EQ(rack.row().text("Status"), "InProgress");
  rack.advance(60s);
  rack.agents();
  rack.advance(60s);
  rack.agents();
  EXPECT_EQ(rack.tally(), "Success 5");
  EXPECT_EQ(rack.row().text("Status"), "Success");
}

TEST(Commands, WhatIsHeldBackDoesNotTimeOut) {
  Rack rack;
  rack.cloud.state.scripted[rack.ids[0]] = {{.match = "slow", .duration = 2h}};
  rack.rack("slow", "1");
  rack.agents();
  rack.advance(2h);
  EXPECT_EQ(rack.tally(), "InProgress 1, Pending 4");
  rack.agents();
  EXPECT_EQ(rack.tally(), "InProgress 1, Pending 3, Success 1");
}

TEST(Commands, StopAfterMoreErrorsThanMaxErrors) {
  const struct {
    const char *concurrency, *errors, *tally, *status, *details;
  } cases[] = {
      {"1", "0", "Failed 1, Terminated 4", "Failed", "Failed"},
      {"1", "2", "Failed 3, Terminated 2", "Failed", "Failed"},
      {"2", "1", "Failed 2, Terminated 3", "Failed", "Failed"},
      {"1", "40%", "Failed 3, Terminated 2", "Failed", "Failed"},
      {"1", "5", "Failed 5", "Failed", "Incomplete"},
      {"50", "0", "Failed 5", "Failed", "Failed"},  // all were sent at once
  };
  for (const auto& c : cases) {
    Rack rack;
    rack.rack("fail", c.concurrency, c.errors);
    rack.agents();
    EXPECT_EQ(rack.tally(), c.tally) << c.concurrency << " " << c.errors;
    EXPECT_EQ(rack.row().text("Status"), c.status);
    EXPECT_EQ(rack.row().text("StatusDetails"), c.details);
    EXPECT_TRUE(agents_idle(rack.cloud.state));
  }
}

TEST(Commands, SomeErrorsThatAreAllowedMakeThemIncomplete) {
  Rack rack;
  rack.cloud.state.scripted[rack.ids[0]] = {{.match = "echo", .exit = 3}};
  rack.rack("echo", "1", "1");
  rack.agents();
  EXPECT_EQ(rack.tally(), "Failed 1, Success 4");
  EXPECT_EQ(rack.row().text("StatusDetails"), "Incomplete");
  EXPECT_EQ(rack.row().integer("ErrorCount"), 1);
  EXPECT_EQ(rack.row().integer("CompletedCount"), 5);
}

TEST(Commands, ACancelEndsWhatIsHeldBackAtOnce) {
  Rack rack;
  rack.rack("slow", "1");
  rack.agents();
  ASSERT_TRUE(rack.call("ssm", "CancelCommand", object({{"CommandId", rack.command}})));
  EXPECT_EQ(rack.tally(), "Cancelled 4, Cancelling 1");
  EXPECT_EQ(rack.row().text("Status"), "Cancelling");
  rack.agents();
  EXPECT_EQ(rack.tally(), "Cancelled 5");
  EXPECT_EQ(rack.say("ssm", "CancelCommand",
                     object({{"CommandId", rack.command},
                             {"InstanceIds", Value::list({rack.ids[0], rack.ids[0]})}})),
            "DuplicateInstanceId: You can't specify an instance ID in more than one place.");
}

TEST(Commands, TheirRateOutlivesARestart) {
  Rack rack;
  rack.rack("slow", "2");
  rack.agents();
  auto restored = restore(entities(rack.cloud.state));
  ASSERT_TRUE(restored) << restored.error().message;
  rack.cloud.state = std::move(*restored);
  rack.advance(60s);
  rack.agents();
  EXPECT_EQ(rack.tally(), "InProgress 2, Pending 1, Success 2");
}

TEST(Commands, ANodeThatIsGoneIsUndeliverable) {
  Fleet fleet;
  fleet.shell("echo");
  ASSERT_TRUE(
      fleet.call("ec2", "TerminateInstances", object({{"InstanceIds", Value::list({node})}})));
  fleet.advance(60s);
  fleet.agents();
  EXPECT_EQ(fleet.status(), "Failed/Undeliverable");
  auto listed = fleet.call("ssm", "ListCommands", object({{"CommandId", fleet.command}}));
  EXPECT_EQ((*listed)["Commands"][0].integer("ErrorCount"), 0);  // counts against nothing
}

TEST(Commands, AnExitCodeIsTheResponseCode) {
  for (const int code : {0, 1, 7, 255}) {
    Fleet fleet;
    fleet.cloud.state.scripted[node] = {{.match = "exit", .exit = code}};
    fleet.shell("exit " + std::to_string(code));
    fleet.agents();
    EXPECT_EQ(fleet.invocation().integer("ResponseCode"), code);
    EXPECT_EQ(fleet.status(), code ? "Failed/Failed" : "Success/Success");
  }
}

TEST(Commands, OutputIsCutWhereTheServiceCutsIt) {
  Fleet fleet;
  fleet.cloud.state.scripted[node] = {{.match = "much",
                                       .exit = 0,
                                       .output = std::string(30'000, 'o'),
                                       .error = std::string(30'000, 'e')}};
  fleet.shell("much");
  fleet.agents();
  const Value got = fleet.invocation();
  EXPECT_EQ(got.text("StandardOutputContent").size(), 24'000u);
  EXPECT_TRUE(got.text("StandardOutputContent").ends_with("--output truncated--"));
  EXPECT_EQ(got.text("StandardErrorContent").size(), 8'000u);
  auto listed = fleet.call("ssm", "ListCommandInvocations",
                           object({{"CommandId", fleet.command}, {"Details", true}}));
  const Value& plugin = (*listed)["CommandInvocations"][0]["CommandPlugins"][0];
  EXPECT_EQ(plugin.text("Output").size(), 2'500u);
}

TEST(SendCommand, TakesADocumentsHash) {
  Fleet fleet;
  const std::string content =
      amazon_documents().find("AWS-RunShellScript")->second.versions[0].content;
  auto send = [&](const std::string& hash, std::string_view type) {
    return fleet.say("ssm", "SendCommand",
                     object({{"DocumentName", "AWS-RunShellScript"},
                             {"DocumentHash", hash},
                             {"DocumentHashType", type},
                             {"InstanceIds", Value::list({node})},
                             {"Parameters", object({{"commands", Value::list({"echo"})}})}}));
  };
  EXPECT_TRUE(send(hex(sha256(content)), "Sha256").starts_with("{"));
  EXPECT_TRUE(send(hex(sha1(content)), "Sha1").starts_with("{"));
  const char* wrong =
      "InvalidDocument: The hash of document AWS-RunShellScript is not the one given.";
  EXPECT_EQ(send(hex(sha256("x")), "Sha256"), wrong);
  EXPECT_EQ(send(hex(sha256(content)), "Sha1"), wrong);
}

TEST(SendCommand, WindowsDocumentsAreRefusedOnNodesOfLinux) {
  Fleet fleet;
  const Value parameters = object({{"commands", Value::list({"Get-Date"})}});
  EXPECT_TRUE(fleet
                  .say("ssm", "SendCommand",
                       object({{"DocumentName", "AWS-RunPowerShellScript"},
                               {"InstanceIds", Value::list({node})},
                               {"Parameters", parameters}}))
                  .starts_with("UnsupportedPlatformType: The document doesn't support the platform "
                               "type of the given instance ID(s)."));
  fleet.send(object({{"DocumentName", "AWS-RunPowerShellScript"},
                     {"Targets", json(R"([{"Key": "tag:Name", "Values": ["demo"]}])")},
                     {"Parameters", parameters}}));
  EXPECT_EQ(fleet.status(), "Failed/InvalidPlatform");
  EXPECT_TRUE(agents_idle(fleet.cloud.state));
}

TEST(SendCommand, RefusesTargetsAndNewsThatItCannotServe) {
  const std::string base =
      R"({"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["echo"]}, )";
  const std::string here = R"("InstanceIds": ["i-0123456789abcdef0"])";
  const struct {
    std::string more, error;
  } cases[] = {
      {R"("Targets": [{"Key": "resource-groups:Name", "Values": ["g"]}])",
       "ValidationException: The target key resource-groups:Name is not supported: there are no "
       "resource groups here."},
      {R"("Targets": [{"Key": "colour", "Values": ["red"]}])",
       "ValidationException: The target key colour is not supported."},
      {here + R"(, "Targets": [{"Key": "tag:a", "Values": ["b"]}])",
       "ValidationException: InstanceIds and Targets can't be used together."},
      {here + R"(, "ServiceRoleArn": "me")", "InvalidRole: "},
      {here + R"(, "NotificationConfig": {"NotificationArn": "arn:aws:sns:us-west-2:1:t"})",
       "InvalidNotificationConfig: "},
      {here + R"(, "ServiceRoleArn": "arn:aws:iam::123456789012:role/R",
           "NotificationConfig": {"NotificationArn": "t"})",
       "InvalidNotificationConfig: "},
      {R"("InstanceIds": ["i-0123456789abcdef0"], "Parameters": {"commands": [")" +
           std::string(66'000, 'x') + R"("]})",
       "MaxDocumentSizeExceeded: "},
  };
  for (const auto& c : cases) {
    Fleet fleet;
    std::string input = base + c.more + "}";
    if (c.more.find("Parameters") != std::string::npos)
      input = R"({"DocumentName": "AWS-RunShellScript", )" + c.more + "}";
    const std::string said = fleet.say("ssm", "SendCommand", std::string_view(input));
    EXPECT_TRUE(said.starts_with(c.error)) << said;
  }
}

TEST(Commands, ShowWhatTheyWereSentWith) {
  Fleet fleet;
  fleet.send(json(R"({"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["echo"]},
      "Comment": "c", "TimeoutSeconds": 60, "OutputS3BucketName": "scripts",
      "OutputS3KeyPrefix": "p", "OutputS3Region": "us-west-2", "MaxConcurrency": "1",
      "MaxErrors": "10%", "ServiceRoleArn": "arn:aws:iam::123456789012:role/Node",
      "NotificationConfig": {"NotificationArn": "arn:aws:sns:us-west-2:123456789012:t",
        "NotificationEvents": ["All"], "NotificationType": "Command"},
      "CloudWatchOutputConfig": {"CloudWatchOutputEnabled": true,
        "CloudWatchLogGroupName": "g"}})"));
  auto listed = fleet.call("ssm", "ListCommands", object({{"CommandId", fleet.command}}));
  const Value& row = (*listed)["Commands"][0];
  EXPECT_EQ(row.text("Comment"), "c");
  EXPECT_EQ(row.text("ExpiresAfter"), "2026-11-24T12:19:00.000Z");  // delivery, then an hour to run
  EXPECT_EQ(row.text("OutputS3Region"), "us-west-2");
  EXPECT_EQ(row.text("MaxErrors"), "10%");
  EXPECT_EQ(row.text("ServiceRole"), "arn:aws:iam::123456789012:role/Node");
  EXPECT_EQ(row["NotificationConfig"].text("NotificationType"), "Command");
  EXPECT_EQ(to_json(row["CloudWatchOutputConfig"]),
            R"({"CloudWatchLogGroupName":"g","CloudWatchOutputEnabled":true})");
  fleet.agents();
  EXPECT_EQ(fleet.invocation()["CloudWatchOutputConfig"].text("CloudWatchLogGroupName"), "g");
  const Value got = fleet.invocation();
  EXPECT_EQ(got.text("StandardOutputUrl"), "https://s3.us-west-2.amazonaws.com/scripts/p/" +
                                               fleet.command + "/" + node +
                                               "/awsrunShellScript/0.awsrunShellScript/stdout");
  // It lies where the URL says.
  EXPECT_TRUE(fleet.call("s3", "GetObject",
                         object({{"Bucket", "scripts"},
                                 {"Key", "p/" + fleet.command + "/" + node +
                                             "/awsrunShellScript/0.awsrunShellScript/stdout"}})));
}

TEST(Agent, SaysThatItIsTheNewestAndThatThereAreNoPackages) {
  Fleet fleet;
  fleet.send(json(R"({"DocumentName": "AWS-UpdateSSMAgent"})"));
  fleet.agents();
  EXPECT_EQ(fleet.status(), "Success/Success");
  EXPECT_EQ(fleet.invocation().text("StandardOutputContent"),
            "amazon-ssm-agent 3.3.987.0 is already installed, update skipped.\n");
  fleet.send(json(R"({"DocumentName": "AWS-UpdateSSMAgent", "Parameters": {"version": ["1.0"]}})"));
  fleet.agents();
  EXPECT_EQ(fleet.status(), "Failed/Failed");
  fleet.send(json(R"({"DocumentName": "AWS-ConfigureAWSPackage",
                      "Parameters": {"action": ["Install"], "name": ["AmazonCloudWatchAgent"]}})"));
  fleet.agents();
  EXPECT_EQ(fleet.status(), "Failed/Failed");
  EXPECT_EQ(fleet.invocation().text("StandardErrorContent"),
            "failed to find the package AmazonCloudWatchAgent: there are no Distributor packages "
            "here, so there is nothing to install.");
}

TEST(Nodes, AreFilteredByWordsOfTheirLists) {
  Fleet fleet;
  auto ids = [&](std::string_view key, std::string_view value) {
    auto got = fleet.call(
        "ssm", "DescribeInstanceInformation",
        object({{"Filters",
                 Value::list({object({{"Key", key}, {"Values", Value::list({value})}})})}}));
    if (!got) return got.error().name;
    std::string all;
    for (const Value& row : got->items("InstanceInformationList"))
      all += (all.empty() ? "" : " ") + row.text("InstanceId").substr(17);
    return all;
  };
  const struct {
    const char *key, *value, *ids;
  } cases[] = {
      {"PingStatus", "Online", "01 f0"},
      {"PingStatus", "ConnectionLost", "02 04"},
      {"PingStatus", "Asleep", "InvalidInstanceInformationFilterValue"},
      {"PlatformTypes", "Linux", "01 02 04 f0"},
      {"PlatformTypes", "Windows", ""},
      {"PlatformTypes", "BeOS", "InvalidInstanceInformationFilterValue"},
      {"ResourceType", "EC2Instance", "01 02 04 f0"},
      {"ResourceType", "ManagedInstance", ""},
      {"ResourceType", "Toaster", "InvalidInstanceInformationFilterValue"},
      {"tag:Group", "web", "01 f0"},
      {"tag-key", "Name", "f0"},
      {"InstanceIds", "i-0123456789abcdef0", "f0"},
      {"AgentVersion", "3.3.987.0", "01 02 04 f0"},
      {"Colour", "red", "InvalidFilterKey"},
  };
  for (const auto& c : cases) EXPECT_EQ(ids(c.key, c.value), c.ids) << c.key << " " << c.value;
  EXPECT_EQ(fleet.say("ssm", "GetConnectionStatus", object({{"Target", node}})),
            R"({"Target":"i-0123456789abcdef0","Status":"connected"})");
  EXPECT_EQ(fleet.say("ssm", "GetConnectionStatus", R"({"Target": "i-00000000000000002"})"),
            R"({"Target":"i-00000000000000002","Status":"notconnected"})");
}

}  // namespace
}  // namespace stint::cloud::ssm

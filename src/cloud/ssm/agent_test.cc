// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/agent.h"

#include <fmt/core.h>

#include "cloud/ssm/documents.h"
#include "cloud/ssm/testing.h"

namespace stint::cloud::ssm {
namespace {

using namespace std::chrono_literals;
using testing::Fleet;
using testing::json;
using testing::node;

TEST(Agent, RunsAShellScriptWithItsScriptedAnswer) {
  Fleet fleet;
  fleet.shell("echo hello");
  EXPECT_EQ(fleet.status(), "Pending/Pending");
  EXPECT_FALSE(agents_idle(fleet.cloud.state));
  fleet.agents();
  EXPECT_TRUE(agents_idle(fleet.cloud.state));
  Value got = fleet.invocation();
  EXPECT_EQ(got.text("Status"), "Success");
  EXPECT_EQ(got.text("PluginName"), "aws:runShellScript");
  EXPECT_EQ(got.text("StandardOutputContent"), "hello");
  EXPECT_EQ(got.integer("ResponseCode", -9), 0);
  EXPECT_EQ(got.text("ExecutionStartDateTime"), "2026-11-24T11:18:00.000Z");
}

TEST(Agent, OrdersAProcessAndTakesItsEnd) {
  Fleet fleet(Nodes::process);
  fleet.send(json(R"({"DocumentName": "AWS-RunShellScript", "Parameters": {
      "commands": ["cd /", "ls"], "workingDirectory": ["/tmp"], "executionTimeout": ["60"]}})"));
  AgentWork work = fleet.agents();
  ASSERT_EQ(work.start.size(), 1u);
  const ProcessOrder& order = work.start[0];
  EXPECT_EQ(order.script, "cd /\nls\n");
  EXPECT_EQ(order.directory, "/tmp");
  EXPECT_EQ(order.timeout_seconds, 60);
  EXPECT_FALSE(order.downloads);
  EXPECT_EQ(order.environment.at("AWS_SSM_INSTANCE_ID"), node);
  EXPECT_EQ(order.environment.at("SSM_COMMAND_ID"), fleet.command);
  EXPECT_EQ(order.id, fmt::format("123456789012/us-west-2/{}/{}/0.1", node, fleet.command));
  EXPECT_EQ(fleet.status(), "InProgress/InProgress");
  EXPECT_EQ(fleet.plugins(), "aws:runShellScript InProgress -1");
  // It is ordered once; after a restart the same order is there again.
  EXPECT_TRUE(fleet.agents().start.empty());
  AgentWork again = open_processes(fleet.cloud);
  ASSERT_EQ(again.start.size(), 1u);
  EXPECT_EQ(again.start[0].id, order.id);
  EXPECT_EQ(again.start[0].script, order.script);
  fleet.advance(5s);
  process_ended(fleet.cloud, order.id, {.exit_code = 4, .output = "o", .error = "e\n"}, fleet.now);
  fleet.agents();
  Value got = fleet.invocation();
  EXPECT_EQ(fleet.status(), "Failed/Failed");
  EXPECT_EQ(got.integer("ResponseCode"), 4);
  EXPECT_EQ(got.text("StandardErrorContent"), "e\nfailed to run commands: exit status 4");
  EXPECT_EQ(got.text("ExecutionElapsedTime"), "PT5S");
  // Told twice, or for nothing: ignored.
  process_ended(fleet.cloud, order.id, {}, fleet.now);
  process_ended(fleet.cloud, "nonsense", {}, fleet.now);
  EXPECT_EQ(fleet.status(), "Failed/Failed");
}

TEST(Agent, DownloadsAsTheNodeThenRuns) {
  Fleet fleet(Nodes::process);
  fleet.remote("https://scripts.s3.us-west-2.amazonaws.com/run.py", "python3 run.py");
  AgentWork work = fleet.agents();
  EXPECT_EQ(fleet.files.files, (std::map<std::string, std::string>{{"run.py", "print(1)"}}));
  ASSERT_EQ(work.start.size(), 1u);
  EXPECT_TRUE(work.start[0].downloads);
  EXPECT_EQ(work.start[0].directory, "");
  EXPECT_NE(work.start[0].script.find("\npython3 run.py\n"), std::string::npos);
  EXPECT_EQ(fleet.calls_of_agent(), "HeadBucket allowed, ListObjects allowed, GetObject allowed");
  const AuditEntry& entry = fleet.cloud.audit.back();
  EXPECT_EQ(entry.principal, fmt::format("arn:aws:sts::123456789012:assumed-role/Node/{}", node));
  process_ended(fleet.cloud, work.start[0].id, {}, fleet.now);
  fleet.agents();
  EXPECT_EQ(fleet.plugins(),
            "downloadContent Success 0, runPowerShellScript Skipped 0, runShellScript Success 0");
  EXPECT_EQ(fleet.status(), "Success/Success");
  EXPECT_EQ(fleet.invocation(node, "runShellScript").text("Status"), "Success");
  EXPECT_EQ(fleet.invocation(node, "runPowerShellScript").text("StandardOutputContent"),
            "Step execution skipped due to unsatisfied preconditions: '\"StringEquals\": "
            "[platformType, Windows]'. Step name: runPowerShellScript");
  EXPECT_EQ(fleet.invocation().integer("ResponseCode"), -1);  // which step is not said
}

TEST(Agent, DownloadsWhatIsBelowAPrefix) {
  Fleet fleet;
  fleet.remote("https://s3.us-west-2.amazonaws.com/scripts/folder/", "echo", node, "/opt/work");
  fleet.agents();
  EXPECT_EQ(fleet.files.files, (std::map<std::string, std::string>{{"/opt/work/a.txt", "A"},
                                                                   {"/opt/work/deep/b.txt", "B"}}));
  EXPECT_EQ(fleet.status(), "Success/Success");
}

TEST(Agent, AFailedDownloadIsTheNodesDenialAndTheScriptRunsAllTheSame) {
  Fleet fleet;
  fleet.cloud.state.scripted["i-00000000000000001"] = {{.match = "echo", .output = "ran"}};
  fleet.remote("https://scripts.s3.us-west-2.amazonaws.com/run.py", "echo", "i-00000000000000001");
  fleet.agents();
  EXPECT_EQ(fleet.plugins("i-00000000000000001"),
            "downloadContent Failed 1, runPowerShellScript Skipped 0, runShellScript Success 0");
  EXPECT_EQ(fleet.status("i-00000000000000001"), "Failed/Failed");
  std::string error =
      fleet.invocation("i-00000000000000001", "downloadContent").text("StandardErrorContent");
  EXPECT_TRUE(
      error.starts_with("Failed to download from https://scripts.s3.us-west-2.amazonaws.com/"
                        "run.py: AccessDenied: "))
      << error;
  EXPECT_EQ(fleet.calls_of_agent(),
            "HeadBucket denied, ListObjects denied, GetObject denied, GetObject denied");
}

TEST(Agent, SaysWhyADownloadFailed) {
  const struct {
    const char *url, *part;
  } cases[] = {
      {"https://example.com/x", "invalid S3 path parameter: \"https://example.com/x\""},
      {"https://scripts.s3.amazonaws.com/none.py", "NoSuchKey"},
      {"https://scripts.s3.amazonaws.com/none/", "nothing is there"},
      {"https://nobody-has-this.s3.amazonaws.com/x", "NoSuchBucket"},
      {"https://private.s3.amazonaws.com/x", "AccessDenied"},
  };
  for (const auto& c : cases) {
    Fleet fleet;
    fleet.remote(c.url);
    fleet.agents();
    std::string error = fleet.invocation(node, "downloadContent").text("StandardErrorContent");
    EXPECT_NE(error.find(c.part), error.npos) << error;
  }
  Fleet fleet;
  fleet.files.full = true;
  fleet.remote("https://scripts.s3.amazonaws.com/run.py");
  fleet.agents();
  EXPECT_NE(fleet.invocation(node, "downloadContent")
                .text("StandardErrorContent")
                .find("No space left on device"),
            std::string::npos);
}

TEST(Agent, StepsFollowTheirRules) {
  const struct {
    std::initializer_list<std::array<const char*, 3>> steps;
    const char *plugins, *status;
  } cases[] = {
      {{{"a", "echo", ""}, {"b", "echo", ""}}, "a Success 0, b Success 0", "Success/Success"},
      {{{"a", "fail", ""}, {"b", "echo", ""}}, "a Failed 3, b Success 0", "Failed/Failed"},
      {{{"a", "fail", "exit"}, {"b", "echo", ""}}, "a Failed 3, b Skipped -1", "Failed/Failed"},
      {{{"a", "skip", ""}, {"b", "echo", ""}}, "a Success 0, b Skipped -1", "Success/Success"},
      {{{"a", "leave", ""}, {"b", "echo", ""}}, "a Failed 169, b Skipped -1", "Failed/Failed"},
      {{{"a", "boot", ""}, {"b", "echo", ""}}, "a Failed 194, b Success 0", "Failed/Failed"},
  };
  for (const auto& c : cases) {
    Fleet fleet;
    fleet.steps(c.steps);
    fleet.agents();
    EXPECT_EQ(fleet.plugins(), c.plugins);
    EXPECT_EQ(fleet.status(), c.status) << c.plugins;
  }
}

TEST(Agent, UnknownPluginsFailTheirStepOnly) {
  Fleet fleet;
  fleet.custom(json(R"([
      {"action": "aws:configurePackage", "name": "package", "inputs": {}},
      {"action": "aws:runPowerShellScript", "name": "power", "inputs": {"runCommand": ["x"]}},
      {"action": "aws:runShellScript", "name": "shell", "inputs": {"runCommand": ["echo"]}}])"));
  fleet.agents();
  EXPECT_EQ(fleet.plugins(), "package Failed 1, power Failed 1, shell Success 0");
  EXPECT_EQ(fleet.invocation(node, "power").text("StandardErrorContent"),
            "Plugin with name aws:runPowerShellScript is not supported in current platform. Step "
            "name: power");
}

TEST(Agent, ARebootRunsTheStepAgain) {
  Fleet fleet(Nodes::process);
  fleet.shell("update");
  std::string first = fleet.agents().start[0].id;
  process_ended(fleet.cloud, first, {.exit_code = 194}, fleet.now);
  EXPECT_EQ(fleet.status(), "InProgress/InProgress");
  AgentWork again = fleet.agents();
  ASSERT_EQ(again.start.size(), 1u);
  EXPECT_TRUE(again.start[0].id.ends_with("/0.2"));
  process_ended(fleet.cloud, first, {.exit_code = 1}, fleet.now);  // the old one is over
  process_ended(fleet.cloud, again.start[0].id, {}, fleet.now);
  fleet.agents();
  EXPECT_EQ(fleet.status(), "Success/Success");
}

TEST(Agent, TimeOutsAndTroubleDecideTheStatus) {
  const struct {
    ProcessResult result;
    const char* status;
    int code;
  } cases[] = {
      {{.timed_out = true}, "TimedOut/ExecutionTimedOut", 137},
      {{.cancelled = true}, "Cancelled/Cancelled", 137},
      {{.failure = "no"}, "Failed/Failed", 1},
  };
  for (const auto& c : cases) {
    Fleet fleet(Nodes::process);
    fleet.shell("x");
    process_ended(fleet.cloud, fleet.agents().start[0].id, c.result, fleet.now);
    fleet.agents();
    EXPECT_EQ(fleet.status(), c.status);
    EXPECT_EQ(fleet.invocation().integer("ResponseCode"), c.code);
  }
}

TEST(Agent, AScriptedAnswerTakesItsTime) {
  Fleet fleet;
  fleet.shell("slow");
  fleet.agents();
  EXPECT_EQ(fleet.status(), "InProgress/InProgress");
  EXPECT_EQ(next_due(fleet.cloud.state, fleet.now), fleet.now + 30s);
  fleet.advance(29s);
  fleet.agents();
  EXPECT_EQ(fleet.status(), "InProgress/InProgress");
  fleet.advance(1s);
  fleet.agents();
  EXPECT_EQ(fleet.invocation().text("StandardOutputContent"), "took long");
  EXPECT_FALSE(next_due(fleet.cloud.state, fleet.now));
}

TEST(Agent, AMuteRoleDelaysTheCommandUntilItsTimeout) {
  Fleet fleet;
  // The role may speak when the command is sent, and may not when it would be delivered.
  fleet.send(json(R"({"DocumentName": "AWS-RunShellScript", "TimeoutSeconds": 60,
                      "Parameters": {"commands": ["echo"]}})"));
  ASSERT_TRUE(fleet.call("iam", "DetachRolePolicy",
                         R"({"RoleName": "Node", "PolicyArn":
                             "arn:aws:iam::123456789012:policy/agent"})"));
  fleet.agents();
  EXPECT_EQ(fleet.status(), "Delayed/Delayed");
  EXPECT_EQ(next_due(fleet.cloud.state, fleet.now), fleet.now + 1s);
  fleet.advance(59s);
  fleet.agents();
  EXPECT_EQ(fleet.status(), "Delayed/Delayed");
  Fleet later = fleet;
  fleet.advance(1s);
  EXPECT_EQ(fleet.status(), "TimedOut/DeliveryTimedOut");  // by the clock alone
  fleet.agents();
  EXPECT_EQ(fleet.status(), "TimedOut/DeliveryTimedOut");
  EXPECT_TRUE(agents_idle(fleet.cloud.state));
  // Given its policy back in time, it takes the command.
  ASSERT_TRUE(later.call("iam", "AttachRolePolicy",
                         R"({"RoleName": "Node", "PolicyArn":
                             "arn:aws:iam::123456789012:policy/agent"})"));
  later.agents();
  EXPECT_EQ(later.status(), "Success/Success");
}

TEST(Agent, ACancelEndsWhatRunsAndWhatWaits) {
  Fleet fleet(Nodes::process);
  fleet.shell("first");
  const Value cancel = object({{"CommandId", fleet.command}});
  EXPECT_TRUE(fleet.call("ssm", "CancelCommand", cancel));
  EXPECT_EQ(fleet.status(), "Cancelled/Cancelled");  // nobody had taken it
  EXPECT_TRUE(fleet.agents().start.empty());

  fleet.steps({{"a", "x", ""}, {"b", "y", ""}});
  AgentWork work = fleet.agents();
  EXPECT_TRUE(fleet.call("ssm", "CancelCommand", object({{"CommandId", fleet.command}})));
  EXPECT_EQ(fleet.status(), "Cancelling/Cancelling");
  AgentWork stop = fleet.agents();
  EXPECT_EQ(stop.cancel, std::vector<std::string>{work.start[0].id});
  EXPECT_EQ(open_processes(fleet.cloud).cancel, stop.cancel);
  process_ended(fleet.cloud, work.start[0].id, {.cancelled = true, .output = "so far"}, fleet.now);
  EXPECT_TRUE(fleet.agents().start.empty());
  EXPECT_EQ(fleet.status(), "Cancelled/Cancelled");
  EXPECT_EQ(fleet.plugins(), "a Cancelled 137, b Cancelled -1");
  EXPECT_EQ(fleet.invocation(node, "a").text("StandardOutputContent"), "so far");
  // Too late: nothing changes.
  EXPECT_TRUE(fleet.call("ssm", "CancelCommand", object({{"CommandId", fleet.command}})));
  EXPECT_EQ(fleet.status(), "Cancelled/Cancelled");
  EXPECT_EQ(
      fleet.call("ssm", "CancelCommand", R"({"CommandId": "00000000-0000-4000-8000-000000000000"})")
          .error()
          .name,
      "InvalidCommandId");
}

TEST(Agent, OutputGoesToTheBucketThatTheCommandNames) {
  Fleet fleet;
  fleet.send(json(R"({"DocumentName": "AWS-RunShellScript", "OutputS3BucketName": "scripts",
                      "OutputS3KeyPrefix": "out", "Parameters": {"commands": ["fail"]}})"));
  fleet.agents();
  const std::string folder =
      fmt::format("scripts/out/{}/{}/awsrunShellScript/0.awsrunShellScript/", fleet.command, node);
  const s3::ObjectEntry* output = fleet.cloud.state.s3.objects.find(folder + "stdout");
  ASSERT_TRUE(output);
  EXPECT_EQ(output->body.bytes(), "half");
  EXPECT_TRUE(fleet.cloud.state.s3.objects.contains(folder + "stderr"));
}

TEST(Nodes, AreOnlineWhenTheirRoleLetsTheAgentSpeak) {
  Fleet fleet;
  auto seen = [&](std::string_view input = "{}") {
    std::string all;
    auto got = fleet.call("ssm", "DescribeInstanceInformation", input);
    if (!got) return got.error().name;
    for (const Value& row : got->items("InstanceInformationList"))
      all += fmt::format("{}{} {}", all.empty() ? "" : ", ", row.text("InstanceId").substr(17),
                         row.text("PingStatus"));
    return all;
  };
  // 2: its role may not; 3: no profile, so no agent ever registered; 4: stopped.
  EXPECT_EQ(seen(), "01 Online, 02 ConnectionLost, 04 ConnectionLost, f0 Online");
  EXPECT_EQ(seen(R"({"Filters": [{"Key": "InstanceIds", "Values": ["i-00000000000000001"]}]})"),
            "01 Online");
  EXPECT_EQ(seen(R"({"Filters": [{"Key": "PingStatus", "Values": ["Online"]},
                                 {"Key": "tag:Name", "Values": ["demo"]}]})"),
            "f0 Online");
  EXPECT_EQ(seen(R"({"InstanceInformationFilterList":
                       [{"key": "PlatformTypes", "valueSet": ["Windows"]}]})"),
            "");
  EXPECT_EQ(seen(R"({"Filters": [{"Key": "Colour", "Values": ["red"]}]})"), "InvalidFilterKey");
  // A profile that comes is noticed when the metadata serves it.
  ASSERT_TRUE(fleet.call("ec2", "AssociateIamInstanceProfile",
                         R"({"InstanceId": "i-00000000000000003",
                             "IamInstanceProfile": {"Name": "Bare"}})"));
  EXPECT_NE(seen().find("03 ConnectionLost"), std::string::npos);
  fleet.advance(2s);
  EXPECT_NE(seen().find("03 Online"), std::string::npos);
}

TEST(SendCommand, RefusesWhatCannotBeRun) {
  const struct {
    const char *input, *said;
  } cases[] = {
      {R"({"DocumentName": "None", "InstanceIds": ["i-0123456789abcdef0"]})",
       "InvalidDocument: Document with name None does not exist."},
      {R"({"DocumentName": "AWS-RunShellScript", "DocumentVersion": "9",
           "InstanceIds": ["i-0123456789abcdef0"]})",
       "InvalidDocumentVersion: "},
      {R"({"DocumentName": "AWS-AttachIAMToInstance", "InstanceIds": ["i-0123456789abcdef0"]})",
       "InvalidDocument: Document AWS-AttachIAMToInstance has the type Automation"},
      {R"({"DocumentName": "AWS-RunShellScript", "InstanceIds": ["i-0123456789abcdef0"]})",
       "InvalidParameters: "},
      {R"({"DocumentName": "AWS-RunShellScript", "InstanceIds": ["i-0123456789abcdef0"],
           "Parameters": {"commands": ["x"], "colour": ["red"]}})",
       "InvalidParameters: "},
      {R"({"DocumentName": "AWS-RunShellScript", "InstanceIds": ["i-0123456789abcdef0"],
           "Parameters": {"commands": ["x"], "executionTimeout": ["soon"]}})",
       "InvalidParameters: "},
      {R"({"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["x"]},
           "InstanceIds": ["i-00000000000000002", "i-0123456789abcdef0", "i-00000000000000003"]})",
       "InvalidInstanceId: Instances [[i-00000000000000002, i-00000000000000003]] not in a valid "
       "state for account 123456789012"},
      {R"({"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["x"]},
           "InstanceIds": ["i-0123456789abcdef0", "i-0123456789abcdef0"]})",
       "DuplicateInstanceId: "},
      {R"({"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["x"]}})",
       "InvalidInstanceId: "},
  };
  for (const auto& c : cases) {
    Fleet fleet;
    std::string said = fleet.say("ssm", "SendCommand", std::string_view(c.input));
    EXPECT_TRUE(said.starts_with(c.said)) << said << "\n" << c.input;
    EXPECT_TRUE(agents_idle(fleet.cloud.state));
  }
}

TEST(SendCommand, WithoutNodesNamesTheFlag) {
  Fleet fleet(Nodes::none);
  EXPECT_EQ(fleet.say("ssm", "SendCommand",
                      R"({"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["x"]},
                          "InstanceIds": ["i-0123456789abcdef0"]})"),
            "InvalidInstanceId: No node runs commands here: this cloud was started with --nodes "
            "none. Start it with --nodes process or --nodes scripted.");
}

TEST(SendCommand, ReachesTheNodesThatItsTargetsMean) {
  Fleet fleet;
  fleet.send(json(R"({"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["echo"]},
                      "Targets": [{"Key": "tag:Group", "Values": ["web"]}], "Comment": "both"})"));
  fleet.agents();
  auto listed = fleet.call("ssm", "ListCommands", object({{"CommandId", fleet.command}}));
  const Value& row = (*listed)["Commands"][0];
  EXPECT_EQ(row.integer("TargetCount"), 2);
  EXPECT_EQ(row.integer("CompletedCount"), 2);
  EXPECT_EQ(row.text("Status"), "Success");
  EXPECT_EQ(row.text("Comment"), "both");
  EXPECT_EQ(to_json(row["Targets"]), R"([{"Key":"tag:Group","Values":["web"]}])");
  fleet.send(json(R"({"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["echo"]},
                      "Targets": [{"Key": "tag:Group", "Values": ["none"]}]})"));
  listed = fleet.call("ssm", "ListCommands", object({{"CommandId", fleet.command}}));
  EXPECT_EQ((*listed)["Commands"][0].text("StatusDetails"), "NoInstancesInTag");
}

TEST(SendCommand, NeedsThePermissionForDocumentAndInstances) {
  Fleet fleet;
  ASSERT_TRUE(fleet.call("iam", "CreateUser", R"({"UserName": "op"})"));
  ASSERT_TRUE(fleet.call("iam", "PutUserPolicy",
                         object({{"UserName", "op"},
                                 {"PolicyName", "send"},
                                 {"PolicyDocument", R"({"Version": "2012-10-17", "Statement": [
          {"Effect": "Allow", "Action": "ssm:SendCommand",
           "Resource": "arn:aws:ssm:us-west-2::document/AWS-RunShellScript"},
          {"Effect": "Allow", "Action": "ssm:SendCommand",
           "Resource": "arn:aws:ec2:us-west-2:123456789012:instance/*",
           "Condition": {"StringEquals": {"ssm:resourceTag/Name": "demo"}}}]})"}})));
  auto key = fleet.call("iam", "CreateAccessKey", R"({"UserName": "op"})");
  ASSERT_TRUE(key) << key.error().message;
  fleet.become((*key)["AccessKey"].text("AccessKeyId"));
  auto send = [&](std::string_view instance) {
    return fleet.say("ssm", "SendCommand",
                     object({{"DocumentName", "AWS-RunShellScript"},
                             {"Parameters", object({{"commands", Value::list({"echo"})}})},
                             {"InstanceIds", Value::list({Value(instance)})}}));
  };
  EXPECT_TRUE(send(node).starts_with("{\"Command\""));
  std::string denied = send("i-00000000000000001");
  EXPECT_TRUE(denied.starts_with(
      "AccessDeniedException: User: arn:aws:iam::123456789012:user/op is not authorized to "
      "perform: ssm:SendCommand on resource: "
      "arn:aws:ec2:us-west-2:123456789012:instance/i-00000000000000001 because no identity-based "
      "policy allows the ssm:SendCommand action"))
      << denied;
}

TEST(Commands, AreListedNewestFirst) {
  Fleet fleet;
  std::vector<std::string> sent;
  for (const char* line : {"echo", "fail", "slow"}) {
    fleet.shell(line);
    fleet.agents();
    sent.push_back(fleet.command);
    fleet.advance(1s);
  }
  auto ids = [&](std::string_view operation, std::string_view list, const Value& input) {
    std::vector<std::string> all;
    auto got = fleet.call("ssm", operation, input);
    if (!got) return std::vector{got.error().name};
    for (const Value& row : got->items(list)) all.push_back(row.text("CommandId"));
    return all;
  };
  const std::vector<std::string> newest = {sent[2], sent[1], sent[0]};
  EXPECT_EQ(ids("ListCommands", "Commands", Value(Object())), newest);
  EXPECT_EQ(ids("ListCommandInvocations", "CommandInvocations", Value(Object())), newest);
  auto filtered = [&](const char* key, std::string_view value) {
    return ids("ListCommands", "Commands",
               object({{"Filters", Value::list({object({{"key", key}, {"value", value}})})}}));
  };
  EXPECT_EQ(filtered("Status", "Failed"), std::vector{sent[1]});
  EXPECT_EQ(filtered("ExecutionStage", "Executing"), std::vector{sent[2]});
  EXPECT_EQ(filtered("InvokedAfter", "2026-11-24T11:18:01Z"), std::vector{sent[2]});
  EXPECT_EQ(filtered("InvokedBefore", "2026-11-24T11:18:01Z"), std::vector{sent[0]});
  EXPECT_EQ(filtered("DocumentName", "Other"), std::vector<std::string>{});
  EXPECT_EQ(ids("ListCommands", "Commands", object({{"InstanceId", "i-00000000000000001"}})),
            std::vector<std::string>{});
  auto details = fleet.call("ssm", "ListCommandInvocations",
                            object({{"CommandId", sent[1]}, {"Details", true}}));
  const Value& plugin = (*details)["CommandInvocations"][0]["CommandPlugins"][0];
  EXPECT_EQ(plugin.text("Name"), "aws:runShellScript");
  EXPECT_EQ(plugin.integer("ResponseCode"), 3);
  EXPECT_EQ(plugin.text("Output"),
            "half\n----------ERROR-------\nbroke\nfailed to run commands: exit status 3");
  EXPECT_EQ(fleet
                .call("ssm", "GetCommandInvocation",
                      object({{"CommandId", sent[0]}, {"InstanceId", "i-00000000000000001"}}))
                .error()
                .name,
            "InvocationDoesNotExist");
  EXPECT_EQ(
      fleet
          .call("ssm", "GetCommandInvocation",
                object({{"CommandId", sent[0]}, {"InstanceId", node}, {"PluginName", "nope"}}))
          .error()
          .name,
      "InvalidPluginName");
}

TEST(Agent, GoesOnFromAStateThatWasKept) {
  Fleet fleet(Nodes::process);
  fleet.remote("https://scripts.s3.us-west-2.amazonaws.com/run.py");
  AgentWork work = fleet.agents();
  auto restored = restore(entities(fleet.cloud.state));
  ASSERT_TRUE(restored) << restored.error().message;
  fleet.cloud.state = std::move(*restored);
  AgentWork again = open_processes(fleet.cloud);
  ASSERT_EQ(again.start.size(), 1u);
  EXPECT_EQ(again.start[0].id, work.start[0].id);
  EXPECT_TRUE(again.start[0].downloads);
  process_ended(fleet.cloud, work.start[0].id, {}, fleet.now);
  fleet.agents();
  EXPECT_EQ(fleet.status(), "Success/Success");
}

}  // namespace
}  // namespace stint::cloud::ssm

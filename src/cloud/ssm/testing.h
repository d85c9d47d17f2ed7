// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/core.h>

#include <array>
#include <map>
#include <string>

#include "cloud/ssm/agent.h"
#include "cloud/testing.h"

/// A few nodes whose agents are driven by hand.
namespace stint::cloud::ssm::testing {

using cloud::testing::json;
using cloud::testing::TestWorld;

inline constexpr const char* node = "i-0123456789abcdef0";

/// An instance whose role lets its agent speak to SSM and read one bucket; one without a profile.
inline constexpr const char* world_text = R"json({
  "account": "123456789012", "region": "us-west-2",
  "propagation": {"iam_to_ec2": "0s", "association": "0s", "imds": "2s"},
  "policies": {
    "agent": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*",
      "Action": ["ssm:UpdateInstanceInformation", "ec2messages:*", "ssmmessages:*"]}]},
    "read": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*",
      "Resource": ["arn:aws:s3:::scripts", "arn:aws:s3:::scripts/*"]}]}},
  "roles": {
    "Node": {"service": "ec2.amazonaws.com", "managed": ["agent", "read"]},
    "Bare": {"service": "ec2.amazonaws.com", "managed": ["agent"]},
    "Mute": {"service": "ec2.amazonaws.com", "managed": ["read"]}},
  "profiles": {"Node": "Node", "Bare": "Bare", "Mute": "Mute"},
  "instances": {
    "i-0123456789abcdef0": {"profile": "Node", "tags": {"Name": "demo", "Group": "web"}},
    "i-00000000000000001": {"profile": "Bare", "tags": {"Group": "web"}},
    "i-00000000000000002": {"profile": "Mute"},
    "i-00000000000000003": {},
    "i-00000000000000004": {"profile": "Node", "state": "stopped"}},
  "buckets": {
    "scripts": {"objects": {"run.py": {"text": "print(1)"}, "folder/a.txt": {"text": "A"},
                            "folder/deep/b.txt": {"text": "B"}}},
    "private": {"objects": {"x": {"text": "X"}}}},
  "nodes": {"i-0123456789abcdef0": [
    {"match": "slow", "exit": 0, "output": "took long", "duration": "30s"},
    {"match": "fail", "exit": 3, "output": "half", "error": "broke"},
    {"match": "skip", "exit": 168}, {"match": "leave", "exit": 169}, {"match": "boot", "exit": 194},
    {"match": "echo", "exit": 0, "output": "hello"}]}
})json";

/// Files that nodes wrote, in memory.
class MemoryFiles final : public NodeFiles {
 public:
  Result<void> write(const NodePlace&, std::string_view, std::string_view path,
                     std::string_view bytes) override {
    if (full) return fail(Code::unavailable, "cannot write: No space left on device");
    files[std::string(path)] = bytes;
    return {};
  }
  std::map<std::string, std::string> files;
  bool full = false;
};

struct Fleet : TestWorld {
  MemoryFiles files;
  std::string command;  ///< sent last

  explicit Fleet(Nodes nodes = Nodes::scripted) : TestWorld(world_text) { cloud.nodes = nodes; }

  State& ssm() { return cloud.state.region("123456789012", "us-west-2").ssm; }
  AgentWork agents() { return run_agents(cloud, &files, now); }

  void send(Value input, std::string_view instance = node) {
    if (!input.find("Targets")) input.set("InstanceIds", Value::list({Value(instance)}));
    auto sent = call("ssm", "SendCommand", input);
    ASSERT_TRUE(sent) << sent.error().message;
    command = (*sent)["Command"].text("CommandId");
  }
  void shell(std::string_view line, std::string_view instance = node) {
    send(object({{"DocumentName", "AWS-RunShellScript"},
                 {"Parameters", object({{"commands", Value::list({Value(line)})}})}}),
         instance);
  }
  void remote(std::string_view url, std::string_view line = "echo",
              std::string_view instance = node, std::string_view folder = "") {
    send(object({{"DocumentName", "AWS-RunRemoteScript"},
                 {"Parameters",
                  object({{"sourceType", Value::list({"S3"})},
                          {"sourceInfo", Value::list({Value(to_json(object({{"path", url}})))})},
                          {"commandLine", Value::list({Value(line)})},
                          {"workingDirectory", Value::list({Value(folder)})}})}}),
         instance);
  }
  /// Sends a document with these shell steps: {name, script, onFailure}.
  void steps(std::initializer_list<std::array<const char*, 3>> list) {
    Value::List steps;
    for (const auto& [name, script, rule] : list) {
      Value step = object({{"action", "aws:runShellScript"},
                           {"name", name},
                           {"inputs", object({{"runCommand", Value::list({script})}})}});
      if (*rule) step.set("onFailure", rule);
      steps.push_back(std::move(step));
    }
    custom(std::move(steps));
  }
  void custom(Value steps) {
    const std::string content =
        to_json(object({{"schemaVersion", "2.2"}, {"mainSteps", std::move(steps)}}));
    ASSERT_TRUE(call("ssm", "CreateDocument", object({{"Name", "Steps"}, {"Content", content}})));
    send(object({{"DocumentName", "Steps"}}));
  }
  Value invocation(std::string_view instance = node, std::string_view plugin = "") {
    Value input = object({{"CommandId", command}, {"InstanceId", instance}});
    if (!plugin.empty()) input.set("PluginName", plugin);
    auto got = call("ssm", "GetCommandInvocation", input);
    if (!got) ADD_FAILURE() << got.error().message;
    return got ? *got : Value();
  }
  std::string status(std::string_view instance = node) {
    Value got = invocation(instance);
    return got.text("Status") + "/" + got.text("StatusDetails");
  }
  /// "name status code" of each plugin, as the state has it.
  std::string plugins(std::string_view instance = node) {
    std::string all;
    for (const PluginResult& p :
         ssm().invocations.find(command + "/" + std::string(instance))->plugins)
      all += fmt::format("{}{} {} {}", all.empty() ? "" : ", ", p.name, p.status, p.response_code);
    return all;
  }
  std::string calls_of_agent() {
    std::string all;
    for (const AuditEntry& entry : cloud.audit)
      if (entry.service == "s3")
        all += fmt::format("{}{} {}", all.empty() ? "" : ", ", entry.operation, entry.decision);
    return all;
  }
};

}  // namespace stint::cloud::ssm::testing

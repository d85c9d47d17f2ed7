// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// aws:runCommand: wait for the agents, SendCommand, poll the invocations to their end.
#include <algorithm>

#include "actions/acts.h"
#include "actions/common.h"
#include "value/json.h"

namespace stint::actions {
namespace {

using engine::DoCall;
using engine::Move;
using engine::Turn;
using namespace std::chrono_literals;

// How long the agents may take to come online before the step gives up.
constexpr Duration agent_patience = 600s;

Value state(std::string_view phase, int polls, const Value& command = {}, const Value& since = {}) {
  return object({{"phase", phase}, {"polls", polls}, {"command", command}, {"since", since}});
}

Move check_agents(const Turn& turn, int polls, const Value& since) {
  return {
      .what =
          DoCall{
              .service = "ssm",
              .api = "DescribeInstanceInformation",
              .input = object(
                  {{"Filters",
                    Value::list({object({{"Key", "InstanceIds"},
                                         {"Values", list_input(turn.inputs, "InstanceIds")}})})}})},
      .state = state("agents", polls, {}, since)};
}

Move send(const Turn& turn) {
  Object input;
  input.set("DocumentName", text_input(turn.inputs, "DocumentName"));
  for (std::string_view name : {"InstanceIds", "Targets"})
    if (turn.inputs.find(name)) input.set(name, list_input(turn.inputs, name));
  for (std::string_view name :
       {"CloudWatchOutputConfig", "Comment", "DocumentHash", "DocumentHashType", "DocumentVersion",
        "MaxConcurrency", "MaxErrors", "NotificationConfig", "OutputS3BucketName",
        "OutputS3KeyPrefix", "ServiceRoleArn", "TimeoutSeconds"})
    if (const Value* value = turn.inputs.find(name)) input.set(name, *value);
  if (const Value* parameters = turn.inputs.find("Parameters"))
    input.set("Parameters", wire_parameters(*parameters));
  return {.what = DoCall{.service = "ssm", .api = "SendCommand", .input = Value(std::move(input))},
          .state = state("send", 0)};
}

/// Asks for the invocations; `seen` is what earlier pages of them held.
Move poll(const std::string& command, int polls, const Value& token = {}, const Value& seen = {}) {
  Object input{{"CommandId", command}, {"Details", true}};
  if (!token.is_null()) input.set("NextToken", token);
  Value memory = state("poll", polls, command);
  memory.set("seen", seen);
  return {.what = DoCall{.service = "ssm",
                         .api = "ListCommandInvocations",
                         .input = Value(std::move(input))},
          .state = std::move(memory)};
}

Move wait(const Turn& turn, const std::string& command, int polls) {
  return {.what = engine::DoWake{turn.now + poll_pause(polls, 500ms)},
          .state = state("poll", polls + 1, command)};
}

bool settled(const Value& thing) {
  const std::string& status = thing.text("Status");
  return status == "Success" || status == "Cancelled" || status == "Failed" || status == "TimedOut";
}

/// Of several results the one that tells: as a command's own status is made of its invocations'.
const std::string& worse(const std::string& a, const std::string& b) {
  for (std::string_view status : {"Failed", "TimedOut", "Cancelled", "Success"}) {
    if (a == status) return a;
    if (b == status) return b;
  }
  return b;
}

/// What a page of invocations adds. Output is only usable for one instance and one plugin: the
/// others are joined.
Value add_page(const Value& seen, const Value& invocations) {
  std::string status = seen.text("Status"), output = seen.text("Output");
  std::int64_t code = seen.integer("ResponseCode");
  for (const Value& invocation : invocations.as_list()) {
    status = worse(status, invocation.text("Status"));
    for (const Value& plugin : invocation.items("CommandPlugins")) {
      if (!output.empty() && !output.ends_with('\n')) output += '\n';
      output += plugin.text("Output");
      if (std::int64_t one = plugin.integer("ResponseCode"); one != 0) code = one;
    }
  }
  return object({{"Status", status}, {"ResponseCode", code}, {"Output", output}});
}

Value outputs_of(const std::string& command, const Value& seen) {
  return object({{"CommandId", command},
                 {"Status", seen["Status"]},
                 {"ResponseCode", seen["ResponseCode"]},
                 {"Output", seen["Output"]},
                 {"OutputPayload", object({{"Status", seen["Status"]},
                                           {"ResponseCode", seen["ResponseCode"]},
                                           {"Output", seen["Output"]},
                                           {"CommandId", command}})}});
}

Move finish(const std::string& command, const Value& seen) {
  const std::string& status = seen.text("Status");
  Value outputs = outputs_of(command, seen);
  if (status == "Success")
    return {.what = engine::Succeed{.response = outputs, .outputs = outputs}};
  engine::Fail fail;
  fail.status = status == "TimedOut" ? engine::Status::timed_out : engine::Status::failed;
  fail.failure = {.stage = "PostVerification",
                  .type = "Verification",
                  .message = "Step fails when it is verifying the command has completed. Command " +
                             command + " returns unexpected invocation result: \n{Status=[" +
                             status + "], ResponseCode=[" +
                             std::to_string(outputs.integer("ResponseCode")) + "], Output=[" +
                             outputs.text("Output") + "], OutputPayload=[" +
                             to_json(outputs["OutputPayload"]) + "], CommandId=[" + command +
                             "]}." + std::string(engine::failure_tail),
                  .code = {}};
  fail.outputs = std::move(outputs);
  return {.what = std::move(fail)};
}

Move invocations_answered(const Turn& turn, const std::string& command, int polls) {
  const Result<Value>& answer = *turn.answer;
  if (!answer) {
    if (passing(answer.error())) return wait(turn, command, polls);
    return {.what = engine::call_failure("ListCommandInvocations", answer.error())};
  }
  const Value& invocations = (*answer)["CommandInvocations"];
  const bool targets = turn.inputs.find("InstanceIds") == nullptr;
  if (!invocations.is_list() || !std::ranges::all_of(invocations.as_list(), settled) ||
      (invocations.size() == 0 && !targets))
    return wait(turn, command, polls);
  Value seen = add_page(turn.state["seen"], invocations);
  if (const Value& token = (*answer)["NextToken"]; token.is_text() && !token.as_text().empty())
    return poll(command, polls, token, seen);
  if (!targets) return finish(command, seen);
  // Targets may mean nobody, or more instances than were sent the command yet (MaxConcurrency,
  // MaxErrors): the command itself knows whether it is over.
  Value memory = state("command", polls, command);
  memory.set("seen", std::move(seen));
  return {.what = DoCall{.service = "ssm",
                         .api = "ListCommands",
                         .input = object({{"CommandId", command}})},
          .state = std::move(memory)};
}

Move command_answered(const Turn& turn, const std::string& command, int polls) {
  const Result<Value>& answer = *turn.answer;
  if (!answer) {
    if (passing(answer.error())) return wait(turn, command, polls);
    return {.what = engine::call_failure("ListCommands", answer.error())};
  }
  const Value& found = (*answer)["Commands"][0];
  if (!settled(found)) return wait(turn, command, polls);
  Value seen = turn.state["seen"];
  seen.set("Status", found["Status"]);
  return finish(command, seen);
}

Move agents_answered(const Turn& turn, int polls) {
  const Result<Value>& answer = *turn.answer;
  if (!answer && !passing(answer.error()))
    return {.what = engine::call_failure("DescribeInstanceInformation", answer.error())};
  const Value wanted = list_input(turn.inputs, "InstanceIds");
  std::string missing;
  for (const Value& id : wanted.as_list()) {
    const bool online =
        answer &&
        std::ranges::any_of(answer->items("InstanceInformationList"), [&](const Value& node) {
          return node["InstanceId"] == id && node.text("PingStatus") == "Online";
        });
    if (!online) missing += (missing.empty() ? "" : ", ") + document::render(id);
  }
  if (missing.empty()) return send(turn);
  Result<Time> since = parse_time(turn.state.text("since"));
  if (since && turn.now >= *since + agent_patience) {
    engine::Fail fail;
    fail.status = engine::Status::timed_out;
    fail.failure = {.stage = "PreVerification",
                    .type = "Verification",
                    .message =
                        "Step timed out while step is verifying the SSM Agent availability on the "
                        "target instance(s). SSM Agent on Instances: [" +
                        missing + "] are not functioning." + std::string(engine::failure_tail),
                    .code = {}};
    return {.what = std::move(fail)};
  }
  return {.what = engine::DoWake{turn.now + poll_pause(polls, 2s)},
          .state = state("agents", polls + 1, {}, turn.state["since"])};
}

}  // namespace

Move run_command(const Turn& turn) {
  const std::string& phase = turn.state.text("phase");
  const int polls = static_cast<int>(turn.state.integer("polls"));
  const std::string& command = turn.state.text("command");
  switch (turn.kind) {
    case Turn::Kind::begin:
      if (turn.inputs.find("InstanceIds")) return check_agents(turn, 0, iso8601(turn.now, true));
      if (turn.inputs.find("Targets")) return send(turn);
      return {.what = engine::input_failure("One of InstanceIds and Targets is needed.")};
    case Turn::Kind::woke:
      return phase == "agents" ? check_agents(turn, polls, turn.state["since"])
                               : poll(command, polls);
    case Turn::Kind::cancel:
      if (command.empty()) return {.what = engine::Cancelled{}};
      return {.what = DoCall{.service = "ssm",
                             .api = "CancelCommand",
                             .input = object({{"CommandId", command}})},
              .state = state("cancel", 0, command)};
    case Turn::Kind::answered:
      break;
  }
  const Result<Value>& answer = *turn.answer;
  if (phase == "agents") return agents_answered(turn, polls);
  if (phase == "cancel")
    return {.what = engine::Cancelled{object({{"CommandId", command}, {"Status", "Cancelled"}})}};
  if (phase == "send") {
    if (!answer) return {.what = engine::call_failure("SendCommand", answer.error())};
    return {.what = engine::DoWake{turn.now + poll_pause(0, 500ms)},
            .state = state("poll", 0, (*answer)["Command"]["CommandId"])};
  }
  if (phase == "command") return command_answered(turn, command, polls);
  return invocations_answered(turn, command, polls);
}

}  // namespace stint::actions

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// aws:runCommand (spec/ssm-automation.md 3.1, 6.2; R12, C-24, C-44).
#include "actions/testing.h"

namespace stint::actions {
namespace {

using namespace testing;
using engine::DoCall;
using engine::Fail;
using engine::Succeed;
using namespace std::chrono_literals;

constexpr const char* one_node = R"({"DocumentName": "AWS-RunShellScript", "InstanceIds": ["i-1"],
    "Parameters": {"commands": ["echo hi"]}})";
constexpr const char* by_tag = R"({"DocumentName": "D",
    "Targets": [{"Key": "tag:Env", "Values": ["dev"]}]})";
constexpr const char* look = R"(ssm.ListCommandInvocations {"CommandId":"c-1","Details":true})";

std::string nodes(std::string_view ping, std::string_view id = "i-1") {
  return R"({"InstanceInformationList": [{"InstanceId": ")" + std::string(id) +
         R"(", "PingStatus": ")" + std::string(ping) + R"("}]})";
}
std::string invocation(std::string_view status, int code = 0, std::string_view output = "",
                       std::string_view details = "") {
  return R"({"InstanceId": "i-1", "Status": ")" + std::string(status) + R"(", "StatusDetails": ")" +
         std::string(details) + R"(", "CommandPlugins": [{"ResponseCode": )" +
         std::to_string(code) + R"(, "Output": ")" + std::string(output) + R"("}]})";
}
std::string invocations(std::string_view rows, std::string_view token = "") {
  return R"({"CommandInvocations": [)" + std::string(rows) + "]" +
         (token.empty() ? "" : R"(, "NextToken": ")" + std::string(token) + "\"") + "}";
}

/// A command that was sent and is about to be looked at for the first time.
Play sent(const char* inputs = one_node) {
  Play play(run_command, inputs);
  engine::Move move = play.begin();
  if (std::string_view(inputs).find("InstanceIds") != std::string_view::npos)
    move = play.answer(nodes("Online"));
  EXPECT_EQ(expect<DoCall>(move).api, "SendCommand");
  move = play.answer(R"({"Command": {"CommandId": "c-1", "Status": "Pending"}})");
  EXPECT_EQ(say(move, play.now), "wake 500");
  EXPECT_EQ(say(play.wake(), play.now), look);
  return play;
}

TEST(RunCommand, LooksAtTheAgentsOfNamedInstancesBeforeItSends) {
  Play play(run_command, one_node);
  EXPECT_EQ(say(play.begin(), play.now), R"(ssm.DescribeInstanceInformation )"
                                         R"({"Filters":[{"Key":"InstanceIds","Values":["i-1"]}]})");
  EXPECT_EQ(say(play.answer(nodes("Online")), play.now),
            R"(ssm.SendCommand {"DocumentName":"AWS-RunShellScript","InstanceIds":["i-1"],)"
            R"("Parameters":{"commands":["echo hi"]}})");
}

TEST(RunCommand, SendsEveryInputAndParametersAsListsOfText) {
  Play play(run_command, R"({"DocumentName": "D", "Targets": {"Key": "tag:a", "Values": ["b"]},
      "Parameters": {"t": "x", "i": 3, "l": ["a", 2], "m": {"k": "v"}}, "Comment": "c",
      "CloudWatchOutputConfig": {"CloudWatchOutputEnabled": "true"}, "DocumentHash": "h",
      "DocumentHashType": "Sha256", "DocumentVersion": "2", "MaxConcurrency": "10%",
      "MaxErrors": "1", "NotificationConfig": {"NotificationArn": "n"}, "OutputS3BucketName": "b",
      "OutputS3KeyPrefix": "p", "ServiceRoleArn": "r", "TimeoutSeconds": 60})");
  const engine::Move move = play.begin();
  const DoCall& call = expect<DoCall>(move);
  EXPECT_EQ(call.api, "SendCommand");
  EXPECT_EQ(to_json(call.input["Parameters"]),
            R"({"t":["x"],"i":["3"],"l":["a","2"],"m":["{\"k\":\"v\"}"]})");
  EXPECT_EQ(to_json(call.input["Targets"]), R"([{"Key":"tag:a","Values":["b"]}])");  // C-53
  for (const char* name :
       {"CloudWatchOutputConfig", "Comment", "DocumentHash", "DocumentHashType", "DocumentVersion",
        "MaxConcurrency", "MaxErrors", "NotificationConfig", "OutputS3BucketName",
        "OutputS3KeyPrefix", "ServiceRoleArn", "TimeoutSeconds"})
    EXPECT_TRUE(call.input.find(name)) << name;
}

TEST(RunCommand, NeedsInstancesOrTargets) {
  Play play(run_command, R"({"DocumentName": "D"})");
  EXPECT_EQ(say(play.begin(), play.now), "Failed InputValidation/Verification final");
}

TEST(RunCommand, WaitsTenMinutesForAgentsThatDoNotAnswer) {
  for (const std::string& seen : {nodes("ConnectionLost"), nodes("Online", "i-other"),
                                  std::string(R"({"InstanceInformationList": []})")}) {
    Play play(run_command, one_node);
    const Time start = play.now;
    const std::string look_again = say(play.begin(), play.now);
    engine::Move move = play.answer(seen);
    EXPECT_EQ(say(move, play.now), "wake 2000");
    for (int i = 0; i < 100 && std::holds_alternative<engine::DoWake>(move.what); ++i) {
      EXPECT_EQ(say(play.wake(), play.now), look_again);
      move = play.answer(seen);
    }
    EXPECT_EQ(say(move, play.now), "TimedOut PreVerification/Verification");
    EXPECT_GE(play.now - start, 600s);
    EXPECT_LT(play.now - start, 616s);
    EXPECT_EQ(sentence(move),
              "Step timed out while step is verifying the SSM Agent availability on the target "
              "instance(s). SSM Agent on Instances: [i-1] are not functioning." +
                  std::string(engine::failure_tail));
  }
}

TEST(RunCommand, NamesOnlyTheInstancesWhoseAgentsAreMissing) {
  Play play(run_command, R"({"DocumentName": "D", "InstanceIds": ["i-2", "i-1", "i-3"]})");
  (void)play.begin();
  (void)play.answer(nodes("Online"));
  (void)play.wake();
  play.now += 600s;
  EXPECT_NE(sentence(play.answer(nodes("Online"))).find("[i-2, i-3] are not"), std::string::npos);
}

TEST(RunCommand, AnAgentThatComesUpInTimeGetsItsCommand) {
  Play play(run_command, one_node);
  (void)play.begin();
  (void)play.answer(nodes("ConnectionLost"));
  (void)play.wake();
  EXPECT_EQ(expect<DoCall>(play.answer(nodes("Online"))).api, "SendCommand");
}

TEST(RunCommand, ErrorsWhileItLooksAtAgentsOrInvocationsPassOrFail) {
  const struct {
    Error error;
    bool passes;
  } cases[] = {{throttled(), true}, {fault(), true},   {no_answer(), true},
               {slow(), true},      {denied(), false}, {broken(), false}};
  for (const auto& c : cases) {
    Play agents(run_command, one_node);
    (void)agents.begin();
    EXPECT_EQ(say(agents.refuse(c.error), agents.now).starts_with("wake"), c.passes)
        << c.error.name;
    Play polls = sent();
    const engine::Move move = polls.refuse(c.error);
    EXPECT_EQ(say(move, polls.now).starts_with("wake"), c.passes) << c.error.name;
    if (!c.passes) {
      EXPECT_NE(sentence(move).find("ListCommandInvocations"), std::string::npos);
    }
  }
}

TEST(RunCommand, ACommandThatIsNotTakenFailsTheInvocation) {
  const struct {
    Error error;
    const char* move;
  } cases[] = {
      {{Code::conflict, "InvalidInstanceId", "not in a valid state", 400},
       "Failed Invocation/Action"},
      {denied(), "Failed Invocation/Permission"},
      {throttled(), "Failed Invocation/Throttling"},
  };
  for (const auto& c : cases) {
    Play play(run_command, by_tag);
    (void)play.begin();
    const engine::Move move = play.refuse(c.error);
    EXPECT_EQ(say(move, play.now), c.move);
    EXPECT_NE(sentence(move).find("when calling the SendCommand operation"), std::string::npos);
  }
}

TEST(RunCommand, LooksUntilEveryInvocationIsOver) {
  for (const char* status : {"Pending", "InProgress", "Delayed", "Cancelling"}) {
    Play play = sent();
    EXPECT_EQ(
        say(play.answer(invocations(invocation("Success") + "," + invocation(status))), play.now),
        "wake 500");
    EXPECT_EQ(say(play.wake(), play.now), look);
    EXPECT_EQ(say(play.answer(invocations(invocation("Success"))), play.now), "success");
  }
  Play play = sent();  // just sent: no invocation is listed yet
  EXPECT_EQ(say(play.answer(invocations("")), play.now), "wake 500");
}

TEST(RunCommand, PollsEverLessOften) {
  Play play = sent();
  for (std::int64_t pause : {500, 750, 1125, 1687, 2531, 3796, 5695, 8542, 12814, 15000, 15000}) {
    EXPECT_EQ(say(play.answer(invocations(invocation("InProgress"))), play.now),
              "wake " + std::to_string(pause));
    (void)play.wake();
  }
}

TEST(RunCommand, TheStatusOfTheCommandDecides) {
  const struct {
    const char *status, *details, *move;
  } cases[] = {
      {"Success", "Success", "success"},
      {"Failed", "Failed", "Failed PostVerification/Verification"},
      {"Failed", "Undeliverable", "Failed PostVerification/Verification"},
      {"Cancelled", "Cancelled", "Failed PostVerification/Verification"},
      {"Cancelled", "Terminated", "Failed PostVerification/Verification"},
      {"TimedOut", "ExecutionTimedOut", "TimedOut PostVerification/Verification"},
      {"TimedOut", "DeliveryTimedOut", "TimedOut PostVerification/Verification"},
  };
  for (const auto& c : cases) {
    Play play = sent();
    EXPECT_EQ(say(play.answer(invocations(invocation(c.status, 0, "", c.details))), play.now),
              c.move);
  }
}

TEST(RunCommand, OfSeveralInvocationsTheWorstDecides) {
  const struct {
    std::vector<const char*> statuses;
    const char* move;
  } cases[] = {
      {{"Success", "Success"}, "success"},
      {{"Success", "Failed", "TimedOut"}, "Failed PostVerification/Verification"},
      {{"Failed", "Success"}, "Failed PostVerification/Verification"},
      {{"TimedOut", "Cancelled"}, "TimedOut PostVerification/Verification"},
      {{"Cancelled", "Success"}, "Failed PostVerification/Verification"},
  };
  for (const auto& c : cases) {
    std::string rows;
    for (const char* status : c.statuses) rows += (rows.empty() ? "" : ",") + invocation(status);
    Play play = sent();
    EXPECT_EQ(say(play.answer(invocations(rows)), play.now), c.move);
  }
}

TEST(RunCommand, PutsOutIdStatusCodeAndOutput) {
  Play play = sent();
  const engine::Move move = play.answer(invocations(invocation("Success", 0, "hello\\n")));
  const Value outputs = json(R"({"CommandId": "c-1", "Status": "Success", "ResponseCode": 0,
      "Output": "hello\n", "OutputPayload": {"Status": "Success", "ResponseCode": 0,
      "Output": "hello\n", "CommandId": "c-1"}})");
  EXPECT_EQ(expect<Succeed>(move).outputs, outputs);
  EXPECT_EQ(expect<Succeed>(move).response, outputs);
}

TEST(RunCommand, AFailureKeepsItsOutputsAndTellsThem) {  // C-24; 6.2 "runCommand, result"
  Play play = sent();
  const engine::Move move = play.answer(invocations(invocation("Failed", 7, "no")));
  EXPECT_EQ(expect<Fail>(move).outputs.integer("ResponseCode"), 7);
  EXPECT_EQ(expect<Fail>(move).outputs.text("Output"), "no");
  EXPECT_EQ(sentence(move),
            "Step fails when it is verifying the command has completed. Command c-1 returns "
            "unexpected invocation result: \n{Status=[Failed], ResponseCode=[7], Output=[no], "
            R"(OutputPayload=[{"Status":"Failed","ResponseCode":7,"Output":"no",)"
            R"("CommandId":"c-1"}], CommandId=[c-1]}.)" +
                std::string(engine::failure_tail));
}

TEST(RunCommand, JoinsTheOutputsOfSeveralPlugins) {
  Play play = sent();
  const engine::Move move = play.answer(invocations(
      R"({"Status": "Failed", "CommandPlugins": [{"ResponseCode": 3, "Output": "one"},
      {"ResponseCode": 0, "Output": "two\n"}, {"ResponseCode": 0, "Output": "three"}]})"));
  EXPECT_EQ(expect<Fail>(move).outputs.text("Output"), "one\ntwo\nthree");
  EXPECT_EQ(expect<Fail>(move).outputs.integer("ResponseCode"), 3);
}

TEST(RunCommand, ReadsEveryPageOfInvocations) {
  Play play = sent();
  EXPECT_EQ(say(play.answer(invocations(invocation("Failed", 2), "t")), play.now),
            R"(ssm.ListCommandInvocations {"CommandId":"c-1","Details":true,"NextToken":"t"})");
  // One that goes on is found on a later page, too: the next look begins at the first.
  EXPECT_EQ(say(play.answer(invocations(invocation("InProgress"))), play.now), "wake 500");
  EXPECT_EQ(say(play.wake(), play.now), look);
  (void)play.answer(invocations(invocation("Failed", 2), "t"));
  const engine::Move move = play.answer(invocations(invocation("Success")));
  EXPECT_EQ(say(move, play.now), "Failed PostVerification/Verification");
  EXPECT_EQ(expect<Fail>(move).outputs.integer("ResponseCode"), 2);
}

TEST(RunCommand, WithTargetsTheCommandItselfKnowsWhetherItIsOver) {
  const std::string ask = R"(ssm.ListCommands {"CommandId":"c-1"})";
  Play play = sent(by_tag);
  EXPECT_EQ(say(play.answer(invocations(invocation("Success"))), play.now), ask);
  // MaxConcurrency holds the others back.
  EXPECT_EQ(say(play.answer(R"({"Commands": [{"Status": "InProgress"}]})"), play.now), "wake 500");
  EXPECT_EQ(say(play.wake(), play.now), look);
  EXPECT_EQ(say(play.answer(invocations(invocation("Success", 0, "out"))), play.now), ask);
  EXPECT_EQ(say(play.refuse(throttled()), play.now), "wake 750");
  (void)play.wake();
  (void)play.answer(invocations(invocation("Success", 0, "out")));
  const engine::Move move = play.answer(R"({"Commands": [{"Status": "Success"}]})");
  EXPECT_EQ(expect<Succeed>(move).outputs.text("Output"), "out");
  Play refused = sent(by_tag);
  (void)refused.answer(invocations(invocation("Success")));
  EXPECT_EQ(say(refused.refuse(denied()), refused.now), "Failed Invocation/Permission");
}

TEST(RunCommand, TargetsThatMeanNobodyEndWithTheCommand) {
  Play play = sent(by_tag);
  (void)play.answer(invocations(""));
  const engine::Move move =
      play.answer(R"({"Commands": [{"Status": "Success", "StatusDetails": "NoInstancesInTag"}]})");
  EXPECT_EQ(say(move, play.now), "success");
  EXPECT_EQ(expect<Succeed>(move).outputs.text("Output"), "");
}

TEST(RunCommand, ACancelCancelsTheCommand) {  // C-44
  Play play = sent();
  (void)play.answer(invocations(invocation("InProgress")));
  EXPECT_EQ(say(play.cancel(), play.now), R"(ssm.CancelCommand {"CommandId":"c-1"})");
  const engine::Move move = play.answer("{}");
  EXPECT_EQ(say(move, play.now), "cancelled");
  EXPECT_EQ(expect<engine::Cancelled>(move).outputs,
            object({{"CommandId", "c-1"}, {"Status", "Cancelled"}}));
  Play refused = sent();
  (void)refused.cancel();
  EXPECT_EQ(say(refused.refuse(denied()), refused.now), "cancelled");
}

TEST(RunCommand, ACancelBeforeTheCommandWasSentSendsNone) {
  Play play(run_command, one_node);
  (void)play.begin();
  EXPECT_EQ(say(play.cancel(), play.now), "cancelled");
  Play waiting(run_command, one_node);
  (void)waiting.begin();
  (void)waiting.answer(nodes("ConnectionLost"));
  EXPECT_EQ(say(waiting.cancel(), waiting.now), "cancelled");
}

}  // namespace
}  // namespace stint::actions

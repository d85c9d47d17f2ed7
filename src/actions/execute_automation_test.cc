// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// aws:executeAutomation (spec/ssm-automation.md 3.1; R12, C-34, C-44).
#include "actions/testing.h"

namespace stint::actions {
namespace {

using namespace testing;
using engine::Fail;

TEST(ExecuteAutomation, StartsAChildWithParametersAsListsOfText) {  // R12
  const struct {
    const char *inputs, *move;
  } cases[] = {
      {R"({"DocumentName": "D"})", "child D: {}"},
      {R"({"DocumentName": "D", "DocumentVersion": "3", "RuntimeParameters": {}})", "child D:3 {}"},
      {R"({"DocumentName": "D", "DocumentVersion": "$LATEST"})", "child D:$LATEST {}"},
      {R"({"DocumentName": ["D"], "DocumentVersion": 2})", "child D:2 {}"},
      {R"({"DocumentName": "arn:aws:ssm:us-west-2:123456789012:document/D"})",
       "child arn:aws:ssm:us-west-2:123456789012:document/D: {}"},
      {R"({"DocumentName": "D", "RuntimeParameters": {"T": "x", "I": 5, "N": -0.5, "B": false}})",
       R"(child D: {"T":["x"],"I":["5"],"N":["-0.5"],"B":["false"]})"},
      {R"({"DocumentName": "D", "RuntimeParameters": {"L": ["a", 1, true], "E": [], "S": ""}})",
       R"(child D: {"L":["a","1","true"],"E":[],"S":[""]})"},
      {R"({"DocumentName": "D", "RuntimeParameters": {"M": {"a": [1]}, "ML": [{"b": 2}, {}]}})",
       R"(child D: {"M":["{\"a\":[1]}"],"ML":["{\"b\":2}","{}"]})"},
  };
  for (const auto& c : cases) {
    Play play(execute_automation, c.inputs);
    EXPECT_EQ(say(play.begin(), play.now), c.move);
  }
}

TEST(ExecuteAutomation, RateControlIsRefusedByName) {
  for (const char* name : {"MaxConcurrency", "MaxErrors", "TargetLocations", "TargetMaps",
                           "TargetParameterName", "Targets"}) {
    Play play(execute_automation, R"({"DocumentName": "D", ")" + std::string(name) + R"(": "1"})");
    const engine::Move move = play.begin();
    EXPECT_EQ(say(move, play.now), "Failed InputValidation/Verification final");
    EXPECT_NE(sentence(move).find(name), std::string::npos);
  }
}

std::string ended(std::string_view status, std::string_view message = "") {
  return R"({"AutomationExecutionId": "e-1", "AutomationExecutionStatus": ")" +
         std::string(status) + R"(", "FailureMessage": ")" + std::string(message) +
         R"(", "Output": ["a", "b"]})";
}

TEST(ExecuteAutomation, TheEndOfTheChildIsTheEndOfTheStep) {  // C-34
  const struct {
    const char *status, *move;
  } cases[] = {
      {"Success", "success"},
      {"TimedOut", "TimedOut PostVerification/Verification"},
      {"Failed", "Failed PostVerification/Verification"},
      {"Cancelled", "Failed PostVerification/Verification"},
  };
  for (const auto& c : cases) {
    Play play(execute_automation, R"({"DocumentName": "D"})");
    (void)play.begin();
    const engine::Move move = play.answer(ended(c.status, "Broken."));
    EXPECT_EQ(say(move, play.now), c.move);
    const Value& outputs = std::holds_alternative<Fail>(move.what)
                               ? expect<Fail>(move).outputs
                               : expect<engine::Succeed>(move).outputs;
    EXPECT_EQ(
        outputs,
        object({{"ExecutionId", "e-1"}, {"Status", c.status}, {"Output", Value::list({"a", "b"})}}))
        << c.status;  // C-24: of a failed step, too
  }
}

TEST(ExecuteAutomation, AFailureHoldsTheChildsMessageAndOneTail) {
  const std::string tail(engine::failure_tail);
  for (const std::string& message : {std::string("Step a fails."), "Step a fails." + tail}) {
    Play play(execute_automation, R"({"DocumentName": "D"})");
    (void)play.begin();
    EXPECT_EQ(sentence(play.answer(ended("Failed", message))),
              "Step fails when it is verifying the automation execution has completed. Automation "
              "execution e-1 ended Failed: Step a fails." +
                  tail);
  }
}

TEST(ExecuteAutomation, AChildThatCannotStartFailsTheInvocation) {
  Play play(execute_automation, R"({"DocumentName": "D"})");
  (void)play.begin();
  const engine::Move move = play.refuse(
      {Code::not_found, "AutomationDefinitionNotFoundException", "There is no D.", 400});
  EXPECT_EQ(say(move, play.now), "Failed Invocation/Action");
  EXPECT_NE(sentence(move).find("(AutomationDefinitionNotFoundException) when calling the "
                                "StartAutomationExecution operation: There is no D."),
            std::string::npos);
}

TEST(ExecuteAutomation, ACancelStopsTheChildAndWaitsForItsEnd) {  // C-44
  Play play(execute_automation, R"({"DocumentName": "D"})");
  (void)play.begin();
  play.execution.order = std::make_shared<const engine::Order>(
      engine::ChildOrder{.id = "child-1", .document = "D", .version = {}, .parameters = {}});
  EXPECT_EQ(say(play.cancel(), play.now), "stop child-1");
  const engine::Move move = play.answer(ended("Cancelled"));
  EXPECT_EQ(say(move, play.now), "cancelled");
  EXPECT_EQ(expect<engine::Cancelled>(move).outputs.text("Status"), "Cancelled");
  // Not even a child that was done in the meantime makes a cancelled step successful.
  Play late(execute_automation, R"({"DocumentName": "D"})");
  (void)late.begin();
  late.execution.order = std::make_shared<const engine::Order>(
      engine::ChildOrder{.id = "child-1", .document = "D", .version = {}, .parameters = {}});
  (void)late.cancel();
  EXPECT_EQ(say(late.answer(ended("Success")), late.now), "cancelled");
}

TEST(ExecuteAutomation, ACancelWithoutAChildEndsAtOnce) {
  Play play(execute_automation, R"({"DocumentName": "D"})");
  EXPECT_EQ(say(play.cancel(), play.now), "cancelled");
}

}  // namespace
}  // namespace stint::actions

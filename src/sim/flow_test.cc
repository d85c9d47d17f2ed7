// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// Flow and final status (spec/ssm-automation.md 2.2, 2.3), attempts and time-outs (2.6), cancel
// (2.5), references (2.4): with the real actions, in virtual time.
#include "sim/testing.h"

namespace stint::sim {
namespace {

using engine::Status;
using testing::Bench;
using testing::trace;
using namespace std::chrono_literals;

/// A step that calls an API that only reads.
std::string step(const std::string& name, const std::string& more = "") {
  return "  - {name: " + name +
         ", action: 'aws:executeAwsApi', inputs: {Service: iam, Api: ListRoles}" +
         (more.empty() ? "" : ", " + more) + "}\n";
}

struct Combination {
  const char* on_failure;
  const char* critical;
  const char* ran;
  Status final;
};
// Spec 2.3, worked combinations: A fails, X is its handler, X and the rest succeed.
const Combination combinations[] = {
    {"", "", "A:Failed", Status::failed},
    {"onFailure: Abort", "", "A:Failed", Status::failed},
    {"onFailure: Abort", "isCritical: false", "A:Failed", Status::success},
    {"onFailure: Continue", "", "A:Failed B:Success X:Success", Status::success},
    {"onFailure: Continue", "isCritical: 'true'", "A:Failed B:Success X:Success", Status::failed},
    {"onFailure: 'step:X'", "", "A:Failed X:Success", Status::failed},
    {"onFailure: 'step:X'", "isCritical: false", "A:Failed X:Success", Status::success},
    {"onFailure: 'step:X'", "isEnd: true", "A:Failed X:Success", Status::failed},  // C-14
    {"onFailure: Continue", "isEnd: true", "A:Failed", Status::success},
};

TEST(Flow, FollowsTheWorkedCombinations) {
  for (const Combination& row : combinations) {
    std::string more = row.on_failure;
    if (*row.critical) more += (more.empty() ? "" : ", ") + std::string(row.critical);
    SCOPED_TRACE(more);
    Bench bench;
    bench.failing = {"A"};
    engine::Execution x = bench.run(step("A", more) + step("B") + step("X"));
    EXPECT_EQ(trace(x), row.ran);
    EXPECT_EQ(x.status, row.final);
    EXPECT_EQ(x.failure_message.empty(), row.final == Status::success);
  }
}

TEST(Flow, TheFirstCriticalFailureDecidesStatusAndMessage) {  // C-17
  Bench bench;
  bench.failing = {"A", "X"};
  engine::Execution x = bench.run(step("A", "onFailure: 'step:X'") + step("X"));
  EXPECT_EQ(x.status, Status::failed);
  EXPECT_EQ(
      x.failure_message,
      "Step fails when it is Execute/Cancelling action. An error occurred (Broken) when calling "
      "the ListRoles operation: broken on purpose. Please refer to Automation Service "
      "Troubleshooting Guide for more diagnosis details.");
  EXPECT_EQ(x.decided_by, 0);
}

TEST(Flow, NextStepAndIsEndSteerSuccess) {
  Bench bench;
  engine::Execution x =
      bench.run(step("A", "nextStep: C") + step("B", "isEnd: true") + step("C", "nextStep: B"));
  EXPECT_EQ(trace(x), "A:Success B:Success C:Success");
  EXPECT_EQ(x.steps[0].next, x.document->step_index("C"));
}

TEST(Flow, ACircleEndsByTheRunAwayGuard) {
  Bench bench;
  engine::Execution x =
      bench.run("  - {name: A, action: 'aws:sleep', inputs: {Duration: PT0S}, nextStep: A}\n");
  EXPECT_EQ(x.status, Status::failed);
  EXPECT_NE(x.failure_message.find("without coming to an end"), std::string::npos);
}

TEST(Attempts, WaitOneSecondDoublingUpToThirty) {  // C-18
  Bench bench;
  bench.failing = {"A"};
  engine::Execution x = bench.run(step("A", "maxAttempts: 8"));
  EXPECT_EQ(bench.calls, 8);
  EXPECT_EQ(x.steps[0].attempts, 8);
  EXPECT_EQ(*x.ended - x.start->time, (1 + 2 + 4 + 8 + 16 + 30 + 30) * 1s);
}

TEST(Attempts, ALaterOneThatSucceedsMakesTheStepSucceed) {
  Bench bench;
  bench.failing = {"A"};
  bench.fail_first = 2;
  engine::Execution x = bench.run(step("A", "maxAttempts: 5"));
  EXPECT_EQ(x.status, Status::success);
  EXPECT_EQ(bench.calls, 3);
}

TEST(Attempts, InputFailuresAreNotRepeated) {  // C-19
  Bench bench;
  engine::Execution x = bench.run(
      "  - {name: A, action: 'aws:sleep', maxAttempts: 5, inputs: {Duration: tomorrow}}\n");
  EXPECT_EQ(x.steps[0].attempts, 1);
  EXPECT_EQ(x.steps[0].failure->stage, "InputValidation");
}

TEST(TimeLimits, EndAStepAsTimedOutAndFollowOnFailure) {
  Bench bench;
  engine::Execution x = bench.run(
      "  - {name: A, action: 'aws:sleep', timeoutSeconds: 5, inputs: {Duration: PT1H}, onFailure: "
      "'step:X'}\n" +
      step("B") + step("X"));
  EXPECT_EQ(trace(x), "A:TimedOut X:Success");
  EXPECT_EQ(x.status, Status::timed_out);
  EXPECT_EQ(*x.ended - x.start->time, 5s);
}

TEST(TimeLimits, HoldForEachAttemptOfAWait) {
  Bench bench;
  engine::Execution x = bench.run(
      "  - {name: A, action: 'aws:waitForAwsResourceProperty', timeoutSeconds: 60, maxAttempts: 2, "
      "inputs: "
      "{Service: ec2, Api: DescribeInstances, PropertySelector: "
      "'$.Reservations[0].Instances[0].State.Name', "
      "DesiredValues: [stopped]}}\n");
  EXPECT_EQ(x.status, Status::timed_out);
  EXPECT_EQ(*x.ended - x.start->time, 121s);
}

TEST(Cancel, LeavesLaterStepsPending) {
  Bench bench;
  std::string id =
      bench.start("  - {name: A, action: 'aws:sleep', inputs: {Duration: PT1H}}\n" + step("B"));
  bench.simulation.run_until(testing::morning() + 1min);
  ASSERT_TRUE(bench.simulation.engine().cancel(id));
  ASSERT_TRUE(bench.simulation.run());
  engine::Execution x = bench.simulation.execution(id);
  EXPECT_EQ(trace(x), "A:Cancelled");
  EXPECT_EQ(x.status, Status::cancelled);
  EXPECT_EQ(*x.ended - x.start->time, 1min);
  EXPECT_EQ(bench.simulation.engine().cancel(id).error().name,
            "InvalidAutomationStatusUpdateException");
}

TEST(Cancel, WorkflowRunsOnCancelForAtMostTwoMinutes) {  // C-25, C-26
  Bench bench;
  std::string id = bench.start(
      "  - {name: A, action: 'aws:sleep', inputs: {Duration: PT1H}, onCancel: 'step:W'}\n" +
      step("B") +
      "  - {name: W, action: 'aws:waitForAwsResourceProperty', inputs: {Service: ec2, Api: "
      "DescribeInstances, "
      "PropertySelector: '$.Reservations[0].Instances[0].State.Name', DesiredValues: "
      "[stopped]}}\n");
  bench.simulation.run_until(testing::morning() + 1min);
  ASSERT_TRUE(bench.simulation.engine().cancel(id));
  ASSERT_TRUE(bench.simulation.run());
  engine::Execution x = bench.simulation.execution(id);
  EXPECT_EQ(trace(x), "A:Cancelled W:Cancelled");
  EXPECT_EQ(x.status, Status::cancelled);
  EXPECT_EQ(*x.ended - x.start->time, 1min + 120s);
}

TEST(Cancel, OfAParentCancelsItsChild) {  // C-44
  Bench bench;
  auto made = bench.simulation.cloud().call(
      bench.simulation.cloud().root("123456789012"), "us-west-2", "ssm", "CreateDocument",
      object({{"Name", "Child"},
              {"DocumentType", "Automation"},
              {"DocumentFormat", "YAML"},
              {"Content",
               "schemaVersion: '0.3'\nmainSteps:\n  - {name: N, action: 'aws:sleep', inputs: "
               "{Duration: PT1H}}\n"}}),
      testing::morning());
  ASSERT_TRUE(made) << made.error().message;
  std::string id = bench.start(
      "  - {name: A, action: 'aws:executeAutomation', inputs: {DocumentName: Child}}\n");
  bench.simulation.run_until(testing::morning() + 1min);
  EXPECT_EQ(bench.simulation.engine().open(), 2u);
  ASSERT_TRUE(bench.simulation.engine().cancel(id));
  ASSERT_TRUE(bench.simulation.run());
  EXPECT_EQ(bench.simulation.execution(id).status, Status::cancelled);
  for (const store::Head& head : *bench.simulation.store().heads())
    EXPECT_EQ(head.status, "Cancelled");
}

TEST(References, AnAbsentOutputFailsTheStepThatNamesIt) {  // C-23
  Bench bench;
  engine::Execution x =
      bench.run(step("A", "outputs: [{Name: none, Selector: $.Nothing, Type: String}]") +
                "  - {name: B, action: 'aws:executeAwsApi', inputs: {Service: iam, Api: GetRole, "
                "RoleName: '{{ A.none }}'}}\n");
  EXPECT_EQ(trace(x), "A:Success B:Failed");
  EXPECT_EQ(
      x.failure_message,
      "Step fails when it is validating and resolving the step inputs. Failed to resolve input: "
      "A.none. Please refer to Automation Service Troubleshooting Guide for more diagnosis "
      "details.");
  EXPECT_EQ(bench.calls, 1) << "no API call for a step whose inputs do not resolve";
}

TEST(References, AnAbsentBranchVariableIsFalseAndItsNotIsTrue) {  // spec 2.4
  Bench bench;
  engine::Execution x =
      bench.run(step("A", "outputs: [{Name: none, Selector: $.Nothing, Type: String}]") +
                "  - {name: B, action: 'aws:branch', inputs: {Choices: [{NextStep: C, Variable: "
                "'{{ A.none }}', StringEquals: x}, "
                "{NextStep: D, Not: {Variable: '{{ A.none }}', Contains: x}}]}}\n" +
                step("C", "isEnd: true") + step("D"));
  EXPECT_EQ(trace(x), "A:Success B:Success D:Success");
}

TEST(References, OutputsAreTypedAndTemplatesKeepTypes) {  // R3, R5, 4.4
  Bench bench;
  engine::Execution x = bench.run(
      "  - {name: A, action: 'aws:executeAwsApi', inputs: {Service: EC2, Api: describe_instances, "
      "InstanceIds: '{{ Id }}'}, "
      "outputs: [{Name: code, Selector: '$.Reservations[0].Instances[0].State.Code', Type: "
      "Integer}, "
      "{Name: all, Selector: $..InstanceId, Type: StringList}]}\n"
      "  - {name: B, action: 'aws:branch', inputs: {Choices: [{NextStep: C, And: [{Variable: '{{ "
      "A.code }}', NumericEquals: 16}, "
      "{Variable: '{{ A.all }}', Contains: i-0123456789abcdef0}]}], Default: D}, isEnd: true}\n" +
      step("C", "isEnd: true") + step("D"));
  EXPECT_EQ(x.steps[0].outputs["code"], Value(16)) << x.failure_message;
  EXPECT_EQ(trace(x), "A:Success B:Success C:Success");
}

TEST(Sleep, SurvivesARestartInTheMiddle) {
  Bench bench;
  std::string id = bench.start("  - {name: A, action: 'aws:sleep', inputs: {Duration: PT10M}}\n");
  bench.simulation.run_until(testing::morning() + 4min);
  bench.simulation.crash();
  ASSERT_TRUE(bench.simulation.run());
  engine::Execution x = bench.simulation.execution(id);
  EXPECT_EQ(x.status, Status::success);
  EXPECT_EQ(*x.ended - x.start->time, 10min);
}

TEST(Nesting, EndsAtTenDeep) {  // C-08
  Bench bench;
  auto made = bench.simulation.cloud().call(
      bench.simulation.cloud().root("123456789012"), "us-west-2", "ssm", "CreateDocument",
      object({{"Name", "Again"},
              {"DocumentType", "Automation"},
              {"DocumentFormat", "YAML"},
              {"Content",
               "schemaVersion: '0.3'\nmainSteps:\n  - {name: N, action: 'aws:executeAutomation', "
               "inputs: {DocumentName: Again}}\n"}}),
      testing::morning());
  ASSERT_TRUE(made) << made.error().message;
  engine::Execution x =
      bench.run("  - {name: A, action: 'aws:executeAutomation', inputs: {DocumentName: Again}}\n");
  EXPECT_EQ(x.status, Status::failed);
  EXPECT_EQ(bench.simulation.store().heads()->size(), 11u);
}

}  // namespace
}  // namespace stint::sim

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// aws:executeAwsApi (spec/ssm-automation.md 3.1, 6.2; C-06, C-37).
#include "actions/testing.h"

namespace stint::actions {
namespace {

using namespace testing;
using engine::Fail;
using engine::Succeed;

TEST(ExecuteAwsApi, CallsTheApiWithEveryOtherInputAsAMember) {
  const struct {
    const char *inputs, *call;
  } cases[] = {
      {R"({"Service": "iam", "Api": "ListRoles"})", "iam.ListRoles {}"},
      {R"({"Service": "SQS", "Api": "send_message", "QueueUrl": "u", "DelaySeconds": 3})",
       R"(SQS.send_message {"QueueUrl":"u","DelaySeconds":3})"},
      // Values keep their types and their order; a null stays for the API's model to judge.
      {R"({"B": [1, "x"], "Service": "ec2", "A": {"c": true}, "Api": "X", "N": null})",
       R"(ec2.X {"B":[1,"x"],"A":{"c":true},"N":null})"},
      {R"({"Service": ["ec2"], "Api": ["DescribeInstances"]})", "ec2.DescribeInstances {}"},
      // These two are members of an API here: only the waiting actions take them for themselves.
      {R"({"Service": "s", "Api": "A", "PropertySelector": "$", "DesiredValues": []})",
       R"(s.A {"PropertySelector":"$","DesiredValues":[]})"},
  };
  for (const auto& c : cases) {
    Play play(execute_aws_api, c.inputs);
    EXPECT_EQ(say(play.begin(), play.now), c.call);
  }
}

TEST(ExecuteAwsApi, TheWholeAnswerIsTheResponseAndTheOutputPayload) {
  Play play(execute_aws_api, R"({"Service": "iam", "Api": "GetRole"})");
  (void)play.begin();
  const char* answer = R"({"Role": {"Arn": "a"}, "ResponseMetadata": {"RequestId": "r"}})";
  const engine::Move move = play.answer(answer);
  EXPECT_EQ(expect<Succeed>(move).response, json(answer));
  EXPECT_EQ(expect<Succeed>(move).outputs, object({{"OutputPayload", json(answer)}}));
  EXPECT_EQ(expect<Succeed>(move).next_step, "");
}

TEST(ExecuteAwsApi, AnErrorOfTheApiFailsTheAttemptInBotosWords) {
  const std::string head = "Step fails when it is Execute/Cancelling action. ";
  const std::string tail(engine::failure_tail);
  const struct {
    Error error;
    const char *move, *code;
    std::string text;
  } cases[] = {
      {denied(), "Failed Invocation/Permission", "AccessDeniedException",
       "An error occurred (AccessDeniedException) when calling the GetRole operation: User: x is "
       "not authorized to perform: y."},
      {{Code::denied, "UnauthorizedOperation", "You are not authorized.", 403},
       "Failed Invocation/Permission",
       "UnauthorizedOperation",
       "An error occurred (UnauthorizedOperation) when calling the GetRole operation: You are not "
       "authorized."},
      {throttled(), "Failed Invocation/Throttling", "ThrottlingException",
       "An error occurred (ThrottlingException) when calling the GetRole operation: Rate "
       "exceeded."},
      {{Code::throttled, "RequestLimitExceeded", "slow", 503},
       "Failed Invocation/Throttling",
       "RequestLimitExceeded",
       "An error occurred (RequestLimitExceeded) when calling the GetRole operation: slow."},
      {{Code::not_found, "NoSuchEntity", "no role", 404},
       "Failed Invocation/Action",
       "NoSuchEntity",
       "An error occurred (NoSuchEntity) when calling the GetRole operation: no role."},
      {no_answer(), "Failed Invocation/Action", "", "the endpoint did not answer."},
  };
  for (const auto& c : cases) {
    Play play(execute_aws_api, R"({"Service": "iam", "Api": "GetRole"})");
    (void)play.begin();
    const engine::Move move = play.refuse(c.error);
    EXPECT_EQ(say(move, play.now), c.move);
    EXPECT_EQ(sentence(move), head + c.text + tail);
    EXPECT_EQ(expect<Fail>(move).failure.code, c.code);
  }
}

TEST(ExecuteAwsApi, InputsThatTheModelRefusesAreNotTriedAgain) {  // C-19
  Play play(execute_aws_api, R"({"Service": "iam", "Api": "GetRole"})");
  (void)play.begin();
  const engine::Move move =
      play.refuse({Code::invalid, "ParamValidation", "Missing required parameter: RoleName.", 0});
  EXPECT_EQ(say(move, play.now), "Failed InputValidation/Verification final");
  EXPECT_EQ(sentence(move),
            "Step fails when it is validating and resolving the step inputs. Missing required "
            "parameter: RoleName." +
                std::string(engine::failure_tail));
}

}  // namespace
}  // namespace stint::actions

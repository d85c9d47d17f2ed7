// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// aws:waitForAwsResourceProperty and aws:assertAwsResourceProperty: what matches (C-49), when the
// next look is (C-47), which errors end the attempt (C-48).
#include "actions/testing.h"

namespace stint::actions {
namespace {

using namespace testing;
using engine::Succeed;

std::string inputs(std::string_view selector, std::string_view desired) {
  return R"({"Service": "ec2", "Api": "DescribeInstances", "InstanceIds": ["i-1"],)"
         R"("PropertySelector": ")" +
         std::string(selector) + R"(", "DesiredValues": )" + std::string(desired) + "}";
}

struct Comparison {
  const char *answer, *selector, *desired;
  bool matches;
};
const Comparison comparisons[] = {
    {R"({"S": "ok"})", "$.S", R"(["ok"])", true},
    {R"({"S": "ok"})", "$.S", R"(["no", "ok"])", true},
    {R"({"S": "OK"})", "$.S", R"(["ok"])", false},
    {R"({"S": "ok "})", "$.S", R"(["ok"])", false},
    {R"({"S": "ok"})", "$.S", R"("ok")", true},  // C-53: one value stands for a list of it
    {R"({"S": "ok"})", "$.S", "[]", false},
    {R"({"S": ""})", "$.S", R"([""])", true},
    // Booleans, either way they are written.
    {R"({"S": true})", "$.S", R"(["True"])", true},
    {R"({"S": true})", "$.S", R"(["true"])", true},
    {R"({"S": false})", "$.S", R"(["False"])", true},
    {R"({"S": false})", "$.S", "[false]", true},
    {R"({"S": true})", "$.S", R"(["False"])", false},
    {R"({"S": "true"})", "$.S", R"(["True"])", false},  // a text is compared as it is
    // Numbers by their text.
    {R"({"S": 3})", "$.S", R"(["3"])", true},
    {R"({"S": 3})", "$.S", "[3]", true},
    {R"({"S": "3"})", "$.S", "[3]", true},
    {R"({"S": 3})", "$.S", R"(["3.0"])", false},
    // Nothing there is never desired, not even as the empty text.
    {R"({"S": null})", "$.S", R"([""])", false},
    {R"({})", "$.S", R"([""])", false},
    {R"({"S": {"a": "b"}})", "$.S.a.b", R"(["b"])", false},
    // A list: not empty, and each item desired.
    {R"({"S": []})", "$.S", R"(["ok"])", false},
    {R"({"S": ["ok"]})", "$.S", R"(["ok"])", true},
    {R"({"S": ["ok", "ok"]})", "$.S", R"(["ok"])", true},
    {R"({"S": ["ok", "no"]})", "$.S", R"(["ok"])", false},
    {R"({"S": ["ok", "no"]})", "$.S", R"(["no", "ok"])", true},
    {R"({"S": ["ok", null]})", "$.S", R"(["ok"])", false},
    {R"({"S": [true, true]})", "$.S", R"(["True"])", true},
    // Deep scans and filters give lists.
    {R"({"I": [{"N": "a", "S": "ok"}, {"N": "b", "S": "ok"}]})", "$..S", R"(["ok"])", true},
    {R"({"I": [{"N": "a", "S": "ok"}, {"N": "b", "S": "no"}]})", "$..S", R"(["ok"])", false},
    {R"({"I": [{"N": "a", "S": "ok"}, {"N": "b", "S": "no"}]})", "$.I[?(@.N == 'a')].S",
     R"(["ok"])", true},
    {R"({"I": [{"N": "a"}]})", "$.I[?(@.N == 'z')].S", R"(["ok"])", false},
    {R"({"I": [{"S": "ok"}]})", "I[0].S", R"(["ok"])", true},
};

TEST(ResourceProperty, MatchesByText) {
  for (const Comparison& row : comparisons) {
    SCOPED_TRACE(std::string(row.answer) + " " + row.selector + " " + row.desired);
    for (Act act : {wait_for_aws_resource_property, assert_aws_resource_property}) {
      Play play(act, inputs(row.selector, row.desired));
      EXPECT_EQ(say(play.begin(), play.now), R"(ec2.DescribeInstances {"InstanceIds":["i-1"]})");
      const engine::Move move = play.answer(row.answer);
      const bool waits = act == wait_for_aws_resource_property;
      EXPECT_EQ(say(move, play.now), row.matches ? "success"
                                     : waits     ? "wake 2000"
                                                 : "Failed PostVerification/Verification");
      if (row.matches) {
        EXPECT_EQ(expect<Succeed>(move).response, json(row.answer));
      }
    }
  }
}

TEST(WaitForAwsResourceProperty, LooksEverLessOftenUpToEvery15Seconds) {  // C-47
  Play play(wait_for_aws_resource_property, inputs("$.S", R"(["ok"])"));
  const std::string call = say(play.begin(), play.now);
  for (std::int64_t pause : {2000, 3000, 4500, 6750, 10125, 15000, 15000, 15000}) {
    EXPECT_EQ(say(play.answer(R"({"S": "no"})"), play.now), "wake " + std::to_string(pause));
    EXPECT_EQ(say(play.wake(), play.now), call);
  }
  EXPECT_EQ(say(play.answer(R"({"S": "ok"})"), play.now), "success");
}

TEST(WaitForAwsResourceProperty, OnlyAnErrorThatSaysSomethingEndsTheAttempt) {  // C-48
  const struct {
    Error error;
    const char* move;
  } cases[] = {
      {throttled(), "wake 2000"},
      {{Code::invalid, "Throttling", "Rate exceeded", 400}, "wake 2000"},
      {{Code::invalid, "RequestLimitExceeded", "Rate exceeded", 503}, "wake 2000"},
      {{Code::invalid, "SlowDown", "", 503}, "wake 2000"},
      {fault(), "wake 2000"},
      {{Code::internal, "InternalError", "", 500}, "wake 2000"},
      {{Code::invalid, "ServiceUnavailable", "", 503}, "wake 2000"},
      {no_answer(), "wake 2000"},
      {slow(), "wake 2000"},
      {denied(), "Failed Invocation/Permission"},
      {broken(), "Failed Invocation/Action"},
      {{Code::not_found, "InvalidInstanceID.NotFound", "", 400}, "Failed Invocation/Action"},
      {{Code::invalid, "ParamValidation", "bad", 0}, "Failed InputValidation/Verification final"},
  };
  for (const auto& c : cases) {
    Play play(wait_for_aws_resource_property, inputs("$.S", R"(["ok"])"));
    (void)play.begin();
    EXPECT_EQ(say(play.refuse(c.error), play.now), c.move) << c.error.name;
  }
}

TEST(WaitForAwsResourceProperty, GoesOnAfterAFaultAsIfTheLookHadShownNothing) {
  Play play(wait_for_aws_resource_property, inputs("$.S", R"(["ok"])"));
  (void)play.begin();
  EXPECT_EQ(say(play.refuse(throttled()), play.now), "wake 2000");
  (void)play.wake();
  EXPECT_EQ(say(play.refuse(fault()), play.now), "wake 3000");
  (void)play.wake();
  EXPECT_EQ(say(play.answer(R"({"S": "ok"})"), play.now), "success");
}

TEST(AssertAwsResourceProperty, LooksOnceWhateverTheErrorIs) {
  for (const Error& error : {throttled(), fault(), no_answer(), denied(), broken()}) {
    Play play(assert_aws_resource_property, inputs("$.S", R"(["ok"])"));
    (void)play.begin();
    EXPECT_TRUE(say(play.refuse(error), play.now).starts_with("Failed Invocation/"));
  }
}

TEST(AssertAwsResourceProperty, SaysWhatItFoundAndWhatItExpected) {
  const struct {
    const char *answer, *found;
  } cases[] = {{R"({"S": "no"})", "[no]"},
               {R"({"S": false})", "[false]"},
               {R"({"S": ["a", "b"]})", R"([["a","b"]])"},
               {"{}", "[]"}};
  for (const auto& c : cases) {
    Play play(assert_aws_resource_property, inputs("$.S", R"(["ok", "fine"])"));
    (void)play.begin();
    EXPECT_EQ(sentence(play.answer(c.answer)),
              "Step fails when it is asserting the property of the resource. The value of $.S is " +
                  std::string(c.found) + R"(, expected one of ["ok","fine"].)" +
                  std::string(engine::failure_tail));
  }
}

TEST(ResourceProperty, ASelectorThatIsNoneFailsBeforeAnyCall) {
  for (Act act : {wait_for_aws_resource_property, assert_aws_resource_property})
    for (const char* selector : {"", "$.S[", "$.length()", "$[?(@.a == 1 && @.b == 2)]"}) {
      Play play(act, inputs(selector, R"(["ok"])"));
      EXPECT_EQ(say(play.begin(), play.now), "Failed InputValidation/Verification final")
          << selector;
    }
}

}  // namespace
}  // namespace stint::actions

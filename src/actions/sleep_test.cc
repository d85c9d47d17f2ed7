// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// aws:sleep (spec/ssm-automation.md 3.1, C-45).
#include "actions/testing.h"

namespace stint::actions {
namespace {

using namespace testing;

// The clock stands at 2026-11-24T08:00:00Z.
const struct {
  const char *inputs, *move;
} cases[] = {
    {R"({"Duration": "PT10S"})", "wake 10000"},
    {R"({"Duration": "PT0.5S"})", "wake 500"},
    {R"({"Duration": "PT1.250S"})", "wake 1250"},
    {R"({"Duration": "PT10M"})", "wake 600000"},
    {R"({"Duration": "PT1H30M"})", "wake 5400000"},
    {R"({"Duration": "PT2H3M4.5S"})", "wake 7384500"},
    {R"({"Duration": "P1D"})", "wake 86400000"},
    {R"({"Duration": "P1DT2H"})", "wake 93600000"},
    {R"({"Duration": ["PT1S"]})", "wake 1000"},  // C-53
    {R"({"Duration": "P6DT23H59M59S"})", "wake 604799000"},
    // No time at all, and times that have passed, do not wait.
    {R"({"Duration": "PT0S"})", "success"},
    {R"({"Timestamp": "2026-11-24T08:00:00Z"})", "success"},
    {R"({"Timestamp": "2020-01-01T01:00:00Z"})", "success"},
    {R"({"Timestamp": "2026-11-24T08:00:01Z"})", "wake 1000"},
    {R"({"Timestamp": "2026-11-24T08:00:00.001Z"})", "wake 1"},
    {R"({"Timestamp": "2026-11-24T10:00:00+01:00"})", "wake 3600000"},
    {R"({"Timestamp": "2026-11-24T08:00:00-08:00"})", "wake 28800000"},
    {R"({"Timestamp": "2026-12-01T07:59:59Z"})", "wake 604799000"},
    {R"({"Timestamp": "2026-11-25"})", "wake 57600000"},
    // One second more than AWS allows, and the unbounded.
    {R"({"Duration": "P7D"})", "refused"},
    {R"({"Duration": "PT604799.001S"})", "refused"},
    {R"({"Duration": "PT604800S"})", "refused"},
    {R"({"Duration": "PT99999999999999999999S"})", "refused"},
    {R"({"Timestamp": "2026-12-01T08:00:00Z"})", "refused"},
    {R"({"Timestamp": "9999-12-31T23:59:59Z"})", "refused"},
    // What is no duration, and no time.
    {R"({"Duration": "-PT1S"})", "refused"},
    {R"({"Duration": "P1M"})", "refused"},
    {R"({"Duration": "P1Y"})", "refused"},
    {R"({"Duration": "PT"})", "refused"},
    {R"({"Duration": "P"})", "refused"},
    {R"({"Duration": "10"})", "refused"},
    {R"({"Duration": 10})", "refused"},
    {R"({"Duration": "PT10"})", "refused"},
    {R"({"Duration": "PT1S1M"})", "refused"},
    {R"({"Timestamp": "tomorrow"})", "refused"},
    {R"({"Timestamp": "2026-13-01T00:00:00Z"})", "refused"},
    // Exactly one of the two.
    {R"({})", "refused"},
    {R"({"Duration": ""})", "refused"},
    {R"({"Duration": "PT1S", "Timestamp": "2026-11-24T08:00:01Z"})", "refused"},
};

TEST(Sleep, WaitsForADurationOrUntilATimestamp) {
  for (const auto& c : cases) {
    Play play(sleep, c.inputs);
    std::string move = say(play.begin(), play.now);
    if (move == "Failed InputValidation/Verification final") move = "refused";
    EXPECT_EQ(move, c.move) << c.inputs;
  }
}

TEST(Sleep, EndsWhenItIsWoken) {
  Play play(sleep, R"({"Duration": "PT10S"})");
  (void)play.begin();
  const engine::Move move = play.wake();
  EXPECT_EQ(say(move, play.now), "success");
  EXPECT_TRUE(expect<engine::Succeed>(move).outputs.is_null());
}

TEST(Sleep, SaysWhatIsWrong) {
  const struct {
    const char *inputs, *part;
  } sentences[] = {{"{}", "Exactly one of Duration and Timestamp is needed."},
                   {R"({"Duration": "P7D"})", "The delay is longer than 604799 seconds."},
                   {R"({"Duration": "soon"})", "Duration \"soon\": "},
                   {R"({"Timestamp": "soon"})", "Timestamp \"soon\": "}};
  for (const auto& c : sentences) {
    Play play(sleep, c.inputs);
    EXPECT_NE(sentence(play.begin()).find(c.part), std::string::npos) << c.inputs;
  }
}

}  // namespace
}  // namespace stint::actions

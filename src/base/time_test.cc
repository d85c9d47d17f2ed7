// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <gtest/gtest.h>

namespace stint {
namespace {
using namespace std::chrono_literals;

const Time sample =
    Time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 24)) + 11h + 18min + 5s + 123ms;

TEST(Time, IsWrittenInTheFormsOfAws) {
  EXPECT_EQ(iso8601(sample), "2026-11-24T11:18:05Z");
  EXPECT_EQ(iso8601(sample, true), "2026-11-24T11:18:05.123Z");
  EXPECT_EQ(iso8601_basic(sample), "20261124T111805Z");
  EXPECT_EQ(http_date(sample), "Tue, 24 Nov 2026 11:18:05 GMT");
  EXPECT_EQ(iso8601(Time(-1ms), true), "1969-12-31T23:59:59.999Z");
}

TEST(Time, IsReadInManyForms) {
  const Time whole = sample - 123ms;
  for (const char* text :
       {"2026-11-24T11:18:05Z", "20261124T111805Z", "2026-11-24 11:18:05",
        "2026-11-24T12:18:05+01:00", "2026-11-24T06:48:05-0430", "2026-11-24T13:18:05+02",
        "Tue, 24 Nov 2026 11:18:05 GMT", "Tuesday, 24-Nov-26 11:18:05 GMT",
        "Tue Nov 24 11:18:05 2026", " 2026-11-24T11:18:05Z\n"}) {
    Result<Time> time = parse_time(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(*time, whole) << text;
  }
  EXPECT_EQ(*parse_time("2026-11-24T11:18:05.123456Z"), sample);
  EXPECT_EQ(*parse_time("2026-11-24"), Time(std::chrono::floor<std::chrono::days>(sample)));
  EXPECT_EQ(*parse_time("Sun Nov  6 08:49:37 1994"), *parse_time("1994-11-06T08:49:37Z"));
  EXPECT_EQ(*parse_time("2016-12-31T23:59:60Z"), *parse_time("2017-01-01T00:00:00Z"));
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const char* text : {"", "now", "2026-13-01", "2026-02-30T00:00:00Z", "2026-11-24T25:00:00Z",
                           "2026-11-24T11:18:05Zx", "2026-11-24T11:18:05.Z", "2026-11-24T11",
                           "Tue, 24 Foo 2026 11:18:05 GMT", "2026-11-24T11:18:05+99:00"})
    EXPECT_FALSE(parse_time(text)) << text;
}

TEST(Duration, OfIso8601IsReadToTheMillisecond) {
  const std::pair<const char*, Duration> good[] = {
      {"PT10M", 10min}, {"P1DT2H", 26h}, {"PT0.5S", 500ms}, {"PT1H30M", 90min},
      {"P2W", 336h},    {"PT0S", 0ms},   {"PT1.5H", 90min}, {"PT604799S", 604799s}};
  for (const auto& [text, length] : good) {
    Result<Duration> duration = parse_iso_duration(text);
    ASSERT_TRUE(duration) << text << ": " << duration.error().message;
    EXPECT_EQ(*duration, length) << text;
  }
  for (const char* text : {"", "P", "PT", "10", "-PT1S", "P1M", "P1Y", "PT1D", "PT1S1M", "PT1.5M1S",
                           "PT.5S", "P1DT", "PTM", "PT99999999999999999999H"})
    EXPECT_FALSE(parse_iso_duration(text)) << text;
}

TEST(Duration, HasAShortFormAndOneForPeople) {
  EXPECT_EQ(*parse_short_duration("8s"), 8s);
  EXPECT_EQ(*parse_short_duration("500ms"), 500ms);
  EXPECT_EQ(*parse_short_duration("1.5h"), 90min);
  EXPECT_EQ(*parse_short_duration("0"), 0s);
  for (const char* text : {"", "s", "1 week", "-1s", "1ss"})
    EXPECT_FALSE(parse_short_duration(text)) << text;
  EXPECT_EQ(human(45ms), "45 ms");
  EXPECT_EQ(human(1200ms), "1.2 s");
  EXPECT_EQ(human(200s), "3 min 20 s");
  EXPECT_EQ(human(2h), "2 h");
  EXPECT_EQ(human(25h), "1 d 1 h");
}

TEST(Time, SurvivesEpochSeconds) {
  EXPECT_EQ(epoch_seconds(Time(1500ms)), 1.5);
  EXPECT_EQ(from_epoch_seconds(epoch_seconds(sample)), sample);
  EXPECT_EQ(iso8601(from_epoch_seconds(1e300)), "9999-12-31T23:59:59Z");
}

TEST(ManualClock, MovesOnlyByHand) {
  ManualClock clock(sample);
  clock.advance(2s);
  EXPECT_EQ(clock.now(), sample + 2s);
  clock.set(sample);
  EXPECT_EQ(clock.now(), sample);
}

}  // namespace
}  // namespace stint

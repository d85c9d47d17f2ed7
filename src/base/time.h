// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stint {

/// A point in time, UTC, to the millisecond: what AWS shows and what journals hold.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

/// Where the core asks for the time. `host` reads the wall clock, `sim` and `--time virtual` move
/// one by hand. Nothing else in the program may read a clock (see docs/architecture.md).
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

/// A clock that stands still until it is moved.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start = Time{}) : now_(start) {}
  Time now() const override { return now_; }
  void advance(Duration by) { now_ += by; }
  void set(Time to) { now_ = to; }

 private:
  Time now_;
};

/// "2026-11-24T11:18:00Z"; with `millis` "2026-11-24T11:18:00.123Z".
std::string iso8601(Time time, bool millis = false);
/// "20261124T111800Z", the form of SigV4 and pre-signed URLs.
std::string iso8601_basic(Time time);
/// "Tue, 24 Nov 2026 11:18:00 GMT" (RFC 9110 section 5.6.7).
std::string http_date(Time time);
/// Reads ISO 8601 dates and times (basic or extended, fraction, Z or an offset) and HTTP dates.
Result<Time> parse_time(std::string_view text);
/// Reads an ISO 8601 duration as aws:sleep takes it: "PT10M", "P1DT2H", "PT0.5S". Not negative;
/// years and months are refused because their length is not fixed.
Result<Duration> parse_iso_duration(std::string_view text);
/// Reads the short form of world files and flags: "8s", "2m", "500ms", "1h", or plain seconds "0".
Result<Duration> parse_short_duration(std::string_view text);
/// "1.2 s", "45 ms", "3 min 20 s": for people.
std::string human(Duration duration);
/// Seconds since 1970 with a fraction, as AWS's JSON protocol writes times.
double epoch_seconds(Time time);
Time from_epoch_seconds(double seconds);

}  // namespace stint

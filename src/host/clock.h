// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>

#include "base/time.h"

namespace stint::host {

/// The wall clock, moved forward when a state was kept by a clock that is ahead of it (a run with
/// virtual time, a clock set back): time never runs backwards in a world.
class WallClock final : public Clock {
 public:
  static Time wall() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
  }
  explicit WallClock(Time not_before = {})
      : ahead_(not_before > wall() ? not_before - wall() : Duration{0}) {}
  Time now() const override { return wall() + ahead_; }
  /// The wall-clock moment at which this clock will show `at`.
  Time wall_at(Time at) const { return at - ahead_; }

 private:
  Duration ahead_;
};

}  // namespace stint::host

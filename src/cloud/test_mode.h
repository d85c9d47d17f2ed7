// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <limits>
#include <optional>

#include "cloud/cloud.h"

namespace stint::cloud {

/// For test suites that were written for another emulator and share one cloud (`--test-mode`).
///
/// Two addresses beside the services:
///   POST /moto-api/reset        the state goes back to how it was at the start
///   POST /moto-api/reset-auth   the body N: the next N actions are not checked, all others are;
///                               "inf" as at the start: none is
/// An action that is not checked needs no known access key, no good signature and no permission.
class TestMode {
 public:
  explicit TestMode(const State& start) : start_(start) {}

  /// Answers a request to one of these addresses; none: it is for a service.
  std::optional<net::Response> answer(const net::Request& request, Cloud& cloud);
  /// Counts one action; true: it is not checked.
  bool take_unchecked();

 private:
  State start_;
  double unchecked_ = std::numeric_limits<double>::infinity();
  double taken_ = 0;
};

}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "explore/explore.h"

/// Mends that need no understanding of what a runbook is for, each proved by exploring.
namespace stint::explore {

/// Single faults that leave something behind, by severity from the worst on.
using Measure = std::array<std::int64_t, 4>;
Measure measure(const Report& report);

struct Suggestion {
  std::string content;               ///< the runbook with the changes, in the form it had
  std::vector<std::string> changes;  ///< "step X: onCancel: step:Y", in the order they were made
  Measure before{}, after{};         ///< over all single faults
  std::int64_t faults_before = 0, faults_after = 0;
};

/// Tries changes one by one and keeps those that make the runbook better: a smaller
/// share of the faults comes to some severity or worse, and to none a greater one. None: no change
/// does. Errors as explore.
Result<std::optional<Suggestion>> suggest(const Options& options);

}  // namespace stint::explore

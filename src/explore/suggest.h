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

/// How many single faults come to a severity or to a worse one: escalation, lost, latent, litter.
struct Outcome {
  std::array<std::int64_t, 4> come_to{};
  std::int64_t faults = 0;  ///< of all these
  friend bool operator==(const Outcome&, const Outcome&) = default;
};
Outcome outcome(const Report& report);

struct Suggestion {
  std::string content;               ///< the runbook with the changes, in the form it had
  std::vector<std::string> changes;  ///< "step X: onCancel: step:Y", in the order they were made
  Outcome before, after;
};

/// Tries changes one by one and keeps those that help. All together make the runbook better: fewer
/// faults come to some severity or worse, and to none more; the fault-free run does what it did.
/// None: no change does. Errors as explore.
Result<std::optional<Suggestion>> suggest(const Options& options);

}  // namespace stint::explore

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "explore/explore.h"
#include "explore/setup.h"

namespace stint::explore {

/// What one thread has for itself: models and what was read, found and compared so far.
struct Workplace {
  /// `options`, `subject` and `world` must outlive it.
  Workplace(const Options& of, const Subject& whose, const cloud::State& where)
      : options(of), subject(whose), world(where), models(of.models()), calls(*models) {}
  const Options& options;
  const Subject& subject;
  const cloud::State& world;
  std::unique_ptr<aws::Models> models;
  sim::Calls calls;
  Differences differences;
  std::optional<std::vector<cloud::Change>> meant;  ///< lasting changes of the fault-free run
};

/// A run that has come to a call, and the calls that it has passed.
struct Beginning {
  Walk walk;
  std::vector<Passed> path;
};

/// One case, call by call. `next`: gets what the next runs come to that its left-overs harm, on the
/// same target and elsewhere. `from`: a run that stands at or before the case's first fault; none:
/// it is run from the start. Errors: as explore::replay.
Result<Finding> replay_at(Workplace& at, const Scenario& scenario,
                          std::vector<Finding>* next = nullptr, std::optional<Beginning> from = {});

}  // namespace stint::explore

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "explore/explore.h"

/// How the world is made ready for exploring.
namespace stint::explore {

/// The runbook's target is the instance that a parameter names; another instance of the world, or a
/// copy of the target that is added to it, is the target elsewhere.
Subject make_subject(const Options& options, cloud::State& world);

/// The world as the run finds it. Time has passed since `now`, so that all changes are seen. None:
/// this start means nothing here (no target).
struct Prepared {
  cloud::State world;
  Time now{};
};
std::optional<Prepared> prepare(const cloud::State& world, Time now, const Subject& subject,
                                Start start);

}  // namespace stint::explore

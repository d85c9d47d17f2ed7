// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "explore/explore.h"

/// What a case has come to, as a judgement and in words.
namespace stint::explore {

struct Verdict {
  Severity severity = Severity::none;
  std::string signature;  ///< of cases that are alike: the damage, and the step that decided
  Damage damage;
};
/// `before`: the cloud when the run began; `meant`: what the fault-free run changes.
Verdict judge(const Walk& walk, const cloud::State& before, const std::vector<cloud::Change>& meant,
              Differences& known);

/// Fills the sentence and the advice in.
void tell(Finding& finding, const Walk& walk);
/// Runs the runbook again, on the same target and elsewhere, and says what comes of it.
void tell_next_runs(Finding& finding, const Walk& walk, const Subject& subject,
                    const std::vector<cloud::Change>& meant, Differences& known);

}  // namespace stint::explore

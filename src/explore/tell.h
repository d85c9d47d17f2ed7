// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "explore/explore.h"

/// What a case has come to, as a judgement and in words.
namespace stint::explore {

struct Verdict {
  Severity severity = Severity::none;
  std::string signature;  ///< of the damage; empty: there is none
  Damage damage;
};
/// `before`: the cloud when the run began; `meant`: what the fault-free run changes.
Verdict judge(const Walk& walk, const cloud::State& before, const std::vector<cloud::Change>& meant,
              Differences& known);

/// Fills the sentence and the advice in.
void tell(Finding& finding, const Walk& walk);
/// One line about a next run, after what `finding` says of it. `elsewhere`: its other target;
/// empty: it is the same.
std::string told_as_next(const Finding& finding, const Walk& walk, std::string_view elsewhere);

}  // namespace stint::explore

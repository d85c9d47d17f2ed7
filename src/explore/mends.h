// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "value/value.h"

/// Changes of a runbook that can be made without understanding what it is for. Whether one helps,
/// only exploring tells.
namespace stint::explore {

struct Mend {
  std::string words;                 ///< "step X: onCancel: step:Y"
  std::function<Value(Value)> make;  ///< the document with it; the same one if it does not fit
};

/// Mends of the way through the steps: an association replaced instead of removed and made again,
/// what restores before what removes, what a handler forgot to undo, names of an execution's own.
std::vector<Mend> structural_mends(const Value& document);
/// Mends of single steps: where a failure or a cancel leads, further attempts, and that the rest of
/// the way back is gone.
std::vector<Mend> step_mends(const Value& document);

}  // namespace stint::explore

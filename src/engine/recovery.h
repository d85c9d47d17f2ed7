// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <variant>

#include "engine/action.h"
#include "engine/execution.h"

/// What becomes of a call whose intent is in the journal and whose answer is not: it may have been
/// made or not (spec/durability.md 1.6). The runbook's calls carry no marks of ours, so class,
/// inputs, names and creation times decide.
namespace stint::engine {

/// The next order, or the failure when the outcome cannot be found out (class U).
std::variant<Order, Fail> recover_call(CallTable& calls, const CallOrder& call, Time intended);

/// After a look: make the call after all (Order), or take this as its answer (Value).
std::variant<Order, Value> after_probe(const ProbeOrder& probe, const Result<Value>& answer);

/// The answer of a call that was made again: "gone already" and "done already" are success.
Result<Value> settle_repeated(const CallOrder& call, Result<Value> answer);

}  // namespace stint::engine

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/execution.h"
#include "value/value.h"

/// Executions as AWS's API shows them (spec 5.3).
namespace stint::engine {

/// AutomationExecution, with StepExecutions of all steps (unstarted ones: Pending).
Value describe(const Execution& execution);
/// What a parent's executeAutomation step is told when its child has ended.
Value child_answer(const Execution& child);
/// The document's outputs: "step.Output" -> list of text (2.4).
Value document_outputs(const Execution& execution);

}  // namespace stint::engine

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "engine/execution.h"

/// The flow between steps and the final status: spec/ssm-automation.md 2.2 and 2.3.
namespace stint::engine {

/// Index of the step that follows; -1: the end.
std::int32_t next_after_success(const document::Document& document, std::int32_t step);
std::int32_t next_after_failure(const document::Document& document, std::int32_t step);

struct FinalStatus {
  Status status = Status::success;
  std::string message;  ///< of the step that decided it
};
/// Of an execution whose flow has come to its end.
FinalStatus final_status(const Execution& execution);

}  // namespace stint::engine

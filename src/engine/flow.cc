// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/flow.h"

namespace stint::engine {
namespace {

std::int32_t next_in_order(const document::Document& document, std::int32_t step) {
  const document::Step& from = document.steps[static_cast<std::size_t>(step)];
  if (from.next_index >= 0) return from.next_index;
  return step + 1 < static_cast<std::int32_t>(document.steps.size()) ? step + 1 : -1;
}

}  // namespace

std::int32_t next_after_success(const document::Document& document, std::int32_t step) {
  if (document.steps[static_cast<std::size_t>(step)].is_end) return -1;
  return next_in_order(document, step);
}

std::int32_t next_after_failure(const document::Document& document, std::int32_t step) {
  const document::Step& from = document.steps[static_cast<std::size_t>(step)];
  switch (from.on_failure.kind) {
    case document::Jump::Kind::step:
      return from.on_failure.index;  // even if isEnd is set (C-14)
    case document::Jump::Kind::go_on:
      return next_after_success(document, step);
    case document::Jump::Kind::abort:
      break;
  }
  return -1;
}

FinalStatus final_status(const Execution& execution) {
  if (execution.cancel) return {.status = Status::cancelled, .message = {}};  // C-25
  if (execution.decided_by < 0) return {};
  const StepState& step = execution.steps[static_cast<std::size_t>(execution.decided_by)];
  return {.status = step.status == Status::timed_out ? Status::timed_out : Status::failed,
          .message = step.failure ? step.failure->message : std::string()};
}

}  // namespace stint::engine

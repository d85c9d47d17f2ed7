// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// aws:executeAutomation: a child execution, started as the same principal; its end is the answer.
#include "actions/acts.h"
#include "actions/common.h"

namespace stint::actions {
namespace {

using engine::Move;
using engine::Turn;

constexpr std::string_view rate_control[] = {"MaxConcurrency",      "MaxErrors",
                                             "TargetLocations",     "TargetMaps",
                                             "TargetParameterName", "Targets"};

Value outputs_of(const Value& child) {
  return object({{"ExecutionId", child["AutomationExecutionId"]},
                 {"Status", child["AutomationExecutionStatus"]},
                 {"Output", child["Output"]}});
}

}  // namespace

Move execute_automation(const Turn& turn) {
  if (turn.kind == Turn::Kind::begin) {
    for (std::string_view name : rate_control)
      if (turn.inputs.find(name))
        return {.what = engine::input_failure("The input " + std::string(name) +
                                              " (rate control) is not supported by stint yet.")};
    return {
        .what = engine::DoChild{.document = text_input(turn.inputs, "DocumentName"),
                                .version = text_input(turn.inputs, "DocumentVersion"),
                                .parameters = wire_parameters(turn.inputs["RuntimeParameters"])},
        .state = {}};
  }
  if (turn.kind == Turn::Kind::cancel) {
    const auto* child = turn.execution.order
                            ? std::get_if<engine::ChildOrder>(turn.execution.order.get())
                            : nullptr;
    if (!child) return {.what = engine::Cancelled{}};
    return {.what = engine::DoStopChild{child->id}, .state = object({{"cancel", true}})};
  }
  const Result<Value>& answer = *turn.answer;
  if (turn.state.flag("cancel"))
    return {.what = engine::Cancelled{answer ? outputs_of(*answer) : Value()}};
  if (!answer) return {.what = engine::call_failure("StartAutomationExecution", answer.error())};
  const std::string& status = answer->text("AutomationExecutionStatus");
  if (status == "Success")
    return {.what = engine::Succeed{.response = *answer, .outputs = outputs_of(*answer)}};
  // C-34: TimedOut stays TimedOut, Failed and Cancelled are failures.
  engine::Fail fail;
  fail.status = status == "TimedOut" ? engine::Status::timed_out : engine::Status::failed;
  fail.failure = {.stage = "PostVerification",
                  .type = "Verification",
                  .message =
                      "Step fails when it is verifying the automation execution has completed. "
                      "Automation execution " +
                      answer->text("AutomationExecutionId") + " ended " + status + ": " +
                      answer->text("FailureMessage"),
                  .code = {}};
  if (!fail.failure.message.ends_with(engine::failure_tail))
    fail.failure.message += engine::failure_tail;
  fail.outputs = outputs_of(*answer);
  return {.what = std::move(fail)};
}

}  // namespace stint::actions

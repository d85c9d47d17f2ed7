// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/describe.h"

#include "value/json.h"

namespace stint::engine {
namespace {

// Spec 2.4, observed; shown on successful executions too.
constexpr std::string_view no_output =
    "No output available yet because the step is not successfully executed";

Value texts(const std::vector<std::string>& items) {
  Value::List out;
  for (const std::string& item : items) out.emplace_back(item);
  return Value(std::move(out));
}

std::string jump_text(const document::Jump& jump) {
  switch (jump.kind) {
    case document::Jump::Kind::abort:
      return "Abort";
    case document::Jump::Kind::go_on:
      return "Continue";
    case document::Jump::Kind::step:
      break;
  }
  return "step:" + jump.step;
}

Value describe_step(const Execution& x, std::size_t index) {
  const document::Step& step = x.document->steps[index];
  const StepState& state = x.steps[index];
  Object out;
  out.append("StepName", step.name);
  out.append("Action", step.action);
  if (step.timeout_seconds) out.append("TimeoutSeconds", *step.timeout_seconds);
  out.append("OnFailure", jump_text(step.on_failure));
  out.append("MaxAttempts", step.max_attempts);
  if (state.started) out.append("ExecutionStartTime", iso8601(*state.started, true));
  if (state.ended) out.append("ExecutionEndTime", iso8601(*state.ended, true));
  out.append("StepStatus", to_string(state.status));
  if (const Value* code = state.outputs.find("ResponseCode"))
    out.append("ResponseCode", document::render(*code));
  Object inputs;
  if (state.inputs.is_object())
    for (const auto& [key, value, where] : state.inputs.as_object())
      inputs.append(key, to_json(value));  // each value JSON-encoded (5.3)
  out.append("Inputs", Value(std::move(inputs)));
  Object outputs;
  if (state.outputs.is_object())
    for (const auto& [key, value, where] : state.outputs.as_object())
      outputs.append(key, texts(document::to_wire(value)));
  out.append("Outputs", Value(std::move(outputs)));
  if (state.failure && state.status != Status::success) {
    out.append("FailureMessage", state.failure->message);
    out.append("FailureDetails",
               object({{"FailureStage", state.failure->stage},
                       {"FailureType", state.failure->type},
                       {"Details", object({{"ErrorCode", texts({state.failure->code})},
                                           {"ErrorMessage", texts({state.failure->message})}})}}));
  }
  out.append("StepExecutionId", derived_id(x.start->id, static_cast<std::int32_t>(index), 0));
  out.append("OverriddenParameters", Value(Object()));
  if (step.is_end) out.append("IsEnd", true);
  if (state.next >= 0)
    out.append("NextStep", x.document->steps[static_cast<std::size_t>(state.next)].name);
  out.append("IsCritical", step.critical());
  return Value(std::move(out));
}

}  // namespace

Value document_outputs(const Execution& x) {
  Object out;
  for (const std::string& name : x.document->outputs) {
    const std::size_t dot = name.find('.');
    const std::int32_t step = x.document->step_index(std::string_view(name).substr(0, dot));
    const Value* found = nullptr;
    if (step >= 0 && dot != std::string::npos) {
      const StepState& state = x.steps[static_cast<std::size_t>(step)];
      if (state.status == Status::success) found = state.outputs.find(name.substr(dot + 1));
    }
    out.set(name, found ? texts(document::to_wire(*found)) : texts({std::string(no_output)}));
  }
  return Value(std::move(out));
}

Value child_answer(const Execution& child) {
  Value::List flat;
  const Value outputs = document_outputs(child);
  for (const auto& [name, values, where] : outputs.as_object())
    for (const Value& value : values.as_list()) flat.push_back(value);
  return object({{"AutomationExecutionId", child.start->id},
                 {"AutomationExecutionStatus", to_string(child.status)},
                 {"FailureMessage", child.failure_message},
                 {"Output", Value(std::move(flat))}});
}

Value describe(const Execution& x) {
  Object out;
  out.append("AutomationExecutionId", x.start->id);
  out.append("DocumentName", x.start->document_name);
  out.append("DocumentVersion", x.start->document_version);
  out.append("ExecutionStartTime", iso8601(x.start->time, true));
  if (x.ended) out.append("ExecutionEndTime", iso8601(*x.ended, true));
  out.append("AutomationExecutionStatus", to_string(x.status));
  Value::List steps;
  for (std::size_t i = 0; i < x.steps.size(); ++i) steps.push_back(describe_step(x, i));
  out.append("StepExecutions", Value(std::move(steps)));
  out.append("StepExecutionsTruncated", false);
  Object parameters;
  if (x.start->parameters.is_object())
    for (const auto& [name, value, where] : x.start->parameters.as_object())
      parameters.append(name, texts(document::to_wire(value)));
  out.append("Parameters", Value(std::move(parameters)));
  out.append("Outputs", document_outputs(x));
  if (!x.failure_message.empty()) out.append("FailureMessage", x.failure_message);
  out.append("Mode", "Auto");
  if (!x.start->parent.empty()) out.append("ParentAutomationExecutionId", x.start->parent);
  out.append("ExecutedBy", x.start->executed_by);
  const bool moving = x.current >= 0 && !terminal(x.status);
  out.append("CurrentStepName", moving ? x.step().name : std::string());
  out.append("CurrentAction", moving ? x.step().action : std::string());
  out.append("Targets", Value(Value::List{}));
  out.append("ResolvedTargets",
             object({{"ParameterValues", Value(Value::List{})}, {"Truncated", false}}));
  return Value(std::move(out));
}

}  // namespace stint::engine

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/execution.h"

#include <array>
#include <utility>

#include "base/check.h"
#include "base/hash.h"
#include "base/overloaded.h"

namespace stint::engine {
namespace {

constexpr std::array<std::string_view, 8> status_names = {
    "Pending", "InProgress", "Waiting", "Success", "TimedOut", "Cancelling", "Cancelled", "Failed"};

}  // namespace

std::string_view to_string(Status status) {
  return status_names[static_cast<std::size_t>(status)];
}
std::optional<Status> status_from(std::string_view text) {
  for (std::size_t i = 0; i < status_names.size(); ++i)
    if (status_names[i] == text) return static_cast<Status>(i);
  return {};
}

Execution begin(StartPtr start, document::DocumentPtr document) {
  Execution execution;
  execution.start = std::move(start);
  execution.document = std::move(document);
  execution.steps.resize(execution.document->steps.size());
  execution.status = Status::in_progress;
  if (execution.steps.empty()) execution.current = -1;
  return execution;
}

void fold(Execution& x, const Record& record) {
  std::visit(Overloaded{
                 [](const StartPtr&) { STINT_CHECK(!"an execution starts once, in begin()"); },
                 [&](const StepStarted& r) {
                   StepState& step = x.steps[static_cast<std::size_t>(r.step)];
                   // A step that runs again (a backward jump) replaces its record.
                   if (r.attempt == 1) step = StepState{.started = r.time};
                   step.status = Status::in_progress;
                   step.attempts = r.attempt;
                   step.inputs = r.inputs;
                   x.current = r.step;
                   x.phase = Execution::Phase::running;
                   x.deadline = r.deadline;
                   x.order.reset();
                   x.state = Value();
                   ++x.steps_run;
                 },
                 [&](const Intended& r) {
                   x.serial = r.serial;
                   x.order = r.order;
                   x.state = r.state;
                   x.ordered = r.time;
                 },
                 [&](const StepEnded& r) {
                   StepState& step = x.steps[static_cast<std::size_t>(r.step)];
                   const document::Step& model =
                       x.document->steps[static_cast<std::size_t>(r.step)];
                   step.status = r.status;
                   step.outputs = r.outputs;
                   step.failure = r.failure;
                   step.ended = r.time;
                   if (!step.started) step.started = r.time;
                   if (step.attempts == 0) step.attempts = 1;
                   step.next = r.next;
                   if ((r.status == Status::failed || r.status == Status::timed_out) &&
                       model.critical() && x.decided_by < 0)
                     x.decided_by = r.step;
                   x.phase = Execution::Phase::ready;
                   x.current = r.next;
                   x.order.reset();
                   x.deadline.reset();
                   x.state = Value();
                 },
                 [&](const AttemptFailed& r) {
                   StepState& step = x.steps[static_cast<std::size_t>(r.step)];
                   step.failure = r.failure;
                   x.phase = Execution::Phase::backoff;
                   x.serial = r.serial;
                   x.order = std::make_shared<const Order>(WakeOrder{r.again});
                   x.ordered = r.time;
                   x.deadline.reset();
                   x.state = Value();
                 },
                 [&](const CancelRequested& r) {
                   x.cancel = true;
                   x.cancel_deadline = r.deadline;
                   x.status = Status::cancelling;
                 },
                 [&](const ExecutionEnded& r) {
                   x.status = r.status;
                   x.failure_message = r.message;
                   x.ended = r.time;
                   x.phase = Execution::Phase::finished;
                   x.current = -1;
                   x.order.reset();
                   x.deadline.reset();
                 },
             },
             record);
}

std::string derived_id(std::string_view execution, std::int32_t step, int number) {
  std::string name(execution);
  name += '/';
  name += std::to_string(step);
  name += '/';
  name += std::to_string(number);
  std::string digits = hex(sha256(name)).substr(0, 32);
  digits[12] = '8';  // RFC 9562, version 8: made from our own hash
  digits[16] = "89ab"[(digits[16] <= '9' ? digits[16] - '0' : digits[16] - 'a' + 10) % 4];
  return digits.substr(0, 8) + '-' + digits.substr(8, 4) + '-' + digits.substr(12, 4) + '-' +
         digits.substr(16, 4) + '-' + digits.substr(20);
}

}  // namespace stint::engine

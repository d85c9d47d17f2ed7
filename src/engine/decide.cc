// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/decide.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/overloaded.h"
#include "base/text.h"
#include "engine/flow.h"
#include "engine/lookup.h"
#include "engine/recovery.h"

namespace stint::engine {
namespace {

using namespace std::chrono_literals;

// A document whose steps form a circle is legal (corpus-findings); one that never leaves it is not.
constexpr int most_steps_run = 10'000;
constexpr Duration cancel_workflow_limit = 120s;  // spec 2.5, C-26

/// Builds one decision; each method adds records and effects.
class Decider {
 public:
  Decider(const Rules& rules, const Execution& x, Time now) : rules_(rules), x_(x), now_(now) {
    out_.records.reserve(2);  // what most decisions hold: a step's start and its first order
  }

  Decision take() { return std::move(out_); }

  void go() {
    if (x_.phase != Execution::Phase::ready) return;
    if (x_.current < 0) return end_execution();
    start_attempt(x_.current, 1);
  }

  void answered(const Answered& event) {
    // A late answer to an order that was given up (time-out, cancel) changes nothing.
    if (x_.phase != Execution::Phase::running || event.serial != x_.serial || !x_.order) return;
    if (x_.cancel && !in_cancel_workflow() && !asked_to_cancel()) return cancelled({});
    if (const auto* probe = std::get_if<ProbeOrder>(x_.order.get()))
      return probed(*probe, event.answer);
    Result<Value> answer = event.answer;
    if (const auto* call = std::get_if<CallOrder>(x_.order.get()); call && call->again)
      answer = settle_repeated(*call, std::move(answer));
    turn(Turn::Kind::answered, x_.state, &answer);
  }

  void woke(const Woke& event) {
    if (event.serial != x_.serial || !x_.order) return;
    if (x_.phase == Execution::Phase::backoff)
      return start_attempt(x_.current, x_.step_state().attempts + 1);
    if (x_.phase == Execution::Phase::running) turn(Turn::Kind::woke, x_.state, nullptr);
  }

  void deadline() {
    if (x_.cancel_deadline && now_ >= *x_.cancel_deadline && in_cancel_workflow() &&
        x_.phase != Execution::Phase::finished)
      return cancelled({});
    if (x_.phase != Execution::Phase::running || !x_.deadline || now_ < *x_.deadline) return;
    Fail timed_out;
    timed_out.status = Status::timed_out;
    timed_out.failure = {.stage = "Invocation",
                         .type = "Action",
                         .message = "Step timed out: it did not end within its time limit." +
                                    std::string(failure_tail),
                         .code = {}};
    failed(x_.current, x_.step_state().attempts, std::move(timed_out));
  }

  void cancel() {
    if (x_.phase == Execution::Phase::finished || x_.cancel) return;
    out_.records.push_back(CancelRequested{.time = now_, .deadline = now_ + cancel_workflow_limit});
    if (x_.phase == Execution::Phase::ready) return end_cancelled();
    if (x_.phase == Execution::Phase::backoff) return cancelled({});
    const Action* action = find_action(rules_.actions, x_.step().action);
    if (action && action->handles_cancel) return turn(Turn::Kind::cancel, x_.state, nullptr);
    // A call that is under way is awaited, then ignored (C-44).
    if (x_.order && std::holds_alternative<CallOrder>(*x_.order)) return;
    cancelled({});
  }

  void recovered() {
    if (x_.phase == Execution::Phase::ready) {
      out_.again = true;
      return;
    }
    if (x_.phase == Execution::Phase::finished || !x_.order) {
      // The step's start was written without an order: its inputs decide anew.
      if (x_.phase == Execution::Phase::running)
        turn(Turn::Kind::begin, Value(), nullptr, x_.step_state().inputs);
      return;
    }
    const auto* call = std::get_if<CallOrder>(x_.order.get());
    if (!call || call->reads || rules_.atomic_cloud)
      return out_.effects.push_back({x_.serial, x_.order});
    std::variant<Order, Fail> plan = recover_call(rules_.calls, *call, x_.ordered);
    if (auto* order = std::get_if<Order>(&plan)) return intend(std::move(*order), x_.state);
    failed(x_.current, x_.step().max_attempts, std::move(std::get<Fail>(plan)));
  }

 private:
  bool in_cancel_workflow() const {
    return x_.cancel && std::ranges::any_of(x_.steps, [](const StepState& step) {
             return step.status == Status::cancelled;
           });
  }
  bool asked_to_cancel() const {
    const Action* action = find_action(rules_.actions, x_.step().action);
    return action && action->handles_cancel;
  }

  void start_attempt(std::int32_t index, int attempt) {
    const document::Step& step = x_.document->steps[static_cast<std::size_t>(index)];
    StepStarted started{
        .step = index, .attempt = attempt, .inputs = {}, .deadline = {}, .time = now_};
    if (x_.steps_run >= most_steps_run) {
      out_.records.push_back(std::move(started));
      Fail runaway = input_failure("The execution ran " + std::to_string(most_steps_run) +
                                   " steps without coming to an end.");
      return step_ended(index, Status::failed, {}, shared(std::move(runaway.failure)), -1);
    }
    const Action* action = find_action(rules_.actions, step.action);
    if (!action) {
      out_.records.push_back(std::move(started));
      return failed(index, attempt, input_failure("Unknown action: " + step.action + "."));
    }
    ExecutionLookup lookup(x_, now_);
    Result<Value> inputs =
        action->resolve ? action->resolve(step.inputs, lookup) : step.inputs.resolve(lookup);
    if (!inputs) {
      started.inputs = step.inputs.source();
      out_.records.push_back(std::move(started));
      return failed(index, attempt, input_failure(inputs.error().message));
    }
    started.inputs = *inputs;
    started.deadline = deadline_of(step, *action);
    out_.records.push_back(std::move(started));
    follow(*action, step, index, attempt,
           action->act({.kind = Turn::Kind::begin,
                        .execution = x_,
                        .step = step,
                        .inputs = *inputs,
                        .state = no_state_,
                        .now = now_}));
  }

  std::optional<Time> deadline_of(const document::Step& step, const Action& action) const {
    std::optional<std::int64_t> seconds =
        step.timeout_seconds ? step.timeout_seconds : action.default_timeout_seconds;
    if (action.cap_seconds)
      seconds = std::min(seconds.value_or(*action.cap_seconds), *action.cap_seconds);
    if (!seconds) return {};
    return now_ + std::chrono::seconds(*seconds);
  }

  void turn(Turn::Kind kind, const Value& state, const Result<Value>* answer) {
    turn(kind, state, answer, x_.step_state().inputs);
  }
  void turn(Turn::Kind kind, const Value& state, const Result<Value>* answer, const Value& inputs) {
    const document::Step& step = x_.step();
    const Action* action = find_action(rules_.actions, step.action);
    STINT_CHECK(action);
    follow(*action, step, x_.current, x_.step_state().attempts,
           action->act({.kind = kind,
                        .execution = x_,
                        .step = step,
                        .inputs = inputs,
                        .state = state,
                        .now = now_,
                        .answer = answer}));
  }

  void follow(const Action& action, const document::Step& step, std::int32_t index, int attempt,
              Move move) {
    std::visit(
        Overloaded{
            [&](DoCall& call) {
              Result<const CallInfo*> info = rules_.calls.find_call(call.service, call.api);
              if (!info) return failed(index, attempt, input_failure(info.error().message));
              CallOrder order{.service = (*info)->service,
                              .operation = (*info)->operation,
                              .input = std::move(call.input),
                              .reads = (*info)->call_class == CallClass::read,
                              .again = false};
              if (const std::string& token = (*info)->token_member;
                  !token.empty() && !order.input.find(token))
                order.input.set(token, derived_id(x_.start->id, index, attempt * 1000));
              intend(std::move(order), std::move(move.state));
            },
            [&](DoWake& wake) { intend(WakeOrder{wake.at}, std::move(move.state)); },
            [&](DoChild& child) {
              intend(ChildOrder{.id = derived_id(x_.start->id, index, attempt),
                                .document = std::move(child.document),
                                .version = std::move(child.version),
                                .parameters = std::move(child.parameters)},
                     std::move(move.state));
            },
            [&](DoStopChild& stop) { intend(StopChildOrder{stop.id}, std::move(move.state)); },
            [&](Succeed& success) { succeeded(action, step, index, attempt, std::move(success)); },
            [&](Fail& fail) { failed(index, attempt, std::move(fail)); },
            [&](Cancelled& done) { cancelled(std::move(done.outputs)); },
        },
        move.what);
  }

  void intend(Order order, Value state) {
    const std::int64_t serial = x_.serial + 1;
    auto shared = std::make_shared<const Order>(std::move(order));
    out_.records.push_back(
        Intended{.serial = serial, .order = shared, .state = std::move(state), .time = now_});
    out_.effects.push_back({serial, std::move(shared)});
  }

  void succeeded(const Action&, const document::Step& step, std::int32_t index, int attempt,
                 Succeed success) {
    Value outputs = std::move(success.outputs);
    if (!step.outputs.empty()) outputs.edit_object().reserve(outputs.size() + step.outputs.size());
    for (const document::Output& output : step.outputs) {
      std::optional<Value> found =
          output.selector.select(success.response.is_null() ? outputs : success.response);
      if (!found) continue;
      Result<std::optional<Value>> typed = document::convert_output(*found, output.type);
      if (!typed) {
        Fail fail;
        fail.failure = {
            .stage = "PostVerification",
            .type = "Verification",
            .message = "Step fails when it is verifying the outputs of the step. Output " +
                       output.name + ": " + typed.error().message + std::string(failure_tail),
            .code = {}};
        fail.outputs = std::move(outputs);
        return failed(index, attempt, std::move(fail));
      }
      if (*typed) outputs.set(output.name, std::move(**typed));
    }
    std::int32_t next;
    if (!success.next_step.empty()) {
      next = x_.document->step_index(success.next_step);
      if (next < 0)
        return failed(index, attempt,
                      input_failure("Unknown step name: \"" + success.next_step + "\"."));
    } else {
      next = next_after_success(*x_.document, index);
    }
    step_ended(index, Status::success, std::move(outputs), {}, next);
  }

  void failed(std::int32_t index, int attempt, Fail fail) {
    const document::Step& step = x_.document->steps[static_cast<std::size_t>(index)];
    if (attempt < step.max_attempts && !fail.final && !x_.cancel) {
      // C-18: 1 s, doubling, at most 30 s.
      const Duration pause = std::min<Duration>(1s * (1 << std::min(attempt - 1, 5)), 30s);
      const std::int64_t serial = x_.serial + 1;
      out_.records.push_back(AttemptFailed{.step = index,
                                           .serial = serial,
                                           .again = now_ + pause,
                                           .failure = shared(std::move(fail.failure)),
                                           .time = now_});
      out_.effects.push_back({serial, std::make_shared<const Order>(WakeOrder{now_ + pause})});
      return;
    }
    step_ended(index, fail.status, std::move(fail.outputs), shared(std::move(fail.failure)),
               next_after_failure(*x_.document, index));
  }

  void cancelled(Value outputs) {
    // Past the limit of the cancel workflow, and inside it, there is no further jump.
    const bool may_jump = !in_cancel_workflow();
    const document::Step& step = x_.step();
    const std::int32_t next =
        may_jump && step.on_cancel.kind == document::Jump::Kind::step ? step.on_cancel.index : -1;
    step_ended(x_.current, Status::cancelled, std::move(outputs), {}, next);
  }

  static FailurePtr shared(Failure failure) {
    return std::make_shared<const Failure>(std::move(failure));
  }

  void step_ended(std::int32_t index, Status status, Value outputs, FailurePtr failure,
                  std::int32_t next) {
    out_.records.push_back(StepEnded{.step = index,
                                     .status = status,
                                     .outputs = std::move(outputs),
                                     .failure = std::move(failure),
                                     .next = next,
                                     .time = now_});
    out_.again = true;
  }

  void probed(const ProbeOrder& probe, const Result<Value>& answer) {
    std::variant<Order, Value> plan = after_probe(probe, answer);
    if (auto* order = std::get_if<Order>(&plan)) return intend(std::move(*order), x_.state);
    Result<Value> adopted = std::move(std::get<Value>(plan));
    turn(Turn::Kind::answered, x_.state, &adopted);
  }

  void end_cancelled() {
    out_.records.push_back(
        ExecutionEnded{.status = Status::cancelled, .message = {}, .time = now_});
  }

  void end_execution() {
    FinalStatus final = final_status(x_);
    out_.records.push_back(
        ExecutionEnded{.status = final.status, .message = std::move(final.message), .time = now_});
  }

  const Rules& rules_;
  const Execution& x_;
  Time now_;
  Decision out_;
  Value no_state_;
};

}  // namespace

Decision decide(const Rules& rules, const Execution& execution, const Event& event, Time now) {
  Decider decider(rules, execution, now);
  std::visit(
      Overloaded{[&](const Go&) { decider.go(); }, [&](const Answered& e) { decider.answered(e); },
                 [&](const Woke& e) { decider.woke(e); },
                 [&](const DeadlinePassed&) { decider.deadline(); },
                 [&](const CancelAsked&) { decider.cancel(); },
                 [&](const Recovered&) { decider.recovered(); }},
      event);
  return decider.take();
}

}  // namespace stint::engine

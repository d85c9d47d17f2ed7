// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "actions/acts.h"
#include "value/json.h"

/// Plays an action's turns by hand: what it remembers between them is kept, the clock is moved by
/// what it waits for.
namespace stint::actions::testing {

inline Value json(std::string_view text) {
  auto value = parse_json(text);
  if (!value) ADD_FAILURE() << value.error().message << " in " << text;
  return value ? *value : Value();
}

using Act = engine::Move (*)(const engine::Turn&);

class Play {
 public:
  using Kind = engine::Turn::Kind;

  Play(Act act, std::string_view inputs) : act_(act), inputs_(json(inputs)) {}

  engine::Move begin() { return turn(Kind::begin, nullptr); }
  /// Moves the clock to the wake-up that the last move asked for, if it asked for one.
  engine::Move wake() {
    if (wake_) now = *wake_;
    return turn(Kind::woke, nullptr);
  }
  engine::Move cancel() { return turn(Kind::cancel, nullptr); }
  engine::Move answer(std::string_view text) {
    Result<Value> value = json(text);
    return turn(Kind::answered, &value);
  }
  engine::Move refuse(Error error) {
    Result<Value> failed = stint::fail(std::move(error));
    return turn(Kind::answered, &failed);
  }

  Time now = *parse_time("2026-11-24T08:00:00Z");
  engine::Execution execution;
  Value state;

 private:
  engine::Move turn(Kind kind, const Result<Value>* answer) {
    engine::Move move = act_({.kind = kind,
                              .execution = execution,
                              .step = step_,
                              .inputs = inputs_,
                              .state = state,
                              .now = now,
                              .answer = answer});
    state = move.state;
    wake_.reset();
    if (const auto* wake = std::get_if<engine::DoWake>(&move.what)) wake_ = wake->at;
    return move;
  }

  Act act_;
  Value inputs_;
  document::Step step_;
  std::optional<Time> wake_;
};

template <class T>
const T& expect(const engine::Move& move) {
  static const T none{};
  const T* found = std::get_if<T>(&move.what);
  EXPECT_TRUE(found) << "another move: " << move.what.index();
  return found ? *found : none;
}

/// "service.Api {...}" of a call, "wake 2000" with the milliseconds from `now`, "success",
/// "Failed STAGE/TYPE", "cancelled", ...: a move in a word, for tables.
inline std::string say(const engine::Move& move, Time now) {
  if (const auto* call = std::get_if<engine::DoCall>(&move.what))
    return call->service + "." + call->api + " " + to_json(call->input);
  if (const auto* wake = std::get_if<engine::DoWake>(&move.what))
    return "wake " + std::to_string((wake->at - now).count());
  if (std::holds_alternative<engine::Succeed>(move.what)) return "success";
  if (const auto* fail = std::get_if<engine::Fail>(&move.what))
    return std::string(engine::to_string(fail->status)) + " " + fail->failure.stage + "/" +
           fail->failure.type + (fail->final ? " final" : "");
  if (std::holds_alternative<engine::Cancelled>(move.what)) return "cancelled";
  if (const auto* child = std::get_if<engine::DoChild>(&move.what))
    return "child " + child->document + ":" + child->version + " " + to_json(child->parameters);
  return "stop " + std::get<engine::DoStopChild>(move.what).id;
}

/// What a failed move says.
inline std::string sentence(const engine::Move& move) {
  return expect<engine::Fail>(move).failure.message;
}

// The errors that polls meet.
inline Error throttled() {
  return {Code::throttled, "ThrottlingException", "Rate exceeded", 400};
}
inline Error fault() {
  return {Code::unavailable, "InternalServerError", "", 500};
}
inline Error no_answer() {
  return {Code::unavailable, "", "the endpoint did not answer", 0};
}
inline Error slow() {
  return {Code::timeout, "", "the endpoint did not answer in time", 0};
}
inline Error denied() {
  return {Code::denied, "AccessDeniedException", "User: x is not authorized to perform: y", 400};
}
inline Error broken() {
  return {Code::invalid, "ValidationError", "no such thing", 400};
}

}  // namespace stint::actions::testing

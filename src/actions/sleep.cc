// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// aws:sleep: a durable timer, never a thread.
#include "actions/acts.h"
#include "actions/common.h"

namespace stint::actions {

using engine::Move;
using engine::Turn;
using namespace std::chrono_literals;

Move sleep(const Turn& turn) {
  constexpr Duration longest = 604'799s;
  if (turn.kind == Turn::Kind::woke) return {.what = engine::Succeed{}};
  const std::string duration = text_input(turn.inputs, "Duration");
  const std::string timestamp = text_input(turn.inputs, "Timestamp");
  if (duration.empty() == timestamp.empty())
    return {.what = engine::input_failure("Exactly one of Duration and Timestamp is needed.")};
  Time until = turn.now;
  if (!duration.empty()) {
    Result<Duration> length = parse_iso_duration(duration);
    if (!length)
      return {.what = engine::input_failure("Duration \"" + duration +
                                            "\": " + length.error().message + ".")};
    until += *length;
  } else {
    Result<Time> at = parse_time(timestamp);
    if (!at)
      return {.what = engine::input_failure("Timestamp \"" + timestamp +
                                            "\": " + at.error().message + ".")};
    until = *at;
  }
  if (until > turn.now + longest)
    return {.what = engine::input_failure("The delay is longer than 604799 seconds.")};
  if (until <= turn.now) return {.what = engine::Succeed{}};
  return {.what = engine::DoWake{until}};
}

}  // namespace stint::actions

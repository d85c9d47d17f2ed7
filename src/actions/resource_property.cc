// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// aws:waitForAwsResourceProperty polls until the selected value is desired;
// aws:assertAwsResourceProperty looks once (spec 3.1: the worked example wins).
#include "actions/acts.h"
#include "actions/common.h"
#include "value/selector.h"

namespace stint::actions {
namespace {

using engine::Move;
using engine::Turn;
using namespace std::chrono_literals;

Move call(const Turn& turn, int polls) {
  return {.what = engine::DoCall{.service = text_input(turn.inputs, "Service"),
                                 .api = text_input(turn.inputs, "Api"),
                                 .input = api_members(turn.inputs,
                                                      {"PropertySelector", "DesiredValues"})},
          .state = object({{"polls", polls}})};
}

/// The selected property; null when nothing is there. Errors: a path that does not parse.
Result<Value> property(const Turn& turn) {
  Selector selector = TRY(Selector::parse(text_input(turn.inputs, "PropertySelector")));
  return selector.select(**turn.answer).value_or(Value());
}

/// The first call, unless the selector, which a template may have made, does not parse.
Move first_call(const Turn& turn) {
  Result<Selector> selector = Selector::parse(text_input(turn.inputs, "PropertySelector"));
  if (!selector) return {.what = engine::input_failure(selector.error().message)};
  return call(turn, 0);
}

}  // namespace

Move wait_for_aws_resource_property(const Turn& turn) {
  const int polls = static_cast<int>(turn.state.integer("polls"));
  if (turn.kind == Turn::Kind::begin) return first_call(turn);
  if (turn.kind == Turn::Kind::woke) return call(turn, polls);
  const Result<Value>& answer = *turn.answer;
  if (!answer) {
    if (!passing(answer.error()))
      return {.what = engine::call_failure(text_input(turn.inputs, "Api"), answer.error())};
  } else {
    Result<Value> found = property(turn);
    if (!found) return {.what = engine::input_failure(found.error().message)};
    if (desired(*found, turn.inputs["DesiredValues"]))
      return {.what = engine::Succeed{.response = *answer, .outputs = {}}};
  }
  return {.what = engine::DoWake{turn.now + poll_pause(polls, 2s)},
          .state = object({{"polls", polls + 1}})};
}

Move assert_aws_resource_property(const Turn& turn) {
  if (turn.kind == Turn::Kind::begin) return first_call(turn);
  const Result<Value>& answer = *turn.answer;
  if (!answer)
    return {.what = engine::call_failure(text_input(turn.inputs, "Api"), answer.error())};
  Result<Value> found = property(turn);
  if (!found) return {.what = engine::input_failure(found.error().message)};
  if (desired(*found, turn.inputs["DesiredValues"]))
    return {.what = engine::Succeed{.response = *answer, .outputs = {}}};
  engine::Fail fail;
  fail.failure = {
      .stage = "PostVerification",
      .type = "Verification",
      .message = "Step fails when it is asserting the property of the resource. The value of " +
                 text_input(turn.inputs, "PropertySelector") + " is [" +
                 (found->is_null() ? "" : document::render(*found)) + "], expected one of " +
                 document::render(turn.inputs["DesiredValues"]) + "." +
                 std::string(engine::failure_tail),
      .code = {}};
  return {.what = std::move(fail)};
}

}  // namespace stint::actions

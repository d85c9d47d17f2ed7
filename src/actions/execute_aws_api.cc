// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// aws:executeAwsApi: one API call; its answer is what Selectors look at.
#include "actions/acts.h"
#include "actions/common.h"

namespace stint::actions {

using engine::Move;
using engine::Turn;

Move execute_aws_api(const Turn& turn) {
  if (turn.kind == Turn::Kind::begin)
    return {.what = engine::DoCall{.service = text_input(turn.inputs, "Service"),
                                   .api = text_input(turn.inputs, "Api"),
                                   .input = api_members(turn.inputs)}};
  const Result<Value>& answer = *turn.answer;
  if (!answer)
    return {.what = engine::call_failure(text_input(turn.inputs, "Api"), answer.error())};
  return {.what = engine::Succeed{.response = *answer,
                                  .outputs = object({{"OutputPayload", *answer}})}};
}

}  // namespace stint::actions

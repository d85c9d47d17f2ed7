// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "aws/model.h"
#include "base/result.h"
#include "value/value.h"

/// What the protocols share; only src/aws/*.cc use it.
namespace stint::aws::wire {

/// No real message is nested deeper; one that is gets an error, not the end of our stack.
constexpr int depth_limit = 100;

inline TimeForm form_or(TimeForm own, TimeForm otherwise) {
  return own == TimeForm::unset ? otherwise : own;
}

/// A time of ours (text or epoch seconds) as JSON writes it: a number for `unix`, else text.
Value time_value(const Value& value, TimeForm form);

/// A scalar as query strings, headers and XML write it. `form` says how times look.
std::string scalar_text(const Shape& shape, TimeForm form, const Value& value);

/// The value of a scalar that came as text. Errors: Code::invalid, no name, a sentence that says
/// what was expected.
Result<Value> read_scalar(const Shape& shape, std::string_view text);

/// The time, as our Values hold it, of a text in any of the forms or of epoch seconds.
Result<Value> read_time(const Value& value);

inline std::unexpected<Error> unreadable(std::string sentence) {
  return fail(Code::invalid, std::move(sentence));
}
inline std::unexpected<Error> too_deep() {
  return unreadable("The message is nested too deeply.");
}

}  // namespace stint::aws::wire

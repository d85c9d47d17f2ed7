// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "value/value.h"

namespace stint {

/// Bounds for text from outside; beyond them a reader answers with an error, never with a crash.
struct ReadLimits {
  std::size_t bytes = 64u << 20;
  int depth = 200;
};

/// Reads strict JSON (RFC 8259) with line and column on every value and key. Duplicate keys are
/// refused (C-03). Integers beyond 64 bits become numbers. Errors: Code::invalid,
/// "line 3, column 7: expected ...".
Result<Value> parse_json(std::string_view text, const ReadLimits& limits = {});

/// Compact JSON (no blanks), members in order. Numbers in the shortest form that reads back equal.
/// Text that is not UTF-8 is written with U+FFFD in place of the bad bytes.
std::string to_json(const Value& value);
/// Indented by two blanks, for people.
std::string to_pretty_json(const Value& value);

}  // namespace stint

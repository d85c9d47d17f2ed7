// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "value/value.h"

namespace stint {

/// What a plain YAML scalar stands for, and why a reader should look twice.
struct PlainScalar {
  Value value;
  /// Empty, or what is surprising about it: "is the octal number 83".
  std::string remark;
};

/// YAML 1.1 (as the service reads runbooks) without timestamps; of the boolean words only true and
/// false. Octal, hexadecimal, binary and base 60 numbers and _ between digits are numbers.
PlainScalar resolve_plain(std::string_view text);

}  // namespace stint

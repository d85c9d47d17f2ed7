// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "base/check.h"

/// One function a parser. Each reads bytes from anywhere and holds what it read to a promise of
/// that parser; a broken promise, a memory error or undefined behaviour ends the program. The
/// function NAME stands in NAME.cc, its inputs in corpus/NAME.
///
/// tests/fuzz/CMakeLists.txt makes a libFuzzer program of each (./dev fuzz), and one test that
/// reads the kept inputs.
namespace stint::fuzz {

#define STINT_FUZZ_TARGETS(row)                                                             \
  row(command_document) row(document) row(front_door) row(gunzip) row(json) row(parameters) \
      row(pattern) row(policy) row(request) row(response) row(selector) row(signature)      \
          row(template_text) row(times) row(world) row(yaml)

#define STINT_FUZZ_DECLARE(name) void name(std::string_view bytes);
STINT_FUZZ_TARGETS(STINT_FUZZ_DECLARE)
#undef STINT_FUZZ_DECLARE

/// Cuts at the first line break: targets that need two texts take them from two parts.
inline std::string_view cut_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
  return line;
}

}  // namespace stint::fuzz

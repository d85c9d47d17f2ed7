// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace stint {
/// Prints the broken promise with its place and ends the program (abort: a core, no unwinding).
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}  // namespace stint

/// A promise inside the program. Never for input: that is a Result.
#define STINT_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::stint::check_failed(#condition, __FILE__, __LINE__))

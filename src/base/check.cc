// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace stint {
void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "stint: internal error: %s does not hold (%s:%d)\n", condition, file, line);
  std::abort();
}
}  // namespace stint

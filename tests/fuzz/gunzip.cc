// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/gunzip.h"

#include "targets.h"

namespace stint::fuzz {

/// Whatever a file holds, no more than the limit comes out.
void gunzip(std::string_view bytes) {
  constexpr std::size_t limit = 1u << 20;
  auto content = aws::gunzip(bytes, limit);
  if (content) STINT_CHECK(content->size() <= limit);
}

}  // namespace stint::fuzz

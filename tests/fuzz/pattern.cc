// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/pattern.h"

#include "targets.h"

namespace stint::fuzz {

/// A pattern in the first line, a text in the rest: compiling and matching end, whatever they say.
void pattern(std::string_view bytes) {
  const std::string_view java = cut_line(bytes);
  auto compiled = document::Pattern::compile(java);
  if (compiled) (void)compiled->matches(bytes);
}

}  // namespace stint::fuzz

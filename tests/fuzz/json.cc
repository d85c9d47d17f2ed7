// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "value/json.h"

#include "targets.h"

namespace stint::fuzz {

/// What was read is written so that it reads back equal, compact and for people.
void json(std::string_view bytes) {
  auto value = parse_json(bytes);
  if (!value) {
    STINT_CHECK(value.error().code == Code::invalid && !value.error().message.empty());
    return;
  }
  for (const std::string& text : {to_json(*value), to_pretty_json(*value)}) {
    auto again = parse_json(text);
    STINT_CHECK(again && *again == *value);
  }
}

}  // namespace stint::fuzz

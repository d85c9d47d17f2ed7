// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "value/yaml.h"

#include "targets.h"

namespace stint::fuzz {

/// What was read is written so that it reads back equal.
void yaml(std::string_view bytes) {
  std::vector<Remark> remarks;
  auto value = parse_yaml(bytes, &remarks);
  if (!value) {
    STINT_CHECK(value.error().code == Code::invalid && !value.error().message.empty());
    return;
  }
  auto again = parse_yaml(to_yaml(*value));
  STINT_CHECK(again && *again == *value);
}

}  // namespace stint::fuzz

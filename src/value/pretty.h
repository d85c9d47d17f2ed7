// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "value/value.h"

namespace stint {

/// JSON for people: two blanks a level, short lists and objects on one line.
std::string to_wrapped_json(const Value& value);

}  // namespace stint

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "value/value.h"

namespace stint {

/// The value with another text for each of its texts, wherever it stands. `change` is told the name
/// of the member that holds it, through lists too; "" at the top.
Value map_texts(
    const Value& value,
    const std::function<std::string(std::string_view member, const std::string& text)>& change);

}  // namespace stint

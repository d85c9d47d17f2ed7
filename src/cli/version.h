// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace stint::cli {
inline constexpr std::string_view version = STINT_VERSION;
}

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace stint {

/// 20 raw bytes; only where a protocol still names it (DocumentHashType Sha1). Not for security.
std::string sha1(std::string_view data);

}  // namespace stint

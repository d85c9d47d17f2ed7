// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace stint {

/// The whole file, at most `limit` bytes. The error names the path and the system's reason.
Result<std::string> read_file(const std::string& path, std::size_t limit = 64u << 20);
/// Writes beside the target, flushes it to disk and renames: readers see the old or the new file.
Result<void> write_file(const std::string& path, std::string_view content, int mode = 0644);

}  // namespace stint

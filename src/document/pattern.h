// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stint::document {

/// Does `text` match the whole of an allowedPattern (C-10)? Java's dialect is translated to PCRE2,
/// with match limits. None: the pattern does not compile and constrains nothing (corpus-findings).
std::optional<bool> matches_pattern(const std::string& pattern, std::string_view text);

/// Why a pattern does not compile; empty: it does.
std::string pattern_problem(const std::string& pattern);

}  // namespace stint::document

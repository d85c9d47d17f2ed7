// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace stint::aws {

/// The content of a gzip file (RFC 1951, RFC 1952), at most `limit` bytes: botocore keeps its
/// models so since 2023. Errors: Code::invalid when it is damaged or too large.
Result<std::string> gunzip(std::string_view file, std::size_t limit = 64u << 20);

}  // namespace stint::aws

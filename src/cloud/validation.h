// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

/// The checks of an input that IAM and STS make themselves, in the words of their wire. Calls that
/// the engine makes do not pass the front door, so handlers check what they rely on.
namespace stint::cloud {

/// ValidationError (400).
std::unexpected<Error> invalid_input(std::string message);
/// "1 validation error detected: Value 'V' at 'M' failed to satisfy constraint: C".
std::unexpected<Error> constraint(std::string_view value, std::string_view member,
                                  std::string_view rule);

/// Lengths count characters of ASCII texts. `member` is spelled as the wire's errors do
/// ("roleName").
Result<void> check_length(std::string_view value, std::string_view member, std::size_t least,
                          std::size_t most);
Result<void> check_range(std::int64_t value, std::string_view member, std::int64_t least,
                         std::int64_t most);
/// True when all are letters, digits or one of "_+=,.@-".
bool plain_name(std::string_view text);

}  // namespace stint::cloud

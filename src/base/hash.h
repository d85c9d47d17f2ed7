// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stint {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::string_view data);
Sha256 hmac_sha256(std::string_view key, std::string_view data);
std::string md5(std::string_view data);  ///< 16 raw bytes: ETag and Content-MD5 only
std::string hex(std::string_view bytes);
std::string hex(const Sha256& digest);
std::string base64(std::string_view bytes);
/// Standard alphabet, padding required, white space refused.
Result<std::string> from_base64(std::string_view text);
/// Takes the same time whatever the contents; false at once when the lengths differ.
bool equal_constant_time(std::string_view a, std::string_view b);
/// 64-bit FNV-1a: stable across runs and machines, for hash tables on disk. Not for security.
std::uint64_t fnv1a(std::string_view data);

}  // namespace stint

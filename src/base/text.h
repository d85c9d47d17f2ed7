// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stint {

std::string lower(std::string_view text);                         ///< ASCII only
bool equals_ignore_case(std::string_view a, std::string_view b);  ///< ASCII only
std::string_view trim(std::string_view text);                     ///< blanks, tabs, line ends
std::vector<std::string_view> split(std::string_view text, char separator);  ///< keeps empty parts
std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// The whole text as a decimal number; none on anything else or when it does not fit.
std::optional<std::int64_t> to_integer(std::string_view text);
std::optional<double> to_number(std::string_view text);
/// RFC 3986: everything but unreserved characters is escaped; `keep_slash` leaves '/' as it is.
std::string percent_encode(std::string_view text, bool keep_slash = false);
/// Bad escapes stay as they are; `plus_is_blank` as in form bodies.
std::string percent_decode(std::string_view text, bool plus_is_blank = false);
/// The known word that `word` was most likely meant to be, or empty: for "did you mean".
std::string closest(std::string_view word, const std::vector<std::string>& known);
/// Cuts to at most `limit` bytes without splitting a UTF-8 character.
std::string_view clip_utf8(std::string_view text, std::size_t limit);
/// Characters of UTF-8, not bytes: what AWS and botocore count in lengths.
std::size_t count_characters(std::string_view text);
bool valid_utf8(std::string_view text);
/// Bytes of the well-formed UTF-8 character at the start of `text`, 1 to 4; 0: there is none
/// (over-long forms, surrogates and values beyond U+10FFFF are not well-formed).
std::size_t utf8_length(std::string_view text);
/// Appends the character in UTF-8; U+FFFD for what is no character.
void append_utf8(std::string& out, std::uint32_t character);

}  // namespace stint

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "value/yaml_scalar.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace stint {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

/// The digits of `text` in `base`, '_' left out; none: something else, or too large.
std::optional<std::int64_t> digits(std::string_view text, bool negative, int base) {
  std::string plain = negative ? "-" : "";
  for (const char c : text)
    if (c != '_') plain += c;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value, base);
  if (error != std::errc{} || end != plain.data() + plain.size()) return std::nullopt;
  return value;
}

bool all_of(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == text.npos;
}

/// "190:20:30": every part after the first is below 60.
std::optional<std::int64_t> base_sixty(std::string_view body, bool negative) {
  std::int64_t total = 0;
  bool first = true;
  for (const std::string_view part : split(body, ':')) {
    const auto value = digits(part, false, 10);
    if (!value || (!first && (part.size() > 2 || *value > 59 || !all_of(part, "0123456789"))))
      return std::nullopt;
    if (__builtin_mul_overflow(total, 60, &total) || __builtin_add_overflow(total, *value, &total))
      return std::nullopt;
    first = false;
  }
  return negative ? -total : total;
}

std::optional<PlainScalar> integer(std::string_view text) {
  const bool negative = text[0] == '-';
  std::string_view body = text;
  if (text[0] == '-' || text[0] == '+') body.remove_prefix(1);
  if (body.empty() || !is_digit(body[0])) return std::nullopt;
  const auto number = [](std::optional<std::int64_t> value,
                         std::string_view what) -> std::optional<PlainScalar> {
    if (!value) return std::nullopt;
    return PlainScalar{*value,
                       what.empty() ? std::string() : fmt::format("is {} {}", what, *value)};
  };
  if (body.starts_with("0b") && body.size() > 2 && all_of(body.substr(2), "01_"))
    return number(digits(body.substr(2), negative, 2), "the binary number");
  if (body.starts_with("0x") && body.size() > 2 &&
      all_of(body.substr(2), "0123456789abcdefABCDEF_"))
    return number(digits(body.substr(2), negative, 16), "the hexadecimal number");
  if (body[0] == '0' && body.size() > 1)
    return all_of(body, "01234567_") ? number(digits(body, negative, 8), "the octal number")
                                     : std::nullopt;
  if (all_of(body, "0123456789_")) {
    const bool underscore = body.find('_') != body.npos;
    if (const auto value = digits(body, negative, 10))
      return number(value, underscore ? "the number" : "");
    // Beyond 64 bits: a number that is no integer, as in JSON.
    std::string plain(text);
    std::erase(plain, '_');
    if (const auto wide = to_number(plain)) return PlainScalar{*wide, "does not fit into 64 bits"};
    return std::nullopt;
  }
  if (body.find(':') != body.npos && all_of(body, "0123456789_:"))
    return number(base_sixty(body, negative), "the base 60 number");
  return std::nullopt;
}

std::optional<PlainScalar> number(std::string_view text) {
  std::string_view body = text;
  if (text[0] == '-' || text[0] == '+') body.remove_prefix(1);
  const auto dot = body.find('.');
  if (dot == body.npos) return std::nullopt;
  const std::string_view before = body.substr(0, dot);
  std::string_view after = body.substr(dot + 1);
  // YAML 1.1 wants a sign in the exponent.
  std::string_view exponent;
  if (const auto e = after.find_first_of("eE"); e != after.npos) {
    exponent = after.substr(e + 1);
    after = after.substr(0, e);
    if (exponent.size() < 2 || (exponent[0] != '-' && exponent[0] != '+') ||
        !all_of(exponent.substr(1), "0123456789"))
      return std::nullopt;
  }
  if (!all_of(after, "0123456789_")) return std::nullopt;
  if (before.empty() ? after.empty() || !is_digit(after[0]) || body.size() != text.size()
                     : !is_digit(before[0]) || !all_of(before, "0123456789_"))
    return std::nullopt;
  std::string plain;
  for (const char c : text)
    if (c != '_') plain += c;
  const auto value = to_number(plain);
  if (!value) return std::nullopt;
  return PlainScalar{*value, {}};
}

}  // namespace

PlainScalar resolve_plain(std::string_view text) {
  if (one_of(text, {"", "~", "null", "Null", "NULL"})) return {};
  if (one_of(text, {"true", "True", "TRUE"})) return {true, {}};
  if (one_of(text, {"false", "False", "FALSE"})) return {false, {}};
  const char first = text[0];
  if (is_digit(first) || first == '-' || first == '+' || first == '.') {
    if (auto found = integer(text)) return std::move(*found);
    if (auto found = number(text)) return std::move(*found);
  } else if (text.size() <= 3) {
    const std::string word = lower(text);
    const bool same_case =
        text == word || one_of(text, {"Yes", "YES", "No", "NO", "On", "ON", "Off", "OFF"});
    if (same_case && one_of(word, {"yes", "no", "on", "off"}))
      return {text, "is text here; other YAML readers take it for a boolean"};
  }
  return {text, {}};
}

}  // namespace stint

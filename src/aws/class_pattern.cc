// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/class_pattern.h"

#include <charconv>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "base/text.h"

namespace stint::aws {
namespace {

using Range = std::pair<std::uint32_t, std::uint32_t>;
constexpr std::uint32_t last_character = 0x10FFFF;

struct ClassPattern {
  std::vector<Range> ranges;
  bool negated = false;
  std::size_t least = 1, most = 1;

  bool holds(std::uint32_t character) const {
    for (auto [low, high] : ranges)
      if (character >= low && character <= high) return !negated;
    return negated;
  }
};

/// The character at the start of `rest`, which moves on; none at the end or in bad UTF-8.
std::optional<std::uint32_t> take_character(std::string_view& rest) {
  const std::size_t length = utf8_length(rest);
  if (length == 0) return std::nullopt;
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
  std::uint32_t character = length == 1 ? byte(0) : byte(0) & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) character = (character << 6) | (byte(i) & 0x3F);
  rest.remove_prefix(length);
  return character;
}

/// Reads such patterns from the left. Its functions answer false for anything else.
class Reader {
 public:
  explicit Reader(std::string_view pattern) : rest_(pattern) {}

  bool read(ClassPattern& out) {
    eat('^');
    if (eat('[')) {
      if (!read_class(out)) return false;
    } else if (!rest_.starts_with('\\') || !read_item(out)) {
      return false;
    }
    if (!read_quantifier(out)) return false;
    eat('$');
    return rest_.empty();
  }

 private:
  bool eat(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool read_class(ClassPattern& out) {
    out.negated = eat('^');
    while (!rest_.starts_with(']'))
      if (rest_.empty() || !read_item(out)) return false;
    return eat(']') && !out.ranges.empty();
  }

  /// One character, a range, or \w and its like.
  bool read_item(ClassPattern& out) {
    if (rest_.starts_with("\\w") || rest_.starts_with("\\d") || rest_.starts_with("\\s")) {
      add_group(out, rest_[1]);
      rest_.remove_prefix(2);
      return true;
    }
    // Java's classes nest and intersect; none of the simple ones does.
    if (rest_.starts_with('[') || rest_.starts_with("&&")) return false;
    const std::optional<std::uint32_t> low = read_character();
    if (!low) return false;
    std::uint32_t high = *low;
    if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']') {
      const std::string_view behind = rest_.substr(1);
      if (behind.starts_with("\\w") || behind.starts_with("\\d") || behind.starts_with("\\s") ||
          behind.starts_with('['))
        return false;
      rest_.remove_prefix(1);
      const std::optional<std::uint32_t> end = read_character();
      if (!end || *end < *low) return false;
      high = *end;
    }
    out.ranges.emplace_back(*low, high);
    return true;
  }

  static void add_group(ClassPattern& out, char group) {
    if (group == 's') {
      out.ranges.insert(out.ranges.end(), {{'\t', '\r'}, {' ', ' '}});
      return;
    }
    out.ranges.emplace_back('0', '9');
    if (group == 'w') out.ranges.insert(out.ranges.end(), {{'a', 'z'}, {'A', 'Z'}, {'_', '_'}});
  }

  std::optional<std::uint32_t> read_character() {
    if (!eat('\\')) return take_character(rest_);
    if (rest_.empty()) return std::nullopt;
    const char kind = rest_[0];
    rest_.remove_prefix(1);
    if (kind == 'u' || kind == 'x') {
      const std::size_t digits = kind == 'u' ? 4 : 2;
      if (rest_.size() < digits) return std::nullopt;
      std::uint32_t value = 0;
      const char* end = rest_.data() + digits;
      const auto [stop, error] = std::from_chars(rest_.data(), end, value, 16);
      if (error != std::errc{} || stop != end) return std::nullopt;
      rest_.remove_prefix(digits);
      return value;
    }
    if (kind == 'n') return '\n';
    if (kind == 'r') return '\r';
    if (kind == 't') return '\t';
    const bool letter_or_digit = (kind >= 'a' && kind <= 'z') || (kind >= 'A' && kind <= 'Z') ||
                                 (kind >= '0' && kind <= '9');
    if (letter_or_digit) return std::nullopt;
    return static_cast<unsigned char>(kind);
  }

  bool read_quantifier(ClassPattern& out) {
    constexpr std::size_t any = std::numeric_limits<std::size_t>::max();
    if (eat('+')) return set(out, 1, any);
    if (eat('*')) return set(out, 0, any);
    if (eat('?')) return set(out, 0, 1);
    if (!eat('{')) return true;
    const std::size_t close = rest_.find('}');
    if (close == rest_.npos) return false;
    const std::string_view counts = rest_.substr(0, close);
    const std::size_t comma = counts.find(',');
    const std::optional<std::int64_t> least = to_integer(counts.substr(0, comma));
    if (!least || *least < 0) return false;
    out.least = out.most = static_cast<std::size_t>(*least);
    if (comma != counts.npos) {
      out.most = any;
      if (comma + 1 < counts.size()) {
        const std::optional<std::int64_t> most = to_integer(counts.substr(comma + 1));
        if (!most || *most < *least) return false;
        out.most = static_cast<std::size_t>(*most);
      }
    }
    rest_.remove_prefix(close + 1);
    return true;
  }

  static bool set(ClassPattern& out, std::size_t least, std::size_t most) {
    out.least = least;
    out.most = most;
    return true;
  }

  std::string_view rest_;
};

}  // namespace

std::optional<bool> matches_class_pattern(std::string_view pattern, std::string_view text) {
  ClassPattern parsed;
  if (!Reader(pattern).read(parsed)) return std::nullopt;
  std::size_t count = 0;
  while (!text.empty()) {
    const std::optional<std::uint32_t> character = take_character(text);
    if (!character || *character > last_character || !parsed.holds(*character)) return false;
    ++count;
  }
  return count >= parsed.least && count <= parsed.most;
}

}  // namespace stint::aws

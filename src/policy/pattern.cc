// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "policy/pattern.h"

#include <array>

#include "base/text.h"
#include "policy/keys.h"
#include "policy/policy.h"

namespace stint::policy {
namespace {

constexpr std::size_t npos = std::string_view::npos;

// In an expanded pattern a wildcard is a symbol of its own, outside the range of bytes, so that a
// '*' which came from a variable's value stays a plain character.
constexpr char16_t any_run = 0x100;
constexpr char16_t any_one = 0x101;

char16_t symbol(char c) {
  if (c == '*') return any_run;
  if (c == '?') return any_one;
  return static_cast<unsigned char>(c);
}
char16_t symbol(char16_t c) {
  return c;
}

/// One past the UTF-8 character at `i`: `?` stands for a character, not for a byte.
std::size_t next_character(std::string_view text, std::size_t i) {
  for (++i; i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;) ++i;
  return i;
}

/// Goes back only to the last `*`, never further: what an earlier one swallowed cannot matter.
template <class Symbols>
bool glob(const Symbols& pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = npos, resume = 0;
  while (t < text.size()) {
    const char16_t s = p < pattern.size() ? symbol(pattern[p]) : char16_t{0x1FF};
    if (s == any_run) {
      star = p++;
      resume = t;
    } else if (s == any_one) {
      ++p;
      t = next_character(text, t);
    } else if (s == static_cast<unsigned char>(text[t])) {
      ++p;
      ++t;
    } else if (star != npos) {
      p = star + 1;
      t = resume = next_character(text, resume);
    } else {
      return false;
    }
  }
  while (p < pattern.size() && symbol(pattern[p]) == any_run) ++p;
  return p == pattern.size();
}

/// "aws:PrincipalTag/team, 'none'": the default is what stands in quotes after a comma.
Variable read_variable(std::string_view inside) {
  for (std::size_t comma = inside.find(','); comma != npos; comma = inside.find(',', comma + 1)) {
    const std::string_view rest = trim(inside.substr(comma + 1));
    if (rest.size() < 2 || rest.front() != '\'' || rest.back() != '\'') continue;
    const std::string_view key = trim(inside.substr(0, comma));
    return {lower(key), std::string(key), std::string(rest.substr(1, rest.size() - 2))};
  }
  return {lower(trim(inside)), std::string(trim(inside)), std::nullopt};
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text) {
  return glob(pattern, text);
}

std::size_t variable_end(std::string_view text, std::size_t start) {
  bool quoted = false;
  for (std::size_t i = start + 2; i < text.size(); ++i) {
    if (text[i] == '\'') quoted = !quoted;
    if (text[i] == '}' && !quoted) return i + 1;
  }
  // An apostrophe that opens nothing: take the first brace.
  const std::size_t brace = text.find('}', start);
  return brace == npos ? npos : brace + 1;
}

std::size_t nth_colon(std::string_view text, int count) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '$' && i + 1 < text.size() && text[i + 1] == '{') {
      const std::size_t end = variable_end(text, i);
      if (end != npos) i = end - 1;
    } else if (text[i] == ':' && --count == 0) {
      return i;
    }
  }
  return npos;
}

Pattern Pattern::prepare(std::string_view text, Wildcards wildcards, std::size_t variables_from) {
  Pattern pattern;
  pattern.text_ = text;
  const bool wild = wildcards == Wildcards::on;
  if (variables_from != npos && text.find("${", variables_from) != npos)
    pattern.cut(variables_from, wild);
  if (!pattern.pieces_.empty()) {
    pattern.shape_ = Shape::variables;
    return pattern;
  }
  const std::size_t first = wild ? text.find_first_of("*?") : npos;
  pattern.fixed_ = static_cast<std::uint32_t>(first == npos ? text.size() : first);
  if (first == npos)
    pattern.shape_ = Shape::exact;
  else if (text == "*")
    pattern.shape_ = Shape::everything;
  else if (first + 1 == text.size() && text.back() == '*')
    pattern.shape_ = Shape::prefix;
  else
    pattern.shape_ = Shape::glob;
  if (first != npos)
    pattern.tail_ = static_cast<std::uint32_t>(text.size() - text.find_last_of("*?") - 1);
  return pattern;
}

void Pattern::cut(std::size_t variables_from, bool wild) {
  const std::string_view text = text_;
  std::size_t done = 0;
  for (std::size_t at = text.find("${", variables_from); at != npos; at = text.find("${", at)) {
    const std::size_t end = variable_end(text, at);
    if (end == npos) break;
    if (at > done)
      pieces_.push_back({std::string(text.substr(done, at - done)), wild, std::nullopt});
    const std::string_view inside = text.substr(at + 2, end - at - 3);
    if (inside == "*" || inside == "?" || inside == "$")
      pieces_.push_back({std::string(inside), false, std::nullopt});
    else
      pieces_.push_back({{}, false, read_variable(inside)});
    done = at = end;
  }
  if (!pieces_.empty() && done < text.size())
    pieces_.push_back({std::string(text.substr(done)), wild, std::nullopt});
}

bool Pattern::matches(std::string_view text) const {
  switch (shape_) {
    case Shape::exact:
      return text == text_;
    case Shape::everything:
      return true;
    case Shape::prefix:
      return text.starts_with(std::string_view(text_).substr(0, fixed_));
    case Shape::glob: {
      // Most texts fail at one of the two ends, which is cheap to see.
      const std::string_view whole = text_;
      return text.size() >= fixed_ + tail_ && text.starts_with(whole.substr(0, fixed_)) &&
             text.ends_with(whole.substr(whole.size() - tail_)) &&
             glob(whole.substr(fixed_), text.substr(fixed_));
    }
    case Shape::variables:
      break;
  }
  return false;
}

bool Pattern::matches(std::string_view text, const Request& request) const {
  if (shape_ != Shape::variables) return matches(text);
  // On the stack unless it is long: this is on the way of every request.
  std::array<char16_t, 512> short_one;
  std::u16string long_one;
  std::size_t size = 0;
  for (const Piece& piece : pieces_) {
    std::optional<std::string_view> value = piece.literal;
    if (piece.variable) value = variable_value(*piece.variable, request);
    if (!value) return false;
    for (const char c : *value) {
      const char16_t s = piece.wild ? symbol(c) : char16_t{static_cast<unsigned char>(c)};
      if (size < short_one.size()) {
        short_one[size++] = s;
        continue;
      }
      if (long_one.empty()) long_one.assign(short_one.data(), size);
      long_one += s;
    }
  }
  if (!long_one.empty()) return glob(long_one, text);
  return glob(std::u16string_view(short_one.data(), size), text);
}

std::vector<const Variable*> Pattern::variables() const {
  std::vector<const Variable*> all;
  for (const Piece& piece : pieces_)
    if (piece.variable) all.push_back(&*piece.variable);
  return all;
}

std::optional<std::string> Pattern::resolve(const Request& request) const {
  if (shape_ != Shape::variables) return text_;
  std::string resolved;
  for (const Piece& piece : pieces_) {
    std::optional<std::string_view> value = piece.literal;
    if (piece.variable) value = variable_value(*piece.variable, request);
    if (!value) return std::nullopt;
    resolved += *value;
  }
  return resolved;
}

}  // namespace stint::policy

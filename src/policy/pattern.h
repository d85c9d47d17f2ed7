// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stint::policy {

struct Request;

/// What `${...}` in a policy stands for.
struct Variable {
  std::string key;                       ///< lower-cased
  std::string named;                     ///< as written
  std::optional<std::string> otherwise;  ///< the default in quotes, when there is one
};

/// A `*` or `?` in it.
inline bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

/// A text of a policy with `*`, `?` and, from version 2012-10-17 on, `${variables}`; prepared once
/// so that matching needs no allocation unless there are variables.
///
/// What a variable stands for is taken literally: a `*` in a tag's value is no wildcard.
class Pattern {
 public:
  enum class Wildcards : std::uint8_t { on, off };

  Pattern() = default;
  /// `variables_from`: where in `text` variables start to count; npos: nowhere.
  static Pattern prepare(std::string_view text, Wildcards wildcards,
                         std::size_t variables_from = std::string_view::npos);

  /// False as well when a variable has no value and no default.
  bool matches(std::string_view text, const Request& request) const;
  /// The same for a pattern without variables.
  bool matches(std::string_view text) const;
  /// The text with its variables replaced; none when one has no value. Wildcards stay as they are.
  std::optional<std::string> resolve(const Request& request) const;

  const std::string& text() const { return text_; }
  bool has_variables() const { return shape_ == Shape::variables; }
  /// Its variables, in order.
  std::vector<const Variable*> variables() const;

 private:
  enum class Shape : std::uint8_t { exact, prefix, glob, everything, variables };
  struct Piece {
    std::string literal;  ///< taken as it is, or with wildcards when `wild`
    bool wild = false;
    std::optional<Variable> variable;
  };
  void cut(std::size_t variables_from, bool wild);

  std::string text_;
  std::vector<Piece> pieces_;  ///< only with variables
  std::uint32_t fixed_ = 0;    ///< bytes before the first wildcard
  std::uint32_t tail_ = 0;     ///< bytes behind the last one
  Shape shape_ = Shape::exact;
};

/// The end (one past `}`) of the variable that starts with "${" at `start`; npos: it never ends.
std::size_t variable_end(std::string_view text, std::size_t start);

/// Where the `count`-th colon outside of `${...}` stands; npos: there are fewer.
std::size_t nth_colon(std::string_view text, int count);

}  // namespace stint::policy

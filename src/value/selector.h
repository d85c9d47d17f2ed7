// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "value/value.h"

namespace stint {

/// A JSONPath of the dialect that runbooks use (spec 4.5 and corpus-findings): `$`, `.key`,
/// `['key']`, `.'a.b'`, `[n]` (negative too), `.[n]`, `[*]`, `.*`, slices, `..key`,
/// `[?(@.a.b == 'x')]` with == != < > <= >=; a path may lack the leading `$`. Functions and
/// && / || in filters are refused (C-57).
///
/// Parsed once, when a document is read; selecting allocates only for the answer.
class Selector {
 public:
  static Result<Selector> parse(std::string_view path);

  /// The selected value; none when nothing is there. Paths with `..`, `[*]`, a slice or a filter
  /// give a list of all they find (none when that list is empty and the path has no filter; a
  /// filter gives the empty list).
  std::optional<Value> select(const Value& root) const;

  const std::string& text() const { return text_; }
  /// True when only what AWS documents is used (`$`, `.key`, `[n]`, `..key`, filters): for lint.
  bool documented() const { return documented_; }

 private:
  struct Step {
    enum class Kind : std::uint8_t { key, index, wildcard, slice, deep, filter } kind;
    std::string key;                       // key, deep; filter: none
    std::int64_t index = 0;                // index; slice: start
    std::optional<std::int64_t> end;       // slice
    std::vector<std::string> filter_path;  // filter: keys below @
    std::string filter_operator;           // filter; empty = existence
    Value operand;                         // filter
  };
  friend struct SelectorWalk;
  std::string text_;
  std::vector<Step> steps_;
  bool documented_ = true;
  bool many_ = false;
};

}  // namespace stint

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "value/value.h"

namespace stint::cloud::logs {

/// A filter pattern (CloudWatch Logs User Guide, "Filter pattern syntax"): terms of text (WORD,
/// "a phrase", ?either ?or, -not), or comparisons of JSON fields ({ $.a.b = "x*" && $.n > 3 }).
class Pattern {
 public:
  bool matches(std::string_view message) const;

 private:
  friend Result<Pattern> read_pattern(std::string_view text);
  friend class PatternReader;
  /// A comparison, or && and || of two conditions.
  struct Condition {
    std::string op;  ///< "=", "!=", "<", "<=", ">", ">=", "&&", "||", "EXISTS", "NOT EXISTS",
                     ///< "IS NULL", "IS TRUE", "IS FALSE"
    std::vector<std::string> path;
    std::string text;  ///< what it is compared with; may have *
    std::vector<Condition> parts;
  };
  static bool holds(const Condition& condition, const Value& json);

  std::vector<std::string> all, any, none;  ///< terms
  std::vector<Condition> json;              ///< none or one
};

/// Errors: InvalidParameterException ("Invalid filter pattern") for what does not read: patterns of
/// columns ([a, b]) and regular expressions (%x%) are not known.
Result<Pattern> read_pattern(std::string_view text);

}  // namespace stint::cloud::logs

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stint::document {

/// A regular expression in Java's dialect, as allowedPattern uses it (PCRE2 behind it). Immutable;
/// may be shared by threads.
class Pattern {
 public:
  /// Errors: Code::invalid with PCRE2's reason.
  static Result<Pattern> compile(std::string_view java);
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  /// Whether the whole text matches. A pattern that needs too many steps does not match.
  bool matches(std::string_view text) const;

 private:
  struct Code;
  explicit Pattern(std::unique_ptr<Code> code);
  std::unique_ptr<Code> code_;
};

/// Java's dialect in PCRE2's words: `[\w-/]`, `\uXXXX`, `\p{IsAlphabetic}`, classes inside
/// classes, class intersection `&&`.
std::string translate_java_pattern(std::string_view java);

}  // namespace stint::document

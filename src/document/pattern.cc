// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <memory>

namespace stint::document {
namespace {

struct FreeCode {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct FreeMatch {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct FreeContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

bool hex_digits(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

/// Java's spellings that PCRE2 does not know: \uXXXX, \p{IsX}, and a '-' in a class beside a class
/// escape ("[\w-/]"), which Java takes literally and PCRE2 refuses.
std::string translate(std::string_view java) {
  std::string out;
  bool in_class = false;
  bool after_escape = false;  // in a class, just behind \w, \s, \d
  for (std::size_t i = 0; i < java.size(); ++i) {
    const char c = java[i];
    if (c == '\\' && i + 1 < java.size()) {
      const char next = java[i + 1];
      if (next == 'u' && i + 5 < java.size() && hex_digits(java.substr(i + 2, 4))) {
        out += "\\x{" + std::string(java.substr(i + 2, 4)) + "}";
        i += 5;
        after_escape = false;
        continue;
      }
      if ((next == 'p' || next == 'P') && java.substr(i + 2).starts_with("{Is")) {
        out += '\\';
        out += next;
        out += '{';
        i += 4;
        continue;
      }
      out += c;
      out += next;
      ++i;
      after_escape = in_class && std::string_view("wWsSdD").contains(next);
      continue;
    }
    if (in_class && c == '-' && i + 1 < java.size() && java[i + 1] != ']' &&
        (after_escape || (java[i + 1] == '\\' && i + 2 < java.size() &&
                          std::string_view("wWsSdD").contains(java[i + 2])))) {
      out += "\\-";
      after_escape = false;
      continue;
    }
    // Intersection: "[a-z&&[^aeiou]]" becomes "(?![aeiou])[a-z]" only in this plain form.
    if (in_class && c == '&' && java.substr(i).starts_with("&&[^")) {
      const std::size_t end = java.find("]]", i);
      const std::size_t start = out.rfind('[');
      if (end != std::string_view::npos && start != std::string::npos) {
        std::string without = "(?![" + std::string(java.substr(i + 4, end - i - 4)) + "])";
        out.insert(start, without);
        out += ']';
        i = end + 1;
        in_class = false;
        continue;
      }
    }
    if (c == '[' && !in_class)
      in_class = true;
    else if (c == ']' && in_class && !out.ends_with('[') && !out.ends_with("[^"))
      in_class = false;
    after_escape = false;
    out += c;
  }
  return out;
}

std::unique_ptr<pcre2_code, FreeCode> compile(const std::string& pattern, std::string* problem) {
  const std::string translated = translate(pattern);
  int error = 0;
  PCRE2_SIZE offset = 0;
  std::unique_ptr<pcre2_code, FreeCode> code(
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated.data()), translated.size(),
                    PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_DOLLAR_ENDONLY, &error,
                    &offset, nullptr));
  if (!code && problem) {
    PCRE2_UCHAR text[256];
    pcre2_get_error_message(error, text, sizeof text);
    *problem =
        std::string(reinterpret_cast<const char*>(text)) + " at offset " + std::to_string(offset);
  }
  return code;
}

}  // namespace

std::string pattern_problem(const std::string& pattern) {
  std::string problem;
  compile(pattern, &problem);
  return problem;
}

std::optional<bool> matches_pattern(const std::string& pattern, std::string_view text) {
  auto code = compile(pattern, nullptr);
  if (!code) return {};
  std::unique_ptr<pcre2_match_data, FreeMatch> data(
      pcre2_match_data_create_from_pattern(code.get(), nullptr));
  std::unique_ptr<pcre2_match_context, FreeContext> context(pcre2_match_context_create(nullptr));
  // A pattern is input: it may not run for ever.
  pcre2_set_match_limit(context.get(), 1'000'000);
  pcre2_set_depth_limit(context.get(), 10'000);
  const int found = pcre2_match(code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                                0, 0, data.get(), context.get());
  if (found == PCRE2_ERROR_MATCHLIMIT || found == PCRE2_ERROR_DEPTHLIMIT) return {};
  return found >= 0;
}

}  // namespace stint::document

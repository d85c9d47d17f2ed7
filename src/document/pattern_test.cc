// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/pattern.h"

#include <gtest/gtest.h>

namespace stint::document {
namespace {

struct PatternRow {
  const char* pattern;
  const char* text;
  bool matches;
};

TEST(Pattern, MatchesAsJavaDoes) {
  const PatternRow rows[] = {{"abc", "abc", true},
                             {"abc", "xabcx", false},
                             {"^abc$", "abc\n", false},
                             {"a|ab", "ab", true},
                             {"", "", true},
                             {"^$|^x$", "", true},
                             {R"([\w-/]+)", "a-/b", true},
                             {R"([\w-/]+)", "a.b", false},
                             {R"([\s-_]+)", " -_", true},
                             {R"([+-\w]+)", "+-a", true},
                             {R"([a-c]+)", "a-c", false},
                             {R"([a-z&&[^aeiou]]+)", "xyz", true},
                             {R"([a-z&&[^aeiou]]+)", "xaz", false},
                             {R"([a-z&&b-y]+)", "b", true},
                             {R"([a-z&&b-y]+)", "a", false},
                             {R"([a[bc]d]+)", "abcd", true},
                             {R"([^a[bc]]+)", "d", true},
                             {R"([^a[bc]]+)", "b", false},
                             {R"(\u0041+)", "AA", true},
                             {R"([\u0041-\u0043]+)", "ABC", true},
                             {R"(\p{L}+)", "\xC3\xA4x", true},
                             {R"(\p{IsAlphabetic}+)", "\xC3\xA4", true},
                             {R"(\p{Alpha}+)", "\xC3\xA4", false},
                             {R"([\p{Alnum}_]+)", "aZ9_", true},
                             {R"(\p{Upper}\P{Upper})", "Aa", true},
                             {R"(^(?!arn:).*$)", "arn:x", false},
                             {R"((?<=^a)b)", "ab", false},
                             {R"(^i-[a-f0-9]{8,17}$)", "i-0123456789abcdef0", true},
                             {R"(\Qa.b\E)", "a.b", true},
                             {R"(\Qa.b\E)", "axb", false},
                             {R"(a\/b)", "a/b", true},
                             {R"([\]\[]+)", "[]", true},
                             {R"([]a]+)", "]a", true},
                             {".", "\n", false},
                             {"x", "\xFF", false}};
  for (const PatternRow& row : rows) {
    Result<Pattern> pattern = Pattern::compile(row.pattern);
    ASSERT_TRUE(pattern) << row.pattern << ": " << pattern.error().message;
    EXPECT_EQ(pattern->matches(row.text), row.matches)
        << row.pattern << " against " << row.text << ", in PCRE2 "
        << translate_java_pattern(row.pattern);
  }
}

TEST(Pattern, SaysWhyItDoesNotCompile) {
  for (const char* pattern : {"(", "[a", "a{2,1}", "*a", "\\"}) {
    Result<Pattern> compiled = Pattern::compile(pattern);
    ASSERT_FALSE(compiled) << pattern;
    EXPECT_FALSE(compiled.error().message.empty());
  }
}

TEST(Pattern, GivesUpOnAHostilePattern) {
  EXPECT_FALSE(Pattern::compile("(a+)+b")->matches(std::string(10'000, 'a')));
  EXPECT_FALSE(Pattern::compile("(x|xx)+y")->matches(std::string(5'000, 'x')));
}

}  // namespace
}  // namespace stint::document

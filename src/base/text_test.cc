// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

namespace stint {
namespace {

TEST(Text, FoldsOnlyAscii) {
  EXPECT_EQ(lower("AbC-\xC3\x84"), "abc-\xC3\x84");
  EXPECT_TRUE(equals_ignore_case("Content-Type", "content-type"));
  EXPECT_FALSE(equals_ignore_case("a", "ab"));
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
}

TEST(Text, SplitsAndJoins) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
  EXPECT_EQ(join({"a", "b"}, ", "), "a, b");
}

TEST(Text, ReadsWholeNumbersOnly) {
  EXPECT_EQ(to_integer("-12"), -12);
  EXPECT_EQ(to_integer("+12"), 12);
  EXPECT_EQ(to_integer("9223372036854775807"), INT64_MAX);
  for (const char* text : {"", "1.0", "1 ", " 1", "9223372036854775808", "0x1", "+-1", "-"})
    EXPECT_EQ(to_integer(text), std::nullopt) << text;
  EXPECT_EQ(to_number("1.5e3"), 1500.0);
  for (const char* text : {"", "inf", "nan", "1,5", "1e999", "+-1"})
    EXPECT_EQ(to_number(text), std::nullopt) << text;
}

TEST(Text, EscapesAsRfc3986Says) {
  EXPECT_EQ(percent_encode("a b/c~\xC3\xA4"), "a%20b%2Fc~%C3%A4");
  EXPECT_EQ(percent_encode("a/b", true), "a/b");
  EXPECT_EQ(percent_decode("a%20b%2fc+"), "a b/c+");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  EXPECT_EQ(percent_decode("50%, %zz %4"), "50%, %zz %4");
}

TEST(Text, FindsTheWordThatWasMeant) {
  const std::vector<std::string> known = {"InstanceId", "RoleName", "ForceReplace"};
  EXPECT_EQ(closest("instanceID", known), "InstanceId");
  EXPECT_EQ(closest("RolName", known), "RoleName");
  EXPECT_EQ(closest("Completely", known), "");
  EXPECT_EQ(closest("x", {}), "");
  EXPECT_EQ(closest("x", {"y"}), "") << "another word altogether";
}

TEST(Utf8, KnowsWellFormedText) {
  for (const char* text : {"", "abc", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"})
    EXPECT_TRUE(valid_utf8(text)) << text;
  for (const char* text : {"\x80", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"})
    EXPECT_FALSE(valid_utf8(text));
  std::string euro;
  append_utf8(euro, 0x20AC);
  append_utf8(euro, 0x1F600);
  append_utf8(euro, 0xD800);
  EXPECT_EQ(euro, "\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBD");
}

TEST(Utf8, IsNeverCutInsideACharacter) {
  const std::string text = "a\xE2\x82\xAC";
  EXPECT_EQ(clip_utf8(text, 4), text);
  EXPECT_EQ(clip_utf8(text, 3), "a");
  EXPECT_EQ(clip_utf8(text, 2), "a");
  EXPECT_EQ(clip_utf8(text, 0), "");
  EXPECT_EQ(clip_utf8("\x80\x80\x80\x80\x80\x80", 5).size(), 5u);
}

}  // namespace
}  // namespace stint

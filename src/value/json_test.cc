// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "value/json.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace stint {
namespace {

std::string problem(std::string_view text, const ReadLimits& limits = {}) {
  Result<Value> value = parse_json(text, limits);
  return value ? "read as " + to_json(*value) : value.error().message;
}

TEST(Json, IsWrittenAsItWasRead) {
  for (const char* text :
       {"null", "true", "false", "0", "-1", "9223372036854775807", "1.5", "1e+22", "-0.0", "\"\"",
        "[]", "{}", "[1,[2,{\"a\":null}]]", "{\"b\":1,\"a\":{\"c\":[true]}}",
        "\"\\\"\\\\\\n\\r\\t\\b\\f\\u0001\"", "\"\xC3\xA4\xF0\x9F\x98\x80\""}) {
    Result<Value> value = parse_json(text);
    ASSERT_TRUE(value) << text << ": " << value.error().message;
    EXPECT_EQ(to_json(*value), text);
  }
}

TEST(Json, KeepsIntegersApartFromOtherNumbers) {
  EXPECT_TRUE(parse_json("12")->is_integer());
  EXPECT_FALSE(parse_json("12.0")->is_integer());
  EXPECT_FALSE(parse_json("9223372036854775808")->is_integer()) << "beyond 64 bits";
  EXPECT_TRUE(parse_json("-9223372036854775808")->is_integer());
  EXPECT_EQ(to_json(*parse_json("1.0")), "1.0") << "a journal must give the same kinds again";
  EXPECT_EQ(to_json(Value(0.1)), "0.1");
  EXPECT_EQ(parse_json("1e-400")->as_number(), 0.0);
}

TEST(Json, ReadsEscapesAndSurrogatePairs) {
  EXPECT_EQ(parse_json(R"("\u00e4\u20AC\ud83d\ude00\/")")->as_text(),
            "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80/");
}

TEST(Json, SaysWhereItStoppedAndWhy) {
  const std::pair<const char*, const char*> rows[] = {
      {"", "line 1, column 1: expected a value but the text ends"},
      {"{\n  \"a\": tru\n}", "line 2, column 8: expected a value but found 't'"},
      {"{\"a\": 1,}", "line 1, column 9: expected a key in double quotes but found '}'"},
      {"[1 2]", "line 1, column 4: expected ',' or ']' but found '2'"},
      {"{\"a\" 1}", "line 1, column 6: expected ':' but found '1'"},
      {"{\"a\": 1,\n \"a\": 2}", "line 2, column 2: the key \"a\" is written twice"},
      {"1 x", "line 1, column 3: expected the end of the text but found 'x'"},
      {"01", "line 1, column 2: a number must not begin with 0"},
      {"[-]", "line 1, column 3: expected a digit but found ']'"},
      {"1.", "line 1, column 3: expected a digit but the text ends"},
      {"1e999", "line 1, column 1: the number is too large"},
      {"\"abc", "line 1, column 1: this text has no closing quote"},
      {"\"a\nb\"", "line 1, column 3: a text must not hold a line break: write \\n"},
      {"\"\\x\"", "line 1, column 2: unknown escape in a text"},
      {"\"\\ud800\"", "line 1, column 2: half of a surrogate pair stands alone"},
      {"\"\\u12\"", "line 1, column 4: expected four hexadecimal digits but found '1'"},
      {"\"\xFF\"", "line 1, column 2: this is not UTF-8"},
      {"[\"\xC3\xA4\", x]", "line 1, column 7: expected a value but found 'x'"},
  };
  for (const auto& [text, sentence] : rows) EXPECT_EQ(problem(text), sentence) << text;
}

TEST(Json, PutsAPlaceOnEveryValueAndKey) {
  const Value value = *parse_json("{\n  \"\xC3\xA4\": [10,\n    20]}");
  EXPECT_EQ(value.where().line, 1u);
  const Object::Member& member = *value.as_object().begin();
  EXPECT_EQ(member.key_where.line, 2u);
  EXPECT_EQ(member.key_where.column, 3u);
  EXPECT_EQ(member.value.where().column, 8u) << "columns count characters, not bytes";
  EXPECT_EQ(member.value[1].where().line, 3u);
  EXPECT_EQ(member.value[1].where().column, 5u);
}

TEST(Json, FindsDuplicatesInLargeObjectsToo) {
  std::string text = "{";
  for (int i = 0; i < 1000; ++i) text += "\"k" + std::to_string(i) + "\":1,";
  EXPECT_TRUE(problem(text + "\"k500\":2}").ends_with("the key \"k500\" is written twice"));
  EXPECT_EQ(parse_json(text + "\"x\":2}")->size(), 1001u);
}

TEST(Json, IsBoundedInDepthAndSize) {
  EXPECT_TRUE(parse_json(std::string(200, '[') + std::string(200, ']')));
  EXPECT_EQ(problem(std::string(201, '[')),
            "line 1, column 201: the text is nested deeper than 200 levels");
  EXPECT_EQ(problem(std::string(1'000'000, '[')),
            "line 1, column 201: the text is nested deeper than 200 levels");
  EXPECT_EQ(problem("[1,2]", {.bytes = 4}), "the text is larger than 4 bytes");
}

TEST(Json, NeverWritesWhatNobodyCouldRead) {
  EXPECT_EQ(to_json(Value(std::string("a\xFFz"))), "\"a\xEF\xBF\xBDz\"");
  EXPECT_EQ(to_json(Value(1.0 / 0.0)), "null");
  EXPECT_TRUE(parse_json("\xEF\xBB\xBF{}")) << "a byte order mark is skipped";
}

TEST(Json, PrettyFormIsForPeopleAndReadsBack) {
  const Value value =
      object({{"a", Value::list({1, Value(Object())})}, {"b", Value(Value::List())}});
  EXPECT_EQ(to_pretty_json(value), "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
  EXPECT_EQ(*parse_json(to_pretty_json(value)), value);
}

/// Any mutation of a text is read or refused, never a crash, and what is read can be written.
TEST(Json, StandsUpToDamagedText) {
  const std::string sound =
      R"({"a":[1,-2.5e3,true,null],"b":{"c":"x\u00e4\n","d":[[],{}]},"e":"\xE2\x82\xAC"})";
  Random random(1);
  for (int i = 0; i < 5000; ++i) {
    std::string text = sound;
    for (std::uint64_t n = random.below(3) + 1; n > 0; --n)
      text[random.below(text.size())] = static_cast<char>(random.below(256));
    Result<Value> value = parse_json(text);
    if (!value) continue;
    EXPECT_EQ(*parse_json(to_json(*value)), *value);
  }
}

}  // namespace
}  // namespace stint

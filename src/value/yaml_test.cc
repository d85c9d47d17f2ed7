// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "value/yaml.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/random.h"

namespace stint {
namespace {

std::string read(std::string_view text, std::vector<Remark>* remarks = nullptr) {
  Result<Value> value = parse_yaml(text, remarks);
  return value ? to_json(*value) : value.error().message;
}

TEST(Yaml, ResolvesPlainScalarsAsTheServiceDoes) {
  const std::pair<const char*, const char*> rows[] = {{"true", "true"},
                                                      {"False", "false"},
                                                      {"yes", "\"yes\""},
                                                      {"Off", "\"Off\""},
                                                      {"null", "null"},
                                                      {"~", "null"},
                                                      {"", "null"},
                                                      {"12", "12"},
                                                      {"-7", "-7"},
                                                      {"+7", "7"},
                                                      {"0o7", "\"0o7\""},
                                                      {"010", "8"},
                                                      {"08", "\"08\""},
                                                      {"0x1F", "31"},
                                                      {"0b101", "5"},
                                                      {"1_000", "1000"},
                                                      {"1:30", "90"},
                                                      {"1:60", "\"1:60\""},
                                                      {"0.3", "0.3"},
                                                      {"1.", "1.0"},
                                                      {".5", "0.5"},
                                                      {"1e3", "\"1e3\""},
                                                      {"1.0e+3", "1000.0"},
                                                      {"2012-10-17", "\"2012-10-17\""},
                                                      {"1.2.3", "\"1.2.3\""},
                                                      {"i-0123", "\"i-0123\""},
                                                      {".inf", "\".inf\""},
                                                      {"-", "[null]"},
                                                      {"'12'", "\"12\""},
                                                      {"\"true\"", "\"true\""},
                                                      {"!!str 12", "\"12\""},
                                                      {"012345678901", "\"012345678901\""},
                                                      {"123456789012", "123456789012"}};
  for (const auto& [text, json] : rows) EXPECT_EQ(read(text), json) << text;
}

TEST(Yaml, RemarksOnScalarsThatOthersReadDifferently) {
  std::vector<Remark> remarks;
  read("a: yes\nb: 010\nc: plain\nd: 'no'", &remarks);
  ASSERT_EQ(remarks.size(), 2u);
  EXPECT_EQ(remarks[0].message,
            "\"yes\" is text here; other YAML readers take it for a boolean: quote it if it is "
            "meant as text");
  EXPECT_EQ(remarks[1].where.line, 2u);
  EXPECT_EQ(remarks[1].where.column, 4u);
}

TEST(Yaml, ReadsEveryStyleOfText) {
  EXPECT_EQ(read("a: |\n  one\n   two\n\n  three\nb: |-\n  x\nc: >\n  one\n  two\n\n  three\n"
                 "d: >-\n  x\n  y\n"),
            R"({"a":"one\n two\n\nthree\n","b":"x","c":"one two\nthree\n","d":"x y"})");
  EXPECT_EQ(read("a: |2\n    x\nb: \"one \\\n  two\"\nc: 'it''s'\nd: plain\n  goes on\n"),
            R"({"a":"  x\n","b":"one two","c":"it's","d":"plain goes on"})");
  EXPECT_EQ(read("{a: [1, 'b'], c: {}} # comment"), R"({"a":[1,"b"],"c":{}})");
}

TEST(Yaml, TreatsAllLineEndsAlike) {
  const std::string unix_text = "---\na: |\n  one\n  two\nb: \"x\n  y\"\n...\n";
  std::string windows;
  for (const char c : unix_text) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(read(windows), read(unix_text));
  EXPECT_EQ(read(unix_text), R"({"a":"one\ntwo\n","b":"x y"})");
}

TEST(Yaml, SaysWhereItStoppedAndWhy) {
  const std::pair<const char*, const char*> rows[] = {
      {"a: 1\nb: 2\na: 3\n", "line 3, column 1: the key \"a\" is written twice"},
      {"a: 1\n---\nb: 2\n", "line 2, column 1: a second document begins here: only one is allowed"},
      {"? [1]\n: 2\n", "line 1, column 3: a key must be text, not a list or a map"},
      {"~: 1\n", "line 1, column 1: a key must be text"},
      {"a: !Sub x\n", "line 1, column 4: the tag !Sub is not supported here"},
      {"a: &x [*x]\n", "line 1, column 8: an alias must not stand inside its own anchor"},
      {"a: \x01\n", "line 1, column 4: the control character 0x01 is not allowed"},
      {"a: \xFF\n", "line 1, column 4: this is not UTF-8"},
      {"\xC3\xA4: [1\n", "line 2, column 1: end of sequence flow not found"},
      {"a: 'x\n", "line 1, column 4: this text has no closing quote"},
      {"\xC3\xA4: \"x\\\"\n", "line 1, column 4: this text has no closing quote"},
      {"<<: 1\n", "line 1, column 1: << must be followed by a map"}};
  for (const auto& [text, sentence] : rows) EXPECT_EQ(read(text), sentence) << text;
}

TEST(Yaml, PutsAPlaceOnEveryValueAndKey) {
  const Value value = *parse_yaml("# c\n\xC3\xA4: {x: \xC3\xA4, y: 2}\nlist:\n  - one\n");
  const Object::Member& first = *value.as_object().begin();
  EXPECT_EQ(first.key_where.line, 2u);
  EXPECT_EQ(first.value["y"].where().column, 14u) << "columns count characters, not bytes";
  EXPECT_EQ(value["list"][0].where().line, 4u);
  EXPECT_EQ(value["list"][0].where().column, 5u);
}

TEST(Yaml, SharesAnchorsButNotWithoutBound) {
  EXPECT_EQ(read("a: &x {k: 1}\nb: *x\nc: {<<: *x, k: 2, l: 3}\nd: {<<: [*x, {m: 4}]}\n"),
            R"({"a":{"k":1},"b":{"k":1},"c":{"k":2,"l":3},"d":{"k":1,"m":4}})");
  std::string laughs = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n";
  for (int i = 1; i < 20; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 1; j < 10; ++j) laughs += ", " + before;
    laughs += "]\n";
  }
  EXPECT_TRUE(read(laughs).ends_with("the aliases stand for more than 100000 values"));
  std::string deep = "a0: &a0 [1]\n";
  for (int i = 1; i < 300; ++i)
    deep += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) +
            "]\n";
  EXPECT_TRUE(read(deep).ends_with("nested deeper than 200 levels"));
}

TEST(Yaml, IsBoundedInDepth) {
  EXPECT_TRUE(read(std::string(300, '[') + std::string(300, ']'))
                  .ends_with("nested deeper than 200 levels"));
  EXPECT_FALSE(parse_yaml(std::string(100'000, '[')));
}

TEST(Yaml, EmptyTextIsNull) {
  EXPECT_EQ(read(""), "null");
  EXPECT_EQ(read("# nothing\n"), "null");
}

TEST(Yaml, ReaderOfBothGoesByTheFirstCharacter) {
  EXPECT_EQ(to_json(*parse_json_or_yaml("\n {\"a\": 1}")), R"({"a":1})");
  EXPECT_EQ(to_json(*parse_json_or_yaml("a: 1")), R"({"a":1})");
  EXPECT_FALSE(parse_json_or_yaml("{a: 1}")) << "what begins as JSON is read as JSON";
}

TEST(YamlWriter, WritesBlocksAndQuotesOnlyWhereNeeded) {
  const Value value = object(
      {{"name", "plain text"},
       {"number", "12"},
       {"word", "yes"},
       {"date", "2012-10-17"},
       {"empty", ""},
       {"script", "import os\n  indented\n"},
       {"list", Value::list({1, object({{"a", true}, {"b", nullptr}}), Value::list({2, 3})})},
       {"none", Value(Value::List())}});
  EXPECT_EQ(to_yaml(value),
            "name: plain text\nnumber: '12'\nword: 'yes'\ndate: '2012-10-17'\nempty: ''\n"
            "script: |\n  import os\n    indented\nlist:\n  - 1\n  - a: true\n    b: null\n"
            "  - - 2\n    - 3\nnone: []\n");
}

TEST(YamlWriter, ReadsBackEqualWhateverTheText) {
  Random random(5);
  const std::string_view pieces[] = {
      " ",        "\n", "a",  ": ", "#",    " #",       "'",  "\"", "-",    "\t",           "|",
      "{{",       "}}", "\\", "\r", "\x01", "\xC3\xA4", "12", ".",  "true", "\xE2\x80\xA8", "\x7F",
      "\xC2\x85", "e"};
  for (int i = 0; i < 4000; ++i) {
    std::string text;
    for (std::uint64_t n = random.below(8); n > 0; --n)
      text += pieces[random.below(std::size(pieces))];
    std::string key = text.empty() ? "k" : text;
    const Value value =
        object({{"x", Value::list({Value(text), object({{key, text}})})}, {key + "2", 1}});
    Result<Value> back = parse_yaml(to_yaml(value));
    ASSERT_TRUE(back) << back.error().message << "\n" << to_yaml(value);
    EXPECT_EQ(*back, value) << to_json(value) << "\n" << to_yaml(value);
  }
}

TEST(YamlWriter, KeepsKindsOfNumbers) {
  for (const Value& value : {Value(1e22), Value(1e-7), Value(-0.5), Value(3.0),
                             Value(std::numeric_limits<std::int64_t>::min()),
                             Value(std::numeric_limits<double>::max())}) {
    const Value back = *parse_yaml(to_yaml(value));
    EXPECT_EQ(back, value) << to_yaml(value);
    EXPECT_EQ(back.kind(), value.kind()) << to_yaml(value);
  }
  const std::string long_key(3000, 'k');
  const Value value = object({{long_key, 1}, {"z", 2}});
  EXPECT_EQ(*parse_yaml(to_yaml(value)), value);
}

}  // namespace
}  // namespace stint

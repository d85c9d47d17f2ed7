// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "document/document.h"
#include "value/json.h"

namespace stint::document {
namespace {

/// The table of spec 4.4, cell by cell: what `selected` becomes; "-" absent, "!" fails.
struct OutputRow {
  const char* selected;
  const char *string, *string_list, *integer, *boolean, *string_map, *map_list;
};
constexpr OutputRow table[] = {
    {R"("x")", R"("x")", R"(["x"])", "!", "!", "!", "!"},
    {R"("12")", R"("12")", R"(["12"])", "12", "!", "!", "!"},
    {R"("True")", R"("True")", R"(["True"])", "!", "true", "!", "!"},
    {"7", R"("7")", R"(["7"])", "7", "!", "!", "!"},
    {"7.0", R"("7.0")", R"(["7.0"])", "7", "!", "!", "!"},
    {"7.5", R"("7.5")", R"(["7.5"])", "!", "!", "!", "!"},
    {"true", R"("true")", R"(["true"])", "!", "true", "!", "!"},
    {R"(["x"])", R"("x")", R"(["x"])", "!", "!", "!", "!"},
    {R"([3])", R"("3")", R"(["3"])", "3", "!", "!", "!"},
    {R"([true])", R"("true")", R"(["true"])", "!", "true", "!", "!"},
    {R"(["x","y"])", "!", R"(["x","y"])", "!", "!", "!", "!"},
    {R"([["x"],["y"]])", "!", R"(["x","y"])", "!", "!", "!", "!"},
    {"[]", "-", "[]", "-", "-", "-", "[]"},
    {R"({"a":1})", R"("{\"a\":1}")", "!", "!", "!", R"({"a":1})", R"([{"a":1}])"},
    {R"([{"a":1}])", "!", R"(["{\"a\":1}"])", "!", "!", R"({"a":1})", R"([{"a":1}])"},
    {R"([{"a":1},{"b":2}])", "!", R"(["{\"a\":1}","{\"b\":2}"])", "!", "!", "!",
     R"([{"a":1},{"b":2}])"},
    {"null", "-", "-", "-", "-", "-", "-"}};

std::string converted(const Value& selected, Type type) {
  const Result<std::optional<Value>> value = convert_output(selected, type);
  if (!value) return "!";
  return *value ? to_json(**value) : "-";
}

TEST(Outputs, AreConvertedCellByCellAsTheTableSays) {
  for (const OutputRow& row : table) {
    const Value selected = *parse_json(row.selected);
    EXPECT_EQ(converted(selected, Type::string), row.string) << row.selected;
    EXPECT_EQ(converted(selected, Type::string_list), row.string_list) << row.selected;
    EXPECT_EQ(converted(selected, Type::integer), row.integer) << row.selected;
    EXPECT_EQ(converted(selected, Type::boolean), row.boolean) << row.selected;
    EXPECT_EQ(converted(selected, Type::string_map), row.string_map) << row.selected;
    EXPECT_EQ(converted(selected, Type::map_list), row.map_list) << row.selected;
  }
}

TEST(Outputs, SayWhatCouldNotBeRead) {
  EXPECT_EQ(convert_output("x", Type::integer).error().message,
            "the selected text \"x\" cannot be read as Integer");
}

TEST(Outputs, AreListsOfTextOnTheWire) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(to_wire("x"), (Texts{"x"}));
  EXPECT_EQ(to_wire(3), (Texts{"3"}));
  EXPECT_EQ(to_wire(true), (Texts{"true"}));
  EXPECT_EQ(to_wire(*parse_json(R"(["a",1])")), (Texts{"a", "1"}));
  EXPECT_EQ(to_wire(*parse_json(R"({"a":1})")), (Texts{R"({"a":1})"}));
  EXPECT_EQ(to_wire(*parse_json(R"([{"a":1},{"b":2}])")), (Texts{R"({"a":1})", R"({"b":2})"}));
  EXPECT_EQ(to_wire(Value()), Texts{});
}

}  // namespace
}  // namespace stint::document

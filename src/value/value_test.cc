// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "value/value.h"

#include <gtest/gtest.h>

#include "value/json.h"

namespace stint {
namespace {

TEST(Value, IsSharedUntilACopyIsChanged) {
  const Value original = *parse_json(R"({"a":[1,2],"b":{"c":3}})");
  Value copy = original;
  EXPECT_EQ(&copy.as_object(), &original.as_object());
  copy.edit_object().set("d", 4);
  EXPECT_EQ(to_json(original), R"({"a":[1,2],"b":{"c":3}})");
  EXPECT_EQ(to_json(copy), R"({"a":[1,2],"b":{"c":3},"d":4})");
  EXPECT_EQ(&copy["a"].as_list(), &original["a"].as_list()) << "untouched parts stay shared";
}

TEST(Value, ComparesContentsAndNotPlaces) {
  EXPECT_EQ(*parse_json("{\"a\":1,\"b\":[2]}"), *parse_json("\n{\"b\":[2.0],\"a\":1}"));
  EXPECT_NE(*parse_json("[1]"), *parse_json("[1,2]"));
  EXPECT_NE(Value("1"), Value(1));
  EXPECT_NE(Value(), Value(false));
}

TEST(Value, ReadsLenientlyWhatMayBeAbsent) {
  const Value value = *parse_json(R"({"a":"x","n":3,"f":true,"l":[5]})");
  EXPECT_EQ(value.text("a"), "x");
  EXPECT_EQ(value.text("n"), "");
  EXPECT_EQ(value.integer("n"), 3);
  EXPECT_EQ(value.integer("a", 7), 7);
  EXPECT_TRUE(value.flag("f"));
  EXPECT_EQ(value["l"][0], Value(5));
  EXPECT_TRUE(value["l"][9].is_null());
  EXPECT_TRUE(value["none"]["deeper"].is_null());
  EXPECT_EQ(value.items("a").size(), 0u);
}

TEST(Value, GrowsFromNull) {
  Value value;
  value.set("list", Value().push(1).push("two"));
  EXPECT_EQ(to_json(value), R"({"list":[1,"two"]})");
  EXPECT_TRUE(value.edit_object().erase("list"));
  EXPECT_FALSE(value.edit_object().erase("list"));
  EXPECT_EQ(to_json(value), "{}");
}

}  // namespace
}  // namespace stint

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "value/map_texts.h"

#include <gtest/gtest.h>

#include "value/json.h"

namespace stint {
namespace {

// Texts alone change, wherever they stand; whoever changes them hears which member holds them.
TEST(MapTexts, ChangesTextsAndNothingElse) {
  const Value before = *parse_json(R"({"a": "x", "b": ["x", 1, {"c": "x"}], "x": null})");
  const Value after = map_texts(before, [](std::string_view member, const std::string& text) {
    return std::string(member) + ":" + text;
  });
  EXPECT_EQ(to_json(after), R"({"a":"a:x","b":["b:x",1,{"c":"c:x"}],"x":null})");
  EXPECT_EQ(after["a"].where().column, before["a"].where().column);
  EXPECT_EQ(map_texts(Value("x"), [](std::string_view, const std::string&) { return "y"; }),
            Value("y"));
}

}  // namespace
}  // namespace stint

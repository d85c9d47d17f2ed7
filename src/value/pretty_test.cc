// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "value/pretty.h"

#include <gtest/gtest.h>

#include "value/json.h"

namespace stint {
namespace {

TEST(WrappedJson, KeepsShortPartsOnOneLineAndReadsBackEqual) {
  const std::string words(90, 'x');
  const Value value = parse_json(R"({"short": [1, 2, {"a": true}], "empty": {}, "long": [")" +
                                 words + R"(", "y"]})")
                          .value();
  const std::string text = to_wrapped_json(value);
  EXPECT_EQ(text, "{\n  \"short\": [1,2,{\"a\":true}],\n  \"empty\": {},\n  \"long\": [\n    \"" +
                      words + "\",\n    \"y\"\n  ]\n}");
  EXPECT_EQ(parse_json(text).value(), value);
}

}  // namespace
}  // namespace stint

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "value/selector.h"

#include "targets.h"
#include "value/json.h"

namespace stint::fuzz {

/// A path in the first line, JSON in the rest (without one: a tree that has a bit of everything).
void selector(std::string_view bytes) {
  static const Value tree =
      *parse_json(R"({"a": [{"b": "x", "c": {"d": 1}}, {"b": "y", "e.f": [1, 2, 3]}, [], null],
                      "b": {"b": {"b": true}}, "x y": "z", "": {"": 0}})");
  auto path = Selector::parse(cut_line(bytes));
  if (!path) {
    STINT_CHECK(!path.error().message.empty());
    return;
  }
  auto again = Selector::parse(path->text());
  STINT_CHECK(again);
  auto given = parse_json(bytes);
  const Value& root = given ? *given : tree;
  STINT_CHECK(path->select(root) == again->select(root));
}

}  // namespace stint::fuzz

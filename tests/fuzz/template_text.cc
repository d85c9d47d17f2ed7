// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/template.h"
#include "targets.h"
#include "value/json.h"

namespace stint::fuzz {
namespace {

/// Has every second name, and lists and maps among the values.
struct Some final : document::Lookup {
  const Value* find(const document::Reference& reference) const override {
    static const Value text("x{{ y }}"), list(Value::list({"a", 1})),
        map(object({{"k", Value::list({true, {}})}}));
    switch (reference.name.size() % 4) {
      case 0:
        return &text;
      case 1:
        return &list;
      case 2:
        return &map;
      default:
        return nullptr;
    }
  }
};

}  // namespace

/// Without references a text stays what it is; with them it resolves, or says which is missing.
void template_text(std::string_view bytes) {
  auto tree = parse_json(bytes);
  const Value source = tree ? *tree : Value(bytes);
  const document::Template compiled = document::Template::compile(source);
  STINT_CHECK(compiled.source() == source);
  auto resolved = compiled.resolve(Some());
  if (compiled.references().empty()) {
    STINT_CHECK(resolved && *resolved == source);
  } else if (!resolved) {
    STINT_CHECK(resolved.error().message.starts_with("Failed to resolve input: "));
  }
  const document::Template none =
      document::Template::compile(source, [](const document::Reference&) { return false; });
  STINT_CHECK(none.references().empty());
  auto untouched = none.resolve(Some());
  STINT_CHECK(untouched && *untouched == source);
}

}  // namespace stint::fuzz

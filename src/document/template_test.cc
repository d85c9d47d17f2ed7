// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/template.h"

#include <gtest/gtest.h>

#include <map>

#include "value/json.h"

namespace stint::document {
namespace {

class Table final : public Lookup {
 public:
  explicit Table(std::string_view json) : values_(*parse_json(json)) {}
  const Value* find(const Reference& reference) const override {
    ++asked;
    return values_.find(reference.text);
  }
  mutable int asked = 0;

 private:
  Value values_;
};

const Table values(R"({"name":"web","n":3,"yes":true,"list":["a","b"],"map":{"k":"v \"q\""},
  "none":[],"step.Out":["i-1","i-2"],"variable:v":1.5,"global:REGION":"us-west-2",
  "nested":"{{ name }}"})");

std::string resolve(std::string_view json) {
  const Template tree = Template::compile(*parse_json(json));
  const Result<Value> value = tree.resolve(values);
  return value ? to_json(*value) : value.error().message;
}

TEST(Template, ReplacesReferencesByTheRules) {
  const std::pair<const char*, const char*> rows[] = {
      // R3: one reference alone keeps its type.
      {R"("{{ n }}")", "3"},
      {R"("{{yes}}")", "true"},
      {R"("{{ map }}")", R"({"k":"v \"q\""})"},
      {R"({"a":"{{ step.Out }}"})", R"({"a":["i-1","i-2"]})"},
      {R"("{{ variable:v }}")", "1.5"},
      // R4: a list in the place of an item becomes part of the list.
      {R"(["{{ step.Out }}","x"])", R"(["i-1","i-2","x"])"},
      {R"(["{{ none }}"])", "[]"},
      {R"([["{{ list }}"]])", R"([["a","b"]])"},
      // R5, R6: inside text.
      {R"("{{ name }}-{{ n }}")", R"("web-3")"},
      {R"("x {{ yes }} {{ list }} {{ map }}")",
       R"("x true [\"a\",\"b\"] {\"k\":\"v \\\"q\\\"\"}")"},
      {R"("{{ name }}{{ name }}")", R"("webweb")"},
      {R"(" {{ n }}")", R"(" 3")"},
      {R"(["a{{ list }}"])", R"(["a[\"a\",\"b\"]"])"},
      // R2: one pass.
      {R"("{{ nested }}")", R"("{{ name }}")"},
      {R"("{{ nested }}!")", R"("{{ name }}!")"},
      // R1: never keys.
      {R"({"{{ name }}":"{{ name }}"})", R"({"{{ name }}":"web"})"},
      // R7: what is not a reference stays.
      {R"("{{{}}}")", R"("{{{}}}")"},
      {R"("{{ODBC Driver 18 for SQL Server}}")", R"("{{ODBC Driver 18 for SQL Server}}")"},
      {R"("{{ }} {{}} {{ name } {{ name")", R"("{{ }} {{}} {{ name } {{ name")"},
      {R"("{{.Names}} {{ #each x }}")", R"("{{.Names}} {{ #each x }}")"},
      {R"("{\"a\":{\"b\":{{ n }}}}")", R"("{\"a\":{\"b\":3}}")"},
      {R"("{{{ n }}}")", R"("{3}")"},
      {R"("{{\n name\t}}")", R"("web")"},
      {R"("{{ other:thing }}")", R"("{{ other:thing }}")"},
      // C-23, R10: absent values are errors that name the reference.
      {R"({"a":["{{ missing }}"]})", "Failed to resolve input: missing."},
      {R"("x {{  step.Other  }}")", "Failed to resolve input: step.Other."},
      {R"("{{ step.Out.key }}")", "Failed to resolve input: step.Out.key."},
      {R"("{{ step.Out[0] }}")", "Failed to resolve input: step.Out[0]."}};
  for (const auto& [json, wanted] : rows) EXPECT_EQ(resolve(json), wanted) << json;
}

TEST(Template, KnowsTheKindsOfReferences) {
  const Template tree = Template::compile(*parse_json(
      R"({"a":"{{ p }} {{ s.O }}","b":["{{ variable:v }}","{{ssm:/a/b-c}}"],"c":"{{ automation:EXECUTION_ID }}"})"));
  std::vector<Reference::Kind> kinds;
  for (const Reference* reference : tree.references()) kinds.push_back(reference->kind);
  using Kind = Reference::Kind;
  EXPECT_EQ(kinds, (std::vector{Kind::parameter, Kind::step_output, Kind::variable, Kind::ssm,
                                Kind::system}));
  EXPECT_EQ(tree.references()[1]->name, "s");
  EXPECT_EQ(tree.references()[1]->output, "O");
  EXPECT_EQ(tree.references()[3]->name, "/a/b-c");
  EXPECT_EQ(tree.references()[4]->name, "automation:EXECUTION_ID");
  EXPECT_EQ(tree.references()[4]->where.line, 1u);
}

TEST(Template, SharesWhatIsConstantAndAsksNobody) {
  const Value source = *parse_json(R"({"constant":{"deep":[1,2,3]},"changing":"{{ n }}"})");
  const Template tree = Template::compile(source);
  const int before = values.asked;
  const Value resolved = *tree.resolve(values);
  EXPECT_EQ(values.asked, before + 1);
  EXPECT_EQ(&resolved["constant"].as_object(), &source["constant"].as_object());
  const Template constant = Template::compile(source["constant"]);
  EXPECT_TRUE(constant.constant());
  EXPECT_EQ(&constant.resolve(values)->as_object(), &source["constant"].as_object());
}

TEST(Template, TellsAbsentFromWrongWhereACallerAsks) {
  EXPECT_EQ(*Template::compile("{{ missing }}").resolve_optional(values), std::nullopt);
  EXPECT_EQ(**Template::compile("{{ n }}").resolve_optional(values), Value(3));
  EXPECT_FALSE(Template::compile("x{{ missing }}").resolve_optional(values));
}

TEST(Template, CanLeaveSomeReferencesAsText) {
  const Template tree = Template::compile("{{ n }} {{ global:REGION }}", [](const Reference& r) {
    return r.kind == Reference::Kind::system;
  });
  EXPECT_EQ(tree.resolve(values)->as_text(), "{{ n }} us-west-2");
}

TEST(Template, ShowsItsParts) {
  const Template tree = Template::compile(*parse_json(R"({"a":["x","{{ n }}"],"b":1})"));
  ASSERT_TRUE(tree.find("a"));
  EXPECT_EQ(tree.find("a")->items().size(), 2u);
  ASSERT_TRUE(tree.find("a")->items()[1].whole_reference());
  EXPECT_EQ(tree.find("a")->items()[1].whole_reference()->name, "n");
  EXPECT_EQ(tree.find("none"), nullptr);
  EXPECT_EQ(tree.members().size(), 2u);
}

}  // namespace
}  // namespace stint::document

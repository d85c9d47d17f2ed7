// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// aws:branch (spec/ssm-automation.md 3.1, 3.2, 2.4; C-50; corpus-findings for the odd shapes).
#include "actions/table.h"
#include "actions/testing.h"

namespace stint::actions {
namespace {

using namespace testing;

/// The step that a branch of these choices goes to.
std::string goes_to(std::string_view choices, std::string_view otherwise = R"("otherwise")") {
  Play play(branch, R"({"Choices": )" + std::string(choices) + R"(, "Default": )" +
                        std::string(otherwise) + "}");
  return expect<engine::Succeed>(play.begin()).next_step;
}
bool holds(std::string_view condition) {
  std::string choice(condition);
  choice.insert(1, R"("NextStep": "there", )");
  return goes_to("[" + choice + "]") == "there";
}

struct Row {
  const char* condition;
  bool holds;
};
void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) EXPECT_EQ(holds(row.condition), row.holds) << row.condition;
}

TEST(Branch, ComparesTexts) {
  check({
      {R"({"Variable": "abc", "StringEquals": "abc"})", true},
      {R"({"Variable": "abc", "StringEquals": "ABC"})", false},
      {R"({"Variable": "abc", "StringEquals": "ab"})", false},
      {R"({"Variable": "", "StringEquals": ""})", true},
      {R"({"Variable": "abc", "EqualsIgnoreCase": "aBC"})", true},
      {R"({"Variable": "abc", "EqualsIgnoreCase": "abcd"})", false},
      {R"({"Variable": "abc", "StartsWith": "ab"})", true},
      {R"({"Variable": "abc", "StartsWith": "Ab"})", false},
      {R"({"Variable": "abc", "StartsWith": ""})", true},
      {R"({"Variable": "abc", "StartsWith": "bc"})", false},
      {R"({"Variable": "abc", "EndsWith": "bc"})", true},
      {R"({"Variable": "abc", "EndsWith": "ab"})", false},
      {R"({"Variable": "abc", "Contains": "b"})", true},
      {R"({"Variable": "abc", "Contains": "B"})", false},
      {R"({"Variable": "abc", "Contains": "abcd"})", false},
      // What a template gives: booleans and numbers in the way that they are written.
      {R"({"Variable": true, "StringEquals": "true"})", true},
      {R"({"Variable": 5, "StringEquals": "5"})", true},
      {R"({"Variable": ["abc"], "StringEquals": "abc"})", true},
      // Mismatches are false.
      {R"({"Variable": ["a", "b"], "StringEquals": "a"})", false},
      {R"({"Variable": {"a": 1}, "StringEquals": "{\"a\":1}"})", false},
      {R"({"Variable": null, "StringEquals": ""})", false},
      {R"({"StringEquals": ""})", false},
      {R"({"Variable": "x", "StringEquals": null})", false},
  });
}

TEST(Branch, ContainsOnAListIsMembership) {
  check({
      {R"({"Variable": ["a", "b"], "Contains": "b"})", true},
      {R"({"Variable": ["a", "bc"], "Contains": "b"})", false},
      {R"({"Variable": ["bc"], "Contains": "b"})", false},
      {R"({"Variable": [1, 2], "Contains": "2"})", true},
      {R"({"Variable": [], "Contains": ""})", false},
      {R"({"Variable": [{"a": 1}, null], "Contains": "a"})", false},
  });
}

TEST(Branch, ComparesNumbersAndNumbersInTexts) {
  check({
      {R"({"Variable": 5, "NumericEquals": 5})", true},
      {R"({"Variable": 5, "NumericEquals": 5.0})", true},
      {R"({"Variable": "5", "NumericEquals": 5})", true},
      {R"({"Variable": 5, "NumericEquals": "5"})", true},
      {R"({"Variable": "-0.5", "NumericEquals": -0.5})", true},
      {R"({"Variable": 5, "NumericEquals": 6})", false},
      {R"({"Variable": 6, "NumericGreater": 5})", true},
      {R"({"Variable": 5, "NumericGreater": 5})", false},
      {R"({"Variable": "10", "NumericGreater": "9"})", true},  // not as texts
      {R"({"Variable": 4, "NumericLesser": 5})", true},
      {R"({"Variable": 5, "NumericLesser": 5})", false},
      {R"({"Variable": 5, "NumericGreaterOrEquals": 5})", true},
      {R"({"Variable": 4, "NumericGreaterOrEquals": 5})", false},
      {R"({"Variable": 5, "NumericLesserOrEquals": 5})", true},
      {R"({"Variable": 6, "NumericLesserOrEquals": 5})", false},
      {R"({"Variable": "five", "NumericEquals": 5})", false},
      {R"({"Variable": "five", "NumericLesser": 5})", false},
      {R"({"Variable": "", "NumericEquals": 0})", false},
      {R"({"Variable": "5 ", "NumericEquals": 5})", false},
      {R"({"Variable": true, "NumericEquals": 1})", false},
      {R"({"Variable": null, "NumericLesser": 5})", false},
      {R"({"Variable": [5], "NumericEquals": 5})", false},
  });
}

TEST(Branch, ComparesBooleans) {
  check({
      {R"({"Variable": true, "BooleanEquals": true})", true},
      {R"({"Variable": false, "BooleanEquals": false})", true},
      {R"({"Variable": false, "BooleanEquals": true})", false},
      {R"({"Variable": "true", "BooleanEquals": true})", true},
      {R"({"Variable": "False", "BooleanEquals": "false"})", true},
      {R"({"Variable": "yes", "BooleanEquals": true})", false},
      {R"({"Variable": 1, "BooleanEquals": true})", false},
      {R"({"Variable": null, "BooleanEquals": false})", false},
  });
}

TEST(Branch, JoinsConditions) {
  const std::string yes = R"({"Variable": "a", "StringEquals": "a"})";
  const std::string no = R"({"Variable": "a", "StringEquals": "b"})";
  const struct {
    std::string condition;
    bool holds;
  } rows[] = {
      {R"({"And": [)" + yes + ", " + yes + "]}", true},
      {R"({"And": [)" + yes + ", " + no + "]}", false},
      {R"({"And": [)" + no + ", " + no + "]}", false},
      {R"({"Or": [)" + no + ", " + yes + "]}", true},
      {R"({"Or": [)" + no + ", " + no + "]}", false},
      {R"({"Not": )" + no + "}", true},
      {R"({"Not": )" + yes + "}", false},
      // And holds one map in 13 public documents; Or and Not are read alike.
      {R"({"And": )" + yes + "}", true},
      {R"({"And": )" + no + "}", false},
      {R"({"Or": )" + yes + "}", true},
      {R"({"Not": [)" + no + "]}", true},
      {R"({"Not": [)" + yes + "]}", false},
      // They nest.
      {R"({"Not": {"And": [)" + yes + ", " + no + "]}}", true},
      {R"({"And": [{"Or": [)" + no + ", " + yes + R"(]}, {"Not": )" + no + "}]}", true},
      {R"({"Or": [{"And": [)" + yes + ", " + no + R"(]}, {"Not": {"Not": )" + no + "}}]}", false},
  };
  for (const auto& row : rows) EXPECT_EQ(holds(row.condition), row.holds) << row.condition;
}

TEST(Branch, NotOfWhatCannotBeComparedIsTrue) {  // spec 2.4: documented examples depend on it
  check({
      {R"({"Not": {"Variable": null, "StringEquals": "windows"}})", true},
      {R"({"Not": {"Variable": null, "Contains": "x"}})", true},
      {R"({"Not": {"Variable": "x", "NumericEquals": 1}})", true},
      {R"({"Variable": "a"})", false},
      {R"({"Variable": "a", "Resembles": "a"})", false},
  });
}

TEST(Branch, TheFirstTrueChoiceWins) {
  const char* choices = R"([{"NextStep": "one", "Variable": 1, "NumericEquals": 2},
      {"NextStep": "two", "Variable": 2, "NumericEquals": 2},
      {"NextStep": "three", "Variable": 2, "NumericEquals": 2}])";
  EXPECT_EQ(goes_to(choices), "two");
}

TEST(Branch, WithoutATrueChoiceGoesToTheDefaultOrOn) {
  const char* none = R"([{"NextStep": "one", "Variable": 1, "NumericEquals": 2}])";
  EXPECT_EQ(goes_to(none), "otherwise");
  EXPECT_EQ(goes_to(none, "null"), "");  // the flow of 2.2 decides
  EXPECT_EQ(goes_to("[]"), "otherwise");
}

/// Parameters by name; steps have put out nothing.
struct Values final : document::Lookup {
  explicit Values(std::string_view text) : values(json(text)) {}
  const Value* find(const document::Reference& reference) const override {
    return reference.kind == document::Reference::Kind::parameter ? values.find(reference.name)
                                                                  : nullptr;
  }
  Value values;
};
std::string resolved(std::string_view inputs, std::string_view values) {
  Result<Value> value = resolve_branch(document::Template::compile(json(inputs)), Values(values));
  EXPECT_TRUE(value) << value.error().message;
  return value ? to_json(*value) : "";
}

TEST(Branch, TemplatesStandForVariablesAndOperandsAndKeepTheirTypes) {
  EXPECT_EQ(resolved(R"([{"NextStep": "n", "Variable": "{{ A }}", "StringEquals": "{{B}}"}])",
                     R"({"A": 1, "B": ["x"]})"),
            R"([{"NextStep":"n","Variable":1,"StringEquals":["x"]}])");
  EXPECT_EQ(resolved(R"({"Variable": "a-{{ A }}-{{ B }}"})", R"({"A": 1, "B": true})"),
            R"({"Variable":"a-1-true"})");
}

TEST(Branch, AnAbsentReferenceIsNullWhereverItStands) {
  EXPECT_EQ(resolved(R"([{"Variable": "{{ s.Out }}", "StringEquals": "x"}])", "{}"),
            R"([{"Variable":null,"StringEquals":"x"}])");
  EXPECT_EQ(resolved(R"({"Not": {"Variable": "x", "StringEquals": "{{ s.Out }}"}})", "{}"),
            R"({"Not":{"Variable":"x","StringEquals":null}})");
  EXPECT_EQ(resolved(R"({"Variable": "in text {{ s.Out }}"})", "{}"), R"({"Variable":null})");
}

TEST(Branch, NamesTheStepsThatItMayGoTo) {
  EXPECT_EQ(branch_targets(json(R"({"Choices": [{"NextStep": "a"}, {"NextStep": "b"},
      {"And": []}], "Default": "c"})")),
            (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(branch_targets(json("{}")).empty());
}

TEST(Branch, AReaderOfDocumentsRefusesUnknownOperatorsAndLonelyOperands) {  // spec 1.5
  const struct {
    const char *condition, *error;
  } cases[] = {
      {"Variable: '{{ P }}', StringEquals: x", ""},
      {"Variable: '{{ P }}', Resembles: x", "Unknown operator: Resembles in step: choose"},
      {"Variable: '{{ P }}', stringEquals: x", "Unknown operator: stringEquals in step: choose"},
      {"Not: {Variable: '{{ P }}', Resembles: x}", "Unknown operator: Resembles in step: choose"},
      {"And: [{Variable: '{{ P }}', StringEquals: x}]",
       "Expect at lease two expressions for operator: And in step: choose. Provided: 1"},
      {"Or: [{Variable: '{{ P }}', StringEquals: x}]",
       "Expect at lease two expressions for operator: Or in step: choose. Provided: 1"},
      {"Or: []", "Expect at lease two expressions for operator: Or in step: choose. Provided: 0"},
      {"And: {Variable: '{{ P }}', StringEquals: x}", ""},
      {"And: [{Variable: '{{ P }}', StringEquals: x}, {Not: {Variable: '{{ P }}', EndsWith: y}}]",
       ""},
  };
  for (const auto& c : cases) {
    auto read = document::parse_document(
        "schemaVersion: '0.3'\nparameters: {P: {type: String}}\nmainSteps:\n"
        "- {name: choose, action: 'aws:branch', inputs: {Choices: [{NextStep: nap, " +
            std::string(c.condition) +
            "}]}}\n- {name: nap, action: 'aws:sleep', inputs: {Duration: PT1S}}\n",
        {.find_action = find_spec});
    if (!*c.error) {
      EXPECT_TRUE(read) << read.error().message;
    } else {
      ASSERT_FALSE(read) << c.condition;
      EXPECT_TRUE(read.error().message.ends_with(c.error)) << read.error().message;
    }
  }
}

}  // namespace
}  // namespace stint::actions

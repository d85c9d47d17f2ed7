// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// aws:branch: the first true choice wins (spec 3.1, 3.2; corpus-findings for the odd shapes).
#include <algorithm>

#include "actions/acts.h"
#include "actions/common.h"
#include "base/text.h"

namespace stint::actions {
namespace {

using engine::Move;
using engine::Turn;

std::optional<double> as_number(const Value& value) {
  if (value.is_number()) return value.as_number();
  if (value.is_text()) return to_number(value.as_text());  // C-50: numeric strings count
  return {};
}
std::optional<bool> as_boolean(const Value& value) {
  if (value.is_bool()) return value.as_bool();
  if (value.is_text() && equals_ignore_case(value.as_text(), "true")) return true;
  if (value.is_text() && equals_ignore_case(value.as_text(), "false")) return false;
  return {};
}
/// Text of a scalar; a list of one counts as its item.
std::optional<std::string> as_words(const Value& value) {
  if (value.is_list() && value.size() == 1) return as_words(value[0]);
  if (value.is_null() || value.is_list() || value.is_object()) return {};
  return document::render(value);
}

using TextTest = bool (*)(std::string_view variable, std::string_view operand);
using NumberTest = bool (*)(double variable, double operand);

struct TextOperator {
  std::string_view name;
  TextTest test;
};
constexpr TextOperator text_operators[] = {
    {"Contains", [](std::string_view v, std::string_view o) { return v.contains(o); }},
    {"EndsWith", [](std::string_view v, std::string_view o) { return v.ends_with(o); }},
    {"EqualsIgnoreCase",
     [](std::string_view v, std::string_view o) { return equals_ignore_case(v, o); }},
    {"StartsWith", [](std::string_view v, std::string_view o) { return v.starts_with(o); }},
    {"StringEquals", [](std::string_view v, std::string_view o) { return v == o; }},
};
struct NumberOperator {
  std::string_view name;
  NumberTest test;
};
constexpr NumberOperator number_operators[] = {
    {"NumericEquals", [](double v, double o) { return v == o; }},
    {"NumericGreater", [](double v, double o) { return v > o; }},
    {"NumericGreaterOrEquals", [](double v, double o) { return v >= o; }},
    {"NumericLesser", [](double v, double o) { return v < o; }},
    {"NumericLesserOrEquals", [](double v, double o) { return v <= o; }},
};

bool holds(const Value& condition);

/// And and Or hold a list, or one map (13 published documents).
template <class Quantifier>
bool joined(const Value& conditions, Quantifier quantifier) {
  if (conditions.is_list()) return quantifier(conditions.as_list());
  return holds(conditions);
}

bool holds(const Value& condition) {
  if (const Value* all = condition.find("And"))
    return joined(*all, [](const Value::List& list) { return std::ranges::all_of(list, holds); });
  if (const Value* any = condition.find("Or"))
    return joined(*any, [](const Value::List& list) { return std::ranges::any_of(list, holds); });
  if (const Value* no = condition.find("Not"))
    return joined(*no, [](const Value::List& list) { return std::ranges::all_of(list, holds); }) ==
           false;
  const Value& variable = condition["Variable"];
  for (const TextOperator& op : text_operators)
    if (const Value* operand = condition.find(op.name)) {
      // C-50: Contains on a list is membership.
      if (op.name == "Contains" && variable.is_list())
        return std::ranges::any_of(variable.as_list(), [&](const Value& item) {
          return as_words(item) && as_words(item) == as_words(*operand);
        });
      std::optional<std::string> left = as_words(variable), right = as_words(*operand);
      return left && right && op.test(*left, *right);
    }
  for (const NumberOperator& op : number_operators)
    if (const Value* operand = condition.find(op.name)) {
      std::optional<double> left = as_number(variable), right = as_number(*operand);
      return left && right && op.test(*left, *right);
    }
  if (const Value* operand = condition.find("BooleanEquals")) {
    std::optional<bool> left = as_boolean(variable), right = as_boolean(*operand);
    return left && right && *left == *right;
  }
  return false;
}

/// One problem: AWS names the first.
void check_condition(const Value& condition, std::string_view step, std::vector<Remark>& problems) {
  if (!condition.is_object()) return;  // a template, or judged as false
  for (const auto& [key, value, where] : condition.as_object()) {
    if (key == "NextStep" || key == "Variable" || key == "BooleanEquals" ||
        std::ranges::find(text_operators, key, &TextOperator::name) != std::end(text_operators) ||
        std::ranges::find(number_operators, key, &NumberOperator::name) !=
            std::end(number_operators))
      continue;
    if (key != "And" && key != "Or" && key != "Not") {
      problems.push_back({where, "Unknown operator: " + key + " in step: " + std::string(step)});
      continue;
    }
    if (!value.is_list()) {
      check_condition(value, step, problems);
      continue;
    }
    if (key != "Not" && value.size() < 2)
      problems.push_back({where, "Expect at lease two expressions for operator: " + key +
                                     " in step: " + std::string(step) +
                                     ". Provided: " + std::to_string(value.size())});
    for (const Value& one : value.as_list()) check_condition(one, step, problems);
  }
}

}  // namespace

void check_branch(const Value& inputs, std::string_view step, std::vector<Remark>& problems) {
  for (const Value& choice : inputs.items("Choices")) check_condition(choice, step, problems);
}

Move branch(const Turn& turn) {
  for (const Value& choice : turn.inputs.items("Choices"))
    if (holds(choice))
      return {.what = engine::Succeed{
                  .response = {}, .outputs = {}, .next_step = text_input(choice, "NextStep")}};
  // No choice holds: Default, else the flow of 2.2 (isEnd, nextStep, the following step).
  return {.what = engine::Succeed{
              .response = {}, .outputs = {}, .next_step = text_input(turn.inputs, "Default")}};
}

Result<Value> resolve_branch(const document::Template& inputs, const document::Lookup& lookup) {
  if (inputs.constant()) return inputs.source();
  if (inputs.is_object()) {
    Object out;
    out.reserve(inputs.members().size());
    for (const auto& [key, member] : inputs.members()) {
      Value value = TRY(resolve_branch(member, lookup));
      out.append(key, std::move(value));
    }
    return Value(std::move(out));
  }
  if (inputs.is_list()) {
    Value::List out;
    out.reserve(inputs.items().size());
    for (const document::Template& item : inputs.items()) {
      Value value = TRY(resolve_branch(item, lookup));
      out.push_back(std::move(value));
    }
    return Value(std::move(out));
  }
  Result<std::optional<Value>> value = inputs.resolve_optional(lookup);
  return value && *value ? std::move(**value) : Value();
}

std::vector<std::string> branch_targets(const Value& inputs) {
  std::vector<std::string> out;
  for (const Value& choice : inputs.items("Choices"))
    if (const std::string& next = choice.text("NextStep"); !next.empty()) out.push_back(next);
  if (const std::string& otherwise = inputs.text("Default"); !otherwise.empty())
    out.push_back(otherwise);
  return out;
}

}  // namespace stint::actions

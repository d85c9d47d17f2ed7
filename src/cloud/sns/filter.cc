// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/sns/filter.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/sns/topic.h"
#include "value/json.h"

namespace stint::cloud::sns {
namespace {

constexpr std::size_t most_keys = 5;
constexpr int deepest = 16;

/// [op, number] or [op, number, op, number].
bool in_range(const Value& range, double number) {
  const Value::List& parts = range.as_list();
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
    if (!parts[i].is_text() || !parts[i + 1].is_number()) return false;
    const std::string& op = parts[i].as_text();
    const double limit = parts[i + 1].as_number();
    const bool holds = op == "="    ? number == limit
                       : op == "<"  ? number < limit
                       : op == "<=" ? number <= limit
                       : op == ">"  ? number > limit
                       : op == ">=" ? number >= limit
                                    : false;
    if (!holds) return false;
  }
  return !parts.empty();
}

bool equal(const Value& wanted, const Value& held) {
  if (wanted.is_number() && held.is_number()) return wanted.as_number() == held.as_number();
  return wanted == held;
}

/// `rule`: one entry of a key's list; `held`: one value of the message.
bool fits(const Value& rule, const Value& held) {
  if (!rule.is_object()) return equal(rule, held);
  for (const auto& [name, operand, where] : rule.as_object()) {
    const std::string text = held.is_text() ? held.as_text() : std::string();
    if (name == "prefix" && operand.is_text())
      return held.is_text() && text.starts_with(operand.as_text());
    if (name == "suffix" && operand.is_text())
      return held.is_text() && text.ends_with(operand.as_text());
    if (name == "equals-ignore-case" && operand.is_text())
      return held.is_text() && equals_ignore_case(text, operand.as_text());
    if (name == "numeric" && operand.is_list())
      return held.is_number() && in_range(operand, held.as_number());
    if (name == "anything-but") {
      if (operand.is_object() || operand.is_scalar()) return !fits(operand, held);
      return operand.is_list() && std::ranges::none_of(operand.as_list(), [&](const Value& one) {
               return equal(one, held);
             });
    }
    if (name == "exists") return operand.is_bool() && operand.as_bool();
  }
  return false;
}

bool wants_absence(const Value& rule) {
  const Value* exists = rule.find("exists");
  return exists && exists->is_bool() && !exists->as_bool();
}

/// `held`: the values of a key; none: it is not there.
bool any_fits(const Value::List& rules, const Value::List* held) {
  if (!held) return std::ranges::any_of(rules, wants_absence);
  return std::ranges::any_of(rules, [&](const Value& rule) {
    if (wants_absence(rule)) return false;
    return std::ranges::any_of(*held, [&](const Value& one) { return fits(rule, one); });
  });
}

bool body_passes(const Value& policy, const Value& body, int depth) {
  if (!policy.is_object() || depth > deepest) return false;
  for (const auto& [key, rules, where] : policy.as_object()) {
    if (key == "$or" && rules.is_list()) {
      if (std::ranges::none_of(rules.as_list(),
                               [&](const Value& one) { return body_passes(one, body, depth + 1); }))
        return false;
      continue;
    }
    const Value* held = body.find(key);
    if (rules.is_object()) {
      if (!body_passes(rules, held ? *held : Value(), depth + 1)) return false;
      continue;
    }
    if (!rules.is_list()) return false;
    const Value::List values =
        held ? held->is_list() ? held->as_list() : Value::List{*held} : Value::List();
    if (!any_fits(rules.as_list(), held ? &values : nullptr)) return false;
  }
  return true;
}

Value number_of(const std::string& text) {
  if (auto number = to_number(text)) return *number;
  return text;
}

/// Attributes as plain values.
Value plain(const Value& attributes) {
  Object out;
  if (attributes.is_object())
    for (const auto& [name, attribute, where] : attributes.as_object()) {
      const std::string &type = attribute.text("DataType"), &text = attribute.text("StringValue");
      if (type == "String.Array") {
        auto list = parse_json(text);
        out.set(name, list ? *list : Value(text));
      } else if (type.starts_with("Number")) {
        out.set(name, number_of(text));
      } else if (type.starts_with("String")) {
        out.set(name, text);
      }
    }
  return Value(std::move(out));
}

Result<void> check_rules(const Value& policy, int depth) {
  if (depth > deepest) return invalid("FilterPolicy: Filter policy is nested too deeply");
  for (const auto& [key, rules, where] : policy.as_object()) {
    if (rules.is_object()) {
      TRY(check_rules(rules, depth + 1));
      continue;
    }
    if (!rules.is_list())
      return invalid(fmt::format("FilterPolicy: \"{}\" must be an object or an array", key));
    if (rules.as_list().empty()) return invalid("FilterPolicy: Empty arrays are not allowed");
    if (key == "$or") {
      for (const Value& one : rules.as_list())
        if (one.is_object()) TRY(check_rules(one, depth + 1));
      continue;
    }
    for (const Value& rule : rules.as_list()) {
      if (rule.is_list())
        return invalid("FilterPolicy: Match value must be String, number, true, false, or null");
      if (!rule.is_object()) continue;
      for (const auto& [name, operand, at] : rule.as_object()) {
        constexpr std::string_view known[] = {
            "anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix"};
        if (!std::ranges::binary_search(known, std::string_view(name)))
          return invalid(fmt::format("FilterPolicy: Unrecognized match type {}", name));
      }
    }
  }
  return {};
}

}  // namespace

Result<void> check_filter(const std::string& policy) {
  if (policy.empty()) return {};
  auto json = parse_json(policy);
  if (!json || !json->is_object()) return invalid("FilterPolicy: failed to parse JSON.");
  if (json->size() > most_keys)
    return invalid("FilterPolicy: Filter policy can not have more than 5 keys");
  return check_rules(*json, 0);
}

bool passes_filter(const std::string& policy, bool of_body, const Value& attributes,
                   const std::string& message) {
  if (policy.empty()) return true;
  auto json = parse_json(policy);
  if (!json || !json->is_object()) return true;
  if (!of_body) return body_passes(*json, plain(attributes), 0);
  auto body = parse_json(message);
  return body && body->is_object() && body_passes(*json, *body, 0);
}

}  // namespace stint::cloud::sns

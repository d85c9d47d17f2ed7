// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "policy/condition.h"

#include <algorithm>
#include <span>

#include "base/hash.h"
#include "base/text.h"
#include "policy/keys.h"
#include "policy/operand.h"
#include "policy/policy.h"

namespace stint::policy {
namespace {

using Test = Condition::Test;
using Order = Condition::Order;
using Set = Condition::Set;

struct Row {
  std::string_view name;
  Test test;
  Order order = Order::equal;
  bool negated = false;
};

constexpr Row operators[] = {
    {"ArnEquals", Test::arn},
    {"ArnLike", Test::arn},
    {"ArnNotEquals", Test::arn, Order::equal, true},
    {"ArnNotLike", Test::arn, Order::equal, true},
    {"BinaryEquals", Test::binary},
    {"Bool", Test::boolean},
    {"DateEquals", Test::date},
    {"DateGreaterThan", Test::date, Order::greater},
    {"DateGreaterThanEquals", Test::date, Order::greater_equal},
    {"DateLessThan", Test::date, Order::less},
    {"DateLessThanEquals", Test::date, Order::less_equal},
    {"DateNotEquals", Test::date, Order::equal, true},
    {"IpAddress", Test::address},
    {"NotIpAddress", Test::address, Order::equal, true},
    {"Null", Test::null},
    {"NumericEquals", Test::number},
    {"NumericGreaterThan", Test::number, Order::greater},
    {"NumericGreaterThanEquals", Test::number, Order::greater_equal},
    {"NumericLessThan", Test::number, Order::less},
    {"NumericLessThanEquals", Test::number, Order::less_equal},
    {"NumericNotEquals", Test::number, Order::equal, true},
    {"StringEquals", Test::text},
    {"StringEqualsIgnoreCase", Test::text_ignore_case},
    {"StringLike", Test::text_like},
    {"StringNotEquals", Test::text, Order::equal, true},
    {"StringNotEqualsIgnoreCase", Test::text_ignore_case, Order::equal, true},
    {"StringNotLike", Test::text_like, Order::equal, true},
};
static_assert(std::ranges::is_sorted(operators, {}, &Row::name));

template <class T>
Operand or_nothing(std::optional<T> value) {
  if (!value) return std::monostate{};
  return Operand(std::move(*value));
}

/// The six parts of an ARN are compared one by one; the last one may hold colons.
Operand prepare_arn(std::string_view written, bool variables) {
  const std::size_t from = variables ? 0 : std::string_view::npos;
  if (written == "*") return Pattern::prepare("*", Pattern::Wildcards::on);
  ArnPattern parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::size_t end = std::string_view::npos;
    if (i + 1 < parts.size()) {
      end = nth_colon(written, 1);
      if (end == std::string_view::npos) return std::monostate{};
    }
    parts[i] = Pattern::prepare(written.substr(0, end), Pattern::Wildcards::on, from);
    if (end != std::string_view::npos) written.remove_prefix(end + 1);
  }
  return parts;
}

bool arn_matches(const ArnPattern& pattern, std::string_view arn, const Request& request) {
  for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return false;
    if (!pattern[i].matches(arn.substr(0, colon), request)) return false;
    arn.remove_prefix(colon + 1);
  }
  return pattern.back().matches(arn, request);
}

template <class T>
bool in_order(Order order, const T& value, const T& bound) {
  switch (order) {
    case Order::equal:
      return value == bound;
    case Order::less:
      return value < bound;
    case Order::less_equal:
      return value <= bound;
    case Order::greater:
      return value > bound;
    case Order::greater_equal:
      return value >= bound;
  }
  return false;
}

/// A value of the request, read at most once however many values the policy lists.
class Given {
 public:
  Given(const Condition& condition, const std::string& text) : test_(condition.test), text_(text) {
    if (test_ == Test::number) number_ = read_decimal(text);
    if (test_ == Test::date) instant_ = read_instant(text);
    if (test_ == Test::boolean) boolean_ = read_boolean(text);
    if (test_ == Test::address) address_ = read_network(text);
    if (test_ == Test::binary)
      if (auto bytes = from_base64(text)) bytes_ = std::move(*bytes);
  }

  bool fits(const Condition& condition, const Operand& operand, const Request& request) const {
    if (const auto* pattern = std::get_if<Pattern>(&operand)) return fits(*pattern, request);
    if (const auto* arn = std::get_if<ArnPattern>(&operand))
      return arn_matches(*arn, text_, request);
    if (const auto* number = std::get_if<double>(&operand))
      return number_ && in_order(condition.order, *number_, *number);
    if (const auto* instant = std::get_if<Instant>(&operand))
      return instant_ && in_order(condition.order, *instant_, *instant);
    if (const auto* boolean = std::get_if<bool>(&operand)) return boolean_ == *boolean;
    if (const auto* network = std::get_if<Network>(&operand))
      return address_ && contains(*network, *address_);
    if (const auto* bytes = std::get_if<Bytes>(&operand)) return bytes_ == bytes->data;
    return false;
  }

 private:
  bool fits(const Pattern& pattern, const Request& request) const {
    if (test_ == Test::text_ignore_case) {
      if (!pattern.has_variables()) return equals_ignore_case(pattern.text(), text_);
      const auto resolved = pattern.resolve(request);
      return resolved && equals_ignore_case(*resolved, text_);
    }
    if (test_ == Test::boolean) {  // only with variables; else it was read when prepared
      const auto resolved = pattern.resolve(request);
      return resolved && boolean_ && read_boolean(*resolved) == boolean_;
    }
    return pattern.matches(text_, request);
  }

  Test test_;
  const std::string& text_;
  std::optional<double> number_;
  std::optional<Instant> instant_;
  std::optional<bool> boolean_;
  std::optional<Network> address_;
  std::optional<std::string> bytes_;
};

bool fits_any(const Condition& condition, const std::string& value, const Request& request) {
  const Given given(condition, value);
  return std::any_of(
      condition.operands.begin(), condition.operands.end(),
      [&](const Operand& operand) { return given.fits(condition, operand, request); });
}

bool null_holds(const Condition& condition, bool absent) {
  return std::any_of(condition.operands.begin(), condition.operands.end(), [&](const Operand& o) {
    const bool* wanted = std::get_if<bool>(&o);
    return wanted && *wanted == absent;
  });
}

}  // namespace

std::optional<Condition> read_operator(std::string_view name) {
  Condition condition;
  condition.condition = name;
  if (name.starts_with("ForAllValues:")) {
    condition.set = Set::all_values;
    name.remove_prefix(13);
  } else if (name.starts_with("ForAnyValue:")) {
    condition.set = Set::any_value;
    name.remove_prefix(12);
  }
  if (name.ends_with("IfExists")) {
    condition.if_exists = true;
    name.remove_suffix(8);
    if (name == "Null") return std::nullopt;  // would ask whether an existing key exists
  }
  const auto row = std::ranges::lower_bound(operators, name, {}, &Row::name);
  if (row == std::end(operators) || row->name != name) return std::nullopt;
  condition.test = row->test;
  condition.order = row->order;
  condition.negated = row->negated;
  return condition;
}

Operand prepare_operand(const Condition& condition, std::string_view written, bool variables) {
  const std::size_t from = variables ? 0 : std::string_view::npos;
  switch (condition.test) {
    case Test::text:
    case Test::text_ignore_case:
      return Pattern::prepare(written, Pattern::Wildcards::off, from);
    case Test::text_like:
      return Pattern::prepare(written, Pattern::Wildcards::on, from);
    case Test::number:
      return or_nothing(read_decimal(written));
    case Test::date:
      return or_nothing(read_instant(written));
    case Test::boolean: {
      Pattern pattern = Pattern::prepare(written, Pattern::Wildcards::off, from);
      if (pattern.has_variables()) return pattern;
      return or_nothing(read_boolean(written));
    }
    case Test::null:
      return or_nothing(read_boolean(written));
    case Test::binary: {
      auto bytes = from_base64(written);
      if (!bytes) return std::monostate{};
      return Bytes{std::move(*bytes)};
    }
    case Test::address:
      return or_nothing(read_network(written));
    case Test::arn:
      return prepare_arn(written, variables);
  }
  return std::monostate{};
}

bool holds(const Condition& condition, const Request& request) {
  const std::span<const std::string> values = key_values(request, condition.key);
  if (condition.test == Test::null) return null_holds(condition, values.empty());
  if (values.empty()) {
    if (condition.if_exists) return true;
    if (condition.set == Set::none) return condition.negated;
    return condition.set == Set::all_values;
  }
  const auto fits = [&](const std::string& value) { return fits_any(condition, value, request); };
  if (condition.set == Set::none)
    return std::any_of(values.begin(), values.end(), fits) != condition.negated;
  // To a set operator empty texts are no values ("a null data set, such as an empty string").
  if (std::all_of(values.begin(), values.end(), [](const auto& v) { return v.empty(); }))
    return condition.set == Set::all_values;
  const auto good = [&](const std::string& value) { return fits(value) != condition.negated; };
  if (condition.set == Set::all_values) return std::all_of(values.begin(), values.end(), good);
  return std::any_of(values.begin(), values.end(), good);
}

}  // namespace stint::policy

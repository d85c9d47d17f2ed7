// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>

#include "aws/class_pattern.h"
#include "aws/protocol.h"
#include "aws/protocols.h"
#include "aws/wire.h"
#include "base/text.h"
#include "value/json.h"

namespace stint::aws {
namespace {

/// How AWS shows a value in these texts: lists and maps as Java prints them.
std::string shown(const Value& value) {
  std::string out;
  if (value.is_text()) return value.as_text();
  if (value.is_list()) {
    for (const Value& each : value.as_list()) out += (out.empty() ? "" : ", ") + shown(each);
    return "[" + out + "]";
  }
  if (value.is_object()) {
    for (const Object::Member& each : value.as_object())
      out += (out.empty() ? "" : ", ") + each.key + "=" + shown(each.value);
    return "{" + out + "}";
  }
  return to_json(value);
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string out;
  for (std::string_view word : words) (out.empty() ? out : out += ", ") += word;
  return out;
}

void check_bounds(const Shape& shape, double size, std::string_view what,
                  std::vector<std::string>& out) {
  if (shape.max() && size > *shape.max())
    out.push_back(fmt::format("Member must have {} less than or equal to {}", what, *shape.max()));
  if (shape.min() && size < *shape.min())
    out.push_back(
        fmt::format("Member must have {} greater than or equal to {}", what, *shape.min()));
}

/// The constraints that a value breaks, without those of structures inside it.
void broken(const Shape& shape, const Value& value, std::vector<std::string>& out) {
  switch (shape.type()) {
    case ShapeType::string: {
      if (!value.is_text()) return;
      const std::string& text = value.as_text();
      const std::vector<std::string_view> words = shape.enumeration();
      if (!words.empty()) {
        if (std::ranges::find(words, text) == words.end())
          out.push_back(fmt::format("Member must satisfy enum value set: [{}]", joined(words)));
        return;
      }
      check_bounds(shape, static_cast<double>(count_characters(text)), "length", out);
      if (!shape.pattern().empty() && matches_class_pattern(shape.pattern(), text) == false)
        out.push_back(
            fmt::format("Member must satisfy regular expression pattern: {}", shape.pattern()));
      return;
    }
    case ShapeType::blob:
      if (value.is_text())
        check_bounds(shape, static_cast<double>(value.as_text().size()), "length", out);
      return;
    case ShapeType::integer:
    case ShapeType::long_:
    case ShapeType::float_:
    case ShapeType::double_:
      if (value.is_number()) check_bounds(shape, value.as_number(), "value", out);
      return;
    case ShapeType::list: {
      check_bounds(shape, static_cast<double>(value.size()), "length", out);
      std::vector<std::string> inner;
      if (value.is_list() && shape.item().type() != ShapeType::structure)
        for (const Value& each : value.as_list())
          if (inner.empty()) broken(shape.item(), each, inner);
      if (!inner.empty())
        out.push_back(fmt::format("Member must satisfy constraint: [{}]", join(inner, ", ")));
      return;
    }
    case ShapeType::map: {
      check_bounds(shape, static_cast<double>(value.size()), "length", out);
      if (!value.is_object()) return;
      std::vector<std::string> keys, values;
      for (const Object::Member& each : value.as_object()) {
        if (keys.empty()) broken(shape.key(), each.key, keys);
        if (values.empty() && shape.item().type() != ShapeType::structure)
          broken(shape.item(), each.value, values);
      }
      if (!keys.empty())
        out.push_back(fmt::format("Map keys must satisfy constraint: [{}]", join(keys, ", ")));
      if (!values.empty())
        out.push_back(fmt::format("Map value must satisfy constraint: [{}]", join(values, ", ")));
      return;
    }
    default:
      return;
  }
}

/// Walks an input and gathers what it breaks, as the query and JSON services say it.
class Checker {
 public:
  const std::vector<std::string>& failures() const { return failures_; }

  void structure(const Shape& shape, const Value& value, const std::string& path, int depth) {
    if (depth > wire::depth_limit || shape.document()) return;
    for (std::size_t i = 0; i < shape.member_count(); ++i) {
      const Member member = shape.member(i);
      const Value* held = value.find(member.name());
      const std::string at = below(path, member.name());
      if (held && !held->is_null())
        check(member.shape(), *held, at, depth);
      else if (member.required() && !(depth == 0 && member.idempotency_token()))
        failures_.push_back(
            fmt::format("Value at '{}' failed to satisfy constraint: Member must not be null", at));
    }
  }

 private:
  static std::string below(const std::string& path, std::string_view name) {
    std::string out = path.empty() ? "" : path + ".";
    const std::size_t first = out.size();
    out += name;
    if (out.size() > first && out[first] >= 'A' && out[first] <= 'Z')
      out[first] = static_cast<char>(out[first] - 'A' + 'a');
    return out;
  }

  void check(const Shape& shape, const Value& value, const std::string& path, int depth) {
    if (depth > wire::depth_limit) return;
    std::vector<std::string> constraints;
    broken(shape, value, constraints);
    for (const std::string& constraint : constraints)
      failures_.push_back(fmt::format("Value '{}' at '{}' failed to satisfy constraint: {}",
                                      clip_utf8(shown(value), 1000), path, constraint));
    if (shape.type() == ShapeType::structure) structure(shape, value, path, depth + 1);
    if (shape.type() == ShapeType::list && value.is_list() &&
        shape.item().type() == ShapeType::structure)
      for (std::size_t i = 0; i < value.size(); ++i)
        structure(shape.item(), value[i], fmt::format("{}.{}.member", path, i + 1), depth + 1);
    if (shape.type() == ShapeType::map && value.is_object() &&
        shape.item().type() == ShapeType::structure)
      for (const Object::Member& each : value.as_object())
        structure(shape.item(), each.value, fmt::format("{}.{}.member", path, each.key), depth + 1);
  }

  std::vector<std::string> failures_;
};

/// ec2 has texts of its own and checks little more than presence and the bounds of numbers.
Result<void> validate_ec2(const Shape& shape, const Value& value, const std::string& path,
                          int depth) {
  if (depth > wire::depth_limit) return {};
  for (std::size_t i = 0; i < shape.member_count(); ++i) {
    const Member member = shape.member(i);
    const Shape type = member.shape();
    const Value& held = value[member.name()];
    const std::string name = query::ec2_name(member);
    const std::string at = path.empty() ? name : path + "." + name;
    if (held.is_null()) {
      if (!member.required() || (depth == 0 && member.idempotency_token())) continue;
      return fail(Error{Code::invalid, "MissingParameter",
                        fmt::format("The request must contain the parameter {}", at), 400});
    }
    if (type.type() == ShapeType::integer && held.is_integer()) {
      const double number = held.as_number();
      const bool low = type.min() && number < *type.min();
      if (low || (type.max() && number > *type.max()))
        return fail(Error{Code::invalid, "InvalidParameterValue",
                          fmt::format("Value ( {} ) for parameter {} is invalid. Expecting a value "
                                      "{} than {}.",
                                      held.as_integer(), at, low ? "greater" : "less",
                                      low ? *type.min() : *type.max()),
                          400});
    }
    if (type.type() == ShapeType::structure) TRY(validate_ec2(type, held, at, depth + 1));
    if (type.type() == ShapeType::list && type.item().type() == ShapeType::structure)
      for (std::size_t j = 0; j < held.size(); ++j)
        TRY(validate_ec2(type.item(), held[j], fmt::format("{}.{}", at, j + 1), depth + 1));
  }
  return {};
}

/// S3 reads what it needs and checks each operation's rules itself: here only what is absent.
Result<void> validate_rest_xml(const Shape& shape, const Value& value) {
  for (std::size_t i = 0; i < shape.member_count(); ++i) {
    const Member member = shape.member(i);
    if (!member.required() || member.idempotency_token() || !value[member.name()].is_null())
      continue;
    if (member.place() == Place::body)
      return fail(Error{Code::invalid, "MissingRequestBodyError", "Request Body is empty", 400});
    return fail(Error{Code::invalid, "InvalidRequest",
                      fmt::format("Missing required parameter: {}", member.location_name()), 400});
  }
  return {};
}

}  // namespace

Result<void> validate_input(const Operation& operation, const Value& input) {
  const std::optional<Shape> shape = operation.input();
  if (!shape) return {};
  const Protocol protocol = operation.service().protocol();
  if (protocol == Protocol::ec2) return validate_ec2(*shape, input, "", 0);
  if (protocol == Protocol::rest_xml) return validate_rest_xml(*shape, input);
  Checker checker;
  checker.structure(*shape, input, "", 0);
  const std::vector<std::string>& failures = checker.failures();
  if (failures.empty()) return {};
  return fail(Error{Code::invalid,
                    protocol == Protocol::query ? "ValidationError" : "ValidationException",
                    fmt::format("{} validation error{} detected: {}", failures.size(),
                                failures.size() == 1 ? "" : "s", join(failures, "; ")),
                    400});
}

}  // namespace stint::aws

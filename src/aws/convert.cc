// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "aws/protocol.h"
#include "aws/wire.h"
#include "base/text.h"
#include "base/time.h"
#include "value/json.h"

namespace stint::aws {
namespace {

bool below(const std::optional<double>& min, double value) {
  return min && value < *min;
}

bool is_time(const std::string& text) {
  return parse_time(text).has_value();
}

bool fits(const Shape& shape, const Value& value, int depth);

bool structure_fits(const Shape& shape, const Value& value, int depth) {
  if (!value.is_object()) return false;
  if (shape.document()) return true;
  const Object& object = value.as_object();
  if (shape.union_() && object.size() != 1) return false;
  for (const Object::Member& each : object) {
    const std::optional<Member> member = shape.find(each.key);
    if (!member || !fits(member->shape(), each.value, depth + 1)) return false;
  }
  for (std::size_t i = 0; i < shape.member_count(); ++i) {
    const Member member = shape.member(i);
    if (member.required() && !object.contains(member.name()) &&
        !(depth == 0 && member.idempotency_token()))
      return false;
  }
  return true;
}

/// Whether a value is already what convert would make of it. The common case of a call that runs
/// again and again, so it allocates nothing.
bool fits(const Shape& shape, const Value& value, int depth) {
  if (depth > wire::depth_limit) return false;
  switch (shape.type()) {
    case ShapeType::structure:
      return structure_fits(shape, value, depth);
    case ShapeType::list: {
      if (!value.is_list() || below(shape.min(), static_cast<double>(value.size()))) return false;
      const Shape item = shape.item();
      return std::ranges::all_of(value.as_list(),
                                 [&](const Value& each) { return fits(item, each, depth + 1); });
    }
    case ShapeType::map: {
      if (!value.is_object()) return false;
      const Shape key = shape.key(), item = shape.item();
      return std::ranges::all_of(value.as_object(), [&](const Object::Member& each) {
        return !below(key.min(), static_cast<double>(count_characters(each.key))) &&
               fits(item, each.value, depth + 1);
      });
    }
    case ShapeType::string:
      if (!value.is_text()) return false;
      if (const std::optional<double> min = shape.min())
        return !below(min, static_cast<double>(count_characters(value.as_text())));
      return true;
    case ShapeType::integer:
    case ShapeType::long_:
      return value.is_integer() && !below(shape.min(), value.as_number());
    case ShapeType::float_:
    case ShapeType::double_:
      return value.is_number() && !below(shape.min(), value.as_number());
    case ShapeType::boolean:
      return value.is_bool();
    case ShapeType::timestamp:
      return value.is_text() && is_time(value.as_text());
    case ShapeType::blob:
      return value.is_text();
  }
  return false;
}

/// How botocore names our kinds in its errors.
std::string_view python_type(const Value& value) {
  constexpr std::string_view names[] = {"NoneType", "bool", "int", "float", "str", "list", "dict"};
  return names[static_cast<std::size_t>(value.kind())];
}

std::string_view python_types(ShapeType type) {
  switch (type) {
    case ShapeType::structure:
    case ShapeType::map:
      return "<class 'dict'>";
    case ShapeType::list:
      return "<class 'list'>, <class 'tuple'>";
    case ShapeType::integer:
    case ShapeType::long_:
      return "<class 'int'>";
    case ShapeType::float_:
    case ShapeType::double_:
      return "<class 'float'>, <class 'decimal.Decimal'>, <class 'int'>";
    case ShapeType::boolean:
      return "<class 'bool'>";
    case ShapeType::timestamp:
      return "<class 'datetime.datetime'>, timestamp-string";
    case ShapeType::blob:
      return "<class 'bytes'>, <class 'bytearray'>, file-like object";
    default:
      return "<class 'str'>";
  }
}

class Converter {
 public:
  explicit Converter(std::vector<std::string>* remarks) : remarks_(remarks) {}

  const std::vector<std::string>& errors() const { return errors_; }

  Value convert(const Shape& shape, const Value& value, const std::string& path, int depth) {
    if (depth > wire::depth_limit) {
      errors_.push_back(fmt::format("Parameter {} is nested too deeply", named(path)));
      return {};
    }
    if (fits(shape, value, depth)) return value;
    switch (shape.type()) {
      case ShapeType::structure:
        return structure(shape, value, path, depth);
      case ShapeType::list:
        return list(shape, value, path, depth);
      case ShapeType::map:
        return map(shape, value, path, depth);
      default:
        break;
    }
    // A list of one stands for its item (C-53).
    if (value.is_list() && value.size() == 1 && !value[0].is_list())
      return convert(shape, value[0], path, depth + 1);
    return scalar(shape, value, path);
  }

 private:
  static std::string named(const std::string& path) { return path.empty() ? "input" : path; }
  static std::string below_path(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
  }

  void remark(std::string text) {
    if (remarks_) remarks_->push_back(std::move(text));
  }

  Value wrong_type(const Shape& shape, const Value& value, const std::string& path) {
    const std::string shown = value.is_text() ? value.as_text() : to_json(value);
    errors_.push_back(fmt::format(
        "Invalid type for parameter {}, value: {}, type: <class '{}'>, valid types: {}",
        named(path), clip_utf8(shown, 200), python_type(value), python_types(shape.type())));
    return {};
  }

  void check_length(const Shape& shape, std::size_t length, const std::string& path) {
    if (below(shape.min(), static_cast<double>(length)))
      errors_.push_back(
          fmt::format("Invalid length for parameter {}, value: {}, valid min length: {}",
                      named(path), length, *shape.min()));
  }

  Value structure(const Shape& shape, const Value& given, const std::string& path, int depth) {
    const Value value = opened(given, '{');
    if (!value.is_object()) return wrong_type(shape, given, path);
    if (shape.document()) return value;
    Object out;
    for (const Object::Member& each : value.as_object()) {
      std::optional<Member> member = shape.find(each.key);
      if (!member && (member = shape.find_folded(each.key))) {
        if (value.find(member->name())) continue;  // the right spelling is there too
        remark(
            fmt::format("{} is spelled {} in the API", below_path(path, each.key), member->name()));
      }
      if (!member) {
        remark(
            fmt::format("the API has no parameter {}: it is left out", below_path(path, each.key)));
        continue;
      }
      if (each.value.is_null()) continue;
      out.set(member->name(),
              convert(member->shape(), each.value, below_path(path, member->name()), depth + 1));
    }
    check_members(shape, out, path, depth);
    return out;
  }

  void check_members(const Shape& shape, const Object& out, const std::string& path, int depth) {
    if (shape.union_() && out.size() != 1) {
      std::vector<std::string> names;
      for (std::size_t i = 0; i < shape.member_count(); ++i)
        names.emplace_back(shape.member(i).name());
      errors_.push_back(
          fmt::format("{} for tagged union structure {}. {} one of the following keys: {}.",
                      out.empty() ? "No parameter set" : "Invalid number of parameters set",
                      named(path), out.empty() ? "Must set" : "Can only set", join(names, ", ")));
    }
    for (std::size_t i = 0; i < shape.member_count(); ++i) {
      const Member member = shape.member(i);
      // Tokens of the call itself are filled in after this.
      if (member.required() && !out.contains(member.name()) &&
          !(depth == 0 && member.idempotency_token()))
        errors_.push_back(
            fmt::format("Missing required parameter in {}: \"{}\"", named(path), member.name()));
    }
  }

  Value list(const Shape& shape, const Value& given, const std::string& path, int depth) {
    Value value = opened(given, '[');
    if (!value.is_list()) value = Value::list({value});
    const Shape item = shape.item();
    Value::List out;
    for (std::size_t i = 0; i < value.size(); ++i)
      if (!value[i].is_null())
        out.push_back(convert(item, value[i], fmt::format("{}[{}]", path, i), depth + 1));
    check_length(shape, out.size(), path);
    return out;
  }

  Value map(const Shape& shape, const Value& given, const std::string& path, int depth) {
    const Value value = opened(given, '{');
    if (!value.is_object()) return wrong_type(shape, given, path);
    const Shape key = shape.key(), item = shape.item();
    Object out;
    for (const Object::Member& each : value.as_object()) {
      if (each.value.is_null()) continue;
      check_length(key, count_characters(each.key),
                   fmt::format("{} (key: {})", named(path), each.key));
      out.append(each.key, convert(item, each.value, below_path(path, each.key), depth + 1));
    }
    return out;
  }

  /// JSON text that was given for a structure, a map or a list; a list of one for an object.
  static Value opened(const Value& value, char bracket) {
    if (value.is_text() && trim(value.as_text()).starts_with(bracket)) {
      Result<Value> parsed = parse_json(value.as_text());
      if (parsed) return *parsed;
    }
    if (bracket == '{' && value.is_list() && value.size() == 1) return value[0];
    return value;
  }

  Value scalar(const Shape& shape, const Value& value, const std::string& path) {
    if (!value.is_scalar()) return wrong_type(shape, value, path);
    switch (shape.type()) {
      case ShapeType::string:
      case ShapeType::blob: {
        Value text = value.is_text() ? value : Value(to_json(value));
        if (shape.type() == ShapeType::string)
          check_length(shape, count_characters(text.as_text()), path);
        return text;
      }
      case ShapeType::boolean:
        if (value.is_text() && equals_ignore_case(trim(value.as_text()), "true")) return true;
        if (value.is_text() && equals_ignore_case(trim(value.as_text()), "false")) return false;
        return value.is_bool() ? value : wrong_type(shape, value, path);
      case ShapeType::timestamp: {
        if (value.is_bool()) return wrong_type(shape, value, path);
        Result<Value> time = wire::read_time(value);
        return time ? *time : wrong_type(shape, value, path);
      }
      default:
        return number(shape, value, path);
    }
  }

  Value number(const Shape& shape, const Value& value, const std::string& path) {
    Value out;
    if (value.is_number()) out = value;
    if (value.is_text()) {
      if (std::optional<std::int64_t> integer = to_integer(trim(value.as_text())))
        out = *integer;
      else if (std::optional<double> real = to_number(trim(value.as_text())))
        out = *real;
    }
    const bool whole = shape.type() == ShapeType::integer || shape.type() == ShapeType::long_;
    if (whole && out.is_number() && !out.is_integer()) {
      const double real = out.as_number();
      if (std::floor(real) != real || std::fabs(real) > 9e15) return wrong_type(shape, value, path);
      out = static_cast<std::int64_t>(real);
    }
    if (!out.is_number()) return wrong_type(shape, value, path);
    if (below(shape.min(), out.as_number()))
      errors_.push_back(
          fmt::format("Invalid value for parameter {}, value: {}, valid min value: {}", named(path),
                      to_json(out), *shape.min()));
    return out;
  }

  std::vector<std::string>* remarks_;
  std::vector<std::string> errors_;
};

}  // namespace

Result<Value> convert_input(const Operation& operation, const Value& input,
                            std::vector<std::string>* remarks) {
  std::optional<Shape> shape = operation.input();
  if (!shape) {
    if (remarks && input.size())
      remarks->push_back("the API takes no parameters: all are left out");
    return Value(Object());
  }
  if (fits(*shape, input, 0)) return input;
  Converter converter(remarks);
  Value out = converter.convert(*shape, input.is_null() ? Value(Object()) : input, "", 0);
  if (!converter.errors().empty())
    return fail(Error{Code::invalid, "ParamValidation",
                      "Parameter validation failed: " + join(converter.errors(), "; "), 0});
  return out;
}

}  // namespace stint::aws

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/typing.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "value/json.h"

namespace stint::document {
namespace {

constexpr std::array<std::string_view, 6> type_names = {"String",  "StringList", "Integer",
                                                        "Boolean", "StringMap",  "MapList"};
constexpr std::array<std::string_view, 3> aws_types = {
    "AWS::EC2::Instance::Id", "AWS::S3::Bucket::Name", "AWS::IAM::Role::Arn"};

/// "List<X>" -> X; anything else stays.
std::string_view item_type(std::string_view name) {
  if (name.starts_with("List<") && name.ends_with('>')) name = name.substr(5, name.size() - 6);
  return name;
}

bool is_map_list(const Value& value) {
  return value.is_list() && std::ranges::all_of(value.as_list(), &Value::is_object);
}
bool is_scalar_list(const Value& value) {
  return value.is_list() && std::ranges::all_of(value.as_list(), &Value::is_scalar);
}

Value text_list(const Value& list) {
  Value::List out;
  for (const Value& item : list.as_list())
    out.push_back(Value(item.is_text() ? item.as_text() : to_json(item)).at(item.where()));
  return Value(std::move(out));
}

/// Text that holds JSON of the wanted shape.
std::optional<Value> from_json_text(const Value& text, Type type) {
  if (!text.is_text()) return std::nullopt;
  Result<Value> read = parse_json(text.as_text());
  if (!read) return std::nullopt;
  // Places inside the text would point at the wrong lines of the document.
  if (type == Type::string_map && read->is_object()) return std::move(*read);
  if (type == Type::map_list && is_map_list(*read)) return std::move(*read);
  if (type == Type::string_list && is_scalar_list(*read)) return text_list(*read);
  return std::nullopt;
}

std::optional<std::int64_t> whole_number(const Value& value) {
  if (value.is_integer()) return value.as_integer();
  if (!value.is_number()) return std::nullopt;
  const double number = value.as_number();  // 3.0 counts as 3 (C-59)
  if (std::trunc(number) != number || std::fabs(number) > 9e15) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

std::optional<Value> typed_text(const Value& value, Type type) {
  const std::string& text = value.as_text();
  switch (type) {
    case Type::string:
      return value;
    case Type::string_list:
      return Value::list({value});
    case Type::integer:
      if (const auto number = to_integer(text)) return Value(*number);
      return std::nullopt;
    case Type::boolean:
      if (equals_ignore_case(text, "true")) return Value(true);
      if (equals_ignore_case(text, "false")) return Value(false);
      return std::nullopt;
    case Type::string_map:
      return from_json_text(value, type);
    case Type::map_list:
      if (auto list = from_json_text(value, type)) return list;
      if (auto map = from_json_text(value, Type::string_map)) return Value::list({*map});
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Value> typed_list(const Value& given, Type type) {
  const bool texts = std::ranges::all_of(given.as_list(), &Value::is_text);
  if (type == Type::string_list)
    return is_scalar_list(given) ? std::optional(text_list(given)) : std::nullopt;
  if (type == Type::map_list) {
    if (is_map_list(given)) return given;
    if (!texts) return std::nullopt;
    if (given.size() == 1) return typed_text(given[0], type);
    Value::List out;
    for (const Value& item : given.as_list()) {
      auto map = from_json_text(item, Type::string_map);
      if (!map) return std::nullopt;
      out.push_back(std::move(*map));
    }
    return Value(std::move(out));
  }
  // The wire form of a scalar or a map: one text in a list.
  if (given.size() == 1 && !given[0].is_list()) return supplied_value(given[0], type);
  // A list that was written as JSON for a parameter that holds text (`-p Name=[1,2]`).
  if (type == Type::string && !texts) return Value(to_json(given));
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Type type) {
  return type_names[static_cast<std::size_t>(type)];
}

std::optional<Type> read_plain_type(std::string_view name) {
  const auto found = std::ranges::find(type_names, name);
  if (found == type_names.end()) return std::nullopt;
  return static_cast<Type>(found - type_names.begin());
}

std::optional<Type> read_type(std::string_view name) {
  if (const auto plain = read_plain_type(name)) return plain;
  const std::string_view item = item_type(name);
  if (item.starts_with("AWS::")) return item == name ? Type::string : Type::string_list;
  // Parameter lists that documents of other schemas write as List<String>.
  if (item != name && item == "String") return Type::string_list;
  return std::nullopt;
}

bool known_type(std::string_view name) {
  return std::ranges::find(type_names, name) != type_names.end() ||
         std::ranges::find(aws_types, item_type(name)) != aws_types.end();
}

std::optional<Value> declared_value(const Value& written, Type type) {
  switch (type) {
    case Type::string:
      if (written.is_text()) return written;
      if (written.is_scalar()) return Value(to_json(written)).at(written.where());
      return std::nullopt;
    case Type::string_list:
      if (is_scalar_list(written)) return text_list(written).at(written.where());
      return from_json_text(written, type);
    case Type::integer:
      if (const auto number = whole_number(written)) return Value(*number).at(written.where());
      return std::nullopt;
    case Type::boolean:
      return written.is_bool() ? std::optional(written) : std::nullopt;
    case Type::string_map:
      if (written.is_object()) return written;
      return from_json_text(written, type);
    case Type::map_list:
      if (is_map_list(written)) return written;
      return from_json_text(written, type);
  }
  return std::nullopt;
}

std::optional<Value> supplied_value(const Value& given, Type type) {
  if (given.is_text()) return typed_text(given, type);
  if (given.is_list()) return typed_list(given, type);
  if (given.is_object()) {
    if (type == Type::string_map) return given;
    if (type == Type::map_list) return Value::list({given});
    if (type == Type::string) return Value(to_json(given));
    return std::nullopt;
  }
  if (given.is_null()) return std::nullopt;
  if (type == Type::integer) {
    const auto number = whole_number(given);
    return number ? std::optional(Value(*number)) : std::nullopt;
  }
  if (type == Type::boolean) return given.is_bool() ? std::optional(given) : std::nullopt;
  if (type == Type::string) return Value(to_json(given));
  if (type == Type::string_list) return Value::list({Value(to_json(given))});
  return std::nullopt;
}

}  // namespace stint::document

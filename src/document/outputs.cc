// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// Outputs of steps: the table of spec 4.4, and their form on the wire.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "document/document.h"
#include "value/json.h"

namespace stint::document {
namespace {

using Converted = Result<std::optional<Value>>;

Converted cannot(const Value& value, Type type) {
  return fail(Code::invalid,
              fmt::format("the selected {} {} cannot be read as {}", to_string(value.kind()),
                          clip_utf8(to_json(value), 200), to_string(type)));
}

Converted from_text(const Value& value, Type type) {
  const std::string& text = value.as_text();
  switch (type) {
    case Type::string:
      return value;
    case Type::string_list:
      return Value::list({value});
    case Type::integer:
      if (const auto number = to_integer(trim(text))) return Value(*number);
      return cannot(value, type);
    case Type::boolean:
      if (equals_ignore_case(text, "true")) return Value(true);
      if (equals_ignore_case(text, "false")) return Value(false);
      return cannot(value, type);
    default:
      return cannot(value, type);
  }
}

Converted from_number(const Value& value, Type type) {
  switch (type) {
    case Type::string:
      return Value(render(value));
    case Type::string_list:
      return Value::list({Value(render(value))});
    case Type::integer: {
      if (value.is_integer()) return value;
      const double number = value.as_number();  // C-59: a zero fraction is none
      if (std::trunc(number) != number || std::fabs(number) > 9e15) return cannot(value, type);
      return Value(static_cast<std::int64_t>(number));
    }
    default:
      return cannot(value, type);
  }
}

Converted from_bool(const Value& value, Type type) {
  switch (type) {
    case Type::string:
      return Value(render(value));
    case Type::string_list:
      return Value::list({Value(render(value))});
    case Type::boolean:
      return value;
    default:
      return cannot(value, type);
  }
}

Converted from_map(const Value& value, Type type) {
  switch (type) {
    case Type::string:
      return Value(to_json(value));
    case Type::string_map:
      return value;
    case Type::map_list:
      return Value::list({value});
    default:
      return cannot(value, type);
  }
}

/// Lists of lists come from deep scans only; a list of text or maps is what is wanted.
void flatten(const Value& list, Value::List& out) {
  for (const Value& item : list.as_list())
    if (item.is_list())
      flatten(item, out);
    else if (!item.is_null())
      out.push_back(item);
}

Converted from_list(const Value& value, Type type) {
  Value::List items;
  flatten(value, items);
  if (type == Type::string_list) {
    for (Value& item : items)
      if (!item.is_text()) item = Value(render(item));
    return Value(std::move(items));
  }
  if (type == Type::map_list) {
    if (std::ranges::all_of(items, &Value::is_object)) return Value(std::move(items));
    return cannot(value, type);
  }
  // A filter that finds nothing gives an empty list: that is absent, not an error.
  if (items.empty()) return std::nullopt;
  // A list of maps is not text (a single map is), a list of scalars is no map.
  const bool map = items.front().is_object();
  if (items.size() != 1 || map != (type == Type::string_map)) return cannot(value, type);
  return convert_output(items.front(), type);
}

}  // namespace

Result<std::optional<Value>> convert_output(const Value& selected, Type type) {
  switch (selected.kind()) {
    case Value::Kind::null:
      return std::nullopt;
    case Value::Kind::boolean:
      return from_bool(selected, type);
    case Value::Kind::integer:
    case Value::Kind::number:
      return from_number(selected, type);
    case Value::Kind::text:
      return from_text(selected, type);
    case Value::Kind::list:
      return from_list(selected, type);
    case Value::Kind::object:
      return from_map(selected, type);
  }
  return std::nullopt;
}

std::vector<std::string> to_wire(const Value& value) {
  std::vector<std::string> out;
  if (value.is_null()) return out;
  if (!value.is_list()) {
    out.push_back(render(value));
    return out;
  }
  out.reserve(value.size());
  for (const Value& item : value.as_list()) out.push_back(render(item));
  return out;
}

}  // namespace stint::document

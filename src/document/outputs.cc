// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/document.h"

#include <array>

#include "base/text.h"
#include "value/json.h"

/// Outputs: the conversion table of spec 4.4 and the wire form.
namespace stint::document {
namespace {

constexpr std::array<std::string_view, 6> names = {"String",  "StringList", "Integer",
                                                   "Boolean", "StringMap",  "MapList"};

std::unexpected<Error> cannot(const Value& value, Type type) {
  return fail(Code::invalid, "the selected value is of the kind " +
                                 std::string(stint::to_string(value.kind())) +
                                 " and cannot become " + std::string(to_string(type)) + ".");
}

bool all_objects(const Value::List& list) {
  for (const Value& item : list)
    if (!item.is_object()) return false;
  return !list.empty();
}

}  // namespace

std::string_view to_string(Type type) {
  return names[static_cast<std::size_t>(type)];
}

Result<std::optional<Value>> convert_output(const Value& v, Type type) {
  using Some = std::optional<Value>;
  if (v.is_null()) return Some();
  if (v.is_object()) {
    if (type == Type::string_map) return Some(v);
    if (type == Type::string) return Some(Value(to_json(v)));
    if (type == Type::map_list) return Some(Value::list({v}));
    return cannot(v, type);
  }
  if (v.is_list()) {
    const Value::List& list = v.as_list();
    if (all_objects(list)) {
      if (type == Type::map_list) return Some(v);
      if (type == Type::string_map && list.size() == 1) return Some(list[0]);
      if (type != Type::string_list) return cannot(v, type);
      Value::List out;
      for (const Value& item : list) out.emplace_back(to_json(item));
      return Some(Value(std::move(out)));
    }
    if (type == Type::string_list) {
      Value::List out;
      for (const Value& item : list) out.emplace_back(render(item));
      return Some(Value(std::move(out)));
    }
    if (type == Type::map_list && list.empty()) return Some(v);
    if (list.size() == 1 && type != Type::string_map && type != Type::map_list)
      return convert_output(list[0], type);
    return cannot(v, type);
  }
  switch (type) {
    case Type::string:
      return Some(v.is_text() ? v : Value(render(v)));
    case Type::string_list:
      return Some(Value::list({Value(render(v))}));
    case Type::integer:
      if (v.is_integer()) return Some(v);
      if (v.is_number() &&
          v.as_number() == static_cast<double>(static_cast<std::int64_t>(v.as_number())))
        return Some(Value(static_cast<std::int64_t>(v.as_number())));  // C-59
      if (v.is_text())
        if (std::optional<std::int64_t> number = to_integer(trim(v.as_text())))
          return Some(Value(*number));
      return cannot(v, type);
    case Type::boolean:
      if (v.is_bool()) return Some(v);
      if (v.is_text() && equals_ignore_case(v.as_text(), "true")) return Some(Value(true));
      if (v.is_text() && equals_ignore_case(v.as_text(), "false")) return Some(Value(false));
      return cannot(v, type);
    case Type::string_map:
    case Type::map_list:
      break;
  }
  return cannot(v, type);
}

std::vector<std::string> to_wire(const Value& value) {
  if (value.is_null()) return {};
  if (!value.is_list()) return {render(value)};
  std::vector<std::string> out;
  out.reserve(value.size());
  for (const Value& item : value.as_list()) out.push_back(render(item));
  return out;
}

}  // namespace stint::document

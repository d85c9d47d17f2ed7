// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "value/map_texts.h"

namespace stint {
namespace {

using Change = std::function<std::string(std::string_view member, const std::string& text)>;

Value mapped(const Value& value, std::string_view member, const Change& change) {
  if (value.is_text()) return Value(change(member, value.as_text())).at(value.where());
  if (value.is_list()) {
    Value::List out;
    for (const Value& item : value.as_list()) out.push_back(mapped(item, member, change));
    return Value(std::move(out)).at(value.where());
  }
  if (!value.is_object()) return value;
  Object out;
  for (const auto& [name, inner, where] : value.as_object())
    out.append(name, mapped(inner, name, change), where);
  return Value(std::move(out)).at(value.where());
}

}  // namespace

Value map_texts(const Value& value, const Change& change) {
  return mapped(value, "", change);
}

}  // namespace stint

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "actions/common.h"

#include <algorithm>

#include "base/text.h"

namespace stint::actions {

Value api_members(const Value& inputs, std::initializer_list<std::string_view> also) {
  Object out;
  if (!inputs.is_object()) return Value(std::move(out));
  out.reserve(inputs.size());
  for (const auto& [key, value, where] : inputs.as_object())
    if (key != "Service" && key != "Api" && std::ranges::find(also, key) == also.end())
      out.append(key, value, where);
  return Value(std::move(out));
}

std::string text_input(const Value& inputs, std::string_view name) {
  const Value& value = inputs[name];
  const Value& one = value.is_list() && value.size() == 1 ? value[0] : value;
  return one.is_null() ? std::string() : document::render(one);
}

Value list_input(const Value& inputs, std::string_view name) {
  const Value& value = inputs[name];
  if (value.is_list() || value.is_null()) return value;
  return Value::list({value});
}

Value wire_parameters(const Value& parameters) {
  Object out;
  if (parameters.is_object())
    for (const auto& [name, value, where] : parameters.as_object()) {
      Value::List texts;
      for (std::string& text : document::to_wire(value)) texts.emplace_back(std::move(text));
      out.append(name, Value(std::move(texts)));
    }
  return Value(std::move(out));
}

bool desired(const Value& found, const Value& desired_values) {
  if (found.is_list())
    return found.size() > 0 && std::ranges::all_of(found.as_list(), [&](const Value& item) {
             return desired(item, desired_values);
           });
  if (found.is_null()) return false;
  const std::string text = document::render(found);
  const auto equal = [&](const Value& wanted) {
    const std::string wanted_text = document::render(wanted);
    return found.is_bool() ? equals_ignore_case(text, wanted_text) : text == wanted_text;
  };
  if (!desired_values.is_list()) return equal(desired_values);
  return std::ranges::any_of(desired_values.as_list(), equal);
}

bool passing(const Error& error) {
  return engine::is_throttling(error) || error.code == Code::unavailable ||
         error.code == Code::timeout || error.status >= 500;
}

Duration poll_pause(int polls, Duration first) {
  double pause = static_cast<double>(first.count());
  for (int i = 0; i < polls && pause < 15'000; ++i) pause *= 1.5;
  return Duration(static_cast<std::int64_t>(std::min(pause, 15'000.0)));
}

}  // namespace stint::actions

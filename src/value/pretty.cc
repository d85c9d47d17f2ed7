// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "value/pretty.h"

#include "value/json.h"

namespace stint {
namespace {

constexpr std::size_t longest_line = 80;

void write(const Value& value, std::size_t indent, std::string& out) {
  if (value.size() == 0) {
    out += to_json(value);
    return;
  }
  const bool nested = value.is_object() && indent == 0;  // a document's top is never one line
  if (std::string line = to_json(value); !nested && indent + line.size() <= longest_line) {
    out += line;
    return;
  }
  const std::string inside(indent + 2, ' ');
  auto separate = [&, first = true]() mutable {
    out += first ? "\n" : ",\n";
    first = false;
    out += inside;
  };
  out += value.is_list() ? '[' : '{';
  if (value.is_list()) {
    for (const Value& item : value.as_list()) {
      separate();
      write(item, indent + 2, out);
    }
  } else {
    for (const auto& [key, member, where] : value.as_object()) {
      separate();
      out += to_json(Value(key)) + ": ";
      write(member, indent + 2, out);
    }
  }
  out += '\n' + std::string(indent, ' ');
  out += value.is_list() ? ']' : '}';
}

}  // namespace

std::string to_wrapped_json(const Value& value) {
  std::string out;
  write(value, 0, out);
  return out;
}

}  // namespace stint

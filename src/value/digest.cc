// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "value/digest.h"

#include <bit>

namespace stint {

void Digest::add(const Value& value) {
  add(static_cast<std::uint64_t>(value.kind()));
  switch (value.kind()) {
    case Value::Kind::null:
      return;
    case Value::Kind::boolean:
      return add(std::uint64_t{value.as_bool()});
    case Value::Kind::integer:
      return add(static_cast<std::int64_t>(value.as_integer()));
    case Value::Kind::number:
      return add(std::bit_cast<std::uint64_t>(value.as_number()));
    case Value::Kind::text:
      return add(std::string_view(value.as_text()));
    case Value::Kind::list:
      add(std::uint64_t{value.size()});
      for (const Value& item : value.as_list()) add(item);
      return;
    case Value::Kind::object:
      add(std::uint64_t{value.size()});
      for (const auto& [name, member, where] : value.as_object()) {
        add(std::string_view(name));
        add(member);
      }
      return;
  }
}

}  // namespace stint

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "world/synthesize.h"

namespace stint::world {
namespace {

constexpr int deepest = 6;

Value invent(const aws::Shape& shape, std::string_view name, int depth) {
  switch (shape.type()) {
    case aws::ShapeType::structure: {
      Object out;
      if (depth < deepest)
        for (std::size_t i = 0; i < shape.member_count(); ++i) {
          aws::Member member = shape.member(i);
          out.append(std::string(member.name()), invent(member.shape(), member.name(), depth + 1));
        }
      return Value(std::move(out));
    }
    case aws::ShapeType::list:
      if (depth >= deepest) return Value(Value::List{});
      return Value::list({invent(shape.item(), name, depth + 1)});
    case aws::ShapeType::map:
      return Value(Object());
    case aws::ShapeType::boolean:
      return true;
    case aws::ShapeType::integer:
    case aws::ShapeType::long_:
      return static_cast<std::int64_t>(shape.min().value_or(1));
    case aws::ShapeType::float_:
    case aws::ShapeType::double_:
      return shape.min().value_or(1.0);
    case aws::ShapeType::timestamp:
      return "1970-01-01T00:00:00Z";
    case aws::ShapeType::string:
    case aws::ShapeType::blob:
      break;
  }
  std::vector<std::string_view> words = shape.enumeration();
  if (!words.empty()) return std::string(words.front());
  return std::string(name);
}

}  // namespace

Value synthesize_output(const aws::Operation& operation) {
  std::optional<aws::Shape> output = operation.output();
  return output ? invent(*output, output->name(), 0) : Value(Object());
}

}  // namespace stint::world

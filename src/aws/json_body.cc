// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <cmath>

#include "aws/protocols.h"
#include "aws/wire.h"
#include "base/hash.h"
#include "base/text.h"
#include "value/json.h"

namespace stint::aws::json_body {
namespace {

Value member_to_wire(const Member& member, const Value& value) {
  if (member.shape().type() == ShapeType::timestamp)
    return wire::time_value(value, wire::form_or(member.time_form(), TimeForm::unix));
  return to_wire(member.shape(), value);
}

/// The error that AWS's JSON services answer a value of the wrong type with.
std::unexpected<Error> mismatch(const Value& value, std::string_view wanted) {
  std::string message;
  switch (value.kind()) {
    case Value::Kind::object:
      message = "Start of structure or map found where not expected.";
      break;
    case Value::Kind::list:
      message = "Start of list found where not expected.";
      break;
    case Value::Kind::boolean:
      message = fmt::format("{} cannot be converted to {}",
                            value.as_bool() ? "TRUE_VALUE" : "FALSE_VALUE", wanted);
      break;
    case Value::Kind::text:
      message = fmt::format("STRING_VALUE cannot be converted to {}", wanted);
      break;
    default:
      message = fmt::format("NUMBER_VALUE cannot be converted to {}", wanted);
  }
  return fail(Error{Code::invalid, "SerializationException", std::move(message), 400});
}

class Reader {
 public:
  explicit Reader(bool strict) : strict_(strict) {}

  Result<Value> read(const Shape& shape, const Value& wire, int depth) {
    if (depth > wire::depth_limit) return wire::too_deep();
    if (wire.is_null()) return Value();
    switch (shape.type()) {
      case ShapeType::structure:
        return structure(shape, wire, depth);
      case ShapeType::list:
        return list(shape, wire, depth);
      case ShapeType::map:
        return map(shape, wire, depth);
      case ShapeType::string:
        if (wire.is_text()) return wire;
        return wrong(wire, "String");
      case ShapeType::boolean:
        if (wire.is_bool()) return wire;
        return wrong(wire, "Boolean");
      case ShapeType::integer:
        return integer(wire, "Integer");
      case ShapeType::long_:
        return integer(wire, "Long");
      case ShapeType::float_:
      case ShapeType::double_:
        if (wire.is_number()) return wire;
        // JSON has no words for these three, so AWS writes them as text.
        if (wire.is_text() && (wire.as_text() == "NaN" || wire.as_text() == "Infinity" ||
                               wire.as_text() == "-Infinity"))
          return wire;
        return wrong(wire, "Double");
      case ShapeType::timestamp: {
        if (!wire.is_number() && !wire.is_text()) return wrong(wire, "Timestamp");
        Result<Value> time = wire::read_time(wire);
        if (time) return time;
        return wrong(wire, "Timestamp");
      }
      case ShapeType::blob: {
        if (!wire.is_text()) return wrong(wire, "Blob");
        Result<std::string> bytes = from_base64(wire.as_text());
        if (bytes) return Value(std::move(*bytes));
        return wrong(wire, "Blob");
      }
    }
    return wire;
  }

 private:
  /// A client takes what the service says; a server does not take what a client must not say.
  Result<Value> wrong(const Value& wire, std::string_view wanted) const {
    if (strict_) return mismatch(wire, wanted);
    return wire;
  }

  Result<Value> integer(const Value& wire, std::string_view wanted) const {
    if (wire.is_integer()) return wire;
    if (wire.is_number() && std::fabs(wire.as_number()) < 9e15)
      return Value(static_cast<std::int64_t>(wire.as_number()));
    return wrong(wire, wanted);
  }

  Result<Value> structure(const Shape& shape, const Value& wire, int depth) {
    if (shape.document()) return wire;
    if (!wire.is_object()) return strict_ ? expected("Expected null", wire) : Result<Value>(wire);
    Object out;
    for (std::size_t i = 0; i < shape.member_count(); ++i) {
      const Member member = shape.member(i);
      if (member.place() != Place::body) continue;
      const Value* held = wire.find(member.location_name());
      if (!held || held->is_null()) continue;
      Value value = TRY(read(member.shape(), *held, depth + 1));
      out.append(std::string(member.name()), std::move(value));
    }
    return Value(std::move(out));
  }

  Result<Value> list(const Shape& shape, const Value& wire, int depth) {
    if (!wire.is_list())
      return strict_ ? expected("Expected list or null", wire) : Result<Value>(wire);
    const Shape item = shape.item();
    Value::List out;
    out.reserve(wire.as_list().size());
    for (const Value& each : wire.as_list()) {
      Value value = TRY(read(item, each, depth + 1));
      out.push_back(std::move(value));
    }
    return Value(std::move(out));
  }

  Result<Value> map(const Shape& shape, const Value& wire, int depth) {
    if (!wire.is_object())
      return strict_ ? expected("Expected map or null", wire) : Result<Value>(wire);
    const Shape held = shape.value_member().shape();
    Object out;
    out.reserve(wire.as_object().size());
    for (const Object::Member& each : wire.as_object()) {
      Value value = TRY(read(held, each.value, depth + 1));
      out.append(each.key, std::move(value));
    }
    return Value(std::move(out));
  }

  static Result<Value> expected(std::string message, const Value& found) {
    if (found.is_object() || found.is_list()) return mismatch(found, "");
    return fail(Error{Code::invalid, "SerializationException", std::move(message), 400});
  }

  bool strict_;
};

}  // namespace

Value to_wire(const Shape& shape, const Value& value) {
  switch (shape.type()) {
    case ShapeType::structure: {
      if (!value.is_object() || shape.document()) return value;
      Object out;
      out.reserve(value.size());
      for (std::size_t i = 0; i < shape.member_count(); ++i) {
        const Member member = shape.member(i);
        if (member.place() != Place::body) continue;
        const Value* held = value.find(member.name());
        if (!held || held->is_null()) continue;
        out.append(std::string(member.location_name()), member_to_wire(member, *held));
      }
      return Value(std::move(out));
    }
    case ShapeType::list: {
      if (!value.is_list()) return value;
      const Member item = shape.item_member();
      Value::List out;
      out.reserve(value.size());
      for (const Value& each : value.as_list()) out.push_back(member_to_wire(item, each));
      return Value(std::move(out));
    }
    case ShapeType::map: {
      if (!value.is_object()) return value;
      const Member held = shape.value_member();
      Object out;
      out.reserve(value.size());
      for (const Object::Member& each : value.as_object())
        out.append(each.key, member_to_wire(held, each.value));
      return Value(std::move(out));
    }
    case ShapeType::blob:
      return value.is_text() ? Value(base64(value.as_text())) : value;
    case ShapeType::timestamp:
      return wire::time_value(value, wire::form_or(shape.time_form(), TimeForm::unix));
    default:
      return value;
  }
}

std::string write(const Shape& shape, const Value& value) {
  return to_json(to_wire(shape, value.is_object() ? value : Value(Object())));
}

Result<Value> from_wire(const Shape& shape, const Value& wire, bool strict) {
  return Reader(strict).read(shape, wire, 0);
}

Result<Value> read(const Shape& shape, std::string_view text, bool strict) {
  if (trim(text).empty()) return Value(Object());
  Result<Value> parsed = parse_json(text, {.depth = wire::depth_limit});
  if (!parsed)
    return fail(Error{Code::invalid, strict ? "SerializationException" : "",
                      "The JSON does not read: " + parsed.error().message + ".", 400});
  Value wire = TRY(from_wire(shape, *parsed, strict));
  if (!wire.is_object()) return Value(Object());
  return wire;
}

}  // namespace stint::aws::json_body

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/wire.h"

#include <fmt/core.h>

#include <cmath>

#include "base/hash.h"
#include "base/text.h"
#include "base/time.h"
#include "value/json.h"

namespace stint::aws::wire {
namespace {

/// Beyond these seconds (the year 9999) a calendar has no four-digit year for a time.
constexpr double latest = 253402300799.0;

std::optional<Time> time_of(const Value& value) {
  if (value.is_number()) {
    const double seconds = value.as_number();
    if (!(std::fabs(seconds) <= latest)) return std::nullopt;
    return from_epoch_seconds(seconds);
  }
  if (!value.is_text()) return std::nullopt;
  if (Result<Time> time = parse_time(value.as_text())) return *time;
  return std::nullopt;
}

bool whole_seconds(Time time) {
  return time.time_since_epoch().count() % 1000 == 0;
}

std::string plain_text(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::text:
      return value.as_text();
    case Value::Kind::number:
      return fmt::format("{}", value.as_number());
    case Value::Kind::null:
      return {};
    default:
      return to_json(value);
  }
}

}  // namespace

Value time_value(const Value& value, TimeForm form) {
  std::optional<Time> time = time_of(value);
  if (!time) return value;
  switch (form) {
    case TimeForm::rfc822:
      return http_date(*time);
    case TimeForm::unix:
      if (whole_seconds(*time)) return time->time_since_epoch().count() / 1000;
      return epoch_seconds(*time);
    default:
      return iso8601(*time, !whole_seconds(*time));
  }
}

std::string scalar_text(const Shape& shape, TimeForm form, const Value& value) {
  switch (shape.type()) {
    case ShapeType::timestamp:
      return plain_text(time_value(value, form_or(form, TimeForm::iso8601)));
    case ShapeType::blob:
      return base64(plain_text(value));
    default:
      return plain_text(value);
  }
}

Result<Value> read_time(const Value& value) {
  Value candidate = value;
  // Epoch seconds come as text in headers, query strings and XML.
  if (value.is_text())
    if (std::optional<double> seconds = to_number(trim(value.as_text()))) candidate = *seconds;
  std::optional<Time> time = time_of(candidate);
  if (!time && value.is_text()) time = time_of(value);
  if (!time) return unreadable(fmt::format("Expected a timestamp, not {}.", to_json(value)));
  return Value(iso8601(*time, !whole_seconds(*time)));
}

Result<Value> read_scalar(const Shape& shape, std::string_view text) {
  switch (shape.type()) {
    case ShapeType::integer:
    case ShapeType::long_: {
      if (std::optional<std::int64_t> number = to_integer(trim(text))) return Value(*number);
      // Some services write whole numbers with a fraction of zeros.
      std::optional<double> number = to_number(trim(text));
      if (number && std::floor(*number) == *number && std::fabs(*number) < 9e15)
        return Value(static_cast<std::int64_t>(*number));
      return unreadable(fmt::format("Expected an integer, not \"{}\".", clip_utf8(text, 100)));
    }
    case ShapeType::float_:
    case ShapeType::double_: {
      if (std::optional<double> number = to_number(trim(text))) return Value(*number);
      return unreadable(fmt::format("Expected a number, not \"{}\".", clip_utf8(text, 100)));
    }
    case ShapeType::boolean:
      if (equals_ignore_case(trim(text), "true") || trim(text) == "1") return Value(true);
      if (equals_ignore_case(trim(text), "false") || trim(text) == "0") return Value(false);
      return unreadable(fmt::format("Expected true or false, not \"{}\".", clip_utf8(text, 100)));
    case ShapeType::timestamp:
      return read_time(Value(text));
    case ShapeType::blob: {
      Result<std::string> bytes = from_base64(trim(text));
      if (!bytes) return unreadable("Expected base64 text.");
      return Value(std::move(*bytes));
    }
    default:
      return Value(text);
  }
}

}  // namespace stint::aws::wire

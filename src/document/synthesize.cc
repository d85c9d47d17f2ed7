// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// Invented values for parameters: `--params synthesize`.
#include <algorithm>
#include <array>

#include "document/document.h"
#include "document/typing.h"

namespace stint::document {
namespace {

// Tried in this order: what allowedPattern of published runbooks is written for.
constexpr std::array<std::string_view, 28> samples = {
    "example",
    "",
    "i-0123456789abcdef0",
    "arn:aws:iam::123456789012:role/example",
    "123456789012",
    "us-west-2",
    "example-bucket",
    "1",
    "ami-0123456789abcdef0",
    "vpc-0123456789abcdef0",
    "subnet-0123456789abcdef0",
    "sg-0123456789abcdef0",
    "vol-0123456789abcdef0",
    "snap-0123456789abcdef0",
    "arn:aws:sns:us-west-2:123456789012:Automation-example",
    "arn:aws:s3:::example-bucket",
    "arn:aws:lambda:us-west-2:123456789012:function:example",
    "arn:aws:kms:us-west-2:123456789012:key/01234567-89ab-4def-8123-456789abcdef",
    "01234567-89ab-4def-8123-456789abcdef",
    "arn:aws:ssm:us-west-2:123456789012:document/example",
    "arn:aws:rds:us-west-2:123456789012:cluster:example",
    "arn:aws:dynamodb:us-west-2:123456789012:table/example",
    "example:1",
    "https://example.com/",
    "user@example.com",
    "10.0.0.0/16",
    "t3.micro",
    "PT5M"};

bool fits(const Parameter& parameter, const Value& value) {
  return check_value(parameter, value).has_value();
}

Value text_for(const Parameter& parameter) {
  for (const std::string_view sample : samples)
    if (fits(parameter, Value(sample))) return sample;
  // Only a length can be helped further.
  const auto length = std::clamp<std::int64_t>(parameter.min_chars.value_or(1), 1, 4096);
  return std::string(static_cast<std::size_t>(length), 'x');
}

Value filled_list(const Parameter& parameter, const Value& item) {
  Value::List out;
  const auto count = std::clamp<std::int64_t>(parameter.min_items.value_or(1), 0, 100);
  for (std::int64_t i = 0; i < count; ++i) out.push_back(item);
  return Value(std::move(out));
}

}  // namespace

Value synthesize(const Parameter& parameter) {
  if (parameter.default_value && parameter.default_value->constant())
    return parameter.default_value->source();
  const bool list = parameter.type == Type::string_list || parameter.type == Type::map_list;
  if (!parameter.allowed_values.empty()) {
    const Value& first = parameter.allowed_values.front();
    const auto typed = supplied_value(first, parameter.type);
    return typed ? *typed : list ? filled_list(parameter, first) : first;
  }
  switch (parameter.type) {
    case Type::string:
      return text_for(parameter);
    case Type::string_list: {
      // Each item obeys the pattern; the number of items is the list's own matter.
      Parameter item = parameter;
      item.min_items = item.max_items = std::nullopt;
      return filled_list(parameter, text_for(item));
    }
    case Type::integer:
      for (const int number : {1, 0, 10, 60, 100, 300, 1000, 3600})
        if (fits(parameter, Value(number))) return number;
      return 1;
    case Type::boolean:
      return false;
    case Type::string_map: {
      Object out;
      const auto count = std::clamp<std::int64_t>(parameter.min_items.value_or(1), 0, 100);
      for (std::int64_t i = 1; i <= count; ++i) out.set("Key" + std::to_string(i), "example");
      return Value(std::move(out));
    }
    case Type::map_list:
      return filled_list(parameter, object({{"Key", "example"}, {"Value", "example"}}));
  }
  return {};
}

}  // namespace stint::document

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// What a parameter's value must satisfy beyond its type, and the effective parameters of a start.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "document/template.h"
#include "document/typing.h"
#include "value/json.h"

namespace stint::document {
namespace {

bool between(std::string_view text, std::size_t least, std::size_t most, auto allowed) {
  return text.size() >= least && text.size() <= most && std::ranges::all_of(text, allowed);
}
bool digit(char c) {
  return c >= '0' && c <= '9';
}
bool lower_or_digit(char c) {
  return digit(c) || (c >= 'a' && c <= 'z');
}

/// ^m?i-([a-z0-9]{8}|[a-z0-9]{17})$
bool instance_id(std::string_view text) {
  if (text.starts_with('m')) text.remove_prefix(1);
  if (!text.starts_with("i-")) return false;
  text.remove_prefix(2);
  return (text.size() == 8 || text.size() == 17) && std::ranges::all_of(text, lower_or_digit);
}
/// ^[0-9a-z][a-z0-9\-\.]{3,63}$
bool bucket_name(std::string_view text) {
  return between(text, 4, 64, [](char c) { return lower_or_digit(c) || c == '-' || c == '.'; }) &&
         lower_or_digit(text[0]);
}
/// ^arn:(aws|aws-cn|aws-us-gov|aws-iso|aws-iso-b):iam::[0-9]{12}:role/.*$
bool role_arn(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() < 6 || parts[0] != "arn" || parts[2] != "iam" || !parts[3].empty()) return false;
  constexpr std::string_view partitions[] = {"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b"};
  return std::ranges::find(partitions, parts[1]) != std::end(partitions) &&
         between(parts[4], 12, 12, digit) && parts[5].starts_with("role/") &&
         text.find('\n') == text.npos;
}

bool fits_aws_type(std::string_view type, std::string_view text) {
  if (text.empty()) return true;
  if (type.find("AWS::EC2::Instance::Id") != type.npos) return instance_id(text);
  if (type.find("AWS::S3::Bucket::Name") != type.npos) return bucket_name(text);
  if (type.find("AWS::IAM::Role::Arn") != type.npos) return role_arn(text);
  return true;
}

/// The value's items, or the value itself: what allowedValues and patterns look at.
std::vector<Value> singles(const Value& value) {
  if (value.is_list()) return value.as_list();
  return {value};
}

std::string list_text(const std::vector<Value>& values) {
  std::string out;
  for (const Value& value : values) out += (out.empty() ? "" : ", ") + render(value);
  return out;
}

/// Boolean parameters give their allowed values as booleans or as text.
bool equal_by_value(const Value& a, const Value& b) {
  if (a == b) return true;
  if (a.is_bool() || b.is_bool()) return equals_ignore_case(render(a), render(b));
  return render(a) == render(b);
}

Result<void> check_lengths(const Parameter& parameter, const Value& value) {
  const auto outside = [&](std::size_t size, const std::optional<std::int64_t>& least,
                           const std::optional<std::int64_t>& most) {
    const auto n = static_cast<std::int64_t>(size);
    return (least && n < *least) || (most && n > *most);
  };
  const auto bounds = [](const std::optional<std::int64_t>& least,
                         const std::optional<std::int64_t>& most) {
    if (least && most) return fmt::format("{} to {}", *least, *most);
    return least ? fmt::format("at least {}", *least) : fmt::format("at most {}", *most);
  };
  if (value.is_list() || value.is_object()) {
    if (outside(value.size(), parameter.min_items, parameter.max_items))
      return fail(Code::invalid,
                  fmt::format("Parameter \"{}\" has {} items, but must have {}.", parameter.name,
                              value.size(), bounds(parameter.min_items, parameter.max_items)));
  }
  for (const Value& one : singles(value))
    if (one.is_text() &&
        outside(count_characters(one.as_text()), parameter.min_chars, parameter.max_chars))
      return fail(Code::invalid,
                  fmt::format("Parameter \"{}\" has a value of {} characters, but must have {}.",
                              parameter.name, count_characters(one.as_text()),
                              bounds(parameter.min_chars, parameter.max_chars)));
  return {};
}

std::unexpected<Error> invalid(std::string_view name, std::string message) {
  return fail(Error{Code::invalid, std::string(name), std::move(message), 400});
}

/// A default, typed. A default is not checked further (C-09).
Result<Value> default_of(const Parameter& parameter, const Lookup* lookup,
                         std::string_view error_name) {
  const Template& written = *parameter.default_value;
  if (written.constant() || !lookup) return written.source();
  Result<Value> resolved = written.resolve(*lookup);
  if (!resolved)
    return invalid(error_name, fmt::format("Parameter \"{}\" has the default value {}, which "
                                           "could not be resolved.",
                                           parameter.name, render(written.source())));
  auto typed = supplied_value(*resolved, parameter.type);
  if (!typed)
    return invalid(error_name, fmt::format("Parameter \"{}\" has the default value {}, which is "
                                           "not of type {}.",
                                           parameter.name, render(*resolved), parameter.type_name));
  return std::move(*typed);
}

}  // namespace

Result<void> check_value(const Parameter& parameter, const Value& value) {
  if (!parameter.allowed_values.empty()) {
    const auto allowed = [&](const Value& one) {
      return std::ranges::any_of(parameter.allowed_values,
                                 [&](const Value& other) { return equal_by_value(one, other); });
    };
    if (!allowed(value))
      for (const Value& one : singles(value))
        if (!allowed(one))
          return fail(
              Code::invalid,
              fmt::format("Parameter \"{}\" has value \"{}\" not found in [{}].", parameter.name,
                          render(one), list_text(parameter.allowed_values)));
  }
  for (const Value& one : singles(value)) {
    const std::string text = render(one);
    if (parameter.pattern && !parameter.pattern->matches(text))
      return fail(Code::invalid,
                  fmt::format("Parameter \"{}\" has value \"{}\" which does not match the allowed "
                              "pattern {}.",
                              parameter.name, text, parameter.allowed_pattern));
    if (!fits_aws_type(parameter.type_name, text))
      return fail(Code::invalid, fmt::format("Parameter \"{}\" has value \"{}\" which is not a "
                                             "valid {}.",
                                             parameter.name, text, parameter.type_name));
  }
  return check_lengths(parameter, value);
}

Result<Value> effective_values(const std::vector<Parameter>& parameters, const Value& supplied,
                               const Lookup* lookup, std::string_view error_name) {
  if (!supplied.is_null() && !supplied.is_object())
    return invalid(error_name, "Parameters must be a map from names to values.");
  if (supplied.is_object())
    for (const Object::Member& member : supplied.as_object()) {
      if (std::ranges::find(parameters, member.key, &Parameter::name) != parameters.end()) continue;
      std::vector<std::string> names;
      for (const Parameter& parameter : parameters) names.push_back(parameter.name);
      const std::string close = closest(member.key, names);
      return invalid(error_name,
                     fmt::format("Parameter \"{}\" is not declared.{}", member.key,
                                 close.empty() ? "" : fmt::format(" Did you mean \"{}\"?", close)));
    }
  Object out;
  out.reserve(parameters.size());
  for (const Parameter& parameter : parameters) {
    const Value* given = supplied.find(parameter.name);
    if (!given) {
      if (!parameter.default_value)
        return invalid(error_name, fmt::format("Missing required parameter: {} in user inputs.",
                                               parameter.name));
      Value value = TRY(default_of(parameter, lookup, error_name));
      out.append(parameter.name, std::move(value));
      continue;
    }
    std::optional<Value> typed = supplied_value(*given, parameter.type);
    if (!typed)
      return invalid(
          error_name,
          fmt::format("Parameter \"{}\" has value \"{}\" which is not of type {}.", parameter.name,
                      render(given->is_list() && given->size() == 1 ? (*given)[0] : *given),
                      parameter.type_name));
    if (Result<void> checked = check_value(parameter, *typed); !checked)
      return invalid(error_name, std::move(checked.error().message));
    out.append(parameter.name, std::move(*typed));
  }
  return Value(std::move(out));
}

Result<Value> effective_parameters(const Document& document, const Value& supplied,
                                   const Lookup& lookup) {
  return effective_values(document.parameters, supplied, &lookup,
                          "InvalidAutomationExecutionParametersException");
}

}  // namespace stint::document

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "document/typing.h"

namespace stint::document {
namespace {

/// "line 3, column 7: sentence" of the JSON and YAML readers.
std::optional<std::pair<Where, std::string>> placed(std::string_view message) {
  Where where;
  const auto number = [&](std::string_view word, std::uint32_t& out) {
    if (!message.starts_with(word)) return false;
    message.remove_prefix(word.size());
    const auto [end, error] = std::from_chars(message.data(), message.data() + message.size(), out);
    if (error != std::errc{}) return false;
    message.remove_prefix(static_cast<std::size_t>(end - message.data()));
    return true;
  };
  if (!number("line ", where.line) || !number(", column ", where.column) ||
      !message.starts_with(": "))
    return std::nullopt;
  return std::pair(where, std::string(message.substr(2)));
}

bool holds_template(const Value& value) {
  return value.is_text() && value.as_text().find("{{") != std::string::npos;
}

}  // namespace

Result<Value> Reader::read(std::string_view text) const {
  Result<Value> content = parse_json_or_yaml(text, remarks_);
  if (content) return content;
  const auto found = placed(content.error().message);
  return found ? error(found->first, found->second) : error({}, content.error().message);
}

std::unexpected<Error> Reader::error(Where where, std::string_view sentence) const {
  std::string message = source_;
  if (where.line) message += fmt::format(":{}:{}", where.line, where.column);
  message += ": ";
  if (!step_.empty()) message += fmt::format("step {}: ", step_);
  message += sentence;
  return fail(Error{Code::invalid, "InvalidDocumentContent", std::move(message), 400});
}

void Reader::remark(Where where, std::string_view sentence) const {
  if (remarks_)
    remarks_->push_back({where, step_.empty() ? std::string(sentence)
                                              : fmt::format("step {}: {}", step_, sentence)});
}

Result<std::string> Reader::text(const Value& value, std::string_view what) const {
  if (value.is_null()) return std::string();
  if (!value.is_scalar())
    return error(value.where(),
                 fmt::format("\"{}\" must be text but is a {}.", what, to_string(value.kind())));
  return render(value);
}

Result<std::optional<bool>> Reader::flag(const Value& value, std::string_view what) const {
  if (value.is_bool()) return value.as_bool();
  if (value.is_null()) return std::nullopt;
  if (value.is_text() && equals_ignore_case(trim(value.as_text()), "true")) return true;
  if (value.is_text() && equals_ignore_case(trim(value.as_text()), "false")) return false;
  if (holds_template(value)) {
    remark(value.where(), fmt::format("\"{}\" cannot hold a reference and is ignored", what));
    return std::nullopt;
  }
  return error(value.where(), fmt::format("\"{}\" must be true or false.", what));
}

Result<std::optional<std::int64_t>> Reader::integer(const Value& value,
                                                    std::string_view what) const {
  if (value.is_integer()) return value.as_integer();
  if (value.is_null()) return std::nullopt;
  if (value.is_text())
    if (const auto number = to_integer(trim(value.as_text()))) return *number;
  if (value.is_number() &&
      value.as_number() == static_cast<double>(static_cast<std::int64_t>(value.as_number())))
    return static_cast<std::int64_t>(value.as_number());
  if (holds_template(value)) {
    remark(value.where(), fmt::format("\"{}\" cannot hold a reference and is ignored", what));
    return std::nullopt;
  }
  return error(value.where(), fmt::format("\"{}\" must be a whole number.", what));
}

Result<std::vector<Parameter>> Reader::parameters(const Value& map) const {
  std::vector<Parameter> out;
  if (map.is_null()) return out;
  if (!map.is_object()) return error(map.where(), "\"parameters\" must be a map.");
  out.reserve(map.size());
  for (const Object::Member& member : map.as_object()) {
    Parameter parameter = TRY(this->parameter(member.key, member.value, member.key_where));
    out.push_back(std::move(parameter));
  }
  return out;
}

Result<Parameter> Reader::parameter(std::string_view name, const Value& definition,
                                    Where where) const {
  const bool alphanumeric = !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  if (!alphanumeric)
    return error(where, fmt::format("Parameter name \"{}\" is not alpha-numeric.", name));
  if (!definition.is_object())
    return error(where, fmt::format("Parameter \"{}\" must be a map with a type.", name));
  Parameter out;
  out.name = name;
  out.where = where;
  const Value* type = definition.find("type");
  if (!type || type->is_null()) return error(where, "Missing \"type\" in parameter definition.");
  out.type_name = TRY(text(*type, "type"));
  const auto read = read_type(out.type_name);
  if (!read)
    return error(type->where(), fmt::format("Parameter type: {} is invalid.", out.type_name));
  out.type = *read;
  if (!known_type(out.type_name))
    remark(type->where(),
           fmt::format("the parameter type {} is read as {}", out.type_name, to_string(out.type)));
  for (const Object::Member& member : definition.as_object())
    TRY(property(out, member.key, member.value));
  return out;
}

Result<void> Reader::property(Parameter& out, std::string_view key, const Value& value) const {
  if (key == "type" || key == "displayType" || key == "interpolationType") return {};
  if (key == "description") {
    out.description = TRY(text(value, key));
  } else if (key == "default") {
    TRY(default_value(out, value));
  } else if (key == "allowedValues") {
    if (!value.is_list()) return error(value.where(), "\"allowedValues\" must be a list.");
    out.allowed_values = value.as_list();
  } else if (key == "allowedPattern") {
    out.allowed_pattern = TRY(text(value, key));
    Result<Pattern> compiled = Pattern::compile(out.allowed_pattern);
    if (compiled)
      out.pattern = std::make_shared<const Pattern>(std::move(*compiled));
    else
      remark(value.where(), fmt::format("the allowedPattern of {} is not understood and constrains "
                                        "nothing: {}",
                                        out.name, compiled.error().message));
  } else if (key == "minItems") {
    out.min_items = TRY(integer(value, key));
  } else if (key == "maxItems") {
    out.max_items = TRY(integer(value, key));
  } else if (key == "minChars") {
    out.min_chars = TRY(integer(value, key));
  } else if (key == "maxChars") {
    out.max_chars = TRY(integer(value, key));
  } else {
    remark(value.where(), fmt::format("unknown property \"{}\" of parameter {}", key, out.name));
  }
  return {};
}

Result<void> Reader::default_value(Parameter& out, const Value& written) const {
  if (written.is_null()) return {};  // nothing was written: the parameter is required
  // Only these are resolved in a default: a parameter's value is never expanded again.
  Template compiled = Template::compile(written, [](const Reference& reference) {
    return reference.kind == Reference::Kind::system || reference.kind == Reference::Kind::ssm;
  });
  if (compiled.constant()) {
    std::optional<Value> typed = declared_value(written, out.type);
    if (!typed)
      return error(written.where(),
                   fmt::format("Wrong default value for a \"{}\" parameters", out.type_name));
    if (written.is_scalar() && !written.is_text() && typed->is_text())
      remark(written.where(), fmt::format("the default of {} is a {} and is read as text", out.name,
                                          to_string(written.kind())));
    compiled = Template::compile(*typed, [](const Reference&) { return false; });
  }
  out.default_value = std::move(compiled);
  return {};
}

}  // namespace stint::document

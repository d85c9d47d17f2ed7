// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/world_reader.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "value/json.h"

namespace stint::cloud {
namespace {

constexpr std::size_t largest_file = 16u << 20;

std::string kind_of(const Value& value) {
  std::string kind(to_string(value.kind()));
  return (kind == "integer" || kind == "object" ? "an " : "a ") + kind;
}

}  // namespace

std::unexpected<Error> WorldReader::wrong(Where where, std::string_view sentence) const {
  if (where.line == 0) return fail(Code::invalid, fmt::format("{}: {}", path_, sentence));
  return fail(Code::invalid,
              fmt::format("{}:{}:{}: {}", path_, where.line, where.column, sentence));
}

Result<void> WorldReader::check_map(const Value& value, std::string_view what) const {
  if (!value.is_object() && !value.is_null())
    return wrong(value.where(), fmt::format("{} must be a mapping, not {}.", what, kind_of(value)));
  return {};
}

Result<void> WorldReader::check_keys(const Value& value, std::string_view what,
                                     std::initializer_list<std::string_view> keys) const {
  TRY(check_map(value, what));
  if (value.is_null()) return {};
  for (const auto& [key, member, where] : value.as_object()) {
    if (std::ranges::find(keys, std::string_view(key)) != keys.end()) continue;
    std::string near = closest(key, std::vector<std::string>(keys.begin(), keys.end()));
    std::string hint = near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near);
    return wrong(where, fmt::format("{} has no key '{}'{}.", what, key, hint));
  }
  return {};
}

Result<std::string> WorldReader::scalar(const Value& value, std::string_view key) const {
  if (value.is_text()) return value.as_text();
  if (value.is_integer()) return std::to_string(value.as_integer());
  if (value.is_bool()) return std::string(value.as_bool() ? "true" : "false");
  return wrong(value.where(), fmt::format("'{}' must be text, not {}.", key, kind_of(value)));
}

Result<std::string> WorldReader::text(const Value& of, std::string_view key,
                                      std::string otherwise) const {
  const Value& value = of[key];
  if (value.is_null()) return otherwise;
  return scalar(value, key);
}

Result<std::int64_t> WorldReader::integer(const Value& of, std::string_view key,
                                          std::int64_t otherwise) const {
  const Value& value = of[key];
  if (value.is_null()) return otherwise;
  if (!value.is_integer())
    return wrong(value.where(),
                 fmt::format("'{}' must be a whole number, not {}.", key, kind_of(value)));
  return value.as_integer();
}

Result<bool> WorldReader::flag(const Value& of, std::string_view key, bool otherwise) const {
  const Value& value = of[key];
  if (value.is_null()) return otherwise;
  if (!value.is_bool())
    return wrong(value.where(),
                 fmt::format("'{}' must be true or false, not {}.", key, kind_of(value)));
  return value.as_bool();
}

Result<Time> WorldReader::time(const Value& of, std::string_view key, Time otherwise) const {
  const Value& value = of[key];
  if (value.is_null()) return otherwise;
  std::string written = TRY(scalar(value, key));
  auto time = parse_time(written);
  if (!time)
    return wrong(value.where(), fmt::format("'{}' must be a time like 2026-11-24T11:18:00Z, not "
                                            "'{}'.",
                                            key, written));
  return *time;
}

Result<Duration> WorldReader::duration(const Value& of, std::string_view key,
                                       Duration otherwise) const {
  const Value& value = of[key];
  if (value.is_null()) return otherwise;
  std::string written;
  if (value.is_number()) {
    written = to_json(value);
  } else {
    written = TRY(scalar(value, key));
  }
  auto duration = parse_short_duration(written);
  if (!duration)
    return wrong(
        value.where(),
        fmt::format("'{}' must be a duration like 8s, 500ms or 0, not '{}'.", key, written));
  return *duration;
}

Result<std::vector<std::string>> WorldReader::texts(const Value& of, std::string_view key) const {
  const Value& value = of[key];
  std::vector<std::string> out;
  if (value.is_null()) return out;
  if (!value.is_list()) {
    out.push_back(TRY(scalar(value, key)));
    return out;
  }
  for (const Value& item : value.as_list()) out.push_back(TRY(scalar(item, key)));
  return out;
}

Result<std::map<std::string, std::string>> WorldReader::text_map(const Value& of,
                                                                 std::string_view key) const {
  const Value& value = of[key];
  TRY(check_map(value, fmt::format("'{}'", key)));
  std::map<std::string, std::string> out;
  if (value.is_null()) return out;
  for (const auto& [name, item, where] : value.as_object()) out[name] = TRY(scalar(item, name));
  return out;
}

Result<std::string> WorldReader::file(const Value& reference) const {
  const Value& name = reference["file"];
  if (!name.is_text() || name.as_text().empty())
    return wrong(name.where(), "'file' must be the name of a file.");
  std::string path = name.as_text();
  std::size_t slash = path_.rfind('/');
  if (!path.starts_with('/') && slash != path_.npos) path = path_.substr(0, slash + 1) + path;
  auto content = read_file(path, largest_file);
  if (!content) return wrong(name.where(), content.error().message);
  return std::move(*content);
}

Result<std::string> WorldReader::document(const Value& value, std::string_view what) const {
  if (value.is_text()) return value.as_text();
  if (value.is_object() && value.size() == 1 && value.find("file")) return file(value);
  if (value.is_object()) return to_json(value);
  return wrong(value.where(), fmt::format("{} must be a document, its text, or {{file: name}}, "
                                          "not {}.",
                                          what, kind_of(value)));
}

}  // namespace stint::cloud

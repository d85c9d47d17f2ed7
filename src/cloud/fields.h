// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "value/value.h"

/// Things of the cloud as Values and back, from one list of fields. A thing declares
///
///   template <class Self, class Visitor>
///   static void fields(Self& self, Visitor&& visit) {
///     visit("RoleName", self.name);
///     visit("CreateDate", self.created);
///   }
///
/// and gets persistence, comparison and the diff that users see. Absent members keep the value that
/// the struct's initialiser gives them; members equal to that are still written.
namespace stint::cloud {

template <class T>
concept HasFields = requires(T& t) { T::fields(t, [](std::string_view, auto&) {}); };

/// A thing with a form of its own instead of a list of fields: `Value form() const` and
/// `Result<void> read_form(const Value&)`.
template <class T>
concept HasForm = requires(const T& t, T& to, const Value& in) {
  { t.form() } -> std::same_as<Value>;
  { to.read_form(in) } -> std::same_as<Result<void>>;
};

template <class T>
Value to_value(const T& x);
template <class T>
Result<void> from_value(const Value& in, T& x);

namespace fields {
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class T, class C>
inline constexpr bool is_map<std::map<std::string, T, C>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

inline std::unexpected<Error> wrong(const Value& in, std::string_view wanted) {
  return fail(Code::invalid,
              "expected " + std::string(wanted) + ", found " + std::string(to_string(in.kind())));
}
}  // namespace fields

template <class T>
Value to_value(const T& x) {
  if constexpr (HasForm<T>) {
    return x.form();
  } else if constexpr (HasFields<T>) {
    Object out;
    T::fields(x, [&](std::string_view name, const auto& member) {
      out.append(std::string(name), to_value(member));
    });
    return Value(std::move(out));
  } else if constexpr (std::same_as<T, Value> || std::same_as<T, std::string> ||
                       std::same_as<T, bool> || std::same_as<T, double>) {
    return Value(x);
  } else if constexpr (std::is_enum_v<T> || std::integral<T>) {
    return Value(static_cast<std::int64_t>(x));
  } else if constexpr (std::same_as<T, Time>) {
    return Value(iso8601(x, true));
  } else if constexpr (std::same_as<T, Duration>) {
    return Value(static_cast<std::int64_t>(x.count()));
  } else if constexpr (fields::is_optional<T>) {
    return x ? to_value(*x) : Value();
  } else if constexpr (fields::is_vector<T>) {
    Value::List out;
    out.reserve(x.size());
    for (const auto& item : x) out.push_back(to_value(item));
    return Value(std::move(out));
  } else if constexpr (fields::is_map<T>) {
    Object out;
    for (const auto& [key, item] : x) out.append(key, to_value(item));
    return Value(std::move(out));
  } else {
    static_assert(HasFields<T>, "a thing of the cloud lists its fields");
  }
}

template <class T>
Result<void> from_value(const Value& in, T& x) {
  if constexpr (HasForm<T>) {
    return x.read_form(in);
  } else if constexpr (HasFields<T>) {
    if (!in.is_object()) return fields::wrong(in, "an object");
    Result<void> result;
    T::fields(x, [&](std::string_view name, auto& member) {
      const Value* found = in.find(name);
      if (!found || !result) return;
      if (auto read = from_value(*found, member); !read)
        result = fail(Code::invalid, std::string(name) + ": " + read.error().message);
    });
    return result;
  } else if constexpr (std::same_as<T, Value>) {
    x = in;
  } else if constexpr (std::same_as<T, std::string>) {
    if (!in.is_text()) return fields::wrong(in, "text");
    x = in.as_text();
  } else if constexpr (std::same_as<T, bool>) {
    if (!in.is_bool()) return fields::wrong(in, "true or false");
    x = in.as_bool();
  } else if constexpr (std::same_as<T, double>) {
    if (!in.is_number()) return fields::wrong(in, "a number");
    x = in.as_number();
  } else if constexpr (std::is_enum_v<T> || std::integral<T>) {
    if (!in.is_integer()) return fields::wrong(in, "an integer");
    x = static_cast<T>(in.as_integer());
  } else if constexpr (std::same_as<T, Time>) {
    if (!in.is_text()) return fields::wrong(in, "a time");
    x = TRY(parse_time(in.as_text()));
  } else if constexpr (std::same_as<T, Duration>) {
    if (!in.is_integer()) return fields::wrong(in, "milliseconds");
    x = Duration(in.as_integer());
  } else if constexpr (fields::is_optional<T>) {
    x.reset();
    if (!in.is_null()) TRY(from_value(in, x.emplace()));
  } else if constexpr (fields::is_vector<T>) {
    if (!in.is_list()) return fields::wrong(in, "a list");
    x.clear();
    x.reserve(in.as_list().size());
    for (const Value& item : in.as_list()) TRY(from_value(item, x.emplace_back()));
  } else if constexpr (fields::is_map<T>) {
    if (!in.is_object()) return fields::wrong(in, "an object");
    x.clear();
    for (const auto& [key, item, where] : in.as_object()) TRY(from_value(item, x[key]));
  } else {
    static_assert(HasFields<T>, "a thing of the cloud lists its fields");
  }
  return {};
}

}  // namespace stint::cloud

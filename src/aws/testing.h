// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string>

#include "aws/embedded.h"
#include "aws/model.h"
#include "base/random.h"
#include "base/time.h"
#include "value/value.h"

/// Helpers of this room's tests.
namespace stint::aws::testkit {

/// The program's own models, and Debian's for all others; nothing is kept on disk.
inline Models::Options models_for_tests() {
  return {.embedded = embedded_models()};
}

/// An output as a client sees it: the status says success, and a payload and a map of headers are
/// there even when they are empty.
inline void complete(const Operation& operation, Value& output) {
  std::optional<Shape> shape = operation.output();
  if (!shape) return;
  auto add = [&](const Member& member, Value empty) {
    if (!output.find(member.name())) output.set(member.name(), std::move(empty));
  };
  for (std::size_t i = 0; i < shape->member_count(); ++i) {
    const Member member = shape->member(i);
    if (member.place() == Place::status_code) output.set(member.name(), 202);
    if (member.place() == Place::headers) add(member, Object());
  }
  std::optional<Member> payload = shape->payload();
  if (!payload) return;
  const ShapeType type = payload->shape().type();
  if (type == ShapeType::blob || type == ShapeType::string) add(*payload, "");
  if (type == ShapeType::structure && operation.http_method() != "HEAD") add(*payload, Object());
}

/// Makes values that fit a shape: every required member, some of the others, lists and maps that
/// are not empty (the query protocols and flattened lists cannot say "empty").
class ValueMaker {
 public:
  struct Options {
    bool milliseconds = true;  ///< false: whole seconds, where the other side cuts them
    bool plain_blobs = false;  ///< blobs of ASCII, for sides that read them as text
  };
  ValueMaker(std::uint64_t seed, Options options) : random_(seed), options_(options) {}
  explicit ValueMaker(std::uint64_t seed) : ValueMaker(seed, Options{}) {}

  Value structure(const Shape& shape, int depth = 0) {
    Object out;
    const std::uint64_t chosen = shape.member_count() ? random_.below(shape.member_count()) : 0;
    for (std::size_t i = 0; i < shape.member_count(); ++i) {
      const Member member = shape.member(i);
      const bool wanted = member.required() || member.place() == Place::uri || i == chosen ||
                          (!shape.union_() && random_.below(depth < 2 ? 2 : 5) == 0);
      if (!wanted || (shape.union_() && i != chosen)) continue;
      Value value = of(member, depth + 1);
      if (!value.is_null()) out.append(std::string(member.name()), std::move(value));
    }
    return out;
  }

 private:
  Value of(const Member& member, int depth) {
    const Shape shape = member.shape();
    const bool in_header = member.place() == Place::header || member.place() == Place::headers;
    const bool outside =
        in_header || member.place() == Place::uri || member.place() == Place::query_string;
    const bool whole =
        in_header || member.time_form() == TimeForm::rfc822 || !options_.milliseconds;
    return value(shape, depth, outside, whole, member.place() == Place::headers);
  }

  Value value(const Shape& shape, int depth, bool outside, bool whole_seconds, bool header_names) {
    constexpr int deepest = 6;
    switch (shape.type()) {
      case ShapeType::structure: {
        if (shape.event_stream() || depth > deepest) return {};
        if (shape.document()) return object({{"any", Value::list({1, "two", true})}});
        Value out = structure(shape, depth);
        return out.size() ? out : Value();
      }
      case ShapeType::list: {
        if (depth > deepest) return {};
        Value out;
        for (std::uint64_t i = 0, n = 1 + random_.below(2); i < n; ++i) {
          Value item = of(shape.item_member(), depth + 1);
          if (outside) item = value(shape.item(), depth + 1, true, whole_seconds, false);
          if (!item.is_null()) out.push(std::move(item));
        }
        return out;
      }
      case ShapeType::map: {
        if (depth > deepest) return {};
        Value out;
        for (std::uint64_t i = 0, n = 1 + random_.below(2); i < n; ++i) {
          const auto words = shape.key().enumeration();
          std::string key = words.empty() ? "key-" + random_.hex(4)
                                          : std::string(words[random_.below(words.size())]);
          if (words.empty() && !header_names) key += text(outside);
          Value held = outside ? value(shape.item(), depth + 1, true, whole_seconds, false)
                               : of(shape.value_member(), depth + 1);
          if (!held.is_null()) out.set(key, std::move(held));
        }
        return out;
      }
      case ShapeType::string: {
        const auto words = shape.enumeration();
        if (!words.empty()) return words[random_.below(words.size())];
        const std::size_t least = shape.min() ? static_cast<std::size_t>(*shape.min()) : 0;
        std::string out = text(outside);
        if (out.size() < least) out += random_.hex(least);
        return out;
      }
      case ShapeType::integer:
      case ShapeType::long_: {
        const auto least = static_cast<std::int64_t>(shape.min().value_or(-1000));
        const auto most = static_cast<std::int64_t>(
            std::min(shape.max().value_or(2e9), static_cast<double>(least) + 5000));
        return least + static_cast<std::int64_t>(
                           random_.below(static_cast<std::uint64_t>(most - least + 1)));
      }
      case ShapeType::float_:
      case ShapeType::double_:
        return std::max(shape.min().value_or(0), 0.0) + 0.5 * static_cast<double>(random_.below(2));
      case ShapeType::boolean:
        return random_.below(2) == 1;
      case ShapeType::timestamp: {
        Time time{std::chrono::seconds(1'000'000'000 + random_.below(1'000'000'000))};
        if (whole_seconds || random_.below(2)) return iso8601(time);
        return iso8601(time + Duration(1 + random_.below(999)), true);
      }
      case ShapeType::blob: {
        if (options_.plain_blobs) return "bytes " + random_.hex(6);
        std::string bytes;
        for (std::uint64_t i = 0, n = 1 + random_.below(20); i < n; ++i)
          bytes += static_cast<char>(random_.below(256));
        return bytes;
      }
    }
    return {};
  }

  /// `outside` the body: nothing that a header or a path cannot hold.
  std::string text(bool outside) {
    constexpr std::string_view inside[] = {"a b", "<&>\"'", "x=1&y=2;", "\xC3\xA9\xE6\xBC\xA2",
                                           "",    "{}",     "/a//b/",   "line\nbreak",
                                           "%41", "+",      " blanks ", "\xF0\x9F\x98\x80"};
    constexpr std::string_view plain[] = {"a-b", "x.y", "under_score", "a%20b", "q=1&r", "til~de"};
    std::string out = random_.hex(3);
    out +=
        outside ? plain[random_.below(std::size(plain))] : inside[random_.below(std::size(inside))];
    return random_.below(10) == 0 && !outside ? std::string() : out;
  }

  Random random_;
  Options options_;
};

}  // namespace stint::aws::testkit

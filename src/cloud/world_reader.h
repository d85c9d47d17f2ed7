// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "value/value.h"

namespace stint::cloud {

/// Reads parts of a world file; every error names the place.
class WorldReader {
 public:
  explicit WorldReader(std::string path) : path_(std::move(path)) {}

  /// "FILE:LINE:COL: sentence".
  std::unexpected<Error> wrong(Where where, std::string_view sentence) const;

  /// `what` must be an object (null counts as an empty one) with no other keys than these.
  Result<void> check_keys(const Value& value, std::string_view what,
                          std::initializer_list<std::string_view> keys) const;
  /// An object with keys of the user's own; null counts as an empty one.
  Result<void> check_map(const Value& value, std::string_view what) const;

  /// Members; absent and null give `otherwise`. Numbers and true/false count as text.
  Result<std::string> text(const Value& of, std::string_view key, std::string otherwise = {}) const;
  Result<std::int64_t> integer(const Value& of, std::string_view key, std::int64_t otherwise) const;
  Result<bool> flag(const Value& of, std::string_view key, bool otherwise) const;
  Result<Time> time(const Value& of, std::string_view key, Time otherwise) const;
  /// "8s", "500ms", or a number of seconds.
  Result<Duration> duration(const Value& of, std::string_view key, Duration otherwise) const;
  Result<std::vector<std::string>> texts(const Value& of, std::string_view key) const;
  Result<std::map<std::string, std::string>> text_map(const Value& of, std::string_view key) const;

  /// The text of `{file: name}`, relative to the world file; at most 16 MiB.
  Result<std::string> file(const Value& reference) const;
  /// A JSON document that is written in place, is text, or is {file: name}.
  Result<std::string> document(const Value& value, std::string_view what) const;

 private:
  Result<std::string> scalar(const Value& value, std::string_view key) const;
  std::string path_;
};

}  // namespace stint::cloud

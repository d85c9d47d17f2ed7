// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/validation.h"

#include <fmt/core.h>

#include <algorithm>

namespace stint::cloud {

std::unexpected<Error> invalid_input(std::string message) {
  return std::unexpected(Error{Code::invalid, "ValidationError", std::move(message), 400});
}

std::unexpected<Error> constraint(std::string_view value, std::string_view member,
                                  std::string_view rule) {
  return invalid_input(fmt::format(
      "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: {}", value,
      member, rule));
}

Result<void> check_length(std::string_view value, std::string_view member, std::size_t least,
                          std::size_t most) {
  if (value.size() < least)
    return constraint(value, member,
                      fmt::format("Member must have length greater than or equal to {}", least));
  if (value.size() > most)
    return constraint(value, member,
                      fmt::format("Member must have length less than or equal to {}", most));
  return {};
}

Result<void> check_range(std::int64_t value, std::string_view member, std::int64_t least,
                         std::int64_t most) {
  if (value < least)
    return constraint(fmt::format("{}", value), member,
                      fmt::format("Member must have value greater than or equal to {}", least));
  if (value > most)
    return constraint(fmt::format("{}", value), member,
                      fmt::format("Member must have value less than or equal to {}", most));
  return {};
}

bool plain_name(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_+=,.@-").find(c) != std::string_view::npos;
  });
}

}  // namespace stint::cloud

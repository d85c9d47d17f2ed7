// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/core.h>

#include <string>
#include <string_view>

#include "cloud/testing.h"

/// What the tests of S3 share.
namespace stint::cloud::testing {

struct S3World : ::testing::Test, TestWorld {
  explicit S3World(std::string_view world) : TestWorld(world) {}

  /// "Code status: text", or "fine".
  std::string outcome(std::string_view operation, const Input& input) {
    auto answer = call("s3", operation, input);
    if (answer) return "fine";
    return fmt::format("{} {}: {}", answer.error().name, answer.error().status,
                       answer.error().message);
  }
  /// "Code", or "fine".
  std::string code(std::string_view operation, const Input& input) {
    auto answer = call("s3", operation, input);
    return answer ? "fine" : answer.error().name;
  }
  /// The answer of a call that must succeed.
  Value get(std::string_view operation, const Input& input) {
    auto answer = call("s3", operation, input);
    if (!answer)
      ADD_FAILURE() << operation << ": " << answer.error().name << ": " << answer.error().message;
    return answer ? *answer : Value();
  }
};

}  // namespace stint::cloud::testing

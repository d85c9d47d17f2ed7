// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

#include "cloud/testing.h"

/// A world in which things of EC2 are made and called by short names.
namespace stint::cloud::testing {

struct Ec2World : TestWorld {
  /// "$vpc" in inputs stands for names["vpc"].
  cloud::testing::Names names;

  explicit Ec2World(std::string_view world) : TestWorld(world) {}

  std::string fill(std::string text) const { return cloud::testing::fill(std::move(text), names); }
  Result<Value> ec2(std::string_view operation, const std::string& input = "{}") {
    return call("ec2", operation, json(fill(input)));
  }
  /// The answer; a refusal fails the test.
  Value must(std::string_view operation, const std::string& input = "{}") {
    auto answer = ec2(operation, input);
    if (!answer) ADD_FAILURE() << operation << ": " << answer.error().message;
    return answer ? *answer : Value();
  }
  /// "Code: text", or "done".
  std::string outcome(std::string_view operation, const std::string& input = "{}") {
    auto answer = ec2(operation, input);
    return answer ? "done" : answer.error().name + ": " + answer.error().message;
  }
  /// Only the code, or "done".
  std::string code(std::string_view operation, const std::string& input = "{}") {
    auto answer = ec2(operation, input);
    return answer ? "done" : answer.error().name;
  }
};

}  // namespace stint::cloud::testing

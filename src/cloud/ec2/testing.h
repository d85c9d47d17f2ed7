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
  std::map<std::string, std::string> names;

  explicit Ec2World(std::string_view world) : TestWorld(world) {}

  std::string fill(std::string text) const {
    for (std::size_t at = text.find('$'); at != text.npos; at = text.find('$', at)) {
      std::size_t end = at + 1;
      while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0)) ++end;
      auto found = names.find(text.substr(at + 1, end - at - 1));
      if (found == names.end()) {
        ADD_FAILURE() << "nothing is called " << text.substr(at, end - at);
        return text;
      }
      text.replace(at, end - at, found->second);
    }
    return text;
  }
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

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <concepts>
#include <string>
#include <string_view>

#include "cloud/cloud.h"
#include "cloud/world_file.h"
#include "value/json.h"

/// Helps the tests of the cloud: a world from JSON, with a clock that is moved by hand.
namespace stint::cloud::testing {

inline Value json(std::string_view text) {
  auto value = parse_json(text);
  if (!value) ADD_FAILURE() << value.error().message << " in " << text;
  return value ? *value : Value();
}

/// An input: text is read as JSON.
struct Input {
  template <class T>
    requires std::constructible_from<std::string_view, const T&>
  Input(const T& text) : value(json(text)) {}
  template <class T>
    requires(!std::constructible_from<std::string_view, const T&>)
  Input(const T& made) : value(made) {}
  Value value;
};

struct TestWorld {
  Cloud cloud;
  Time now = *parse_time("2026-11-24T11:18:00Z");
  Caller caller;

  explicit TestWorld(std::string_view world) {
    auto state = make_world(json(world), {.path = "world.json", .now = now});
    if (!state) ADD_FAILURE() << state.error().message;
    if (state) cloud.state = std::move(*state);
    caller = cloud.root(cloud.state.default_account);
  }
  void advance(Duration by) { now += by; }
  /// Calls as the owner of an access key of the world.
  void become(std::string_view access_key) {
    auto found = cloud.find_caller(access_key, "", "ec2", now, nullptr);
    ASSERT_TRUE(found) << found.error().message;
    caller = *found;
  }
  Result<Value> call(std::string_view service, std::string_view operation,
                     const Input& input = std::string_view("{}")) {
    return cloud.call(caller, cloud.state.default_region, service, operation, input.value, now);
  }
  /// The answer's JSON, or "Code: text".
  std::string say(std::string_view service, std::string_view operation, const Input& input) {
    auto answer = call(service, operation, input);
    return answer ? to_json(*answer) : answer.error().name + ": " + answer.error().message;
  }
};

}  // namespace stint::cloud::testing

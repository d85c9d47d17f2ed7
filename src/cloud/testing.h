// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <compare>
#include <concepts>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
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

/// One kind of answer: an operation and its error code, or none when it was done.
struct Outcome {
  std::string service, operation, code;
  friend auto operator<=>(const Outcome&, const Outcome&) = default;
};
/// What the calls of this program's tests led to so far, with the last HTTP status of each (0: it
/// came by another way than TestWorld::call). Here tests add up (cloud/coverage_test.cc).
inline std::map<Outcome, int>& outcomes() {
  static std::map<Outcome, int> all;
  return all;
}

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
  ~TestWorld() {
    for (const AuditEntry& entry : cloud.audit)
      outcomes().try_emplace({entry.service, entry.operation, entry.error}, 0);
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
    auto answer =
        cloud.call(caller, cloud.state.default_region, service, operation, input.value, now);
    if (!answer)
      outcomes()[{std::string(service), std::string(operation), answer.error().name}] =
          answer.error().status;
    return answer;
  }
  /// The answer's JSON, or "Code: text".
  std::string say(std::string_view service, std::string_view operation, const Input& input) {
    auto answer = call(service, operation, input);
    return answer ? to_json(*answer) : answer.error().name + ": " + answer.error().message;
  }
};

/// A user without any permission, beside the default account's root.
constexpr std::string_view user_world = R"({
  "access_keys": {"user": {"secret": "s", "principal": "user"}}, "users": {"user": {}}
})";

/// A call that must be refused: "$NAME" in the input stands for a name of the test.
struct Refusal {
  std::string operations;  ///< with blanks between them: each is called with the input
  std::string input;
  std::string code;
};
using Names = std::map<std::string, std::string>;

inline std::string fill(std::string text, const Names& names) {
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

/// Each call has its code, and changes nothing.
inline void expect_refused(TestWorld& world, std::string_view service, const Names& names,
                           const std::vector<Refusal>& refusals) {
  const State before = world.cloud.state;
  for (const Refusal& refusal : refusals) {
    const Value input = json(fill(refusal.input, names));
    for (const std::string_view operation : split(refusal.operations, ' ')) {
      auto answer = world.call(service, operation, input);
      EXPECT_EQ(answer ? "done" : answer.error().name, refusal.code)
          << operation << " " << refusal.input.substr(0, 200)
          << (answer ? "" : ": " + answer.error().message);
      EXPECT_EQ(world.cloud.audit.back().effect, "none") << operation;
    }
  }
  EXPECT_TRUE(diff(before, world.cloud.state).empty());
}

/// Whoever may nothing is refused every operation of the service but those named.
inline void expect_denied(TestWorld& world, std::string_view service, const Value& input,
                          std::string_view code, std::string_view but = {}) {
  for (const ServiceTable& table : services()) {
    if (table.service != service) continue;
    for (const Operation& operation : table.operations) {
      if (std::ranges::count(split(but, ' '), operation.name) != 0) continue;
      auto answer = world.call(service, operation.name, input);
      EXPECT_EQ(answer ? "done" : answer.error().name, code) << operation.name;
      EXPECT_EQ(world.cloud.audit.back().decision, "denied") << operation.name;
    }
  }
}

}  // namespace stint::cloud::testing

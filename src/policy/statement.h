// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "policy/pattern.h"
#include "value/value.h"

namespace stint::policy {

enum class Effect : std::uint8_t { allow, deny };

/// One entry of a Principal or NotPrincipal element.
struct Principal {
  enum class Kind : std::uint8_t {
    everyone,   ///< "*" or {"AWS": "*"}
    account,    ///< account id or root ARN; `id` is the twelve digits
    arn,        ///< a user, a role, a session of one, a federated user
    unique_id,  ///< AIDA... or AROA...: what IAM leaves of a deleted user or role
    service,
    federated,
    canonical_user,
  } kind = Kind::everyone;
  std::string id;

  friend bool operator==(const Principal&, const Principal&) = default;
};

/// What a request's value is compared with. monostate: a text that cannot be what the operator
/// compares (a number that is none); it equals nothing.
struct Network {
  std::array<std::uint8_t, 16> address{};
  bool v6 = false;
  int prefix = 0;
};
struct Instant {
  std::int64_t seconds = 0;  ///< since 1970, UTC
  std::int32_t nanos = 0;
  friend auto operator<=>(const Instant&, const Instant&) = default;
};
using ArnPattern = std::array<Pattern, 6>;
struct Bytes {
  std::string data;
};
using Operand =
    std::variant<std::monostate, Pattern, ArnPattern, double, Instant, Network, bool, Bytes>;

/// One key of one operator: true when the request's values of `key` fit. All conditions of a
/// statement must be true.
struct Condition {
  enum class Test : std::uint8_t {
    text,
    text_ignore_case,
    text_like,
    number,
    date,
    boolean,
    binary,
    address,
    arn,
    null,
  } test = Test::text;
  enum class Order : std::uint8_t { equal, less, less_equal, greater, greater_equal };
  enum class Set : std::uint8_t { none, all_values, any_value };
  Order order = Order::equal;  ///< number and date only
  Set set = Set::none;         ///< ForAllValues:, ForAnyValue:
  bool negated = false;
  bool if_exists = false;
  std::string key;        ///< lower-cased
  std::string named;      ///< the key as written
  std::string condition;  ///< the operator as written, "ForAnyValue:StringLike"
  std::vector<Operand> operands;
  std::vector<std::string> written;  ///< the values as written, one for each operand
};

/// One statement, prepared for matching. Exactly one of each pair with "not_" has entries
/// (resources may be empty in a trust policy: then any resource is meant).
struct Statement {
  std::string sid;
  Effect effect = Effect::deny;
  std::vector<Principal> principals;
  std::vector<Principal> not_principals;
  std::vector<Pattern> actions;      ///< lower-cased; text() too
  std::vector<Pattern> not_actions;  ///< lower-cased; text() too
  std::vector<Pattern> resources;
  std::vector<Pattern> not_resources;
  std::vector<Condition> conditions;
  Where where;  ///< where its `{` stood in the policy's text
};

}  // namespace stint::policy

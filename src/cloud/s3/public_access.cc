// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/s3/public_access.h"

#include <algorithm>

#include "base/text.h"
#include "value/json.h"

namespace stint::cloud::s3 {
namespace {

/// Condition keys that make a statement for everybody one for few, when their value is fixed.
constexpr std::string_view narrowing_keys[] = {
    "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths",
    "aws:sourceaccount",    "aws:sourcearn",    "aws:sourceip",       "aws:sourceowner",
    "aws:sourcevpc",        "aws:sourcevpce",   "aws:userid",         "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn"};
static_assert(std::ranges::is_sorted(narrowing_keys));

/// Text, or any of a list, satisfies.
template <class Test>
bool any_text(const Value& value, Test test) {
  if (value.is_text()) return test(value.as_text());
  if (!value.is_list()) return false;
  return std::ranges::any_of(
      value.as_list(), [&](const Value& one) { return one.is_text() && test(one.as_text()); });
}

bool everybody(const Value& principal) {
  auto star = [](const std::string& text) { return text == "*"; };
  if (any_text(principal, star)) return true;
  return any_text(principal["AWS"], star) || any_text(principal["CanonicalUser"], star);
}

/// A wildcard in an ARN stays fixed as long as the account does; address ranges of half the world
/// are no restriction.
bool fixed(std::string_view key, const std::string& value) {
  if (key == "aws:sourceip") return !value.ends_with("/0") && !value.ends_with("/1");
  if (key == "aws:principalarn" || key == "aws:sourcearn") {
    const auto parts = split(value, ':');
    return parts.size() >= 5 && !parts[4].empty() && parts[4].find_first_of("*?") == value.npos;
  }
  return value.find_first_of("*?") == value.npos && value.find("${") == value.npos;
}

bool narrowed(const Value& conditions) {
  if (!conditions.is_object()) return false;
  for (const auto& [name, keys, where] : conditions.as_object()) {
    const std::string folded = lower(name);
    const bool positive = (folded.starts_with("string") || folded.starts_with("arn") ||
                           folded.starts_with("ipaddress") || folded.starts_with("foranyvalue:")) &&
                          folded.find("not") == folded.npos && !folded.ends_with("ifexists");
    if (!positive || !keys.is_object()) continue;
    for (const auto& [key, values, at] : keys.as_object()) {
      const std::string small = lower(key);
      if (!std::ranges::binary_search(narrowing_keys, std::string_view(small))) continue;
      if (!any_text(values, [&](const std::string& value) { return !fixed(small, value); }))
        return true;
    }
  }
  return false;
}

bool is_public_statement(const Value& statement) {
  if (statement.text("Effect") != "Allow") return false;
  const bool open = everybody(statement["Principal"]) || statement.find("NotPrincipal");
  return open && !narrowed(statement["Condition"]);
}

}  // namespace

bool blocks(const Bucket& bucket, std::string_view setting) {
  auto found = bucket.settings.find("PublicAccessBlock");
  return found != bucket.settings.end() && found->second.flag(setting);
}

bool is_public_policy(std::string_view policy) {
  auto document = parse_json(policy);
  if (!document) return false;
  const Value& statements = (*document)["Statement"];
  if (statements.is_object()) return is_public_statement(statements);
  return statements.is_list() && std::ranges::any_of(statements.as_list(), is_public_statement);
}

}  // namespace stint::cloud::s3

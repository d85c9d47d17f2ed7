// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "policy/keys.h"

#include <algorithm>

#include "base/text.h"
#include "policy/policy.h"

namespace stint::policy {
namespace {

std::span<const std::string> one(const std::string& value) {
  if (value.empty()) return {};
  return {&value, 1};
}

std::span<const std::string> told_by(const Subject& subject, std::string_view key) {
  static const std::string yes = "true", no = "false";
  if (!key.starts_with("aws:")) return {};
  const std::string_view name = key.substr(4);
  if (name == "userid") return one(subject.user_id);
  if (name == "username") return one(subject.user_name);
  if (name == "principalarn") {
    const bool session = subject.arn.find(":assumed-role/") != std::string::npos;
    return one(session && !subject.role_arn.empty() ? subject.role_arn : subject.arn);
  }
  if (name == "principalaccount") return one(subject.account);
  if (name == "principalservicename") return one(subject.service);
  if (name == "principalisawsservice") return one(subject.service.empty() ? no : yes);
  return {};
}

}  // namespace

std::string Context::fold(std::string_view key) {
  return lower(key);
}

const std::vector<std::string>* Context::find(std::string_view key) const {
  const bool folded =
      std::none_of(key.begin(), key.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  const auto found = folded ? values_.find(key) : values_.find(fold(key));
  return found == values_.end() ? nullptr : &found->second;
}

std::span<const std::string> key_values(const Request& request, std::string_view key) {
  if (const auto* values = request.context.find(key)) return *values;
  return told_by(request.subject, key);
}

std::optional<std::string_view> variable_value(const Variable& variable, const Request& request) {
  const auto values = key_values(request, variable.key);
  if (values.size() == 1) return values[0];
  if (values.empty() && variable.otherwise) return *variable.otherwise;
  return std::nullopt;
}

}  // namespace stint::policy

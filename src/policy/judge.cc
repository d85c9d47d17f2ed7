// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "policy/judge.h"

#include <algorithm>

#include "base/text.h"
#include "policy/condition.h"

namespace stint::policy {
namespace {

bool any_action(const std::vector<Pattern>& patterns, std::string_view action) {
  for (const Pattern& pattern : patterns)
    if (pattern.matches(action)) return true;
  return false;
}

bool any_resource(const std::vector<Pattern>& patterns, const Request& request) {
  for (const Pattern& pattern : patterns)
    if (pattern.matches(request.resource, request)) return true;
  return false;
}

}  // namespace

FoldedAction::FoldedAction(std::string_view action) {
  if (action.size() > buffer_.size()) {
    long_ = lower(action);
    text_ = long_;
    return;
  }
  std::ranges::transform(action, buffer_.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  text_ = {buffer_.data(), action.size()};
}

bool action_fits(const Statement& statement, std::string_view action) {
  return statement.not_actions.empty() ? any_action(statement.actions, action)
                                       : !any_action(statement.not_actions, action);
}

bool resource_fits(const Statement& statement, const Request& request) {
  if (!statement.resources.empty() && !any_resource(statement.resources, request)) return false;
  return statement.not_resources.empty() || !any_resource(statement.not_resources, request);
}

bool applies(const Statement& statement, const Asked& asked) {
  if (!action_fits(statement, asked.action) || !resource_fits(statement, asked.request))
    return false;
  for (const Condition& condition : statement.conditions)
    if (!holds(condition, asked.request)) return false;
  return true;
}

Reach reach_of(const Statement& statement, const Asked& asked) {
  if (statement.not_principals.empty()) return reach(statement.principals, asked.request);
  if (statement.effect == Effect::allow)
    return reach(statement.not_principals, asked.request) == Reach::none ? Reach::direct
                                                                         : Reach::none;
  // "Will always deny any IAM principal that has a permissions boundary policy attached".
  return asked.bounded || !exempts(statement.not_principals, asked.request) ? Reach::direct
                                                                            : Reach::none;
}

}  // namespace stint::policy

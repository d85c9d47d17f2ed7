// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "policy/condition.h"
#include "policy/policy.h"
#include "policy/principal.h"
#include "policy/statement.h"

namespace stint::policy {
namespace {

constexpr std::string_view by_identity = "identity-based policy";
constexpr std::string_view by_resource = "resource-based policy";
constexpr std::string_view by_boundary = "permissions boundary";
constexpr std::string_view by_session = "session policy";
constexpr std::string_view by_organization = "service control policy";
constexpr std::string_view by_root = "the account's root user";

/// The request's action in lower case, on the stack unless it is absurdly long.
class FoldedAction {
 public:
  explicit FoldedAction(std::string_view action) {
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
  FoldedAction(const FoldedAction&) = delete;
  FoldedAction& operator=(const FoldedAction&) = delete;
  std::string_view text() const { return text_; }

 private:
  std::array<char, 128> buffer_;
  std::string long_;
  std::string_view text_;
};

struct Asked {
  const Request& request;
  std::string_view action;  ///< in lower case
  bool bounded;             ///< a permissions boundary is set
};

/// A statement that applies.
struct Hit {
  const Named* policy = nullptr;
  std::size_t statement = 0;
  explicit operator bool() const { return policy != nullptr; }
};

/// What one kind of policy says.
struct Verdict {
  Hit deny;
  Hit allow;
  Reach reach = Reach::none;  ///< of `allow`, with principals
};

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

/// Action, resource and conditions; principals are the caller's.
bool applies(const Statement& statement, const Asked& asked) {
  if (statement.not_actions.empty() ? !any_action(statement.actions, asked.action)
                                    : any_action(statement.not_actions, asked.action))
    return false;
  if (!statement.resources.empty() && !any_resource(statement.resources, asked.request))
    return false;
  if (!statement.not_resources.empty() && any_resource(statement.not_resources, asked.request))
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

Verdict judge(const std::vector<Named>& policies, const Asked& asked, bool with_principals) {
  Verdict verdict;
  for (const Named& policy : policies) {
    if (!policy.document) continue;
    const auto& statements = policy.document->statements;
    for (std::size_t i = 0; i < statements.size(); ++i) {
      const Statement& statement = *statements[i];
      const bool deny = statement.effect == Effect::deny;
      if (!with_principals) {
        if (!deny && verdict.allow) continue;
        if (!applies(statement, asked)) continue;
      } else {
        const Reach reached = reach_of(statement, asked);
        if (reached == Reach::none || (!deny && reached <= verdict.reach)) continue;
        if (!applies(statement, asked)) continue;
        if (!deny) verdict.reach = reached;
      }
      (deny ? verdict.deny : verdict.allow) = {&policy, i};
      if (deny) return verdict;
    }
  }
  return verdict;
}

Decision decided(Decision::Kind kind, std::string_view by, const Hit& hit = {}) {
  Decision decision;
  decision.kind = kind;
  decision.by = by;
  if (!hit) return decision;
  decision.policy = hit.policy->name;
  const std::string& sid = hit.policy->document->statements[hit.statement]->sid;
  decision.statement = sid.empty() ? fmt::format("#{}", hit.statement + 1) : sid;
  return decision;
}
Decision denied(std::string_view by, const Hit& hit) {
  return decided(Decision::Kind::explicit_deny, by, hit);
}
Decision missing(std::string_view by) {
  return decided(Decision::Kind::implicit_deny, by);
}
Decision granted(std::string_view by, const Hit& hit = {}) {
  return decided(Decision::Kind::allowed, by, hit);
}

}  // namespace

Decision evaluate(const Policies& policies, const Request& request) {
  const FoldedAction action(request.action);
  const Asked asked{request, action.text(), policies.boundary.has_value()};

  // One deny anywhere decides, so every kind is looked at before anything is granted.
  bool organization_allows = true;
  for (const auto& level : policies.organization) {
    const Verdict verdict = judge(level, asked, false);
    if (verdict.deny) return denied(by_organization, verdict.deny);
    organization_allows = organization_allows && verdict.allow;
  }
  const Verdict resource = judge(policies.resource, asked, true);
  if (resource.deny) return denied(by_resource, resource.deny);
  const Verdict identity = judge(policies.identity, asked, false);
  if (identity.deny) return denied(by_identity, identity.deny);
  bool boundary_allows = true, session_allows = true;
  if (policies.boundary) {
    const Verdict verdict = judge(*policies.boundary, asked, false);
    if (verdict.deny) return denied(by_boundary, verdict.deny);
    boundary_allows = static_cast<bool>(verdict.allow);
  }
  if (policies.session) {
    const Verdict verdict = judge(*policies.session, asked, false);
    if (verdict.deny) return denied(by_session, verdict.deny);
    session_allows = static_cast<bool>(verdict.allow);
  }

  if (!organization_allows) return missing(by_organization);
  const Subject& subject = request.subject;
  if (subject.account.empty() || !subject.service.empty())
    return resource.allow ? granted(by_resource, resource.allow) : missing(by_resource);

  const bool across =
      !policies.resource_account.empty() && policies.resource_account != subject.account;
  if ((across || policies.resource_must_allow) && !resource.allow) return missing(by_resource);
  if (!across) {
    if (resource.reach == Reach::direct) return granted(by_resource, resource.allow);
    if (resource.reach == Reach::role) {
      if (!boundary_allows) return missing(by_boundary);
      if (!session_allows) return missing(by_session);
      return granted(by_resource, resource.allow);
    }
  }
  if (policies.root) return granted(by_root);
  if (!identity.allow) return missing(by_identity);
  if (!boundary_allows) return missing(by_boundary);
  if (!session_allows) return missing(by_session);
  return granted(by_identity, identity.allow);
}

std::string explain(const Decision& decision, const Request& request) {
  switch (decision.kind) {
    case Decision::Kind::allowed:
      if (decision.policy.empty() && decision.statement.empty())
        return fmt::format("allowed: {}", decision.by);
      return fmt::format("allowed by {} {}, statement {}", decision.by, decision.policy,
                         decision.statement);
    case Decision::Kind::implicit_deny:
      return fmt::format("because no {} allows the {} action", decision.by, request.action);
    case Decision::Kind::explicit_deny:
      return fmt::format("with an explicit deny in {} {}", decision.by == by_identity ? "an" : "a",
                         decision.by);
  }
  return {};
}

}  // namespace stint::policy

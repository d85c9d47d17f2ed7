// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>

#include "policy/judge.h"
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

/// The statements that can bear on an action at all.
const std::vector<std::uint32_t>& candidates(const Document& document, std::string_view action) {
  const std::string_view service = action.substr(0, action.find(':'));
  const auto bucket = std::ranges::lower_bound(
      document.buckets, service, {}, [](const auto& b) -> std::string_view { return b.service; });
  return bucket != document.buckets.end() && bucket->service == service ? bucket->statements
                                                                        : document.any_service;
}

Verdict judge_kind(const std::vector<Named>& policies, const Asked& asked, bool with_principals) {
  Verdict verdict;
  for (const Named& policy : policies) {
    if (!policy.document) continue;
    for (const std::uint32_t i : candidates(*policy.document, asked.action)) {
      const Statement& statement = *policy.document->statements[i];
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

Outcome denied(std::string_view by, const Hit& hit) {
  return {Decision::Kind::explicit_deny, by, hit.policy, hit.statement};
}
Outcome missing(std::string_view by) {
  return {Decision::Kind::implicit_deny, by, nullptr, 0};
}
Outcome granted(std::string_view by, const Hit& hit = {}) {
  return {Decision::Kind::allowed, by, hit.policy, hit.statement};
}

}  // namespace

Outcome judge(const Policies& policies, const Request& request) {
  const FoldedAction action(request.action);
  const Asked asked{request, action.text(), policies.boundary.has_value()};

  // One deny anywhere decides, so every kind is looked at before anything is granted.
  bool organization_allows = true;
  for (const auto& level : policies.organization) {
    const Verdict verdict = judge_kind(level, asked, false);
    if (verdict.deny) return denied(by_organization, verdict.deny);
    organization_allows = organization_allows && verdict.allow;
  }
  const Verdict resource = judge_kind(policies.resource, asked, true);
  if (resource.deny) return denied(by_resource, resource.deny);
  const Verdict identity = judge_kind(policies.identity, asked, false);
  if (identity.deny) return denied(by_identity, identity.deny);
  bool boundary_allows = true, session_allows = true;
  if (policies.boundary) {
    const Verdict verdict = judge_kind(*policies.boundary, asked, false);
    if (verdict.deny) return denied(by_boundary, verdict.deny);
    boundary_allows = static_cast<bool>(verdict.allow);
  }
  if (policies.session) {
    const Verdict verdict = judge_kind(*policies.session, asked, false);
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
  if (policies.root) {
    // A federated user whom root vouches for is limited by its session policies.
    if (!session_allows) return missing(by_session);
    return granted(by_root);
  }
  if (!identity.allow) return missing(by_identity);
  if (!boundary_allows) return missing(by_boundary);
  if (!session_allows) return missing(by_session);
  return granted(by_identity, identity.allow);
}

Decision evaluate(const Policies& policies, const Request& request) {
  const Outcome outcome = judge(policies, request);
  Decision decision;
  decision.kind = outcome.kind;
  decision.by = outcome.by;
  if (!outcome.policy) return decision;
  decision.policy = outcome.policy->name;
  const std::string& sid = outcome.policy->document->statements[outcome.statement]->sid;
  decision.statement = sid.empty() ? fmt::format("#{}", outcome.statement + 1) : sid;
  return decision;
}

std::string deciding_statement(const Decision& decision) {
  if (decision.policy.empty() && decision.statement.empty()) return {};
  return fmt::format("policy {}, statement {}", decision.policy, decision.statement);
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

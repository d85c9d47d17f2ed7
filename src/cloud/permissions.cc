// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/permissions.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/iam/managed.h"
#include "policy/statement.h"

namespace stint::cloud {
namespace {

/// More principals than this at a time are not worth their memory.
constexpr std::size_t most_kept = 4096;
/// What a session of the root user names as its user.
constexpr std::string_view root_name = "root";

bool same(const Principal& a, const Principal& b) {
  return a.kind == b.kind && a.account == b.account && a.arn == b.arn && a.name == b.name &&
         a.user_id == b.user_id && a.session_policy == b.session_policy &&
         a.session_policy_arns == b.session_policy_arns && a.session_tags == b.session_tags;
}

bool any_variables(const std::vector<policy::Pattern>& patterns) {
  return std::ranges::any_of(patterns, &policy::Pattern::has_variables);
}

bool has_variables(const policy::Operand& operand) {
  if (const auto* text = std::get_if<policy::Pattern>(&operand)) return text->has_variables();
  if (const auto* arn = std::get_if<policy::ArnPattern>(&operand))
    return std::ranges::any_of(*arn, &policy::Pattern::has_variables);
  return false;
}

bool names_variables(const policy::Statement& statement) {
  return any_variables(statement.resources) || any_variables(statement.not_resources);
}

/// Notes which condition keys the policies ask for.
void note_keys(const std::vector<policy::Named>& policies, Prepared& out) {
  for (const policy::Named& policy : policies)
    for (const auto& statement : policy.document->statements) {
      if (names_variables(*statement)) out.any_key = true;
      for (const policy::Condition& condition : statement->conditions) {
        if (std::ranges::any_of(condition.operands, has_variables)) out.any_key = true;
        if (std::ranges::find(out.keys, condition.key) == out.keys.end())
          out.keys.push_back(condition.key);
      }
    }
}

/// A policy that does not parse grants nothing and denies nothing: it was refused when it was put,
/// so only a world file of another version can hold one.
void add(const State& state, std::vector<policy::Named>& to, const std::string& name,
         const std::string& text) {
  if (auto document = state.texts->policy(text, policy::Type::identity))
    to.push_back({name, std::move(*document)});
}

}  // namespace

bool asks_for_keys(const std::vector<policy::Named>& policies) {
  return std::ranges::any_of(policies, [](const policy::Named& policy) {
    return std::ranges::any_of(policy.document->statements, [](const auto& statement) {
      return !statement->conditions.empty() || names_variables(*statement);
    });
  });
}

bool Permissions::fresh(const State& state, const Principal& principal, const Kept& kept) {
  if (!same(kept.principal, principal)) return false;
  if (!kept.role && !kept.user && kept.managed.empty() &&
      principal.kind != Principal::Kind::role_session && principal.kind != Principal::Kind::user &&
      principal.kind != Principal::Kind::federated_user)
    return true;
  const iam::State* iam = state.find_iam(principal.account);
  if (!iam) return false;
  if (principal.kind == Principal::Kind::role_session &&
      iam->roles.share(principal.name) != kept.role)
    return false;
  if ((principal.kind == Principal::Kind::user ||
       principal.kind == Principal::Kind::federated_user) &&
      iam->users.share(principal.name) != kept.user)
    return false;
  for (const auto& [name, group] : kept.groups)
    if (iam->groups.share(name) != group) return false;
  for (const auto& [arn, policy] : kept.managed)
    if (iam::find_policy(*iam, arn) != policy) return false;
  return true;
}

Permissions::Kept Permissions::make(const State& state, const Principal& principal) {
  Kept kept{.principal = principal};
  Prepared& out = kept.prepared;
  out.subject = {.account = principal.account, .arn = principal.arn, .user_id = principal.user_id};
  const iam::State* iam = state.find_iam(principal.account);
  auto managed = [&](const std::string& arn) {
    return kept.managed.emplace_back(arn, iam::find_policy(*iam, arn)).second;
  };
  auto grants = [&](const auto& of) {
    for (const auto& [name, text] : of.inlined) add(state, out.policies.identity, name, text);
    for (const std::string& arn : of.attached)
      if (auto policy = managed(arn); policy && policy->default_version())
        add(state, out.policies.identity, arn, policy->default_version()->document);
  };
  auto gather = [&](const auto& of) {
    grants(of);
    if (!of.boundary.empty()) {
      out.policies.boundary.emplace();
      if (auto policy = managed(of.boundary); policy && policy->default_version())
        add(state, *out.policies.boundary, of.boundary, policy->default_version()->document);
    }
    out.tags = of.tags;
  };
  const auto gather_user = [&] {
    if (iam) kept.user = iam->users.share(principal.name);
    if (!kept.user) return;
    gather(*kept.user);
    for (const std::string& name : kept.user->groups)
      if (auto group = kept.groups.emplace_back(name, iam->groups.share(name)).second)
        grants(*group);
  };
  switch (principal.kind) {
    case Principal::Kind::anonymous:
      out.subject.account.clear();
      break;
    case Principal::Kind::root:
      out.policies.root = true;
      break;
    case Principal::Kind::service:
      out.subject.service = principal.name;
      break;
    case Principal::Kind::user:
      out.subject.user_name = principal.name;
      if (iam && iam->users.find(principal.name) &&
          iam->users.find(principal.name)->id == principal.user_id)
        gather_user();
      break;
    case Principal::Kind::federated_user:
      break;
    case Principal::Kind::role_session:
      if (iam) kept.role = iam->roles.share(principal.name);
      // A role made anew under an old name is another role.
      if (kept.role && principal.user_id.starts_with(kept.role->id + ":")) {
        out.subject.role_arn = kept.role->arn;
        gather(*kept.role);
      }
      break;
  }
  if (principal.kind == Principal::Kind::federated_user) {
    // "The permissions are the intersection of the user's policies and the session policies": with
    // none of the latter only resource-based policies give it anything.
    out.policies.session.emplace();
    if (principal.name == root_name) {
      out.policies.root = true;
      out.subject.role_arn = fmt::format("arn:aws:iam::{}:root", principal.account);
    } else {
      gather_user();
      if (kept.user) out.subject.role_arn = kept.user->arn;
    }
    out.tags.clear();
  }
  for (const auto& [key, value] : principal.session_tags) {
    std::erase_if(out.tags, [&](const auto& tag) { return equals_ignore_case(tag.first, key); });
    out.tags[key] = value;
  }
  if (!principal.session_policy.empty() || !principal.session_policy_arns.empty()) {
    if (!out.policies.session) out.policies.session.emplace();
    if (!principal.session_policy.empty())
      add(state, *out.policies.session, "session policy", principal.session_policy);
    for (const std::string& arn : principal.session_policy_arns)
      if (auto policy = iam ? managed(arn) : nullptr; policy && policy->default_version())
        add(state, *out.policies.session, arn, policy->default_version()->document);
  }
  note_keys(out.policies.identity, out);
  if (out.policies.boundary) note_keys(*out.policies.boundary, out);
  if (out.policies.session) note_keys(*out.policies.session, out);
  return kept;
}

const Prepared& Permissions::of(const State& state, const Principal& principal) {
  if (last_ && fresh(state, principal, *last_)) return last_->prepared;
  std::string key = principal.arn;
  key += '\n';
  key += principal.access_key;
  auto found = kept_.find(key);
  if (found != kept_.end() && fresh(state, principal, *found->second)) {
    last_ = found->second;
    return last_->prepared;
  }
  if (kept_.size() >= most_kept) kept_.clear();
  last_ = std::make_shared<const Kept>(make(state, principal));
  kept_.insert_or_assign(std::move(key), last_);
  return last_->prepared;
}

}  // namespace stint::cloud

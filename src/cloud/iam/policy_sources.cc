// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/iam/policy_sources.h"

#include <fmt/core.h>

#include "base/text.h"
#include "cloud/iam/common.h"
#include "cloud/iam/managed.h"
#include "cloud/validation.h"

namespace stint::cloud::iam {
namespace {

constexpr std::string_view kind = "IAM Policy";

/// A document that does not parse says nothing (see cloud/permissions.cc).
void add(PolicySources& out, std::string name, const std::string& text) {
  if (auto document = policy::parse(text, policy::Type::identity))
    out.push_back({.named = {std::move(name), std::move(*document)},
                   .text = text,
                   .kind = std::string(kind)});
}

void add_managed(const State& iam, const std::string& arn, PolicySources& out) {
  auto policy = find_policy(iam, arn);
  if (policy && policy->default_version())
    add(out, policy->name, policy->default_version()->document);
}

template <class Thing>
void gather(const State& iam, std::string_view word, const Thing& thing, PolicySources& out) {
  for (const auto& [name, text] : thing.inlined)
    add(out, fmt::format("{}_{}_{}", word, thing.name, name), text);
  for (const std::string& arn : thing.attached) add_managed(iam, arn, out);
}

template <class Thing>
void take_boundary(const State& iam, const Thing& thing, PolicyHolder& out) {
  if (thing.boundary.empty()) return;
  add_managed(iam, thing.boundary, out.boundary.emplace());
}

}  // namespace

Result<PolicyHolder> find_holder(const Call& call, const std::string& arn) {
  TRY(check_length(arn, "policySourceArn", 20, 2048));
  const auto parts = split(arn, ':');
  const std::string_view path = parts.size() == 6 ? parts[5] : std::string_view();
  const std::string_view type = path.substr(0, path.find('/'));
  const std::string name(path.substr(path.rfind('/') + 1));
  if (parts.size() != 6 || parts[2] != "iam" || name.empty() || path.find('/') == path.npos ||
      (type != Users::word && type != Groups::word && type != Roles::word))
    return fault(
        "InvalidInput",
        fmt::format("Invalid Entity Arn: {} does not clearly define entity type and name.", arn));
  if (parts[4] != call.account)
    return fault("InvalidInput", fmt::format("Invalid Policy Source Arn: caller's account {} does "
                                             "not have access to policies in account {}",
                                             call.account, parts[4]));
  const State& iam = iam_of(call);
  PolicyHolder holder;
  holder.subject.account = call.account;
  if (type == Users::word) {
    const User* user = TRY(find<Users>(call, name));
    gather(iam, Users::word, *user, holder.identity);
    for (const std::string& group : user->groups)
      if (const Group* held = iam.groups.find(group))
        gather(iam, Groups::word, *held, holder.identity);
    take_boundary(iam, *user, holder);
    holder.subject.arn = user->arn;
    holder.subject.user_id = user->id;
    holder.subject.user_name = user->name;
  } else if (type == Groups::word) {
    const Group* group = TRY(find<Groups>(call, name));
    gather(iam, Groups::word, *group, holder.identity);
  } else {
    const Role* role = TRY(find<Roles>(call, name));
    gather(iam, Roles::word, *role, holder.identity);
    take_boundary(iam, *role, holder);
    holder.subject.arn = role->arn;
    holder.subject.user_id = role->id;
  }
  return holder;
}

}  // namespace stint::cloud::iam

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ec2/association.h"

#include <algorithm>

#include "base/text.h"
#include "policy/policy.h"

namespace stint::cloud::ec2 {
namespace {

/// When an association that could not settle at first does: once the instance runs and EC2 has
/// learnt of a trust policy that lets it in.
std::optional<Time> settles(const cloud::State& state, const Instance& instance,
                            const Association& association, Time now) {
  if (association.settled) return association.settled;
  if (instance.state_at(now, state.propagation.instance) != "running") return std::nullopt;
  Time since = association.started;
  if (instance.state == "pending")
    since = std::max(since, instance.state_since + state.propagation.instance);
  const iam::InstanceProfile* profile = find_profile(state, association.profile_arn);
  if (profile && !profile->role.empty()) {
    auto account = state.accounts.find(split(profile->arn, ':')[4]);
    const iam::Role* role = account->second.iam.roles.find(profile->role);
    if (!role || !ec2_may_assume(*role)) return std::nullopt;
    since = std::max(since, role->changed + state.propagation.iam_to_ec2);
  } else if (!association.role.empty()) {
    return std::nullopt;
  }
  return since + state.propagation.association;
}

}  // namespace

const iam::InstanceProfile* find_profile(const cloud::State& state, std::string_view arn) {
  auto parts = split(arn, ':');
  if (parts.size() != 6 || parts[2] != "iam" || !parts[5].starts_with("instance-profile/"))
    return nullptr;
  auto account = state.accounts.find(parts[4]);
  if (account == state.accounts.end()) return nullptr;
  const iam::InstanceProfile* profile =
      account->second.iam.profiles.find(parts[5].substr(parts[5].rfind('/') + 1));
  return profile && profile->arn == arn ? profile : nullptr;
}

bool ec2_may_assume(const iam::Role& role) {
  auto trust = policy::parse(role.trust, policy::Type::trust);
  if (!trust) return false;
  policy::Policies policies;
  policies.resource.push_back({role.arn, *trust});
  policy::Request request{.action = "sts:AssumeRole", .resource = role.arn};
  request.subject.service = "ec2.amazonaws.com";
  return policy::evaluate(policies, request).allowed();
}

std::string_view association_state(const cloud::State& state, const Instance& instance,
                                   const Association& association, Time now) {
  if (association.ended) {
    Time gone = association.at_once ? *association.ended
                                    : *association.ended + state.propagation.association;
    if (now >= gone) return "";
    return "disassociating";
  }
  std::optional<Time> settled = settles(state, instance, association, now);
  return settled && now >= *settled ? "associated" : "associating";
}

Ties ties_of(const State& ec2, std::string_view instance) {
  Ties ties;
  for (const auto& [id, association] : ec2.associations)
    if (association->instance == instance) ties.push_back(association.get());
  return ties;
}

std::map<std::string, Ties, std::less<>> all_ties(const State& ec2) {
  std::map<std::string, Ties, std::less<>> ties;
  for (const auto& [id, association] : ec2.associations)
    ties[association->instance].push_back(association.get());
  return ties;
}

const Association* live_association(const Ties& ties) {
  for (const Association* tie : ties)
    if (!tie->ended) return tie;
  return nullptr;
}

const Association* association_after(const Ties& ties, Time now, Duration delay) {
  const Association* latest = nullptr;
  for (const Association* tie : ties) {
    if (now < tie->started + delay) continue;
    if (tie->ended && now >= *tie->ended + delay) continue;
    if (!latest || tie->started >= latest->started) latest = tie;
  }
  return latest;
}

const Association* shown_association(const cloud::State& state, const Ties& ties, Time now) {
  // Shown late only while it replaces another; a first profile is shown at once.
  const Association* late = association_after(ties, now, state.propagation.association);
  const Association* live = live_association(ties);
  return late && late->replaced && late->ended ? late : live;
}

void unsettle(Region& region, std::string_view instance, Time now) {
  const Association* live = live_association(ties_of(region.ec2, instance));
  if (live && live->settled && *live->settled > now)
    region.ec2.associations.edit(std::string(live->id))->settled.reset();
}

}  // namespace stint::cloud::ec2

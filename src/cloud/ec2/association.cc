// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ec2/association.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/ec2/query.h"
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
    if (!role || !ec2_may_assume(state, *role)) return std::nullopt;
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

bool ec2_may_assume(const cloud::State& state, const iam::Role& role) {
  auto trust = state.texts->policy(role.trust, policy::Type::trust);
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

std::string profile_arn(const Call& call, const Value& in) {
  const Value& given = in["IamInstanceProfile"];
  if (!given.text("Arn").empty()) return given.text("Arn");
  const std::string& name = given.text("Name");
  if (name.empty()) return {};
  auto account = call.state.accounts.find(call.account);
  const iam::InstanceProfile* profile =
      account == call.state.accounts.end() ? nullptr : account->second.iam.profiles.find(name);
  return profile ? profile->arn
                 : fmt::format("arn:aws:iam::{}:instance-profile/{}", call.account, name);
}

Result<ChosenProfile> choose_profile(Call& call, const Value& in) {
  const Value& given = in["IamInstanceProfile"];
  std::string arn = profile_arn(call, in);
  if (arn.empty())
    return fault("MissingParameter",
                 "The request must include the IamInstanceProfile parameter. Add the required "
                 "parameter and retry the request.");
  bool by_arn = !given.text("Arn").empty();
  auto unknown = [&] {
    return fault("InvalidParameterValue",
                 fmt::format("Value ({}) for parameter iamInstanceProfile.{} is invalid. Invalid "
                             "IAM Instance Profile {}",
                             by_arn ? arn : given.text("Name"), by_arn ? "arn" : "name",
                             by_arn ? "ARN" : "name"));
  };
  const iam::InstanceProfile* profile = find_profile(call.state, arn);
  if (!profile || split(arn, ':')[4] != call.account) return unknown();
  const iam::Role* role = call.own_account().iam.roles.find(profile->role);
  Time known = std::max(profile->created, profile->changed);
  if (role) known = std::max({known, role->created, role->changed});
  if (call.now < known + call.state.propagation.iam_to_ec2) return unknown();
  if (role) {
    policy::Context context;
    context.set("iam:PassedToService", "ec2.amazonaws.com");
    // Recorded: a condition that names one instance is never met, `instance/*` is.
    context.set("iam:AssociatedResourceArn", instance_arn(call.region, call.account, "*"));
    TRY(call.authorise("iam:PassRole", role->arn, std::move(context)));
  }
  return ChosenProfile{profile, role};
}

Association make_association(Call& call, const Instance& instance, const ChosenProfile& chosen) {
  Association made{.id = call.new_hex_id("iip-assoc-0", 16),
                   .instance = instance.id,
                   .profile_arn = chosen.profile->arn,
                   .profile_id = chosen.profile->id,
                   .role = chosen.profile->role,
                   .started = call.now};
  bool runs = instance.state_at(call.now, call.state.propagation.instance) == "running";
  if (runs && (!chosen.role || ec2_may_assume(call.state, *chosen.role)))
    made.settled = call.now + call.state.propagation.association;
  return made;
}

void unsettle(Region& region, std::string_view instance, Time now) {
  const Association* live = live_association(ties_of(region.ec2, instance));
  if (live && live->settled && *live->settled > now)
    region.ec2.associations.edit(std::string(live->id))->settled.reset();
}

}  // namespace stint::cloud::ec2

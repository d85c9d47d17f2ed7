// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/cloud.h"

/// How the tie between an instance and an instance profile looks at a time: functions of the state
/// and the clock (spec/temporary-permissions.md A1). IAM never looks at associations, so a profile
/// that is gone, or lost its role, changes nothing here.
namespace stint::cloud::ec2 {

/// "associating", "associated", "disassociating", or "" once it is gone from every answer.
std::string_view association_state(const cloud::State& state, const Instance& instance,
                                   const Association& association, Time now);

/// All associations that an instance ever had, in id order.
using Ties = std::vector<const Association*>;
Ties ties_of(const State& ec2, std::string_view instance);
/// The same of every instance that has any: one pass, for listings.
std::map<std::string, Ties, std::less<>> all_ties(const State& ec2);

/// The one that was neither ended nor replaced; nullptr: none.
const Association* live_association(const Ties& ties);

/// What an observer sees who learns of changes `delay` late: until then the association before is
/// still on. IMDS looks with propagation.imds.
const Association* association_after(const Ties& ties, Time now, Duration delay);

/// What DescribeInstances shows.
const Association* shown_association(const cloud::State& state, const Ties& ties, Time now);

/// True when the role's trust policy lets EC2 have it.
bool ec2_may_assume(const cloud::State& state, const iam::Role& role);

/// The profile with that ARN, or nullptr.
const iam::InstanceProfile* find_profile(const cloud::State& state, std::string_view arn);

/// The ARN that the input's IamInstanceProfile means; empty when it names none. An ARN wins over a
/// name (both at once are accepted).
std::string profile_arn(const Call& call, const Value& in);

struct ChosenProfile {
  const iam::InstanceProfile* profile;
  const iam::Role* role;  ///< nullptr: the profile has none
};
/// The profile of a request, if EC2 has heard of it by now and the caller may pass its role.
/// Errors: MissingParameter, InvalidParameterValue with the recorded texts, denials of
/// iam:PassRole.
Result<ChosenProfile> choose_profile(Call& call, const Value& in);
/// A new association, not yet kept.
Association make_association(Call& call, const Instance& instance, const ChosenProfile& chosen);

/// Before an instance stops: what was about to settle has to wait until it runs again.
void unsettle(Region& region, std::string_view instance, Time now);

}  // namespace stint::cloud::ec2

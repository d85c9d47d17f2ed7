// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/changes.h"
#include "cloud/cloud.h"

/// What a run has done to a cloud that it should not have (spec/temporary-permissions.md E2). The
/// measure is what the fault-free run does to the same cloud, never an execution's status.
namespace stint::explore {

enum class Severity : std::uint8_t {
  none,
  litter,  ///< something remains that gives nobody a permission
  latent,  ///< a permission remains that nobody wears now: a role, a profile, a policy, a key
  lost,    ///< an instance lost its permissions or its profile, or a thing that was there is gone
  escalation  ///< somebody has permissions that they did not have before
};
std::string_view to_string(Severity severity);

/// What became of the permissions of one instance, role or user.
struct Holder {
  std::string name;                     ///< "instance i-...", "role NAME"
  std::string before, expected, after;  ///< of an instance: names of profiles; empty: none
  bool dangling = false;                ///< it wears a profile that is no more
  std::vector<std::string> wider;       ///< "s3:GetObject on *": allowed now and not before
  std::vector<std::string> narrower;    ///< allowed before and not now
};

struct Damage {
  Severity severity = Severity::none;
  std::vector<cloud::Change> left;     ///< made by the run and still there
  std::vector<cloud::Change> gone;     ///< was there, is not any more
  std::vector<cloud::Change> changed;  ///< is other than it was
  std::vector<Holder> holders;         ///< whose permissions are not what they should be

  /// Equal for damages of one kind: what is left, gone, changed, and how holders fare.
  std::string signature() const;
};

/// What a run may change.
struct Expected {
  std::vector<cloud::Change> changes;           ///< lasting ones of the fault-free run
  std::map<std::string, std::string> profiles;  ///< instance -> profile ARN that somebody else set
  std::vector<std::string> ignored;             ///< keys of what an earlier run left: no loss
  std::vector<std::string> foreign;             ///< keys that somebody else changed
};

/// What one set of policies allows more and less than another one: found once for each two sets.
struct Difference {
  std::vector<std::string> wider, narrower;
};
using Differences =
    std::map<std::pair<std::vector<std::string>, std::vector<std::string>>, Difference>;

Damage assess(const cloud::State& before, const cloud::State& after, const Expected& expected,
              Time now, Differences& known);

/// The ARN of the profile that an instance wears or is about to; empty: none.
std::string profile_of(const cloud::State& state, std::string_view account, std::string_view region,
                       std::string_view instance);

}  // namespace stint::explore

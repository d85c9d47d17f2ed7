// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "cloud/principal.h"
#include "cloud/state.h"
#include "policy/policy.h"

namespace stint::cloud {

/// The policies that bear on whatever one principal does, parsed; kept until a role, user or
/// managed policy that they came from is changed.
struct Prepared {
  policy::Policies policies;
  policy::Subject subject;
  std::map<std::string, std::string> tags;  ///< aws:PrincipalTag: the role's or user's, then the
                                            ///< session's
  /// The condition keys that its statements ask for, in lower case; any key may be asked for when
  /// there are variables, or policies of resources besides.
  std::vector<std::string> keys;
  bool any_key = false;
};

/// Whether a statement has a condition or a variable: else nobody reads the keys of a request.
bool asks_for_keys(const std::vector<policy::Named>& policies);

/// Parsed policies by principal. Beside the state, never part of its value: copies share what is
/// known so far.
class Permissions {
 public:
  /// Valid until the next call.
  const Prepared& of(const State& state, const Principal& principal);

 private:
  struct Kept {
    Principal principal;
    std::shared_ptr<const iam::Role> role;
    std::shared_ptr<const iam::User> user;
    /// The user's groups, by name; null: there was none of that name.
    std::vector<std::pair<std::string, std::shared_ptr<const iam::Group>>> groups;
    /// Attached policies and the boundary, by ARN; null: there was none of that name.
    std::vector<std::pair<std::string, std::shared_ptr<const iam::Policy>>> managed;
    Prepared prepared;
  };
  static bool fresh(const State& state, const Principal& principal, const Kept& kept);
  static Kept make(const State& state, const Principal& principal);

  std::unordered_map<std::string, std::shared_ptr<const Kept>> kept_;
  std::shared_ptr<const Kept> last_;  ///< of whoever was asked for last: often asked for again
};

}  // namespace stint::cloud

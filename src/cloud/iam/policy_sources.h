// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cloud/cloud.h"
#include "policy/policy.h"

/// The policies of a user, group or role with their texts, for whoever explains them.
namespace stint::cloud::iam {

struct Source {
  policy::Named named;  ///< SourcePolicyId and the parsed document
  std::string text;
  std::string kind;  ///< SourcePolicyType
};
using PolicySources = std::vector<Source>;

struct PolicyHolder {
  PolicySources identity;  ///< a user's with those of its groups
  std::optional<PolicySources> boundary;
  policy::Subject subject;  ///< a group has only its account
};

/// Errors: InvalidInput (no ARN of a user, group or role of this account), NoSuchEntity.
Result<PolicyHolder> find_holder(const Call& call, const std::string& arn);

}  // namespace stint::cloud::iam

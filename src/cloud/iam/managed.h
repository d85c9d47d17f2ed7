// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string_view>

#include "cloud/iam/state.h"

namespace stint::cloud::iam {

/// AWS's own managed policies, by ARN (arn:aws:iam::aws:policy/NAME); the same for all accounts.
const Table<Policy>& aws_policies();

/// A managed policy of the account or of AWS; null: there is none.
std::shared_ptr<const Policy> find_policy(const State& state, std::string_view arn);

}  // namespace stint::cloud::iam

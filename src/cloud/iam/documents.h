// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "cloud/state.h"

namespace stint::cloud::iam {

/// Reads a trust policy as IAM takes it. Errors: MalformedPolicyDocument, also when it names a
/// user or role that is not there ('Invalid principal in policy: "AWS":"arn:..."').
Result<void> check_trust(const cloud::State& state, std::string_view document);

/// The characters that count against a quota: IAM leaves out white space.
std::size_t counted_size(std::string_view document);

}  // namespace stint::cloud::iam

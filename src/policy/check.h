// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stint::policy {

/// A MalformedPolicyDocument with this text.
std::unexpected<Error> malformed(std::string text);

/// "vendor:name", or "*".
Result<void> check_action(std::string_view action);

/// What IAM checks of one entry of Resource or NotResource, and the text it refuses it with.
/// Recorded from CreatePolicy. An ARN whose parts are left out at the end is fine ("arn:aws:ec2").
Result<void> check_resource(std::string_view resource);
/// IAM's older parser looks at resources once more: five colons, or no empty part, and a service.
bool passes_legacy(std::string_view resource);

/// The ARNs that a checked resource means: left-out parts become "*", and a partition with
/// wildcards becomes the partitions it matches, so that no wildcard can reach into the service.
std::vector<std::string> complete_resource(std::string_view resource);

}  // namespace stint::policy

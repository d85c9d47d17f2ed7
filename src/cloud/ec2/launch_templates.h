// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cloud/cloud.h"

namespace stint::cloud::ec2 {

/// A RunInstances request with what its LaunchTemplate says and it does not say itself. Errors:
/// InvalidLaunchTemplateId.*, InvalidLaunchTemplateName.*.
Result<Value> with_template(const Call& call, const Value& in);

}  // namespace stint::cloud::ec2

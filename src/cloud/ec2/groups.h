// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cloud/ec2/things.h"

namespace stint::cloud::ec2 {

/// The group that GroupId or GroupName (of the default VPC) of a request means. Errors:
/// MissingParameter, InvalidGroup.NotFound, InvalidGroupId.Malformed.
Result<SecurityGroup> named_group(const Call& call, const Value& in);

/// Rules in the shape of IpPermissions: those of the same traffic together.
Value::List permissions(const std::vector<GroupRule>& rules, bool egress);

}  // namespace stint::cloud::ec2

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/result.h"
#include "cloud/ssm/state.h"

namespace stint::cloud::ssm {

/// Checks the policies of a version and notes when it expires (Systems Manager User Guide,
/// "Assigning parameter policies"). Only the Expiration policy does anything here: the two that
/// send notifications are kept and shown. Errors: ValidationException for a standard parameter or
/// text that is no list; PoliciesLimitExceededException, InvalidPolicyTypeException,
/// InvalidPolicyAttributeException, IncompatiblePolicyException.
Result<void> read_policies(ParameterVersion& version);

}  // namespace stint::cloud::ssm

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cloud/cloud.h"

namespace stint::cloud::ec2 {

/// Takes over the metadata options that a request names; the others stay. Errors:
/// InvalidParameterValue.
Result<void> set_metadata_options(const Value& given, MetadataOptions& to);

}  // namespace stint::cloud::ec2

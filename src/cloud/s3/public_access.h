// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "cloud/s3/state.h"

/// S3 User Guide, "Blocking public access to your Amazon S3 storage".
namespace stint::cloud::s3 {

/// Whether one of the four settings of the bucket is on ("BlockPublicPolicy").
bool blocks(const Bucket& bucket, std::string_view setting);

/// "The meaning of public": an Allow for everybody whose conditions do not tie it to fixed values.
bool is_public_policy(std::string_view policy);

}  // namespace stint::cloud::s3

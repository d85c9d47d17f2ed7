// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cloud/cloud.h"

namespace stint::cloud::s3 {

/// The operations of s3, sorted by name.
ServiceTable table();

}  // namespace stint::cloud::s3

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cloud/cloud.h"

namespace stint::cloud::ec2 {

/// The operations of ec2, sorted by name.
ServiceTable table();

}  // namespace stint::cloud::ec2

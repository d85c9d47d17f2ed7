// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cloud/cloud.h"

namespace stint::cloud::sqs {

/// The operations of sqs, sorted by name.
ServiceTable table();

}  // namespace stint::cloud::sqs

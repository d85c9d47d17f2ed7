// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "cloud/cloud.h"

namespace stint::cloud {

/// Adds the global condition keys of a request (IAM User Guide, "AWS global condition context
/// keys") to those that the operation has set; what is set stays.
void add_global_keys(const Caller& caller, const Prepared& prepared, std::string_view service,
                     std::string_view resource, std::string_view region, Time now,
                     policy::Context& out);

}  // namespace stint::cloud

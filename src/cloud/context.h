// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "cloud/cloud.h"

namespace stint::cloud {

/// What the global condition keys of a request tell of.
struct Circumstances {
  const Caller& caller;
  const Prepared& prepared;
  std::string_view service, resource, region;
  Time now;
  bool any_key;  ///< else only those that the caller's policies ask for are worth making
};

/// Adds the global condition keys of a request (IAM User Guide, "AWS global condition context
/// keys") to those that the operation has set; what is set stays.
void add_global_keys(const Circumstances& of, policy::Context& out);

}  // namespace stint::cloud

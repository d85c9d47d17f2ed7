// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "cloud/cloud.h"

namespace stint::cloud::ssm {

/// Filters of the listings of compliance, which look at a row's members.
class ComplianceFilters {
 public:
  /// Errors: InvalidFilter.
  static Result<ComplianceFilters> read(const Value& in);
  bool pass(const Value& row) const;

 private:
  struct Filter {
    std::string key, how;
    std::vector<std::string> values;
  };
  std::vector<Filter> filters_;
};

/// The AWS structure ComplianceExecutionSummary.
Value execution_summary(const Compliance& compliance);

}  // namespace stint::cloud::ssm

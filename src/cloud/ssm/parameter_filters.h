// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "cloud/ssm/state.h"
#include "value/value.h"

namespace stint::cloud::ssm {

/// ParameterFilters (and the older Filters) of DescribeParameters and GetParametersByPath.
class ParameterFilters {
 public:
  enum class Use { describe, by_path };
  /// Errors: InvalidFilterKey, InvalidFilterOption, InvalidFilterValue.
  static Result<ParameterFilters> read(const Value& in, Use use);

  /// The version that passes all filters: the newest, or the one that a Label filter means; nullptr
  /// when the parameter is not shown.
  const ParameterVersion* version(const Parameter& parameter) const;

 private:
  struct Filter {
    std::string key, option;
    std::vector<std::string> values;
  };
  static bool passes(const Filter& filter, const Parameter& parameter);
  std::vector<Filter> filters_;
};

}  // namespace stint::cloud::ssm

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "value/value.h"

/// Canned answers for operations the embedded cloud lacks (`--mocks FILE`, interfaces.md).
namespace stint::world {

class Mocks {
 public:
  /// Reads YAML or JSON: a list of {call, when, answer | answers, delay}. Errors name the place.
  static Result<Mocks> parse(std::string_view text, std::string_view source_name);
  /// The benchmark's form: "service.Operation" -> answer.
  static Mocks from_table(const Value& answers);

  /// The answer of the first mock that matches; none: no mock matches. `service.operation` as the
  /// model spells it; `delay` receives how long the answer takes.
  std::optional<Result<Value>> answer(const std::string& service, const std::string& operation,
                                      const Value& input, Duration* delay = nullptr);
  bool empty() const { return mocks_.empty(); }

 private:
  struct Mock {
    Value when;                  ///< a subset of the input, or null
    std::vector<Value> answers;  ///< given in turn, the last one stays
    std::size_t next = 0;
    Duration delay{0};
  };
  std::map<std::string, std::vector<Mock>, std::less<>>
      mocks_;  ///< by "service.operation", lower case
};

}  // namespace stint::world

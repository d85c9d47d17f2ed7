// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/time.h"
#include "cloud/state.h"

namespace stint::cloud {

/// What things are, in two numbers, but for the times in them: two clouds that did the same at
/// other times have equal prints. Made once for each thing, whatever clouds it is in.
class Prints {
 public:
  using Hash = std::pair<std::uint64_t, std::uint64_t>;
  /// Visits each thing that is not the same in both, in the order of their places and names, with
  /// its times in the order of its fields; the settings are one of them.
  using Visit = std::function<void(const Hash& hash, std::span<const Time> times)>;
  void each_change(const State& since, const State& now, const Visit& visit);

 private:
  struct Kept {
    std::shared_ptr<const void> thing;  ///< alive, so that its address stays its own
    Hash hash;
    std::vector<Time> times;
  };
  std::unordered_map<const void*, Kept> kept_;
};

}  // namespace stint::cloud

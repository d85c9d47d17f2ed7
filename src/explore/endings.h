// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "explore/damage.h"
#include "explore/walk.h"

/// How runs end from where another case has been: what comes then is known.
namespace stint::explore {

/// What a case comes to. The numbers are Endings' own, and differ from run to run.
struct Ending {
  std::uint32_t damage = 0;  ///< severity and signature
  std::uint32_t place = 0;   ///< where it was decided
  friend auto operator<=>(const Ending&, const Ending&) = default;
};

/// Shared by all threads: an ending is the same whoever finds it.
class Endings {
 public:
  Ending ending(Severity severity, std::string_view signature, std::string_view place);
  static Severity severity(Ending ending) { return static_cast<Severity>(ending.damage & 7); }
  /// The same damage, decided elsewhere.
  Ending at_place(Ending ending, std::string_view place);
  /// Of the damage and the place: cases with equal ones are alike. Empty: it is clean.
  std::string signature(Ending ending) const;

  /// A case on its way, from its fault to its end.
  struct Step {
    Standing standing;
    std::uint64_t asked = 0;  ///< the operations that were called from here to the next step
  };
  struct Found {
    Ending ending;
    std::uint64_t asked = 0;  ///< the operations that were called from there to the end
  };
  std::optional<Found> find(const Standing& standing);
  /// A case that has passed `steps` has ended so, or come to where this was found.
  void add(const std::vector<Step>& steps, const Found& found);

  /// What one fault at the call that a run stands before comes to, if nothing further goes wrong.
  struct Fork {
    Fault fault;  ///< its call is nobody's
    Ending ending;
    bool decided_before = false;  ///< the place is the one where the run had been decided
  };
  using Forks = std::shared_ptr<const std::vector<Fork>>;
  /// Of all faults that follow from where a run stands; null: nobody has stood there.
  Forks find_forks(const Standing::Key& whole);
  void add_forks(const Standing::Key& whole, std::vector<Fork> forks);

 private:
  static constexpr std::size_t shards = 16;
  static constexpr std::size_t most_in_shard = 2'000'000 / shards;     // 100 MiB in all
  static constexpr std::size_t most_forks_in_shard = 50'000 / shards;  // 80 MiB in all
  /// The place is the one where the case has been decided already when it passes here.
  static constexpr std::uint32_t earlier = ~std::uint32_t{0};
  struct Hash {
    std::size_t operator()(const Standing::Key& key) const { return key.first ^ key.second; }
  };
  struct Shard {
    std::mutex mutex;
    boost::unordered_flat_map<Standing::Key, Found, Hash> known;
    boost::unordered_flat_map<Standing::Key, Forks, Hash> forks;
  };
  struct Names {
    std::vector<std::string> all;
    boost::unordered_flat_map<std::string, std::uint32_t> numbers;
    std::uint32_t number(std::string_view name);
  };
  Shard& shard_of(const Standing::Key& key) { return shards_[key.second % shards]; }
  std::optional<Found> find(const Standing::Key& key);
  std::uint32_t place(std::string_view name);

  std::array<Shard, shards> shards_;
  mutable std::mutex names_mutex_;
  Names damages_, places_;
};

}  // namespace stint::explore

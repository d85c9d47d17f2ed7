// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "explore/endings.h"

#include <algorithm>

namespace stint::explore {

std::uint32_t Endings::Names::number(std::string_view name) {
  const auto [found, fresh] =
      numbers.try_emplace(std::string(name), static_cast<std::uint32_t>(all.size()));
  if (fresh) all.emplace_back(name);
  return found->second;
}

Ending Endings::ending(Severity severity, std::string_view signature, std::string_view place) {
  std::lock_guard lock(names_mutex_);
  return {.damage = damages_.number(signature) << 3 | static_cast<std::uint32_t>(severity),
          .place = places_.number(severity == Severity::none ? std::string_view() : place)};
}

std::uint32_t Endings::place(std::string_view name) {
  std::lock_guard lock(names_mutex_);
  return places_.number(name);
}

Ending Endings::at_place(Ending ending, std::string_view place) {
  if (severity(ending) != Severity::none) ending.place = this->place(place);
  return ending;
}

std::string Endings::signature(Ending ending) const {
  if (severity(ending) == Severity::none) return "";
  std::lock_guard lock(names_mutex_);
  return damages_.all[ending.damage >> 3] + "@" + places_.all[ending.place];
}

std::optional<Endings::Found> Endings::find(const Standing::Key& key) {
  Shard& shard = shard_of(key);
  std::lock_guard lock(shard.mutex);
  const auto found = shard.known.find(key);
  return found == shard.known.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Endings::Found> Endings::find(const Standing& standing) {
  std::optional<Found> found = find(standing.key);
  // What is denied here may be what was called there.
  if (standing.denied != 0 && (!found || (found->asked & standing.denied) != 0))
    found = find(standing.whole);
  if (found && found->ending.place == earlier) found->ending.place = place(standing.decided_at);
  return found;
}

void Endings::add(const std::vector<Step>& steps, const Found& found) {
  std::uint64_t asked = found.asked;
  for (std::size_t i = steps.size(); i-- > 0;) {
    const Standing& standing = steps[i].standing;
    asked |= steps[i].asked;
    Found known{.ending = found.ending, .asked = asked};
    if (severity(known.ending) != Severity::none && !standing.decided_at.empty() &&
        place(standing.decided_at) == known.ending.place)
      known.ending.place = earlier;
    const Standing::Key& key = (standing.denied & asked) == 0 ? standing.key : standing.whole;
    Shard& shard = shard_of(key);
    std::lock_guard lock(shard.mutex);
    if (shard.known.size() >= most_in_shard) shard.known.clear();  // some cases go on for longer
    shard.known.emplace(key, known);
  }
}

Endings::Forks Endings::find_forks(const Standing::Key& whole) {
  Shard& shard = shard_of(whole);
  std::lock_guard lock(shard.mutex);
  const auto found = shard.forks.find(whole);
  return found == shard.forks.end() ? nullptr : found->second;
}

void Endings::add_forks(const Standing::Key& whole, std::vector<Fork> forks) {
  Shard& shard = shard_of(whole);
  std::lock_guard lock(shard.mutex);
  if (shard.forks.size() < most_forks_in_shard)
    shard.forks.emplace(whole, std::make_shared<const std::vector<Fork>>(std::move(forks)));
}

}  // namespace stint::explore

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace stint::cloud {

/// Named things of one kind, in name order. A value that is cheap to copy and to compare: copies
/// share the map and every thing in it until one of them changes it (copy on write), so a world
/// forks in microseconds and two worlds differ only where pointers differ.
template <class T>
class Table {
 public:
  using Map = std::map<std::string, std::shared_ptr<const T>, std::less<>>;

  const T* find(std::string_view key) const {
    auto found = map_->find(key);
    return found == map_->end() ? nullptr : found->second.get();
  }
  /// The same, kept alive; a change of the thing makes another one.
  std::shared_ptr<const T> share(std::string_view key) const {
    auto found = map_->find(key);
    return found == map_->end() ? nullptr : found->second;
  }
  bool contains(std::string_view key) const { return map_->find(key) != map_->end(); }
  /// The thing, ours alone to change; nullptr when there is none. Valid until the next change of
  /// the table.
  T* edit(std::string_view key) {
    if (!contains(key)) return nullptr;
    auto& held = own().find(key)->second;
    if (held.use_count() != 1) {
      held = std::make_shared<T>(*held);
    } else {
      std::atomic_thread_fence(std::memory_order_acquire);  // after the reads of a former sharer
    }
    return const_cast<T*>(held.get());  // made as a plain T: only the handle says const
  }
  /// Adds or replaces.
  T& put(std::string key, T value) {
    auto made = std::make_shared<T>(std::move(value));
    T& result = *made;
    own().insert_or_assign(std::move(key), std::move(made));
    return result;
  }
  bool erase(std::string_view key) {
    if (!contains(key)) return false;
    Map& map = own();
    map.erase(map.find(key));
    return true;
  }
  std::size_t size() const { return map_->size(); }
  bool empty() const { return map_->empty(); }
  /// Pairs of name and std::shared_ptr<const T>. A change of the table ends the iteration.
  typename Map::const_iterator begin() const { return map_->begin(); }
  typename Map::const_iterator end() const { return map_->end(); }
  typename Map::const_iterator lower_bound(std::string_view key) const {
    return map_->lower_bound(key);
  }
  /// True when both are copies of one another and neither was changed since.
  bool same_as(const Table& other) const { return map_ == other.map_; }

 private:
  Map& own() {
    if (map_.use_count() != 1) {
      map_ = std::make_shared<Map>(*map_);
    } else {
      std::atomic_thread_fence(std::memory_order_acquire);
    }
    return const_cast<Map&>(*map_);
  }
  std::shared_ptr<const Map> map_ = std::make_shared<Map>();
};

}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/s3/state.h"

#include <algorithm>

namespace stint::cloud::s3 {
namespace {

template <class T>
void add_hashes(const Table<T>& table, std::vector<std::string>& out) {
  for (const auto& [name, thing] : table) thing->body.add_hashes(out);
}

template <class T>
Result<void> take(Table<T>& table, const BodyStore* store) {
  std::vector<std::string> names;
  for (const auto& [name, thing] : table)
    if (thing->body.stored()) names.push_back(name);
  for (const std::string& name : names) {
    Body body = TRY(table.find(name)->body.in_memory(store));
    table.edit(name)->body = std::move(body);
  }
  return {};
}

}  // namespace

std::vector<std::string> stored_bodies(const State& state) {
  std::vector<std::string> out;
  add_hashes(state.objects, out);
  add_hashes(state.versions, out);
  add_hashes(state.parts, out);
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

Result<void> take_into_memory(State& state, const BodyStore* store) {
  TRY(take(state.objects, store));
  TRY(take(state.versions, store));
  return take(state.parts, store);
}

}  // namespace stint::cloud::s3

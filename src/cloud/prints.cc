// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/prints.h"

#include <bit>

#include "cloud/fields.h"
#include "cloud/tables.h"
#include "value/digest.h"

namespace stint::cloud {
namespace {

/// Things that are kept at a time.
constexpr std::size_t most_prints = 50'000;

/// As to_value, without making one.
template <class T>
void print_into(const T& x, Digest& digest, std::vector<Time>& times) {
  if constexpr (HasForm<T>) {
    digest.add(x.form());
  } else if constexpr (HasFields<T>) {
    T::fields(x, [&](std::string_view, const auto& member) { print_into(member, digest, times); });
  } else if constexpr (std::same_as<T, Value>) {
    digest.add(x);
  } else if constexpr (std::same_as<T, std::string>) {
    digest.add(std::string_view(x));
  } else if constexpr (std::same_as<T, double>) {
    digest.add(std::bit_cast<std::uint64_t>(x));
  } else if constexpr (std::same_as<T, Time>) {
    times.push_back(x);
  } else if constexpr (std::same_as<T, Duration>) {
    digest.add(static_cast<std::int64_t>(x.count()));
  } else if constexpr (fields::is_optional<T>) {
    digest.add(std::uint64_t{x.has_value()});
    if (x) print_into(*x, digest, times);
  } else if constexpr (fields::is_vector<T>) {
    digest.add(std::uint64_t{x.size()});
    for (const auto& item : x) {
      // The items of std::vector<bool> are no references.
      const typename T::value_type& each = item;
      print_into(each, digest, times);
    }
  } else if constexpr (fields::is_map<T>) {
    digest.add(std::uint64_t{x.size()});
    for (const auto& [key, item] : x) {
      digest.add(std::string_view(key));
      print_into(item, digest, times);
    }
  } else {
    digest.add(static_cast<std::int64_t>(x));
  }
}

void add_name(const tables::Place& place, std::string_view table, std::string_view name,
              Digest& digest) {
  for (std::string_view part : {place.service, place.account, place.region, table, name})
    digest.add(part);
}

}  // namespace

void Prints::each_change(const State& since, const State& now, const Visit& visit) {
  if (since.propagation != now.propagation || since.scripted != now.scripted) {
    Digest digest;
    std::vector<Time> times;
    print_into(now.propagation, digest, times);
    print_into(now.scripted, digest, times);
    visit(digest.value(), times);
  }
  if (kept_.size() > most_prints) kept_.clear();
  tables::each_changed(
      since, now,
      [&]<class T>(const tables::Place& place, std::string_view table, const Table<T>& before,
                   const Table<T>& after) {
        const auto print = [&](const std::string& name,
                               const std::shared_ptr<const T>& thing) -> const Kept& {
          auto [kept, fresh] = kept_.try_emplace(thing.get());
          if (fresh) {
            kept->second.thing = thing;
            Digest digest;
            add_name(place, table, name, digest);
            print_into(*thing, digest, kept->second.times);
            kept->second.hash = digest.value();
          }
          return kept->second;
        };
        tables::each_thing(before, after,
                           [&](const std::string& name, const std::shared_ptr<const T>* was,
                               const std::shared_ptr<const T>* is) {
                             if (!is) {
                               Digest digest;
                               add_name(place, table, name, digest);
                               return visit(digest.value(), {});
                             }
                             const Kept& made = print(name, *is);
                             if (was) {
                               const Kept& old = print(name, *was);
                               if (old.hash == made.hash && old.times == made.times) return;
                             }
                             visit(made.hash, made.times);
                           });
      });
}

}  // namespace stint::cloud

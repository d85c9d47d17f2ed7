// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <optional>
#include <string_view>

#include "base/check.h"
#include "cloud/state.h"

/// The tables of two states side by side, for whoever compares them.
namespace stint::cloud::tables {

/// Whose table it is; region and account are empty where a service has none.
struct Place {
  std::string_view service, account, region;
};

/// Visits what two maps hold under the same keys; what one of them lacks counts as empty.
template <class T, class Visit>
void for_pairs(const std::map<std::string, T, std::less<>>& before,
               const std::map<std::string, T, std::less<>>& after, Visit visit) {
  std::optional<T> none;
  const auto nothing = [&]() -> const T& { return none ? *none : none.emplace(); };
  for (const auto& [key, was] : before)
    if (!after.contains(key)) visit(key, was, nothing());
  for (const auto& [key, is] : after) {
    const auto was = before.find(key);
    visit(key, was == before.end() ? nothing() : was->second, is);
  }
}

/// Tables of one service.
inline constexpr std::size_t most_tables = 64;

template <class S, class Visit>
void of_service(const Place& place, const S& before, const S& after, Visit& visit) {
  std::array<const void*, most_tables> tables;
  std::size_t count = 0;
  S::tables(before, [&](std::string_view, const auto& table) {
    STINT_CHECK(count < most_tables);
    tables[count++] = &table;
  });
  std::size_t next = 0;
  S::tables(after, [&]<class T>(std::string_view name, const Table<T>& table) {
    // The same place in the same list: the type is the same too.
    const auto& was = *static_cast<const Table<T>*>(tables[next++]);
    if (!was.same_as(table)) visit(place, name, was, table);
  });
}

/// Calls `visit(place, table's name, before, after)` for each table that is not the same in both.
template <class Visit>
void each_changed(const State& before, const State& after, Visit visit) {
  for_pairs(before.accounts, after.accounts,
            [&](const std::string& id, const Account& was, const Account& is) {
              of_service({"iam", id, ""}, was.iam, is.iam, visit);
              for_pairs(was.regions, is.regions,
                        [&](const std::string& name, const Region& r_was, const Region& r_is) {
                          of_service({"ec2", id, name}, r_was.ec2, r_is.ec2, visit);
                          of_service({"kms", id, name}, r_was.kms, r_is.kms, visit);
                          of_service({"logs", id, name}, r_was.logs, r_is.logs, visit);
                          of_service({"sns", id, name}, r_was.sns, r_is.sns, visit);
                          of_service({"sqs", id, name}, r_was.sqs, r_is.sqs, visit);
                          of_service({"ssm", id, name}, r_was.ssm, r_is.ssm, visit);
                        });
            });
  of_service({"s3", "", ""}, before.s3, after.s3, visit);
  of_service({"sts", "", ""}, before.sts, after.sts, visit);
}

/// Calls `visit(name, was, is)` for each thing that is not the same in two tables; a null pointer
/// for what one of them lacks. Both are pointers to std::shared_ptr<const T>.
template <class T, class Visit>
void each_thing(const Table<T>& before, const Table<T>& after, Visit visit) {
  using Held = const std::shared_ptr<const T>*;
  auto b = before.begin(), a = after.begin();
  while (b != before.end() || a != after.end()) {
    if (a == after.end() || (b != before.end() && b->first < a->first)) {
      visit(b->first, &b->second, Held());
      ++b;
    } else if (b == before.end() || a->first < b->first) {
      visit(a->first, Held(), &a->second);
      ++a;
    } else {
      if (a->second != b->second) visit(a->first, &b->second, &a->second);
      ++a;
      ++b;
    }
  }
}

}  // namespace stint::cloud::tables

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/state.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace stint::cloud {
namespace {

constexpr std::string_view settings_key = "settings";
constexpr std::string_view random_key = "random";

Value settings_of(const State& state) {
  return object({{"default_account", state.default_account},
                 {"default_region", state.default_region},
                 {"propagation", to_value(state.propagation)},
                 {"scripted", to_value(state.scripted)}});
}

bool same_settings(const State& a, const State& b) {
  return a.default_account == b.default_account && a.default_region == b.default_region &&
         a.propagation == b.propagation && a.scripted == b.scripted;
}

Result<void> read_settings(const Value& in, State& state) {
  if (!in.is_object()) return fields::wrong(in, "an object");
  if (const Value* account = in.find("default_account"))
    TRY(from_value(*account, state.default_account));
  if (const Value* region = in.find("default_region"))
    TRY(from_value(*region, state.default_region));
  if (const Value* propagation = in.find("propagation"))
    TRY(from_value(*propagation, state.propagation));
  if (const Value* scripted = in.find("scripted")) TRY(from_value(*scripted, state.scripted));
  return {};
}

/// Calls `visit(prefix, table)` for every table of a state; a thing's key is "PREFIX/NAME".
template <class S, class Visit>
void each_table(S& state, Visit visit) {
  auto under = [&](std::string place, auto& of) {
    std::remove_cvref_t<decltype(of)>::tables(of, [&](std::string_view name, auto& table) {
      visit(fmt::format("{}/{}", place, name), table);
    });
  };
  for (auto& [id, account] : state.accounts) {
    under("iam/" + id, account.iam);
    for (auto& [name, region] : account.regions) {
      under(fmt::format("ec2/{}/{}", id, name), region.ec2);
      under(fmt::format("kms/{}/{}", id, name), region.kms);
      under(fmt::format("logs/{}/{}", id, name), region.logs);
      under(fmt::format("sns/{}/{}", id, name), region.sns);
      under(fmt::format("sqs/{}/{}", id, name), region.sqs);
      under(fmt::format("ssm/{}/{}", id, name), region.ssm);
    }
  }
  under("s3", state.s3);
  under("sts", state.sts);
}

template <class T>
void compare(const std::string& prefix, const Table<T>& before, const Table<T>& after,
             std::vector<Change>& out) {
  if (before.same_as(after)) return;
  auto add = [&](const std::string& name, const T* was, const T* is) {
    Value old = was ? to_value(*was) : Value(), now = is ? to_value(*is) : Value();
    if (old == now) return;
    out.push_back({fmt::format("{}/{}", prefix, name), std::move(old), std::move(now)});
  };
  auto b = before.begin(), a = after.begin();
  while (b != before.end() || a != after.end()) {
    if (a == after.end() || (b != before.end() && b->first < a->first)) {
      add(b->first, b->second.get(), nullptr);
      ++b;
    } else if (b == before.end() || a->first < b->first) {
      add(a->first, nullptr, a->second.get());
      ++a;
    } else {
      if (a->second != b->second) add(a->first, b->second.get(), a->second.get());
      ++a;
      ++b;
    }
  }
}

/// The tables of one service side by side. The names of those that are the same are never made.
template <class S>
void compare_service(const std::string& place, const S& before, const S& after,
                     std::vector<Change>& out) {
  std::vector<const void*> tables;
  S::tables(before, [&](std::string_view, const auto& table) { tables.push_back(&table); });
  std::size_t next = 0;
  S::tables(after, [&]<class T>(std::string_view name, const Table<T>& table) {
    // The same place in the same list: the type is the same too.
    const auto& was = *static_cast<const Table<T>*>(tables[next++]);
    if (!was.same_as(table)) compare(fmt::format("{}/{}", place, name), was, table, out);
  });
}

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

/// Reads one thing into the table that the visit of a service's tables finds by name.
template <class S>
Result<void> read_thing(S& of, std::string_view table_name, std::string_view name,
                        const Value& value) {
  bool known = false;
  Result<void> result;
  S::tables(of, [&]<class T>(std::string_view held, Table<T>& table) {
    if (held != table_name) return;
    known = true;
    T thing;
    result = from_value(value, thing);
    if (result) table.put(std::string(name), std::move(thing));
  });
  if (!known) return fail(Code::invalid, fmt::format("there is no table '{}'", table_name));
  return result;
}

/// Takes the text up to the next slash.
std::string_view take_part(std::string_view& rest) {
  const std::size_t slash = rest.find('/');
  std::string_view part = rest.substr(0, slash);
  rest = slash == rest.npos ? std::string_view() : rest.substr(slash + 1);
  return part;
}

Result<void> read_entity(std::string_view key, const Value& value, State& state) {
  if (key == settings_key) return read_settings(value, state);
  if (key == random_key) {
    if (value.is_text() && state.random.restore(value.as_text())) return {};
    return fail(Code::invalid, "this is no saved generator");
  }
  std::string_view rest = key;
  const std::string_view service = take_part(rest);
  auto into = [&](auto& of) {
    const std::string_view table = take_part(rest);
    return read_thing(of, table, rest, value);
  };
  if (service == "s3") return into(state.s3);
  if (service == "sts") return into(state.sts);
  constexpr std::string_view regional[] = {"ec2", "kms", "logs", "sns", "sqs", "ssm"};
  if (service != "iam" && !std::ranges::binary_search(regional, service))
    return fail(Code::invalid, fmt::format("there is no service '{}'", service));
  const std::string_view account = take_part(rest);
  if (service == "iam") return into(state.account(account).iam);
  const std::string_view region = take_part(rest);
  Region& place = state.region(account, region);
  if (service == "ec2") return into(place.ec2);
  if (service == "kms") return into(place.kms);
  if (service == "logs") return into(place.logs);
  if (service == "sns") return into(place.sns);
  if (service == "sqs") return into(place.sqs);
  return into(place.ssm);
}

}  // namespace

Account& State::account(std::string_view id) {
  auto found = accounts.find(id);
  if (found == accounts.end()) found = accounts.emplace(std::string(id), Account()).first;
  return found->second;
}

const iam::State* State::find_iam(std::string_view id) const {
  auto found = accounts.find(id);
  return found == accounts.end() ? nullptr : &found->second.iam;
}

Region& State::region(std::string_view account_id, std::string_view name) {
  auto& regions = account(account_id).regions;
  auto found = regions.find(name);
  if (found == regions.end()) found = regions.emplace(std::string(name), Region()).first;
  return found->second;
}

std::vector<Change> diff(const State& before, const State& after) {
  std::vector<Change> out;
  if (!same_settings(before, after))
    out.push_back({std::string(settings_key), settings_of(before), settings_of(after)});
  if (before.random != after.random)
    out.push_back({std::string(random_key), before.random.save(), after.random.save()});
  for_pairs(before.accounts, after.accounts,
            [&](const std::string& id, const Account& was, const Account& is) {
              compare_service("iam/" + id, was.iam, is.iam, out);
              for_pairs(was.regions, is.regions,
                        [&](const std::string& name, const Region& r_was, const Region& r_is) {
                          const std::string place = id + "/" + name;
                          compare_service("ec2/" + place, r_was.ec2, r_is.ec2, out);
                          compare_service("kms/" + place, r_was.kms, r_is.kms, out);
                          compare_service("logs/" + place, r_was.logs, r_is.logs, out);
                          compare_service("sns/" + place, r_was.sns, r_is.sns, out);
                          compare_service("sqs/" + place, r_was.sqs, r_is.sqs, out);
                          compare_service("ssm/" + place, r_was.ssm, r_is.ssm, out);
                        });
            });
  compare_service("s3", before.s3, after.s3, out);
  compare_service("sts", before.sts, after.sts, out);
  std::ranges::sort(out, {}, &Change::key);
  return out;
}

std::map<std::string, Value> entities(const State& state) {
  std::map<std::string, Value> out;
  out.emplace(settings_key, settings_of(state));
  out.emplace(random_key, state.random.save());
  each_table(state, [&](const std::string& prefix, const auto& table) {
    for (const auto& [name, thing] : table)
      out.emplace(fmt::format("{}/{}", prefix, name), to_value(*thing));
  });
  return out;
}

Result<State> restore(const std::map<std::string, Value>& entities) {
  State state;
  for (const auto& [key, value] : entities)
    if (auto read = read_entity(key, value, state); !read)
      return fail(Code::invalid, fmt::format("{}: {}.", key, read.error().message));
  return state;
}

}  // namespace stint::cloud

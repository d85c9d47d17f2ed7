// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/state.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "cloud/tables.h"

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

std::vector<Change> diff(const State& before, const State& after,
                         bool (*wanted)(std::string_view key)) {
  const auto counts = [&](std::string_view key) { return !wanted || wanted(key); };
  std::vector<Change> out;
  if (!same_settings(before, after) && counts(settings_key))
    out.push_back({std::string(settings_key), settings_of(before), settings_of(after)});
  if (before.random != after.random && counts(random_key))
    out.push_back({std::string(random_key), before.random.save(), after.random.save()});
  tables::each_changed(before, after,
                       [&]<class T>(const tables::Place& place, std::string_view table,
                                    const Table<T>& was, const Table<T>& is) {
                         std::string prefix(place.service);
                         for (std::string_view part : {place.account, place.region, table})
                           if (!part.empty()) prefix.append("/").append(part);
                         tables::each_thing(
                             was, is,
                             [&](const std::string& name, const std::shared_ptr<const T>* old,
                                 const std::shared_ptr<const T>* now) {
                               std::string key = prefix + "/" + name;
                               if (!counts(key)) return;
                               Value then = old ? to_value(**old) : Value();
                               Value made = now ? to_value(**now) : Value();
                               if (then == made) return;
                               out.push_back({std::move(key), std::move(then), std::move(made)});
                             });
                       });
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

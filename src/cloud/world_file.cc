// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/world_file.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/file.h"
#include "cloud/world_parts.h"
#include "cloud/world_reader.h"
#include "value/yaml.h"

namespace stint::cloud {
namespace {

using world::read_iam;
using world::read_region;

Result<void> check_account(const WorldReader& reader, Where where, std::string_view id) {
  if (id.size() == 12 && id.find_first_not_of("0123456789") == id.npos) return {};
  return reader.wrong(where, fmt::format("'{}' is no account id: those have twelve digits.", id));
}

Result<void> read_settings(const WorldReader& reader, const Value& world, State& state) {
  const Value& given = world["propagation"];
  TRY(reader.check_keys(given, "'propagation'", {"association", "iam_to_ec2", "imds", "instance"}));
  Propagation& out = state.propagation;
  out.iam_to_ec2 = TRY(reader.duration(given, "iam_to_ec2", out.iam_to_ec2));
  out.association = TRY(reader.duration(given, "association", out.association));
  out.imds = TRY(reader.duration(given, "imds", out.imds));
  out.instance = TRY(reader.duration(given, "instance", out.instance));
  std::int64_t seed = TRY(reader.integer(world, "seed", 1));
  state.random = Random(static_cast<std::uint64_t>(seed));
  std::string random = TRY(reader.text(world, "random"));
  if (!random.empty() && !state.random.restore(random))
    return reader.wrong(world["random"].where(), "'random' is not what 'world dump' wrote.");
  return {};
}

/// True when some section stands at the top instead of under its account.
bool uses_short_form(const Value& world) {
  for (const char* section :
       {"access_keys", "account_alias", "buckets", "documents", "groups", "identity_providers",
        "instances", "nodes", "parameters", "policies", "profiles", "roles", "users"})
    if (world[section].size()) return true;
  return false;
}

/// The account and Region that the short form is about; without it, the first that the file names.
Result<void> read_defaults(const WorldReader& reader, const Value& world, State& state) {
  const Value& accounts = world["accounts"];
  TRY(reader.check_map(accounts, "'accounts'"));
  std::string account = TRY(reader.text(world, "account"));
  if (account.empty()) {
    bool first = accounts.size() && !uses_short_form(world);
    account = first ? accounts.as_object().begin()->key : state.default_account;
  }
  TRY(check_account(reader, world["account"].where(), account));
  std::string region = TRY(reader.text(world, "region"));
  const Value& regions = accounts[account]["regions"];
  if (region.empty())
    region = regions.is_object() && regions.size() ? regions.as_object().begin()->key
                                                   : state.default_region;
  state.default_account = account;
  state.default_region = region;
  return {};
}

Result<void> read_accounts(const WorldReader& reader, const Value& world, Time created,
                           State& state) {
  // All IAM first, then what refers to it.
  TRY(read_iam(reader, world, state.default_account, created,
               state.accounts[state.default_account]));
  const Value& accounts = world["accounts"];
  if (!accounts.is_null())
    for (const auto& [id, account, where] : accounts.as_object()) {
      TRY(check_account(reader, where, id));
      TRY(reader.check_keys(account, fmt::format("account {}", id),
                            {"access_keys", "account_alias", "groups", "identity_providers",
                             "policies", "profiles", "regions", "roles", "users"}));
      TRY(read_iam(reader, account, id, created, state.accounts[id]));
    }
  TRY(read_region(reader, world, state.default_account, state.default_region, created, state));
  if (accounts.is_null()) return {};
  for (const auto& [id, account, where] : accounts.as_object()) {
    const Value& regions = account["regions"];
    TRY(reader.check_map(regions, "'regions'"));
    if (regions.is_null()) continue;
    for (const auto& [name, region, at] : regions.as_object()) {
      TRY(reader.check_keys(
          region, fmt::format("Region {}", name),
          {"buckets", "documents", "images", "instances", "nodes", "parameters"}));
      TRY(read_region(reader, region, id, name, created, state));
    }
  }
  return {};
}

bool names_keys(const Value& world) {
  if (world.find("access_keys")) return true;
  const Value& accounts = world["accounts"];
  return accounts.is_object() &&
         std::ranges::any_of(accounts.as_object(), [](const Object::Member& account) {
           return account.value.find("access_keys") != nullptr;
         });
}

/// The section `state`: things as `entities` has them; null takes one away.
Result<State> read_raw(const WorldReader& reader, const Value& raw, State state) {
  TRY(reader.check_map(raw, "'state'"));
  if (raw.is_null()) return state;
  std::map<std::string, Value> all = entities(state);
  for (const auto& [key, value, where] : raw.as_object()) {
    if (value.is_null()) {
      all.erase(key);
    } else {
      all[key] = value;
    }
  }
  auto restored = restore(all);
  if (!restored)
    return reader.wrong(raw.where(), fmt::format("'state': {}", restored.error().message));
  return restored;
}

}  // namespace

Result<State> make_world(const Value& world, const WorldOptions& options) {
  WorldReader reader(options.path);
  TRY(reader.check_keys(world, "a world file", {"access_keys", "account",   "account_alias",
                                                "accounts",    "buckets",   "created",
                                                "documents",   "groups",    "identity_providers",
                                                "images",      "instances", "nodes",
                                                "parameters",  "policies",  "profiles",
                                                "propagation", "random",    "region",
                                                "roles",       "seed",      "state",
                                                "users"}));
  State state;
  Time created = TRY(reader.time(world, "created", options.now - std::chrono::hours(24)));
  TRY(read_defaults(reader, world, state));
  TRY(read_settings(reader, world, state));
  TRY(read_accounts(reader, world, created, state));
  world::number_instances(state);
  if (!names_keys(world))  // the key that users of emulators have configured
    state.accounts[state.default_account].iam.access_keys.put(
        "test", {.id = "test", .secret = "test", .root = true, .created = created});
  return read_raw(reader, world["state"], std::move(state));
}

Result<State> read_world(const std::string& path, Time now) {
  std::string text = TRY(read_file(path));
  auto world = parse_json_or_yaml(text);
  if (!world) return fail(Code::invalid, fmt::format("{}: {}", path, world.error().message));
  return make_world(*world, {.path = path, .now = now});
}

}  // namespace stint::cloud

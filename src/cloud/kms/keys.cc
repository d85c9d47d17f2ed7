// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/kms/keys.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"

namespace stint::cloud::kms {
namespace {

const State* find_kms(const cloud::State& state, const Place& place) {
  auto account = state.accounts.find(place.account);
  if (account == state.accounts.end()) return nullptr;
  auto region = account->second.regions.find(place.region);
  return region == account->second.regions.end() ? nullptr : &region->second.kms;
}

bool uuid(std::string_view text) {
  if (text.starts_with("mrk-")) return true;
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

const Key* live(const State* kms, std::string_view id, Time now) {
  const Key* key = kms ? kms->keys.find(id) : nullptr;
  return key && key->deletion && *key->deletion <= now ? nullptr : key;
}

/// "arn:aws:kms:REGION:ACCOUNT:RESOURCE" in its parts.
struct Arn {
  Place place;
  std::string_view resource;
};
std::optional<Arn> read_arn(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() < 6 || parts[0] != "arn" || parts[2] != "kms") return std::nullopt;
  const std::size_t start = static_cast<std::size_t>(parts[5].data() - text.data());
  return Arn{{std::string(parts[4]), std::string(parts[3])}, text.substr(start)};
}

std::unexpected<Error> not_found(std::string text) {
  return fault("NotFoundException", std::move(text), 400, Code::not_found);
}

Result<Found> find_in(const cloud::State& state, const Place& place, std::string_view resource,
                      Time now) {
  const State* kms = find_kms(state, place);
  if (resource.starts_with("alias/")) {
    const Alias* alias = kms ? kms->aliases.find(resource) : nullptr;
    const Key* key = alias ? live(kms, alias->key, now) : nullptr;
    if (!key) return not_found(fmt::format("Alias {} is not found.", alias_arn(place, resource)));
    return Found{place, key};
  }
  if (!uuid(resource)) return not_found(fmt::format("Invalid keyId '{}'", resource));
  const Key* key = live(kms, resource, now);
  if (!key) return not_found(fmt::format("Key '{}' does not exist", key_arn(place, resource)));
  return Found{place, key};
}

}  // namespace

std::string key_arn(const Place& place, std::string_view id) {
  return fmt::format("arn:aws:kms:{}:{}:key/{}", place.region, place.account, id);
}
std::string alias_arn(const Place& place, std::string_view name) {
  return fmt::format("arn:aws:kms:{}:{}:{}", place.region, place.account, name);
}

Result<Found> find_key(const cloud::State& state, const Place& caller, std::string_view given,
                       Time now) {
  if (!given.starts_with("arn:")) return find_in(state, caller, given, now);
  const std::optional<Arn> arn = read_arn(given);
  if (!arn) return fault("InvalidArnException", fmt::format("Invalid arn {}", given));
  if (arn->place.region != caller.region)
    return not_found(fmt::format("Invalid arn {}", arn->place.region));
  if (arn->resource.starts_with("alias/")) return find_in(state, arn->place, arn->resource, now);
  if (!arn->resource.starts_with("key/"))
    return fault("InvalidArnException", fmt::format("Invalid arn {}", given));
  return find_in(state, arn->place, arn->resource.substr(4), now);
}

Result<Found> find_key(const Call& call, std::string_view given) {
  return find_key(call.state, {call.account, call.region}, given, call.now);
}

Result<Found> find_key_itself(const Call& call, std::string_view given) {
  if (given.starts_with("alias/")) return not_found(fmt::format("Invalid keyId {}", given));
  return find_key(call, given);
}

Found key_of_arn(const cloud::State& state, std::string_view arn, Time now) {
  const std::optional<Arn> parts = read_arn(arn);
  if (!parts || !parts->resource.starts_with("key/")) return {};
  const Key* key = live(find_kms(state, parts->place), parts->resource.substr(4), now);
  return {parts->place, key && key->arn == arn ? key : nullptr};
}

std::string arn_of(const Call& call, std::string_view given) {
  if (auto found = find_key(call, given)) return found->key->arn;
  if (given.starts_with("arn:")) return std::string(given);
  const Place place{call.account, call.region};
  return given.starts_with("alias/") ? alias_arn(place, given) : key_arn(place, given);
}

Result<void> not_pending(const Key& key) {
  if (!key.deletion) return {};
  return fault("KMSInvalidStateException", fmt::format("{} is pending deletion.", key.arn), 400,
               Code::conflict);
}

Result<void> usable(const Key& key) {
  TRY(not_pending(key));
  if (key.enabled) return {};
  return fault("DisabledException", fmt::format("{} is disabled.", key.arn), 400, Code::conflict);
}

Key& edit_key(Call& call, const Found& found) {
  // The id must outlive the change of the table that it comes from.
  const std::string id = found.key->id;
  return *call.state.region(found.place.account, found.place.region).kms.keys.edit(id);
}

std::unexpected<Error> invalid(std::string text) {
  return fault("ValidationException", std::move(text));
}

Pairs read_pairs(const Value& in) {
  Pairs out;
  if (in.is_object())
    for (const auto& [key, value, where] : in.as_object())
      if (value.is_text()) out[key] = value.as_text();
  return out;
}

Result<Value> page(const Value& in, std::string_view member,
                   const std::vector<std::pair<std::string, Value>>& rows, std::int64_t standard) {
  std::size_t first = 0;
  if (const std::string& marker = in.text("Marker"); !marker.empty()) {
    auto id = from_base64(marker);
    auto at = id ? std::ranges::find(rows, *id, &std::pair<std::string, Value>::first) : rows.end();
    if (at == rows.end())
      return fault("InvalidMarkerException",
                   fmt::format("The request was rejected because the marker that specifies where "
                               "pagination should next begin is not valid."));
    first = static_cast<std::size_t>(at - rows.begin()) + 1;
  }
  const std::int64_t limit = std::clamp<std::int64_t>(in.integer("Limit", standard), 1, 1000);
  const std::size_t end = std::min(rows.size(), first + static_cast<std::size_t>(limit));
  Value::List list;
  for (std::size_t i = first; i < end; ++i) list.push_back(rows[i].second);
  Object out{{member, Value(std::move(list))}, {"Truncated", end < rows.size()}};
  if (end < rows.size()) out.append("NextMarker", base64(rows[end - 1].first));
  return Value(std::move(out));
}

}  // namespace stint::cloud::kms

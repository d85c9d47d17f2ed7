// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/s3/versions.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "cloud/s3/bucket.h"

namespace stint::cloud::s3 {
namespace {

constexpr std::string_view version_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
constexpr std::size_t id_length = 32;

/// Whether it is the form of a version id at all: S3 tells that from an id that it does not have.
bool well_formed(std::string_view version) {
  return version == "null" || (version.size() == id_length &&
                               version.find_first_not_of(version_alphabet) == version.npos);
}

std::unexpected<Error> no_version_id() {
  return fault("InvalidArgument", "Invalid version id specified");
}

bool is_version(const ObjectEntry& entry, std::string_view version) {
  return entry.version.empty() ? version == "null" : entry.version == version;
}

/// The row in State::versions of one of `newest`'s older versions; empty: it has none such.
std::string older_row(const State& state, const ObjectEntry& newest, std::string_view version) {
  for (const std::string& row : newest.older)
    if (const ObjectEntry* held = state.versions.find(row); held && is_version(*held, version))
      return row;
  return {};
}

/// Takes the newest version away: the one below it comes up.
void promote(State& state, const std::string& place) {
  const std::vector<std::string> older = state.objects.find(place)->older;
  if (older.empty()) {
    state.objects.erase(place);
    return;
  }
  ObjectEntry next = *state.versions.find(older.front());
  next.older.assign(older.begin() + 1, older.end());
  state.versions.erase(older.front());
  state.objects.put(place, std::move(next));
}

}  // namespace

std::string shown_version(const ObjectEntry& entry) {
  return entry.version.empty() ? "null" : entry.version;
}

std::string version_row(const ObjectEntry& entry) {
  if (!entry.version.empty()) return fmt::format("{}/{}", entry.bucket, entry.version);
  return fmt::format("{}/null-{}", entry.bucket, hex(sha256(entry.key)).substr(0, 32));
}

const ObjectEntry* find_version(const State& state, std::string_view bucket, std::string_view key,
                                std::string_view version) {
  const ObjectEntry* newest = state.objects.find(object_key(bucket, key));
  if (!newest || version.empty() || is_version(*newest, version)) return newest;
  const std::string row = older_row(state, *newest, version);
  return row.empty() ? nullptr : state.versions.find(row);
}

ObjectEntry* edit_version(State& state, std::string_view bucket, std::string_view key,
                          std::string_view version) {
  const std::string place = object_key(bucket, key);
  const ObjectEntry* newest = state.objects.find(place);
  if (!newest) return nullptr;
  if (version.empty() || is_version(*newest, version)) return state.objects.edit(place);
  const std::string row = older_row(state, *newest, version);
  return row.empty() ? nullptr : state.versions.edit(row);
}

Result<const ObjectEntry*> find_object(Call& call, std::string_view bucket, std::string_view key,
                                       std::string_view version) {
  const ObjectEntry* found = find_version(call.state.s3, bucket, key, version);
  if (!version.empty()) {
    if (!found && !well_formed(version)) return no_version_id();
    if (!found)
      return fault("NoSuchVersion", "The specified version does not exist.", 404, Code::not_found);
    if (found->delete_marker)
      return fault("MethodNotAllowed", "The specified method is not allowed against this resource.",
                   405);
    return found;
  }
  if (found && !found->delete_marker) return found;
  TRY(call.authorise("s3:ListBucket", bucket_arn(bucket)));
  return fault("NoSuchKey", "The specified key does not exist.", 404, Code::not_found);
}

const ObjectEntry& put_version(Call& call, const Bucket& bucket, ObjectEntry entry) {
  State& state = call.state.s3;
  const std::string place = object_key(bucket.name, entry.key);
  const ObjectEntry* newest = state.objects.find(place);
  call.effect = newest && !newest->delete_marker ? "changed" : "created";
  const bool enabled = bucket.versioning == "Enabled";
  entry.version = enabled ? call.state.random.text(id_length, version_alphabet) : std::string();
  entry.older.clear();
  if (newest && !enabled) {
    // The null version is overwritten, wherever it stands.
    entry.older = newest->older;
    std::erase_if(entry.older, [&](const std::string& row) {
      const ObjectEntry* held = state.versions.find(row);
      if (!held || !held->version.empty()) return false;
      state.versions.erase(row);
      return true;
    });
  }
  if (newest && (enabled || !newest->version.empty())) {
    if (enabled) entry.older = newest->older;
    ObjectEntry former = *newest;
    former.older.clear();
    std::string row = version_row(former);
    entry.older.insert(entry.older.begin(), row);
    state.versions.put(std::move(row), std::move(former));
  }
  return state.objects.put(place, std::move(entry));
}

Result<Deletion> delete_version(Call& call, const Bucket& bucket, const std::string& key,
                                const std::string& version) {
  State& state = call.state.s3;
  const std::string place = object_key(bucket.name, key);
  const ObjectEntry* newest = state.objects.find(place);
  if (version.empty() && bucket.versioning.empty()) {
    if (state.objects.erase(place)) call.effect = "deleted";
    return Deletion{};
  }
  if (version.empty()) {
    const ObjectEntry& marker = put_version(
        call, bucket,
        ObjectEntry{
            .bucket = bucket.name, .key = key, .delete_marker = true, .modified = call.now});
    call.effect = "deleted";
    return Deletion{true, shown_version(marker)};
  }
  Deletion done{.marker = false, .version = version};
  const ObjectEntry* found = find_version(state, bucket.name, key, version);
  if (!found && !well_formed(version)) return no_version_id();
  if (!found) return done;
  done.marker = found->delete_marker;
  call.effect = "deleted";
  if (found == newest) {
    promote(state, place);
    return done;
  }
  const std::string row = older_row(state, *newest, version);
  std::erase(state.objects.edit(place)->older, row);
  state.versions.erase(row);
  return done;
}

void add_version(const State& state, const ObjectEntry& entry, Object& out) {
  const Bucket* bucket = state.buckets.find(entry.bucket);
  if (!entry.version.empty() || (bucket && !bucket->versioning.empty()))
    out.set("VersionId", shown_version(entry));
}

}  // namespace stint::cloud::s3

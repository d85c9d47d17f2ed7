// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The section of a world file that describes buckets and their objects.
#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/tagging.h"
#include "cloud/s3/versions.h"
#include "cloud/world_parts.h"
#include "policy/policy.h"

namespace stint::cloud::world {
namespace {

constexpr std::string_view setting_names[] = {"Accelerate",
                                              "Cors",
                                              "Encryption",
                                              "Lifecycle",
                                              "Logging",
                                              "Notification",
                                              "OwnershipControls",
                                              "PublicAccessBlock",
                                              "Replication",
                                              "RequestPayment",
                                              "Website"};

struct BucketPlace {
  const WorldReader& reader;
  const s3::Bucket& bucket;
  Time created;
};

Result<std::string> read_bytes(const WorldReader& reader, const Value& given,
                               const std::string& what, Where where) {
  int contents = 0;
  for (const char* name : {"base64", "file", "text"}) contents += given.find(name) ? 1 : 0;
  if (contents != 1)
    return reader.wrong(where, fmt::format("{} needs one of 'text', 'file' and 'base64'.", what));
  if (given.find("text")) return reader.text(given, "text");
  if (given.find("file")) return reader.file(given);
  auto decoded = from_base64(given.text("base64"));
  if (!decoded)
    return reader.wrong(given["base64"].where(), fmt::format("'base64' of {} is no base64.", what));
  return std::move(*decoded);
}

/// One version; `older`: how many lie below it.
Result<s3::ObjectEntry> read_version(const BucketPlace& place, const std::string& key,
                                     const Value& given, const std::string& what, std::size_t older,
                                     Where where) {
  const WorldReader& reader = place.reader;
  TRY(reader.check_keys(given, what,
                        {"base64", "content_type", "delete_marker", "file", "headers", "metadata",
                         "modified", "tags", "text", "version", "versions"}));
  const std::string& bucket = place.bucket.name;
  s3::ObjectEntry entry{.bucket = bucket, .key = key};
  entry.delete_marker = TRY(reader.flag(given, "delete_marker", false));
  if (!entry.delete_marker) {
    std::string bytes = TRY(read_bytes(reader, given, what, where));
    entry.etag = s3::etag_of(bytes);
    entry.body = s3::Body(std::move(bytes));
    entry.content_type = TRY(reader.text(given, "content_type", entry.content_type));
    entry.headers = TRY(reader.text_map(given, "headers"));
    entry.metadata = TRY(reader.text_map(given, "metadata"));
    entry.tags = TRY(reader.text_map(given, "tags"));
  }
  const bool versioned = !place.bucket.versioning.empty();
  entry.version =
      TRY(reader.text(given, "version", versioned ? plain_version(bucket, key, older) : "null"));
  if (!versioned && entry.version != "null")
    return reader.wrong(given["version"].where(),
                        fmt::format("{} has a version, and its bucket no 'versioning'.", what));
  if (entry.version == "null") entry.version.clear();
  entry.modified = TRY(reader.time(given, "modified", place.created));
  return entry;
}

Result<void> read_object(const BucketPlace& place, State& state, const std::string& key,
                         const Value& given, Where where) {
  const WorldReader& reader = place.reader;
  const std::string what = fmt::format("object '{}' of bucket '{}'", key, place.bucket.name);
  const Value& versions = given["versions"];
  if (!versions.is_null() && !versions.is_list())
    return reader.wrong(versions.where(), fmt::format("'versions' of {} must be a list.", what));
  const std::size_t below = versions.size();
  if (below > 0 && place.bucket.versioning.empty())
    return reader.wrong(versions.where(),
                        fmt::format("{} has versions, and its bucket no 'versioning'.", what));
  s3::ObjectEntry newest = TRY(read_version(place, key, given, what, below, where));
  if (newest.delete_marker && place.bucket.versioning.empty())
    return reader.wrong(where, fmt::format("{} is a delete marker, and its bucket has no "
                                           "'versioning'.",
                                           what));
  std::vector<std::string> ids{newest.version};
  for (std::size_t i = 0; i < below; ++i) {
    const Value& one = versions.as_list()[i];
    s3::ObjectEntry older = TRY(read_version(place, key, one, fmt::format("a version of {}", what),
                                             below - i - 1, one.where()));
    if (std::ranges::find(ids, older.version) != ids.end())
      return reader.wrong(one.where(), fmt::format("{} has a version twice.", what));
    ids.push_back(older.version);
    std::string row = s3::version_row(older);
    if (state.s3.versions.contains(row))
      return reader.wrong(one.where(), fmt::format("version '{}' is there twice.", older.version));
    newest.older.push_back(row);
    state.s3.versions.put(std::move(row), std::move(older));
  }
  state.s3.objects.put(s3::object_key(place.bucket.name, key), std::move(newest));
  return {};
}

Result<void> read_settings(const WorldReader& reader, const Value& given, const std::string& what,
                           s3::Bucket& bucket) {
  const Value& settings = given["settings"];
  TRY(reader.check_map(settings, fmt::format("'settings' of {}", what)));
  if (settings.is_object())
    for (const auto& [name, setting, at] : settings.as_object()) {
      if (std::ranges::find(setting_names, std::string_view(name)) == std::end(setting_names))
        return reader.wrong(at, fmt::format("'{}' is no setting of a bucket.", name));
      TRY(reader.check_map(setting, fmt::format("'{}' of {}", name, what)));
      bucket.settings[name] = setting;
    }
  const std::map<std::string, std::string> tags = TRY(reader.text_map(given, "tags"));
  if (!tags.empty()) bucket.settings["Tagging"] = s3::tag_set(tags);
  return {};
}

}  // namespace

std::string plain_version(std::string_view bucket, std::string_view key, std::size_t older) {
  // As long as S3's own.
  return hex(sha256(fmt::format("version {} of {}/{}", older, bucket, key))).substr(0, 32);
}

Result<void> read_bucket(const WorldReader& reader, const std::string& account,
                         const std::string& region, Time created, const std::string& name,
                         const Value& given, Where where, State& state) {
  const std::string what = fmt::format("bucket '{}'", name);
  TRY(reader.check_keys(given, what,
                        {"created", "objects", "policy", "settings", "tags", "versioning"}));
  if (state.s3.buckets.contains(name))
    return reader.wrong(where, fmt::format("{} is there twice (names are global).", what));
  s3::Bucket bucket{.name = name, .account = account, .region = region};
  bucket.created = TRY(reader.time(given, "created", created));
  if (const Value& document = given["policy"]; !document.is_null()) {
    bucket.policy = TRY(reader.document(document, fmt::format("'policy' of {}", what)));
    auto parsed = policy::parse(bucket.policy, policy::Type::resource);
    if (!parsed)
      return reader.wrong(document.where(),
                          fmt::format("policy of {}: {}", what, parsed.error().message));
  }
  bucket.versioning = TRY(reader.text(given, "versioning"));
  if (!bucket.versioning.empty() && bucket.versioning != "Enabled" &&
      bucket.versioning != "Suspended")
    return reader.wrong(given["versioning"].where(),
                        fmt::format("'versioning' of {} must be Enabled or Suspended.", what));
  TRY(read_settings(reader, given, what, bucket));
  const s3::Bucket& held = state.s3.buckets.put(name, std::move(bucket));
  const Value& objects = given["objects"];
  TRY(reader.check_map(objects, fmt::format("'objects' of {}", what)));
  if (objects.is_null()) return {};
  const BucketPlace place{reader, held, created};
  for (const auto& [key, object, at] : objects.as_object())
    TRY(read_object(place, state, key, object, at));
  return {};
}

}  // namespace stint::cloud::world

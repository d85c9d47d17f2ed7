// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// ListObjectVersions.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/operations.h"
#include "cloud/s3/versions.h"

namespace stint::cloud::s3 {
namespace {

constexpr std::int64_t most_keys = 1000;

struct Row {
  const ObjectEntry* entry = nullptr;  ///< null: a common prefix
  bool latest = false;
  std::string prefix;
};

/// The versions of one key, the newest first.
std::vector<const ObjectEntry*> versions_of(const State& state, const ObjectEntry& newest) {
  std::vector<const ObjectEntry*> out{&newest};
  for (const std::string& row : newest.older)
    if (const ObjectEntry* held = state.versions.find(row)) out.push_back(held);
  return out;
}

struct WantedVersions {
  std::string prefix, delimiter, key_marker, version_marker;
  std::int64_t most = most_keys;
};

struct Page {
  std::vector<Row> rows;
  bool truncated = false;
};

/// Rows behind the markers, in key order, the newest version of a key first.
Page list(const State& state, const std::string& bucket, const WantedVersions& wanted) {
  Page out;
  if (wanted.most == 0) return out;
  const std::string from = object_key(bucket, wanted.prefix);
  std::string last_prefix = wanted.version_marker.empty() ? wanted.key_marker : std::string();
  auto full = [&] { return static_cast<std::int64_t>(out.rows.size()) == wanted.most; };
  for (auto at = state.objects.lower_bound(from);
       at != state.objects.end() && at->first.starts_with(from); ++at) {
    const std::string& key = at->second->key;
    if (key < wanted.key_marker) continue;
    if (key == wanted.key_marker && wanted.version_marker.empty()) continue;
    const std::size_t end =
        wanted.delimiter.empty() ? key.npos : key.find(wanted.delimiter, wanted.prefix.size());
    if (end != key.npos) {
      std::string prefix = key.substr(0, end + wanted.delimiter.size());
      if (prefix == last_prefix) continue;
      if (full()) {
        out.truncated = true;
        return out;
      }
      last_prefix = prefix;
      out.rows.push_back({nullptr, false, std::move(prefix)});
      continue;
    }
    bool behind = key != wanted.key_marker;
    for (const ObjectEntry* entry : versions_of(state, *at->second)) {
      if (!behind) {
        behind = shown_version(*entry) == wanted.version_marker;
        continue;
      }
      if (full()) {
        out.truncated = true;
        return out;
      }
      out.rows.push_back({entry, entry == at->second.get(), {}});
    }
  }
  return out;
}

Result<WantedVersions> read(const Value& in) {
  WantedVersions wanted{.prefix = in.text("Prefix"),
                        .delimiter = in.text("Delimiter"),
                        .key_marker = in.text("KeyMarker"),
                        .version_marker = in.text("VersionIdMarker")};
  if (in.find("MaxKeys")) {
    const std::int64_t most = in.integer("MaxKeys");
    if (most < 0)
      return fault("InvalidArgument",
                   "Argument maxKeys must be an integer between 0 and 2147483647");
    wanted.most = std::min(most, most_keys);
  }
  if (in.find("VersionIdMarker") && wanted.key_marker.empty())
    return fault("InvalidArgument",
                 "A version-id marker cannot be specified without a key marker.");
  if (const std::string& encoding = in.text("EncodingType"); !encoding.empty() && encoding != "url")
    return fault("InvalidArgument", "Invalid Encoding Method specified in Request");
  return wanted;
}

}  // namespace

Result<Value> list_object_versions(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  const WantedVersions wanted = TRY(read(in));
  const bool url = in.text("EncodingType") == "url";
  auto shown = [&](const std::string& text) { return url ? percent_encode(text, true) : text; };
  const Page page = list(call.state.s3, bucket->name, wanted);
  Value::List versions, markers, prefixes;
  for (const Row& row : page.rows) {
    if (!row.entry) {
      prefixes.push_back(object({{"Prefix", shown(row.prefix)}}));
      continue;
    }
    const ObjectEntry& entry = *row.entry;
    Object out{{"Key", shown(entry.key)},
               {"VersionId", shown_version(entry)},
               {"IsLatest", row.latest},
               {"LastModified", iso8601(entry.modified)},
               {"Owner", owner(bucket->account)}};
    if (entry.delete_marker) {
      markers.push_back(std::move(out));
      continue;
    }
    out.append("ETag", entry.etag);
    out.append("Size", static_cast<std::int64_t>(entry.body.size()));
    out.append("StorageClass", entry.storage_class);
    if (!entry.checksums.empty())
      out.append("ChecksumAlgorithm", Value::list({entry.checksums.begin()->first}));
    versions.push_back(std::move(out));
  }
  Object out{{"IsTruncated", page.truncated},
             {"Name", bucket->name},
             {"Prefix", shown(wanted.prefix)},
             {"KeyMarker", shown(wanted.key_marker)},
             {"VersionIdMarker", wanted.version_marker},
             {"MaxKeys", wanted.most}};
  if (page.truncated) {
    const Row& last = page.rows.back();
    out.append("NextKeyMarker", shown(last.entry ? last.entry->key : last.prefix));
    if (last.entry) out.append("NextVersionIdMarker", shown_version(*last.entry));
  }
  if (!versions.empty()) out.append("Versions", std::move(versions));
  if (!markers.empty()) out.append("DeleteMarkers", std::move(markers));
  if (!prefixes.empty()) out.append("CommonPrefixes", std::move(prefixes));
  if (!wanted.delimiter.empty()) out.append("Delimiter", shown(wanted.delimiter));
  if (url) out.append("EncodingType", "url");
  return Value(std::move(out));
}

Result<Value> get_bucket_versioning(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  if (bucket->versioning.empty()) return Value(Object());
  return object({{"Status", bucket->versioning}});
}

Result<Value> put_bucket_versioning(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  const Value& wanted = in["VersioningConfiguration"];
  const std::string& status = wanted.text("Status");
  const std::string& mfa = wanted.text("MFADelete");
  if ((!status.empty() && status != "Enabled" && status != "Suspended") ||
      (!mfa.empty() && mfa != "Enabled" && mfa != "Disabled"))
    return fault("MalformedXML",
                 "The XML you provided was not well-formed or did not validate against our "
                 "published schema");
  if (status.empty())
    return fault("IllegalVersioningConfigurationException",
                 "The Versioning element must be specified");
  if (mfa == "Enabled")
    return fault("AccessDenied", "Mfa Authentication must be used for this request", 403,
                 Code::denied);
  if (status == "Suspended" && bucket->settings.contains("Replication"))
    return fault("InvalidBucketState",
                 "A replication configuration is present on this bucket, so the versioning state "
                 "cannot be changed.",
                 409, Code::conflict);
  if (bucket->versioning == status) return Value(Object());
  call.effect = "changed";
  call.state.s3.buckets.edit(in.text("Bucket"))->versioning = status;
  return Value(Object());
}

}  // namespace stint::cloud::s3

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// ListObjects in both versions.
#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/operations.h"

namespace stint::cloud::s3 {
namespace {

struct Wanted {
  std::string bucket, prefix, delimiter;
  std::string after;  ///< keys and prefixes beyond this one
  std::int64_t most = 1000;
  bool url = false;  ///< encoding-type=url
};

struct Listing {
  std::vector<const ObjectEntry*> objects;
  std::vector<std::string> prefixes;
  bool truncated = false;
  std::string last;  ///< key or prefix of the last thing listed
};

Result<Wanted> read(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  Wanted wanted{.bucket = bucket->name,
                .prefix = in.text("Prefix"),
                .delimiter = in.text("Delimiter"),
                .url = in.text("EncodingType") == "url"};
  if (in.find("MaxKeys")) {
    std::int64_t most = in.integer("MaxKeys");
    if (most < 0)
      return fault("InvalidArgument",
                   "Argument maxKeys must be an integer between 0 and 2147483647");
    wanted.most = std::min<std::int64_t>(most, 1000);
  }
  if (!in.text("EncodingType").empty() && !wanted.url)
    return fault("InvalidArgument", "Invalid Encoding Method specified in Request");
  return wanted;
}

/// The first text that sorts after everything that begins with `prefix`.
std::string beyond(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (!prefix.empty()) ++prefix.back();
  return prefix;
}

Listing list(const Table<ObjectEntry>& objects, const Wanted& wanted) {
  Listing out;
  if (wanted.most == 0) return out;
  const std::string root = object_key(wanted.bucket, "");
  const std::string from = root + wanted.prefix;
  auto at = objects.lower_bound(std::max(from, root + wanted.after));
  while (at != objects.end() && at->first.starts_with(from)) {
    const std::string& key = at->second->key;
    if (at->second->delete_marker) {
      ++at;
      continue;
    }
    if (!wanted.after.empty() && key <= wanted.after) {
      ++at;
      continue;
    }
    std::size_t end =
        wanted.delimiter.empty() ? key.npos : key.find(wanted.delimiter, wanted.prefix.size());
    std::string prefix = end == key.npos ? "" : key.substr(0, end + wanted.delimiter.size());
    // A page that ended with a prefix goes on behind all of it.
    if (!prefix.empty() && prefix == wanted.after) {
      at = objects.lower_bound(root + beyond(prefix));
      continue;
    }
    if (static_cast<std::int64_t>(out.objects.size() + out.prefixes.size()) == wanted.most) {
      out.truncated = true;
      break;
    }
    if (prefix.empty()) {
      out.objects.push_back(at->second.get());
      out.last = key;
      ++at;
    } else {
      at = objects.lower_bound(root + beyond(prefix));
      out.last = prefix;
      out.prefixes.push_back(std::move(prefix));
    }
  }
  return out;
}

/// The members that both versions share.
Object describe(const Call& call, const Wanted& wanted, const Listing& listing, bool with_owner) {
  auto encoded = [&](const std::string& text) {
    return wanted.url ? percent_encode(text, true) : text;
  };
  const Bucket* bucket = call.state.s3.buckets.find(wanted.bucket);
  Value::List contents, prefixes;
  for (const ObjectEntry* entry : listing.objects) {
    Object row{{"Key", encoded(entry->key)},
               {"LastModified", iso8601(entry->modified)},
               {"ETag", entry->etag},
               {"Size", static_cast<std::int64_t>(entry->body.size())},
               {"StorageClass", entry->storage_class}};
    if (!entry->checksums.empty())
      row.append("ChecksumAlgorithm", Value::list({entry->checksums.begin()->first}));
    if (with_owner) row.append("Owner", owner(bucket->account));
    contents.push_back(std::move(row));
  }
  for (const std::string& prefix : listing.prefixes)
    prefixes.push_back(object({{"Prefix", encoded(prefix)}}));
  Object out{{"IsTruncated", listing.truncated},
             {"Name", wanted.bucket},
             {"Prefix", encoded(wanted.prefix)},
             {"MaxKeys", wanted.most}};
  if (!contents.empty()) out.append("Contents", std::move(contents));
  if (!prefixes.empty()) out.append("CommonPrefixes", std::move(prefixes));
  if (!wanted.delimiter.empty()) out.append("Delimiter", encoded(wanted.delimiter));
  if (wanted.url) out.append("EncodingType", "url");
  return out;
}

}  // namespace

Result<Value> list_objects(Call& call, const Value& in) {
  Wanted wanted = TRY(read(call, in));
  wanted.after = in.text("Marker");
  Listing listing = list(call.state.s3.objects, wanted);
  Object out = describe(call, wanted, listing, true);
  auto encoded = [&](const std::string& text) {
    return wanted.url ? percent_encode(text, true) : text;
  };
  out.append("Marker", encoded(wanted.after));
  // Without a delimiter the last key is the next marker, and S3 leaves it out.
  if (listing.truncated && !wanted.delimiter.empty())
    out.append("NextMarker", encoded(listing.last));
  return out;
}

Result<Value> list_objects_v2(Call& call, const Value& in) {
  Wanted wanted = TRY(read(call, in));
  wanted.after = in.text("StartAfter");
  if (in.find("ContinuationToken")) {
    auto key = from_base64(in.text("ContinuationToken"));
    if (!key || !key->starts_with('>'))
      return fault("InvalidArgument", "The continuation token provided is incorrect");
    wanted.after = key->substr(1);
  }
  Listing listing = list(call.state.s3.objects, wanted);
  Object out = describe(call, wanted, listing, in.flag("FetchOwner"));
  out.append("KeyCount",
             static_cast<std::int64_t>(listing.objects.size() + listing.prefixes.size()));
  if (in.find("ContinuationToken")) out.append("ContinuationToken", in.text("ContinuationToken"));
  if (listing.truncated)
    out.append("NextContinuationToken", base64(fmt::format(">{}", listing.last)));
  if (const std::string& after = in.text("StartAfter"); !after.empty())
    out.append("StartAfter", wanted.url ? percent_encode(after, true) : after);
  return out;
}

}  // namespace stint::cloud::s3

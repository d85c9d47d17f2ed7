// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/s3/bucket.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/s3/request.h"

namespace stint::cloud::s3 {
namespace {

bool same_tag(std::string_view wanted, std::string_view etag) {
  wanted = trim(wanted);
  if (wanted == "*") return true;
  if (wanted.starts_with("W/")) wanted.remove_prefix(2);
  // Clients send it with and without its quotes.
  if (!wanted.starts_with('"')) return etag.size() > 2 && etag.substr(1, etag.size() - 2) == wanted;
  return wanted == etag;
}

/// HTTP dates have no fractions of a second.
Time whole_seconds(Time time) {
  return std::chrono::floor<std::chrono::seconds>(time);
}

}  // namespace

std::string_view region_of(const cloud::State& state, std::string_view bucket) {
  const Bucket* found = state.s3.buckets.find(bucket);
  return found ? std::string_view(found->region) : std::string_view();
}

std::string bucket_arn(std::string_view bucket) {
  return fmt::format("arn:aws:s3:::{}", bucket);
}
std::string object_arn(std::string_view bucket, std::string_view key) {
  return fmt::format("arn:aws:s3:::{}/{}", bucket, key);
}
std::string object_key(std::string_view bucket, std::string_view key) {
  return fmt::format("{}/{}", bucket, key);
}

std::string canonical_id(std::string_view account) {
  return hex(sha256(fmt::format("canonical user {}", account)));
}
Value owner(std::string_view account) {
  return object({{"ID", canonical_id(account)}});
}

Result<const Bucket*> find_bucket(Call& call, const Value& in) {
  const Bucket* bucket = call.state.s3.buckets.find(in.text("Bucket"));
  if (!bucket)
    return fault("NoSuchBucket", "The specified bucket does not exist", 404, Code::not_found);
  const std::string& expected = in.text("ExpectedBucketOwner");
  if (!expected.empty() && expected != bucket->account)
    return fault("AccessDenied", "Access Denied", 403, Code::denied);
  return bucket;
}

std::string etag_of(std::string_view bytes) {
  return fmt::format("\"{}\"", hex(md5(bytes)));
}

bool matches_tag(std::string_view list, std::string_view etag) {
  return std::ranges::any_of(split(list, ','),
                             [&](std::string_view one) { return same_tag(one, etag); });
}

Result<void> check_conditions(const Value& in, std::string_view prefix, const ObjectEntry& object) {
  auto given = [&](std::string_view name) -> const std::string& {
    return in.text(fmt::format("{}{}", prefix, name));
  };
  auto failed = [] {
    return fault("PreconditionFailed",
                 "At least one of the pre-conditions you specified did not hold", 412,
                 Code::conflict);
  };
  auto unchanged = [&] {
    if (!prefix.empty()) return failed();
    return fault("304", "Not Modified", 304, Code::conflict);
  };
  Time modified = whole_seconds(object.modified);
  // A date that does not read is as if it had not been sent.
  if (const std::string& match = given("IfMatch"); !match.empty()) {
    if (!matches_tag(match, object.etag)) return failed();
  } else if (auto since = parse_time(given("IfUnmodifiedSince"))) {
    if (modified > *since) return failed();
  }
  if (const std::string& match = given("IfNoneMatch"); !match.empty()) {
    if (matches_tag(match, object.etag)) return unchanged();
  } else if (auto since = parse_time(given("IfModifiedSince"))) {
    if (modified <= *since) return unchanged();
  }
  return {};
}

void describe_object(const ObjectEntry& object, Object& out) {
  out.set("AcceptRanges", "bytes");
  out.set("LastModified", iso8601(object.modified));
  out.set("ETag", object.etag);
  out.set("ContentType", object.content_type);
  for (const auto& [name, value] : object.headers) out.set(name, value);
  add_encryption(object.encryption, out);
  if (object.storage_class != "STANDARD") out.set("StorageClass", object.storage_class);
  Object metadata;
  for (const auto& [name, value] : object.metadata) metadata.append(name, value);
  out.set("Metadata", std::move(metadata));
}

}  // namespace stint::cloud::s3

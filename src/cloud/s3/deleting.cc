// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Deleting objects, one by one or many at once.
#include "cloud/s3/bucket.h"
#include "cloud/s3/operations.h"
#include "cloud/s3/versions.h"

namespace stint::cloud::s3 {
namespace {

constexpr std::size_t most_deleted = 1000;

}  // namespace

Result<Value> delete_object(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  const Deletion done = TRY(delete_version(call, *bucket, in.text("Key"), in.text("VersionId")));
  Value answer{Object()};
  if (done.marker) answer.set("DeleteMarker", true);
  if (!done.version.empty()) answer.set("VersionId", done.version);
  return answer;
}

Result<Value> delete_objects(Call& call, const Value& in) {
  const Bucket* found = TRY(find_bucket(call, in));
  const Value::List& keys = in["Delete"].items("Objects");
  if (keys.empty() || keys.size() > most_deleted)
    return fault("MalformedXML",
                 "The XML you provided was not well-formed or did not validate against our "
                 "published schema");
  const bool quiet = in["Delete"].flag("Quiet");
  const Bucket bucket = *found;
  Value::List deleted, errors;
  for (const Value& one : keys) {
    const std::string& key = one.text("Key");
    const std::string& version = one.text("VersionId");
    auto refuse = [&](const Error& error) {
      Object row{{"Key", key}};
      if (!version.empty()) row.append("VersionId", version);
      row.append("Code", error.name);
      row.append("Message", error.message);
      errors.push_back(std::move(row));
    };
    if (auto allowed =
            call.authorise(version.empty() ? "s3:DeleteObject" : "s3:DeleteObjectVersion",
                           object_arn(bucket.name, key));
        !allowed) {
      refuse(allowed.error());
      continue;
    }
    auto done = delete_version(call, bucket, key, version);
    if (!done) {
      refuse(done.error());
      continue;
    }
    if (quiet) continue;
    Object row{{"Key", key}};
    if (!version.empty()) row.append("VersionId", version);
    if (done->marker) {
      row.append("DeleteMarker", true);
      row.append("DeleteMarkerVersionId", done->version);
    }
    deleted.push_back(std::move(row));
  }
  Value answer{Object()};
  if (!deleted.empty()) answer.set("Deleted", std::move(deleted));
  if (!errors.empty()) answer.set("Errors", std::move(errors));
  return answer;
}

}  // namespace stint::cloud::s3

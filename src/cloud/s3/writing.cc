// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Writing and copying objects.
#include <fmt/core.h>

#include "cloud/s3/acl.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/checksums.h"
#include "cloud/s3/operations.h"
#include "cloud/s3/request.h"
#include "cloud/s3/tagging.h"
#include "cloud/s3/versions.h"

namespace stint::cloud::s3 {
namespace {

/// Whether a copy onto itself would change anything (else S3 refuses it).
bool changes(const Value& in) {
  for (const char* name :
       {"ServerSideEncryption", "StorageClass", "WebsiteRedirectLocation", "SSEKMSKeyId"})
    if (!in.text(name).empty()) return true;
  return in.text("MetadataDirective") == "REPLACE" || in.text("TaggingDirective") == "REPLACE";
}

Result<void> check_directive(const Value& in, const char* member, std::string_view shown) {
  const std::string& given = in.text(member);
  if (given.empty() || given == "COPY" || given == "REPLACE") return {};
  return fault("InvalidArgument", fmt::format("Unknown {} directive.", shown));
}

}  // namespace

Result<Value> put_object(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  const std::string& key = in.text("Key");
  TRY(check_key(key));
  const std::string& body = in.text("Body");
  TRY(check_size(body.size(), largest_put));
  Checksums checksums = TRY(check_digests(in, body));
  TRY(check_write_conditions(in, call.state.s3.objects.find(object_key(bucket->name, key))));
  ObjectEntry entry = TRY(read_entry(call, *bucket, in));
  entry.body = TRY(keep_body(call, body));
  entry.etag = etag_of(body);
  entry.checksums = std::move(checksums);
  const ObjectEntry& put = put_version(call, *bucket, std::move(entry));
  Object out{{"ETag", put.etag}};
  add_checksums(put.checksums, out);
  add_encryption(put.encryption, out);
  add_version(call.state.s3, put, out);
  return Value(std::move(out));
}

Result<Value> copy_object(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  const std::string& key = in.text("Key");
  TRY(check_key(key));
  const Source source = TRY(read_source(in.text("CopySource")));
  TRY(check_directive(in, "MetadataDirective", "metadata"));
  TRY(check_directive(in, "TaggingDirective", "tagging"));
  const ObjectEntry* original = TRY(find_source(call, in, source));
  if (source.version.empty() && bucket->name == source.bucket && key == source.key && !changes(in))
    return fault("InvalidRequest",
                 "This copy request is illegal because it is trying to copy an object to itself "
                 "without changing the object's metadata, storage class, website redirect "
                 "location or encryption attributes.");
  TRY(check_size(original->body.size(), largest_object));
  ObjectEntry copy = *original;  // shares the bytes
  const std::string source_version = shown_version(*original);
  const Bucket* from = call.state.s3.buckets.find(source.bucket);
  const bool versioned = from && !from->versioning.empty();
  copy.bucket = bucket->name;
  copy.key = key;
  copy.modified = call.now;
  copy.part_sizes.clear();
  if (in.text("MetadataDirective") == "REPLACE") {
    TRY(read_headers(in, copy));
  } else {
    // The storage class and the redirect are never copied.
    copy.storage_class = in.text("StorageClass").empty() ? "STANDARD" : in.text("StorageClass");
    copy.headers.erase("WebsiteRedirectLocation");
    if (const std::string& to = in.text("WebsiteRedirectLocation"); !to.empty())
      copy.headers["WebsiteRedirectLocation"] = to;
  }
  if (in.text("TaggingDirective") == "REPLACE")
    copy.tags = TRY(read_tag_header(in.text("Tagging")));
  if (!copy.tags.empty()) {
    if (in.text("TaggingDirective") != "REPLACE")
      TRY(call.authorise(
          source.version.empty() ? "s3:GetObjectTagging" : "s3:GetObjectVersionTagging",
          object_arn(source.bucket, source.key)));
    TRY(call.authorise("s3:PutObjectTagging", object_arn(bucket->name, key)));
  }
  copy.acl = TRY(read_acl(call, *bucket, in, AclFor::new_object));
  if (!in.text("ACL").empty() || !copy.acl.is_null())
    TRY(call.authorise("s3:PutObjectAcl", object_arn(bucket->name, key)));
  copy.encryption = TRY(choose_encryption(call, *bucket, in, key));
  // A copy is one object, however its source was uploaded: its ETag is the MD5 of its bytes.
  const bool composite = original->etag.find('-') != std::string::npos;
  const std::string& algorithm = in.text("ChecksumAlgorithm");
  if (composite || (!algorithm.empty() && !copy.checksums.contains(algorithm))) {
    const std::string bytes = TRY(read_body(call, copy.body));
    if (composite) copy.etag = etag_of(bytes);
    std::string wanted = algorithm;
    if (wanted.empty() && !copy.checksums.empty()) wanted = copy.checksums.begin()->first;
    copy.checksums.clear();
    if (checksum_algorithm(wanted)) copy.checksums[wanted] = checksum(wanted, bytes);
  }
  const ObjectEntry& put = put_version(call, *bucket, std::move(copy));
  Object result{{"ETag", put.etag}, {"LastModified", iso8601(call.now)}};
  add_checksums(put.checksums, result);
  Object out{{"CopyObjectResult", Value(std::move(result))}};
  add_encryption(put.encryption, out);
  add_version(call.state.s3, put, out);
  if (versioned) out.set("CopySourceVersionId", source_version);
  return Value(std::move(out));
}

}  // namespace stint::cloud::s3

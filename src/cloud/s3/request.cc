// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/s3/request.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "cloud/s3/acl.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/tagging.h"
#include "cloud/s3/versions.h"

namespace stint::cloud::s3 {
namespace {

constexpr std::size_t longest_key = 1024;
constexpr std::size_t most_metadata = 2048;

constexpr std::string_view kept_headers[] = {"CacheControl",    "ContentDisposition",
                                             "ContentEncoding", "ContentLanguage",
                                             "Expires",         "WebsiteRedirectLocation"};
constexpr std::string_view storage_classes[] = {
    "DEEP_ARCHIVE",       "GLACIER", "GLACIER_IR", "INTELLIGENT_TIERING", "ONEZONE_IA", "OUTPOSTS",
    "REDUCED_REDUNDANCY", "SNOW",    "STANDARD",   "STANDARD_IA"};

std::unexpected<Error> trouble(const Error& error) {
  log_warning("s3: " + error.message);
  return fault("InternalError", "We encountered an internal error. Please try again.", 500,
               Code::internal);
}

std::unexpected<Error> precondition_failed() {
  return fault("PreconditionFailed",
               "At least one of the pre-conditions you specified did not hold", 412,
               Code::conflict);
}

}  // namespace

Result<void> check_key(std::string_view key) {
  if (key.size() > longest_key) return fault("KeyTooLongError", "Your key is too long");
  if (!valid_utf8(key)) return fault("InvalidURI", "Couldn't parse the specified URI.");
  return {};
}

Result<void> check_size(std::size_t size, std::size_t most) {
  if (size > most)
    return fault("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
  return {};
}

Result<void> read_headers(const Value& in, ObjectEntry& entry) {
  entry.content_type = "binary/octet-stream";
  if (const std::string& type = in.text("ContentType"); !type.empty()) entry.content_type = type;
  entry.headers.clear();
  for (std::string_view name : kept_headers)
    if (const std::string& value = in.text(name); !value.empty())
      entry.headers[std::string(name)] = value;
  entry.metadata.clear();
  std::size_t size = 0;
  if (const Value* metadata = in.find("Metadata"); metadata && metadata->is_object())
    for (const auto& [name, value, where] : metadata->as_object()) {
      size += name.size() + value.as_text().size();
      entry.metadata[lower(name)] = value.as_text();
    }
  if (size > most_metadata)
    return fault("MetadataTooLarge",
                 "Your metadata headers exceed the maximum allowed metadata size");
  entry.storage_class = "STANDARD";
  if (const std::string& storage = in.text("StorageClass"); !storage.empty()) {
    if (std::ranges::find(storage_classes, storage) == std::end(storage_classes))
      return fault("InvalidStorageClass", "The storage class you specified is not valid");
    entry.storage_class = storage;
  }
  return {};
}

Result<ObjectEntry> read_entry(Call& call, const Bucket& bucket, const Value& in) {
  const std::string& key = in.text("Key");
  ObjectEntry entry{.bucket = bucket.name, .key = key, .modified = call.now};
  TRY(read_headers(in, entry));
  entry.tags = TRY(read_tag_header(in.text("Tagging")));
  if (!entry.tags.empty()) TRY(call.authorise("s3:PutObjectTagging", object_arn(bucket.name, key)));
  entry.acl = TRY(read_acl(call, bucket, in, AclFor::new_object));
  if (!in.text("ACL").empty() || !entry.acl.is_null())
    TRY(call.authorise("s3:PutObjectAcl", object_arn(bucket.name, key)));
  entry.encryption = TRY(choose_encryption(call, bucket, in, key));
  return entry;
}

Result<void> check_write_conditions(const Value& in, const ObjectEntry* held) {
  if (held && held->delete_marker) held = nullptr;
  const std::string& none = in.text("IfNoneMatch");
  if (!none.empty() && none != "*")
    return fault("NotImplemented",
                 "A header you provided implies functionality that is not implemented", 501);
  if (none == "*" && held) return precondition_failed();
  const std::string& match = in.text("IfMatch");
  if (match.empty()) return {};
  if (!held) return fault("NoSuchKey", "The specified key does not exist.", 404, Code::not_found);
  if (!matches_tag(match, held->etag)) return precondition_failed();
  return {};
}

Result<Source> read_source(std::string_view text) {
  std::string version;
  if (std::size_t at = text.find("?versionId="); at != text.npos) {
    version = text.substr(at + 11);
    text = text.substr(0, at);
  }
  std::string path = percent_decode(text);
  if (path.starts_with('/')) path.erase(0, 1);
  std::size_t slash = path.find('/');
  if (slash == path.npos || slash == 0 || slash + 1 == path.size())
    return fault("InvalidArgument",
                 "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  return Source{path.substr(0, slash), path.substr(slash + 1), std::move(version)};
}

Result<const ObjectEntry*> find_source(Call& call, const Value& in, const Source& source) {
  const Bucket* from = call.state.s3.buckets.find(source.bucket);
  if (!from)
    return fault("NoSuchBucket", "The specified bucket does not exist", 404, Code::not_found);
  const std::string& expected = in.text("ExpectedSourceBucketOwner");
  if (!expected.empty() && expected != from->account)
    return fault("AccessDenied", "Access Denied", 403, Code::denied);
  TRY(call.authorise(source.version.empty() ? "s3:GetObject" : "s3:GetObjectVersion",
                     object_arn(source.bucket, source.key)));
  const ObjectEntry* original =
      find_version(call.state.s3, source.bucket, source.key, source.version);
  if (original && original->delete_marker && !source.version.empty())
    return fault("InvalidRequest",
                 "The source of a copy request may not specifically refer to a delete marker by "
                 "version id.");
  const ObjectEntry* found = TRY(find_object(call, source.bucket, source.key, source.version));
  TRY(check_conditions(in, "CopySource", *found));
  TRY(check_decryption(call, *found));
  return found;
}

Result<Body> keep_body(Call& call, const std::string& bytes) {
  auto body = Body::keep(bytes, call.cloud.bodies);
  if (!body) return trouble(body.error());
  return body;
}

Result<std::string> read_body(Call& call, const Body& body, std::size_t first, std::size_t count) {
  auto bytes = body.read(call.cloud.bodies, first, count);
  if (!bytes) return trouble(bytes.error());
  return bytes;
}

}  // namespace stint::cloud::s3

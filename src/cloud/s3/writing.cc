// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Writing and deleting objects.
#include <fmt/core.h>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/operations.h"

namespace stint::cloud::s3 {
namespace {

constexpr std::size_t longest_key = 1024;
constexpr std::size_t most_metadata = 2048;
constexpr std::size_t most_deleted = 1000;

constexpr std::string_view kept_headers[] = {"CacheControl", "ContentDisposition",
                                             "ContentEncoding", "ContentLanguage", "Expires"};

Result<void> check_key(const std::string& key) {
  if (key.size() > longest_key) return fault("KeyTooLongError", "Your key is too long");
  return {};
}

/// Content type, headers and metadata of a request.
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
  return {};
}

Result<void> check_md5(const Value& in, std::string_view bytes) {
  const std::string& given = in.text("ContentMD5");
  if (given.empty()) return {};
  auto digest = from_base64(given);
  if (!digest || digest->size() != 16)
    return fault("InvalidDigest", "The Content-MD5 you specified was invalid.");
  if (*digest != md5(bytes))
    return fault("BadDigest", "The Content-MD5 you specified did not match what we received.");
  return {};
}

struct Source {
  std::string bucket, key;
};
/// "bucket/key", "/bucket/key", escaped or not, with ?versionId=null at most.
Result<Source> read_source(std::string_view text) {
  std::string_view version;
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
  if (!version.empty() && version != "null")
    return fault("NoSuchVersion", "The specified version does not exist.", 404, Code::not_found);
  return Source{path.substr(0, slash), path.substr(slash + 1)};
}

void erase(Call& call, const std::string& bucket, const std::string& key) {
  if (call.state.s3.objects.erase(object_key(bucket, key))) call.effect = "deleted";
}

}  // namespace

Result<Value> put_object(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  const std::string& key = in.text("Key");
  TRY(check_key(key));
  const std::string& body = in.text("Body");
  TRY(check_md5(in, body));
  const std::string place = object_key(bucket->name, key);
  const ObjectEntry* held = call.state.s3.objects.find(place);
  if (in.text("IfNoneMatch") == "*" && held)
    return fault("PreconditionFailed",
                 "At least one of the pre-conditions you specified did not hold", 412,
                 Code::conflict);
  ObjectEntry entry{.bucket = bucket->name,
                    .key = key,
                    .body = Body(body),
                    .etag = etag_of(body),
                    .modified = call.now};
  TRY(read_headers(in, entry));
  call.effect = held ? "changed" : "created";
  Value answer = object({{"ETag", entry.etag}, {"ServerSideEncryption", "AES256"}});
  call.state.s3.objects.put(place, std::move(entry));
  return answer;
}

Result<Value> copy_object(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  const std::string& key = in.text("Key");
  TRY(check_key(key));
  Source source = TRY(read_source(in.text("CopySource")));
  const Bucket* from = call.state.s3.buckets.find(source.bucket);
  if (!from)
    return fault("NoSuchBucket", "The specified bucket does not exist", 404, Code::not_found);
  const std::string& expected = in.text("ExpectedSourceBucketOwner");
  if (!expected.empty() && expected != from->account)
    return fault("AccessDenied", "Access Denied", 403, Code::denied);
  TRY(call.authorise("s3:GetObject", object_arn(source.bucket, source.key)));
  const ObjectEntry* original = call.state.s3.objects.find(object_key(source.bucket, source.key));
  if (!original) {
    TRY(call.authorise("s3:ListBucket", bucket_arn(source.bucket)));
    return fault("NoSuchKey", "The specified key does not exist.", 404, Code::not_found);
  }
  TRY(check_conditions(in, "CopySource", *original));
  bool replace = in.text("MetadataDirective") == "REPLACE";
  const std::string place = object_key(bucket->name, key);
  if (!replace && place == object_key(source.bucket, source.key))
    return fault("InvalidRequest",
                 "This copy request is illegal because it is trying to copy an object to itself "
                 "without changing the object's metadata, storage class, website redirect "
                 "location or encryption attributes.");
  ObjectEntry copy = *original;  // shares the bytes
  copy.bucket = bucket->name;
  copy.key = key;
  copy.modified = call.now;
  if (replace) TRY(read_headers(in, copy));
  call.effect = call.state.s3.objects.contains(place) ? "changed" : "created";
  Value answer = object(
      {{"CopyObjectResult", object({{"ETag", copy.etag}, {"LastModified", iso8601(call.now)}})},
       {"ServerSideEncryption", "AES256"}});
  call.state.s3.objects.put(place, std::move(copy));
  return answer;
}

Result<Value> delete_object(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  erase(call, bucket->name, in.text("Key"));  // a key that is not there is no error
  return Value(Object());
}

Result<Value> delete_objects(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  const Value::List& keys = in["Delete"].items("Objects");
  if (keys.empty() || keys.size() > most_deleted)
    return fault("MalformedXML",
                 "The XML you provided was not well-formed or did not validate against our "
                 "published schema");
  bool quiet = in["Delete"].flag("Quiet");
  const std::string name = bucket->name;
  Value::List deleted, errors;
  for (const Value& one : keys) {
    const std::string& key = one.text("Key");
    if (auto allowed = call.authorise("s3:DeleteObject", object_arn(name, key)); !allowed) {
      errors.push_back(object(
          {{"Key", key}, {"Code", allowed.error().name}, {"Message", allowed.error().message}}));
      continue;
    }
    erase(call, name, key);
    if (!quiet) deleted.push_back(object({{"Key", key}}));
  }
  Value answer{Object()};
  if (!deleted.empty()) answer.set("Deleted", std::move(deleted));
  if (!errors.empty()) answer.set("Errors", std::move(errors));
  return answer;
}

}  // namespace stint::cloud::s3

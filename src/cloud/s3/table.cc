// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/s3/table.h"

#include <algorithm>

#include "cloud/s3/bucket.h"
#include "cloud/s3/operations.h"
#include "cloud/s3/settings.h"
#include "cloud/s3/tagging.h"
#include "cloud/s3/versions.h"

namespace stint::cloud::s3 {
namespace {

Resources anything(const Call&, const Value&) {
  return {"*"};
}
/// A bucket that is not there is answered NoSuchBucket to anyone: S3 tells 404 from 403.
Resources the_bucket(const Call& call, const Value& in) {
  if (!call.state.s3.buckets.contains(in.text("Bucket"))) return {};
  return {bucket_arn(in.text("Bucket"))};
}
/// That a name is taken by somebody else is told to anyone; that one's policy has no say in it.
Resources new_bucket(const Call& call, const Value& in) {
  const Bucket* held = call.state.s3.buckets.find(in.text("Bucket"));
  if (held && held->account != call.account) return {};
  return {bucket_arn(in.text("Bucket"))};
}
Resources the_object(const Call& call, const Value& in) {
  if (!call.state.s3.buckets.contains(in.text("Bucket"))) return {};
  return {object_arn(in.text("Bucket"), in.text("Key"))};
}
/// DeleteObjects asks for each key by itself and answers for each.
Resources each_by_itself(const Call&, const Value&) {
  return {};
}

void list_context(const Call&, const Value& in, policy::Context& out) {
  for (const auto& [member, key] :
       {std::pair{"Prefix", "s3:prefix"}, {"Delimiter", "s3:delimiter"}})
    if (const Value* given = in.find(member); given && given->is_text())
      out.set(key, given->as_text());
  if (in.find("MaxKeys")) out.set("s3:max-keys", std::to_string(in.integer("MaxKeys")));
}

/// Tags of the object that is there, and what a version's id is.
void object_context(const Call& call, const Value& in, policy::Context& out) {
  const std::string& version = in.text("VersionId");
  if (!version.empty()) out.set("s3:VersionId", version);
  if (const ObjectEntry* held =
          find_version(call.state.s3, in.text("Bucket"), in.text("Key"), version))
    for (const auto& [key, value] : held->tags) out.set("s3:ExistingObjectTag/" + key, value);
}

void tags_context(const Tags& tags, policy::Context& out) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : tags) {
    out.set("s3:RequestObjectTag/" + key, value);
    keys.push_back(key);
  }
  if (!keys.empty()) out.set("s3:RequestObjectTagKeys", std::move(keys));
}

void tagging_context(const Call& call, const Value& in, policy::Context& out) {
  object_context(call, in, out);
  if (auto tags = read_tag_set(in["Tagging"].items("TagSet"), most_object_tags))
    tags_context(*tags, out);
}

void write_context(const Call& call, const Value& in, policy::Context& out) {
  object_context(call, in, out);
  for (const auto& [member, key] :
       {std::pair{"ACL", "s3:x-amz-acl"},
        {"CopySource", "s3:x-amz-copy-source"},
        {"GrantFullControl", "s3:x-amz-grant-full-control"},
        {"GrantRead", "s3:x-amz-grant-read"},
        {"GrantReadACP", "s3:x-amz-grant-read-acp"},
        {"GrantWrite", "s3:x-amz-grant-write"},
        {"GrantWriteACP", "s3:x-amz-grant-write-acp"},
        {"IfMatch", "s3:if-match"},
        {"IfNoneMatch", "s3:if-none-match"},
        {"MetadataDirective", "s3:x-amz-metadata-directive"},
        {"ObjectOwnership", "s3:x-amz-object-ownership"},
        {"SSEKMSKeyId", "s3:x-amz-server-side-encryption-aws-kms-key-id"},
        {"ServerSideEncryption", "s3:x-amz-server-side-encryption"},
        {"StorageClass", "s3:x-amz-storage-class"},
        {"WebsiteRedirectLocation", "s3:x-amz-website-redirect-location"}})
    if (const Value* given = in.find(member); given && given->is_text())
      out.set(key, given->as_text());
  if (auto tags = read_tag_header(in.text("Tagging"))) tags_context(*tags, out);
}

void location_context(const Call& call, const Value& in, policy::Context& out) {
  const std::string& place = in["CreateBucketConfiguration"].text("LocationConstraint");
  if (!place.empty()) out.set("s3:LocationConstraint", place);
  write_context(call, in, out);
}

/// With a version's id the action has another name (S3 User Guide, "Actions for Amazon S3").
std::string_view of_version(const Call&, const Value& in, std::string_view action) {
  if (in.text("VersionId").empty()) return action;
  constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"s3:DeleteObject", "s3:DeleteObjectVersion"},
      {"s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"},
      {"s3:GetObject", "s3:GetObjectVersion"},
      {"s3:GetObjectAcl", "s3:GetObjectVersionAcl"},
      {"s3:GetObjectTagging", "s3:GetObjectVersionTagging"},
      {"s3:PutObjectAcl", "s3:PutObjectVersionAcl"},
      {"s3:PutObjectTagging", "s3:PutObjectVersionTagging"}};
  for (const auto& [plain, versioned] : names)
    if (plain == action) return versioned;
  return action;
}

constexpr Operation operations[] = {
    {"AbortMultipartUpload", abort_multipart_upload, the_object},
    {"CompleteMultipartUpload", complete_multipart_upload, the_object, write_context,
     "s3:PutObject"},
    {"CopyObject", copy_object, the_object, write_context, "s3:PutObject"},
    {"CreateBucket", create_bucket, new_bucket, location_context},
    {"CreateMultipartUpload", create_multipart_upload, the_object, write_context, "s3:PutObject"},
    {"DeleteBucket", delete_bucket, the_bucket},
    {"DeleteBucketCors", erase<cors>, the_bucket, nullptr, "s3:PutBucketCORS"},
    {"DeleteBucketEncryption", erase<encryption_setting>, the_bucket, nullptr,
     "s3:PutEncryptionConfiguration"},
    {"DeleteBucketLifecycle", erase<lifecycle>, the_bucket, nullptr,
     "s3:PutLifecycleConfiguration"},
    {"DeleteBucketOwnershipControls", erase<ownership>, the_bucket, nullptr,
     "s3:PutBucketOwnershipControls"},
    {"DeleteBucketPolicy", delete_bucket_policy, the_bucket},
    {"DeleteBucketReplication", erase<replication>, the_bucket, nullptr,
     "s3:PutReplicationConfiguration"},
    {"DeleteBucketTagging", delete_bucket_tagging, the_bucket, nullptr, "s3:PutBucketTagging"},
    {"DeleteBucketWebsite", erase<website>, the_bucket},
    {"DeleteObject", delete_object, the_object, object_context, {}, false, of_version},
    {"DeleteObjectTagging",
     delete_object_tagging,
     the_object,
     object_context,
     {},
     false,
     of_version},
    {"DeleteObjects", delete_objects, each_by_itself, nullptr, "s3:DeleteObject"},
    {"DeletePublicAccessBlock", erase<public_access_block>, the_bucket, nullptr,
     "s3:PutBucketPublicAccessBlock"},
    {"GetBucketAccelerateConfiguration", get<accelerate>, the_bucket, nullptr,
     "s3:GetAccelerateConfiguration", true},
    {"GetBucketAcl", get_bucket_acl, the_bucket, nullptr, {}, true},
    {"GetBucketCors", get<cors>, the_bucket, nullptr, "s3:GetBucketCORS", true},
    {"GetBucketEncryption", get<encryption_setting>, the_bucket, nullptr,
     "s3:GetEncryptionConfiguration", true},
    {"GetBucketLifecycleConfiguration", get<lifecycle>, the_bucket, nullptr,
     "s3:GetLifecycleConfiguration", true},
    {"GetBucketLocation", get_bucket_location, the_bucket, nullptr, {}, true},
    {"GetBucketLogging", get<logging>, the_bucket, nullptr, {}, true},
    {"GetBucketNotificationConfiguration", get<notification>, the_bucket, nullptr,
     "s3:GetBucketNotification", true},
    {"GetBucketOwnershipControls", get<ownership>, the_bucket, nullptr, {}, true},
    {"GetBucketPolicy", get_bucket_policy, the_bucket, nullptr, {}, true},
    {"GetBucketPolicyStatus", get_bucket_policy_status, the_bucket, nullptr, {}, true},
    {"GetBucketReplication", get<replication>, the_bucket, nullptr,
     "s3:GetReplicationConfiguration", true},
    {"GetBucketRequestPayment", get<request_payment>, the_bucket, nullptr, {}, true},
    {"GetBucketTagging", get_bucket_tagging, the_bucket, nullptr, {}, true},
    {"GetBucketVersioning", get_bucket_versioning, the_bucket, nullptr, {}, true},
    {"GetBucketWebsite", get<website>, the_bucket, nullptr, {}, true},
    {"GetObject", get_object, the_object, object_context, {}, true, of_version},
    {"GetObjectAcl", get_object_acl, the_object, object_context, {}, true, of_version},
    {"GetObjectAttributes", get_object_attributes, the_object, object_context, "s3:GetObject", true,
     of_version},
    {"GetObjectTagging", get_object_tagging, the_object, object_context, {}, true, of_version},
    {"GetPublicAccessBlock", get<public_access_block>, the_bucket, nullptr,
     "s3:GetBucketPublicAccessBlock", true},
    {"HeadBucket", head_bucket, the_bucket, nullptr, "s3:ListBucket", true},
    {"HeadObject", head_object, the_object, object_context, "s3:GetObject", true, of_version},
    {"ListBuckets", list_buckets, anything, nullptr, "s3:ListAllMyBuckets", true},
    {"ListMultipartUploads", list_multipart_uploads, the_bucket, list_context,
     "s3:ListBucketMultipartUploads", true},
    {"ListObjectVersions", list_object_versions, the_bucket, list_context, "s3:ListBucketVersions",
     true},
    {"ListObjects", list_objects, the_bucket, list_context, "s3:ListBucket", true},
    {"ListObjectsV2", list_objects_v2, the_bucket, list_context, "s3:ListBucket", true},
    {"ListParts", list_parts, the_object, nullptr, "s3:ListMultipartUploadParts", true},
    {"PutBucketAccelerateConfiguration", put<accelerate>, the_bucket, nullptr,
     "s3:PutAccelerateConfiguration"},
    {"PutBucketAcl", put_bucket_acl, the_bucket, write_context},
    {"PutBucketCors", put<cors>, the_bucket, nullptr, "s3:PutBucketCORS"},
    {"PutBucketEncryption", put<encryption_setting>, the_bucket, nullptr,
     "s3:PutEncryptionConfiguration"},
    {"PutBucketLifecycleConfiguration", put<lifecycle>, the_bucket, nullptr,
     "s3:PutLifecycleConfiguration"},
    {"PutBucketLogging", put<logging>, the_bucket},
    {"PutBucketNotificationConfiguration", put<notification>, the_bucket, nullptr,
     "s3:PutBucketNotification"},
    {"PutBucketOwnershipControls", put<ownership>, the_bucket},
    {"PutBucketPolicy", put_bucket_policy, the_bucket},
    {"PutBucketReplication", put<replication>, the_bucket, nullptr,
     "s3:PutReplicationConfiguration"},
    {"PutBucketRequestPayment", put<request_payment>, the_bucket},
    {"PutBucketTagging", put_bucket_tagging, the_bucket},
    {"PutBucketVersioning", put_bucket_versioning, the_bucket},
    {"PutBucketWebsite", put<website>, the_bucket},
    {"PutObject", put_object, the_object, write_context},
    {"PutObjectAcl", put_object_acl, the_object, write_context, {}, false, of_version},
    {"PutObjectTagging", put_object_tagging, the_object, tagging_context, {}, false, of_version},
    {"PutPublicAccessBlock", put<public_access_block>, the_bucket, nullptr,
     "s3:PutBucketPublicAccessBlock"},
    {"UploadPart", upload_part, the_object, write_context, "s3:PutObject"},
    {"UploadPartCopy", upload_part_copy, the_object, write_context, "s3:PutObject"},
};
static_assert(std::ranges::is_sorted(operations, {}, &Operation::name));

}  // namespace

ServiceTable table() {
  return {.service = "s3", .operations = operations, .resource_policies = bucket_policies};
}

}  // namespace stint::cloud::s3

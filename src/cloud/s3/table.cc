// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/s3/table.h"

#include <algorithm>

#include "cloud/s3/bucket.h"
#include "cloud/s3/operations.h"

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

void write_context(const Call&, const Value& in, policy::Context& out) {
  for (const auto& [member, key] :
       {std::pair{"ACL", "s3:x-amz-acl"},
        {"ServerSideEncryption", "s3:x-amz-server-side-encryption"},
        {"SSEKMSKeyId", "s3:x-amz-server-side-encryption-aws-kms-key-id"},
        {"StorageClass", "s3:x-amz-storage-class"},
        {"CopySource", "s3:x-amz-copy-source"},
        {"MetadataDirective", "s3:x-amz-metadata-directive"}})
    if (const Value* given = in.find(member); given && given->is_text())
      out.set(key, given->as_text());
}

void location_context(const Call&, const Value& in, policy::Context& out) {
  const std::string& place = in["CreateBucketConfiguration"].text("LocationConstraint");
  if (!place.empty()) out.set("s3:LocationConstraint", place);
}

constexpr Operation operations[] = {
    {"CopyObject", copy_object, the_object, write_context, "s3:PutObject"},
    {"CreateBucket", create_bucket, new_bucket, location_context},
    {"DeleteBucket", delete_bucket, the_bucket},
    {"DeleteBucketPolicy", delete_bucket_policy, the_bucket},
    {"DeleteObject", delete_object, the_object},
    {"DeleteObjects", delete_objects, each_by_itself, nullptr, "s3:DeleteObject"},
    {"GetBucketEncryption", get_bucket_encryption, the_bucket, nullptr,
     "s3:GetEncryptionConfiguration", true},
    {"GetBucketLocation", get_bucket_location, the_bucket, nullptr, {}, true},
    {"GetBucketPolicy", get_bucket_policy, the_bucket, nullptr, {}, true},
    {"GetObject", get_object, the_object, nullptr, {}, true},
    {"HeadBucket", head_bucket, the_bucket, nullptr, "s3:ListBucket", true},
    {"HeadObject", head_object, the_object, nullptr, "s3:GetObject", true},
    {"ListBuckets", list_buckets, anything, nullptr, "s3:ListAllMyBuckets", true},
    {"ListObjects", list_objects, the_bucket, list_context, "s3:ListBucket", true},
    {"ListObjectsV2", list_objects_v2, the_bucket, list_context, "s3:ListBucket", true},
    {"PutBucketPolicy", put_bucket_policy, the_bucket},
    {"PutObject", put_object, the_object, write_context},
};
static_assert(std::ranges::is_sorted(operations, {}, &Operation::name));

}  // namespace

ServiceTable table() {
  return {.service = "s3", .operations = operations, .resource_policies = bucket_policies};
}

}  // namespace stint::cloud::s3

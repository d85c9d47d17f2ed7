// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cloud/cloud.h"

/// The operations of S3, for its table.
namespace stint::cloud::s3 {

using Resources = std::vector<std::string>;

// acl.cc
Result<Value> get_bucket_acl(Call& call, const Value& in);
Result<Value> get_object_acl(Call& call, const Value& in);
Result<Value> put_bucket_acl(Call& call, const Value& in);
Result<Value> put_object_acl(Call& call, const Value& in);

// buckets.cc
Result<Value> create_bucket(Call& call, const Value& in);
Result<Value> delete_bucket(Call& call, const Value& in);
Result<Value> get_bucket_location(Call& call, const Value& in);
Result<Value> head_bucket(Call& call, const Value& in);
Result<Value> list_buckets(Call& call, const Value& in);

// bucket_policy.cc
Result<Value> delete_bucket_policy(Call& call, const Value& in);
Result<Value> get_bucket_policy(Call& call, const Value& in);
Result<Value> get_bucket_policy_status(Call& call, const Value& in);
Result<Value> put_bucket_policy(Call& call, const Value& in);
void bucket_policies(const cloud::State& state, std::string_view action, const std::string& arn,
                     policy::Policies& out);

// deleting.cc
Result<Value> delete_object(Call& call, const Value& in);
Result<Value> delete_objects(Call& call, const Value& in);

// listing.cc
Result<Value> list_objects(Call& call, const Value& in);
Result<Value> list_objects_v2(Call& call, const Value& in);

// multipart.cc
Result<Value> abort_multipart_upload(Call& call, const Value& in);
Result<Value> complete_multipart_upload(Call& call, const Value& in);
Result<Value> create_multipart_upload(Call& call, const Value& in);
Result<Value> list_multipart_uploads(Call& call, const Value& in);

// objects.cc
Result<Value> get_object(Call& call, const Value& in);
Result<Value> get_object_attributes(Call& call, const Value& in);
Result<Value> head_object(Call& call, const Value& in);

// parts.cc
Result<Value> list_parts(Call& call, const Value& in);
Result<Value> upload_part(Call& call, const Value& in);
Result<Value> upload_part_copy(Call& call, const Value& in);

// tagging.cc
Result<Value> delete_bucket_tagging(Call& call, const Value& in);
Result<Value> delete_object_tagging(Call& call, const Value& in);
Result<Value> get_bucket_tagging(Call& call, const Value& in);
Result<Value> get_object_tagging(Call& call, const Value& in);
Result<Value> put_bucket_tagging(Call& call, const Value& in);
Result<Value> put_object_tagging(Call& call, const Value& in);

// version_listing.cc
Result<Value> get_bucket_versioning(Call& call, const Value& in);
Result<Value> list_object_versions(Call& call, const Value& in);
Result<Value> put_bucket_versioning(Call& call, const Value& in);

// writing.cc
Result<Value> copy_object(Call& call, const Value& in);
Result<Value> put_object(Call& call, const Value& in);

}  // namespace stint::cloud::s3

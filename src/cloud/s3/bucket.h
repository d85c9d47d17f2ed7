// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "cloud/cloud.h"

/// What the operations of S3 have in common, and what the front door must know of buckets.
namespace stint::cloud::s3 {

/// The Region of a bucket, for the header x-amz-bucket-region that goes on every answer about a
/// bucket that exists, refusals too; empty: there is no such bucket.
std::string_view region_of(const cloud::State& state, std::string_view bucket);

std::string bucket_arn(std::string_view bucket);
std::string object_arn(std::string_view bucket, std::string_view key);
/// The key of an object in State::objects.
std::string object_key(std::string_view bucket, std::string_view key);

/// "0a1b...": the canonical user id of an account.
std::string canonical_id(std::string_view account);
Value owner(std::string_view account);

/// The bucket of an input. Errors: NoSuchBucket (404); AccessDenied when ExpectedBucketOwner is
/// somebody else.
Result<const Bucket*> find_bucket(Call& call, const Value& in);

/// Quoted MD5 of the bytes.
std::string etag_of(std::string_view bytes);

/// If-Match and the like against an object, in RFC 9110's order. `prefix` is "" or "CopySource".
/// Errors: PreconditionFailed (412); NotModified (304; for a copy 412).
Result<void> check_conditions(const Value& in, std::string_view prefix, const ObjectEntry& object);

/// Whether an If-Match header ("*", one or more tags, quoted or not) names the tag.
bool matches_tag(std::string_view list, std::string_view etag);

/// Appends what a header-carrying answer says of an object.
void describe_object(const ObjectEntry& object, Object& out);

}  // namespace stint::cloud::s3

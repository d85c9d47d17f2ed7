// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Buckets themselves.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/s3/acl.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/multipart.h"
#include "cloud/s3/operations.h"

namespace stint::cloud::s3 {
namespace {

/// "Bucket naming rules" of the S3 User Guide.
bool valid_name(std::string_view name) {
  if (name.size() < 3 || name.size() > 63) return false;
  auto outer = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (!outer(name.front()) || !outer(name.back())) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (!outer(name[i]) && name[i] != '-' && name[i] != '.') return false;
    if (name[i] == '.' && name[i - 1] == '.') return false;
  }
  if (name.starts_with("xn--") || name.ends_with("-s3alias") || name.ends_with("--ol-s3"))
    return false;
  auto parts = split(name, '.');  // not an IPv4 address
  return parts.size() != 4 || !std::ranges::all_of(parts, [](std::string_view part) {
           return to_integer(part).has_value();
         });
}

/// What S3 gives every new bucket since April 2023: no public access, no ACLs.
void protect(Bucket& bucket, const std::string& ownership) {
  const Value rule =
      object({{"ObjectOwnership", ownership.empty() ? "BucketOwnerEnforced" : ownership}});
  bucket.settings["OwnershipControls"] = object({{"Rules", Value::list({rule})}});
  bucket.settings["PublicAccessBlock"] = object({{"BlockPublicAcls", true},
                                                 {"IgnorePublicAcls", true},
                                                 {"BlockPublicPolicy", true},
                                                 {"RestrictPublicBuckets", true}});
}

}  // namespace

Result<Value> create_bucket(Call& call, const Value& in) {
  const std::string& name = in.text("Bucket");
  if (!valid_name(name)) return fault("InvalidBucketName", "The specified bucket is not valid.");
  std::string place = in["CreateBucketConfiguration"].text("LocationConstraint");
  if (place == "EU") place = "eu-west-1";
  if (call.region != "us-east-1" && place != call.region)
    return fault("IllegalLocationConstraintException",
                 fmt::format("The {} location constraint is incompatible for the region specific "
                             "endpoint this request was sent to.",
                             place.empty() ? "unspecified" : place));
  if (place == "us-east-1")
    return fault("InvalidLocationConstraint", "The specified location-constraint is not valid");
  Value answer = object({{"Location", fmt::format("/{}", name)}});
  if (const Bucket* held = call.state.s3.buckets.find(name)) {
    if (held->account != call.account)
      return fault("BucketAlreadyExists",
                   "The requested bucket name is not available. The bucket namespace is shared by "
                   "all users of the system. Please select a different name and try again.",
                   409, Code::conflict);
    // The oldest Region answers as it always did.
    if (call.region == "us-east-1" && held->region == "us-east-1") return answer;
    return fault("BucketAlreadyOwnedByYou",
                 "Your previous request to create the named bucket succeeded and you already own "
                 "it.",
                 409, Code::conflict);
  }
  Bucket bucket{.name = name,
                .account = call.account,
                .region = place.empty() ? "us-east-1" : place,
                .created = call.now};
  protect(bucket, in.text("ObjectOwnership"));
  if (in.flag("ObjectLockEnabledForBucket"))
    return fault("NotImplemented",
                 "A header you provided implies functionality that is not implemented", 501);
  bucket.acl = TRY(read_acl(call, bucket, in, AclFor::new_bucket));
  call.effect = "created";
  call.state.s3.buckets.put(name, std::move(bucket));
  return answer;
}

Result<Value> delete_bucket(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  std::string prefix = object_key(bucket->name, "");
  auto first = call.state.s3.objects.lower_bound(prefix);
  if (first != call.state.s3.objects.end() && first->first.starts_with(prefix))
    return fault("BucketNotEmpty",
                 bucket->versioning.empty()
                     ? "The bucket you tried to delete is not empty"
                     : "The bucket you tried to delete is not empty. You must delete all versions "
                       "in the bucket.",
                 409, Code::conflict);
  call.effect = "deleted";
  std::vector<std::string> uploads;  // those end with their bucket
  for (auto at = call.state.s3.uploads.lower_bound(prefix);
       at != call.state.s3.uploads.end() && at->first.starts_with(prefix); ++at)
    uploads.push_back(at->second->id);
  for (const std::string& id : uploads) forget_upload(call.state.s3, in.text("Bucket"), id);
  call.state.s3.buckets.erase(in.text("Bucket"));
  return Value(Object());
}

Result<Value> head_bucket(Call& call, const Value& in) {
  auto bucket = find_bucket(call, in);
  // A HEAD answer has no body: clients see the status alone.
  if (!bucket && bucket.error().status == 404)
    return fault("404", "Not Found", 404, Code::not_found);
  if (!bucket) return fault("403", "Forbidden", 403, Code::denied);
  return object({{"BucketRegion", (*bucket)->region}, {"AccessPointAlias", false}});
}

Result<Value> get_bucket_location(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  if (bucket->region == "us-east-1") return Value(Object());  // null, as ever
  return object({{"LocationConstraint", bucket->region}});
}

Result<Value> list_buckets(Call& call, const Value&) {
  Value::List buckets;
  for (const auto& [name, bucket] : call.state.s3.buckets)
    if (bucket->account == call.account)
      buckets.push_back(object({{"Name", name}, {"CreationDate", iso8601(bucket->created)}}));
  return object({{"Buckets", std::move(buckets)}, {"Owner", owner(call.account)}});
}

}  // namespace stint::cloud::s3

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Bucket policies: kept as they were given, parsed whenever they bear on a request.
#include <fmt/core.h>

#include "base/text.h"
#include "cloud/s3/acl.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/operations.h"
#include "cloud/s3/public_access.h"
#include "value/json.h"

namespace stint::cloud::s3 {
namespace {

constexpr std::size_t most_bytes = 20 * 1024;

bool within(std::string_view resource, std::string_view bucket) {
  std::string arn = bucket_arn(bucket);
  return resource == arn || resource.starts_with(arn + "/") || resource == arn + "*";
}

/// Every Resource must lie in the bucket.
bool resources_within(const Value& document, std::string_view bucket) {
  auto all = [&](const Value& given) {
    if (given.is_text()) return within(given.as_text(), bucket);
    if (!given.is_list()) return given.is_null();
    for (const Value& one : given.as_list())
      if (!one.is_text() || !within(one.as_text(), bucket)) return false;
    return true;
  };
  const Value& statements = document["Statement"];
  if (statements.is_object()) return all(statements["Resource"]) && all(statements["NotResource"]);
  for (const Value& statement : document.items("Statement"))
    if (!all(statement["Resource"]) || !all(statement["NotResource"])) return false;
  return true;
}

}  // namespace

void bucket_policies(const cloud::State& state, std::string_view action, const std::string& arn,
                     policy::Policies& out) {
  // Who makes a bucket would own it; that there is one of that name already is told, not denied.
  if (action == "s3:CreateBucket") return;
  constexpr std::string_view prefix = "arn:aws:s3:::";
  if (!arn.starts_with(prefix)) return;
  std::string_view name = std::string_view(arn).substr(prefix.size());
  const Bucket* bucket = state.s3.buckets.find(name.substr(0, name.find('/')));
  if (!bucket) return;
  out.resource_account = bucket->account;
  const std::size_t slash = name.find('/');
  acl_policies(state.s3, *bucket, slash == name.npos ? "" : name.substr(slash + 1), out);
  if (bucket->policy.empty()) return;
  // It was checked when it was put.
  if (auto document = state.texts->policy(bucket->policy, policy::Type::resource))
    out.resource.push_back({fmt::format("the policy of bucket {}", bucket->name), *document});
  if (!blocks(*bucket, "RestrictPublicBuckets") || !is_public_policy(bucket->policy)) return;
  const std::string restriction = fmt::format(
      R"({{"Version":"2012-10-17","Statement":[{{"Sid":"RestrictPublicBuckets","Effect":"Deny",)"
      R"("Principal":"*","Action":"s3:*","Resource":"*","Condition":{{"StringNotEquals":)"
      R"({{"aws:PrincipalAccount":"{}"}},"Bool":{{"aws:PrincipalIsAWSService":"false"}}}}}}]}})",
      bucket->account);
  if (auto document = state.texts->policy(restriction, policy::Type::resource))
    out.resource.push_back({"the block of public access", *document});
}

Result<Value> put_bucket_policy(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  const std::string& text = in.text("Policy");
  if (text.size() > most_bytes)
    return fault("PolicyTooLarge", "Your policy exceeds the maximum allowed document size.");
  auto json = parse_json(text);
  if (!json || !json->is_object())
    return fault("MalformedPolicy", "This policy contains invalid Json");
  auto document = policy::parse(text, policy::Type::resource);
  if (!document) return fault("MalformedPolicy", document.error().message);
  if (!resources_within(*json, bucket->name))
    return fault("MalformedPolicy", "Policy has invalid resource");
  if (blocks(*bucket, "BlockPublicPolicy") && is_public_policy(text))
    return fault("AccessDenied",
                 fmt::format("User: {} is not authorized to perform: s3:PutBucketPolicy on "
                             "resource: \"{}\" because public policies are blocked by the "
                             "BlockPublicPolicy block public access setting.",
                             call.caller.principal.arn, bucket_arn(bucket->name)),
                 403, Code::denied);
  call.effect = bucket->policy.empty() ? "created" : "changed";
  call.state.s3.buckets.edit(in.text("Bucket"))->policy = text;
  return Value(Object());
}

Result<Value> get_bucket_policy(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  if (bucket->policy.empty())
    return fault("NoSuchBucketPolicy", "The bucket policy does not exist", 404, Code::not_found);
  return object({{"Policy", bucket->policy}});
}

Result<Value> get_bucket_policy_status(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  if (bucket->policy.empty())
    return fault("NoSuchBucketPolicy", "The bucket policy does not exist", 404, Code::not_found);
  return object({{"PolicyStatus", object({{"IsPublic", is_public_policy(bucket->policy)}})}});
}

Result<Value> delete_bucket_policy(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  if (bucket->policy.empty()) return Value(Object());
  call.effect = "deleted";
  call.state.s3.buckets.edit(in.text("Bucket"))->policy.clear();
  return Value(Object());
}

}  // namespace stint::cloud::s3

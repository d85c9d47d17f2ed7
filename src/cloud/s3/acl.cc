// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Access control lists of buckets and objects (S3 User Guide, "Access control list (ACL)
// overview").
#include "cloud/s3/acl.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/operations.h"
#include "cloud/s3/public_access.h"
#include "cloud/s3/versions.h"
#include "value/json.h"

namespace stint::cloud::s3 {
namespace {

constexpr std::string_view all_users = "http://acs.amazonaws.com/groups/global/AllUsers";
constexpr std::string_view authenticated_users =
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
constexpr std::string_view log_delivery = "http://acs.amazonaws.com/groups/s3/LogDelivery";

Value user_grant(std::string_view id, std::string_view permission) {
  return object(
      {{"Grantee", object({{"ID", id}, {"Type", "CanonicalUser"}})}, {"Permission", permission}});
}
Value group_grant(std::string_view uri, std::string_view permission) {
  return object(
      {{"Grantee", object({{"Type", "Group"}, {"URI", uri}})}, {"Permission", permission}});
}
Value owner_grants(const Bucket& bucket) {
  return Value::list({user_grant(canonical_id(bucket.account), "FULL_CONTROL")});
}

struct Canned {
  std::string_view name;
  std::string_view uri;                        ///< of the group it grants to, or empty
  std::string_view permissions[2] = {{}, {}};  ///< of the group
};
constexpr Canned canned[] = {
    {"authenticated-read", authenticated_users, {"READ", {}}},
    {"aws-exec-read", {}},
    {"bucket-owner-full-control", {}},
    {"bucket-owner-read", {}},
    {"log-delivery-write", log_delivery, {"WRITE", "READ_ACP"}},
    {"private", {}},
    {"public-read", all_users, {"READ", {}}},
    {"public-read-write", all_users, {"READ", "WRITE"}},
};
static_assert(std::ranges::is_sorted(canned, {}, &Canned::name));

Result<Value> canned_grants(const Bucket& bucket, const std::string& name) {
  auto found = std::ranges::lower_bound(canned, name, {}, &Canned::name);
  if (found == std::end(canned) || found->name != name) return fault("InvalidArgument", "");
  Value grants = owner_grants(bucket);
  for (std::string_view permission : found->permissions)
    if (!permission.empty()) grants.push(group_grant(found->uri, permission));
  return grants;
}

constexpr std::pair<const char*, const char*> grant_headers[] = {
    {"GrantFullControl", "FULL_CONTROL"},
    {"GrantRead", "READ"},
    {"GrantReadACP", "READ_ACP"},
    {"GrantWrite", "WRITE"},
    {"GrantWriteACP", "WRITE_ACP"}};

bool known_group(std::string_view uri) {
  return uri == all_users || uri == authenticated_users || uri == log_delivery;
}

/// 'id="...", uri="..."'.
Result<void> read_grant_header(const std::string& header, std::string_view permission,
                               Value& grants) {
  for (std::string_view part : split(header, ',')) {
    part = trim(part);
    const std::size_t equals = part.find('=');
    std::string_view kind = trim(part.substr(0, equals));
    std::string_view name = equals == part.npos ? "" : trim(part.substr(equals + 1));
    if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"'))
      name = name.substr(1, name.size() - 2);
    if (kind == "id" && !name.empty()) {
      grants.push(user_grant(name, permission));
    } else if (kind == "uri") {
      if (!known_group(name)) return fault("InvalidArgument", "Invalid group uri");
      grants.push(group_grant(name, permission));
    } else if (kind == "emailAddress") {
      return fault("UnresolvableGrantByEmailAddress",
                   "The e-mail address you provided does not match any account on record.");
    } else {
      return fault("InvalidArgument", "Argument format not recognized");
    }
  }
  return {};
}

Result<Value> read_policy(const Bucket& bucket, const Value& given) {
  auto malformed = [] {
    return fault("MalformedACLError",
                 "The XML you provided was not well-formed or did not validate against our "
                 "published schema");
  };
  if (given["Owner"].text("ID").empty()) return malformed();
  if (given["Owner"].text("ID") != canonical_id(bucket.account))
    return fault("AccessDenied", "Access Denied", 403, Code::denied);
  Value grants{Value::List()};
  for (const Value& grant : given.items("Grants")) {
    const Value& grantee = grant["Grantee"];
    const std::string& permission = grant.text("Permission");
    if (std::ranges::none_of(grant_headers,
                             [&](const auto& one) { return permission == one.second; }))
      return malformed();
    if (const std::string& uri = grantee.text("URI"); !uri.empty()) {
      if (!known_group(uri)) return fault("InvalidArgument", "Invalid group uri");
      grants.push(group_grant(uri, permission));
    } else if (const std::string& id = grantee.text("ID"); !id.empty()) {
      grants.push(user_grant(id, permission));
    } else if (!grantee.text("EmailAddress").empty()) {
      return fault("UnresolvableGrantByEmailAddress",
                   "The e-mail address you provided does not match any account on record.");
    } else {
      return malformed();
    }
  }
  return grants;
}

bool is_public_grant(const Value& grants) {
  if (!grants.is_list()) return false;
  return std::ranges::any_of(grants.as_list(), [](const Value& grant) {
    const std::string& uri = grant["Grantee"].text("URI");
    return uri == all_users || uri == authenticated_users;
  });
}

/// The actions that a permission stands for, as JSON items; on the bucket or its objects.
std::string_view actions_of(std::string_view permission, bool of_object) {
  if (of_object) {
    if (permission == "READ") return R"("s3:GetObject","s3:GetObjectVersion")";
    if (permission == "READ_ACP") return R"("s3:GetObjectAcl","s3:GetObjectVersionAcl")";
    if (permission == "WRITE_ACP") return R"("s3:PutObjectAcl","s3:PutObjectVersionAcl")";
    if (permission == "FULL_CONTROL")
      return R"("s3:GetObject","s3:GetObjectVersion","s3:GetObjectAcl","s3:PutObjectAcl")";
    return {};
  }
  if (permission == "READ")
    return R"("s3:ListBucket","s3:ListBucketVersions","s3:ListBucketMultipartUploads")";
  if (permission == "READ_ACP") return R"("s3:GetBucketAcl")";
  if (permission == "WRITE_ACP") return R"("s3:PutBucketAcl")";
  if (permission == "WRITE") return R"("s3:PutObject","s3:DeleteObject")";
  if (permission == "FULL_CONTROL")
    return R"("s3:ListBucket","s3:GetBucketAcl","s3:PutBucketAcl","s3:PutObject","s3:DeleteObject")";
  return {};
}

void add_grants(const Value& grants, const std::string& resources, bool of_object,
                policy::Policies& out) {
  if (!grants.is_list()) return;
  for (const Value& grant : grants.as_list()) {
    const std::string& uri = grant["Grantee"].text("URI");
    if (uri != all_users && uri != authenticated_users) continue;
    const std::string_view actions = actions_of(grant.text("Permission"), of_object);
    if (actions.empty()) continue;
    const std::string condition =
        uri == all_users ? ""
                         : R"(,"Condition":{"StringNotEquals":{"aws:PrincipalType":"Anonymous"}})";
    const std::string text = fmt::format(
        R"({{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":"*","Action":[{}],)"
        R"("Resource":[{}]{}}}]}})",
        actions, resources, condition);
    if (auto document = policy::parse(text, policy::Type::resource))
      out.resource.push_back({of_object ? "the object's ACL" : "the bucket's ACL", *document});
  }
}

}  // namespace

bool ownership_enforced(const Bucket& bucket) {
  auto found = bucket.settings.find("OwnershipControls");
  return found != bucket.settings.end() &&
         found->second["Rules"][std::size_t{0}].text("ObjectOwnership") == "BucketOwnerEnforced";
}

Result<Value> read_acl(const Call& call, const Bucket& bucket, const Value& in, AclFor what) {
  const std::string& name = in.text("ACL");
  const Value& policy = in["AccessControlPolicy"];
  Value headers;
  for (const auto& [member, permission] : grant_headers)
    if (const std::string& header = in.text(member); !header.empty())
      TRY(read_grant_header(header, permission, headers));
  const bool setting = what == AclFor::bucket || what == AclFor::object;
  if (name.empty() && headers.is_null() && !policy.is_object()) {
    if (!setting) return Value();
    return fault("MissingSecurityHeader", "Your request was missing a required header");
  }
  if (!name.empty() && !headers.is_null())
    return fault("InvalidRequest", "Specifying both Canned ACLs and Header Grants is not allowed");
  Value grants = headers;
  if (!name.empty()) {
    auto known = canned_grants(bucket, name);
    if (!known) return fault("InvalidArgument", "");
    grants = std::move(*known);
  } else if (headers.is_null()) {
    grants = TRY(read_policy(bucket, policy));
  }
  if (ownership_enforced(bucket)) {
    if (name == "bucket-owner-full-control" || (!setting && name == "private")) return Value();
    if (what == AclFor::new_bucket)
      return fault("InvalidBucketAclWithObjectOwnership",
                   "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced "
                   "setting");
    return fault("AccessControlListNotSupported", "The bucket does not allow ACLs");
  }
  if (is_public_grant(grants) && blocks(bucket, "BlockPublicAcls"))
    return fault(
        "AccessDenied",
        fmt::format("User: {} is not authorized to perform: {} on resource: \"{}\" because "
                    "public access control lists (ACLs) are blocked by the "
                    "BlockPublicAcls block public access setting.",
                    call.caller.principal.arn,
                    what == AclFor::new_object ? "s3:PutObject"
                    : what == AclFor::object   ? "s3:PutObjectAcl"
                                               : "s3:PutBucketAcl",
                    what == AclFor::bucket || what == AclFor::new_bucket
                        ? bucket_arn(bucket.name)
                        : object_arn(bucket.name, in.text("Key"))),
        403, Code::denied);
  return grants;
}

Value acl_answer(const Bucket& bucket, const Value& grants) {
  return object(
      {{"Owner", owner(bucket.account)},
       {"Grants",
        grants.is_list() && !ownership_enforced(bucket) ? grants : owner_grants(bucket)}});
}

void acl_policies(const State& state, const Bucket& bucket, std::string_view key,
                  policy::Policies& out) {
  if (ownership_enforced(bucket) || blocks(bucket, "IgnorePublicAcls")) return;
  const std::string arn = bucket_arn(bucket.name);
  if (bucket.acl.is_list())
    add_grants(bucket.acl, fmt::format(R"("{0}","{0}/*")", arn), false, out);
  if (key.empty()) return;
  const ObjectEntry* entry = state.objects.find(object_key(bucket.name, key));
  // The policy's text is JSON, and a pattern: a key may hold what either gives a meaning to.
  if (entry && entry->acl.is_list())
    add_grants(entry->acl, fmt::format(R"("{}/*")", arn), true, out);
}

Result<Value> get_bucket_acl(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  return acl_answer(*bucket, bucket->acl);
}

Result<Value> put_bucket_acl(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  Value grants = TRY(read_acl(call, *bucket, in, AclFor::bucket));
  call.effect = "changed";
  call.state.s3.buckets.edit(in.text("Bucket"))->acl = std::move(grants);
  return Value(Object());
}

Result<Value> get_object_acl(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  const ObjectEntry* entry =
      TRY(find_object(call, bucket->name, in.text("Key"), in.text("VersionId")));
  return acl_answer(*bucket, entry->acl);
}

Result<Value> put_object_acl(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  TRY(find_object(call, bucket->name, in.text("Key"), in.text("VersionId")));
  Value grants = TRY(read_acl(call, *bucket, in, AclFor::object));
  call.effect = "changed";
  edit_version(call.state.s3, bucket->name, in.text("Key"), in.text("VersionId"))->acl =
      std::move(grants);
  return Value(Object());
}

}  // namespace stint::cloud::s3

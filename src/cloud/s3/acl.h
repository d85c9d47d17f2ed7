// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "cloud/cloud.h"

/// Access control lists: kept as lists of grants. Null stands for the owner's full control alone.
namespace stint::cloud::s3 {

/// Whether the bucket's ObjectOwnership is BucketOwnerEnforced: ACLs play no part.
bool ownership_enforced(const Bucket& bucket);

/// The grants that ACL, GrantRead, ... or AccessControlPolicy of an input mean; null: it has none
/// of them. Errors: AccessControlListNotSupported, AccessDenied (a public ACL that is blocked),
/// InvalidArgument, MalformedACLError, InvalidRequest.
enum class AclFor { new_bucket, bucket, new_object, object };
Result<Value> read_acl(const Call& call, const Bucket& bucket, const Value& in, AclFor what);

/// Owner and Grants of an answer.
Value acl_answer(const Bucket& bucket, const Value& grants);

/// What ACLs of a bucket and its objects grant to everybody, as policies. `key` is empty for the
/// bucket itself.
void acl_policies(const State& state, const Bucket& bucket, std::string_view key,
                  policy::Policies& out);

}  // namespace stint::cloud::s3

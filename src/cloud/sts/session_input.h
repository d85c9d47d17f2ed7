// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "cloud/cloud.h"

/// What the operations that give out sessions read from their inputs alike.
namespace stint::cloud::sts {

/// RoleSessionName, SourceIdentity and the name of a federated user. Error: ValidationError.
Result<void> check_session_name(std::string_view text, std::string_view member,
                                std::size_t most = 64);

/// Reads Policy, PolicyArns and Tags with TransitiveTagKeys onto a session of `session.account`.
/// Tags that the session has already are those that came down the chain; they cannot be given
/// another value. Errors: ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge,
/// InvalidParameterValue.
Result<void> read_session(const cloud::State& state, const Value& in, Session& session);

/// The PackedPolicySize of a session in percent; none: there is nothing to pack. AWS's packing is
/// not published: this counts characters.
std::optional<std::int64_t> packed_size(const Session& session);

/// aws:RequestTag/K, aws:TagKeys, sts:TransitiveTagKeys of a request.
void session_tag_keys(const Session& session, policy::Context& out);

/// The role that an ARN names, null when there is none.
const iam::Role* find_role(const cloud::State& state, std::string_view arn);

/// {AccessKeyId, SecretAccessKey, SessionToken, Expiration}.
Value describe_credentials(const Session& session);
/// {AssumedRoleId, Arn}.
Value describe_assumed_role(const Session& session);

}  // namespace stint::cloud::sts

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cloud/cloud.h"

/// The operations of STS, for its table.
namespace stint::cloud::sts {

// assume.cc
std::vector<std::string> assumed_role(const Call& call, const Value& in);
void assume_context(const Call& call, const Value& in, policy::Context& out);
Result<Value> assume_role(Call& call, const Value& in);
Result<Value> assume_role_with_web_identity(Call& call, const Value& in);
/// The trust policy of the role that an ARN names.
void trust_policies(const cloud::State& state, std::string_view action, const std::string& arn,
                    policy::Policies& out);

// identity.cc
Result<Value> decode_authorization_message(Call& call, const Value& in);
Result<Value> get_access_key_info(Call& call, const Value& in);
Result<Value> get_caller_identity(Call& call, const Value& in);
Result<Value> get_federation_token(Call& call, const Value& in);
Result<Value> get_session_token(Call& call, const Value& in);
std::vector<std::string> federated_user(const Call& call, const Value& in);
void federation_context(const Call& call, const Value& in, policy::Context& out);

}  // namespace stint::cloud::sts

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/sts/table.h"

#include <algorithm>

#include "cloud/sts/operations.h"

namespace stint::cloud::sts {
namespace {

std::vector<std::string> anything(const Call&, const Value&) {
  return {"*"};
}

constexpr Operation operations[] = {
    {"AssumeRole", assume_role, assumed_role, assume_context},
    {"AssumeRoleWithWebIdentity", assume_role_with_web_identity, assumed_role, nullptr, "none"},
    {"DecodeAuthorizationMessage", decode_authorization_message, anything, nullptr, {}, true},
    {"GetAccessKeyInfo", get_access_key_info, anything, nullptr, {}, true},
    {"GetCallerIdentity", get_caller_identity, nullptr, nullptr, "none", true},
    {"GetFederationToken", get_federation_token, federated_user, federation_context},
    {"GetSessionToken", get_session_token, nullptr, nullptr, "none"},
};
static_assert(std::ranges::is_sorted(operations, {}, &Operation::name));

}  // namespace

ServiceTable table() {
  return {.service = "sts", .operations = operations, .resource_policies = trust_policies};
}

}  // namespace stint::cloud::sts

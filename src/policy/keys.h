// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "policy/pattern.h"

namespace stint::policy {

/// The request's values of a key that is written in lower case; empty: it has none. What the
/// context lacks and the subject tells is taken from there: aws:userid, aws:username,
/// aws:PrincipalArn (the role's for a session), aws:PrincipalAccount, aws:PrincipalIsAWSService,
/// aws:PrincipalServiceName.
std::span<const std::string> key_values(const Request& request, std::string_view key);

/// What a variable stands for: the key's only value, or the default when the key has none. None
/// for a key with several values, which cannot be a variable.
std::optional<std::string_view> variable_value(const Variable& variable, const Request& request);

}  // namespace stint::policy

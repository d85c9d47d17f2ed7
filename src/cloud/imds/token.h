// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cloud/ec2/state.h"

/// Session tokens of IMDSv2. They carry their own expiry under a code that only fits one instance
/// since its launch, so nothing has to be kept. They guard against requests forged from outside
/// (a token needs a PUT with a header), not against who can reach the address anyway: such a one
/// may simply ask for a token. So the key need not be secret.
namespace stint::cloud::imds {

std::string make_token(const ec2::Instance& instance, Time expires);
/// When the token ends; none: not a token of this instance, or over.
std::optional<Time> check_token(const ec2::Instance& instance, std::string_view token, Time now);

}  // namespace stint::cloud::imds

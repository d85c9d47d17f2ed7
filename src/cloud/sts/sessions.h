// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cloud/state.h"

namespace stint::cloud::sts {

/// Gives a session, described by all but its credentials and times, its credentials, and keeps it.
/// Forgets sessions that ended more than a day ago.
const Session& start_session(cloud::State& state, Session session, Duration lifetime, Time now);

/// A new access key id; as in AWS's, the account can be told from it ("AKIA", "ASIA", 20
/// characters).
std::string new_access_key_id(Random& random, std::string_view prefix, std::string_view account);
std::string new_secret(Random& random);
/// The account that an id made by new_access_key_id (or by AWS) belongs to.
std::optional<std::string> account_of_access_key(std::string_view access_key);

}  // namespace stint::cloud::sts

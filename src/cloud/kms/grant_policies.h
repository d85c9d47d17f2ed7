// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "cloud/kms/keys.h"

namespace stint::cloud::kms {

/// What the grants on a key allow for an action, as policies of the key.
void add_grants(const cloud::State& state, const Found& found, std::string_view action,
                policy::Policies& out);

}  // namespace stint::cloud::kms

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "cloud/ssm/state.h"

namespace stint::cloud::ssm {

/// The value of a service setting, "/ssm/...": what somebody set, or AWS's own; empty: there is no
/// such setting.
std::string setting_value(const State& ssm, std::string_view id);

}  // namespace stint::cloud::ssm

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cloud/state.h"

/// Differences of clouds as people read them.
namespace stint::cloud {

/// What a person wants to see of a difference: sessions, commands, associations that have ended and
/// the like left out, and the same profile under a new association is no change.
std::vector<Change> lasting(std::vector<Change> changes);
/// The lasting ones of diff(before, after).
std::vector<Change> lasting(const State& before, const State& after);

/// `{key, change: created|changed|deleted, before, after}` for each.
Value changes_value(const std::vector<Change>& changes);

/// "+ iam role tempRole", "~ ec2 instance i-1: State" lines.
std::vector<std::string> change_lines(const std::vector<Change>& changes);

/// "iam role NAME" for the key "iam/123456789012/roles/NAME".
std::string short_name(const std::string& key);
/// "iam role": the kind of the thing with this key.
std::string kind_of(const std::string& key);

}  // namespace stint::cloud

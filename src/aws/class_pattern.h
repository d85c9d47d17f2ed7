// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>

namespace stint::aws {

/// Whether a text matches as a whole a pattern that is one character class with a quantifier
/// ("[\w+=,.@-]+", "^[a-zA-Z0-9_\-.]{3,128}$"), which most patterns of the service models are.
/// None: the pattern is of another form, and the caller must do without it.
std::optional<bool> matches_class_pattern(std::string_view pattern, std::string_view text);

}  // namespace stint::aws

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "document/document.h"

namespace stint::document {

/// The 23 actions of spec 3.1 with their inputs, as test data: the real table is in a room below.
const ActionSpec* find_test_action(std::string_view action);

}  // namespace stint::document

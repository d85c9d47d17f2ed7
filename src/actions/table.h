// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/action.h"

/// The actions of Automation runbooks: one file an action, one row in table.cc.
namespace stint::actions {

/// All actions, sorted by name.
engine::ActionTable table();

/// The spec of an action for document checks; nullptr: unknown.
const document::ActionSpec* find_spec(std::string_view action);

}  // namespace stint::actions

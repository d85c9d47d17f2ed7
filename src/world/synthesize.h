// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "aws/model.h"
#include "value/value.h"

namespace stint::world {

/// An invented output of an operation: every member of the right type (`--mock-missing
/// synthesize`). Recursive shapes end at their second visit.
Value synthesize_output(const aws::Operation& operation);

}  // namespace stint::world

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/reading.h"

namespace stint::document {

/// Ties a parsed runbook together: finds the targets of jumps and references, and checks what
/// spec 1.5 checks across steps. Errors and remarks through `report`.
Result<void> bind_and_check(Document& document, const ParseOptions& options,
                            const Reporter& report);

}  // namespace stint::document

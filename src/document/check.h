// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/result.h"
#include "document/document.h"
#include "document/reader.h"

namespace stint::document {

/// The checks of 1.5 that need the whole document: names of steps, actions and their inputs,
/// references, jumps, circles. Binds jumps and references to the places of the steps they name.
Result<void> check_document(Document& document, const ParseOptions& options, Reader& reader);

/// A circle of steps as "a -> b -> a", or empty. All edges count (C-07): the following step,
/// nextStep, onFailure, onCancel and the targets of branches.
std::string find_circle(const Document& document, const ParseOptions& options);

}  // namespace stint::document

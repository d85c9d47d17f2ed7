// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cli/common.h"
#include "engine/execution.h"

namespace stint::cli {

/// Parses a document for its errors alone: the sentences name its file.
Result<std::string> check_document(const engine::FoundDocument& document);

/// How an execution ended, what it left in the cloud since `before`, for a person or as
/// `{"execution", "diff", "audit"}`. Answers the exit code.
int tell_outcome(host::World& world, const engine::Execution& execution, const cloud::State& before,
                 bool json);

/// The exit code of a terminal status.
int exit_of(engine::Status status);

/// One audit line for a person.
std::vector<std::string> audit_row(const Value& entry);

}  // namespace stint::cli

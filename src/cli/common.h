// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/arguments.h"
#include "cloud/changes.h"
#include "cloud/cloud.h"
#include "host/world.h"
#include "value/value.h"

/// What commands share: flags, exit codes, sentences, tables.
namespace stint::cli {

/// Exit codes of interfaces.md.
enum Exit { good = 0, failed = 1, bad_input = 2, cancelled = 3, no_reach = 4, killed = 130 };

extern const Flag state_flags[1];  ///< --state
extern const Flag world_flags[1];  ///< --world
extern const Flag cloud_flags[7];  ///< --cloud, --time, --nodes, --unsandboxed, --mocks, ...
extern const Flag json_flags[1];   ///< --json

/// Prints "stint: SENTENCE" on stderr and answers the exit code that the error's kind has.
int report(const Error& error);
int exit_code(const Error& error);

/// The world that the flags describe. Errors: Code::invalid for values that are none.
Result<host::WorldOptions> world_options(const Arguments& arguments);
Result<std::unique_ptr<host::World>> open_world(const host::WorldOptions& options);

/// `-p Name=Value` and `--params FILE|synthesize` (interfaces.md). For `synthesize` the document's
/// parameters without a default get invented values.
Result<Value> parameters(const Arguments& arguments, const engine::FoundDocument& document);

/// Models as the environment gives them, with the embedded ones: one set a thread.
std::unique_ptr<aws::Models> make_models();

/// One line on stdout.
void print(std::string_view line);

/// Left-aligned columns, two blanks apart.
std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace stint::cli

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"
#include "cli/table.h"
#include "host/process.h"

int main(int argc, char** argv) {
  // The program is its own supervisor of node processes, and the first process in their sandbox.
  if (std::optional<int> code = stint::host::run_hidden_verb(argc, argv)) return *code;
  return stint::cli::run_command(stint::cli::commands(), argc, argv);
}

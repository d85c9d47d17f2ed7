// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "cli/arguments.h"
#include "cli/table.h"

int main(int argc, char** argv) {
  return stint::cli::run_command(stint::cli::commands(), argc, argv);
}

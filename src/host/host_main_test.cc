// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The test program is its own supervisor, as stint is.
#include <gtest/gtest.h>

#include <csignal>
#include <cstring>

#include "host/process_testing.h"

int main(int argc, char** argv) {
  if (std::optional<int> code = stint::host::run_hidden_verb(argc, argv)) return *code;
  // A program that starts a process and is killed at once (Processes.ADeadProgram...).
  if (argc == 3 && std::strcmp(argv[1], "start-and-die") == 0) {
    stint::host::start_and_die(argv[2]);
    return 1;
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

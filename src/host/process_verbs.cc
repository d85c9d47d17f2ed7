// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "host/process.h"
#include "host/sandbox.h"

namespace stint::host {

std::optional<int> run_hidden_verb(int argc, char** argv) {
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "node-supervisor") return node_supervisor_main(argc, argv);
  if (verb == "sandbox-init") return sandbox_init_main(argc, argv);
  return std::nullopt;
}

}  // namespace stint::host

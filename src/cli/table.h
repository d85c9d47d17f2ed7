// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <span>

#include "cli/arguments.h"

/// All commands: one row each in table.cc, one file each.
namespace stint::cli {

std::span<const Command> commands();

int run(const Arguments&);
int show(const Arguments&);
int list(const Arguments&);
int recover(const Arguments&);
int audit(const Arguments&);
int world_show(const Arguments&);
int world_dump(const Arguments&);
int serve_cloud(const Arguments&);
int demo(const Arguments&);
int explore(const Arguments&);

}  // namespace stint::cli

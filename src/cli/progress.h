// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

#include "engine/engine.h"

namespace stint::cli {

/// Shows the steps of executions as they go: a live tree on a terminal, plain lines otherwise.
/// Writes to stderr when stdout belongs to --json.
class Progress {
 public:
  /// `quiet`: nothing at all. `to_stderr`: stdout is for JSON.
  Progress(bool quiet, bool to_stderr);
  ~Progress();

  /// To be given to Engine::listen.
  void record(const engine::Execution& execution, const engine::Record& record);

 private:
  struct Line {
    std::string text;
    int depth;
  };
  int depth_of(const engine::Execution& execution);
  void line(int depth, std::string_view text, std::string_view color, bool passing);
  void clear_passing();

  std::FILE* out_;
  bool quiet_, terminal_;
  bool passing_ = false;               ///< the last line is to be overwritten
  std::map<std::string, int> depths_;  ///< by execution
};

}  // namespace stint::cli

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

/// Processes that outlive the program: each is run by a small supervisor (the program itself, with
/// the verb node-supervisor) that keeps everything about it in a directory. A program that was
/// killed finds there whether a process runs still (and waits for it), has ended (and reads how),
/// or never began (and starts it); none is ever started twice.
namespace stint::host {

struct ProcessSpec {
  std::vector<std::string> argv;                   ///< [0] is a path
  std::map<std::string, std::string> environment;  ///< all of it
  std::string directory = "/";
  Duration timeout{3'600'000};
  std::size_t output_limit = 1u << 20;  ///< bytes kept of each stream; the rest is read and dropped
  std::uint64_t file_limit = 4ull << 30;  ///< bytes of the largest file it may write
  std::uint64_t open_files = 4096;
};

struct ProcessEnd {
  int exit_code = 0;  ///< 128 + number when a signal ended it
  bool timed_out = false, cancelled = false;
  std::string output, error;
  std::string failure;  ///< why it was not run, or why its end is not known; empty: it ran
};

/// What a directory tells of its process.
enum class RunState : std::uint8_t {
  absent,    ///< no such run
  prepared,  ///< the spec is there; it has not begun
  running,
  ended,
  lost  ///< it had begun, and its supervisor died
};
RunState inspect_run(const std::string& directory);

/// Writes the spec (with the directory) unless there is one.
Result<void> prepare_run(const std::string& directory, const ProcessSpec& spec);
/// How it ended. Only when RunState::ended.
Result<ProcessEnd> read_end(const std::string& directory);

/// Starts such processes and waits for them.
class Processes {
 public:
  /// Called once for each start, on a thread of this class.
  using OnEnd = std::function<void(const std::string& id, const ProcessEnd& end)>;
  /// `program` understands the verb node-supervisor.
  Processes(std::string program, OnEnd on_end);
  /// Waits no longer. The processes run on.
  ~Processes();
  Processes(const Processes&) = delete;
  Processes& operator=(const Processes&) = delete;

  /// Starts the process of this directory, or adopts the one that runs, or takes the end of one
  /// that ended; any trouble is told as a ProcessEnd with a failure.
  void start(const std::string& id, const std::string& directory, const ProcessSpec& spec);
  /// Ends a process and all it started; its end is told as usual. Unknown ids are ignored.
  void cancel(const std::string& id);
  /// Tells a process's end without having run it.
  void tell(const std::string& id, std::string failure);
  /// Ends all of them and waits until they are gone.
  void finish();
  /// Those whose end was not told yet.
  std::size_t running() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The path of this program's own file.
std::string program_path();

/// `program node-supervisor DIRECTORY`: runs the process of a directory. Never returns before the
/// process and everything it started is gone.
int node_supervisor_main(int argc, char** argv);

/// The verbs that the program runs itself with: node-supervisor and sandbox-init. main() asks this
/// before anything else. None: not one of them.
std::optional<int> run_hidden_verb(int argc, char** argv);

}  // namespace stint::host

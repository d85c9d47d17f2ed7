// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/cloud.h"
#include "cloud/ssm/nodes.h"

/// The agents of all nodes: they take commands, step through the plugins of the document, report
/// results (spec/ssm-agent-protocol.md 6). All they remember is in the state (Job, Invocation), and
/// they do nothing by themselves: whoever drives the world calls them.
///
///   - After anything that may have given them work (a call to the cloud, an ended process, time
///     that passed `next_due`): `run_agents`. Cheap when there is no job.
///   - The processes that it orders are started once the state is durable. An order has an id that
///     stays the same: a host that is given one again (after a restart: `open_processes`) takes the
///     running process, or the result that it left, instead of starting another.
///   - When a process ended: `process_ended`, then `run_agents`.
namespace stint::cloud::ssm {

/// A script that an agent wants to be run on its node.
struct ProcessOrder {
  std::string id;  ///< "ACCOUNT/REGION/INSTANCE/COMMAND/STEP.ATTEMPT"
  NodePlace place;
  std::string command;  ///< id
  std::string step;     ///< name of the plugin's step
  std::string script;   ///< the lines of runCommand
  /// As the document has it; empty: the command's directory of downloads if a download made it,
  /// else the node's home.
  std::string directory;
  bool downloads = false;
  std::map<std::string, std::string> environment;  ///< AWS_SSM_INSTANCE_ID, SSM_COMMAND_ID, ...
  std::int64_t timeout_seconds = 3600;
};

/// How it ended.
struct ProcessResult {
  int exit_code = 0;  ///< 128 + number when a signal ended it
  bool timed_out = false, cancelled = false;
  std::string output, error;
  std::string failure;  ///< why it was not run, or why nobody knows; empty: it ran
};

/// Where a node keeps files. Scripted nodes keep none.
class NodeFiles {
 public:
  virtual ~NodeFiles() = default;
  /// Writes a file, with the folders above it. A relative path lies below the directory of
  /// downloads of the command.
  virtual Result<void> write(const NodePlace& place, std::string_view command,
                             std::string_view path, std::string_view bytes) = 0;
};

struct AgentWork {
  std::vector<ProcessOrder> start;  ///< once the state is durable
  std::vector<std::string> cancel;  ///< ids of processes to be ended
};

/// No agent has anything to do.
bool agents_idle(const cloud::State& state);
/// When an agent has something to do that no call and no process tells; none: never. An agent whose
/// role does not let it take its command looks again every second.
std::optional<Time> next_due(const cloud::State& state, Time now);

/// Lets every agent go as far as it can. `files` may be null for scripted nodes.
AgentWork run_agents(Cloud& cloud, NodeFiles* files, Time now);

/// Takes the end of a process down. An id that is not known any more is ignored.
void process_ended(Cloud& cloud, std::string_view id, const ProcessResult& result, Time now);

/// The orders of all processes that have not ended: to be given to the host after a restart.
AgentWork open_processes(Cloud& cloud);

}  // namespace stint::cloud::ssm

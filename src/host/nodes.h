// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "host/node_driver.h"
#include "host/process.h"
#include "host/process_files.h"
#include "host/sandbox.h"

/// Nodes that run scripts for real. A node is a directory: its files, and the runs of its commands.
///
///   ROOT/etc, python, net/cloud.sock                    for all nodes
///   ROOT/ACCOUNT/REGION/INSTANCE/fs/{home,opt,root,srv,tmp,var}
///   ROOT/ACCOUNT/REGION/INSTANCE/net/imds.sock
///   ROOT/ACCOUNT/REGION/INSTANCE/runs/COMMAND/STEP.ATTEMPT/{spec.json,pid,stdout,...}
namespace stint::host {

struct NodesOptions {
  std::string root;     ///< made when it is not there
  std::string program;  ///< understands the hidden verbs; empty: this program
  bool unsandboxed = false;
  /// Nothing outlives this object: it ends the processes and removes `root`.
  bool temporary = false;
  /// Where the cloud and the metadata of a node answer; only for unsandboxed nodes.
  std::string cloud_url;
  std::function<std::string(const cloud::ssm::NodePlace&)> metadata_url;
  /// Called for each start, on another thread.
  std::function<void(const std::string& id, const cloud::ssm::ProcessResult& result)> on_end;
};

class ProcessNodes final : public ProcessHost, private cloud::ssm::NodeFiles {
 public:
  /// Errors: Code::unavailable; when bubblewrap does not work and `unsandboxed` was not said, one
  /// sentence that names --unsandboxed.
  static Result<std::unique_ptr<ProcessNodes>> open(NodesOptions options);
  ~ProcessNodes() override;

  void start(const cloud::ssm::ProcessOrder& order) override;
  void cancel(const std::string& id) override;
  cloud::ssm::NodeFiles& files() override { return *this; }

  /// How scripts are run here, for people: "in a sandbox (bubblewrap)".
  std::string description() const;
  bool sandboxed() const { return !options_.unsandboxed; }
  /// Where the world must answer for sandboxed nodes: addresses for net::Server::listen
  /// ("unix:..."). The cloud for all of them; the metadata of each by itself, before its first
  /// script.
  std::string cloud_address();
  Result<std::string> metadata_address(const cloud::ssm::NodePlace& place);
  /// Processes whose end was not told yet.
  std::size_t running() const { return processes_->running(); }

 private:
  ProcessNodes() = default;
  Result<void> write(const cloud::ssm::NodePlace& place, std::string_view command,
                     std::string_view path, std::string_view bytes) override;
  Result<std::string> node_directory(const cloud::ssm::NodePlace& place);
  Result<ProcessSpec> plan(const cloud::ssm::ProcessOrder& order, const std::string& node);
  std::map<std::string, std::string> environment(const cloud::ssm::ProcessOrder& order,
                                                 const std::string& home) const;

  NodesOptions options_;
  Sandbox sandbox_;
  std::mutex mutex_;
  std::set<std::string> made_;            ///< node directories that are there
  std::map<std::string, Fd> short_ways_;  ///< folders of sockets with long names
  std::unique_ptr<Processes> processes_;  ///< last: its thread uses the options
};

}  // namespace stint::host

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cloud/ssm/agent.h"

/// Drives the agents of all nodes: lets them go on, starts the processes they order once the state
/// is durable, hands them the ends.
namespace stint::host {

/// Runs the processes of nodes for real (host/nodes.h), or none at all.
class ProcessHost {
 public:
  virtual ~ProcessHost() = default;
  /// Starts, adopts a running one, or takes the result that one left; its end is told by the
  /// callback that the host was made with, from any thread.
  virtual void start(const cloud::ssm::ProcessOrder& order) = 0;
  virtual void cancel(const std::string& id) = 0;
  virtual cloud::ssm::NodeFiles& files() = 0;
};

class NodeDriver {
 public:
  /// `processes` may be null: scripted nodes, or none. `prepare` is called before a process of a
  /// node is started.
  NodeDriver(cloud::Cloud& cloud, std::unique_ptr<ProcessHost> processes,
             std::function<void(const cloud::ssm::NodePlace&)> prepare = {})
      : cloud_(cloud), processes_(std::move(processes)), prepare_(std::move(prepare)) {}

  /// After a restart: processes that run on are adopted, others are started.
  void recover();
  /// Lets the agents go as far as they can. Their orders wait for start().
  void advance(Time now);
  /// Does what was ordered: after the state was made durable.
  void start();
  /// The end of a process; on the world's thread.
  void ended(const std::string& id, const cloud::ssm::ProcessResult& result, Time now);

  bool busy() const { return running_ > 0; }
  std::optional<Time> next_due(Time now) const { return cloud::ssm::next_due(cloud_.state, now); }

 private:
  void take(cloud::ssm::AgentWork work);

  cloud::Cloud& cloud_;
  std::unique_ptr<ProcessHost> processes_;
  std::function<void(const cloud::ssm::NodePlace&)> prepare_;
  cloud::ssm::AgentWork ordered_;
  std::size_t running_ = 0;
};

}  // namespace stint::host

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "aws/model.h"
#include "base/random.h"
#include "base/time.h"
#include "cloud/cloud.h"
#include "engine/engine.h"
#include "store/store.h"
#include "world/embedded.h"

/// A world in which nothing is real: the clock is moved by hand, nodes are scripted, the journal is
/// in memory. The same engine and the same cloud as in `host`.
namespace stint::sim {

/// Answers in place of the cloud; none: the cloud answers.
using Fault =
    std::function<std::optional<Error>(const engine::Execution&, const engine::CallOrder&)>;

class Simulation {
 public:
  /// `models` must outlive it.
  Simulation(aws::Models& models, cloud::State state, Time start);
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  cloud::Cloud& cloud() { return *cloud_; }
  engine::Engine& engine() { return *engine_; }
  world::Mocks& mocks() { return mocks_; }
  store::Store& store() { return *store_; }
  ManualClock& clock() { return clock_; }
  const std::vector<cloud::AuditEntry>& audit() const;

  /// Asked before each call of the engine.
  void set_fault(Fault fault);
  /// Starts a runbook as the account's root.
  Result<std::string> start(std::string content, Value parameters, std::string name = "document");
  /// Lets time pass, from timer to timer, until every execution has ended; false: nothing can move
  /// any more, or `limit` of virtual time went by.
  bool run(Duration limit = std::chrono::hours(24 * 30));
  /// Lets time pass until `until` (and everything that is due by then happen).
  void run_until(Time until);
  /// Loses all that is not in the store, and recovers: the crash of a program and its restart. The
  /// cloud is part of the store.
  void crash();

  /// An execution as it stands or ended.
  engine::Execution execution(const std::string& id);

 private:
  class Ports;
  void build();
  bool step(Time limit);

  world::ModelCalls calls_;
  ManualClock clock_;
  Random random_{7};
  world::Mocks mocks_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<cloud::Cloud> cloud_;
  std::unique_ptr<Ports> ports_;
  std::unique_ptr<engine::Engine> engine_;
  Fault fault_;
};

}  // namespace stint::sim

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "aws/credentials.h"
#include "aws/model.h"
#include "cloud/cloud.h"
#include "cloud/ssm/nodes.h"
#include "engine/engine.h"
#include "host/bodies.h"
#include "host/clock.h"
#include "host/remote.h"
#include "net/server.h"
#include "store/store.h"
#include "world/embedded.h"
#include "world/mocks.h"

/// The real world: one cloud (embedded or remote), its executions, its journal, its nodes and the
/// addresses they answer at, joined and driven by one loop.
namespace stint::host {

class Deliveries;
class NodeDriver;

enum class Nodes { process, scripted, none };

struct WorldOptions {
  std::string state;               ///< --state; empty: in memory
  std::string world_file;          ///< --world; empty: the default world
  std::string cloud = "embedded";  ///< or "aws", or a URL
  bool virtual_time = false;
  Nodes nodes = Nodes::process;
  bool unsandboxed = false;
  std::string mocks;  ///< --mocks FILE
  bool synthesize_missing = false;
  bool must_exist = false;  ///< the state must be there (show, recover)
  bool read_only = false;   ///< beside a running owner
  // recover: settings of the run that was interrupted hold unless a flag was given.
  bool resume_settings = false;
  bool nodes_given = false, time_given = false, cloud_given = false;
  std::string listen;  ///< address of the cloud's HTTP side; empty: only if nodes need it
  bool instance_metadata = false;  ///< IMDS of each instance at its own loopback address
  bool zero_delays = false;        ///< --zero-delays: no part of the cloud hears of changes late
  bool test_mode = false;          ///< --test-mode (cloud/test_mode.h)
  bool deliver = false;            ///< SNS sends to the HTTP endpoints of this machine
  bool keep_audit = true;          ///< embedded_ports()->audit() has all lines of this life
};

class World {
 public:
  /// Opens or makes it. Errors: Code::invalid (files, flags that contradict), not_found, conflict
  /// (the state is in use), unavailable.
  static Result<std::unique_ptr<World>> open(WorldOptions options, engine::ActionTable actions);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  engine::Engine& engine() { return *engine_; }
  store::Store& store() { return *store_; }
  cloud::Cloud& cloud() { return cloud_; }
  aws::Models& models() { return *models_; }
  const Clock& clock() const { return *clock_; }
  bool embedded() const { return options_.cloud == "embedded"; }
  const WorldOptions& options() const { return options_; }
  const std::string& account() const { return account_; }
  const std::string& region() const { return region_; }
  const std::string& caller_arn() const { return caller_arn_; }
  const std::string& address() const { return address_; }  ///< "127.0.0.1:4566"; empty: none
  world::EmbeddedPorts* embedded_ports() { return embedded_.get(); }
  bool recovered_any() const { return !recovered_.empty(); }
  const std::vector<std::string>& recovered() const { return recovered_; }

  /// An Automation document by name, from the cloud.
  Result<engine::FoundDocument> find_document(const std::string& name);

  /// Runs on until `done` says so. The engine and the cloud may be touched from `done` and from
  /// posted tasks only. Errors: the store failed, or nothing can move any more.
  Result<void> run_until(const std::function<bool()>& done);
  /// Runs a task on the world's thread, soon. From any thread.
  void post(std::function<void()> task);
  /// Holds the world still while something outside reads it.
  std::unique_lock<std::mutex> hold() { return std::unique_lock(mutex_); }

  /// Where an instance's metadata answers: "http://127.64.0.1:PORT"; empty: nowhere.
  std::string metadata_url(const std::string& instance) const;

 private:
  World() = default;
  Result<void> open_store();
  Result<void> open_cloud();
  Result<void> open_remote();
  Result<void> serve();
  Result<void> serve_processes();
  /// Lets the metadata of every instance answer at its own loopback address.
  void serve_metadata();
  Result<void> listen_for_metadata(const cloud::ssm::NodePlace& place, const std::string& address);
  net::Response answer(const net::Request& request);
  /// After a change from outside: durable before it is answered, and the loop looks again.
  /// `quiet`: nothing changed, so the loop may sleep on.
  Result<void> settle(bool quiet);
  void serve_deliveries();
  void move_clock(Time to);
  /// After a commit: removes the files of objects that are gone, now and then.
  void sweep_bodies();

  WorldOptions options_;
  engine::ActionTable actions_;
  std::unique_ptr<aws::Models> models_;
  std::unique_ptr<world::ModelCalls> calls_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<FileBodies> bodies_;  ///< with a state file
  cloud::Cloud cloud_;
  std::unique_ptr<Clock> clock_;
  ManualClock* virtual_clock_ = nullptr;  ///< the same clock, when it is moved by hand
  Random random_{1};
  world::Mocks mocks_;
  std::string account_, region_, caller_arn_;
  std::unique_ptr<world::EmbeddedPorts> embedded_;
  std::unique_ptr<RemotePorts> remote_;
  std::unique_ptr<engine::Engine> engine_;
  std::vector<std::string> recovered_;

  std::mutex mutex_;  ///< guards engine, cloud, store, clock and inbox
  std::condition_variable wake_;
  std::vector<std::function<void()>> inbox_;

  std::unique_ptr<cloud::FrontDoor> front_;
  std::unique_ptr<NodeDriver> nodes_;
  std::unique_ptr<Deliveries> deliveries_;
  std::string address_;
  std::optional<std::size_t> metadata_for_;      ///< so many instances when it was last looked
  std::map<std::string, std::string> metadata_;  ///< instance -> "127.64.0.1:PORT"
  std::map<std::string, cloud::ssm::NodePlace> metadata_at_;  ///< listening address -> whose
  std::unique_ptr<net::Server> server_;  ///< last: its threads use all of the above
};

}  // namespace stint::host

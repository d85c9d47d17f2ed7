// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "aws/client.h"
#include "aws/model.h"
#include "engine/engine.h"
#include "net/http.h"
#include "world/calls.h"
#include "world/mocks.h"

/// The engine's world when API calls go to AWS, or to any URL that answers like it: workers sign
/// and send, blocking; answers come back through the world's inbox.
namespace stint::host {

struct RemoteOptions {
  aws::Endpoints endpoints;
  aws::Credentials credentials;
  std::string region;
  std::string account;
  int workers = 8;
  /// Makes a transport for one worker.
  std::function<std::unique_ptr<net::Transport>()> transport;
  /// Hands a task to the world's own thread.
  std::function<void(std::function<void()>)> post;
  /// Delivers an answer to the engine; called on the world's thread.
  std::function<void(const std::string& execution, std::int64_t serial, Result<Value>)> deliver;
};

class RemotePorts final : public engine::Ports {
 public:
  RemotePorts(aws::Models& models, world::Mocks& mocks, RemoteOptions options);
  ~RemotePorts() override;  ///< calls under way are awaited
  RemotePorts(const RemotePorts&) = delete;
  RemotePorts& operator=(const RemotePorts&) = delete;

  engine::CallTable& calls() override { return calls_; }
  bool atomic() const override { return false; }
  std::optional<Result<Value>> call(const engine::Execution& execution, std::int64_t serial,
                                    const engine::CallOrder& order) override;
  Result<engine::FoundDocument> find_document(const engine::Execution& parent,
                                              const std::string& name,
                                              const std::string& version) override;
  Result<void> check_role(const engine::ExecutionStarted& start) override;
  Result<Value> parameter(const engine::ExecutionStarted& start, const std::string& name) override;
  void collect(store::Batch&) override {}
  void committed() override {}

  /// A document by name, as the person who runs this.
  Result<engine::FoundDocument> get_document(const std::string& name);
  /// Calls without an answer.
  bool busy();
  /// sts:GetCallerIdentity: account and ARN of who runs this. Errors: Code::unavailable, denied.
  Result<Value> identity();

 private:
  struct Job {
    std::string execution, assume_role;
    std::int64_t serial;
    const world::ModelCalls::Found* found;
    Value input;
    bool reads;
  };
  void work();
  Result<engine::FoundDocument> get_document(const std::string& name, const std::string& version,
                                             const engine::ExecutionStarted* start);
  Result<aws::Credentials> credentials(net::Transport& transport, const std::string& role,
                                       const std::string& session);
  Result<Value> send(net::Transport& transport, const aws::Credentials& credentials,
                     const aws::Operation& operation, const Value& input, bool reads);
  /// One call outside an execution, on this thread.
  Result<Value> call_now(std::string_view service, std::string_view operation, const Value& input,
                         const engine::ExecutionStarted* start);

  world::ModelCalls calls_;
  Result<const world::ModelCalls::Found*> assume_role_;  ///< found before the workers start
  world::Mocks& mocks_;
  RemoteOptions options_;
  std::mutex mutex_;  ///< guards everything below
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  std::size_t under_way_ = 0;
  bool stopping_ = false;
  std::map<std::string, aws::Credentials> sessions_;  ///< by role ARN
  std::vector<std::thread> threads_;
};

}  // namespace stint::host

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "cloud/cloud.h"
#include "engine/engine.h"
#include "world/calls.h"
#include "world/mocks.h"

/// The engine's world when the cloud is embedded: a call is a function call on the engine's thread.
namespace stint::world {

struct EmbeddedOptions {
  bool synthesize_missing = false;  ///< --mock-missing synthesize
  bool durable = false;             ///< the cloud is kept in the store
  /// Lines of the audit log stay here when they were committed. A cloud that serves for days must
  /// not grow with every call: its log is in the store, or nowhere.
  bool keep_audit = true;
};

class EmbeddedPorts final : public engine::Ports {
 public:
  /// All that is handed in must outlive it.
  EmbeddedPorts(cloud::Cloud& cloud, ModelCalls& calls, Mocks& mocks, const Clock& clock,
                EmbeddedOptions options);
  /// The same for a copy of the cloud: the sessions that executions have stay theirs.
  EmbeddedPorts(const EmbeddedPorts& other, cloud::Cloud& cloud, const Clock& clock);

  engine::CallTable& calls() override { return calls_; }
  bool atomic() const override { return true; }
  std::optional<Result<Value>> call(const engine::Execution& execution, std::int64_t serial,
                                    const engine::CallOrder& order) override;
  Result<engine::FoundDocument> find_document(const engine::Execution& parent,
                                              const std::string& name,
                                              const std::string& version) override;
  Result<void> check_role(const engine::ExecutionStarted& start) override;
  Result<Value> parameter(const engine::ExecutionStarted& start, const std::string& name) override;
  void collect(store::Batch& batch) override;
  void committed() override;

  /// The audit lines of this process's life that were not in the store when it was opened.
  const std::vector<cloud::AuditEntry>& audit() const { return audit_; }
  /// Calls that were made, for --record: {call, when, answer}, in order.
  void record_into(Value::List* recording) { recording_ = recording; }
  /// The state as it is in the store already.
  void saved(cloud::State state) { saved_.emplace(std::move(state)); }

 private:
  using CallerPtr = std::shared_ptr<const cloud::Caller>;
  Result<CallerPtr> caller(const engine::ExecutionStarted& start);
  CallerPtr root(const std::string& account);
  Result<Value> make_call(const engine::Execution& execution, const engine::CallOrder& order);

  cloud::Cloud& cloud_;
  ModelCalls& calls_;
  Mocks& mocks_;
  const Clock& clock_;
  EmbeddedOptions options_;
  std::optional<cloud::State> saved_;  ///< none: nothing is in the store yet
  std::vector<cloud::AuditEntry> audit_;
  std::size_t audit_collected_ = 0;
  struct Session {
    CallerPtr caller;
    Time expires;
  };
  std::map<std::string, Session, std::less<>> sessions_;  ///< by role ARN and execution
  CallerPtr root_;                                        ///< of the account that was asked last
  Value::List* recording_ = nullptr;
};

}  // namespace stint::world

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/model.h"
#include "base/random.h"
#include "base/time.h"
#include "cloud/cloud.h"
#include "cloud/prints.h"
#include "engine/engine.h"
#include "sim/journal.h"
#include "world/embedded.h"

/// A world that stops before every API call and can be copied there: what the explorer walks.
///
/// The cloud is outside, as AWS is: the intent of a call is durable before the call is made, and
/// what becomes of the call and of its answer is up to whoever drives the course.
namespace stint::sim {

/// The outputs of a document's steps that something in it refers to: by step, sorted.
using Referred = std::vector<std::vector<std::string>>;

/// What all courses of one thread share: operations found in the models, documents parsed, things
/// printed.
struct Calls {
  explicit Calls(aws::Models& models) : table(models) {}
  world::ModelCalls table;
  world::Mocks no_mocks;
  std::shared_ptr<engine::ParsedDocuments> documents = std::make_shared<engine::ParsedDocuments>();
  cloud::Prints prints;
  /// Found once for each document.
  const Referred& referred(const document::DocumentPtr& document);

 private:
  std::map<document::DocumentPtr, Referred> referred_;
};

/// A call that an execution has asked for and has no answer to.
struct Pending {
  engine::StartPtr start;  ///< of the execution that waits for it
  std::int64_t serial = 0;
  engine::OrderPtr order;  ///< keeps `call` alive
  const engine::CallOrder* call = nullptr;
};

/// What a call did: kept for reports.
struct Made {
  std::string service, operation, resource, effect, error;
};

class Course {
 public:
  /// `calls` must outlive it and all its forks.
  Course(Calls& calls, cloud::State state, Time start);
  ~Course();
  Course(const Course&) = delete;
  Course& operator=(const Course&) = delete;
  /// A copy that goes on by itself, on the same thread.
  std::unique_ptr<Course> fork() const;

  /// Starts a runbook as the account's root. Errors as Engine::start.
  Result<std::string> start(const engine::FoundDocument& document, const Value& parameters);
  /// Lets the engine go as far as it can without time passing.
  void run();
  /// Goes on until a call is pending that `ready` accepts (true), or nothing moves any more before
  /// `until` (false). Time passes only while no such call is pending.
  bool advance(Time until, std::string_view held = {});
  /// Lets time pass to `to` at once, if nothing but the execution itself would happen meanwhile.
  void skip(Time to);
  /// Calls in the order they were asked for; those of the execution `held` and its children wait.
  const Pending* next(std::string_view held = {}) const;

  /// Makes a pending call in the cloud. The answer is not told to the execution.
  Result<Value> perform(const Pending& pending);
  /// Makes it as the cloud was before its last change: what an eventually consistent read answers.
  Result<Value> perform_stale(const Pending& pending);
  /// Makes a call that no execution has asked for: as the account's root, whatever a runbook may
  /// do.
  Result<Value> by_hand(std::string_view service, std::string_view operation, const Value& input);
  /// Tells the answer, and forgets the pending call.
  void deliver(const Pending& pending, Result<Value> answer);
  /// Forgets the pending call without an answer: only the step's time limit ends its waiting.
  void withhold(const Pending& pending);

  void cancel(const std::string& execution);
  /// The engine dies and is started again: what is not durable is forgotten, what is open resolved.
  void crash();

  /// An execution, open or ended.
  const engine::Execution* find(const std::string& execution) const;
  /// The top execution that a child belongs to.
  std::string root_of(const std::string& execution) const;
  cloud::Cloud& cloud() { return cloud_; }
  const cloud::State& state() const { return cloud_.state; }
  engine::Engine& engine() { return *engine_; }
  ManualClock& clock() { return clock_; }
  const Made& last_made() const { return made_; }
  /// After this time a change is seen everywhere, and what takes its time has come about.
  Duration all_is_seen() const;
  /// Equal keys: what is still to come is the same. The clouds are equal as far as they differ from
  /// `since`, and so are the open executions, but for what has no consequence any more: how a step
  /// has ended that is over, outputs that nothing refers to, the sentences of failures, and how
  /// long ago something was that everybody has seen since. Times count from now.
  std::pair<std::uint64_t, std::uint64_t> key(const cloud::State& since);

 private:
  class Ports;
  Course(const Course& other, Calls& calls);
  void reseed(std::uint64_t what);

  Calls& calls_;
  ManualClock clock_;
  Random random_{7};
  std::uint64_t starts_ = 0;
  Journal journal_;
  cloud::Cloud cloud_;
  cloud::State before_change_;  ///< the cloud before its last change
  std::vector<Pending> pending_;
  Made made_;
  /// How often an execution has made a call of one kind, by the hash of both.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> made_often_;
  std::unique_ptr<Ports> ports_;
  std::unique_ptr<engine::Engine> engine_;
  std::vector<std::shared_ptr<const engine::Execution>> ended_;  ///< forks share them
};

}  // namespace stint::sim

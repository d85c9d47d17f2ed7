// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "engine/decide.h"
#include "store/store.h"

/// Runs executions: feeds `decide()` with events, writes its records down, does its effects.
namespace stint::engine {

struct FoundDocument {
  std::string name, version;
  std::string content;  ///< JSON or YAML
  bool amazon_owned = false;
};

/// What the engine asks of the world around it. `host` is the real one, `sim` the simulated one.
class Ports {
 public:
  virtual ~Ports() = default;
  virtual CallTable& calls() = 0;
  /// Calls and records share one transaction (the embedded cloud in the same state): an effect
  /// becomes durable together with the record of its result, so an open order was never done.
  virtual bool atomic() const = 0;
  /// Makes a call as the execution's principal. None: the answer comes later, by Engine::answer.
  virtual std::optional<Result<Value>> call(const Execution& execution, std::int64_t serial,
                                            const CallOrder& order) = 0;
  /// The Automation document a child names, after checking that the principal may start it.
  virtual Result<FoundDocument> find_document(const Execution& parent, const std::string& name,
                                              const std::string& version) = 0;
  /// Can the role be assumed by whoever starts the execution? (6.1)
  virtual Result<void> check_role(const ExecutionStarted& start) = 0;
  /// A Parameter Store value for a default of `{{ssm:name}}`.
  virtual Result<Value> parameter(const ExecutionStarted& start, const std::string& name) = 0;
  /// The world's own changes since the last commit, to go into the same transaction.
  virtual void collect(store::Batch& batch) = 0;
  /// The transaction is durable.
  virtual void committed() = 0;
};

struct StartRequest {
  FoundDocument document;
  Value parameters;         ///< name -> typed value or list of text
  std::string executed_by;  ///< ARN
  std::string account, region;
  std::string id;  ///< empty: a new one
  std::string parent, parent_step;
};

/// A document that was parsed, and the hash of its text.
struct ParsedDocument {
  std::string hash;
  document::DocumentPtr document;
};
/// Documents by their text, so that each is parsed once. Engines of one thread may share it.
using ParsedDocuments = std::unordered_map<std::string, ParsedDocument>;

/// One world's executions. Single-threaded; no clock of its own beyond the one handed in.
class Engine {
 public:
  /// Told of every record as it is applied (live views, tests). May not call back.
  using Listener = std::function<void(const Execution&, const Record&)>;

  /// All that is handed in must outlive it. `documents`: those that other engines have parsed.
  Engine(ActionTable actions, Ports& ports, store::Store& store, const Clock& clock, Random& random,
         std::shared_ptr<ParsedDocuments> documents = std::make_shared<ParsedDocuments>());

  void listen(Listener listener) { listener_ = std::move(listener); }

  /// Parses and checks document and parameters, records the start durably, answers the id. The
  /// execution moves with the next run(). Errors as parse_document and effective_parameters.
  Result<std::string> start(const StartRequest& request);
  /// The same without the commit: the id may be told to nobody before the next run() or commit().
  /// Many starts then share one flush.
  Result<std::string> submit(const StartRequest& request);
  /// Asks for a cancel. Errors: not_found, or conflict when it has ended
  /// ("InvalidAutomationStatusUpdateException").
  Result<void> cancel(const std::string& id);
  /// The answer to an order that `Ports::call` did not answer at once.
  void answer(const std::string& id, std::int64_t serial, Result<Value> answer);

  /// Does all that can be done now, commits, and returns when everything waits. An error means that
  /// the store failed: nothing further may be done with this engine.
  Result<void> run();
  /// Writes what is not yet written (the world's own changes too).
  Result<void> commit();
  /// When the next timer is due; none: only answers can move anything.
  std::optional<Time> next_wake();
  /// Executions that have not ended.
  std::size_t open() const { return executions_.size(); }
  /// An open execution, or one that ended in the last run(); nullptr: not in memory.
  const Execution* find(const std::string& id) const;
  /// All of either kind, in no order.
  void each_open(const std::function<void(const Execution&)>& visit) const;
  void each_ended(const std::function<void(const Execution&)>& visit) const;

  /// Any execution of this engine or its store, as it stands or ended.
  Result<Execution> read(const std::string& id);

  /// A copy of all that is in memory, for a world that was copied (the explorer): it goes on by
  /// itself, on the same thread. Only between two runs, with everything written (commit()); the
  /// listener is not copied.
  std::unique_ptr<Engine> fork(Ports& ports, store::Store& store, const Clock& clock,
                               Random& random) const;

  /// Loads the open executions of the store and resolves what a crash left (Recovered).
  Result<std::vector<std::string>> recover();

 private:
  struct Running {
    Execution x;
    std::int64_t seq = 0;  ///< of the last written event
    std::vector<Record> unsaved;
    bool worth_saving = false;  ///< `unsaved` holds more than polls and waits: it is in `dirty_`
    std::int64_t depth = 0;     ///< of nesting
  };
  struct Task {
    Running* running;
    Event event;
  };
  struct Timer {
    Time at;
    StartPtr whose;
    std::int64_t serial;
    bool deadline;
    friend bool operator>(const Timer& a, const Timer& b) {
      return std::tie(a.at, a.whose->id, a.serial) > std::tie(b.at, b.whose->id, b.serial);
    }
  };
  struct Staged {
    StartPtr whose;
    Effect effect;
  };

  /// The document of this text; texts are parsed once.
  Result<ParsedDocument> parse(const FoundDocument& document);
  void handle(Running& running, Event event);
  void perform(Running& running, Effect effect, bool durable);
  void start_child(Running& parent, const ChildOrder& order, std::int64_t serial);
  void stop_child(Running& parent, const StopChildOrder& order, std::int64_t serial);
  void end(Running& running);
  void answer_parent(const Execution& child);
  void push_timer(Time at, const Running& running, std::int64_t serial, bool deadline);
  void due_timers();
  void save(Running& running);  ///< with the next commit
  void write(Running& running, store::Batch& batch);
  Result<std::unique_ptr<Running>> load(const std::string& id);

  ActionTable actions_;
  Ports& ports_;
  store::Store& store_;
  const Clock& clock_;
  Random& random_;
  Listener listener_;
  Rules rules_;
  std::unordered_map<std::string, std::unique_ptr<Running>> executions_;
  std::vector<std::unique_ptr<Running>> ended_;  ///< kept for find() until the next run()
  std::vector<Running*> dirty_;                  ///< to be written by the next commit
  std::deque<Task> tasks_;
  std::vector<Staged> staged_;  ///< effects that wait for the commit of their intents
  std::vector<std::pair<std::string, std::string>> new_blobs_;
  std::set<std::string> stored_;  ///< hashes of the documents that were given to the store
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
  std::shared_ptr<ParsedDocuments> documents_;
};

}  // namespace stint::engine

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "explore/damage.h"
#include "explore/scenario.h"
#include "sim/course.h"

/// One run under one scenario: stops at every call, does what the scenario says, goes on.
namespace stint::explore {

/// What is run: a runbook and its target.
struct Subject {
  engine::FoundDocument document;
  Value parameters;
  Value parameters_elsewhere;  ///< the same with another instance as the target; null: no target
  std::string instance;        ///< the target, or empty
  std::string elsewhere;       ///< the other one
};

/// One call as a report shows it.
struct Passed {
  int call = 0;
  Time time{};
  std::string execution;  ///< "", "second", or "next" for those that are not the first
  std::string document, step;
  std::string made;    ///< "iam.CreateRole"
  std::string effect;  ///< created, changed, deleted, none
  std::string error;   ///< as the runbook saw it
  std::string note;    ///< what went wrong here
  /// The target's metadata serves no credentials now.
  bool without_credentials = false;
};
/// For how long at a time something that had credentials was without, as far as it had them again.
Duration longest_without_credentials(const std::vector<Passed>& path);

/// Where a walk stands: equal keys, equal futures.
struct Standing {
  using Key = std::pair<std::uint64_t, std::uint64_t>;
  Key key;                      ///< of everything but the operations that are denied
  Key whole;                    ///< of everything
  std::uint64_t denied = 0;     ///< operations that are denied from here on (`bit_of`)
  std::string_view decided_at;  ///< as Walk::decided_at; the keys only tell whether it is
};
/// Operations as a set of bits: two can have the same, so the sets may overlap when nothing does.
std::uint64_t bit_of(std::string_view operation);

/// What the scenario has brought with it so far, beside the world: copied when a walk is forked.
struct Trail {
  std::string first, second;
  std::string held;  ///< top execution whose calls wait for now
  int second_calls = 0;
  int calls = 0;
  struct Late {
    sim::Pending pending;
    int after = 0;
  };
  std::vector<Late> late;
  std::set<std::string> denied;                                  ///< "iam.CreateRole"
  std::optional<std::pair<std::string, std::int32_t>> withheld;  ///< execution and step
  Expected foreign;    ///< what an operator did: its profiles and keys only
  Time last_change{};  ///< when anything in the cloud was changed
  /// The last read, and what it found: polls that are answered alike.
  engine::StartPtr poller;
  std::int32_t poller_step = -1;
  Value last_found;
  int same_polls = 0;  ///< how often the same answer came from the same waiting step
};

class Walk {
 public:
  /// The beginning of a run. `start` holds the world as the run finds it.
  static Result<Walk> begin(sim::Calls& calls, const Subject& subject, const cloud::State& world,
                            Time now);
  Walk(Walk&&) = default;
  Walk& operator=(Walk&&) = default;
  Walk fork() const;

  /// Goes to the next call. False: the run has ended, or can never end.
  bool to_next_call();
  int next_call() const { return trail_.calls + 1; }
  const engine::CallOrder& call() const { return *pending()->call; }
  /// The execution that makes the call; the step that it stands at.
  const engine::Execution& caller() const;

  /// Makes the call as it should be made.
  void pass();
  /// Does what goes wrong at this call. False: that means nothing here, and nothing was done.
  bool apply(const Fault& fault, const Subject& subject);
  /// Takes in what was answered, without time passing.
  void take_in() { course_->run(); }
  /// The first execution waits for the second one.
  bool second_goes_first() const { return !trail_.second.empty() && trail_.held == trail_.first; }
  bool second_open() const;
  /// The second execution waits from here on until the first one has ended.
  void give_way();
  /// After a run: another run of the runbook, as far as it gets. False: it did not start.
  bool run_again(const Subject& subject, bool elsewhere);

  /// What a run has left is nothing that the next one could lose.
  void ignore(const Damage& damage);
  /// Lets what is still under way arrive.
  void settle();
  /// A further poll of a waiting step that is answered as before: nothing new can go wrong at it.
  bool repetition() const { return trail_.same_polls > 1; }
  bool hangs() const { return hangs_; }
  /// The step that decides how the first execution ends, or "cancel"; "": none so far.
  std::string_view decided_at() const;
  /// The same after the run; "hang STEP": it has not ended there.
  std::string ended_at() const;
  engine::Status status() const;
  const engine::Execution* first() const { return course_->find(trail_.first); }
  const Trail& trail() const { return trail_; }
  const cloud::State& state() const { return course_->state(); }
  Time now() const { return course_->clock().now(); }
  /// What is still to come from here, and what it comes to (Course::key), if nothing further goes
  /// wrong.
  Standing standing(const cloud::State& since);
  /// Writes down every call from here on, and how `instance` fares (empty: there is no target).
  void trace_into(std::vector<Passed>* passed, std::string instance = {}) {
    passed_ = passed;
    instance_ = std::move(instance);
  }

 private:
  Walk() = default;
  const sim::Pending* pending() const { return course_->next(trail_.held); }
  void write_down(Passed passed);
  void count(const sim::Pending& pending, std::string error, std::string note);
  void answer(const sim::Pending& pending, Result<Value> answer, std::string note = {});
  void arrive(bool all);
  void note_poll(const sim::Pending& pending, const Result<Value>& answer);
  void skip_waiting();
  void end_withholding();
  bool operate(Kind kind, const Subject& subject);
  bool start_second(const Fault& fault, const Subject& subject);

  std::unique_ptr<sim::Course> course_;
  Trail trail_;
  Time limit_{};  ///< a run that goes on so long hangs
  bool hangs_ = false;
  std::vector<Passed>* passed_ = nullptr;
  std::string instance_;  ///< whose credentials are watched meanwhile
};

}  // namespace stint::explore

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/model.h"
#include "explore/walk.h"

/// Runs a runbook under everything that can go wrong, and tells what it leaves behind
/// (spec/temporary-permissions.md E1 to E3).
namespace stint::explore {

struct Progress {
  std::int64_t cases = 0, unclean = 0;
  std::int64_t done = 0, all = 0;  ///< parts of the work; equal work each, more or less
  std::size_t findings = 0;
};

struct Options {
  engine::FoundDocument document;
  Value parameters;
  cloud::State world;
  Time now{};
  std::optional<bool> pairs;  ///< every two faults together; none: if there are few calls
  std::int64_t random = 0;    ///< so many further cases of two to four faults, by the seed
  std::uint64_t seed = 1;
  unsigned threads = 1;     ///< the report does not depend on it
  bool count_only = false;  ///< counts, but no findings: who only compares needs no words
  /// Models for a thread of its own (they are for one thread).
  std::function<std::unique_ptr<aws::Models>()> models;
  std::function<bool()> stop;                     ///< true: end soon; the report is partial
  std::function<void(const Progress&)> progress;  ///< told now and then, from any thread
};

/// Cases that come to the same: one sentence, one smallest case.
struct Finding {
  std::string id;  ///< "lost-1": of the severity, counted
  Severity severity = Severity::none;
  std::string sentence;
  Scenario scenario;      ///< the simplest one
  std::string signature;  ///< what makes cases alike
  std::int64_t cases = 0;
  std::string status;  ///< how the execution ended, or "hangs"
  Damage damage;
  std::vector<Passed> path;
  std::vector<std::string> next_run;  ///< what further runs do in the cloud as it is left
  std::string fix;                    ///< what to change in the runbook, or empty
};

struct Report {
  std::string document;
  std::int64_t cases = 0;    ///< runs that were executed, up to where another one had been before
  std::int64_t unclean = 0;  ///< of these
  std::int64_t pruned = 0;  ///< single faults after which all stood as after another one: they need
                            ///< no second one
  /// Single faults by the worst that they come to (Severity). A second execution that begins at one
  /// call is one fault, however many schedules it has.
  std::array<std::int64_t, 5> faults{};
  int base_calls = 0;  ///< of the fault-free run
  std::string base_status;
  std::vector<cloud::Change> base_changes;  ///< what the fault-free run changes: meant to be
  std::vector<Passed> base_path;
  std::vector<Finding> findings;  ///< worst first
  bool partial = false;
  bool pairs = false;
  std::vector<std::string> not_explored;  ///< bounds, for a person
};

/// Errors: Code::invalid when the runbook or its parameters do not read.
Result<Report> explore(const Options& options);

/// One case, call by call. Errors: Code::invalid when the scenario names a call that is not there
/// or a fault that means nothing at it.
Result<Finding> replay(const Options& options, const Scenario& scenario);

/// Compares forked runs with runs from the start for every `every`-th case of single faults and of
/// some pairs.
/// Answers how many were compared. Errors: Code::internal, naming the first that differs.
Result<std::int64_t> check_forks(const Options& options, std::int64_t every);

}  // namespace stint::explore

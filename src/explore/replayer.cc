// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "explore/replayer.h"

#include "explore/tell.h"

namespace stint::explore {
namespace {

Result<void> learn_what_is_meant(Workplace& at) {
  if (at.meant) return {};
  const std::optional<Prepared> given = prepare(at.world, at.options.now, at.subject, Start::given);
  Walk walk = TRY(Walk::begin(at.calls, at.subject, given->world, given->now));
  while (walk.to_next_call()) walk.pass();
  walk.settle();
  at.meant = cloud::lasting(given->world, walk.state());
  return {};
}

/// What the walk has come to, that began in `before`.
void conclude(Workplace& at, const Walk& walk, const cloud::State& before, Finding& finding) {
  finding.status = walk.hangs() ? "hangs" : std::string(engine::to_string(walk.status()));
  Verdict verdict = judge(walk, before, *at.meant, at.differences);
  finding.severity = verdict.severity;
  if (finding.severity != Severity::none)
    finding.signature = verdict.signature + "@" + walk.ended_at();
  finding.damage = std::move(verdict.damage);
}

/// Runs the runbook once more in the cloud as `walk` leaves it, and tells what comes of it. None:
/// there is nowhere to run it.
std::optional<Finding> run_again(Workplace& at, const Walk& walk, const Finding& first,
                                 bool elsewhere) {
  Finding finding{.scenario = first.scenario, .path = first.path};
  finding.scenario.faults.push_back({.kind = elsewhere ? Kind::next_other : Kind::next, .call = 0});
  Walk again = walk.fork();
  again.trace_into(&finding.path, at.subject.instance);
  again.ignore(first.damage);
  if (!again.run_again(at.subject, elsewhere)) return {};
  conclude(at, again, walk.state(), finding);
  tell(finding, again);
  finding.next_run = {told_as_next(finding, again, elsewhere ? at.subject.elsewhere : "")};
  return finding;
}

}  // namespace

Result<Finding> replay_at(Workplace& at, const Scenario& scenario, std::vector<Finding>* next,
                          std::optional<Beginning> from) {
  const auto no = [&](std::string why) {
    return fail(Code::invalid, "the case " + id_of(scenario) + " is none of this runbook: " + why);
  };
  TRY(learn_what_is_meant(at));
  const std::optional<Prepared> prepared =
      prepare(at.world, at.options.now, at.subject, scenario.start);
  if (!prepared) return no("it cannot begin " + std::string(name_of(scenario.start)));
  Finding finding{.scenario = scenario};
  std::optional<Kind> then;
  if (!scenario.faults.empty() && scenario.faults.back().call == 0) {
    then = scenario.faults.back().kind;
    finding.scenario.faults.pop_back();
  }
  const std::vector<Fault> faults = finding.scenario.faults;
  if (!from) {
    Walk start = TRY(Walk::begin(at.calls, at.subject, prepared->world, prepared->now));
    from = Beginning{.walk = std::move(start), .path = {}};
  }
  Walk walk = std::move(from->walk);
  finding.path = std::move(from->path);
  walk.trace_into(&finding.path, at.subject.instance);
  std::size_t done = 0;
  while (walk.to_next_call()) {
    if (done == faults.size() || walk.next_call() != faults[done].call) {
      walk.pass();
      continue;
    }
    if (!walk.apply(faults[done], at.subject))
      return no(std::string(row_of(faults[done].kind).name) + " means nothing at call " +
                std::to_string(faults[done].call) + ", " + walk.call().service + "." +
                walk.call().operation);
    ++done;
  }
  if (done < faults.size())
    return no("it makes " + std::to_string(walk.trail().calls) + " calls, not " +
              std::to_string(faults[done].call));
  walk.settle();
  conclude(at, walk, prepared->world, finding);
  walk.trace_into(nullptr);
  if (then) {
    std::optional<Finding> again = run_again(at, walk, finding, *then == Kind::next_other);
    if (!again) return no("there is nowhere to run it again");
    again->next_run.clear();
    return std::move(*again);
  }
  if (finding.severity != Severity::none)
    for (const bool elsewhere : {false, true})
      if (std::optional<Finding> again = run_again(at, walk, finding, elsewhere)) {
        finding.next_run.push_back(std::move(again->next_run.front()));
        again->next_run.clear();
        if (next) next->push_back(std::move(*again));
      }
  tell(finding, walk);
  return finding;
}

}  // namespace stint::explore

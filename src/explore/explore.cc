// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "explore/explore.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_set>

#include "base/check.h"
#include "explore/endings.h"
#include "explore/replayer.h"
#include "explore/tell.h"

namespace stint::explore {
namespace {

using Key = Standing::Key;
struct KeyHash {
  std::size_t operator()(const Key& key) const { return key.first ^ (key.second >> 1); }
};
using Seen = std::unordered_set<Key, KeyHash>;

constexpr std::size_t pairs_checked = 60;    // check_forks: pairs of every so many single faults
constexpr std::size_t calls_for_pairs = 40;  // pairs are the default below it (interfaces.md)
constexpr std::array<Start, 4> starts = {Start::given, Start::no_profile, Start::stopped,
                                         Start::slow};

/// The fault-free run from one start, with a fork before each call.
struct Base {
  Start start = Start::given;
  cloud::State before;
  Time began{};
  std::vector<Walk> at;          ///< before call 1, 2, ...
  std::vector<Key> keys;         ///< after call 1, 2, ...
  std::vector<bool> repetition;  ///< the call only repeats the one before
  std::vector<Passed> path;      ///< the calls, as replays show them
  engine::Status status{};
  bool hangs = false;
  std::vector<cloud::Change> changes;
};

/// Cases that are alike, so far.
struct Group {
  Scenario scenario;  ///< the simplest
  std::int64_t cases = 0;
};

/// One fault at one call; of a second execution: all schedules that begin there.
struct Task {
  Start start = Start::given;
  std::size_t base_call = 0;  ///< index into Base::at
  Fault fault;
};

bool second_runs(Kind kind) {
  return kind == Kind::same || kind == Kind::other;
}

/// One thread's explorer.
class Explorer {
 public:
  Explorer(const Options& options, const Subject& subject, const cloud::State& world,
           Endings& endings)
      : endings_(endings), at_(options, subject, world) {}

  Result<void> make_bases() {
    for (Start start : starts) {
      std::optional<Prepared> prepared = prepare(at_.world, at_.options.now, at_.subject, start);
      std::optional<Base>& base = bases_[static_cast<std::size_t>(start)];
      if (!prepared) continue;
      base.emplace();
      base->start = start;
      base->before = prepared->world;
      base->began = prepared->now;
      Walk walk = TRY(Walk::begin(at_.calls, at_.subject, prepared->world, prepared->now));
      walk.trace_into(&base->path, at_.subject.instance);
      while (walk.to_next_call()) {
        // A run without end is cut off: what goes wrong in it is explored up to here.
        if (base->at.size() >= most_base_calls) break;
        base->at.push_back(walk.fork());
        base->repetition.push_back(walk.repetition());
        walk.pass();
        base->keys.push_back(standing(walk, *base).whole);
      }
      base->status = walk.status();
      base->hangs = walk.hangs();
      finish_base(*base, walk);
    }
    return {};
  }

  const std::optional<Base>& base(Start start) const {
    return bases_[static_cast<std::size_t>(start)];
  }

  /// All single faults that may mean something.
  std::vector<Task> singles() const {
    std::vector<Task> out;
    for (Start start : starts) {
      const std::optional<Base>& base = this->base(start);
      if (!base) continue;
      if (start != Start::given) out.push_back({start, 0, {.kind = Kind::next, .call = 0}});
      for (std::size_t i = 0; i < base->at.size(); ++i)
        if (!base->repetition[i])
          for (const Fault& fault : faults_at(static_cast<int>(i) + 1, start == Start::given))
            out.push_back({start, i, fault});
    }
    return out;
  }

  /// What a task has come to.
  struct Done {
    std::optional<Key> stands;      ///< after the fault; none: it has many cases, or none at all
    std::optional<Severity> worst;  ///< of its cases; none: no such fault is possible there
  };
  /// The cases of one task.
  Done run(const Task& task) {
    worst_.reset();
    std::optional<Key> stands = run_cases(task);
    return {stands, worst_};
  }

  std::optional<Key> run_cases(const Task& task) {
    const Base& base = *this->base(task.start);
    if (task.fault.call == 0) {  // the fault-free run of another start
      go_on(base.at.empty() ? begin(base) : base.at[0].fork(), {.faults = {}, .start = task.start},
            base);
      return {};
    }
    Walk walk = base.at[task.base_call].fork();
    if (!walk.apply(task.fault, at_.subject)) return {};
    if (second_runs(task.fault.kind)) {
      run_schedules(std::move(walk), task, base);
      return {};
    }
    const Standing at = standing(walk, base);
    go_on(std::move(walk), {.faults = {task.fault}, .start = task.start}, base, at);
    return at.whole;
  }

  /// The cases of this fault and every second one.
  void run_pairs(const Task& task) {
    const Base& base = *this->base(task.start);
    Walk walk = base.at[task.base_call].fork();
    walk.apply(task.fault, at_.subject);
    for (; walk.to_next_call(); walk.pass()) {
      if (stopping()) {
        cut_short = true;
        return;
      }
      if (walk.repetition()) continue;
      // From where another run has stood, every fault comes to what it came to there. But a stale
      // read answers what was before the last change, and that may have been another one.
      const Standing here = standing(walk, base);
      const Endings::Forks known = endings_.find_forks(here.whole);
      std::vector<Endings::Fork> forks;
      for (const Fault& fault : faults_at(walk.next_call(), false)) {
        const bool fresh = fault.kind == Kind::stale;
        if (known && !fresh) continue;
        Walk other = walk.fork();
        if (!other.apply(fault, at_.subject)) continue;
        const Ending ending =
            go_on(std::move(other), {.faults = {task.fault, fault}, .start = task.start}, base);
        if (!fresh)
          forks.push_back({.fault = fault,
                           .ending = ending,
                           .decided_before = !here.decided_at.empty() &&
                                             ending == endings_.at_place(ending, here.decided_at)});
      }
      if (!known) {
        endings_.add_forks(here.whole, std::move(forks));
        continue;
      }
      for (const Endings::Fork& fork : *known) {
        Fault fault = fork.fault;
        fault.call = walk.next_call();
        count({.faults = {task.fault, fault}, .start = task.start},
              fork.decided_before ? endings_.at_place(fork.ending, here.decided_at) : fork.ending);
      }
    }
  }

  /// One case of several faults, drawn by chance.
  void run_random(std::uint64_t seed) {
    Random random(seed);
    const std::optional<Base>& base = this->base(Start::given);
    if (!base || base->at.empty()) return;
    const int count = 2 + static_cast<int>(random.below(3));
    const std::size_t first = random.below(base->at.size());
    Walk walk = base->at[first].fork();
    Scenario scenario;
    while (static_cast<int>(scenario.faults.size()) < count && walk.to_next_call()) {
      if (!walk.repetition() && (scenario.faults.empty() || random.below(4) == 0)) {
        const std::vector<Fault> faults = faults_at(walk.next_call(), false);
        const Fault fault = faults[random.below(faults.size())];
        if (walk.apply(fault, at_.subject)) {
          scenario.faults.push_back(fault);
          continue;
        }
      }
      walk.pass();
    }
    if (!scenario.faults.empty()) go_on(std::move(walk), scenario, *base);
  }

  /// Told of each case.
  std::function<void(const Scenario& scenario, Ending ending)> observe;

  /// One of the cases, from its first fault.
  Result<Finding> replay(const Scenario& scenario, std::vector<Finding>* next) {
    const Base& base = *this->base(scenario.start);
    const int first = scenario.faults.empty() ? 0 : scenario.faults.front().call;
    if (first == 0) return replay_at(at_, scenario, next);
    const auto call = static_cast<std::size_t>(first - 1);
    return replay_at(at_, scenario, next,
                     Beginning{.walk = base.at[call].fork(),
                               .path = {base.path.begin(), base.path.begin() + first - 1}});
  }
  /// The same from the start.
  Result<Finding> replay_whole(const Scenario& scenario) { return replay_at(at_, scenario); }

  std::map<Ending, Group> groups;  ///< of unclean cases
  std::int64_t cases = 0, unclean = 0;
  bool cut_short = false;  ///< told to stop in the middle of a part

 private:
  static constexpr std::size_t most_base_calls = 5'000;

  Walk begin(const Base& base) {
    Result<Walk> walk = Walk::begin(at_.calls, at_.subject, base.before, base.began);
    return std::move(*walk);  // it began once
  }

  void finish_base(Base& base, Walk& walk) {
    walk.settle();
    base.changes = cloud::lasting(base.before, walk.state());
    if (&base == &*bases_[0]) at_.meant = base.changes;
  }

  static Standing standing(Walk& walk, const Base& base) {
    Standing out = walk.standing(base.before);
    for (Key* key : {&out.key, &out.whole})
      key->first += static_cast<std::uint64_t>(base.start);  // what it is compared with
    return out;
  }

  /// Faults worth trying at a call; `alone`: of the given start, where schedules are explored too.
  static std::vector<Fault> faults_at(int call, bool alone) {
    std::vector<Fault> out;
    for (const KindRow& row : kinds()) {
      if (row.kind == Kind::next || row.kind == Kind::next_other) continue;
      if (second_runs(row.kind) && !alone) continue;
      if (row.kind == Kind::late) {
        for (int extra : {1, 3, after_the_run}) out.push_back({row.kind, call, extra});
      } else {
        out.push_back({row.kind, call, 0});
      }
    }
    return out;
  }

  /// A second execution has been started: every number of its calls before the first goes on.
  void run_schedules(Walk walk, const Task& task, const Base& base) {
    for (int made = 1; walk.to_next_call() && walk.second_goes_first(); ++made) {
      walk.pass();
      walk.take_in();
      if (walk.repetition() || !walk.second_open()) continue;
      Walk twin = walk.fork();
      twin.give_way();
      Fault fault = task.fault;
      fault.extra = made;
      go_on(std::move(twin), {.faults = {fault}, .start = task.start}, base);
    }
    go_on(std::move(walk), {.faults = {task.fault}, .start = task.start}, base);
  }

  /// Nothing further goes wrong: to the end, or to where another case has been before. What comes
  /// then is known. `known`: where it stands, for whoever has found out. Answers what it comes to.
  Ending go_on(Walk walk, const Scenario& scenario, const Base& base,
               std::optional<Standing> known = {}) {
    steps_.clear();
    std::uint64_t asked = 0;
    for (;; known.reset()) {
      if (!walk.repetition()) {
        if (!known) known = standing(walk, base);
        if (!steps_.empty()) steps_.back().asked = std::exchange(asked, 0);
        if (const std::optional<Endings::Found> found = endings_.find(*known))
          return come_to(scenario, *found);
        steps_.push_back({*known});
      }
      if (!walk.to_next_call()) break;
      asked |= bit_of(walk.call().operation);
      walk.pass();
    }
    if (!steps_.empty()) steps_.back().asked = asked;
    walk.settle();
    const Verdict verdict = judge(walk, base.before, *at_.meant, at_.differences);
    return come_to(scenario, {.ending = endings_.ending(verdict.severity, verdict.signature,
                                                        walk.ended_at())});
  }

  Ending come_to(const Scenario& scenario, const Endings::Found& found) {
    endings_.add(steps_, found);
    count(scenario, found.ending);
    return found.ending;
  }

  bool stopping() const { return at_.options.stop && at_.options.stop(); }

  void count(const Scenario& scenario, Ending ending) {
    ++cases;
    const Severity severity = Endings::severity(ending);
    worst_ = std::max(worst_.value_or(Severity::none), severity);
    if (observe) observe(scenario, ending);
    if (severity == Severity::none) return;
    ++unclean;
    Group& group = groups[ending];
    if (group.cases == 0 || simpler(scenario, group.scenario)) group.scenario = scenario;
    ++group.cases;
  }

  Endings& endings_;
  Workplace at_;
  std::array<std::optional<Base>, 4> bases_;
  std::optional<Severity> worst_;     ///< of the task that is run
  std::vector<Endings::Step> steps_;  ///< of the case that goes on
};

/// The parts of the work, taken one after another by all threads.
class Work {
 public:
  Work(const Options& options, const Subject& subject, const cloud::State& world, Endings& endings,
       Explorer& main_explorer)
      : options_(options),
        subject_(subject),
        world_(world),
        endings_(endings),
        main_(main_explorer) {}

  /// Calls part(explorer, i) for all i below `parts`, on all threads, until told to stop.
  template <class Part>
  void spread(std::size_t parts, Part part) {
    all_ += static_cast<std::int64_t>(parts);
    spread_all(parts, [&](Explorer& explorer, std::size_t i) {
      if (partial || (options_.stop && options_.stop())) {
        partial = true;
        return;
      }
      part(explorer, i);
      tell(explorer);
    });
  }

  /// The same to the end, whatever is told.
  template <class Part>
  void spread_all(std::size_t parts, Part part) {
    std::atomic<std::size_t> next = 0;
    const auto work = [&](Explorer& explorer) {
      for (std::size_t from = next.fetch_add(16); from < parts; from = next.fetch_add(16))
        for (std::size_t i = from; i < std::min(parts, from + 16); ++i) part(explorer, i);
    };
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i + 1 < options_.threads && i + 1 < parts; ++i) {
      if (i == helpers_.size()) helpers_.emplace_back();
      threads.emplace_back([&, &helper = helpers_[i]] {
        if (!helper) {
          helper = std::make_unique<Explorer>(options_, subject_, world_, endings_);
          // The main one has made the same.
          STINT_CHECK(helper->make_bases().has_value());
        }
        work(*helper);
      });
    }
    work(main_);
  }

  /// Takes the counts of all threads in; answers the groups by their signatures.
  std::map<std::string, Group> collect(Report& report) {
    std::map<std::string, Group> groups;
    const auto take = [&](const Explorer& explorer) {
      report.cases += explorer.cases;
      report.unclean += explorer.unclean;
      for (const auto& [ending, group] : explorer.groups) {
        Group& known = groups[endings_.signature(ending)];
        if (known.cases == 0 || simpler(group.scenario, known.scenario))
          known.scenario = group.scenario;
        known.cases += group.cases;
      }
      if (explorer.cut_short) partial = true;
    };
    take(main_);
    for (const auto& helper : helpers_) take(*helper);
    report.partial = partial;
    return groups;
  }

  std::atomic<bool> partial = false;

 private:
  void tell(Explorer& explorer) {
    if (!options_.progress) return;
    std::lock_guard lock(mutex_);
    Told& told = told_[&explorer];
    progress_.cases += explorer.cases - told.cases;
    progress_.unclean += explorer.unclean - told.unclean;
    told = {explorer.cases, explorer.unclean};
    progress_.findings = std::max(progress_.findings, explorer.groups.size());
    ++progress_.done;
    progress_.all = all_;
    options_.progress(progress_);
  }

  const Options& options_;
  const Subject& subject_;
  const cloud::State& world_;
  Endings& endings_;
  Explorer& main_;
  std::deque<std::unique_ptr<Explorer>> helpers_;
  std::mutex mutex_;
  Progress progress_;
  std::int64_t all_ = 0;
  struct Told {
    std::int64_t cases = 0, unclean = 0;
  };
  std::map<const Explorer*, Told> told_;
};

}  // namespace

Result<Report> explore(const Options& options) {
  cloud::State world = options.world;
  const Subject subject = make_subject(options, world);
  Endings endings;
  Explorer explorer(options, subject, world, endings);
  TRY(explorer.make_bases());
  const Base& base = *explorer.base(Start::given);
  Report report{.document = options.document.name,
                .base_calls = static_cast<int>(base.at.size()),
                .base_status = std::string(base.hangs ? "hangs" : engine::to_string(base.status)),
                .base_changes = base.changes,
                .pairs = options.pairs.value_or(base.at.size() < calls_for_pairs)};
  const std::vector<Task> singles = explorer.singles();
  std::vector<Explorer::Done> done(singles.size());
  Work work(options, subject, world, endings, explorer);
  work.spread(singles.size(), [&](Explorer& by, std::size_t i) { done[i] = by.run(singles[i]); });
  // Faults after which everything stands as after another one need no second fault.
  std::vector<Task> firsts;
  Seen seen;
  for (Start start : starts)
    if (const std::optional<Base>& from = explorer.base(start))
      seen.insert(from->keys.begin(), from->keys.end());
  for (std::size_t i = 0; i < singles.size(); ++i) {
    if (done[i].worst) ++report.faults[static_cast<std::size_t>(*done[i].worst)];
    if (!done[i].stands) continue;
    if (seen.insert(*done[i].stands).second) {
      firsts.push_back(singles[i]);
    } else {
      ++report.pruned;
    }
  }
  if (report.pairs)
    work.spread(firsts.size(), [&](Explorer& by, std::size_t i) { by.run_pairs(firsts[i]); });
  if (options.random > 0)
    work.spread(static_cast<std::size_t>(options.random),
                [&](Explorer& by, std::size_t i) { by.run_random(options.seed * 1'000'003 + i); });
  const std::map<std::string, Group> groups = work.collect(report);
  if (options.count_only) return report;

  struct Told {
    const Group* group;
    Result<Finding> finding = Finding();
    std::vector<Finding> next;
  };
  std::vector<Told> told;
  for (const auto& [signature, group] : groups) told.push_back({.group = &group, .next = {}});
  work.spread_all(told.size(), [&](Explorer& by, std::size_t i) {
    told[i].finding = by.replay(told[i].group->scenario, &told[i].next);
  });
  std::set<std::string> known;
  for (Told& each : told) {
    Finding finding = TRY(std::move(each.finding));
    finding.cases = each.group->cases;
    known.insert(finding.signature);
    report.findings.push_back(std::move(finding));
  }
  // What is left behind can harm whoever runs the runbook next: findings of their own.
  for (Told& each : told)
    for (Finding& finding : each.next) {
      ++report.cases;
      if (finding.severity < Severity::lost) continue;
      ++report.unclean;
      finding.cases = 1;
      if (known.insert(finding.signature).second) report.findings.push_back(std::move(finding));
    }
  std::ranges::sort(report.findings, [](const Finding& a, const Finding& b) {
    if (a.severity != b.severity) return a.severity > b.severity;
    if (!(a.scenario == b.scenario)) return simpler(a.scenario, b.scenario);
    return a.signature < b.signature;
  });
  std::map<Severity, int> numbers;
  for (Finding& finding : report.findings)
    finding.id = std::string(to_string(finding.severity)) + "-" +
                 std::to_string(++numbers[finding.severity]);
  Finding base_finding = TRY(explorer.replay_whole({}));
  report.base_path = std::move(base_finding.path);
  if (!report.pairs) report.not_explored.push_back("pairs of faults (--pairs)");
  if (subject.instance.empty())
    report.not_explored.push_back(
        "other starts, an operator and a second target: no parameter names an instance");
  report.not_explored.push_back("three and more faults together, other than at random (--random)");
  report.not_explored.push_back("further polls of a wait that are answered as the ones before");
  return report;
}

Result<Finding> replay(const Options& options, const Scenario& scenario) {
  cloud::State world = options.world;
  const Subject subject = make_subject(options, world);
  Workplace at(options, subject, world);
  return replay_at(at, scenario);
}

Result<std::int64_t> check_forks(const Options& options, std::int64_t every) {
  cloud::State world = options.world;
  const Subject subject = make_subject(options, world);
  Endings endings;
  Explorer explorer(options, subject, world, endings);
  TRY(explorer.make_bases());
  std::vector<std::pair<Scenario, Ending>> forked;
  explorer.observe = [&](const Scenario& scenario, Ending ending) {
    forked.emplace_back(scenario, ending);
  };
  const std::vector<Task> singles = explorer.singles();
  for (std::size_t i = 0; i < singles.size(); ++i) {
    const bool alone = explorer.run(singles[i]).stands.has_value();
    if (alone && i % pairs_checked == 0) explorer.run_pairs(singles[i]);
  }
  std::int64_t compared = 0;
  for (std::size_t i = 0; i < forked.size(); i += static_cast<std::size_t>(every)) {
    const auto& [scenario, ending] = forked[i];
    const std::string signature = endings.signature(ending);
    const Finding again = TRY(explorer.replay_whole(scenario));
    if (signature != again.signature)
      return fail(Code::internal, "the case " + id_of(scenario) + " comes to \"" + signature +
                                      "\" when forked and to \"" + again.signature +
                                      "\" from the start");
    ++compared;
  }
  return compared;
}

}  // namespace stint::explore

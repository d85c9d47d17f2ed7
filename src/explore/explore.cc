// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "explore/explore.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "explore/setup.h"
#include "explore/tell.h"

namespace stint::explore {
namespace {

using Key = std::pair<std::uint64_t, std::uint64_t>;
struct KeyHash {
  std::size_t operator()(const Key& key) const { return key.first ^ (key.second >> 1); }
};
using Seen = std::unordered_set<Key, KeyHash>;

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
  engine::Status status{};
  bool hangs = false;
  std::vector<cloud::Change> changes;
};

/// Cases that are alike, so far.
struct Group {
  Severity severity = Severity::none;
  Scenario scenario;
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
  Explorer(const Options& options, const Subject& subject, const cloud::State& world)
      : options_(options),
        subject_(subject),
        world_(world),
        models_(options.models()),
        calls_(*models_) {}

  Result<void> make_bases() {
    for (Start start : starts) {
      std::optional<Prepared> prepared = prepare(world_, options_.now, subject_, start);
      std::optional<Base>& base = bases_[static_cast<std::size_t>(start)];
      if (!prepared) continue;
      base.emplace();
      base->start = start;
      base->before = prepared->world;
      base->began = prepared->now;
      Walk walk = TRY(Walk::begin(calls_, subject_, prepared->world, prepared->now));
      while (walk.to_next_call()) {
        // A run without end is cut off: what goes wrong in it is explored up to here.
        if (base->at.size() >= most_base_calls) break;
        base->at.push_back(walk.fork());
        base->repetition.push_back(walk.repetition());
        walk.pass();
        base->keys.push_back(key_of(walk, *base));
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
    if (!walk.apply(task.fault, subject_)) return {};
    if (second_runs(task.fault.kind)) {
      run_schedules(std::move(walk), task, base);
      return {};
    }
    const Key stands = key_of(walk, base);
    go_on(std::move(walk), {.faults = {task.fault}, .start = task.start}, base);
    return stands;
  }

  /// The cases of this fault and every second one.
  void run_pairs(const Task& task) {
    const Base& base = *this->base(task.start);
    Walk walk = base.at[task.base_call].fork();
    walk.apply(task.fault, subject_);
    Seen seen;
    for (; walk.to_next_call(); walk.pass()) {
      if (stopping()) {
        cut_short = true;
        return;
      }
      if (walk.repetition()) continue;
      for (const Fault& fault : faults_at(walk.next_call(), false)) {
        Walk other = walk.fork();
        if (!other.apply(fault, subject_)) continue;
        if (!seen.insert(key_of(other, base)).second) ++pruned;
        go_on(std::move(other), {.faults = {task.fault, fault}, .start = task.start}, base);
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
        if (walk.apply(fault, subject_)) {
          scenario.faults.push_back(fault);
          continue;
        }
      }
      walk.pass();
    }
    if (!scenario.faults.empty()) go_on(std::move(walk), scenario, *base);
  }

  /// Told of each case and its signature; "": it is clean.
  std::function<void(const Scenario& scenario, const std::string& signature)> observe;

  std::map<std::string, Group> groups;
  std::int64_t cases = 0, unclean = 0, pruned = 0;
  bool cut_short = false;            ///< told to stop in the middle of a part
  std::vector<cloud::Change> meant;  ///< lasting changes of the fault-free run from the given start

 private:
  static constexpr std::size_t most_base_calls = 5'000;
  static constexpr std::size_t most_ends = 2'000'000;  // 100 MiB

  Walk begin(const Base& base) {
    Result<Walk> walk = Walk::begin(calls_, subject_, base.before, base.began);
    return std::move(*walk);  // it began once
  }

  void finish_base(Base& base, Walk& walk) {
    walk.settle();
    base.changes = cloud::lasting(cloud::diff(base.before, walk.state()));
    if (&base == &*bases_[0]) meant = base.changes;
  }

  Key key_of(Walk& walk, const Base& base) const {
    Key key = walk.key(base.before);
    key.first += static_cast<std::uint64_t>(base.start);  // what it is compared with
    return key;
  }

  /// Faults worth trying at a call; `alone`: of the given start, where schedules are explored too.
  static std::vector<Fault> faults_at(int call, bool alone) {
    std::vector<Fault> out;
    for (const KindRow& row : kinds()) {
      if (row.kind == Kind::next || row.kind == Kind::next_other) continue;
      if (second_runs(row.kind) && !alone) continue;
      if (row.kind == Kind::late) {
        for (int extra : {1, 3, 1000}) out.push_back({row.kind, call, extra});
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
  /// then is known.
  void go_on(Walk walk, const Scenario& scenario, const Base& base) {
    std::vector<Key> passed;
    for (;;) {
      if (!walk.repetition()) {
        const Key key = key_of(walk, base);
        if (auto known = ends_.find(key); known != ends_.end())
          return count(scenario, passed, known->second);
        passed.push_back(key);
      }
      if (!walk.to_next_call()) break;
      walk.pass();
    }
    walk.settle();
    Verdict verdict = judge(walk, base.before, meant, known_);
    const auto [number, fresh] = numbers_.try_emplace(std::move(verdict.signature),
                                                      static_cast<std::uint32_t>(ways_.size()));
    if (fresh) ways_.push_back({verdict.severity, &number->first});
    count(scenario, passed, number->second);
  }

  bool stopping() const { return options_.stop && options_.stop(); }

  void count(const Scenario& scenario, const std::vector<Key>& passed, std::uint32_t way) {
    if (ends_.size() > most_ends) ends_.clear();  // some cases go on for longer then
    for (const Key& key : passed) ends_.emplace(key, way);
    ++cases;
    const auto& [severity, signature] = ways_[way];
    worst_ = std::max(worst_.value_or(Severity::none), severity);
    if (observe) observe(scenario, *signature);
    if (severity == Severity::none) return;
    ++unclean;
    Group& group = groups[*signature];
    if (group.cases == 0 || simpler(scenario, group.scenario)) group.scenario = scenario;
    group.severity = std::max(group.severity, severity);
    ++group.cases;
  }

  const Options& options_;
  const Subject& subject_;
  const cloud::State& world_;
  std::unique_ptr<aws::Models> models_;
  sim::Calls calls_;
  std::array<std::optional<Base>, 4> bases_;
  Differences known_;
  std::optional<Severity> worst_;  ///< of the task that is run
  /// How runs end: a severity and the signature, by number and by signature.
  std::vector<std::pair<Severity, const std::string*>> ways_;
  std::map<std::string, std::uint32_t> numbers_;
  /// How it ends from where a case has been.
  std::unordered_map<Key, std::uint32_t, KeyHash> ends_;
};

void add(std::map<std::string, Group>& to, const std::map<std::string, Group>& from) {
  for (const auto& [signature, group] : from) {
    Group& known = to[signature];
    if (known.cases == 0 || simpler(group.scenario, known.scenario))
      known.scenario = group.scenario;
    known.severity = std::max(known.severity, group.severity);
    known.cases += group.cases;
  }
}

/// The parts of the work, taken one after another by all threads.
class Work {
 public:
  Work(const Options& options, const Subject& subject, const cloud::State& world,
       Explorer& main_explorer)
      : options_(options), subject_(subject), world_(world), main_(main_explorer) {}

  template <class Part>
  void spread(std::size_t parts, Part part) {
    all_ += static_cast<std::int64_t>(parts);
    std::atomic<std::size_t> next = 0;
    const auto work = [&](Explorer& explorer) {
      for (std::size_t i = next++; i < parts; i = next++) {
        if (options_.stop && options_.stop()) {
          partial = true;
          break;
        }
        part(explorer, i);
        tell(explorer);
      }
    };
    while (helpers_.size() + 1 < options_.threads && helpers_.size() + 1 < parts) {
      auto helper = std::make_unique<Explorer>(options_, subject_, world_);
      if (!helper->make_bases()) break;
      helpers_.push_back(std::move(helper));
    }
    {
      std::vector<std::jthread> threads;
      for (auto& helper : helpers_) threads.emplace_back([&, h = helper.get()] { work(*h); });
      work(main_);
    }
  }

  void collect(Report& report, std::map<std::string, Group>& groups) {
    helpers_.push_back(nullptr);
    for (auto& helper : helpers_) {
      Explorer& explorer = helper ? *helper : main_;
      report.cases += explorer.cases;
      report.unclean += explorer.unclean;
      report.pruned += explorer.pruned;
      add(groups, explorer.groups);
      if (explorer.cut_short) partial = true;
    }
    report.partial = partial;
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
  Explorer& main_;
  std::vector<std::unique_ptr<Explorer>> helpers_;
  std::mutex mutex_;
  Progress progress_;
  std::int64_t all_ = 0;
  struct Told {
    std::int64_t cases = 0, unclean = 0;
  };
  std::map<const Explorer*, Told> told_;
};

/// Runs single cases, call by call.
class Replayer {
 public:
  explicit Replayer(const Options& options)
      : options_(options),
        world_(options.world),
        subject_(make_subject(options, world_)),
        models_(options.models()),
        calls_(*models_) {}

  const Subject& subject() const { return subject_; }

  Result<Finding> run(const Scenario& scenario) {
    const auto no = [&](std::string why) {
      return fail(Code::invalid,
                  "the case " + id_of(scenario) + " is none of this runbook: " + why);
    };
    TRY(learn_what_is_meant());
    std::optional<Prepared> prepared = prepare(world_, options_.now, subject_, scenario.start);
    if (!prepared) return no("it cannot begin " + std::string(name_of(scenario.start)));
    Finding finding{.scenario = scenario};
    Walk walk = TRY(Walk::begin(calls_, subject_, prepared->world, prepared->now));
    walk.trace_into(&finding.path);
    std::size_t at = 0;
    while (walk.to_next_call()) {
      if (at < scenario.faults.size() && scenario.faults[at].call > 0 &&
          walk.next_call() == scenario.faults[at].call) {
        if (!walk.apply(scenario.faults[at], subject_))
          return no(std::string(row_of(scenario.faults[at].kind).name) + " means nothing at call " +
                    std::to_string(scenario.faults[at].call) + ", " + walk.call().service + "." +
                    walk.call().operation);
        ++at;
        continue;
      }
      walk.pass();
    }
    if (at < scenario.faults.size() && scenario.faults[at].call > 0)
      return no("it makes " + std::to_string(walk.trail().calls) + " calls, not " +
                std::to_string(scenario.faults[at].call));
    walk.settle();
    const bool more = at < scenario.faults.size();
    if (more) {
      // What it comes to is what the next run makes of the cloud as this one left it.
      walk.ignore(judge(walk, prepared->world, *meant_, known_).damage);
      prepared->world = walk.state();
      if (at + 1 != scenario.faults.size() ||
          !walk.run_again(subject_, scenario.faults[at].kind == Kind::next_other))
        return no("there is nowhere to run it again");
    }
    finding.status = walk.hangs() ? "hangs" : std::string(engine::to_string(walk.status()));
    Verdict verdict = judge(walk, prepared->world, *meant_, known_);
    finding.severity = verdict.severity;
    finding.signature = std::move(verdict.signature);
    finding.damage = std::move(verdict.damage);
    if (finding.severity != Severity::none && !more)
      tell_next_runs(finding, walk, subject_, *meant_, known_);
    tell(finding, walk);
    return finding;
  }

 private:
  Result<void> learn_what_is_meant() {
    if (meant_) return {};
    std::optional<Prepared> given = prepare(world_, options_.now, subject_, Start::given);
    Walk walk = TRY(Walk::begin(calls_, subject_, given->world, given->now));
    while (walk.to_next_call()) walk.pass();
    walk.settle();
    meant_ = cloud::lasting(cloud::diff(given->world, walk.state()));
    return {};
  }

  const Options& options_;
  cloud::State world_;
  Subject subject_;
  std::unique_ptr<aws::Models> models_;
  sim::Calls calls_;
  Differences known_;
  std::optional<std::vector<cloud::Change>> meant_;  ///< what the fault-free run changes
};

/// What is left behind can harm whoever runs the runbook next: findings of their own.
void add_next_runs(Replayer& replayer, Report& report) {
  std::set<std::string> known;
  for (const Finding& finding : report.findings) known.insert(finding.signature);
  const std::size_t count = report.findings.size();
  for (std::size_t i = 0; i < count; ++i)
    for (Kind kind : {Kind::next, Kind::next_other}) {
      if (kind == Kind::next_other && replayer.subject().parameters_elsewhere.is_null()) continue;
      Scenario scenario = report.findings[i].scenario;
      scenario.faults.push_back({.kind = kind, .call = 0});
      Result<Finding> finding = replayer.run(scenario);
      ++report.cases;
      if (!finding || finding->severity < Severity::lost) continue;
      ++report.unclean;
      finding->cases = 1;
      if (known.insert(finding->signature).second) report.findings.push_back(std::move(*finding));
    }
}

}  // namespace

Result<Report> explore(const Options& options) {
  cloud::State world = options.world;
  const Subject subject = make_subject(options, world);
  Explorer explorer(options, subject, world);
  TRY(explorer.make_bases());
  const Base& base = *explorer.base(Start::given);
  Report report{.document = options.document.name,
                .base_calls = static_cast<int>(base.at.size()),
                .base_status = std::string(base.hangs ? "hangs" : engine::to_string(base.status)),
                .base_changes = base.changes,
                .pairs = options.pairs.value_or(base.at.size() < calls_for_pairs)};
  const std::vector<Task> singles = explorer.singles();
  std::vector<Explorer::Done> done(singles.size());
  Work work(options, subject, world, explorer);
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
  std::map<std::string, Group> groups;
  work.collect(report, groups);
  if (options.count_only) return report;

  Replayer replayer(options);
  for (const auto& [signature, group] : groups) {
    Finding finding = TRY(replayer.run(group.scenario));
    finding.cases = group.cases;
    report.findings.push_back(std::move(finding));
  }
  add_next_runs(replayer, report);
  std::ranges::sort(report.findings, [](const Finding& a, const Finding& b) {
    if (a.severity != b.severity) return a.severity > b.severity;
    if (!(a.scenario == b.scenario)) return simpler(a.scenario, b.scenario);
    return a.signature < b.signature;
  });
  std::map<Severity, int> numbers;
  for (Finding& finding : report.findings)
    finding.id = std::string(to_string(finding.severity)) + "-" +
                 std::to_string(++numbers[finding.severity]);
  Finding base_finding = TRY(replayer.run({}));
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
  Replayer replayer(options);
  return replayer.run(scenario);
}

Result<std::int64_t> check_forks(const Options& options, std::int64_t every) {
  cloud::State world = options.world;
  const Subject subject = make_subject(options, world);
  Explorer explorer(options, subject, world);
  TRY(explorer.make_bases());
  Replayer replayer(options);
  std::vector<std::pair<Scenario, std::string>> forked;
  explorer.observe = [&](const Scenario& scenario, const std::string& signature) {
    forked.emplace_back(scenario, signature);
  };
  for (const Task& task : explorer.singles()) explorer.run(task);
  std::int64_t compared = 0;
  for (std::size_t i = 0; i < forked.size(); i += static_cast<std::size_t>(every)) {
    const auto& [scenario, signature] = forked[i];
    Finding again = TRY(replayer.run(scenario));
    const std::string whole = again.severity == Severity::none ? "" : again.signature;
    if (signature != whole)
      return fail(Code::internal, "the case " + id_of(scenario) + " comes to \"" + signature +
                                      "\" when forked and to \"" + whole + "\" from the start");
    ++compared;
  }
  return compared;
}

}  // namespace stint::explore

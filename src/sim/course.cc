// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "sim/course.h"

#include <algorithm>
#include <utility>

#include "actions/table.h"
#include "base/check.h"
#include "cloud/ssm/agent.h"
#include "value/digest.h"

namespace stint::sim {
namespace {

std::uint64_t hash_of(std::initializer_list<std::string_view> parts) {
  Digest digest;
  for (std::string_view part : parts) digest.add(part);
  return digest.value().first;
}

}  // namespace

const Referred& Calls::referred(const document::DocumentPtr& document) {
  auto [found, fresh] = referred_.try_emplace(document);
  Referred& out = found->second;
  if (!fresh) return out;
  out.resize(document->steps.size());
  const auto add = [&](std::int32_t step, std::string_view output) {
    if (step >= 0) out[static_cast<std::size_t>(step)].emplace_back(output);
  };
  const auto read = [&](const auto& self, const std::vector<document::Step>& steps) -> void {
    for (const document::Step& step : steps) {
      for (const document::Reference* reference : step.inputs.references())
        if (reference->kind == document::Reference::Kind::step_output)
          add(reference->step >= 0 ? reference->step : document->step_index(reference->name),
              reference->output);
      self(self, step.body);
    }
  };
  read(read, document->steps);
  for (std::string_view name : document->outputs)
    if (const std::size_t dot = name.find('.'); dot != name.npos)
      add(document->step_index(name.substr(0, dot)), name.substr(dot + 1));
  for (std::vector<std::string>& outputs : out) std::ranges::sort(outputs);
  return out;
}

/// The embedded cloud at arm's length: calls are queued, not made.
class Course::Ports final : public engine::Ports {
 public:
  Ports(Course& course, world::EmbeddedPorts inner) : course_(course), inner_(std::move(inner)) {}
  engine::CallTable& calls() override { return inner_.calls(); }
  bool atomic() const override { return false; }
  std::optional<Result<Value>> call(const engine::Execution& execution, std::int64_t serial,
                                    const engine::CallOrder& call) override {
    course_.pending_.push_back(
        {.start = execution.start, .serial = serial, .order = execution.order, .call = &call});
    return {};
  }
  Result<engine::FoundDocument> find_document(const engine::Execution& parent,
                                              const std::string& name,
                                              const std::string& version) override {
    return inner_.find_document(parent, name, version);
  }
  Result<void> check_role(const engine::ExecutionStarted& start) override {
    return inner_.check_role(start);
  }
  Result<Value> parameter(const engine::ExecutionStarted& start, const std::string& name) override {
    return inner_.parameter(start, name);
  }
  void collect(store::Batch&) override {}
  void committed() override {}

  world::EmbeddedPorts& inner() { return inner_; }

 private:
  Course& course_;
  world::EmbeddedPorts inner_;
};

Course::Course(Calls& calls, cloud::State state, Time start)
    : calls_(calls), clock_(start), before_change_(state) {
  cloud_.state = std::move(state);
  cloud_.nodes = cloud::Nodes::scripted;
  cloud_.find_action = actions::find_spec;
  ports_ = std::make_unique<Ports>(
      *this, world::EmbeddedPorts(cloud_, calls_.table, calls_.no_mocks, clock_, {}));
  engine_ = std::make_unique<engine::Engine>(actions::table(), *ports_, journal_, clock_, random_,
                                             calls_.documents);
}

Course::Course(const Course& other, Calls& calls)
    : calls_(calls),
      clock_(other.clock_),
      random_(other.random_),
      starts_(other.starts_),
      journal_(other.journal_),
      cloud_(other.cloud_),
      before_change_(other.before_change_),
      pending_(other.pending_),
      made_(other.made_),
      made_often_(other.made_often_),
      ended_(other.ended_) {
  ports_ =
      std::make_unique<Ports>(*this, world::EmbeddedPorts(other.ports_->inner(), cloud_, clock_));
  engine_ = other.engine_->fork(*ports_, journal_, clock_, random_);
}

Course::~Course() = default;

std::unique_ptr<Course> Course::fork() const {
  return std::unique_ptr<Course>(new Course(*this, calls_));
}

Result<std::string> Course::start(const engine::FoundDocument& document, const Value& parameters) {
  const std::string account = cloud_.state.default_account;
  random_ = Random(7 + starts_++);  // its id does not depend on what was there before
  return engine_->start({.document = document,
                         .parameters = parameters,
                         .executed_by = cloud_.root(account).principal.arn,
                         .account = account,
                         .region = cloud_.state.default_region});
}

void Course::run() {
  Result<void> ran = engine_->run();
  STINT_CHECK(ran.has_value());  // memory does not fail
  // Calls that the engine has given up (a time limit) are not made any more.
  std::erase_if(pending_, [this](const Pending& pending) {
    const engine::Execution* x = engine_->find(pending.start->id);
    return !x || x->serial != pending.serial || engine::terminal(x->status);
  });
  engine_->each_ended([this](const engine::Execution& x) {
    if (std::ranges::none_of(ended_, [&](const auto& known) { return known->start == x.start; }))
      ended_.push_back(std::make_shared<const engine::Execution>(x));
  });
}

bool Course::advance(Time until, std::string_view held) {
  for (;;) {
    run();
    if (next(held)) return true;
    static_cast<void>(cloud::ssm::run_agents(cloud_, nullptr, clock_.now()));
    cloud_.audit.clear();
    std::optional<Time> due = engine_->next_wake();
    if (std::optional<Time> agents = cloud::ssm::next_due(cloud_.state, clock_.now());
        agents && (!due || *agents < *due))
      due = agents;
    if (!due || *due > until) return false;
    if (*due > clock_.now()) clock_.set(*due);
  }
}

void Course::skip(Time to) {
  if (pending_.empty() && to > clock_.now() && !cloud::ssm::next_due(cloud_.state, clock_.now()))
    clock_.set(to);
}

const Pending* Course::next(std::string_view held) const {
  for (const Pending& pending : pending_)
    if (held.empty() || root_of(pending.start->id) != held) return &pending;
  return nullptr;
}

std::string Course::root_of(const std::string& execution) const {
  std::string at = execution;
  while (const engine::Execution* x = find(at)) {
    if (x->start->parent.empty()) break;
    at = x->start->parent;
  }
  return at;
}

Result<Value> Course::perform(const Pending& pending) {
  engine::Execution who;
  who.start = pending.start;
  std::optional<cloud::State> before;
  if (!pending.call->reads) before = cloud_.state;
  cloud_.audit.clear();
  reseed(hash_of({pending.start->id, pending.call->service, pending.call->operation}));
  std::optional<Result<Value>> answer = ports_->inner().call(who, pending.serial, *pending.call);
  made_ = {.service = pending.call->service, .operation = pending.call->operation};
  if (!cloud_.audit.empty()) {
    cloud::AuditEntry& entry = cloud_.audit.back();
    made_.resource = std::move(entry.resource);
    made_.effect = std::move(entry.effect);
    made_.error = std::move(entry.error);
  }
  cloud_.audit.clear();
  if (before && made_.effect != "none") before_change_ = std::move(*before);
  return std::move(*answer);
}

Result<Value> Course::perform_stale(const Pending& pending) {
  cloud::State now = std::exchange(cloud_.state, before_change_);
  Result<Value> answer = perform(pending);
  cloud_.state = std::move(now);
  return answer;
}

Result<Value> Course::by_hand(std::string_view service, std::string_view operation,
                              const Value& input) {
  reseed(hash_of({"by hand", service, operation}));
  const cloud::State& state = cloud_.state;
  Result<Value> answer = cloud_.call(cloud_.root(state.default_account), state.default_region,
                                     service, operation, input, clock_.now());
  cloud_.audit.clear();
  return answer;
}

void Course::deliver(const Pending& pending, Result<Value> answer) {
  // The id of a child that is started now.
  random_ = Random(hash_of({pending.start->id}) + static_cast<std::uint64_t>(pending.serial));
  engine_->answer(pending.start->id, pending.serial, std::move(answer));
  withhold(pending);
}

void Course::withhold(const Pending& pending) {
  std::erase_if(pending_, [start = pending.start, serial = pending.serial](const Pending& other) {
    return other.start == start && other.serial == serial;
  });
}

const engine::Execution* Course::find(const std::string& execution) const {
  if (const engine::Execution* open = engine_->find(execution)) return open;
  for (const auto& ended : ended_)
    if (ended->start->id == execution) return ended.get();
  return nullptr;
}

void Course::cancel(const std::string& execution) {
  // One that has ended meanwhile cannot be cancelled, and need not be.
  static_cast<void>(engine_->cancel(execution).has_value());
}

void Course::crash() {
  pending_.clear();
  engine_ = std::make_unique<engine::Engine>(actions::table(), *ports_, journal_, clock_, random_,
                                             calls_.documents);
  Result<std::vector<std::string>> recovered = engine_->recover();
  STINT_CHECK(recovered.has_value());
}

namespace {

using namespace std::chrono_literals;

/// The times of a key. What lies further back than all that takes its time to be seen only keeps
/// its order.
class Times {
 public:
  void add(Time time) { times_.push_back(time); }
  void add(std::span<const Time> times) { times_.insert(times_.end(), times.begin(), times.end()); }
  void into(Digest& digest, Time now, Duration seen) {
    std::vector<Time> old;
    for (Time time : times_)
      if (time < now - seen) old.push_back(time);
    std::ranges::sort(old);
    old.erase(std::unique(old.begin(), old.end()), old.end());
    for (Time time : times_) {
      const bool recent = time >= now - seen;
      digest.add(std::uint64_t{recent});
      digest.add(recent ? static_cast<std::int64_t>((time - now).count())
                        : std::int64_t{std::ranges::lower_bound(old, time) - old.begin()});
    }
  }

 private:
  std::vector<Time> times_;
};

/// The answer of a call carries the id of the request: no two runs have the same.
void add_answer(const Value& answer, Digest& digest) {
  if (!answer.is_object()) return digest.add(answer);
  for (const auto& [name, value, where] : answer.as_object())
    if (name != "ResponseMetadata") {
      digest.add(std::string_view(name));
      digest.add(value);
    }
}

void add_open(const engine::Execution& x, const Referred& referred, Digest& digest, Times& times) {
  digest.add(std::string_view(x.start->id));
  for (const std::int64_t number :
       {static_cast<std::int64_t>(x.phase), static_cast<std::int64_t>(x.current),
        static_cast<std::int64_t>(x.cancel)})
    digest.add(number);
  // Whoever has started it hears how it ends.
  if (!x.start->parent.empty() && x.decided_by >= 0)
    digest.add(static_cast<std::int64_t>(x.steps[static_cast<std::size_t>(x.decided_by)].status));
  if (x.cancel)
    digest.add(std::uint64_t{std::ranges::any_of(x.steps, [](const engine::StepState& step) {
      return step.status == engine::Status::cancelled;
    })});
  for (const std::optional<Time>& limit : {x.deadline, x.cancel_deadline}) {
    digest.add(std::uint64_t{limit.has_value()});
    if (limit) times.add(*limit);
  }
  digest.add(x.state);
  if (x.order) {
    digest.add(std::uint64_t{x.order->index()});
    if (const auto* call = std::get_if<engine::CallOrder>(x.order.get())) {
      digest.add(std::string_view(call->operation));
      digest.add(call->input);
    } else if (const auto* wake = std::get_if<engine::WakeOrder>(x.order.get())) {
      times.add(wake->at);
    }
  }
  if (x.current >= 0) digest.add(static_cast<std::int64_t>(x.step_state().attempts));
  for (std::size_t i = 0; i < x.steps.size(); ++i) {
    const engine::StepState& step = x.steps[i];
    if (referred[i].empty() || !step.outputs.is_object()) continue;
    // An output of the document is one only if its step has succeeded.
    digest.add(std::uint64_t{i});
    digest.add(std::uint64_t{step.status == engine::Status::success});
    for (const auto& [name, value, where] : step.outputs.as_object()) {
      if (!std::ranges::binary_search(referred[i], name)) continue;
      digest.add(std::string_view(name));
      name == "OutputPayload" ? add_answer(value, digest) : digest.add(value);
    }
  }
}

}  // namespace

Duration Course::all_is_seen() const {
  const cloud::Propagation& of = cloud_.state.propagation;
  // An association settles after its instance runs and its role is known; checks of an instance
  // take twice as long as its start.
  const Duration settled = std::max(of.instance, of.iam_to_ec2) + of.association;
  return 1s + std::max({settled, 2 * of.instance, of.imds});
}

std::pair<std::uint64_t, std::uint64_t> Course::key(const cloud::State& since) {
  run();  // an answer that was delivered is taken in
  Digest digest;
  Times times;
  calls_.prints.each_change(since, cloud_.state,
                            [&](const cloud::Prints::Hash& hash, std::span<const Time> of) {
                              digest.add(hash.first);
                              digest.add(hash.second);
                              times.add(of);
                            });
  std::vector<const engine::Execution*> open;
  engine_->each_open([&](const engine::Execution& x) { open.push_back(&x); });
  std::ranges::sort(open, {},
                    [](const engine::Execution* x) -> const std::string& { return x->start->id; });
  for (const engine::Execution* x : open) add_open(*x, calls_.referred(x->document), digest, times);
  for (const auto& ended : ended_)
    if (ended->start->parent.empty()) digest.add(std::string_view(ended->start->id));
  for (const Pending& pending : pending_) digest.add(std::string_view(pending.start->id));
  times.into(digest, clock_.now(), all_is_seen());
  return digest.value();
}

/// What is made up next depends on what it is for, not on what was made up before: two courses that
/// come to the same by different ways have the same ids then.
void Course::reseed(std::uint64_t what) {
  auto often = std::ranges::find(made_often_, what, [](const auto& each) { return each.first; });
  if (often == made_often_.end()) often = made_often_.insert(often, {what, 0});
  cloud_.state.random = Random(what + ++often->second * 0x9e3779b97f4a7c15u);
}

}  // namespace stint::sim

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "sim/course.h"

#include <algorithm>
#include <utility>

#include "actions/table.h"
#include "base/check.h"
#include "cloud/ssm/agent.h"

namespace stint::sim {

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
      journal_(other.journal_),
      cloud_(other.cloud_),
      before_change_(other.before_change_),
      pending_(other.pending_),
      made_(other.made_),
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

void Course::deliver(const Pending& pending, Result<Value> answer) {
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

/// Two hashes of one text, so that a chance collision does not happen.
class Digest {
 public:
  void add(std::string_view text) {
    for (const char c : text) {
      a_ = (a_ ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
      b_ = (b_ + static_cast<unsigned char>(c)) * 0x9e3779b97f4a7c15u;
      b_ ^= b_ >> 29;
    }
    a_ = (a_ ^ 0x1f) * 0x100000001b3u;
    b_ = (b_ + 0x1f) * 0x9e3779b97f4a7c15u;
  }
  void add(std::int64_t number) { add(std::string_view(reinterpret_cast<char*>(&number), 8)); }
  void add(const Value& value) {
    switch (value.kind()) {
      case Value::Kind::text:
        return add(std::string_view(value.as_text()));
      case Value::Kind::list:
        add(static_cast<std::int64_t>(value.size()));
        for (const Value& item : value.as_list()) add(item);
        return;
      case Value::Kind::object:
        add(static_cast<std::int64_t>(value.size()));
        for (const auto& [name, member, where] : value.as_object()) {
          add(std::string_view(name));
          add(member);
        }
        return;
      case Value::Kind::null:
        return add(std::int64_t{-1});
      case Value::Kind::boolean:
        return add(std::int64_t{value.as_bool()});
      case Value::Kind::integer:
        return add(value.as_integer());
      case Value::Kind::number:
        return add(static_cast<std::int64_t>(value.as_number() * 4096));
    }
  }
  std::pair<std::uint64_t, std::uint64_t> value() const { return {a_, b_}; }

 private:
  std::uint64_t a_ = 0xcbf29ce484222325u, b_ = 0x2545f4914f6cdd1du;
};

void add_execution(Digest& digest, const engine::Execution& x) {
  digest.add(std::string_view(x.start->id));
  for (std::int64_t number :
       {static_cast<std::int64_t>(x.status), static_cast<std::int64_t>(x.phase),
        static_cast<std::int64_t>(x.current), x.serial, static_cast<std::int64_t>(x.decided_by),
        static_cast<std::int64_t>(x.cancel),
        x.deadline ? x.deadline->time_since_epoch().count() : std::int64_t{0},
        x.cancel_deadline ? x.cancel_deadline->time_since_epoch().count() : std::int64_t{0}})
    digest.add(number);
  digest.add(x.state);
  if (x.order) {
    digest.add(static_cast<std::int64_t>(x.order->index()));
    if (const auto* call = std::get_if<engine::CallOrder>(x.order.get())) {
      digest.add(std::string_view(call->operation));
      digest.add(call->input);
    } else if (const auto* wake = std::get_if<engine::WakeOrder>(x.order.get())) {
      digest.add(static_cast<std::int64_t>(wake->at.time_since_epoch().count()));
    }
  }
  for (const engine::StepState& step : x.steps) {
    digest.add(static_cast<std::int64_t>(step.status));
    digest.add(static_cast<std::int64_t>(step.attempts));
    // The answer to a call carries the id of the request: no two runs have the same.
    if (step.outputs.is_object())
      for (const auto& [name, value, where] : step.outputs.as_object())
        if (name != "OutputPayload") {
          digest.add(std::string_view(name));
          digest.add(value);
        }
  }
}

}  // namespace

std::pair<std::uint64_t, std::uint64_t> Course::key(const cloud::State& since) {
  run();  // an answer that was delivered is taken in
  Digest digest;
  digest.add(static_cast<std::int64_t>(clock_.now().time_since_epoch().count()));
  for (const cloud::Change& change : cloud::diff(since, cloud_.state)) {
    digest.add(std::string_view(change.key));
    digest.add(change.after);
  }
  std::vector<const engine::Execution*> all;
  engine_->each_open([&](const engine::Execution& x) { all.push_back(&x); });
  for (const auto& ended : ended_) all.push_back(ended.get());
  std::ranges::sort(all, {}, [](const engine::Execution* x) { return x->start->id; });
  for (const engine::Execution* x : all) add_execution(digest, *x);
  return digest.value();
}

}  // namespace stint::sim

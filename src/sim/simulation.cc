// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "sim/simulation.h"

#include <algorithm>
#include <utility>

#include "actions/table.h"
#include "base/check.h"
#include "cloud/ssm/agent.h"

namespace stint::sim {

/// The embedded cloud, with faults in front of it.
class Simulation::Ports final : public engine::Ports {
 public:
  Ports(Simulation& simulation)
      : simulation_(simulation),
        inner_(*simulation.cloud_, simulation.calls_, simulation.mocks_, simulation.clock_,
               {.synthesize_missing = false, .durable = true}) {}
  engine::CallTable& calls() override { return inner_.calls(); }
  bool atomic() const override { return true; }
  std::optional<Result<Value>> call(const engine::Execution& execution, std::int64_t serial,
                                    const engine::CallOrder& order) override {
    if (simulation_.fault_)
      if (std::optional<Error> error = simulation_.fault_(execution, order))
        return Result<Value>(fail(std::move(*error)));
    return inner_.call(execution, serial, order);
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
  void collect(store::Batch& batch) override { inner_.collect(batch); }
  void committed() override { inner_.committed(); }

  world::EmbeddedPorts& inner() { return inner_; }

 private:
  Simulation& simulation_;
  world::EmbeddedPorts inner_;
};

Simulation::Simulation(aws::Models& models, cloud::State state, Time start)
    : calls_(models),
      clock_(start),
      store_(store::make_memory_store()),
      cloud_(std::make_unique<cloud::Cloud>()) {
  cloud_->state = std::move(state);
  build();
}
Simulation::~Simulation() = default;

void Simulation::build() {
  cloud_->nodes = cloud::Nodes::scripted;
  ports_ = std::make_unique<Ports>(*this);
  engine_ = std::make_unique<engine::Engine>(actions::table(), *ports_, *store_, clock_, random_);
}

void Simulation::set_fault(Fault fault) {
  fault_ = std::move(fault);
}

const std::vector<cloud::AuditEntry>& Simulation::audit() const {
  return ports_->inner().audit();
}

Result<std::string> Simulation::start(std::string content, Value parameters, std::string name) {
  const std::string account = cloud_->state.default_account;
  return engine_->start(
      {.document = {.name = std::move(name), .version = "1", .content = std::move(content)},
       .parameters = std::move(parameters),
       .executed_by = cloud_->root(account).principal.arn,
       .account = account,
       .region = cloud_->state.default_region});
}

bool Simulation::step(Time limit) {
  Result<void> ran = engine_->run();
  STINT_CHECK(ran.has_value());  // memory does not fail
  static_cast<void>(cloud::ssm::run_agents(*cloud_, nullptr, clock_.now()));
  Result<void> committed = engine_->commit();
  STINT_CHECK(committed.has_value());
  std::optional<Time> next = engine_->next_wake();
  if (std::optional<Time> due = cloud::ssm::next_due(cloud_->state, clock_.now());
      due && (!next || *due < *next))
    next = due;
  if (!next || *next > limit) return false;
  if (*next > clock_.now()) clock_.set(*next);
  return true;
}

bool Simulation::run(Duration limit) {
  const Time last = clock_.now() + limit;
  while (engine_->open() > 0)
    if (!step(last)) return engine_->open() == 0;
  return true;
}

void Simulation::run_until(Time until) {
  while (step(until)) {
  }
  if (until > clock_.now()) clock_.set(until);
}

void Simulation::crash() {
  Result<std::map<std::string, Value>> kept = store_->entities();
  STINT_CHECK(kept.has_value());
  engine_.reset();
  ports_.reset();
  if (!kept->empty()) {
    Result<cloud::State> state = cloud::restore(*kept);
    STINT_CHECK(state.has_value());
    cloud_ = std::make_unique<cloud::Cloud>();
    cloud_->state = std::move(*state);
  }
  build();
  ports_->inner().saved(cloud_->state);
  Result<std::vector<std::string>> recovered = engine_->recover();
  STINT_CHECK(recovered.has_value());
}

engine::Execution Simulation::execution(const std::string& id) {
  Result<engine::Execution> found = engine_->read(id);
  STINT_CHECK(found.has_value());
  return std::move(*found);
}

}  // namespace stint::sim

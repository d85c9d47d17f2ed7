// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/engine.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/hash.h"
#include "base/overloaded.h"
#include "engine/describe.h"
#include "engine/lookup.h"
#include "engine/records.h"

namespace stint::engine {
namespace {

constexpr int deepest_nesting = 10;  // C-08

/// Polls and waits say nothing new about an execution: after a crash they are simply made again.
bool tells_something(const Record& record) {
  const auto* intended = std::get_if<Intended>(&record);
  if (!intended) return true;
  if (const auto* call = std::get_if<CallOrder>(intended->order.get())) return !call->reads;
  return !std::holds_alternative<WakeOrder>(*intended->order);
}

/// References of defaults and of assumeRole, before there is an execution.
class StartLookup final : public document::Lookup {
 public:
  StartLookup(Ports& ports, const ExecutionStarted& start, Time now)
      : ports_(ports), start_(start), now_(now) {}
  const Value* find(const document::Reference& reference) const override {
    using Kind = document::Reference::Kind;
    if (reference.kind == Kind::parameter) return start_.parameters.find(reference.name);
    if (reference.kind == Kind::system) {
      value_ = system_value(reference.name, start_, now_);
    } else if (reference.kind == Kind::ssm) {
      Result<Value> found = ports_.parameter(start_, reference.name);
      value_ = found ? *found : Value();
      if (!found) problem = found.error();
    } else {
      return nullptr;
    }
    return value_.is_null() ? nullptr : &value_;
  }
  mutable std::optional<Error> problem;

 private:
  Ports& ports_;
  const ExecutionStarted& start_;
  Time now_;
  mutable Value value_;
};

}  // namespace

Engine::Engine(ActionTable actions, Ports& ports, store::Store& store, const Clock& clock,
               Random& random, std::shared_ptr<ParsedDocuments> documents)
    : actions_(actions),
      ports_(ports),
      store_(store),
      clock_(clock),
      random_(random),
      rules_{.actions = actions, .calls = ports.calls(), .atomic_cloud = ports.atomic()},
      documents_(std::move(documents)) {}

std::unique_ptr<Engine> Engine::fork(Ports& ports, store::Store& store, const Clock& clock,
                                     Random& random) const {
  STINT_CHECK(tasks_.empty() && staged_.empty() && dirty_.empty());
  auto twin = std::make_unique<Engine>(actions_, ports, store, clock, random, documents_);
  for (const auto& [id, running] : executions_)
    twin->executions_.emplace(id, std::make_unique<Running>(*running));
  for (const auto& running : ended_) twin->ended_.push_back(std::make_unique<Running>(*running));
  twin->timers_ = timers_;
  twin->stored_ = stored_;
  return twin;
}

Result<ParsedDocument> Engine::parse(const FoundDocument& found) {
  if (auto known = documents_->find(found.content); known != documents_->end()) {
    // Parsed for another engine, perhaps: this one's store must have the text too.
    if (stored_.insert(known->second.hash).second)
      new_blobs_.emplace_back(known->second.hash, found.content);
    return known->second;
  }
  document::ParseOptions options{
      .source_name = found.name,
      .find_action = [this](std::string_view name) -> const document::ActionSpec* {
        const Action* action = find_action(actions_, name);
        return action ? &action->spec : nullptr;
      },
      .amazon_owned = found.amazon_owned};
  document::DocumentPtr document =
      TRY(document::parse_document(std::string_view(found.content), options));
  ParsedDocument parsed{.hash = hex(sha256(found.content)), .document = std::move(document)};
  stored_.insert(parsed.hash);
  new_blobs_.emplace_back(parsed.hash, found.content);
  return documents_->emplace(found.content, std::move(parsed)).first->second;
}

Result<std::string> Engine::start(const StartRequest& request) {
  std::string id = TRY(submit(request));
  TRY(commit());
  return id;
}

Result<std::string> Engine::submit(const StartRequest& request) {
  ParsedDocument parsed = TRY(parse(request.document));
  const document::DocumentPtr& document = parsed.document;
  const Time now = clock_.now();
  ExecutionStarted start{.id = request.id.empty() ? random_.uuid() : request.id,
                         .document_name = request.document.name,
                         .document_version = request.document.version,
                         .document_hash = parsed.hash,
                         .parameters = {},
                         .executed_by = request.executed_by,
                         .assume_role = {},
                         .parent = request.parent,
                         .parent_step = request.parent_step,
                         .region = request.region,
                         .account = request.account,
                         .time = now};
  {
    StartLookup lookup(ports_, start, now);
    Result<Value> parameters =
        document::effective_parameters(*document, request.parameters, lookup);
    if (!parameters) return fail(lookup.problem.value_or(parameters.error()));
    start.parameters = std::move(*parameters);
  }
  if (!document->assume_role.constant() || document->assume_role.source().is_text()) {
    StartLookup lookup(ports_, start, now);
    Result<std::optional<Value>> role = document->assume_role.resolve_optional(lookup);
    if (!role) return fail(role.error());
    if (*role && (*role)->is_text()) start.assume_role = (*role)->as_text();
  }
  // A child runs as the principal that started its parent (2.7): checked when that one started.
  if (!start.assume_role.empty()) TRY(ports_.check_role(start));

  auto running = std::make_unique<Running>();
  std::string id = start.id;
  auto shared = std::make_shared<const ExecutionStarted>(std::move(start));
  running->x = begin(shared, document);
  running->unsaved.reserve(8);
  running->unsaved.emplace_back(std::move(shared));
  if (!request.parent.empty())
    if (auto parent = executions_.find(request.parent); parent != executions_.end())
      running->depth = parent->second->depth + 1;
  Running* handle = running.get();
  if (!executions_.emplace(id, std::move(running)).second)
    return fail(Code::conflict, "an execution with the id " + id + " exists already");
  save(*handle);
  if (listener_) listener_(handle->x, handle->unsaved.front());
  tasks_.push_back({handle, Go{}});
  return id;
}

Result<void> Engine::cancel(const std::string& id) {
  auto found = executions_.find(id);
  if (found == executions_.end()) {
    std::optional<store::Head> head = TRY(store_.head(id));
    if (!head)
      return fail(Error{Code::not_found, "AutomationExecutionNotFoundException",
                        "Automation execution " + id + " does not exist."});
    return fail(Error{Code::conflict, "InvalidAutomationStatusUpdateException",
                      "Automation execution " + id + " has ended with status " + head->status +
                          " and cannot be stopped."});
  }
  tasks_.push_back({found->second.get(), CancelAsked{}});
  return {};
}

void Engine::answer(const std::string& id, std::int64_t serial, Result<Value> answer) {
  if (auto found = executions_.find(id); found != executions_.end())
    tasks_.push_back({found->second.get(), Answered{serial, std::move(answer)}});
}

const Execution* Engine::find(const std::string& id) const {
  if (auto found = executions_.find(id); found != executions_.end()) return &found->second->x;
  for (const auto& running : ended_)
    if (running->x.start->id == id) return &running->x;
  return nullptr;
}

void Engine::each_open(const std::function<void(const Execution&)>& visit) const {
  for (const auto& [id, running] : executions_) visit(running->x);
}

void Engine::each_ended(const std::function<void(const Execution&)>& visit) const {
  for (const auto& running : ended_) visit(running->x);
}

void Engine::push_timer(Time at, const Running& running, std::int64_t serial, bool deadline) {
  timers_.push({at, running.x.start, serial, deadline});
}

std::optional<Time> Engine::next_wake() {
  // Timers of orders that were answered meanwhile are dropped here instead of when they are.
  while (!timers_.empty()) {
    const Timer& timer = timers_.top();
    auto found = executions_.find(timer.whose->id);
    const bool stale = found == executions_.end() ||
                       (timer.deadline ? found->second->x.deadline != timer.at &&
                                             found->second->x.cancel_deadline != timer.at
                                       : found->second->x.serial != timer.serial);
    if (!stale) return timer.at;
    timers_.pop();
  }
  return {};
}

void Engine::due_timers() {
  const Time now = clock_.now();
  for (std::optional<Time> at = next_wake(); at && *at <= now; at = next_wake()) {
    Timer timer = timers_.top();
    timers_.pop();
    Running* running = executions_.find(timer.whose->id)->second.get();
    if (timer.deadline) {
      tasks_.push_back({running, DeadlinePassed{}});
    } else {
      tasks_.push_back({running, Woke{timer.serial}});
    }
  }
}

Result<void> Engine::run() {
  ended_.clear();  // written by the last commit, and no task of theirs is left
  for (;;) {
    due_timers();
    if (tasks_.empty() && staged_.empty()) break;
    while (!tasks_.empty()) {
      Task task = std::move(tasks_.front());
      tasks_.pop_front();
      handle(*task.running, std::move(task.event));
    }
    TRY(commit());
    for (Staged& staged : std::exchange(staged_, {}))
      if (auto found = executions_.find(staged.whose->id); found != executions_.end())
        perform(*found->second, std::move(staged.effect), true);
  }
  return {};
}

void Engine::handle(Running& running, Event event) {
  Decision decision;
  // What a call changed is written with the record of its answer, whatever that record says.
  if (std::holds_alternative<Answered>(event) && running.x.order)
    if (const auto* call = std::get_if<CallOrder>(running.x.order.get()); call && !call->reads)
      save(running);
  do {
    decision = decide(rules_, running.x, event, clock_.now());
    for (Record& record : decision.records) {
      fold(running.x, record);
      if (tells_something(record)) save(running);
      if (listener_) listener_(running.x, record);
      running.unsaved.push_back(std::move(record));
    }
    for (Effect& effect : decision.effects) perform(running, std::move(effect), false);
    if (const auto& limit = running.x.cancel_deadline;
        limit && std::holds_alternative<CancelAsked>(event))
      push_timer(*limit, running, 0, true);
    event = Go{};
  } while (decision.again);
  if (terminal(running.x.status)) end(running);
}

void Engine::perform(Running& running, Effect effect, bool durable) {
  if (running.x.deadline && !std::holds_alternative<CallOrder>(*effect.order))
    push_timer(*running.x.deadline, running, 0, true);
  const auto make_call = [&](const CallOrder& call) {
    std::optional<Result<Value>> answer = ports_.call(running.x, effect.serial, call);
    if (!answer) {
      if (running.x.deadline) push_timer(*running.x.deadline, running, 0, true);
      return;
    }
    // Handled before the next commit: with an atomic cloud, the effect and the record of its result
    // are in one transaction.
    tasks_.push_back({&running, Answered{effect.serial, std::move(*answer)}});
  };
  std::visit(Overloaded{
                 [&](const CallOrder& call) {
                   if (call.reads || durable) {
                     make_call(call);
                   } else {
                     staged_.push_back({running.x.start, std::move(effect)});
                   }
                 },
                 [&](const ProbeOrder& probe) { make_call(probe.probe); },
                 [&](const WakeOrder& wake) { push_timer(wake.at, running, effect.serial, false); },
                 [&](const ChildOrder& child) { start_child(running, child, effect.serial); },
                 [&](const StopChildOrder& stop) { stop_child(running, stop, effect.serial); },
             },
             *effect.order);
}

void Engine::start_child(Running& parent, const ChildOrder& order, std::int64_t serial) {
  const auto refuse = [&](Error error) {
    tasks_.push_back({&parent, Answered{serial, fail(std::move(error))}});
  };
  if (executions_.contains(order.id)) return;  // after a restart: its end will answer
  Result<std::optional<store::Head>> head = store_.head(order.id);
  if (!head) return refuse(head.error());
  if (*head && !(*head)->open) {
    Result<std::unique_ptr<Running>> ended = load(order.id);
    if (!ended) return refuse(ended.error());
    tasks_.push_back({&parent, Answered{serial, child_answer((*ended)->x)}});
    return;
  }
  if (parent.depth + 1 > deepest_nesting)
    return refuse({Code::invalid, "AutomationExecutionLimitExceededException",
                   "Executions are nested more than 10 deep.", 400});
  Result<FoundDocument> document = ports_.find_document(parent.x, order.document, order.version);
  if (!document) return refuse(document.error());
  StartRequest request{.document = std::move(*document),
                       .parameters = order.parameters,
                       .executed_by = parent.x.start->executed_by,
                       .account = parent.x.start->account,
                       .region = parent.x.start->region,
                       .id = order.id,
                       .parent = parent.x.start->id,
                       .parent_step = parent.x.step().name};
  // Written with its parent's next records.
  if (Result<std::string> started = submit(request); !started) refuse(started.error());
}

void Engine::stop_child(Running& parent, const StopChildOrder& order, std::int64_t serial) {
  if (auto child = executions_.find(order.id); child != executions_.end()) {
    tasks_.push_back({child->second.get(), CancelAsked{}});
    return;  // its end answers
  }
  tasks_.push_back({&parent, Answered{serial, Value(Object())}});
}

void Engine::end(Running& running) {
  auto found = executions_.find(running.x.start->id);
  if (found == executions_.end()) return;
  ended_.push_back(std::move(found->second));
  executions_.erase(found);
  answer_parent(ended_.back()->x);
  // Tasks that still lie in the queues for it go nowhere: decide() ignores them. The object
  // outlives them in `ended_`, until the next run() begins with empty queues.
}

void Engine::answer_parent(const Execution& child) {
  auto parent = executions_.find(child.start->parent);
  if (parent == executions_.end() || !parent->second->x.order) return;
  const Order& order = *parent->second->x.order;
  const auto* waits = std::get_if<ChildOrder>(&order);
  const auto* stops = std::get_if<StopChildOrder>(&order);
  if ((waits && waits->id == child.start->id) || (stops && stops->id == child.start->id))
    tasks_.push_back(
        {parent->second.get(), Answered{parent->second->x.serial, child_answer(child)}});
}

void Engine::write(Running& running, store::Batch& batch) {
  const Execution& x = running.x;
  batch.events.push_back(
      {.execution = x.start->id,
       .seq = ++running.seq,
       .kind = "records",
       .body = std::make_shared<const Records>(std::exchange(running.unsaved, {}))});
  const auto* wake = x.order ? std::get_if<WakeOrder>(x.order.get()) : nullptr;
  batch.heads.push_back({.execution = x.start->id,
                         .status = std::string(to_string(x.status)),
                         .open = !terminal(x.status),
                         .document = x.start->document_name,
                         .current_step = x.current >= 0 ? x.step().name : std::string(),
                         .parent = x.start->parent,
                         .started = x.start->time,
                         .wake_at = wake ? std::optional(wake->at) : std::nullopt,
                         .ended = x.ended,
                         .message = x.failure_message,
                         .executed_by = x.start->executed_by});
  running.worth_saving = false;
}

void Engine::save(Running& running) {
  if (running.worth_saving) return;
  running.worth_saving = true;
  dirty_.push_back(&running);
}

Result<void> Engine::commit() {
  store::Batch batch;
  batch.events.reserve(dirty_.size());
  batch.heads.reserve(dirty_.size());
  for (Running* running : std::exchange(dirty_, {})) write(*running, batch);
  batch.blobs = std::exchange(new_blobs_, {});
  ports_.collect(batch);
  if (!batch.empty()) TRY(store_.append(batch));
  ports_.committed();
  return {};
}

Result<std::unique_ptr<Engine::Running>> Engine::load(const std::string& id) {
  std::vector<store::Event> events = TRY(store_.events(id));
  auto running = std::make_unique<Running>();
  bool begun = false;
  for (const store::Event& event : events) {
    running->seq = event.seq;
    if (event.kind != "records") continue;
    RecordsPtr held = TRY(records_of(event.body));
    for (const Record& record : held->records) {
      if (const auto* begun_by = std::get_if<StartPtr>(&record)) {
        const StartPtr& start = *begun_by;
        std::optional<std::string> content = TRY(store_.blob(start->document_hash));
        if (!content)
          return fail(Code::invalid, "the document of execution " + id + " is not in the state");
        FoundDocument found{.name = start->document_name,
                            .version = start->document_version,
                            .content = std::move(*content),
                            .amazon_owned = true};  // it was accepted when it started
        ParsedDocument parsed = TRY(parse(found));
        running->x = begin(start, std::move(parsed.document));
        begun = true;
      } else if (begun) {
        fold(running->x, record);
      }
    }
  }
  if (!begun) return fail(Code::invalid, "the state holds no start of execution " + id);
  return running;
}

Result<Execution> Engine::read(const std::string& id) {
  if (const Execution* known = find(id)) return *known;
  std::optional<store::Head> head = TRY(store_.head(id));
  if (!head)
    return fail(Error{Code::not_found, "AutomationExecutionNotFoundException",
                      "Automation execution " + id + " does not exist."});
  std::unique_ptr<Running> loaded = TRY(load(id));
  return std::move(loaded->x);
}

Result<std::vector<std::string>> Engine::recover() {
  std::vector<store::Head> heads = TRY(store_.heads({.open_only = true}));
  std::ranges::sort(heads, {},
                    [](const store::Head& head) { return std::tie(head.started, head.execution); });
  std::vector<std::string> ids;
  for (const store::Head& head : heads) {
    if (executions_.contains(head.execution)) continue;
    std::unique_ptr<Running> running = TRY(load(head.execution));
    ids.push_back(head.execution);
    executions_.emplace(head.execution, std::move(running));
  }
  // Children first know their parents only now.
  for (const std::string& id : ids) {
    Running& running = *executions_.at(id);
    for (const Running* at = &running; !at->x.start->parent.empty();) {
      auto parent = executions_.find(at->x.start->parent);
      if (parent == executions_.end()) break;
      ++running.depth;
      at = parent->second.get();
    }
    if (running.x.deadline) push_timer(*running.x.deadline, running, 0, true);
    if (running.x.cancel_deadline) push_timer(*running.x.cancel_deadline, running, 0, true);
    tasks_.push_back({&running, Recovered{}});
  }
  return ids;
}

}  // namespace stint::engine

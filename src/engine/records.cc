// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/records.h"

#include <utility>

#include "base/overloaded.h"

namespace stint::engine {
namespace {

/// Times in records are milliseconds since 1970: written a few times a step, read only after a
/// restart.
Value time_value(Time time) {
  return Value(static_cast<std::int64_t>(time.time_since_epoch().count()));
}

Result<Time> time_from(const Value& value, std::string_view name) {
  const Value& millis = value[name];
  if (!millis.is_integer())
    return fail(Code::invalid, "a journal record lacks its " + std::string(name));
  return Time(Duration(millis.as_integer()));
}
Result<std::optional<Time>> optional_time_from(const Value& value, std::string_view name) {
  if (value[name].is_null()) return std::optional<Time>();
  Time time = TRY(time_from(value, name));
  return std::optional<Time>(time);
}

Value failure_value(const Failure& failure) {
  return object({{"stage", failure.stage},
                 {"type", failure.type},
                 {"message", failure.message},
                 {"code", failure.code}});
}
FailurePtr failure_from(const Value& value) {
  if (!value.is_object()) return {};
  return std::make_shared<const Failure>(Failure{.stage = value.text("stage"),
                                                 .type = value.text("type"),
                                                 .message = value.text("message"),
                                                 .code = value.text("code")});
}

Value call_value(const CallOrder& call) {
  Value out =
      object({{"service", call.service}, {"operation", call.operation}, {"input", call.input}});
  if (call.reads) out.set("reads", true);
  if (call.again) out.set("again", true);
  return out;
}
CallOrder call_from(const Value& value) {
  return CallOrder{.service = value.text("service"),
                   .operation = value.text("operation"),
                   .input = value["input"],
                   .reads = value.flag("reads"),
                   .again = value.flag("again")};
}

Value order_value(const Order& order) {
  return std::visit(
      Overloaded{
          [](const CallOrder& call) { return object({{"call", call_value(call)}}); },
          [](const WakeOrder& wake) { return object({{"wake", time_value(wake.at)}}); },
          [](const ChildOrder& child) {
            return object({{"child", object({{"id", child.id},
                                             {"document", child.document},
                                             {"version", child.version},
                                             {"parameters", child.parameters}})}});
          },
          [](const StopChildOrder& stop) { return object({{"stop", stop.id}}); },
          [](const ProbeOrder& probe) {
            return object({{"probe", call_value(probe.probe)},
                           {"original", call_value(probe.original)},
                           {"intended", time_value(probe.intended)}});
          },
      },
      order);
}

Result<Order> order_from(const Value& value) {
  if (const Value* call = value.find("call")) return Order(call_from(*call));
  if (value.find("wake")) {
    Time at = TRY(time_from(value, "wake"));
    return Order(WakeOrder{at});
  }
  if (const Value* child = value.find("child"))
    return Order(ChildOrder{.id = child->text("id"),
                            .document = child->text("document"),
                            .version = child->text("version"),
                            .parameters = (*child)["parameters"]});
  if (value.find("stop")) return Order(StopChildOrder{value.text("stop")});
  if (const Value* probe = value.find("probe")) {
    Time intended = TRY(time_from(value, "intended"));
    return Order(ProbeOrder{.probe = call_from(*probe),
                            .original = call_from(value["original"]),
                            .intended = intended});
  }
  return fail(Code::invalid, "a journal record holds an order of an unknown kind");
}

}  // namespace

Value to_value(const Record& record) {
  return std::visit(Overloaded{
                        [](const StartPtr& r) {
                          return object({{"kind", "started"},
                                         {"id", r->id},
                                         {"document", r->document_name},
                                         {"version", r->document_version},
                                         {"hash", r->document_hash},
                                         {"parameters", r->parameters},
                                         {"executed_by", r->executed_by},
                                         {"assume_role", r->assume_role},
                                         {"parent", r->parent},
                                         {"parent_step", r->parent_step},
                                         {"region", r->region},
                                         {"account", r->account},
                                         {"time", time_value(r->time)}});
                        },
                        [](const StepStarted& r) {
                          Value out = object({{"kind", "step"},
                                              {"step", static_cast<std::int64_t>(r.step)},
                                              {"attempt", r.attempt},
                                              {"inputs", r.inputs},
                                              {"time", time_value(r.time)}});
                          if (r.deadline) out.set("deadline", time_value(*r.deadline));
                          return out;
                        },
                        [](const Intended& r) {
                          return object({{"kind", "intent"},
                                         {"serial", r.serial},
                                         {"order", order_value(*r.order)},
                                         {"state", r.state},
                                         {"time", time_value(r.time)}});
                        },
                        [](const StepEnded& r) {
                          Value out = object({{"kind", "ended"},
                                              {"step", static_cast<std::int64_t>(r.step)},
                                              {"status", to_string(r.status)},
                                              {"outputs", r.outputs},
                                              {"next", static_cast<std::int64_t>(r.next)},
                                              {"time", time_value(r.time)}});
                          if (r.failure) out.set("failure", failure_value(*r.failure));
                          return out;
                        },
                        [](const AttemptFailed& r) {
                          return object({{"kind", "attempt"},
                                         {"step", static_cast<std::int64_t>(r.step)},
                                         {"serial", r.serial},
                                         {"again", time_value(r.again)},
                                         {"failure", failure_value(*r.failure)},
                                         {"time", time_value(r.time)}});
                        },
                        [](const CancelRequested& r) {
                          return object({{"kind", "cancel"},
                                         {"time", time_value(r.time)},
                                         {"deadline", time_value(r.deadline)}});
                        },
                        [](const ExecutionEnded& r) {
                          return object({{"kind", "done"},
                                         {"status", to_string(r.status)},
                                         {"message", r.message},
                                         {"time", time_value(r.time)}});
                        },
                    },
                    record);
}

Result<Record> record_from(const Value& value) {
  const std::string& kind = value.text("kind");
  Time time = TRY(time_from(value, "time"));
  const auto step = static_cast<std::int32_t>(value.integer("step", -1));
  if (kind == "started")
    return Record(std::make_shared<const ExecutionStarted>(
        ExecutionStarted{.id = value.text("id"),
                         .document_name = value.text("document"),
                         .document_version = value.text("version"),
                         .document_hash = value.text("hash"),
                         .parameters = value["parameters"],
                         .executed_by = value.text("executed_by"),
                         .assume_role = value.text("assume_role"),
                         .parent = value.text("parent"),
                         .parent_step = value.text("parent_step"),
                         .region = value.text("region"),
                         .account = value.text("account"),
                         .time = time}));
  if (kind == "step") {
    std::optional<Time> deadline = TRY(optional_time_from(value, "deadline"));
    return Record(StepStarted{.step = step,
                              .attempt = static_cast<int>(value.integer("attempt", 1)),
                              .inputs = value["inputs"],
                              .deadline = deadline,
                              .time = time});
  }
  if (kind == "intent") {
    Order order = TRY(order_from(value["order"]));
    return Record(Intended{.serial = value.integer("serial"),
                           .order = std::make_shared<const Order>(std::move(order)),
                           .state = value["state"],
                           .time = time});
  }
  if (kind == "ended") {
    std::optional<Status> status = status_from(value.text("status"));
    if (!status) return fail(Code::invalid, "a journal record holds an unknown status");
    return Record(StepEnded{.step = step,
                            .status = *status,
                            .outputs = value["outputs"],
                            .failure = failure_from(value["failure"]),
                            .next = static_cast<std::int32_t>(value.integer("next", -1)),
                            .time = time});
  }
  if (kind == "attempt") {
    Time again = TRY(time_from(value, "again"));
    FailurePtr failure = failure_from(value["failure"]);
    if (!failure) failure = std::make_shared<const Failure>();
    return Record(AttemptFailed{.step = step,
                                .serial = value.integer("serial"),
                                .again = again,
                                .failure = std::move(failure),
                                .time = time});
  }
  if (kind == "cancel") {
    Time deadline = TRY(time_from(value, "deadline"));
    return Record(CancelRequested{.time = time, .deadline = deadline});
  }
  if (kind == "done") {
    std::optional<Status> status = status_from(value.text("status"));
    if (!status) return fail(Code::invalid, "a journal record holds an unknown status");
    return Record(
        ExecutionEnded{.status = *status, .message = value.text("message"), .time = time});
  }
  return fail(Code::invalid, "a journal record is of an unknown kind: '" + kind + "'");
}

Value Records::value() const {
  Value::List out;
  out.reserve(records.size());
  for (const Record& record : records) out.push_back(to_value(record));
  return Value(std::move(out));
}

Result<RecordsPtr> records_of(const store::BodyPtr& body) {
  if (auto own = std::dynamic_pointer_cast<const Records>(body)) return own;
  const Value value = body->value();
  if (!value.is_list()) return fail(Code::invalid, "a journal entry is not a list of records");
  std::vector<Record> records;
  records.reserve(value.size());
  for (const Value& item : value.as_list()) {
    Record record = TRY(record_from(item));
    records.push_back(std::move(record));
  }
  return std::make_shared<const Records>(std::move(records));
}

}  // namespace stint::engine

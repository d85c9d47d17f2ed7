// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/recovery.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace stint::engine {
namespace {

/// How a thing that was to be made by name is looked up.
struct Probe {
  std::string_view call;       ///< "iam.CreateRole"
  std::string_view operation;  ///< "GetRole"
  std::string_view name;       ///< input member that both share
  std::string_view result;     ///< member of the answer that holds the thing in both answers
  std::string_view created;    ///< its creation time
};
constexpr std::array<Probe, 4> probes = {{
    {"iam.CreateInstanceProfile", "GetInstanceProfile", "InstanceProfileName", "InstanceProfile",
     "CreateDate"},
    {"iam.CreateRole", "GetRole", "RoleName", "Role", "CreateDate"},
    {"iam.CreateUser", "GetUser", "UserName", "User", "CreateDate"},
    {"ssm.CreateDocument", "DescribeDocument", "Name", "Document", "CreatedDate"},
}};

// AWS truncates creation times to seconds and its clock is not ours.
constexpr Duration clock_tolerance{5000};

std::string whole_name(const CallOrder& call) {
  return call.service + '.' + call.operation;
}

const Probe* find_probe(std::string_view call) {
  auto found = std::ranges::find(probes, call, &Probe::call);
  return found == probes.end() ? nullptr : &*found;
}

CallOrder repeated(CallOrder call) {
  call.again = true;
  return call;
}

bool created_since(const Value& thing, std::string_view member, Time intended) {
  Result<Time> created = parse_time(thing.text(member));
  return created && *created >= intended - clock_tolerance;
}

}  // namespace

std::variant<Order, Fail> recover_call(CallTable& calls, const CallOrder& call, Time intended) {
  Result<const CallInfo*> info = calls.find_call(call.service, call.operation);
  switch (info ? (*info)->call_class : CallClass::unknown) {
    case CallClass::read:
    case CallClass::token:
    case CallClass::settled:
      return Order(repeated(call));
    case CallClass::named:
      if (const Probe* probe = find_probe(whole_name(call)))
        return Order(ProbeOrder{.probe = {.service = call.service,
                                          .operation = std::string(probe->operation),
                                          .input = object({{probe->name, call.input[probe->name]}}),
                                          .reads = true},
                                .original = call,
                                .intended = intended});
      return Order(repeated(call));
    case CallClass::message:
      return Order(ProbeOrder{.probe = {.service = call.service,
                                        .operation = "ListCommands",
                                        .input = object({{"MaxResults", 50}}),
                                        .reads = true},
                              .original = call,
                              .intended = intended});
    case CallClass::unknown:
      break;
  }
  Fail fail;
  fail.status = Status::timed_out;
  fail.final = true;
  fail.failure = {
      .stage = "Invocation",
      .type = "Internal",
      .message = "The program ended while " + call.operation +
                 " was under way, and nothing tells whether it was done: outcome unknown." +
                 std::string(failure_tail),
      .code = {}};
  return fail;
}

std::variant<Order, Value> after_probe(const ProbeOrder& probe, const Result<Value>& answer) {
  const CallOrder& call = probe.original;
  if (!answer) return Order(call);  // absent, or it cannot be told: the call's own answer decides
  if (call.operation == "SendCommand") {
    for (const Value& command : answer->items("Commands"))
      if (command.text("DocumentName") == call.input.text("DocumentName") &&
          command["InstanceIds"] == call.input["InstanceIds"] &&
          created_since(command, "RequestedDateTime", probe.intended))
        return object({{"Command", command}});
    return Order(call);
  }
  const Probe* known = find_probe(whole_name(call));
  if (known && created_since((*answer)[known->result], known->created, probe.intended))
    return *answer;
  return Order(call);  // somebody else's: "exists already" is the honest answer
}

Result<Value> settle_repeated(const CallOrder& call, Result<Value> answer) {
  if (answer) return answer;
  const std::string& name = answer.error().name;
  const std::string& operation = call.operation;
  const bool removes = operation.starts_with("Delete") || operation.starts_with("Detach") ||
                       operation.starts_with("Remove") || operation.starts_with("Disassociate");
  const bool gone = name == "NoSuchEntity" || name.ends_with(".NotFound") ||
                    name == "ResourceNotFoundException" || name == "NoSuchBucket";
  if (removes && gone) return Value(Object());
  // AddRoleToInstanceProfile answers LimitExceeded to a repetition, not "exists already".
  if (operation == "AddRoleToInstanceProfile" && name == "LimitExceeded") return Value(Object());
  return answer;
}

}  // namespace stint::engine

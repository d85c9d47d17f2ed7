// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Starting, stopping, rebooting and terminating instances.
#include <fmt/core.h>

#include "cloud/ec2/association.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"

namespace stint::cloud::ec2 {
namespace {

std::vector<std::string> instance_ids(const Value& in) {
  std::vector<std::string> ids;
  for (const Value& id : in.items("InstanceIds")) ids.push_back(id.as_text());
  return ids;
}

/// What a call makes of an instance in each state; `{}`: it is refused, the same state: nothing
/// happens.
struct Transition {
  std::string_view member;  ///< of the answer
  std::string_view verb;    ///< "started", for the refusal
  std::string_view (*next)(std::string_view state);
};

Result<Value> change(Call& call, const Value& in, const Transition& transition) {
  const Value::List& ids = in.items("InstanceIds");
  TRY(check_instances(call, ids));
  Region& region = call.own_region();
  Duration delay = call.state.propagation.instance;
  // All or nothing: look at all of them first.
  for (const std::string& id : instance_ids(in)) {
    std::string_view state = region.ec2.instances.find(id)->state_at(call.now, delay);
    if (transition.next(state).empty())
      return fault("IncorrectInstanceState",
                   fmt::format("The instance '{}' is not in a state from which it can be {}.", id,
                               transition.verb),
                   400, Code::conflict);
  }
  for (const std::string& id : instance_ids(in)) {
    const Instance& instance = *region.ec2.instances.find(id);
    const std::string_view state = instance.state_at(call.now, delay);
    if (state == "terminated") continue;
    if (transition.verb == "terminated" && instance.protected_from_termination)
      return fault("OperationNotPermitted",
                   fmt::format("The instance '{}' may not be terminated. Modify its "
                               "'disableApiTermination' instance attribute and try again.",
                               id));
    if (transition.verb == "stopped" && instance.protected_from_stop)
      return fault("OperationNotPermitted",
                   fmt::format("The instance '{}' may not be stopped. Modify its "
                               "'disableApiStop' instance attribute and try again.",
                               id));
  }
  Value::List rows;
  for (const std::string& id : instance_ids(in)) {
    std::string before(region.ec2.instances.find(id)->state_at(call.now, delay));
    std::string after(transition.next(before));
    if (after != before) {
      if (after != "pending") unsettle(region, id, call.now);
      Instance& instance = *region.ec2.instances.edit(id);
      instance.state = after;
      instance.state_since = call.now;
      if (after == "pending") {
        if (!instance.made) instance.made = instance.launched;
        instance.launched = call.now;
      }
      call.effect = "changed";
    }
    rows.push_back(object({{"CurrentState", state_value(after)},
                           {"InstanceId", id},
                           {"PreviousState", state_value(before)}}));
  }
  return object({{transition.member, std::move(rows)}});
}

}  // namespace

Result<Value> start_instances(Call& call, const Value& in) {
  return change(call, in,
                {"StartingInstances", "started", [](std::string_view state) -> std::string_view {
                   if (state == "stopped") return "pending";
                   if (state == "running" || state == "pending") return state;
                   return {};
                 }});
}

Result<Value> stop_instances(Call& call, const Value& in) {
  return change(call, in,
                {"StoppingInstances", "stopped", [](std::string_view state) -> std::string_view {
                   if (state == "running" || state == "pending") return "stopping";
                   if (state == "stopped" || state == "stopping") return state;
                   return {};
                 }});
}

Result<Value> terminate_instances(Call& call, const Value& in) {
  Value answer = TRY(
      change(call, in,
             {"TerminatingInstances", "terminated", [](std::string_view state) -> std::string_view {
                if (state == "shutting-down" || state == "terminated") return state;
                return "shutting-down";
              }}));
  State& ec2 = call.own_region().ec2;
  for (const std::string& id : instance_ids(in))
    if (const Association* live = live_association(ties_of(ec2, id)))
      ec2.associations.edit(std::string(live->id))->ended = call.now;
  return answer;
}

Result<Value> reboot_instances(Call& call, const Value& in) {
  TRY(check_instances(call, in.items("InstanceIds")));
  for (const std::string& id : instance_ids(in)) {
    std::string_view state = call.own_region().ec2.instances.find(id)->state_at(
        call.now, call.state.propagation.instance);
    if (state != "running")
      return fault(
          "IncorrectInstanceState",
          fmt::format("The instance '{}' is not in a state from which it can be rebooted.", id),
          400, Code::conflict);
  }
  call.effect = "changed";
  return Value(Object());
}

}  // namespace stint::cloud::ec2

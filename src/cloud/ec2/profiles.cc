// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The four association operations, as recorded (spec/temporary-permissions.md A1).
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/ec2/association.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/query.h"

namespace stint::cloud::ec2 {
namespace {

const Association* find_association(const Call& call, std::string_view id) {
  const State* ec2 = find_ec2(call.state, call.account, call.region);
  return ec2 ? ec2->associations.find(id) : nullptr;
}

Value describe(const Association& association, std::string_view state) {
  return object({{"AssociationId", association.id},
                 {"InstanceId", association.instance},
                 {"IamInstanceProfile",
                  object({{"Arn", association.profile_arn}, {"Id", association.profile_id}})},
                 {"State", state}});
}

Value answer(const Call& call, const Instance& instance, const Association& association) {
  return object(
      {{"IamInstanceProfileAssociation",
        describe(association, association_state(call.state, instance, association, call.now))}});
}

Error wrong_association_id(const Call& call, const std::string& id) {
  if (!find_association(call, id))
    return {Code::not_found, "InvalidParameterValue", fmt::format("Invalid Id: {}", id), 400};
  return {Code::not_found, "InvalidAssociationID.NotFound",
          fmt::format("An invalid association-id of '{}' was given", id), 400};
}

struct Found {
  const Association* association;
  const Instance* instance;
  std::string_view state;
};
/// An association that Describe still shows.
Result<Found> find_visible(const Call& call, const std::string& id) {
  const Association* association = find_association(call, id);
  if (!association) return fail(wrong_association_id(call, id));
  const State* ec2 = find_ec2(call.state, call.account, call.region);
  const Instance* instance = ec2->instances.find(association->instance);
  if (!instance) return fail(wrong_association_id(call, id));
  auto state = association_state(call.state, *instance, *association, call.now);
  if (state.empty()) return fail(wrong_association_id(call, id));
  return Found{association, instance, state};
}

Result<void> check_filters(const std::vector<Filter>& filters) {
  for (const Filter& filter : filters) {
    if (filter.name != "instance-id" && filter.name != "state")
      return fault("InvalidParameterValue",
                   fmt::format("An unknown filter '{}' was given", filter.name));
    for (const std::string& value : filter.values) {
      if (filter.name == "instance-id") {
        if (!value.starts_with("i-") || value.find_first_of("*?") != value.npos)
          return fault(
              "InvalidParameterValue",
              fmt::format("A filter with an invalid instance-id of '{}' was given", value));
      } else if (value == "disassociated") {
        return fault("InvalidParameterValue",
                     "Only 'associated', 'associating' and 'disassociating' are allowed");
      } else if (value != "associated" && value != "associating" && value != "disassociating") {
        return fault(
            "InvalidParameterValue",
            fmt::format("A filter for an unknown association state of '{}' was given", value));
      }
    }
  }
  return {};
}

/// No wildcards here: the values were checked to have none.
bool passes(const std::vector<Filter>& filters, const Association& association,
            std::string_view state) {
  return std::ranges::all_of(filters, [&](const Filter& filter) {
    std::string_view actual = filter.name == "state" ? state : association.instance;
    return std::ranges::find(filter.values, actual) != filter.values.end();
  });
}

using Row = std::pair<const Association*, std::string_view>;

/// Where a listing goes on after "instance/association id", which may be gone by now.
std::size_t first_after(const std::vector<Row>& rows, std::string_view after) {
  if (after.empty()) return 0;
  std::string_view instance = after.substr(0, after.find('/'));
  std::string_view id = after.substr(instance.size() + 1);
  std::size_t next = 0;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].first->id == id || rows[i].first->instance < instance) next = i + 1;
  return next;
}

}  // namespace

Resources association_resources(const Call& call, const Value& in) {
  std::string instance = in.text("InstanceId");
  if (const std::string& id = in.text("AssociationId"); !id.empty()) {
    const Association* association = find_association(call, id);
    instance = association ? association->instance : "*";
  }
  return {instance_arn(call.region, call.account, instance)};
}

void association_context(const Call& call, const Value& in, policy::Context& out) {
  if (std::string arn = profile_arn(call, in); !arn.empty()) out.set("ec2:NewInstanceProfile", arn);
}

Result<Value> associate_iam_instance_profile(Call& call, const Value& in) {
  const std::string& id = in.text("InstanceId");
  const Instance* instance = call.own_region().ec2.instances.find(id);
  if (!in["IamInstanceProfile"].size()) TRY(choose_profile(call, in));
  if (!instance && !well_formed_id(id, "i-"))
    return fault("InvalidInstanceID.Malformed",
                 fmt::format("The instance ID '{}' is malformed", id));
  if (!instance)
    return fault("InvalidInstanceID.NotFound",
                 fmt::format("The instance ID '{}' does not exist", id), 400, Code::not_found);
  ChosenProfile chosen = TRY(choose_profile(call, in));
  TRY(unless_dry_run(in));
  State& ec2 = call.own_region().ec2;
  std::string_view state = instance->state_at(call.now, call.state.propagation.instance);
  if (state == "shutting-down" || state == "terminated")
    return fault("IncorrectInstanceState",
                 fmt::format("The instance '{}' is not in a valid state", id), 400, Code::conflict);
  if (live_association(ties_of(ec2, id)))
    return fault("IncorrectState",
                 fmt::format("There is an existing association for instance {}", id), 400,
                 Code::conflict);
  Association made = make_association(call, *instance, chosen);
  call.effect = "created";
  const std::string key = made.id;
  const Association& kept = ec2.associations.put(key, std::move(made));
  // Recorded: `associating`, whatever the delay is.
  return object({{"IamInstanceProfileAssociation", describe(kept, "associating")}});
}

Result<Value> replace_iam_instance_profile_association(Call& call, const Value& in) {
  const std::string& id = in.text("AssociationId");
  Found found = TRY(find_visible(call, id));
  ChosenProfile chosen = TRY(choose_profile(call, in));
  TRY(unless_dry_run(in));
  std::string_view runs = found.instance->state_at(call.now, call.state.propagation.instance);
  if (found.association->ended || runs != "running")
    return fault("IncorrectState",
                 fmt::format("The association {} is not the active association", id), 400,
                 Code::conflict);
  if (found.association->profile_arn == chosen.profile->arn &&
      found.association->profile_id == chosen.profile->id)
    return answer(call, *found.instance, *found.association);  // nothing to do: the same id
  Association made = make_association(call, *found.instance, chosen);
  State& ec2 = call.own_region().ec2;
  Association& old = *ec2.associations.edit(id);
  old.ended = call.now;
  old.replaced = true;
  call.effect = "changed";
  const std::string key = made.id;
  const Association& kept = ec2.associations.put(key, std::move(made));
  return object({{"IamInstanceProfileAssociation", describe(kept, "associating")}});
}

Result<Value> disassociate_iam_instance_profile(Call& call, const Value& in) {
  const std::string& id = in.text("AssociationId");
  Found found = TRY(find_visible(call, id));
  TRY(unless_dry_run(in));
  if (found.association->ended)  // again: no error while it is still shown
    return object(
        {{"IamInstanceProfileAssociation", describe(*found.association, "disassociating")}});
  bool stopped = found.instance->state_at(call.now, call.state.propagation.instance) == "stopped";
  Association& old = *call.own_region().ec2.associations.edit(id);
  old.ended = call.now;
  old.at_once = stopped;
  call.effect = "deleted";
  return object({{"IamInstanceProfileAssociation",
                  describe(old, stopped ? "disassociated" : "disassociating")}});
}

Result<Value> describe_iam_instance_profile_associations(Call& call, const Value& in) {
  std::vector<Filter> filters = TRY(read_filters(in));
  TRY(check_filters(filters));
  Page page = TRY(read_page(in, 5, 1000));
  TRY(unless_dry_run(in));
  const Value::List& wanted = in.items("AssociationIds");
  for (const Value& id : wanted) TRY(find_visible(call, id.as_text()));

  State& ec2 = call.own_region().ec2;
  std::vector<Row> rows;
  for (const auto& [id, association] : ec2.associations) {
    if (!wanted.empty() && std::ranges::find(wanted, Value(id)) == wanted.end()) continue;
    const Instance* instance = ec2.instances.find(association->instance);
    if (!instance) continue;
    auto state = association_state(call.state, *instance, *association, call.now);
    if (!state.empty() && passes(filters, *association, state))
      rows.emplace_back(association.get(), state);
  }
  // During a Replace the new row comes first (A1).
  std::ranges::sort(rows, [](const auto& a, const auto& b) {
    if (a.first->instance != b.first->instance) return a.first->instance < b.first->instance;
    bool ended_a = a.first->ended.has_value(), ended_b = b.first->ended.has_value();
    if (ended_a != ended_b) return ended_b;
    if (a.first->started != b.first->started) return a.first->started > b.first->started;
    return a.first->id < b.first->id;
  });

  Value answer = object({{"IamInstanceProfileAssociations", Value::List()}});
  Value::List list;
  for (std::size_t i = first_after(rows, page.after); i < rows.size(); ++i) {
    list.push_back(describe(*rows[i].first, rows[i].second));
    if (page.limit && list.size() == page.limit && i + 1 < rows.size()) {
      const Association& last = *rows[i].first;
      answer.set("NextToken", next_token(fmt::format("{}/{}", last.instance, last.id)));
      break;
    }
  }
  answer.set("IamInstanceProfileAssociations", std::move(list));
  return answer;
}

}  // namespace stint::cloud::ec2

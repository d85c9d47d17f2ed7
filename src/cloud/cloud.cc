// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/cloud.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/context.h"
#include "cloud/denial.h"

namespace stint::cloud {
namespace {

constexpr std::string_view needs_no_permission = "none";
constexpr std::size_t most_uses = 10'000;
constexpr std::string_view id_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const ServiceTable* find_table(std::string_view service) {
  for (const ServiceTable& table : services())
    if (table.service == service) return &table;
  return nullptr;
}

const Operation* find_operation(const ServiceTable& table, std::string_view name) {
  auto found = std::ranges::lower_bound(table.operations, name, {}, &Operation::name);
  return found != table.operations.end() && found->name == name ? &*found : nullptr;
}

/// The audit log names the statement that denied, too; AWS's own text does not.
std::string reason(const policy::Decision& decision, const policy::Request& request) {
  std::string text = policy::explain(decision, request);
  if (decision.kind == policy::Decision::Kind::explicit_deny)
    text += fmt::format(" ({})", policy::deciding_statement(decision));
  return text;
}

std::string action_of(const ServiceTable& table, const Operation& operation) {
  return operation.action.empty() ? fmt::format("{}:{}", table.service, operation.name)
                                  : std::string(operation.action);
}

}  // namespace

Result<void> Call::authorise(std::string_view action, std::string_view resource,
                             policy::Context context) {
  const Cloud::Asked asked = cloud.ask(caller, action, resource, region, now, std::move(context));
  if (asked.decision.allowed()) return {};
  refused = fmt::format("{} on {}: {}", action, resource, reason(asked.decision, asked.request));
  return fail(
      denial(*find_table(service), caller.principal, asked.decision, asked.request, asked.owner));
}

std::string Call::new_id(std::string_view prefix, std::size_t length) {
  return std::string(prefix) + state.random.text(length, id_alphabet);
}

std::string Call::new_hex_id(std::string_view prefix, std::size_t length) {
  return std::string(prefix) + state.random.hex(length);
}

std::string Cloud::new_request_id(std::string_view service) {
  if (service == "s3") return request_ids_.text(16, "0123456789ABCDEFGHJKMNPQRSTVWXYZ");
  return request_ids_.uuid();
}

const KeyUse* Cloud::last_use(std::string_view id) const {
  auto found = uses_.find(id);
  return found == uses_.end() ? nullptr : &found->second;
}

void Cloud::note_use(const Principal& principal, std::string_view service, std::string_view region,
                     Time now) {
  auto note = [&](std::string_view id) {
    auto found = uses_.find(id);
    if (found == uses_.end()) {
      if (uses_.size() >= most_uses) uses_.clear();
      found = uses_.emplace(std::string(id), KeyUse()).first;
    }
    found->second.time = now;
    found->second.service = service;
    found->second.region = service == "iam" ? "us-east-1" : region;
  };
  if (principal.kind == Principal::Kind::role_session)
    note(std::string_view(principal.user_id).substr(0, principal.user_id.find(':')));
  else if (!principal.access_key.empty() && !principal.token_issued)
    note(principal.access_key);
}

Cloud::Asked Cloud::ask(const Caller& caller, std::string_view action, std::string_view resource,
                        std::string_view region, Time now, policy::Context context) const {
  if (caller.unchecked) {
    Asked asked{.request = {.action = std::string(action), .resource = std::string(resource)}};
    asked.decision = {.kind = policy::Decision::Kind::allowed, .by = "test mode"};
    return asked;
  }
  const Prepared& prepared = permissions_.of(state, caller.principal);
  const std::string_view service = action.substr(0, action.find(':'));
  Asked asked{.request = {.subject = prepared.subject,
                          .action = std::string(action),
                          .resource = std::string(resource),
                          .context = std::move(context)}};
  const ServiceTable* table = find_table(service);
  policy::Policies of_resource;
  if (table && table->resource_policies)
    table->resource_policies(state, action, asked.request.resource, of_resource);
  const bool resource_speaks = !of_resource.resource.empty() || of_resource.resource_must_allow ||
                               !of_resource.resource_account.empty();
  const bool any_key = prepared.any_key || asks_for_keys(of_resource.resource);
  if (any_key || !prepared.keys.empty())
    add_global_keys({caller, prepared, service, resource, region, now, any_key},
                    asked.request.context);
  if (!resource_speaks) {
    asked.decision = policy::evaluate(prepared.policies, asked.request);
    return asked;
  }
  policy::Policies all = prepared.policies;
  all.resource = std::move(of_resource.resource);
  all.resource_must_allow = of_resource.resource_must_allow;
  all.resource_account = of_resource.resource_account;
  asked.owner = std::move(of_resource.resource_account);
  asked.decision = policy::evaluate(all, asked.request);
  return asked;
}

bool Cloud::caller_asks_for_keys(const Caller& caller) const {
  const Prepared& prepared = permissions_.of(state, caller.principal);
  return prepared.any_key || !prepared.keys.empty();
}

policy::Decision Cloud::decide(const Caller& caller, std::string_view action,
                               std::string_view resource, std::string_view region, Time now,
                               policy::Context extra) const {
  return ask(caller, action, resource, region, now, std::move(extra)).decision;
}

Result<void> Cloud::authorise(Call& call, const Operation& operation, const Value& input,
                              AuditEntry& entry) const {
  const ServiceTable& table = *find_table(call.service);
  const std::vector<std::string> resources =
      operation.resources ? operation.resources(call, input) : std::vector<std::string>();
  entry.resource = resources.size() == 1 ? resources[0] : join(resources, ", ");
  if (operation.action == needs_no_permission) {
    entry.reason = "needs no permission";
    return {};
  }
  const auto keys_of = [&](const std::string& resource) {
    policy::Context keys;
    if (operation.context) operation.context(call, input, keys);
    if (table.resource_keys) table.resource_keys(call, input, resource, keys);
    return keys;
  };
  std::string action = action_of(table, operation);
  if (operation.choose) action = operation.choose(call, input, action);
  // Most policies have no condition: then nobody reads the keys, but whoever is told of a denial.
  const bool keys_matter = table.resource_policies || caller_asks_for_keys(call.caller);
  for (std::size_t i = 0; i < resources.size(); ++i) {
    Asked asked = ask(call.caller, action, resources[i], call.region, call.now,
                      keys_matter ? keys_of(resources[i]) : policy::Context());
    if (!keys_matter && !asked.decision.allowed()) asked.request.context = keys_of(resources[i]);
    if (i == 0 || !asked.decision.allowed()) entry.reason = reason(asked.decision, asked.request);
    if (!asked.decision.allowed()) {
      entry.resource = resources[i];
      return fail(denial(table, call.caller.principal, asked.decision, asked.request, asked.owner));
    }
  }
  return {};
}

Result<Value> Cloud::call(const Caller& caller, std::string_view region, std::string_view service,
                          std::string_view operation, const Value& input, Time now,
                          std::string_view execution, std::string_view request_id) {
  Call call{.cloud = *this,
            .state = state,
            .caller = caller,
            .account = caller.principal.account,
            .region = std::string(region),
            .now = now,
            .request_id = request_id.empty() ? new_request_id(service) : std::string(request_id),
            .service = service,
            .operation = operation};
  AuditEntry entry{.time = now,
                   .principal = caller.principal.arn,
                   .service = std::string(service),
                   .operation = std::string(operation),
                   .region = call.region,
                   .decision = "allowed",
                   .request_id = call.request_id,
                   .effect = "none",
                   .execution = std::string(execution)};
  auto refuse = [&](std::string_view decision, Error error) -> Result<Value> {
    entry.decision = decision;
    entry.error = error.name;
    audit.push_back(std::move(entry));
    return fail(std::move(error));
  };

  const ServiceTable* table = find_table(service);
  const Operation* row = table ? find_operation(*table, operation) : nullptr;
  if (!row) return refuse("not implemented", unknown_operation(service, operation));
  if (auto alive = check_alive(caller, service, now); !alive && !caller.unchecked)
    return refuse("unauthenticated", alive.error());
  note_use(caller.principal, service, region, now);
  if (auto allowed = authorise(call, *row, input, entry); !allowed)
    return refuse("denied", allowed.error());

  // A dry run goes as far as the handler does, and leaves nothing behind.
  const bool dry = service == "ec2" && input.flag("DryRun");
  std::optional<State> untouched;
  if (dry) untouched = state;
  Result<Value> answer = row->handle(call, input);
  if (dry) {
    state = std::move(*untouched);
    call.effect = "none";
    if (answer)
      answer =
          fault("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
  }
  if (!answer) entry.error = answer.error().name;
  if (!answer && answer.error().code == Code::denied && !call.refused.empty()) {
    entry.decision = "denied";
    entry.reason = std::move(call.refused);
  }
  entry.effect = std::move(call.effect);
  audit.push_back(std::move(entry));
  return answer;
}

}  // namespace stint::cloud

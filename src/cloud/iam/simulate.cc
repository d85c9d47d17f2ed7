// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The policy simulator: SimulateCustomPolicy and SimulatePrincipalPolicy ("Testing IAM policies
// with the IAM policy simulator" of the IAM User Guide; IAM API Reference).
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "cloud/iam/operations.h"
#include "cloud/iam/policy_sources.h"
#include "cloud/validation.h"
#include "policy/inspect.h"
#include "policy/policy.h"

namespace stint::cloud::iam {
namespace {

constexpr std::string_view of_identity = "IAM Policy", of_resource = "Resource Policy";

/// One simulation, read.
struct Simulation {
  PolicySources identity;                 ///< with groups' and what PolicyInputList adds
  std::optional<PolicySources> boundary;  ///< given, or the principal's own
  std::optional<Source> resource_policy;
  std::string owner;  ///< account of the resources; empty: their ARNs tell
  policy::Subject subject;
  policy::Context context;
  std::vector<std::string> actions, resources;
};

std::unexpected<Error> bad_input(std::string message) {
  return fault("InvalidInput", std::move(message));
}

bool is_arn(std::string_view text) {
  return text.starts_with("arn:") && std::ranges::count(text, ':') >= 5;
}

std::string account_of(std::string_view arn) {
  const auto parts = split(arn, ':');
  return parts.size() < 6 ? std::string() : std::string(parts[4]);
}

Result<Source> read_source(std::string name, std::string_view kind, const std::string& text,
                           policy::Type type) {
  auto document = policy::parse(text, type);
  if (!document)
    return bad_input(fmt::format("Invalid Input Policy: {}", document.error().message));
  return Source{
      .named = {std::move(name), std::move(*document)}, .text = text, .kind = std::string(kind)};
}

Result<void> read_context(const Value& in, policy::Context& out) {
  constexpr std::string_view types[] = {"binary",  "binaryList",  "boolean", "booleanList",
                                        "date",    "dateList",    "ip",      "ipList",
                                        "numeric", "numericList", "string",  "stringList"};
  static_assert(std::ranges::is_sorted(types));
  for (const Value& entry : in.items("ContextEntries")) {
    const std::string& key = entry.text("ContextKeyName");
    const std::string& type = entry.text("ContextKeyType");
    if (!std::ranges::binary_search(types, type))
      return constraint(type, "contextEntries.1.member.contextKeyType",
                        "Member must satisfy enum value set: [string, stringList, numeric, "
                        "numericList, boolean, booleanList, ip, ipList, binary, binaryList, date, "
                        "dateList]");
    TRY(check_length(key, "contextEntries.1.member.contextKeyName", 5, 256));
    std::vector<std::string> values;
    for (const Value& value : entry.items("ContextKeyValues")) values.push_back(value.as_text());
    if (values.size() > 1 && !type.ends_with("List"))
      return bad_input(
          fmt::format("Context key {} of type {} cannot have more than one value.", key, type));
    const bool good = std::ranges::all_of(values, [&](const std::string& value) {
      if (type.starts_with("boolean"))
        return equals_ignore_case(value, "true") || equals_ignore_case(value, "false");
      return !type.starts_with("numeric") || to_number(value).has_value();
    });
    if (!good)
      return bad_input(
          fmt::format("Context key {} has a value that is not of type {}.", key, type));
    out.set(key, std::move(values));
  }
  return {};
}

Result<void> read_actions(const Value& in, Simulation& out) {
  for (const Value& item : in.items("ActionNames")) {
    const std::string& action = item.as_text();
    const std::size_t colon = action.find(':');
    const bool good = colon != action.npos && colon != 0 && colon + 1 != action.size() &&
                      action.find(':', colon + 1) == action.npos &&
                      action.find_first_of("*? ") == action.npos;
    if (!good) return bad_input(fmt::format("Invalid Input Action: {}", action));
    out.actions.push_back(action);
  }
  if (out.actions.empty()) return constraint("", "actionNames", "Member must not be null");
  return {};
}

/// What kinds of resources a way of starting EC2 instances takes (IAM API Reference,
/// ResourceHandlingOption).
Result<void> check_handling(const Value& in, const Simulation& of) {
  const std::string& option = in.text("ResourceHandlingOption");
  if (option.empty()) return {};
  struct Row {
    std::string_view option, needs;
  };
  constexpr Row rows[] = {
      {"EC2-Classic-EBS", "instance image security-group volume"},
      {"EC2-Classic-InstanceStore", "instance image security-group"},
      {"EC2-VPC-EBS", "instance image security-group network-interface volume"},
      {"EC2-VPC-EBS-Subnet", "instance image security-group network-interface subnet volume"},
      {"EC2-VPC-InstanceStore", "instance image security-group network-interface"},
      {"EC2-VPC-InstanceStore-Subnet", "instance image security-group network-interface subnet"},
  };
  const auto row = std::ranges::find(rows, option, &Row::option);
  if (row == std::end(rows))
    return bad_input(fmt::format("Invalid Resource Handling Option: {}", option));
  for (const std::string_view kind : split(row->needs, ' '))
    if (std::ranges::none_of(of.resources, [&](const std::string& arn) {
          return arn.find(fmt::format(":{}/", kind)) != arn.npos;
        }))
      return bad_input(
          fmt::format("Resource Handling Option {} requires a resource of type {}.", option, kind));
  return {};
}

Result<void> read_resources(const Value& in, Simulation& out) {
  for (const Value& item : in.items("ResourceArns")) {
    if (item.as_text() != "*" && !is_arn(item.as_text()))
      return bad_input(
          fmt::format("ResourceNames are not in a valid ARN format: {}.", item.as_text()));
    out.resources.push_back(item.as_text());
  }
  if (out.resources.empty()) out.resources.push_back("*");
  if (const std::string& owner = in.text("ResourceOwner"); !owner.empty()) {
    if (!owner.starts_with("arn:aws:iam::") || account_of(owner).size() != 12)
      return bad_input(fmt::format("'{}' is not a valid as a Resource Owner", owner));
    out.owner = account_of(owner);
  }
  if (const std::string& text = in.text("ResourcePolicy"); !text.empty()) {
    Source source = TRY(read_source("ResourcePolicy", of_resource, text, policy::Type::resource));
    out.resource_policy = std::move(source);
  }
  return check_handling(in, out);
}

Result<void> read_policies(const Value& in, Simulation& out) {
  std::size_t n = 0;
  for (const Value& text : in.items("PolicyInputList")) {
    Source source = TRY(read_source(fmt::format("PolicyInputList.{}", ++n), of_identity,
                                    text.as_text(), policy::Type::identity));
    out.identity.push_back(std::move(source));
  }
  const Value::List& boundaries = in.items("PermissionsBoundaryPolicyInputList");
  if (boundaries.size() > 1) return bad_input("Only one permissions boundary can be simulated.");
  for (const Value& text : boundaries) {
    Source source = TRY(read_source("PermissionsBoundaryPolicyInputList.1", of_identity,
                                    text.as_text(), policy::Type::identity));
    out.boundary = PolicySources{std::move(source)};
  }
  return {};
}

/// Who the simulated caller is: a user of an account, no session.
Result<void> read_caller(const Call& call, const Value& in, Simulation& out) {
  const std::string& arn = in.text("CallerArn");
  if (arn.empty()) {
    if (!in.text("ResourcePolicy").empty() && out.subject.user_name.empty())
      return bad_input("A CallerArn is required when a ResourcePolicy is simulated.");
    if (out.subject.account.empty()) out.subject.account = call.account;
    return {};
  }
  const std::size_t user = arn.find(":user/");
  if (!arn.starts_with("arn:aws:iam::") || user == arn.npos || account_of(arn).size() != 12)
    return bad_input(fmt::format("Invalid Caller Arn: {} is not the ARN of a user.", arn));
  out.subject = {
      .account = account_of(arn), .arn = arn, .user_name = arn.substr(arn.rfind('/') + 1)};
  if (const User* held = iam_of(call).users.find(out.subject.user_name); held && held->arn == arn)
    out.subject.user_id = held->id;
  return {};
}

std::vector<policy::Named> named(const PolicySources& sources) {
  std::vector<policy::Named> out;
  for (const Source& source : sources) out.push_back(source.named);
  return out;
}

Value position(const Where& where) {
  return object({{"Line", static_cast<std::int64_t>(where.line)},
                 {"Column", static_cast<std::int64_t>(where.column)}});
}

/// The statements that made the result: what denies when something does, else what allows.
void add_matches(const PolicySources& sources, const std::vector<policy::Match>& matches,
                 const policy::Named* first, policy::Decision::Kind kind, Value::List& out) {
  if (kind == policy::Decision::Kind::implicit_deny) return;
  for (const policy::Match& match : matches) {
    if (match.deny != (kind == policy::Decision::Kind::explicit_deny)) continue;
    const Source& source = sources[static_cast<std::size_t>(match.policy - first)];
    const auto spans = policy::statement_spans(source.text);
    Value row = object({{"SourcePolicyId", source.named.name}, {"SourcePolicyType", source.kind}});
    if (match.statement < spans.size()) {
      row.set("StartPosition", position(spans[match.statement].start));
      row.set("EndPosition", position(spans[match.statement].end));
    }
    out.push_back(std::move(row));
  }
}

std::string_view word(policy::Decision::Kind kind) {
  switch (kind) {
    case policy::Decision::Kind::allowed:
      return "allowed";
    case policy::Decision::Kind::implicit_deny:
      return "implicitDeny";
    case policy::Decision::Kind::explicit_deny:
      return "explicitDeny";
  }
  return "";
}

std::string_view word(const policy::Inspection& seen) {
  const auto deny = [](const policy::Match& match) { return match.deny; };
  if (std::ranges::any_of(seen.matches, deny)) return "explicitDeny";
  return seen.matches.empty() ? "implicitDeny" : "allowed";
}

/// One action on one resource.
Value evaluate(const Simulation& of, const std::string& action, const std::string& resource) {
  policy::Policies policies;
  policies.identity = named(of.identity);
  if (of.boundary) policies.boundary = named(*of.boundary);
  if (of.resource_policy) policies.resource = {of.resource_policy->named};
  policies.resource_account = of.owner.empty() ? account_of(resource) : of.owner;
  if (policies.resource_account.size() != 12) policies.resource_account.clear();
  const policy::Request request{
      .subject = of.subject, .action = action, .resource = resource, .context = of.context};
  const policy::Decision decision = policy::evaluate(policies, request);

  const policy::Inspection identity = policy::inspect(policies.identity, request);
  const policy::Inspection by_resource = policy::inspect(policies.resource, request, true);
  policy::Inspection boundary;
  if (policies.boundary) boundary = policy::inspect(*policies.boundary, request);
  Value::List matched, missing;
  if (of.resource_policy)
    add_matches({*of.resource_policy}, by_resource.matches, policies.resource.data(), decision.kind,
                matched);
  add_matches(of.identity, identity.matches, policies.identity.data(), decision.kind, matched);
  if (policies.boundary && decision.kind == policy::Decision::Kind::explicit_deny)
    add_matches(*of.boundary, boundary.matches, policies.boundary->data(), decision.kind, matched);
  for (const policy::Inspection* seen : {&identity, &by_resource, &std::as_const(boundary)})
    for (const std::string& key : seen->missing)
      if (std::ranges::find(missing, Value(key)) == missing.end()) missing.push_back(key);

  Value result = object({{"EvalActionName", action},
                         {"EvalResourceName", resource},
                         {"EvalDecision", word(decision.kind)},
                         {"MatchedStatements", matched},
                         {"MissingContextValues", missing}});
  Value limits;
  if (policies.boundary) {
    limits = object({{"AllowedByPermissionsBoundary", word(boundary) == "allowed"}});
    result.set("PermissionsBoundaryDecisionDetail", limits);
  }
  if (resource == "*") return result;
  // Each kind's share is told across accounts only; in one account the map is there and empty.
  Value details = Object();
  if (!policies.resource_account.empty() && policies.resource_account != of.subject.account)
    details = object({{of_identity, word(identity)}, {of_resource, word(by_resource)}});
  result.set("EvalDecisionDetails", details);
  Value specific = object({{"EvalResourceName", resource},
                           {"EvalResourceDecision", word(decision.kind)},
                           {"MatchedStatements", std::move(matched)},
                           {"MissingContextValues", std::move(missing)},
                           {"EvalDecisionDetails", std::move(details)}});
  if (policies.boundary) specific.set("PermissionsBoundaryDecisionDetail", std::move(limits));
  result.set("ResourceSpecificResults", Value::list({std::move(specific)}));
  return result;
}

Result<Value> run(const Call& call, const Value& in, Simulation simulation) {
  TRY(read_policies(in, simulation));
  TRY(read_actions(in, simulation));
  TRY(read_resources(in, simulation));
  TRY(read_caller(call, in, simulation));
  TRY(read_context(in, simulation.context));
  Page page = TRY(Page::read(in));
  std::size_t n = 0;
  bool full = false;
  for (const std::string& action : simulation.actions)
    for (const std::string& resource : simulation.resources) {
      const std::string key = fmt::format("{:08}", ++n);
      if (!full && page.wants(key)) full = !page.add(key, evaluate(simulation, action, resource));
    }
  return std::move(page).answer("EvaluationResults");
}

Result<Value> keys_of(const PolicySources& sources) {
  std::vector<std::string> keys;
  for (const Source& source : sources)
    for (std::string& key : policy::context_keys(*source.named.document))
      if (std::ranges::none_of(
              keys, [&](const std::string& held) { return equals_ignore_case(held, key); }))
        keys.push_back(std::move(key));
  Value::List names;
  for (std::string& key : keys) names.push_back(std::move(key));
  return object({{"ContextKeyNames", std::move(names)}});
}

}  // namespace

Resources simulated_principal(const Call&, const Value& in) {
  return {in.text("PolicySourceArn")};
}

Result<Value> simulate_custom_policy(Call& call, const Value& in) {
  return run(call, in, {});
}

Result<Value> simulate_principal_policy(Call& call, const Value& in) {
  PolicyHolder holder = TRY(find_holder(call, in.text("PolicySourceArn")));
  Simulation simulation{.identity = std::move(holder.identity),
                        .boundary = std::move(holder.boundary),
                        .subject = std::move(holder.subject)};
  return run(call, in, std::move(simulation));
}

Result<Value> get_context_keys_for_custom_policy(Call&, const Value& in) {
  Simulation simulation;
  TRY(read_policies(in, simulation));
  return keys_of(simulation.identity);
}

Result<Value> get_context_keys_for_principal_policy(Call& call, const Value& in) {
  PolicyHolder holder = TRY(find_holder(call, in.text("PolicySourceArn")));
  Simulation simulation{.identity = std::move(holder.identity)};
  TRY(read_policies(in, simulation));
  return keys_of(simulation.identity);
}

}  // namespace stint::cloud::iam

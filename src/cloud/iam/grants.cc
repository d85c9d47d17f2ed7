// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The policies of roles, users and groups: attached, inline, boundary.
#include <fmt/core.h>

#include <algorithm>

#include "cloud/iam/documents.h"
#include "cloud/iam/managed.h"
#include "cloud/iam/operations.h"
#include "cloud/validation.h"
#include "policy/policy.h"

namespace stint::cloud::iam {
namespace {

constexpr std::size_t policies_per_entity = 10;

template <class Kind>
std::unexpected<Error> no_inline_policy(std::string_view name) {
  return no_such_entity(
      fmt::format("The {} policy with name {} cannot be found.", Kind::word, name));
}

/// AWS keeps the policies of its service-linked roles to these.
Result<void> check_attachable(const std::string& arn) {
  if (!arn.starts_with("arn:aws:iam::aws:policy/aws-service-role/")) return {};
  return fault("PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer Role.");
}

}  // namespace

Result<void> check_policy_arn(const std::string& arn) {
  if (arn.starts_with("arn:aws:iam::") && arn.find(":policy/") != arn.npos) return {};
  return fault("InvalidInput", fmt::format("ARN {} is not valid.", arn));
}

template <class Kind>
Result<Value> attach_policy(Call& call, const Value& in) {
  const std::string& arn = in.text("PolicyArn");
  TRY(check_length(arn, "policyArn", 20, 2048));
  TRY(check_policy_arn(arn));
  const auto* entity = TRY(find<Kind>(call, in.text(Kind::member)));
  TRY(check_modifiable(*entity));
  TRY(check_attachable(arn));
  if (!find_policy(iam_of(call), arn))
    return no_such_entity(fmt::format("Policy {} does not exist or is not attachable.", arn));
  if (std::ranges::find(entity->attached, arn) != entity->attached.end()) return Value(Object());
  if (entity->attached.size() >= policies_per_entity)
    return over_quota(Kind::attach_quota, policies_per_entity);
  Kind::in(own_iam(call)).edit(entity->name)->attached.push_back(arn);
  call.effect = "changed";
  return Value(Object());
}

template <class Kind>
Result<Value> detach_policy(Call& call, const Value& in) {
  const std::string& arn = in.text("PolicyArn");
  TRY(check_length(arn, "policyArn", 20, 2048));
  TRY(check_policy_arn(arn));
  const auto* entity = TRY(find<Kind>(call, in.text(Kind::member)));
  TRY(check_modifiable(*entity));
  if (std::ranges::find(entity->attached, arn) == entity->attached.end())
    return no_such_entity(fmt::format("Policy {} was not found.", arn));
  std::erase(Kind::in(own_iam(call)).edit(entity->name)->attached, arn);
  call.effect = "changed";
  return Value(Object());
}

template <class Kind>
Result<Value> list_attached_policies(Call& call, const Value& in) {
  const auto* entity = TRY(find<Kind>(call, in.text(Kind::member)));
  Page page = TRY(Page::read(in));
  std::vector<std::string> arns = entity->attached;
  std::ranges::sort(arns);
  for (const std::string& arn : arns) {
    auto policy = find_policy(iam_of(call), arn);
    const std::string name = policy ? policy->name : arn.substr(arn.rfind('/') + 1);
    if (policy && !policy->path.starts_with(in.text("PathPrefix"))) continue;
    if (!page.add(arn, object({{"PolicyName", name}, {"PolicyArn", arn}}))) break;
  }
  return std::move(page).answer("AttachedPolicies");
}

template <class Kind>
Result<Value> put_inline_policy(Call& call, const Value& in) {
  const std::string& name = in.text("PolicyName");
  const std::string& document = in.text("PolicyDocument");
  TRY(check_name(name, "policyName", 128));
  TRY(check_length(document, "policyDocument", 1, 131072));
  const auto* entity = TRY(find<Kind>(call, in.text(Kind::member)));
  TRY(check_modifiable(*entity));
  TRY(policy::parse(document, policy::Type::identity));
  std::size_t size = counted_size(document);
  for (const auto& [held, text] : entity->inlined)
    if (held != name) size += counted_size(text);
  if (size > Kind::inline_bytes)
    return limit_exceeded(fmt::format("Maximum policy size of {} bytes exceeded for {} {}",
                                      Kind::inline_bytes, Kind::word, entity->name));
  auto held = entity->inlined.find(name);
  if (held != entity->inlined.end() && held->second == document) return Value(Object());
  call.effect = held == entity->inlined.end() ? "created" : "changed";
  Kind::in(own_iam(call)).edit(entity->name)->inlined[name] = document;
  return Value(Object());
}

template <class Kind>
Result<Value> get_inline_policy(Call& call, const Value& in) {
  const auto* entity = TRY(find<Kind>(call, in.text(Kind::member)));
  auto held = entity->inlined.find(in.text("PolicyName"));
  if (held == entity->inlined.end()) return no_inline_policy<Kind>(in.text("PolicyName"));
  return object({{Kind::member, entity->name},
                 {"PolicyName", held->first},
                 {"PolicyDocument", held->second}});
}

template <class Kind>
Result<Value> delete_inline_policy(Call& call, const Value& in) {
  const auto* entity = TRY(find<Kind>(call, in.text(Kind::member)));
  TRY(check_modifiable(*entity));
  if (!entity->inlined.contains(in.text("PolicyName")))
    return no_inline_policy<Kind>(in.text("PolicyName"));
  Kind::in(own_iam(call)).edit(entity->name)->inlined.erase(in.text("PolicyName"));
  call.effect = "deleted";
  return Value(Object());
}

template <class Kind>
Result<Value> list_inline_policies(Call& call, const Value& in) {
  const auto* entity = TRY(find<Kind>(call, in.text(Kind::member)));
  Page page = TRY(Page::read(in));
  for (const auto& [name, text] : entity->inlined)
    if (!page.add(name, name)) break;
  return std::move(page).answer("PolicyNames");
}

template <class Kind>
Result<Value> put_boundary(Call& call, const Value& in) {
  const std::string& arn = in.text("PermissionsBoundary");
  const auto* entity = TRY(find<Kind>(call, in.text(Kind::member)));
  TRY(check_modifiable(*entity));
  TRY(check_attachable(arn));
  TRY(check_length(arn, "permissionsBoundary", 20, 2048));
  TRY(check_boundary(call, arn));
  if (entity->boundary == arn) return Value(Object());
  Kind::in(own_iam(call)).edit(entity->name)->boundary = arn;
  call.effect = "changed";
  return Value(Object());
}

template <class Kind>
Result<Value> delete_boundary(Call& call, const Value& in) {
  const auto* entity = TRY(find<Kind>(call, in.text(Kind::member)));
  TRY(check_modifiable(*entity));
  if (entity->boundary.empty())
    return no_such_entity(
        fmt::format("No permissions boundary is set for {} {}.", Kind::word, entity->name));
  Kind::in(own_iam(call)).edit(entity->name)->boundary.clear();
  call.effect = "changed";
  return Value(Object());
}

#define STINT_GRANTS(Kind)                                                  \
  template Result<Value> attach_policy<Kind>(Call&, const Value&);          \
  template Result<Value> detach_policy<Kind>(Call&, const Value&);          \
  template Result<Value> list_attached_policies<Kind>(Call&, const Value&); \
  template Result<Value> put_inline_policy<Kind>(Call&, const Value&);      \
  template Result<Value> get_inline_policy<Kind>(Call&, const Value&);      \
  template Result<Value> delete_inline_policy<Kind>(Call&, const Value&);   \
  template Result<Value> list_inline_policies<Kind>(Call&, const Value&);
STINT_GRANTS(Roles)
STINT_GRANTS(Users)
STINT_GRANTS(Groups)
#undef STINT_GRANTS
template Result<Value> put_boundary<Roles>(Call&, const Value&);
template Result<Value> put_boundary<Users>(Call&, const Value&);
template Result<Value> delete_boundary<Roles>(Call&, const Value&);
template Result<Value> delete_boundary<Users>(Call&, const Value&);

}  // namespace stint::cloud::iam

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Managed policies and their versions.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/iam/documents.h"
#include "cloud/iam/managed.h"
#include "cloud/iam/operations.h"
#include "cloud/validation.h"
#include "policy/policy.h"

namespace stint::cloud::iam {
namespace {

constexpr std::size_t most_policies = 1500;
constexpr std::size_t most_versions = 5;
constexpr std::size_t most_characters = 6144;

/// Who has a policy attached, or as its boundary.
struct Uses {
  std::size_t attached = 0;
  std::size_t boundaries = 0;
};

Uses uses_of(const State& iam, const std::string& arn) {
  Uses uses;
  auto count = [&](const auto& table) {
    for (const auto& [_, thing] : table) {
      if (std::ranges::find(thing->attached, arn) != thing->attached.end()) ++uses.attached;
      if constexpr (requires { thing->boundary; })
        if (thing->boundary == arn) ++uses.boundaries;
    }
  };
  count(iam.roles);
  count(iam.users);
  count(iam.groups);
  return uses;
}

Value describe(const Policy& policy, const Uses& uses, bool whole) {
  const PolicyVersion* version = policy.default_version();
  Value out = object({{"PolicyName", policy.name},
                      {"PolicyId", policy.id},
                      {"Arn", policy.arn},
                      {"Path", policy.path},
                      {"DefaultVersionId", version ? version->id : std::string("v1")},
                      {"AttachmentCount", static_cast<std::int64_t>(uses.attached)},
                      {"PermissionsBoundaryUsageCount", static_cast<std::int64_t>(uses.boundaries)},
                      {"IsAttachable", true}});
  if (whole && !policy.description.empty()) out.set("Description", policy.description);
  out.set("CreateDate", iso8601(policy.created));
  out.set("UpdateDate", iso8601(policy.updated));
  if (whole) out.set("Tags", tag_list(policy.tags));
  return out;
}

Value describe_version(const PolicyVersion& version, bool whole) {
  Value out;
  if (whole) out.set("Document", version.document);
  out.set("VersionId", version.id);
  out.set("IsDefaultVersion", version.is_default);
  out.set("CreateDate", iso8601(version.created));
  return out;
}

Result<std::shared_ptr<const Policy>> find_managed(const Call& call, const std::string& arn) {
  TRY(check_length(arn, "policyArn", 20, 2048));
  TRY(check_policy_arn(arn));
  auto found = find_policy(iam_of(call), arn);
  if (!found) return no_such_entity(fmt::format("Policy {} was not found.", arn));
  return found;
}

/// One that may be changed. AWS's own belong to another account.
Result<const Policy*> find_own(const Call& call, std::string_view operation,
                               const std::string& arn) {
  TRY(find_managed(call, arn));
  if (const Policy* own = iam_of(call).policies.find(arn)) return own;
  return fault("AccessDenied",
               fmt::format("User: {} is not authorized to perform: iam:{} on resource: policy {}",
                           call.caller.principal.arn, operation, arn),
               403, Code::denied);
}

const PolicyVersion* find_version(const Policy& policy, std::string_view id) {
  for (const PolicyVersion& version : policy.versions)
    if (version.id == id) return &version;
  return nullptr;
}

std::unexpected<Error> no_version(const Policy& policy, std::string_view id) {
  return no_such_entity(
      fmt::format("Policy {} version {} does not exist or is not attachable.", policy.arn, id));
}

Result<void> check_document(const std::string& document) {
  TRY(check_length(document, "policyDocument", 1, 131072));
  TRY(policy::parse(document, policy::Type::managed));
  if (counted_size(document) > most_characters) return over_quota("PolicySize", most_characters);
  return {};
}

void make_default(Policy& policy, std::string_view id) {
  for (PolicyVersion& version : policy.versions) version.is_default = version.id == id;
}

}  // namespace

Result<Value> create_policy(Call& call, const Value& in) {
  const std::string& name = in.text("PolicyName");
  TRY(check_name(name, "policyName", 128));
  std::string path = TRY(read_path(in));
  TRY(check_length(in.text("Description"), "description", 0, 1000));
  Tags tags = TRY(read_tags(in));
  TRY(check_document(in.text("PolicyDocument")));
  const State& iam = iam_of(call);
  for (const auto& [arn, held] : iam.policies)
    if (equals_ignore_case(held->name, name))
      return already_exists(
          fmt::format("A policy called {} already exists. Duplicate names are not allowed.", name));
  if (iam.policies.size() >= most_policies) return over_quota("PoliciesPerAccount", most_policies);
  Policy policy{.name = name,
                .id = call.new_id("ANPA", 17),
                .arn = make_arn(call.account, "policy", path, name),
                .path = std::move(path),
                .description = in.text("Description"),
                .created = call.now,
                .updated = call.now,
                .tags = std::move(tags)};
  policy.versions.push_back(
      {.id = "v1", .document = in.text("PolicyDocument"), .is_default = true, .created = call.now});
  std::string arn = policy.arn;
  const Policy& made = own_iam(call).policies.put(std::move(arn), std::move(policy));
  call.effect = "created";
  Value answer = describe(made, {}, true);
  answer.edit_object().erase("Description");
  if (made.tags.empty()) answer.edit_object().erase("Tags");
  return object({{"Policy", std::move(answer)}});
}

Result<Value> get_policy(Call& call, const Value& in) {
  auto policy = TRY(find_managed(call, in.text("PolicyArn")));
  return object({{"Policy", describe(*policy, uses_of(iam_of(call), policy->arn), true)}});
}

Result<Value> list_policies(Call& call, const Value& in) {
  const std::string& scope = in.text("Scope");
  const bool attached_only = in.flag("OnlyAttached");
  const std::string& usage = in.text("PolicyUsageFilter");
  Page page = TRY(Page::read(in));
  const State& iam = iam_of(call);
  bool full = false;
  auto list = [&](const Table<Policy>& policies) {
    for (const auto& [arn, policy] : policies) {
      if (full) return;
      if (!policy->path.starts_with(in.text("PathPrefix")) || !page.wants(arn)) continue;
      const Uses uses = uses_of(iam, arn);
      const bool attached = uses.attached != 0;
      if (attached_only && !attached && uses.boundaries == 0) continue;
      if (usage == "PermissionsPolicy" && !attached) continue;
      if (usage == "PermissionsBoundary" && uses.boundaries == 0) continue;
      full = !page.add(arn, describe(*policy, uses, false));
    }
  };
  // An account's number sorts before "aws", so one order holds for both.
  if (scope != "AWS") list(iam.policies);
  if (scope != "Local") list(aws_policies());
  return std::move(page).answer("Policies");
}

Result<Value> delete_policy(Call& call, const Value& in) {
  const Policy* policy = TRY(find_own(call, "DeletePolicy", in.text("PolicyArn")));
  const Uses uses = uses_of(iam_of(call), policy->arn);
  if (uses.attached + uses.boundaries != 0)
    return delete_conflict("Cannot delete a policy attached to entities.");
  if (policy->versions.size() > 1)
    return delete_conflict(
        "This policy has more than one version. Before you delete a policy, you must delete the "
        "policy's versions. The default version is deleted with the policy.");
  own_iam(call).policies.erase(in.text("PolicyArn"));
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> get_policy_version(Call& call, const Value& in) {
  auto policy = TRY(find_managed(call, in.text("PolicyArn")));
  const PolicyVersion* version = find_version(*policy, in.text("VersionId"));
  if (!version) return no_version(*policy, in.text("VersionId"));
  return object({{"PolicyVersion", describe_version(*version, true)}});
}

Result<Value> list_policy_versions(Call& call, const Value& in) {
  auto policy = TRY(find_managed(call, in.text("PolicyArn")));
  Page page = TRY(Page::read(in));
  // Newest first; the keys of the pages count in that order.
  std::size_t place = 0;
  for (auto version = policy->versions.rbegin(); version != policy->versions.rend(); ++version)
    if (!page.add(fmt::format("{:04}", ++place), describe_version(*version, false))) break;
  return std::move(page).answer("Versions");
}

Result<Value> create_policy_version(Call& call, const Value& in) {
  const Policy* policy = TRY(find_own(call, "CreatePolicyVersion", in.text("PolicyArn")));
  TRY(check_document(in.text("PolicyDocument")));
  if (policy->versions.size() >= most_versions)
    return limit_exceeded(
        "A managed policy can have up to 5 versions. Before you create a new version, you must "
        "delete an existing version.");
  Policy& changed = *own_iam(call).policies.edit(policy->arn);
  const std::string id = fmt::format("v{}", changed.next_version++);
  changed.versions.push_back(
      {.id = id, .document = in.text("PolicyDocument"), .created = call.now});
  if (in.flag("SetAsDefault")) make_default(changed, id);
  changed.updated = call.now;
  call.effect = "created";
  return object({{"PolicyVersion", describe_version(changed.versions.back(), false)}});
}

Result<Value> delete_policy_version(Call& call, const Value& in) {
  const Policy* policy = TRY(find_own(call, "DeletePolicyVersion", in.text("PolicyArn")));
  const PolicyVersion* version = find_version(*policy, in.text("VersionId"));
  if (!version) return no_version(*policy, in.text("VersionId"));
  if (version->is_default) return delete_conflict("Cannot delete the default version of a policy.");
  std::erase_if(own_iam(call).policies.edit(policy->arn)->versions,
                [&](const PolicyVersion& one) { return one.id == in.text("VersionId"); });
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> set_default_policy_version(Call& call, const Value& in) {
  const Policy* policy = TRY(find_own(call, "SetDefaultPolicyVersion", in.text("PolicyArn")));
  const PolicyVersion* version = find_version(*policy, in.text("VersionId"));
  if (!version) return no_version(*policy, in.text("VersionId"));
  if (version->is_default) return Value(Object());
  Policy& changed = *own_iam(call).policies.edit(policy->arn);
  make_default(changed, in.text("VersionId"));
  changed.updated = call.now;
  call.effect = "changed";
  return Value(Object());
}

Result<Value> list_entities_for_policy(Call& call, const Value& in) {
  auto policy = TRY(find_managed(call, in.text("PolicyArn")));
  Page page = TRY(Page::read(in));
  const std::string& filter = in.text("EntityFilter");
  const std::string& usage = in.text("PolicyUsageFilter");
  bool full = false;
  // One order over all kinds; each row says which list it belongs to.
  auto list = [&]<class Kind>(Kind, std::string_view rows, std::string_view id) {
    if (!filter.empty() && filter != Kind::title) return;
    for (const auto& [name, thing] : Kind::in(iam_of(call))) {
      bool uses = usage != "PermissionsBoundary" &&
                  std::ranges::find(thing->attached, policy->arn) != thing->attached.end();
      if constexpr (requires { thing->boundary; })
        uses = uses || (usage != "PermissionsPolicy" && thing->boundary == policy->arn);
      if (!uses || full || !thing->path.starts_with(in.text("PathPrefix"))) continue;
      full = !page.add(
          fmt::format("{}/{}", rows, name),
          object({{"list", rows}, {"row", object({{Kind::member, name}, {id, thing->id}})}}));
    }
  };
  list(Groups(), "PolicyGroups", "GroupId");
  list(Roles(), "PolicyRoles", "RoleId");
  list(Users(), "PolicyUsers", "UserId");
  Value rows = std::move(page).answer("rows");
  Value answer;
  for (const char* name : {"PolicyGroups", "PolicyUsers", "PolicyRoles"}) {
    Value::List members;
    for (const Value& row : rows.items("rows"))
      if (row.text("list") == name) members.push_back(row["row"]);
    answer.set(name, std::move(members));
  }
  answer.set("IsTruncated", rows.flag("IsTruncated"));
  if (const Value* marker = rows.find("Marker")) answer.set("Marker", *marker);
  return answer;
}

bool in_use(const State& iam, const std::string& arn) {
  const Uses uses = uses_of(iam, arn);
  return uses.attached + uses.boundaries != 0;
}

Value describe_policy_whole(const State& iam, const Policy& policy) {
  Value out = describe(policy, uses_of(iam, policy.arn), true);
  out.edit_object().erase("Tags");
  Value::List versions;
  for (const PolicyVersion& version : policy.versions)
    versions.push_back(describe_version(version, true));
  out.set("PolicyVersionList", std::move(versions));
  return out;
}

Result<Value> tag_policy(Call& call, const Value& in) {
  const Policy* policy = TRY(find_own(call, "TagPolicy", in.text("PolicyArn")));
  Tags tags = TRY(read_tags(in, policy->tags));
  if (tags == policy->tags) return Value(Object());
  own_iam(call).policies.edit(policy->arn)->tags = std::move(tags);
  call.effect = "changed";
  return Value(Object());
}

Result<Value> untag_policy(Call& call, const Value& in) {
  const Policy* policy = TRY(find_own(call, "UntagPolicy", in.text("PolicyArn")));
  Tags tags = policy->tags;
  for (const Value& key : in.items("TagKeys")) erase_tag(tags, key.as_text());
  if (tags == policy->tags) return Value(Object());
  own_iam(call).policies.edit(policy->arn)->tags = std::move(tags);
  call.effect = "changed";
  return Value(Object());
}

Result<Value> list_policy_tags(Call& call, const Value& in) {
  auto policy = TRY(find_managed(call, in.text("PolicyArn")));
  Page page = TRY(Page::read(in));
  for (const auto& [key, value] : policy->tags)
    if (!page.add(key, object({{"Key", key}, {"Value", value}}))) break;
  return std::move(page).answer("Tags");
}

}  // namespace stint::cloud::iam

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Key policies: the primary way to control a key. What identity-based policies say counts only
// where the key's policy gives the account a say (KMS Developer Guide, "Key policies in AWS KMS").
#include <fmt/core.h>

#include <algorithm>

#include "cloud/kms/grant_policies.h"
#include "cloud/kms/keys.h"
#include "cloud/kms/operations.h"
#include "value/json.h"

namespace stint::cloud::kms {
namespace {

constexpr std::size_t most_bytes = 32 * 1024;

Result<Found> find_policy(Call& call, const Value& in) {
  const Found found = TRY(find_key_itself(call, in.text("KeyId")));
  if (in.text("PolicyName") != "default")
    return fault("NotFoundException", "No such policy exists", 400, Code::not_found);
  return found;
}

}  // namespace

std::string default_policy(std::string_view account) {
  const Value statement =
      object({{"Sid", "Enable IAM User Permissions"},
              {"Effect", "Allow"},
              {"Principal", object({{"AWS", fmt::format("arn:aws:iam::{}:root", account)}})},
              {"Action", "kms:*"},
              {"Resource", "*"}});
  return to_json(object({{"Version", "2012-10-17"},
                         {"Id", "key-default-1"},
                         {"Statement", Value::list({statement})}}));
}

Result<void> check_policy(const Call& call, const std::string& text, std::string_view arn,
                          bool bypass) {
  if (text.size() > most_bytes)
    return fault("LimitExceededException", "The key policy is larger than 32 KiB.");
  auto document = policy::parse(text, policy::Type::resource);
  if (!document) return fault("MalformedPolicyDocumentException", document.error().message);
  if (bypass) return {};
  // Whoever puts it must be able to put the next one.
  policy::Policies policies;
  policies.resource.push_back({"the new key policy", *document});
  policies.resource_must_allow = true;
  policies.root = true;  // what IAM allows can be changed later
  policy::Request request{.subject = {.account = call.account, .arn = call.caller.principal.arn},
                          .action = "kms:PutKeyPolicy",
                          .resource = std::string(arn),
                          .context = {}};
  const Principal& principal = call.caller.principal;
  if (principal.kind == Principal::Kind::role_session) {
    auto account = call.state.accounts.find(principal.account);
    if (account != call.state.accounts.end())
      if (const iam::Role* role = account->second.iam.roles.find(principal.name))
        request.subject.role_arn = role->arn;
  }
  request.context.set("kms:CallerAccount", call.account);
  if (policy::evaluate(policies, request).allowed()) return {};
  return fault("MalformedPolicyDocumentException",
               "The new key policy will not allow you to update the key policy in the future.");
}

void key_policies(const cloud::State& state, std::string_view action, const std::string& arn,
                  policy::Policies& out) {
  // Keys that are gone by their deletion date have no policy, and nobody who may use them.
  const Found found = key_of_arn(state, arn, Time::min());
  if (!found.key) return;
  out.resource_account = found.place.account;
  out.resource_must_allow = true;
  if (auto document = policy::parse(found.key->policy, policy::Type::resource))
    out.resource.push_back({fmt::format("the policy of key {}", found.key->id), *document});
  add_grants(state, found, action, out);
}

void key_context(const Call& call, const Value& in, policy::Context& out) {
  out.set("kms:CallerAccount", call.account);
  const char* names[] = {"EncryptionContext", "SourceEncryptionContext",
                         "DestinationEncryptionContext"};
  std::vector<std::string> keys;
  for (const char* name : names)
    for (const auto& [key, value] : read_pairs(in[name])) {
      out.set("kms:EncryptionContext:" + key, value);
      if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
    }
  if (!keys.empty()) out.set("kms:EncryptionContextKeys", std::move(keys));
  const std::string& given = in.text("KeyId");
  if (given.find("alias/") != std::string::npos)
    out.set("kms:RequestAlias", given.substr(given.find("alias/")));
  out.set("kms:KeySpec", "SYMMETRIC_DEFAULT");
  out.set("kms:KeyUsage", "ENCRYPT_DECRYPT");
  out.set("kms:KeyOrigin", "AWS_KMS");
  out.set("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT");
  for (const auto& [member, key] : {std::pair{"GranteePrincipal", "kms:GranteePrincipal"},
                                    {"RetiringPrincipal", "kms:RetiringPrincipal"}})
    if (const std::string& value = in.text(member); !value.empty()) out.set(key, value);
  std::vector<std::string> operations;
  for (const Value& one : in.items("Operations"))
    if (one.is_text()) operations.push_back(one.as_text());
  if (!operations.empty()) out.set("kms:GrantOperations", std::move(operations));
  if (in.find("GranteePrincipal")) out.set("kms:GrantIsForAWSResource", "false");
  if (in.find("PendingWindowInDays"))
    out.set("kms:ScheduleKeyDeletionPendingWindowInDays",
            std::to_string(in.integer("PendingWindowInDays")));
  std::vector<std::string> tag_keys;
  for (const Value& tag : in.items("Tags")) {
    out.set("aws:RequestTag/" + tag.text("TagKey"), tag.text("TagValue"));
    tag_keys.push_back(tag.text("TagKey"));
  }
  if (!tag_keys.empty()) out.set("aws:TagKeys", std::move(tag_keys));
  auto found = find_key(call, given);
  if (!found) return;
  for (const auto& [key, value] : found->key->tags) out.set("aws:ResourceTag/" + key, value);
  std::vector<std::string> aliases;
  auto account = call.state.accounts.find(found->place.account);
  if (account == call.state.accounts.end()) return;
  auto region = account->second.regions.find(found->place.region);
  if (region == account->second.regions.end()) return;
  for (const auto& [name, alias] : region->second.kms.aliases)
    if (alias->key == found->key->id) aliases.push_back(name);
  if (!aliases.empty()) out.set("kms:ResourceAliases", std::move(aliases));
}

Result<Value> get_key_policy(Call& call, const Value& in) {
  const Found found = TRY(find_policy(call, in));
  return object({{"Policy", found.key->policy}});
}

Result<Value> list_key_policies(Call& call, const Value& in) {
  TRY(find_key_itself(call, in.text("KeyId")));
  return page(in, "PolicyNames", {{"default", Value("default")}}, 100);
}

Result<Value> put_key_policy(Call& call, const Value& in) {
  const Found found = TRY(find_policy(call, in));
  TRY(check_policy(call, in.text("Policy"), found.key->arn,
                   in.flag("BypassPolicyLockoutSafetyCheck")));
  call.effect = "changed";
  edit_key(call, found).policy = in.text("Policy");
  return Value(Object());
}

}  // namespace stint::cloud::kms

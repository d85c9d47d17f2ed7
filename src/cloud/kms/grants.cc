// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Grants: permissions on a key beside its policy (KMS Developer Guide, "Grants in AWS KMS").
#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "cloud/kms/grant_policies.h"
#include "cloud/kms/keys.h"
#include "cloud/kms/operations.h"
#include "value/json.h"

namespace stint::cloud::kms {
namespace {

constexpr std::string_view with_context[] = {"Decrypt",         "Encrypt",
                                             "GenerateDataKey", "GenerateDataKeyWithoutPlaintext",
                                             "ReEncryptFrom",   "ReEncryptTo"};

bool takes_context(std::string_view operation) {
  return std::ranges::find(with_context, operation) != std::end(with_context);
}

std::string policy_of(const Grant& grant, std::string_view operation) {
  const bool service = grant.grantee.ends_with(".amazonaws.com");
  Object conditions;
  if (takes_context(operation)) {
    Object equals;
    Value keys{Value::List()};
    for (const Pairs* pairs : {&grant.equals, &grant.subset})
      for (const auto& [key, value] : *pairs) {
        equals.set("kms:EncryptionContext:" + key, value);
        keys.push(key);
      }
    if (!equals.empty()) conditions.append("StringEquals", std::move(equals));
    // Equal means that there is nothing else.
    if (!grant.equals.empty())
      conditions.append("ForAllValues:StringEquals",
                        object({{"kms:EncryptionContextKeys", std::move(keys)}}));
  }
  Object statement{{"Effect", "Allow"},
                   {"Principal", object({{service ? "Service" : "AWS", grant.grantee}})},
                   {"Action", fmt::format("kms:{}", operation)},
                   {"Resource", "*"}};
  if (!conditions.empty()) statement.append("Condition", std::move(conditions));
  return to_json(object(
      {{"Version", "2012-10-17"}, {"Statement", Value::list({Value(std::move(statement))})}}));
}

Value describe(const Grant& grant, const std::string& arn) {
  Object constraints;
  auto add = [&](const char* name, const Pairs& pairs) {
    if (pairs.empty()) return;
    Object out;
    for (const auto& [key, value] : pairs) out.append(key, value);
    constraints.append(name, std::move(out));
  };
  add("EncryptionContextEquals", grant.equals);
  add("EncryptionContextSubset", grant.subset);
  Object out{{"KeyId", arn},
             {"GrantId", grant.id},
             {"CreationDate", iso8601(grant.created, true)},
             {"GranteePrincipal", grant.grantee},
             {"IssuingAccount", fmt::format("arn:aws:iam::{}:root", grant.issuer)},
             {"Operations", to_value(grant.operations)}};
  if (!grant.name.empty()) out.append("Name", grant.name);
  if (!grant.retiring.empty()) out.append("RetiringPrincipal", grant.retiring);
  if (!constraints.empty()) out.append("Constraints", std::move(constraints));
  return Value(std::move(out));
}

bool principal_arn(std::string_view text) {
  return text.starts_with("arn:aws:iam::") || text.starts_with("arn:aws:sts::") ||
         text.ends_with(".amazonaws.com");
}

std::unexpected<Error> invalid_grant_id() {
  return fault("InvalidGrantIdException", "Invalid grant ID");
}
std::unexpected<Error> no_grant(const std::string& id) {
  return fault("NotFoundException", fmt::format("Grant ID {} not found", id), 400, Code::not_found);
}

bool grant_id(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

/// The caller as a grant names it: the role of a session, too.
bool is_caller(const Call& call, std::string_view name) {
  const Principal& principal = call.caller.principal;
  if (name.empty()) return false;
  if (name == principal.arn) return true;
  if (principal.kind != Principal::Kind::role_session) return false;
  auto account = call.state.accounts.find(principal.account);
  if (account == call.state.accounts.end()) return false;
  const iam::Role* role = account->second.iam.roles.find(principal.name);
  return role && role->arn == name;
}

struct Held {
  Found found;
  const Grant* grant = nullptr;
};

State& kms_of(Call& call, const Place& place) {
  return call.state.region(place.account, place.region).kms;
}

}  // namespace

void add_grants(const cloud::State& state, const Found& found, std::string_view action,
                policy::Policies& out) {
  if (!action.starts_with("kms:")) return;
  const std::string_view operation = action.substr(4);
  const State& kms =
      state.accounts.find(found.place.account)->second.regions.find(found.place.region)->second.kms;
  for (const auto& [id, grant] : kms.grants) {
    if (grant->key != found.key->id ||
        std::ranges::find(grant->operations, operation) == grant->operations.end())
      continue;
    if (auto document = policy::parse(policy_of(*grant, operation), policy::Type::resource))
      out.resource.push_back({fmt::format("grant {}", id), *document});
  }
}

Result<void> check_tokens(const Call& call, const Value& in) {
  for (const Value& token : in.items("GrantTokens")) {
    bool known = false;
    auto account = call.state.accounts.find(call.account);
    if (account != call.state.accounts.end())
      for (const auto& [name, region] : account->second.regions)
        for (const auto& [id, grant] : region.kms.grants)
          known = known || (token.is_text() && grant->token == token.as_text());
    if (!known) return fault("InvalidGrantTokenException", "Invalid token");
  }
  return {};
}

Result<Value> create_grant(Call& call, const Value& in) {
  TRY(check_tokens(call, in));
  const Found found = TRY(find_key_itself(call, in.text("KeyId")));
  TRY(usable(*found.key));
  Grant grant{.key = found.key->id,
              .name = in.text("Name"),
              .grantee = in.text("GranteePrincipal"),
              .retiring = in.text("RetiringPrincipal"),
              .issuer = call.account,
              .equals = read_pairs(in["Constraints"]["EncryptionContextEquals"]),
              .subset = read_pairs(in["Constraints"]["EncryptionContextSubset"]),
              .created = call.now};
  if (!principal_arn(grant.grantee) || (!grant.retiring.empty() && !principal_arn(grant.retiring)))
    return fault("InvalidArnException", "Specified principal ARN is not valid");
  for (const Value& one : in.items("Operations"))
    if (one.is_text()) grant.operations.push_back(one.as_text());
  if (grant.operations.empty())
    return invalid(
        "1 validation error detected: Value '[]' at 'operations' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1");
  for (std::string_view asymmetric : {"Sign", "Verify", "GetPublicKey", "GenerateMac", "VerifyMac"})
    if (std::ranges::find(grant.operations, asymmetric) != grant.operations.end())
      return invalid(fmt::format("Operation {} is not supported for this key.", asymmetric));
  // The same grant again, by its name, is the same grant.
  State& kms = kms_of(call, found.place);
  if (!grant.name.empty())
    for (const auto& [id, held] : kms.grants)
      if (held->key == grant.key && held->name == grant.name && held->grantee == grant.grantee &&
          held->retiring == grant.retiring && held->operations == grant.operations &&
          held->equals == grant.equals && held->subset == grant.subset)
        return object({{"GrantId", id}, {"GrantToken", held->token}});
  grant.id = call.state.random.hex(64);
  grant.token = base64(call.state.random.text(96, "abcdefghijklmnopqrstuvwxyz0123456789"));
  call.effect = "created";
  Value answer = object({{"GrantId", grant.id}, {"GrantToken", grant.token}});
  std::string id = grant.id;
  kms.grants.put(std::move(id), std::move(grant));
  return answer;
}

Result<Value> list_grants(Call& call, const Value& in) {
  const Found found = TRY(find_key_itself(call, in.text("KeyId")));
  const std::string &only = in.text("GrantId"), &grantee = in.text("GranteePrincipal");
  if (!only.empty() && !grant_id(only)) return invalid_grant_id();
  std::vector<std::pair<std::string, Value>> rows;
  for (const auto& [id, grant] : kms_of(call, found.place).grants)
    if (grant->key == found.key->id && (only.empty() || id == only) &&
        (grantee.empty() || grantee == grant->grantee))
      rows.emplace_back(id, describe(*grant, found.key->arn));
  return page(in, "Grants", rows, 50);
}

Result<Value> list_retirable_grants(Call& call, const Value& in) {
  const std::string& principal = in.text("RetiringPrincipal");
  if (!principal_arn(principal))
    return fault("InvalidArnException", "Specified principal ARN is not valid");
  const State& kms = call.own_region().kms;
  std::vector<std::pair<std::string, Value>> rows;
  for (const auto& [id, grant] : kms.grants)
    if (grant->retiring == principal)
      rows.emplace_back(id, describe(*grant, key_arn({call.account, call.region}, grant->key)));
  return page(in, "Grants", rows, 50);
}

Result<Value> revoke_grant(Call& call, const Value& in) {
  const Found found = TRY(find_key_itself(call, in.text("KeyId")));
  const std::string& id = in.text("GrantId");
  if (!grant_id(id)) return invalid_grant_id();
  State& kms = kms_of(call, found.place);
  const Grant* grant = kms.grants.find(id);
  if (!grant || grant->key != found.key->id) return no_grant(id);
  call.effect = "deleted";
  kms.grants.erase(id);
  return Value(Object());
}

/// "Retiring and revoking grants": the account that issued it, its retiring principal, and a
/// grantee with RetireGrant may; others by kms:RetireGrant.
Result<Value> retire_grant(Call& call, const Value& in) {
  const std::string &token = in.text("GrantToken"), &id = in.text("GrantId");
  if (token.empty() == (id.empty() && in.text("KeyId").empty()) ||
      (token.empty() && (id.empty() || in.text("KeyId").empty())))
    return invalid("Either GrantToken or both GrantId and KeyId must be specified.");
  Held held;
  if (!token.empty()) {
    held.found.place = {call.account, call.region};
    for (const auto& [name, grant] : call.own_region().kms.grants)
      if (grant->token == token) held.grant = grant.get();
    if (!held.grant) return fault("InvalidGrantTokenException", "Invalid token");
    held.found = TRY(find_key(call, held.grant->key));
  } else {
    held.found = TRY(find_key_itself(call, in.text("KeyId")));
    if (!grant_id(id)) return invalid_grant_id();
    held.grant = kms_of(call, held.found.place).grants.find(id);
    if (!held.grant || held.grant->key != held.found.key->id) return no_grant(id);
  }
  const Grant& grant = *held.grant;
  const bool root =
      call.caller.principal.kind == Principal::Kind::root && call.account == grant.issuer;
  const bool as_grantee =
      is_caller(call, grant.grantee) &&
      std::ranges::find(grant.operations, "RetireGrant") != grant.operations.end();
  if (!root && !as_grantee && !is_caller(call, grant.retiring))
    TRY(call.authorise("kms:RetireGrant", held.found.key->arn));
  call.effect = "deleted";
  const std::string gone = grant.id;
  kms_of(call, held.found.place).grants.erase(gone);
  return Value(Object());
}

}  // namespace stint::cloud::kms

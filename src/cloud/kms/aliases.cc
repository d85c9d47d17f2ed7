// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "cloud/kms/keys.h"
#include "cloud/kms/operations.h"

namespace stint::cloud::kms {
namespace {

constexpr std::size_t longest_name = 256;

Result<void> check_name(const std::string& name) {
  if (name.starts_with("alias/aws/") || name == "alias/aws")
    return fault("NotAuthorizedException", "", 400, Code::denied);
  if (!name.starts_with("alias/") || name.size() == 6) return invalid("Invalid identifier");
  if (name.size() > longest_name)
    return invalid(
        fmt::format("1 validation error detected: Value '{}' at 'aliasName' failed to "
                    "satisfy constraint: Member must have length less than or equal to "
                    "256",
                    name));
  if (name.find(':') != std::string::npos)
    return fault("InvalidAliasNameException",
                 fmt::format("{} contains invalid characters for an alias", name));
  return {};
}

Result<Found> find_target(const Call& call, const Value& in) {
  const std::string& given = in.text("TargetKeyId");
  if (given.starts_with("alias/") || given.find(":alias/") != std::string::npos)
    return invalid("Aliases must refer to keys. Not aliases");
  const Found found = TRY(find_key(call, given));
  TRY(not_pending(*found.key));
  return found;
}

std::unexpected<Error> no_alias(const Call& call, const std::string& name) {
  return fault("NotFoundException",
               fmt::format("Alias {} is not found.", alias_arn({call.account, call.region}, name)),
               400, Code::not_found);
}

}  // namespace

/// kms:CreateAlias and the like are asked for on the alias and on each key they touch.
Resources alias_and_key(const Call& call, const Value& in) {
  const Place place{call.account, call.region};
  const std::string& name = in.text("AliasName");
  Resources out{alias_arn(place, name)};
  if (const std::string& target = in.text("TargetKeyId"); !target.empty())
    out.push_back(arn_of(call, target));
  if (auto held = find_key(call, name)) out.push_back(held->key->arn);
  return out;
}

Result<Value> create_alias(Call& call, const Value& in) {
  const std::string& name = in.text("AliasName");
  TRY(check_name(name));
  const Found found = TRY(find_target(call, in));
  auto& aliases = call.own_region().kms.aliases;
  if (aliases.contains(name))
    return fault("AlreadyExistsException",
                 fmt::format("An alias with the name {} already exists",
                             alias_arn({call.account, call.region}, name)),
                 400, Code::conflict);
  call.effect = "created";
  aliases.put(name, {.name = name, .key = found.key->id, .created = call.now, .updated = call.now});
  return Value(Object());
}

Result<Value> update_alias(Call& call, const Value& in) {
  const std::string& name = in.text("AliasName");
  TRY(check_name(name));
  const Found found = TRY(find_target(call, in));
  auto& aliases = call.own_region().kms.aliases;
  Alias* alias = aliases.edit(name);
  if (!alias) return no_alias(call, name);
  call.effect = "changed";
  alias->key = found.key->id;
  alias->updated = call.now;
  return Value(Object());
}

Result<Value> delete_alias(Call& call, const Value& in) {
  const std::string& name = in.text("AliasName");
  TRY(check_name(name));
  if (!call.own_region().kms.aliases.erase(name)) return no_alias(call, name);
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> list_aliases(Call& call, const Value& in) {
  std::string only;
  if (const std::string& given = in.text("KeyId"); !given.empty()) {
    const Found found = TRY(find_key_itself(call, given));
    only = found.key->id;
  }
  const Place place{call.account, call.region};
  std::vector<std::pair<std::string, Value>> rows;
  for (const auto& [name, alias] : call.own_region().kms.aliases) {
    if (!only.empty() && alias->key != only) continue;
    rows.emplace_back(name, object({{"AliasName", name},
                                    {"AliasArn", alias_arn(place, name)},
                                    {"TargetKeyId", alias->key},
                                    {"CreationDate", iso8601(alias->created, true)},
                                    {"LastUpdatedDate", iso8601(alias->updated, true)}}));
  }
  return page(in, "Aliases", rows, 50);
}

}  // namespace stint::cloud::kms

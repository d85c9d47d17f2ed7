// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "base/hash.h"
#include "base/ssh_key.h"
#include "cloud/ec2/listing.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/query.h"
#include "cloud/ec2/things.h"

namespace stint::cloud::ec2 {
namespace {

constexpr FilterPath key_pair_filters[] = {
    {"fingerprint", "KeyFingerprint"}, {"key-name", "KeyName"}, {"key-pair-id", "KeyPairId"}};

Result<void> check_key_name(const Call& call, const std::string& name) {
  if (name.empty() || name.size() > 255)
    return fault("InvalidParameterValue", "Key pair name must be between 1 and 255 characters.");
  if (find_thing<KeyPair>(call, name))
    return fault("InvalidKeyPair.Duplicate", fmt::format("The keypair already exists: {}", name),
                 400, Code::conflict);
  return {};
}

/// The pair that KeyPairId or KeyName of a request means, or nullptr.
const KeyPair* named_pair(const Call& call, const Value& in) {
  const State& ec2 = home_of(call).ec2;
  for (const auto& [name, pair] : ec2.keys)
    if (name == in.text("KeyName") || pair->id == in.text("KeyPairId")) return pair.get();
  return nullptr;
}

}  // namespace

Resources key_pair_resources(const Call& call, const Value& in) {
  const KeyPair* pair = named_pair(call, in);
  return {arn_of(call.region, call.account, "key-pair",
                 pair                         ? std::string_view(pair->name)
                 : in.text("KeyName").empty() ? "*"
                                              : std::string_view(in.text("KeyName")))};
}

Result<Value> describe_key_pairs(Call& call, const Value& in) {
  const Value::List &names = in.items("KeyNames"), &ids = in.items("KeyPairIds");
  for (const Value& name : names) TRY(need<KeyPair>(call, name.as_text()));
  Value::List rows;
  for (const KeyPair& pair : all_things<KeyPair>(call)) {
    if (!names.empty() && std::ranges::find(names, Value(pair.name)) == names.end()) continue;
    Object row{{"KeyPairId", pair.id},
               {"KeyFingerprint", pair.fingerprint},
               {"KeyName", pair.name},
               {"KeyType", pair.type},
               {"Tags", tag_list(pair.tags)}};
    if (in.flag("IncludePublicKey")) row.append("PublicKey", pair.public_key);
    row.append("CreateTime", iso8601(pair.created, true));
    rows.emplace_back(std::move(row));
  }
  for (const Value& id : ids)
    if (std::ranges::find(rows, id, [](const Value& row) { return row["KeyPairId"]; }) ==
        rows.end())
      return fault("InvalidKeyPair.NotFound",
                   fmt::format("The key pair ID '{}' does not exist", id.as_text()), 400,
                   Code::not_found);
  if (!ids.empty())
    std::erase_if(rows, [&](const Value& row) {
      return std::ranges::find(ids, row["KeyPairId"]) == ids.end();
    });
  return list_rows(in, {.member = "KeyPairs", .id = "KeyName", .filters = key_pair_filters},
                   std::move(rows));
}

Result<Value> create_key_pair(Call& call, const Value& in) {
  const std::string& name = in.text("KeyName");
  TRY(check_key_name(call, name));
  KeyPair pair{.name = name, .type = in.text("KeyType").empty() ? "rsa" : in.text("KeyType")};
  if (pair.type != "rsa" && pair.type != "ed25519")
    return fault("InvalidParameterValue",
                 fmt::format("Value ({}) for parameter keyType is invalid.", pair.type));
  if (!in.text("KeyFormat").empty() && in.text("KeyFormat") != "pem")
    return fault("UnsupportedOperation", "Only the key format pem is supported.");
  pair.tags = TRY(tags_for(call, in, "key-pair"));
  const SshKey made =
      pair.type == "rsa" ? make_rsa_key(call.state.random) : make_ed25519_key(call.state.random);
  pair.id = call.new_hex_id("key-0", 16);
  pair.fingerprint = made.fingerprint;
  pair.public_key = fmt::format("{} {}", made.public_key, name);
  pair.created = call.now;
  Value answer = object({{"KeyFingerprint", pair.fingerprint},
                         {"KeyMaterial", made.private_pem},
                         {"KeyName", name},
                         {"KeyPairId", pair.id},
                         {"Tags", tag_list(pair.tags)}});
  keep(call, std::move(pair));
  call.effect = "created";
  return answer;
}

Result<Value> import_key_pair(Call& call, const Value& in) {
  const std::string& name = in.text("KeyName");
  TRY(check_key_name(call, name));
  const std::string& material = in.text("PublicKeyMaterial");
  if (material.empty())
    return fault("MissingParameter", "The request must contain the parameter PublicKeyMaterial");
  auto read = read_ssh_public_key(material);
  if (!read) {
    // Some clients send it in base64 once more.
    if (const auto inner = from_base64(material)) read = read_ssh_public_key(*inner);
  }
  if (!read) return fault("InvalidKey.Format", "Key is not in valid OpenSSH public key format");
  KeyPair pair{.name = name, .fingerprint = read->fingerprint, .type = read->type};
  pair.tags = TRY(tags_for(call, in, "key-pair"));
  pair.id = call.new_hex_id("key-0", 16);
  pair.public_key = material;
  pair.created = call.now;
  Value answer = object({{"KeyFingerprint", pair.fingerprint},
                         {"KeyName", name},
                         {"KeyPairId", pair.id},
                         {"Tags", tag_list(pair.tags)}});
  keep(call, std::move(pair));
  call.effect = "created";
  return answer;
}

Result<Value> delete_key_pair(Call& call, const Value& in) {
  if (in.text("KeyName").empty() && in.text("KeyPairId").empty())
    return fault("MissingParameter", "The request must contain the parameter KeyName or KeyPairId");
  // One that is not there is as good as deleted.
  const KeyPair* pair = named_pair(call, in);
  if (!pair) return object({{"Return", true}});
  Value answer = object({{"Return", true}, {"KeyPairId", pair->id}});
  drop<KeyPair>(call, std::string(pair->name));
  call.effect = "deleted";
  return answer;
}

}  // namespace stint::cloud::ec2

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/kms/use.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "cloud/kms/cipher.h"
#include "value/json.h"

namespace stint::cloud::kms {
namespace {

constexpr std::string_view managed_for[] = {"ebs", "s3", "secretsmanager", "sns", "sqs", "ssm"};

/// Services whose endpoint has another name than their key.
std::string_view endpoint_of(std::string_view service) {
  return service == "ebs" ? "ec2" : service;
}

/// As AWS writes it: through the service for everybody of the account, and looking at it.
std::string managed_policy(const Place& place, std::string_view service) {
  const std::string via = fmt::format("{}.{}.amazonaws.com", endpoint_of(service), place.region);
  const Value through = object(
      {{"Sid", fmt::format("Allow access through {} for all principals in the account that are "
                           "authorized to use it",
                           service)},
       {"Effect", "Allow"},
       {"Principal", object({{"AWS", "*"}})},
       {"Action", Value::list({"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*",
                               "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"})},
       {"Resource", "*"},
       {"Condition", object({{"StringEquals", object({{"kms:CallerAccount", place.account},
                                                      {"kms:ViaService", via}})}})}});
  const Value metadata = object(
      {{"Sid", "Allow direct access to key metadata to the account"},
       {"Effect", "Allow"},
       {"Principal", object({{"AWS", fmt::format("arn:aws:iam::{}:root", place.account)}})},
       {"Action", Value::list({"kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"})},
       {"Resource", "*"}});
  return to_json(object({{"Version", "2012-10-17"},
                         {"Id", fmt::format("auto-{}-1", service)},
                         {"Statement", Value::list({through, metadata})}}));
}

}  // namespace

std::string random_bytes(Call& call, std::size_t count) {
  std::string out;
  out.reserve(count);
  while (out.size() < count) {
    std::uint64_t bits = call.state.random.next();
    for (int i = 0; i < 8 && out.size() < count; ++i, bits >>= 8)
      out += static_cast<char>(bits & 0xFF);
  }
  return out;
}

Result<void> make_service_key(Call& call, std::string_view given) {
  const Place place{call.account, call.region};
  const std::string own = alias_arn(place, "alias/aws/");
  std::string_view service = given;
  if (given.starts_with("alias/aws/"))
    service.remove_prefix(10);
  else if (given.starts_with(own))
    service.remove_prefix(own.size());
  else
    return {};
  if (std::ranges::find(managed_for, service) == std::end(managed_for)) return {};
  State& kms = call.own_region().kms;
  std::string name = fmt::format("alias/aws/{}", service);
  if (kms.aliases.contains(name)) return {};
  Key key = new_key(call, place, managed_policy(place, service));
  key.manager = "AWS";
  key.description =
      fmt::format("Default key that protects my {} data when no other key is defined", service);
  kms.aliases.put(name, {.name = name, .key = key.id, .created = call.now, .updated = call.now});
  std::string id = key.id;
  kms.keys.put(std::move(id), std::move(key));
  return {};
}

Result<std::string> service_key(Call& call, std::string_view service, std::string_view given) {
  const std::string name =
      given.empty() ? fmt::format("alias/aws/{}", service) : std::string(given);
  TRY(make_service_key(call, name));
  const Found found = TRY(find_key(call, name));
  return found.key->arn;
}

Result<void> use_key(Call& call, std::string_view arn, std::string_view action,
                     std::string_view service, const Pairs& context) {
  const Found found = key_of_arn(call.state, arn, call.now);
  policy::Context keys;
  keys.set("kms:ViaService", fmt::format("{}.{}.amazonaws.com", endpoint_of(service), call.region));
  keys.set("kms:CallerAccount", call.account);
  std::vector<std::string> names;
  for (const auto& [key, value] : context) {
    keys.set("kms:EncryptionContext:" + key, value);
    names.push_back(key);
  }
  if (!names.empty()) keys.set("kms:EncryptionContextKeys", std::move(names));
  TRY(call.authorise(action, arn, std::move(keys)));
  if (!found.key)
    return fault("NotFoundException", fmt::format("Key '{}' does not exist", arn), 400,
                 Code::not_found);
  return usable(*found.key);
}

Result<std::string> encrypt_for(Call& call, std::string_view arn, std::string_view plaintext,
                                const Pairs& context) {
  const Found found = key_of_arn(call.state, arn, call.now);
  if (!found.key)
    return fault("NotFoundException", fmt::format("Key '{}' does not exist", arn), 400,
                 Code::not_found);
  return seal(*found.key, random_bytes(call, 12), plaintext, context);
}

}  // namespace stint::cloud::kms

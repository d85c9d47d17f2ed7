// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/secrets.h"

#include <fmt/core.h>

#include "base/seal.h"
#include "cloud/cloud.h"

namespace stint::cloud::ssm {
namespace {

constexpr std::string_view key_name = "aws/ssm";
/// How a ciphertext of KMS begins; in base64 "AQICAHg".
constexpr std::string_view header("\x01\x02\x02\x00\x78\x00", 6);

/// A seal opens only as the value of the parameter that it was made for.
std::string context_of(std::string_view name, int version) {
  return fmt::format("{}:{}", name, version);
}

}  // namespace

std::string seal_value(State& ssm, Random& random, std::string_view name, int version,
                       std::string_view value) {
  if (!ssm.keys.contains(key_name)) ssm.keys.put(std::string(key_name), {random.hex(64)});
  const Sha256 key = sha256(ssm.keys.find(key_name)->secret);
  return base64(std::string(header) + seal(key, value, context_of(name, version)));
}

Result<std::string> open_value(const State& ssm, std::string_view name,
                               const ParameterVersion& version) {
  const SealingKey* key = ssm.keys.find(key_name);
  auto bytes = from_base64(version.value);
  if (key && bytes && bytes->starts_with(header))
    if (auto value = unseal(sha256(key->secret), std::string_view(*bytes).substr(header.size()),
                            context_of(name, version.version)))
      return value;
  return fault("InvalidKeyId", "The query key ID isn't valid.");
}

}  // namespace stint::cloud::ssm

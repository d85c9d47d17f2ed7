// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/imds/token.h"

#include <fmt/core.h>

#include "base/hash.h"
#include "base/text.h"

namespace stint::cloud::imds {
namespace {

std::string seal(const ec2::Instance& instance, std::string_view expiry) {
  std::string key = fmt::format("imds {} {}", instance.id, iso8601(instance.launched, true));
  Sha256 code = hmac_sha256(key, expiry);
  return std::string(code.begin(), code.end()).substr(0, 24);
}

}  // namespace

std::string make_token(const ec2::Instance& instance, Time expires) {
  std::string expiry = fmt::format("{:016x}", expires.time_since_epoch().count());
  return base64(expiry + seal(instance, expiry));
}

std::optional<Time> check_token(const ec2::Instance& instance, std::string_view token, Time now) {
  auto bytes = from_base64(token);
  if (!bytes || bytes->size() != 40) return std::nullopt;
  std::string expiry = bytes->substr(0, 16);
  if (!equal_constant_time(bytes->substr(16), seal(instance, expiry))) return std::nullopt;
  // The code fits, so the digits are ours.
  Time expires{Duration(std::stoll(expiry, nullptr, 16))};
  if (now >= expires) return std::nullopt;
  return expires;
}

}  // namespace stint::cloud::imds

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/context.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace stint::cloud {
namespace {

std::string_view principal_type(Principal::Kind kind) {
  switch (kind) {
    case Principal::Kind::root:
      return "Account";
    case Principal::Kind::user:
      return "User";
    case Principal::Kind::role_session:
      return "AssumedRole";
    case Principal::Kind::federated_user:
      return "FederatedUser";
    case Principal::Kind::anonymous:
      return "Anonymous";
    case Principal::Kind::service:
      return "";
  }
  return "";
}

/// The account that an ARN names; empty when it names none.
std::string_view account_of(std::string_view arn) {
  const auto parts = split(arn, ':');
  return parts.size() < 6 || parts[4] == "aws" ? std::string_view() : parts[4];
}

}  // namespace

void add_global_keys(const Circumstances& of, policy::Context& out) {
  auto wanted = [&](std::string_view key) {
    return (of.any_key || std::ranges::find(of.prepared.keys, key) != of.prepared.keys.end()) &&
           !out.find(key);
  };
  auto set = [&](std::string_view key, auto make) {
    if (!wanted(key)) return;
    if (std::string value(make()); !value.empty()) out.set(key, std::move(value));
  };
  const Principal& principal = of.caller.principal;
  set("aws:currenttime", [&] { return iso8601(of.now); });
  set("aws:epochtime", [&] {
    return fmt::format("{}",
                       std::chrono::floor<std::chrono::seconds>(of.now).time_since_epoch().count());
  });
  set("aws:sourceip", [&] { return of.caller.source_ip; });
  set("aws:securetransport", [&] { return of.caller.secure ? "true" : "false"; });
  set("aws:useragent", [&] { return of.caller.user_agent; });
  set("aws:referer", [&] { return of.caller.referer; });
  set("aws:viaawsservice", [] { return "false"; });
  // IAM has one place for all Regions.
  set("aws:requestedregion",
      [&] { return of.service == "iam" ? std::string_view("us-east-1") : of.region; });
  set("aws:principaltype", [&] { return principal_type(principal.kind); });
  set("aws:resourceaccount", [&] { return account_of(of.resource); });
  set("aws:sourceidentity", [&] { return principal.source_identity; });
  set("ec2:sourceinstancearn", [&] { return principal.source_instance; });
  set("ec2:roledelivery", [&] { return principal.source_instance.empty() ? "" : "2.0"; });
  if (principal.kind == Principal::Kind::service) {
    set("aws:sourceaccount", [&] { return principal.account; });
    set("aws:sourcearn", [&] { return principal.source_arn; });
  }
  if (principal.kind == Principal::Kind::anonymous) set("aws:userid", [] { return "anonymous"; });
  for (const auto& [key, values] : principal.identity_keys)
    if (wanted(lower(key))) out.set(key, values);
  if (principal.token_issued) {
    set("aws:tokenissuetime", [&] { return iso8601(*principal.token_issued); });
    set("aws:multifactorauthpresent", [] { return "false"; });
  }
  // A tag may be empty and is there all the same.
  for (const auto& [key, value] : of.prepared.tags)
    if (const std::string name = lower("aws:principaltag/" + key); wanted(name))
      out.set(name, value);
}

}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/context.h"

#include <fmt/core.h>

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

void add_global_keys(const Caller& caller, const Prepared& prepared, std::string_view service,
                     std::string_view resource, std::string_view region, Time now,
                     policy::Context& out) {
  auto set = [&](std::string_view key, std::string value) {
    if (!value.empty() && !out.find(key)) out.set(key, std::move(value));
  };
  const Principal& principal = caller.principal;
  set("aws:currenttime", iso8601(now));
  set("aws:epochtime",
      fmt::format("{}", std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count()));
  set("aws:sourceip", caller.source_ip);
  set("aws:securetransport", caller.secure ? "true" : "false");
  set("aws:useragent", caller.user_agent);
  set("aws:viaawsservice", "false");
  // IAM has one place for all Regions.
  set("aws:requestedregion", service == "iam" ? "us-east-1" : std::string(region));
  set("aws:principaltype", std::string(principal_type(principal.kind)));
  set("aws:resourceaccount", std::string(account_of(resource)));
  for (const auto& [key, value] : prepared.tags)
    if (const std::string name = "aws:principaltag/" + key; !out.find(name)) out.set(name, value);
  if (principal.token_issued) {
    set("aws:tokenissuetime", iso8601(*principal.token_issued));
    set("aws:multifactorauthpresent", "false");
  }
  set("ec2:sourceinstancearn", principal.source_instance);
  if (!principal.source_instance.empty()) set("ec2:roledelivery", "2.0");
}

}  // namespace stint::cloud

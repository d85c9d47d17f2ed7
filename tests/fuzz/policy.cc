// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "policy/policy.h"

#include "targets.h"

namespace stint::fuzz {

/// A policy of each type; one that was read decides about requests, and the decision has a reason.
void policy(std::string_view bytes) {
  for (policy::Type type : {policy::Type::identity, policy::Type::managed, policy::Type::resource,
                            policy::Type::trust}) {
    auto read = policy::parse(bytes, type);
    if (!read) {
      STINT_CHECK(!read.error().message.empty());
      continue;
    }
    policy::Policies policies;
    const bool of_resource = type == policy::Type::resource || type == policy::Type::trust;
    (of_resource ? policies.resource : policies.identity).push_back({"p", *read});
    policy::Request request{
        .subject = {.account = "123456789012",
                    .arn = "arn:aws:sts::123456789012:assumed-role/R/S",
                    .role_arn = "arn:aws:iam::123456789012:role/R"},
        .action = type == policy::Type::trust ? "sts:AssumeRole" : "s3:GetObject",
        .resource = "arn:aws:s3:::bucket/a/b",
        .context = {}};
    request.context.set("aws:CurrentTime", "2026-11-24T11:18:00Z");
    request.context.set("aws:SourceIp", "127.0.0.1");
    request.context.set("aws:PrincipalTag/team", std::vector<std::string>{"a", "b"});
    request.context.set("s3:max-keys", "10");
    const policy::Decision decision = policy::evaluate(policies, request);
    STINT_CHECK(!policy::explain(decision, request).empty());
    policy::Policies denied = policies;
    STINT_CHECK(policy::evaluate(denied, request).kind == decision.kind);
  }
}

}  // namespace stint::fuzz

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cloud/cloud.h"

/// Instances as Systems Manager sees them: managed nodes, by what their agent may do.
namespace stint::cloud::ssm {

/// What every agent says that it is.
inline constexpr std::string_view agent_version = "3.3.987.0";

/// Where a node is.
struct NodePlace {
  std::string account, region, instance;
};

/// "ip-172-31-0-4.us-west-2.compute.internal"
std::string node_host_name(const ec2::Instance& instance, std::string_view region);

/// "Online": the instance runs and the role that its metadata serves now lets the agent speak to
/// Systems Manager (ssm:UpdateInstanceInformation, and messages over either transport).
/// "ConnectionLost": the agent was there once. Empty: no node.
std::string ping_status(Cloud& cloud, const NodePlace& place, Time now);

/// That a text can be the id of a node ("i-...", "mi-..."). Errors: InvalidInstanceId.
Result<void> check_node_id(std::string_view id);

/// Whoever uses the credentials that the instance's metadata serves now, without asking for them:
/// for decisions only. None: it serves no credentials.
std::optional<Caller> presumed_caller(Cloud& cloud, const NodePlace& place, Time now);
/// The same, with the credentials fetched: for calls.
std::optional<Caller> node_caller(Cloud& cloud, const NodePlace& place, Time now);

}  // namespace stint::cloud::ssm

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cloud/cloud.h"

/// Instances as Systems Manager sees them: managed nodes, by what their agent may do.
namespace stint::cloud::ssm {

/// Where a node is.
struct NodePlace {
  std::string account, region, instance;
};

/// "Online": the instance runs and the role that its metadata serves now lets the agent speak to
/// Systems Manager (ssm:UpdateInstanceInformation, and messages over either transport).
/// "ConnectionLost": the agent was there once. Empty: no node.
std::string ping_status(Cloud& cloud, const NodePlace& place, Time now);

/// Whoever uses the credentials that the instance's metadata serves now, without asking for them:
/// for decisions only. None: it serves no credentials.
std::optional<Caller> presumed_caller(Cloud& cloud, const NodePlace& place, Time now);
/// The same, with the credentials fetched: for calls.
std::optional<Caller> node_caller(Cloud& cloud, const NodePlace& place, Time now);

}  // namespace stint::cloud::ssm

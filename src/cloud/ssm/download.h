// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "cloud/ssm/agent.h"

namespace stint::cloud::ssm {

/// What a step of a node did by itself, without a process.
struct StepResult {
  std::string status = "Success";
  int code = 0;
  std::string output, error;
};

/// aws:downloadContent, from S3 only: an object, or all objects below a prefix, fetched with the
/// credentials that the node has now (spec/ssm-agent-protocol.md 6.5). `files` may be null.
StepResult download_content(Cloud& cloud, const NodePlace& place, const std::string& command,
                            const Value& inputs, NodeFiles* files, Time now);

}  // namespace stint::cloud::ssm

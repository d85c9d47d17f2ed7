// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "cloud/cloud.h"
#include "cloud/ssm/nodes.h"

namespace stint::cloud::ssm {

/// Where a step's stream lies in the bucket: PREFIX/COMMAND/INSTANCE/PLUGIN/STEP/stdout.
std::string output_key(const Command& command, std::string_view instance,
                       const PluginResult& plugin, std::string_view stream);

/// Hands a finished step's output on to where its command wants it, with the node's credentials, as
/// the agent does: to a bucket, and to a log group (where there is such a service) as
/// COMMAND/INSTANCE/PLUGIN/stdout and stderr. What does not arrive takes nothing away from the
/// command's result.
void hand_on_output(Cloud& cloud, const NodePlace& place, const Command& command,
                    const PluginResult& plugin, Time now);

}  // namespace stint::cloud::ssm

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cloud/cloud.h"

/// Commands and their invocations as others see them: functions of the state and the clock.
namespace stint::cloud::ssm {

/// The key of an invocation, and of its job.
std::string invocation_key(std::string_view command, std::string_view instance);

/// When a command that no agent took is given up; none: it was not sent to that node yet.
inline std::optional<Time> delivery_deadline(const Command& command, const Invocation& invocation) {
  if (!invocation.sent) return std::nullopt;
  return *invocation.sent + std::chrono::seconds(command.timeout_seconds);
}

struct Outcome {
  std::string status;   ///< "TimedOut"
  std::string details;  ///< "DeliveryTimedOut"
};
inline bool over(std::string_view status) {
  return status == "Success" || status == "Failed" || status == "TimedOut" || status == "Cancelled";
}
/// Of an invocation, with a delivery that timed out since.
Outcome outcome(const Invocation& invocation, const Command& command, Time now);

/// The AWS structure Command.
Value describe_command(const State& ssm, const Command& command, Time now);

/// standardOutput and standardError as one text of at most 2500 characters, the way the agent
/// writes it (spec/ssm-agent-protocol.md 6.4).
std::string joined_output(std::string_view output, std::string_view error);

}  // namespace stint::cloud::ssm

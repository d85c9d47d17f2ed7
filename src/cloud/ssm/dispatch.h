// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "cloud/ssm/state.h"

/// Rate control of commands (User Guide, "Use rate controls"): to how many nodes a command is sent
/// at a time, and after how many errors to no more.
namespace stint::cloud::ssm {

/// "10" or "10%" of `total`, rounded down; a percentage of concurrency means one at least.
int share_of(std::string_view given, int total, int least);

/// Sends the command to as many further nodes as its MaxConcurrency allows, in the order of its
/// instances. Once there are more errors than MaxErrors the invocations that were not sent end as
/// Terminated. True: something was sent or ended.
bool dispatch(State& ssm, const Command& command, Time now);

/// The same for every command that has invocations which are not over.
bool dispatch_all(State& ssm, Time now);

/// An invocation that counts against MaxErrors: what could not be delivered does not.
bool counts_as_error(const Invocation& invocation, const Command& command, Time now);
/// More of them than the command allows.
bool too_many_errors(const State& ssm, const Command& command, Time now);

}  // namespace stint::cloud::ssm

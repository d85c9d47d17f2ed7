// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/dispatch.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "cloud/ssm/invocations.h"

namespace stint::cloud::ssm {

int share_of(std::string_view given, int total, int least) {
  const bool percent = given.ends_with('%');
  if (percent) given.remove_suffix(1);
  const auto number = to_integer(given);
  if (!number) return least;
  const std::int64_t all = percent ? *number * total / 100 : *number;
  return static_cast<int>(std::clamp<std::int64_t>(all, least, 1'000'000));
}

bool counts_as_error(const Invocation& invocation, const Command& command, Time now) {
  const Outcome is = outcome(invocation, command, now);
  return is.details == "Failed" || is.details == "ExecutionTimedOut";
}

bool too_many_errors(const State& ssm, const Command& command, Time now) {
  int errors = 0;
  for (const std::string& instance : command.instances)
    if (const Invocation* one = ssm.invocations.find(invocation_key(command.id, instance)))
      errors += counts_as_error(*one, command, now);
  return errors > share_of(command.max_errors, static_cast<int>(command.instances.size()), 0);
}

bool dispatch(State& ssm, const Command& command, Time now) {
  int active = 0;
  std::vector<std::string> waiting;
  for (const std::string& instance : command.instances) {
    std::string key = invocation_key(command.id, instance);
    const Invocation* one = ssm.invocations.find(key);
    if (!one || over(outcome(*one, command, now).status)) continue;
    if (one->sent) {
      ++active;
    } else {
      waiting.push_back(std::move(key));
    }
  }
  if (waiting.empty()) return false;
  if (too_many_errors(ssm, command, now)) {
    for (const std::string& key : waiting) {
      Invocation& invocation = *ssm.invocations.edit(key);
      invocation.status = "Cancelled";
      invocation.status_details = "Terminated";
      for (PluginResult& plugin : invocation.plugins) plugin.status = "Cancelled";
      ssm.jobs.erase(key);
    }
    return true;
  }
  const int most = share_of(command.max_concurrency, static_cast<int>(command.instances.size()), 1);
  bool sent = false;
  for (const std::string& key : waiting) {
    if (active >= most) break;
    ssm.invocations.edit(key)->sent = now;
    ++active;
    sent = true;
  }
  return sent;
}

bool dispatch_all(State& ssm, Time now) {
  std::set<std::string> commands;
  for (const auto& [key, job] : ssm.jobs) commands.insert(job->command);
  bool any = false;
  for (const std::string& id : commands)
    if (auto command = ssm.commands.share(id)) any = dispatch(ssm, *command, now) || any;
  return any;
}

}  // namespace stint::cloud::ssm

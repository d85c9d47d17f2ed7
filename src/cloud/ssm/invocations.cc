// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Reading commands and what became of them.
#include "cloud/ssm/invocations.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "cloud/ssm/dispatch.h"
#include "cloud/ssm/documents.h"
#include "cloud/ssm/nodes.h"
#include "cloud/ssm/operations.h"
#include "cloud/ssm/output.h"
#include "cloud/ssm/page.h"

namespace stint::cloud::ssm {
namespace {

constexpr std::size_t most_joined = 2500;
constexpr std::size_t most_output = 24000, most_error = 8000;  // of GetCommandInvocation

std::string cut(std::string_view text, std::size_t room, std::string_view mark) {
  if (text.size() <= room) return std::string(text);
  return std::string(clip_utf8(text, room - std::min(room, mark.size()))) + std::string(mark);
}

Value logs_of(const Command& command) {
  return object({{"CloudWatchLogGroupName", command.log_group},
                 {"CloudWatchOutputEnabled", command.to_logs}});
}
Value notifications_of(const Command& command) {
  if (!command.notification.is_null()) return command.notification;
  return object(
      {{"NotificationArn", ""}, {"NotificationEvents", Value::List()}, {"NotificationType", ""}});
}

/// CommandPlugins[].Status knows neither Skipped nor Delayed.
std::string_view wire_status(std::string_view status) {
  return status == "Skipped" || status == "SuccessAndReboot" ? "Success" : status;
}
std::string_view wire_details(std::string_view status) {
  if (status == "TimedOut") return "ExecutionTimedOut";
  return wire_status(status);
}

std::string output_url(const Command& command, const Invocation& invocation,
                       const PluginResult& plugin, std::string_view stream) {
  if (command.output_bucket.empty() || plugin.action.empty()) return {};
  return fmt::format("https://s3{}{}.amazonaws.com/{}/{}", command.output_region.empty() ? "" : ".",
                     command.output_region, command.output_bucket,
                     output_key(command, invocation.instance, plugin, stream));
}

Value parameters_of(const Command& command) {
  Object out;
  for (const auto& [name, values] : command.parameters)
    out.append(name, Value(Value::List(values.begin(), values.end())));
  return out;
}

std::string instance_name(const Region& region, const std::string& id) {
  const ec2::Instance* instance = region.ec2.instances.find(id);
  if (!instance) return {};
  auto name = instance->tags.find("Name");
  return name == instance->tags.end() ? "" : name->second;
}

}  // namespace

std::string invocation_key(std::string_view command, std::string_view instance) {
  return fmt::format("{}/{}", command, instance);
}

std::string joined_output(std::string_view output, std::string_view error) {
  constexpr std::string_view output_mark = "\n---Output truncated---";
  constexpr std::string_view error_mark = "\n---Error truncated----";
  constexpr std::string_view between = "\n----------ERROR-------\n";
  if (error.empty()) return cut(output, most_joined, output_mark);
  const std::size_t room = most_joined - between.size();
  std::size_t for_output = room / 2, for_error = room - room / 2;
  if (output.size() < for_output) for_error = room - output.size();
  if (error.size() < for_error) for_output = room - error.size();
  return cut(output, for_output, output_mark) + std::string(between) +
         cut(error, for_error, error_mark);
}

Outcome outcome(const Invocation& invocation, const Command& command, Time now) {
  if (!invocation.delivered && !over(invocation.status))
    if (auto deadline = delivery_deadline(command, invocation); deadline && now >= *deadline)
      return {"TimedOut", "DeliveryTimedOut"};
  return {invocation.status, invocation.status_details};
}

namespace {

struct Tally {
  int targets = 0, completed = 0, errors = 0, undelivered = 0;
  Outcome outcome{"Success", "Success"};
};

Tally tally(const State& ssm, const Command& command, Time now) {
  Tally all;
  std::set<std::string> seen;
  std::string details, details_of_failure;
  for (const std::string& instance : command.instances) {
    const Invocation* invocation = ssm.invocations.find(invocation_key(command.id, instance));
    if (!invocation) continue;
    Outcome one = outcome(*invocation, command, now);
    ++all.targets;
    if (over(one.status)) ++all.completed;
    if (counts_as_error(*invocation, command, now)) ++all.errors;
    if (one.details == "DeliveryTimedOut") ++all.undelivered;
    seen.insert(one.status);
    if (one.status == "TimedOut") details = one.details;
    if (one.status == "Failed") details_of_failure = one.details;
  }
  auto has = [&](const char* status) { return seen.contains(status); };
  if (seen.empty()) {
    all.outcome.details = "NoInstancesInTag";
  } else if (all.completed == all.targets) {
    for (const char* status : {"Failed", "TimedOut", "Cancelled", "Success"})
      if (has(status)) {
        all.outcome = {status, std::string_view(status) == "TimedOut" ? details : status};
        break;
      }
    // Fewer failed than were allowed to.
    if (all.outcome.status == "Failed" && !too_many_errors(ssm, command, now))
      all.outcome.details = all.errors ? "Incomplete" : details_of_failure;
  } else if (has("Cancelling")) {
    all.outcome = {"Cancelling", "Cancelling"};
  } else if (!has("InProgress") && all.completed == 0) {
    all.outcome = {"Pending", "Pending"};
  } else {
    all.outcome = {"InProgress", "InProgress"};
  }
  return all;
}

}  // namespace

Value describe_command(const State& ssm, const Command& command, Time now) {
  Tally all = tally(ssm, command, now);
  std::int64_t execution = 3600;
  if (auto given = command.parameters.find("executionTimeout");
      given != command.parameters.end() && given->second.size() == 1)
    execution = to_integer(given->second[0]).value_or(execution);
  Value::List targets;
  for (const Target& target : command.targets)
    targets.push_back(
        object({{"Key", target.key},
                {"Values", Value(Value::List(target.values.begin(), target.values.end()))}}));
  return object(
      {{"CommandId", command.id},
       {"DocumentName", command.document},
       {"DocumentVersion", command.document_version},
       {"Comment", command.comment},
       {"ExpiresAfter",
        iso8601(command.requested + std::chrono::seconds(command.timeout_seconds + execution),
                true)},
       {"Parameters", parameters_of(command)},
       {"InstanceIds", Value(Value::List(command.named.begin(), command.named.end()))},
       {"Targets", std::move(targets)},
       {"RequestedDateTime", iso8601(command.requested, true)},
       {"Status", all.outcome.status},
       {"StatusDetails", all.outcome.details},
       {"OutputS3Region", command.output_region},
       {"OutputS3BucketName", command.output_bucket},
       {"OutputS3KeyPrefix", command.output_prefix},
       {"MaxConcurrency", command.max_concurrency},
       {"MaxErrors", command.max_errors},
       {"TargetCount", all.targets},
       {"CompletedCount", all.completed},
       {"ErrorCount", all.errors},
       {"DeliveryTimedOutCount", all.undelivered},
       {"ServiceRole", command.service_role},
       {"NotificationConfig", notifications_of(command)},
       {"CloudWatchOutputConfig", logs_of(command)},
       {"TimeoutSeconds", command.timeout_seconds}});
}

namespace {

/// Commands, newest first; those that a listing asks for.
Result<std::vector<const Command*>> select(Call& call, const Value& in) {
  const State& ssm = call.own_region().ssm;
  const std::string& wanted = in.text("CommandId");
  const std::string& instance = in.text("InstanceId");
  if (!wanted.empty() && !ssm.commands.contains(wanted))
    return fault("InvalidCommandId", fmt::format("The command ID {} is not valid.", wanted), 400,
                 Code::not_found);
  if (!instance.empty()) TRY(check_node_id(instance));
  std::vector<const Command*> rows;
  for (const auto& [id, command] : ssm.commands) {
    if (!wanted.empty() && id != wanted) continue;
    if (!instance.empty() &&
        std::ranges::find(command->instances, instance) == command->instances.end())
      continue;
    rows.push_back(command.get());
  }
  std::ranges::sort(rows, [](const Command* a, const Command* b) {
    return a->requested != b->requested ? a->requested > b->requested : a->id < b->id;
  });
  return rows;
}

/// `status` is that of the row: of the command, or of the invocation.
Result<bool> passes(const Value& in, const Command& command, std::string_view status) {
  for (const Value& filter : in.items("Filters")) {
    const std::string& key = filter.text("key");
    const std::string& value = filter.text("value");
    if (key == "InvokedAfter" || key == "InvokedBefore") {
      auto time = parse_time(value);
      if (!time)
        return fault("ValidationException",
                     fmt::format("{} is not a time in ISO 8601 for {}.", value, key));
      if (key == "InvokedAfter" ? command.requested <= *time : command.requested >= *time)
        return false;
    } else if (key == "Status") {
      if (status != value) return false;
    } else if (key == "DocumentName") {
      if (command.document != document_name(value)) return false;
    } else if (key == "ExecutionStage") {
      if (over(status) != (value == "Complete")) return false;
    } else {
      return fault("InvalidFilterKey", fmt::format("The filter key {} is not valid.", key));
    }
  }
  return true;
}

Value describe_plugin(const Command& command, const Invocation& invocation,
                      const PluginResult& plugin) {
  Object out{{"Name", plugin.name},
             {"Status", wire_status(plugin.status)},
             {"StatusDetails", wire_details(plugin.status)},
             {"ResponseCode", plugin.response_code}};
  if (plugin.started) out.append("ResponseStartDateTime", iso8601(*plugin.started, true));
  if (plugin.finished) out.append("ResponseFinishDateTime", iso8601(*plugin.finished, true));
  out.append("Output", joined_output(plugin.standard_output, plugin.standard_error));
  out.append("StandardOutputUrl", output_url(command, invocation, plugin, "stdout"));
  out.append("StandardErrorUrl", output_url(command, invocation, plugin, "stderr"));
  out.append("OutputS3BucketName", command.output_bucket);
  out.append("OutputS3KeyPrefix", command.output_prefix);
  return out;
}

Value describe_invocation(const Call& call, const Region& region, const Command& command,
                          const Invocation& invocation, bool details) {
  Outcome now = outcome(invocation, command, call.now);
  Value::List plugins;
  if (details)
    for (const PluginResult& plugin : invocation.plugins)
      plugins.push_back(describe_plugin(command, invocation, plugin));
  return object({{"CommandId", command.id},
                 {"InstanceId", invocation.instance},
                 {"InstanceName", instance_name(region, invocation.instance)},
                 {"Comment", command.comment},
                 {"DocumentName", command.document},
                 {"DocumentVersion", command.document_version},
                 {"RequestedDateTime", iso8601(command.requested, true)},
                 {"Status", now.status},
                 {"StatusDetails", now.details},
                 {"TraceOutput", ""},
                 {"StandardOutputUrl", ""},
                 {"StandardErrorUrl", ""},
                 {"CommandPlugins", std::move(plugins)},
                 {"ServiceRole", command.service_role},
                 {"NotificationConfig", notifications_of(command)},
                 {"CloudWatchOutputConfig", logs_of(command)}});
}

}  // namespace

Result<Value> list_commands(Call& call, const Value& in) {
  const State& ssm = call.own_region().ssm;
  std::vector<const Command*> all = TRY(select(call, in));
  std::vector<std::string> ids;
  std::vector<Value> rows;
  for (const Command* command : all) {
    Value row = describe_command(ssm, *command, call.now);
    bool pass = TRY(passes(in, *command, row.text("Status")));
    if (!pass) continue;
    ids.push_back(command->id);
    rows.push_back(std::move(row));
  }
  Page shown = TRY(page(in, ids, 50));
  Object out{
      {"Commands", Value(Value::List(rows.begin() + static_cast<std::ptrdiff_t>(shown.first),
                                     rows.begin() + static_cast<std::ptrdiff_t>(shown.end)))}};
  if (!shown.next.empty()) out.append("NextToken", shown.next);
  return out;
}

Result<Value> list_command_invocations(Call& call, const Value& in) {
  const Region& region = call.own_region();
  std::vector<const Command*> all = TRY(select(call, in));
  std::vector<std::string> keys;
  std::vector<std::pair<const Command*, const Invocation*>> rows;
  for (const Command* command : all)
    for (const std::string& instance : command->instances) {
      if (!in.text("InstanceId").empty() && instance != in.text("InstanceId")) continue;
      std::string key = invocation_key(command->id, instance);
      const Invocation* invocation = region.ssm.invocations.find(key);
      if (!invocation) continue;
      bool pass = TRY(passes(in, *command, outcome(*invocation, *command, call.now).status));
      if (!pass) continue;
      keys.push_back(std::move(key));
      rows.emplace_back(command, invocation);
    }
  Page shown = TRY(page(in, keys, 50));
  Value::List list;
  for (std::size_t i = shown.first; i < shown.end; ++i)
    list.push_back(
        describe_invocation(call, region, *rows[i].first, *rows[i].second, in.flag("Details")));
  Object out{{"CommandInvocations", std::move(list)}};
  if (!shown.next.empty()) out.append("NextToken", shown.next);
  return out;
}

namespace {

/// "PT0.052S", as the service writes elapsed times.
std::string elapsed(const PluginResult& plugin) {
  if (!plugin.started || !plugin.finished) return {};
  const double seconds = static_cast<double>((*plugin.finished - *plugin.started).count()) / 1000;
  return fmt::format("PT{}S", seconds);
}

}  // namespace

Result<Value> get_command_invocation(Call& call, const Value& in) {
  const State& ssm = call.own_region().ssm;
  const Command* command = ssm.commands.find(in.text("CommandId"));
  const Invocation* invocation =
      ssm.invocations.find(invocation_key(in.text("CommandId"), in.text("InstanceId")));
  if (!command || !invocation)
    return fault("InvocationDoesNotExist",
                 "The command ID and managed node ID you specified didn't match any invocations. "
                 "Verify the command ID and the managed node ID and try again.",
                 400, Code::not_found);
  static const PluginResult none;
  const PluginResult* plugin = &none;
  if (const std::string& name = in.text("PluginName"); !name.empty()) {
    auto found = std::ranges::find(invocation->plugins, name, &PluginResult::name);
    if (found == invocation->plugins.end())
      return fault("InvalidPluginName", fmt::format("The plugin name {} is not valid.", name));
    plugin = &*found;
  } else if (invocation->plugins.size() == 1) {
    plugin = &invocation->plugins[0];
  }
  Outcome now = outcome(*invocation, *command, call.now);
  // A named step shows its own status; else it is the invocation's.
  const bool own = !in.text("PluginName").empty();
  return object({{"CommandId", command->id},
                 {"InstanceId", invocation->instance},
                 {"Comment", command->comment},
                 {"DocumentName", command->document},
                 {"DocumentVersion", command->document_version},
                 {"PluginName", plugin->name},
                 {"ResponseCode", plugin->response_code},
                 {"ExecutionStartDateTime", plugin->started ? iso8601(*plugin->started, true) : ""},
                 {"ExecutionElapsedTime", elapsed(*plugin)},
                 {"ExecutionEndDateTime", plugin->finished ? iso8601(*plugin->finished, true) : ""},
                 {"Status", own ? std::string(wire_status(plugin->status)) : now.status},
                 {"StatusDetails", own ? std::string(wire_details(plugin->status)) : now.details},
                 {"StandardOutputContent", clip_utf8(plugin->standard_output, most_output)},
                 {"StandardOutputUrl", output_url(*command, *invocation, *plugin, "stdout")},
                 {"StandardErrorContent", clip_utf8(plugin->standard_error, most_error)},
                 {"StandardErrorUrl", output_url(*command, *invocation, *plugin, "stderr")},
                 {"CloudWatchOutputConfig", logs_of(*command)}});
}

}  // namespace stint::cloud::ssm

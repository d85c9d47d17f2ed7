// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/output.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace stint::cloud::ssm {
namespace {

/// The plugin's name in paths: "aws:runShellScript" without its colon.
std::string plugin_path(const PluginResult& plugin) {
  std::string action = plugin.action;
  std::erase(action, ':');
  return action;
}

void to_bucket(Cloud& cloud, const Caller& node, const NodePlace& place, const Command& command,
               const PluginResult& plugin, Time now) {
  auto call = [&](std::string_view operation, const Value& input) {
    (void)cloud.call(node, place.region, "s3", operation, input, now);
  };
  call("HeadBucket", object({{"Bucket", command.output_bucket}}));
  call("GetBucketEncryption", object({{"Bucket", command.output_bucket}}));
  auto put = [&](std::string_view stream, const std::string& bytes) {
    call("PutObject", object({{"Bucket", command.output_bucket},
                              {"Key", output_key(command, place.instance, plugin, stream)},
                              {"Body", bytes},
                              {"ContentType", "text/plain"},
                              {"ACL", "bucket-owner-full-control"}}));
  };
  put("stdout", plugin.standard_output);
  if (!plugin.standard_error.empty()) put("stderr", plugin.standard_error);
}

void to_logs(Cloud& cloud, const Caller& node, const NodePlace& place, const Command& command,
             const PluginResult& plugin, Time now) {
  const bool there = std::ranges::any_of(
      services(), [](const ServiceTable& table) { return table.service == "logs"; });
  if (!there) return;
  auto call = [&](std::string_view operation, const Value& input) {
    (void)cloud.call(node, place.region, "logs", operation, input, now);
  };
  const std::string group =
      command.log_group.empty() ? fmt::format("/aws/ssm/{}", command.document) : command.log_group;
  call("CreateLogGroup", object({{"logGroupName", group}}));
  auto put = [&](std::string_view stream, const std::string& text) {
    if (text.empty()) return;
    const std::string name =
        fmt::format("{}/{}/{}/{}", command.id, place.instance, plugin_path(plugin), stream);
    call("CreateLogStream", object({{"logGroupName", group}, {"logStreamName", name}}));
    Value::List events;
    for (std::string_view line : split(text, '\n'))
      if (!line.empty())
        events.push_back(
            object({{"timestamp", static_cast<std::int64_t>(now.time_since_epoch().count())},
                    {"message", line}}));
    call("PutLogEvents",
         object(
             {{"logGroupName", group}, {"logStreamName", name}, {"logEvents", std::move(events)}}));
  };
  put("stdout", plugin.standard_output);
  put("stderr", plugin.standard_error);
}

}  // namespace

std::string output_key(const Command& command, std::string_view instance,
                       const PluginResult& plugin, std::string_view stream) {
  const std::string action = plugin_path(plugin);
  // Schema 1.2 has no step names: the agent numbers its plugins.
  const std::string step = plugin.name == plugin.action ? "0." + action : plugin.name;
  const bool slash = command.output_prefix.empty() || command.output_prefix.ends_with('/');
  return fmt::format("{}{}{}/{}/{}/{}/{}", command.output_prefix, slash ? "" : "/", command.id,
                     instance, action, step, stream);
}

void hand_on_output(Cloud& cloud, const NodePlace& place, const Command& command,
                    const PluginResult& plugin, Time now) {
  if (command.output_bucket.empty() && !command.to_logs) return;
  // The calls below may make room for other things in the tables: what is read is held.
  const Command held = command;
  std::optional<Caller> node = node_caller(cloud, place, now);
  if (!node) return;
  if (!held.output_bucket.empty()) to_bucket(cloud, *node, place, held, plugin, now);
  if (held.to_logs) to_logs(cloud, *node, place, held, plugin, now);
}

}  // namespace stint::cloud::ssm

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Sending and cancelling commands.
#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/hash.h"
#include "base/sha1.h"
#include "base/text.h"
#include "cloud/ec2/query.h"
#include "cloud/ec2/resources.h"
#include "cloud/ssm/dispatch.h"
#include "cloud/ssm/document_access.h"
#include "cloud/ssm/documents.h"
#include "cloud/ssm/invocations.h"
#include "cloud/ssm/nodes.h"
#include "cloud/ssm/operations.h"
#include "document/command.h"

namespace stint::cloud::ssm {
namespace {

std::vector<std::string> texts(const Value::List& list) {
  std::vector<std::string> out;
  for (const Value& item : list) out.push_back(document::render(item));
  return out;
}

const Region* find_region(const Call& call) {
  auto account = call.state.accounts.find(call.account);
  if (account == call.state.accounts.end()) return nullptr;
  auto region = account->second.regions.find(call.region);
  return region == account->second.regions.end() ? nullptr : &region->second;
}

bool matches(const ec2::Instance& instance, const std::string& key,
             const std::vector<std::string>& values) {
  auto any = [&](const std::string& value) {
    return std::ranges::find(values, value) != values.end();
  };
  if (key == "InstanceIds") return any(instance.id);
  if (key == "tag-key")
    return std::ranges::any_of(instance.tags, [&](const auto& tag) { return any(tag.first); });
  if (!key.starts_with("tag:")) return false;
  auto tag = instance.tags.find(key.substr(4));
  return tag != instance.tags.end() && (values.empty() || any(tag->second));
}

/// The instances that Targets means: those that all of them match.
std::vector<std::string> targeted(const Region* region, const Value::List& targets) {
  std::vector<std::string> ids;
  if (!region || targets.empty()) return ids;
  for (const auto& [id, instance] : region->ec2.instances)
    if (std::ranges::all_of(targets, [&](const Value& target) {
          return matches(*instance, target.text("Key"), texts(target.items("Values")));
        }))
      ids.push_back(id);
  return ids;
}

std::vector<std::string> addressed(const Call& call, const Value& in) {
  std::vector<std::string> ids = texts(in.items("InstanceIds"));
  for (std::string& id : targeted(find_region(call), in.items("Targets")))
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(std::move(id));
  return ids;
}

std::unexpected<Error> invalid_instances(const Call& call, const std::vector<std::string>& ids) {
  std::string list;
  for (const std::string& id : ids) list += (list.empty() ? "" : ", ") + id;
  return fault(
      "InvalidInstanceId",
      fmt::format("Instances [[{}]] not in a valid state for account {}", list, call.account), 400,
      Code::conflict);
}

/// Named instances must be online; targeted ones only have to be nodes.
Result<std::vector<std::string>> choose_nodes(Call& call, const Value& in) {
  std::vector<std::string> named = texts(in.items("InstanceIds"));
  if (std::set<std::string>(named.begin(), named.end()).size() != named.size())
    return fault("DuplicateInstanceId", "You can't specify an instance ID in more than one place.");
  if (!named.empty() && !in.items("Targets").empty())
    return fault("ValidationException",
                 "InstanceIds and Targets can't be used together. Use one of them.");
  if (named.empty() && in.items("Targets").empty())
    return fault("InvalidInstanceId", "Either InstanceIds or Targets must be given.");
  for (const Value& target : in.items("Targets"))
    if (const std::string& key = target.text("Key"); key.starts_with("resource-groups:")) {
      return fault("ValidationException",
                   fmt::format("The target key {} is not supported: there are no resource groups "
                               "here. Use InstanceIds, tag-key or tag:NAME.",
                               key));
    } else if (key != "InstanceIds" && key != "tag-key" && !key.starts_with("tag:")) {
      return fault("ValidationException",
                   fmt::format("The target key {} is not supported. Use InstanceIds, tag-key or "
                               "tag:NAME.",
                               key));
    }
  if (call.cloud.nodes == Nodes::none)
    return fault("InvalidInstanceId",
                 "No node runs commands here: this cloud was started with --nodes none. Start it "
                 "with --nodes process or --nodes scripted.",
                 400, Code::conflict);
  std::vector<std::string> offline, chosen = named;
  for (const std::string& id : named)
    if (ping_status(call.cloud, {call.account, call.region, id}, call.now) != "Online")
      offline.push_back(id);
  if (!offline.empty()) return invalid_instances(call, offline);
  for (const std::string& id : targeted(find_region(call), in.items("Targets")))
    if (std::ranges::find(chosen, id) == chosen.end() &&
        !ping_status(call.cloud, {call.account, call.region, id}, call.now).empty())
      chosen.push_back(id);
  return chosen;
}

constexpr std::size_t most_command_bytes = 64 * 1024;  // of a document with its parameters

/// The role and the topic for news of the command. They are kept and shown; no news is sent.
/// Errors: InvalidRole, InvalidNotificationConfig, AccessDeniedException of iam:PassRole.
Result<void> check_notification(Call& call, const Value& in) {
  const std::string& role = in.text("ServiceRoleArn");
  const Value& news = in["NotificationConfig"];
  if (!role.empty() && (!role.starts_with("arn:aws") || role.find(":role/") == role.npos))
    return fault("InvalidRole",
                 "The role name can't contain invalid characters. Also verify that you specified "
                 "an IAM role for notifications that includes the required trust policy. For "
                 "information about configuring the IAM role for Run Command notifications, see "
                 "Monitoring Systems Manager status changes using Amazon SNS notifications in the "
                 "Amazon Web Services Systems Manager User Guide.");
  if (!role.empty()) TRY(call.authorise("iam:PassRole", role));
  if (news.size() == 0) return {};
  const std::string& topic = news.text("NotificationArn");
  if (!topic.starts_with("arn:aws") || topic.find(":sns:") == topic.npos || role.empty())
    return fault("InvalidNotificationConfig",
                 "One or more configuration items isn't valid. Verify that a valid Amazon Resource "
                 "Name (ARN) was provided for an Amazon Simple Notification Service topic.");
  return {};
}

struct Sent {
  FoundDocument found;
  document::CommandDocumentPtr document;
  std::map<std::string, std::vector<std::string>> parameters;
};

/// The document, with parameters that it takes. Errors: InvalidDocument, InvalidDocumentVersion,
/// InvalidParameters.
Result<Sent> read_document(Call& call, const Value& in) {
  (void)call.own_region();  // is there from now on
  Documents documents(call.state, call.account, call.region);
  Sent sent;
  sent.found = TRY(documents.find(in.text("DocumentName"), in.text("DocumentVersion")));
  if (sent.found.type != "Command")
    return fault("InvalidDocument",
                 fmt::format("Document {} has the type {}; SendCommand takes documents of the type "
                             "Command.",
                             sent.found.name, sent.found.type));
  if (const std::string& hash = in.text("DocumentHash"); !hash.empty()) {
    const std::string own =
        in.text("DocumentHashType") == "Sha1" ? hex(sha1(sent.found.content)) : sent.found.hash;
    if (!equals_ignore_case(hash, own))
      return fault("InvalidDocument",
                   fmt::format("The hash of document {} is not the one given.", sent.found.name));
  }
  auto parsed = call.state.texts->command(sent.found.content, sent.found.name);
  if (!parsed) return fault("InvalidDocument", parsed.error().message);
  sent.document = *parsed;
  const Value& given = in["Parameters"];
  if (given.is_object())
    for (const auto& [name, values, where] : given.as_object())
      sent.parameters[name] =
          values.is_list() ? texts(values.as_list()) : std::vector{document::render(values)};
  TRY(document::command_parameters(*sent.document, sent.parameters));
  std::size_t size = sent.found.content.size();
  for (const auto& [name, values] : sent.parameters)
    for (const std::string& value : values) size += value.size();
  if (size > most_command_bytes)
    return fault("MaxDocumentSizeExceeded", "The size limit of a document is 64 KB.");
  return sent;
}

/// Every node here is one of Linux: a document that is for Windows alone runs on none.
bool runs_on_linux(const Sent& sent) {
  std::vector<std::string> plugins;
  for (const document::CommandStep& step : sent.document->steps) plugins.push_back(step.action);
  const std::vector<std::string> platforms = platforms_of(plugins);
  return std::ranges::find(platforms, "Linux") != platforms.end();
}

}  // namespace

Resources send_resources(const Call& call, const Value& in) {
  const Region* region = find_region(call);
  Resources arns = {document_arn(region ? &region->ssm : nullptr, call.region, call.account,
                                 in.text("DocumentName"))};
  for (const std::string& id : addressed(call, in))
    arns.push_back(id.starts_with("mi-") ? fmt::format("arn:aws:ssm:{}:{}:managed-instance/{}",
                                                       call.region, call.account, id)
                                         : ec2::instance_arn(call.region, call.account, id));
  if (arns.size() == 1) arns.push_back(ec2::instance_arn(call.region, call.account, "*"));
  return arns;
}

void send_context(const Call& call, const Value& in, policy::Context& out) {
  policy::Context instances;
  ec2::instance_context(call, addressed(call, in), instances);
  // Only what an instance carries: a document has no tags here, and gets none lent.
  constexpr std::string_view prefix = "aws:resourcetag/";
  for (const auto& [key, values] : instances) {
    out.set(key, values);
    if (key.starts_with(prefix)) out.set("ssm:resourceTag/" + key.substr(prefix.size()), values);
  }
}

Result<Value> send_command(Call& call, const Value& in) {
  Sent sent = TRY(read_document(call, in));
  TRY(check_notification(call, in));
  std::vector<std::string> nodes = TRY(choose_nodes(call, in));
  const bool fits = runs_on_linux(sent);
  if (!fits && !in.items("InstanceIds").empty())
    return fault("UnsupportedPlatformType",
                 "The document doesn't support the platform type of the given instance ID(s). For "
                 "example, you sent an document for a Windows instance to a Linux node.");
  State& ssm = call.own_region().ssm;
  Command command{.id = call.state.random.uuid(),
                  .document = sent.found.name,
                  .document_version =
                      in.text("DocumentVersion").empty() ? "$DEFAULT" : in.text("DocumentVersion"),
                  .comment = in.text("Comment"),
                  .content = std::move(sent.found.content),
                  .parameters = std::move(sent.parameters),
                  .named = texts(in.items("InstanceIds")),
                  .instances = nodes,
                  .timeout_seconds = static_cast<int>(in.integer("TimeoutSeconds", 3600)),
                  .output_bucket = in.text("OutputS3BucketName"),
                  .output_prefix = in.text("OutputS3KeyPrefix"),
                  .output_region = in.text("OutputS3Region"),
                  .to_logs = in["CloudWatchOutputConfig"].flag("CloudWatchOutputEnabled"),
                  .log_group = in["CloudWatchOutputConfig"].text("CloudWatchLogGroupName"),
                  .service_role = in.text("ServiceRoleArn"),
                  .notification = in["NotificationConfig"],
                  .requested_by = call.caller.principal.arn,
                  .requested = call.now};
  if (!in.text("MaxConcurrency").empty()) command.max_concurrency = in.text("MaxConcurrency");
  if (!in.text("MaxErrors").empty()) command.max_errors = in.text("MaxErrors");
  for (const Value& target : in.items("Targets"))
    command.targets.push_back({target.text("Key"), texts(target.items("Values"))});
  for (const std::string& node : nodes) {
    Invocation invocation{.command = command.id, .instance = node};
    for (const document::CommandStep& step : sent.document->steps)
      invocation.plugins.push_back({.name = step.name, .action = step.action});
    std::string key = invocation_key(command.id, node);
    if (!fits) {
      invocation.status = "Failed";
      invocation.status_details = "InvalidPlatform";
    }
    ssm.invocations.put(key, std::move(invocation));
    if (fits) ssm.jobs.put(key, {.command = command.id, .instance = node});
  }
  call.effect = "created";
  std::string id = command.id;
  const Command& kept = ssm.commands.put(id, std::move(command));
  dispatch(ssm, kept, call.now);
  return object({{"Command", describe_command(ssm, kept, call.now)}});
}

Result<Value> cancel_command(Call& call, const Value& in) {
  State& ssm = call.own_region().ssm;
  const Command* command = ssm.commands.find(in.text("CommandId"));
  if (!command)
    return fault("InvalidCommandId",
                 fmt::format("The command ID {} is not valid.", in.text("CommandId")), 400,
                 Code::not_found);
  std::vector<std::string> chosen = texts(in.items("InstanceIds"));
  if (std::set<std::string>(chosen.begin(), chosen.end()).size() != chosen.size())
    return fault("DuplicateInstanceId", "You can't specify an instance ID in more than one place.");
  for (const std::string& id : chosen)
    if (std::ranges::find(command->instances, id) == command->instances.end())
      return invalid_instances(call, {id});
  if (chosen.empty()) {
    chosen = command->instances;
    ssm.commands.edit(in.text("CommandId"))->cancelled = true;
  }
  for (const std::string& id : chosen) {
    std::string key = invocation_key(in.text("CommandId"), id);
    Job* job = ssm.jobs.edit(key);
    if (!job) continue;  // it is over: a cancel comes too late
    Invocation& invocation = *ssm.invocations.edit(key);
    if (over(outcome(invocation, *ssm.commands.find(in.text("CommandId")), call.now).status))
      continue;
    call.effect = "changed";
    if (invocation.delivered) {
      job->cancel = true;  // the agent stops it
      invocation.status = invocation.status_details = "Cancelling";
      continue;
    }
    invocation.status = invocation.status_details = "Cancelled";
    for (PluginResult& plugin : invocation.plugins) plugin.status = "Cancelled";
    ssm.jobs.erase(key);
  }
  return Value(Object());
}

}  // namespace stint::cloud::ssm

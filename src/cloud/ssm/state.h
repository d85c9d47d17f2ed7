// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "cloud/fields.h"
#include "cloud/table.h"

/// Systems Manager of one account in one Region: documents, Run Command, parameters.
namespace stint::cloud::ssm {

struct DocumentVersion {
  std::string version;  ///< "1"
  std::string content, format = "JSON", hash;
  std::string version_name;
  Time created{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("DocumentVersion", self.version);
    visit("Content", self.content);
    visit("DocumentFormat", self.format);
    visit("Hash", self.hash);
    visit("VersionName", self.version_name);
    visit("CreatedDate", self.created);
  }
};

struct Document {
  std::string name, type = "Command";  ///< "Command" or "Automation"
  std::string owner;                   ///< account id, or "Amazon"
  std::string target_type, display_name;
  std::map<std::string, std::string> tags;
  std::string default_version = "1";
  std::vector<DocumentVersion> versions;  ///< oldest first
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Name", self.name);
    visit("DocumentType", self.type);
    visit("Owner", self.owner);
    visit("TargetType", self.target_type);
    visit("DisplayName", self.display_name);
    visit("Tags", self.tags);
    visit("DefaultVersion", self.default_version);
    visit("Versions", self.versions);
  }
};

struct PluginResult {
  std::string name;    ///< step name
  std::string action;  ///< "aws:runShellScript"
  std::string status = "Pending";
  int response_code = -1;
  std::string standard_output, standard_error;
  std::optional<Time> started, finished;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Name", self.name);
    visit("Action", self.action);
    visit("Status", self.status);
    visit("ResponseCode", self.response_code);
    visit("StandardOutputContent", self.standard_output);
    visit("StandardErrorContent", self.standard_error);
    visit("ResponseStartDateTime", self.started);
    visit("ResponseFinishDateTime", self.finished);
  }
};

/// One instance's part of a command; the key is "command id/instance id".
struct Invocation {
  std::string command, instance;
  std::string status =
      "Pending";  ///< Pending InProgress Success Cancelled Cancelling Failed TimedOut
  std::string status_details = "Pending";
  bool delivered = false;  ///< a node took it; never handed out twice
  std::vector<PluginResult> plugins;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("CommandId", self.command);
    visit("InstanceId", self.instance);
    visit("Status", self.status);
    visit("StatusDetails", self.status_details);
    visit("Delivered", self.delivered);
    visit("Plugins", self.plugins);
  }
};

struct Target {
  std::string key;  ///< "InstanceIds" or "tag:NAME"
  std::vector<std::string> values;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Key", self.key);
    visit("Values", self.values);
  }
};

struct Command {
  std::string id, document, document_version, comment;
  std::string content;  ///< the Command document, resolved version, as text
  std::map<std::string, std::vector<std::string>> parameters;
  std::vector<std::string> named;      ///< InstanceIds, as given
  std::vector<Target> targets;         ///< as given
  std::vector<std::string> instances;  ///< that it went to
  int timeout_seconds = 3600;          ///< delivery
  std::string output_bucket, output_prefix;
  std::string requested_by;  ///< ARN
  Time requested{};
  bool cancelled = false;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("CommandId", self.id);
    visit("DocumentName", self.document);
    visit("DocumentVersion", self.document_version);
    visit("Comment", self.comment);
    visit("Content", self.content);
    visit("Parameters", self.parameters);
    visit("InstanceIds", self.named);
    visit("Targets", self.targets);
    visit("SentTo", self.instances);
    visit("TimeoutSeconds", self.timeout_seconds);
    visit("OutputS3BucketName", self.output_bucket);
    visit("OutputS3KeyPrefix", self.output_prefix);
    visit("RequestedBy", self.requested_by);
    visit("RequestedDateTime", self.requested);
    visit("Cancelled", self.cancelled);
  }
};

/// What an agent has still to do: there is one for each invocation that is not over, with the same
/// key. It is all that an agent remembers, so a restarted program goes on where it was.
struct Job {
  std::string command, instance;
  int step = 0;             ///< the plugin that runs or comes next
  int attempt = 1;          ///< of that plugin: one that asked for a reboot runs again
  bool running = false;     ///< its process was ordered
  std::optional<Time> due;  ///< when a scripted process ends
  bool downloads = false;   ///< a download made the command's directory of downloads
  bool cancel = false;      ///< CancelCommand
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("CommandId", self.command);
    visit("InstanceId", self.instance);
    visit("Step", self.step);
    visit("Attempt", self.attempt);
    visit("Running", self.running);
    visit("Due", self.due);
    visit("Downloads", self.downloads);
    visit("Cancel", self.cancel);
  }
};

struct Parameter {
  std::string name, type = "String", value, description;
  int version = 1;
  Time modified{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Name", self.name);
    visit("Type", self.type);
    visit("Value", self.value);
    visit("Description", self.description);
    visit("Version", self.version);
    visit("LastModifiedDate", self.modified);
  }
};

struct State {
  Table<Document> documents;  ///< the account's own; Amazon's are in the program
  Table<Command> commands;
  Table<Invocation> invocations;
  Table<Job> jobs;  ///< empty when no agent has anything to do
  Table<Parameter> parameters;
  template <class Self, class Visitor>
  static void tables(Self& self, Visitor&& visit) {
    visit("documents", self.documents);
    visit("commands", self.commands);
    visit("invocations", self.invocations);
    visit("jobs", self.jobs);
    visit("parameters", self.parameters);
  }
};

}  // namespace stint::cloud::ssm

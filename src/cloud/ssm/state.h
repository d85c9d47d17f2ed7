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

/// Systems Manager of one account in one Region: documents, Run Command, parameters,
/// settings, inventory and compliance.
namespace stint::cloud::ssm {

/// One word of the review of a document's version.
struct DocumentReview {
  std::string status;  ///< "PENDING", "APPROVED", "REJECTED"
  std::string reviewer, comment;
  Time created{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("ReviewStatus", self.status);
    visit("Reviewer", self.reviewer);
    visit("Comment", self.comment);
    visit("CreateTime", self.created);
  }
};

struct DocumentVersion {
  std::string version;  ///< "1"
  std::string content, format = "JSON", hash;
  std::string version_name;
  Time created{};
  std::vector<DocumentReview> reviews;  ///< oldest first; the last one counts
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("DocumentVersion", self.version);
    visit("Content", self.content);
    visit("DocumentFormat", self.format);
    visit("Hash", self.hash);
    visit("VersionName", self.version_name);
    visit("CreatedDate", self.created);
    visit("Reviews", self.reviews);
  }
};

struct Document {
  std::string name, type = "Command";  ///< "Command" or "Automation"
  std::string owner;                   ///< account id, or "Amazon"
  std::string target_type, display_name;
  std::map<std::string, std::string> tags;
  std::string default_version = "1";
  std::vector<DocumentVersion> versions;  ///< oldest first
  int last_version = 0;  ///< the highest number there ever was; 0: that of the newest version
  /// Account ids, or "all", with the version that is shared: "$DEFAULT", "$LATEST" or "$ALL".
  std::map<std::string, std::string> shared;
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
    visit("LastVersion", self.last_version);
    visit("Shared", self.shared);
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
  /// When it was sent to its node; none: MaxConcurrency holds it back.
  std::optional<Time> sent;
  std::vector<PluginResult> plugins;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("CommandId", self.command);
    visit("InstanceId", self.instance);
    visit("Status", self.status);
    visit("StatusDetails", self.status_details);
    visit("Delivered", self.delivered);
    visit("Sent", self.sent);
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
  std::string max_concurrency = "50", max_errors = "0";
  std::string output_bucket, output_prefix, output_region;
  bool to_logs = false;   ///< CloudWatchOutputConfig
  std::string log_group;  ///< empty: the default one
  std::string service_role;
  Value notification;        ///< NotificationConfig, or null
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
    visit("OutputS3Region", self.output_region);
    visit("MaxConcurrency", self.max_concurrency);
    visit("MaxErrors", self.max_errors);
    visit("CloudWatchOutputEnabled", self.to_logs);
    visit("CloudWatchLogGroupName", self.log_group);
    visit("ServiceRole", self.service_role);
    visit("NotificationConfig", self.notification);
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

struct ParameterVersion {
  int version = 1;
  std::string type = "String";
  std::string value;   ///< of a SecureString: sealed (cloud/ssm/secrets.h)
  std::string key_id;  ///< SecureString: as given, or "alias/aws/ssm"
  std::string description, allowed_pattern;
  std::string tier = "Standard", data_type = "text";
  std::string policies;         ///< JSON text as given; empty: none
  std::optional<Time> expires;  ///< by its Expiration policy
  Time modified{};
  std::string modified_by;  ///< ARN
  std::vector<std::string> labels;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Version", self.version);
    visit("Type", self.type);
    visit("Value", self.value);
    visit("KeyId", self.key_id);
    visit("Description", self.description);
    visit("AllowedPattern", self.allowed_pattern);
    visit("Tier", self.tier);
    visit("DataType", self.data_type);
    visit("Policies", self.policies);
    visit("Expires", self.expires);
    visit("LastModifiedDate", self.modified);
    visit("LastModifiedUser", self.modified_by);
    visit("Labels", self.labels);
  }
};

struct Parameter {
  std::string name;
  std::map<std::string, std::string> tags;
  std::vector<ParameterVersion> versions;  ///< oldest first, never empty
  const ParameterVersion& newest() const { return versions.back(); }
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Name", self.name);
    visit("Tags", self.tags);
    visit("Versions", self.versions);
  }
};

/// What SecureString values are sealed with: as the key that AWS manages for an account, it is made
/// when it is first needed, and stays.
struct SealingKey {
  std::string secret;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Secret", self.secret);
  }
};

/// A service setting that somebody changed.
struct Setting {
  std::string value;
  Time modified{};
  std::string modified_by;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("SettingValue", self.value);
    visit("LastModifiedDate", self.modified);
    visit("LastModifiedUser", self.modified_by);
  }
};

/// One type of inventory of one node; the key is "INSTANCE/TYPE".
struct Inventory {
  std::string instance, type, schema_version, captured, hash;
  std::vector<std::map<std::string, std::string>> content;
  std::map<std::string, std::string> context;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("InstanceId", self.instance);
    visit("TypeName", self.type);
    visit("SchemaVersion", self.schema_version);
    visit("CaptureTime", self.captured);
    visit("ContentHash", self.hash);
    visit("Content", self.content);
    visit("Context", self.context);
  }
};

struct ComplianceEntry {
  std::string id, title, severity, status;
  std::map<std::string, std::string> details;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Id", self.id);
    visit("Title", self.title);
    visit("Severity", self.severity);
    visit("Status", self.status);
    visit("Details", self.details);
  }
};

/// What was reported of one resource for one type of compliance; the key is "RESOURCE/TYPE".
struct Compliance {
  std::string resource, resource_type, type;
  std::string execution_id, execution_type;
  Time executed{};
  std::string hash;
  std::vector<ComplianceEntry> entries;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("ResourceId", self.resource);
    visit("ResourceType", self.resource_type);
    visit("ComplianceType", self.type);
    visit("ExecutionId", self.execution_id);
    visit("ExecutionType", self.execution_type);
    visit("ExecutionTime", self.executed);
    visit("ItemContentHash", self.hash);
    visit("Items", self.entries);
  }
};

/// A DeleteInventory; the key is its id.
struct InventoryDeletion {
  std::string id, type;
  Time started{};
  std::int64_t count = 0;  ///< of nodes that had items of the type
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("DeletionId", self.id);
    visit("TypeName", self.type);
    visit("DeletionStartTime", self.started);
    visit("Count", self.count);
  }
};

struct State {
  Table<Document> documents;  ///< the account's own; Amazon's are in the program
  Table<Command> commands;
  Table<Invocation> invocations;
  Table<Job> jobs;  ///< empty when no agent has anything to do
  Table<Parameter> parameters;
  Table<SealingKey> keys;      ///< "aws/ssm"
  Table<Setting> settings;     ///< by id, "/ssm/..."
  Table<Inventory> inventory;  ///< that nodes have reported
  Table<InventoryDeletion> deletions;
  Table<Compliance> compliance;
  template <class Self, class Visitor>
  static void tables(Self& self, Visitor&& visit) {
    visit("documents", self.documents);
    visit("commands", self.commands);
    visit("invocations", self.invocations);
    visit("jobs", self.jobs);
    visit("parameters", self.parameters);
    visit("keys", self.keys);
    visit("settings", self.settings);
    visit("inventory", self.inventory);
    visit("deletions", self.deletions);
    visit("compliance", self.compliance);
  }
};

}  // namespace stint::cloud::ssm

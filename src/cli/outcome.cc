// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/outcome.h"

#include "actions/table.h"
#include "engine/describe.h"
#include "value/json.h"

namespace stint::cli {

Result<std::string> check_document(const engine::FoundDocument& document) {
  document::ParseOptions options{.source_name = document.name,
                                 .find_action = actions::find_spec,
                                 .amazon_owned = document.amazon_owned};
  std::vector<Remark> remarks;
  Result<document::DocumentPtr> parsed =
      document::parse_document(std::string_view(document.content), options, &remarks);
  if (!parsed) return fail(parsed.error());
  for (const Remark& remark : remarks)
    std::fprintf(stderr, "stint: warning: %s:%u:%u: %s\n", document.name.c_str(), remark.where.line,
                 remark.where.column, remark.message.c_str());
  return std::string();
}

int exit_of(engine::Status status) {
  switch (status) {
    case engine::Status::success:
      return good;
    case engine::Status::cancelled:
      return cancelled;
    default:
      return failed;
  }
}

std::vector<std::string> audit_row(const Value& entry) {
  std::string outcome = entry.text("decision");
  if (const std::string& error = entry.text("error"); !error.empty()) outcome += " (" + error + ")";
  std::string principal = entry.text("principal");
  if (const std::size_t name = principal.rfind(":"); name != std::string::npos)
    principal = principal.substr(name + 1);
  std::string time = entry.text("time");
  if (time.size() >= 23) time = time.substr(11, 12);
  return {time,
          principal,
          entry.text("service") + ":" + entry.text("operation"),
          outcome,
          entry.text("effect"),
          entry.text("resource")};
}

namespace {

/// Every call since the world was opened: the engine's, its children's, the agents'.
Value::List audit_of(host::World& world) {
  Value::List out;
  if (const world::EmbeddedPorts* ports = world.embedded_ports())
    for (const cloud::AuditEntry& entry : ports->audit()) out.push_back(cloud::to_value(entry));
  return out;
}

}  // namespace

int tell_outcome(host::World& world, const engine::Execution& execution, const cloud::State& before,
                 bool json) {
  const std::vector<cloud::Change> changes =
      world.embedded() ? cloud::lasting(before, world.cloud().state) : std::vector<cloud::Change>();
  if (json) {
    print(to_json(object({{"execution", engine::describe(execution)},
                          {"diff", changes_value(changes)},
                          {"audit", Value(audit_of(world))}})));
    return exit_of(execution.status);
  }
  const Duration took = execution.ended.value_or(execution.start->time) - execution.start->time;
  print("");
  print(std::string(engine::to_string(execution.status)) + " after " + human(took) +
        "   execution " + execution.start->id);
  if (!execution.failure_message.empty()) print("  " + execution.failure_message);
  const Value outputs = engine::document_outputs(execution);
  for (const auto& [name, values, where] : outputs.as_object())
    print("  " + name + " = " + to_json(values));
  if (world.embedded()) {
    if (changes.empty()) {
      print("The cloud is as it was before.");
    } else {
      print("What is different in the cloud now:");
      for (const std::string& line : change_lines(changes)) print("  " + line);
    }
  }
  return exit_of(execution.status);
}

}  // namespace stint::cli

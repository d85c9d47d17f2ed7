// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// stint show, list, audit: what a state holds, also while another process owns it.
#include "cli/common.h"
#include "cli/outcome.h"
#include "cli/table.h"
#include "engine/describe.h"
#include "value/json.h"

namespace stint::cli {
namespace {

Result<std::unique_ptr<host::World>> open_to_read(const Arguments& arguments) {
  host::WorldOptions options;
  options.state = arguments.value("--state");
  if (options.state.empty())
    return fail(Code::invalid, "this command looks into a state: name it with --state FILE");
  options.must_exist = true;
  options.read_only = true;
  options.nodes = host::Nodes::none;
  return open_world(options);
}

}  // namespace

int show(const Arguments& arguments) {
  Result<std::unique_ptr<host::World>> world = open_to_read(arguments);
  if (!world) return report(world.error());
  Result<engine::Execution> found = (*world)->engine().read(arguments.positional(0));
  if (!found) return report(found.error());
  const Value execution = engine::describe(*found);
  if (arguments.has("--json")) {
    print(to_json(object({{"execution", execution}})));
    return good;
  }
  print(execution.text("DocumentName") + "   " + execution.text("AutomationExecutionStatus") +
        "   " + execution.text("AutomationExecutionId"));
  print("started " + execution.text("ExecutionStartTime") + " by " + execution.text("ExecutedBy"));
  if (const std::string& message = execution.text("FailureMessage"); !message.empty())
    print(message);
  std::vector<std::vector<std::string>> rows = {{"STATUS", "STEP", "ACTION", "TOOK"}};
  for (std::size_t i = 0; i < found->steps.size(); ++i) {
    const engine::StepState& step = found->steps[i];
    rows.push_back({std::string(engine::to_string(step.status)), found->document->steps[i].name,
                    found->document->steps[i].action,
                    step.started && step.ended ? human(*step.ended - *step.started) : ""});
  }
  std::fputs(table(rows).c_str(), stdout);
  return good;
}

int list(const Arguments& arguments) {
  Result<std::unique_ptr<host::World>> world = open_to_read(arguments);
  if (!world) return report(world.error());
  Result<std::vector<store::Head>> heads = (*world)->store().heads();
  if (!heads) return report(heads.error());
  if (arguments.has("--json")) {
    Value::List out;
    for (const store::Head& head : *heads)
      out.push_back(
          object({{"AutomationExecutionId", head.execution},
                  {"DocumentName", head.document},
                  {"AutomationExecutionStatus", head.status},
                  {"CurrentStepName", head.current_step},
                  {"ParentAutomationExecutionId", head.parent},
                  {"ExecutionStartTime", iso8601(head.started, true)},
                  {"ExecutionEndTime", head.ended ? Value(iso8601(*head.ended, true)) : Value()},
                  {"ExecutedBy", head.executed_by},
                  {"FailureMessage", head.message}}));
    print(to_json(object({{"executions", Value(std::move(out))}})));
    return good;
  }
  std::vector<std::vector<std::string>> rows = {{"STATUS", "STARTED", "DOCUMENT", "STEP", "ID"}};
  for (const store::Head& head : *heads)
    rows.push_back({head.status, iso8601(head.started),
                    (head.parent.empty() ? "" : "> ") + head.document, head.current_step,
                    head.execution});
  std::fputs(table(rows).c_str(), stdout);
  return good;
}

int audit(const Arguments& arguments) {
  Result<std::unique_ptr<host::World>> world = open_to_read(arguments);
  if (!world) return report(world.error());
  Result<std::vector<Value>> entries = (*world)->store().audit(arguments.value("--execution"));
  if (!entries) return report(entries.error());
  if (arguments.has("--json")) {
    print(to_json(object({{"audit", Value(Value::List(*entries))}})));
    return good;
  }
  std::vector<std::vector<std::string>> rows = {
      {"TIME", "PRINCIPAL", "CALL", "DECISION", "EFFECT", "RESOURCE"}};
  for (const Value& entry : *entries) rows.push_back(audit_row(entry));
  std::fputs(table(rows).c_str(), stdout);
  return good;
}

}  // namespace stint::cli

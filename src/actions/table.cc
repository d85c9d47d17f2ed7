// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "actions/table.h"

#include <algorithm>
#include <array>

#include "actions/acts.h"

namespace stint::actions {
namespace {

using document::InputSpec;
using std::string_view;

constexpr std::array<InputSpec, 4> property_inputs = {
    {{"Service", true}, {"Api", true}, {"PropertySelector", true}, {"DesiredValues", true}}};
constexpr std::array<InputSpec, 2> branch_inputs = {{{"Choices", true}, {"Default", false}}};
constexpr std::array<InputSpec, 10> automation_inputs = {{{"DocumentName", true},
                                                          {"DocumentVersion"},
                                                          {"RuntimeParameters"},
                                                          {"MaxConcurrency"},
                                                          {"MaxErrors"},
                                                          {"Tags"},
                                                          {"TargetLocations"},
                                                          {"TargetMaps"},
                                                          {"TargetParameterName"},
                                                          {"Targets"}}};
constexpr std::array<InputSpec, 2> api_inputs = {{{"Service", true}, {"Api", true}}};
constexpr std::array<InputSpec, 16> command_inputs = {{{"DocumentName", true},
                                                       {"InstanceIds"},
                                                       {"Targets"},
                                                       {"Parameters"},
                                                       {"CloudWatchOutputConfig"},
                                                       {"Comment"},
                                                       {"DocumentHash"},
                                                       {"DocumentHashType"},
                                                       {"DocumentVersion"},
                                                       {"MaxConcurrency"},
                                                       {"MaxErrors"},
                                                       {"NotificationConfig"},
                                                       {"OutputS3BucketName"},
                                                       {"OutputS3KeyPrefix"},
                                                       {"ServiceRoleArn"},
                                                       {"TimeoutSeconds"}}};
constexpr std::array<InputSpec, 2> sleep_inputs = {{{"Duration"}, {"Timestamp"}}};

constexpr std::array<string_view, 3> automation_outputs = {"ExecutionId", "Output", "Status"};
constexpr std::array<string_view, 1> api_outputs = {"OutputPayload"};
constexpr std::array<string_view, 5> command_outputs = {"CommandId", "Output", "OutputPayload",
                                                        "ResponseCode", "Status"};

constexpr engine::Action rows[] = {
    {.spec = {"aws:assertAwsResourceProperty", property_inputs, true, {}},
     .act = assert_aws_resource_property,
     .cap_seconds = 25},
    {.spec = {"aws:branch", branch_inputs, false, {}, branch_targets, check_branch},
     .act = branch,
     .resolve = resolve_branch},
    {.spec = {"aws:executeAutomation", automation_inputs, false, automation_outputs},
     .act = execute_automation,
     .handles_cancel = true},
    {.spec = {"aws:executeAwsApi", api_inputs, true, api_outputs},
     .act = execute_aws_api,
     .cap_seconds = 25},
    {.spec = {"aws:runCommand", command_inputs, false, command_outputs},
     .act = run_command,
     .handles_cancel = true},
    {.spec = {"aws:sleep", sleep_inputs, false, {}}, .act = sleep},
    {.spec = {"aws:waitForAwsResourceProperty", property_inputs, true, {}},
     .act = wait_for_aws_resource_property,
     .default_timeout_seconds = 3600},
};
static_assert(std::ranges::is_sorted(rows, {},
                                     [](const engine::Action& row) { return row.spec.name; }));

}  // namespace

engine::ActionTable table() {
  return rows;
}

const document::ActionSpec* find_spec(std::string_view action) {
  const engine::Action* row = engine::find_action(rows, action);
  return row ? &row->spec : nullptr;
}

}  // namespace stint::actions

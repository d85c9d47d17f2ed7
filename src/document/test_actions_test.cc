// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/test_actions.h"

#include <array>
#include <vector>

namespace stint::document {
namespace {

struct ActionRow {
  std::string_view name;
  std::vector<InputSpec> inputs;
  std::vector<std::string_view> outputs;
  bool open = false;
  std::vector<std::string> (*targets)(const Value& inputs) = nullptr;
};

std::vector<std::string> branch_targets(const Value& inputs) {
  std::vector<std::string> out;
  for (const Value& choice : inputs.items("Choices")) out.push_back(choice.text("NextStep"));
  if (inputs.find("Default")) out.push_back(inputs.text("Default"));
  return out;
}

const std::vector<ActionRow>& rows() {
  static const std::vector<ActionRow> made = {
      {"aws:approve",
       {{"Approvers", true}, {"MinRequiredApprovals"}, {"NotificationArn"}, {"Message"}},
       {"ApprovalStatus", "ApproverDecisions"}},
      {"aws:assertAwsResourceProperty",
       {{"Service", true}, {"Api", true}, {"PropertySelector", true}, {"DesiredValues", true}},
       {},
       true},
      {"aws:branch", {{"Choices", true}, {"Default"}}, {}, false, branch_targets},
      {"aws:changeInstanceState",
       {{"InstanceIds", true},
        {"DesiredState", true},
        {"CheckStateOnly"},
        {"Force"},
        {"AdditionalInfo"}},
       {"InstanceStates"}},
      {"aws:copyImage",
       {{"SourceRegion", true},
        {"SourceImageId", true},
        {"ImageName", true},
        {"ImageDescription"},
        {"Encrypted"},
        {"KmsKeyId"},
        {"ClientToken"}},
       {"ImageId", "ImageState"}},
      {"aws:createImage",
       {{"InstanceId", true},
        {"ImageName", true},
        {"ImageDescription"},
        {"NoReboot"},
        {"BlockDeviceMappings"}},
       {"ImageId", "ImageState"}},
      {"aws:createStack",
       {{"StackName", true},
        {"Capabilities"},
        {"ClientRequestToken"},
        {"DisableRollback"},
        {"NotificationARNs"},
        {"OnFailure"},
        {"Parameters"},
        {"ResourceTypes"},
        {"RoleARN"},
        {"StackPolicyBody"},
        {"StackPolicyURL"},
        {"Tags"},
        {"TemplateBody"},
        {"TemplateURL"},
        {"TimeoutInMinutes"}},
       {"StackId", "StackStatus", "StackStatusReason"}},
      {"aws:createTags", {{"ResourceIds", true}, {"Tags", true}, {"ResourceType"}}, {}},
      {"aws:deleteImage", {{"ImageId", true}}, {}},
      {"aws:deleteStack",
       {{"StackName", true}, {"ClientRequestToken"}, {"RetainResources.member.N"}, {"RoleARN"}},
       {}},
      {"aws:executeAutomation",
       {{"DocumentName", true},
        {"DocumentVersion"},
        {"RuntimeParameters"},
        {"MaxConcurrency"},
        {"MaxErrors"},
        {"Tags"},
        {"TargetLocations"},
        {"TargetMaps"},
        {"TargetParameterName"},
        {"Targets"}},
       {"ExecutionId", "Status", "Output"}},
      {"aws:executeAwsApi", {{"Service", true}, {"Api", true}}, {"OutputPayload"}, true},
      {"aws:executeScript",
       {{"Runtime", true}, {"Handler"}, {"InputPayload"}, {"Script"}, {"Attachment"}},
       {"Payload", "ExecutionLog"}},
      {"aws:executeStateMachine",
       {{"stateMachineArn", true}, {"name"}, {"input"}},
       {"executionArn", "input", "name", "output", "startDate", "stateMachineArn", "status",
        "stopDate"}},
      {"aws:invokeLambdaFunction",
       {{"FunctionName", true},
        {"Qualifier"},
        {"InvocationType"},
        {"LogType"},
        {"ClientContext"},
        {"InputPayload"},
        {"Payload"}},
       {"StatusCode", "FunctionError", "LogResult", "Payload"}},
      {"aws:invokeWebhook", {{"IntegrationName", true}, {"Body"}}, {"Response", "ResponseCode"}},
      {"aws:loop",
       {{"Steps", true}, {"Iterators"}, {"IteratorDataType"}, {"LoopCondition"}, {"MaxIterations"}},
       {"CurrentIteration", "CurrentIteratorValue"}},
      {"aws:pause", {}, {}},
      {"aws:runCommand",
       {{"DocumentName", true},
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
        {"TimeoutSeconds"}},
       {"CommandId", "Status", "ResponseCode", "Output", "OutputPayload"}},
      {"aws:runInstances",
       {{"ImageId", true},
        {"InstanceType"},
        {"MinInstanceCount"},
        {"MaxInstanceCount"},
        {"AdditionalInfo"},
        {"BlockDeviceMappings"},
        {"ClientToken"},
        {"DisableApiTermination"},
        {"EbsOptimized"},
        {"IamInstanceProfileArn"},
        {"IamInstanceProfileName"},
        {"InstanceInitiatedShutdownBehavior"},
        {"KernelId"},
        {"KeyName"},
        {"MetadataOptions"},
        {"Monitoring"},
        {"NetworkInterfaces"},
        {"Placement"},
        {"PrivateIpAddress"},
        {"RamdiskId"},
        {"SecurityGroupIds"},
        {"SecurityGroups"},
        {"SubnetId"},
        {"TagSpecifications"},
        {"UserData"}},
       {"InstanceIds", "InstanceStates"}},
      {"aws:sleep", {{"Duration"}, {"Timestamp"}}, {}},
      {"aws:updateVariable", {{"Name", true}, {"Value", true}}, {}},
      {"aws:waitForAwsResourceProperty",
       {{"Service", true}, {"Api", true}, {"PropertySelector", true}, {"DesiredValues", true}},
       {},
       true},
  };
  return made;
}

}  // namespace

const ActionSpec* find_test_action(std::string_view action) {
  static const std::vector<ActionSpec> specs = [] {
    std::vector<ActionSpec> out;
    for (const ActionRow& row : rows())
      out.push_back({.name = row.name,
                     .inputs = row.inputs,
                     .open_inputs = row.open,
                     .outputs = row.outputs,
                     .targets = row.targets});
    return out;
  }();
  for (const ActionSpec& spec : specs)
    if (spec.name == action) return &spec;
  return nullptr;
}

}  // namespace stint::document

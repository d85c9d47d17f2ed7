// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/command.h"

#include <gtest/gtest.h>

#include "value/json.h"

namespace stint::document {
namespace {

constexpr std::string_view shell = R"yaml(schemaVersion: "2.2"
description: Runs a script
parameters:
  commands: {type: StringList}
  workingDirectory: {type: String, default: ""}
  executionTimeout: {type: String, default: "3600", allowedPattern: "([1-9][0-9]{0,4})|(172800)"}
  sourceInfo: {type: StringMap, default: {}}
mainSteps:
  - action: aws:runShellScript
    name: runShellScript
    precondition: {StringEquals: [platformType, Linux]}
    onFailure: exit
    timeoutSeconds: 60
    inputs:
      timeoutSeconds: "{{ executionTimeout }}"
      runCommand: ["#!/bin/sh", "{{ commands }}", "docker ps --format '{{.Names}}'"]
      workingDirectory: "{{ workingDirectory }}/sub"
)yaml";

TEST(CommandDocument, IsReadWithAllItsParts) {
  Result<CommandDocumentPtr> read = parse_command_document(shell, "shell.yaml");
  ASSERT_TRUE(read) << read.error().message;
  const CommandDocument& document = **read;
  EXPECT_EQ(document.schema_version, "2.2");
  ASSERT_EQ(document.steps.size(), 1u);
  const CommandStep& step = document.steps[0];
  EXPECT_EQ(step.action, "aws:runShellScript");
  EXPECT_EQ(step.on_failure, "exit");
  EXPECT_EQ(step.timeout_seconds, 60);
  EXPECT_EQ(to_json(step.precondition), R"({"StringEquals":["platformType","Linux"]})");
}

TEST(CommandDocument, ParametersAreTypedAndReplaced) {
  const CommandDocumentPtr document = *parse_command_document(shell, "shell.yaml");
  const Result<Value> values = command_parameters(
      *document, {{"commands", {"echo 1", "echo 2"}}, {"sourceInfo", {R"({"path":"x"})"}}});
  ASSERT_TRUE(values) << values.error().message;
  EXPECT_EQ(to_json(*values), R"({"commands":["echo 1","echo 2"],"workingDirectory":"",)"
                              R"("executionTimeout":"3600","sourceInfo":{"path":"x"}})");
  EXPECT_EQ(to_json(*command_inputs(document->steps[0], *values)),
            R"({"timeoutSeconds":"3600","runCommand":["#!/bin/sh","echo 1","echo 2",)"
            R"("docker ps --format '{{.Names}}'"],"workingDirectory":"/sub"})");
}

TEST(CommandDocument, WrongParametersAreRefused) {
  const CommandDocumentPtr document = *parse_command_document(shell, "shell.yaml");
  const auto problem = [&](const std::map<std::string, std::vector<std::string>>& supplied) {
    const Result<Value> values = command_parameters(*document, supplied);
    if (values) return std::string("typed");
    EXPECT_EQ(values.error().name, "InvalidParameters");
    return values.error().message;
  };
  EXPECT_EQ(problem({}), "Missing required parameter: commands in user inputs.");
  EXPECT_EQ(problem({{"command", {"x"}}}),
            "Parameter \"command\" is not declared. Did you mean \"commands\"?");
  EXPECT_TRUE(problem({{"commands", {"x"}}, {"executionTimeout", {"0"}}})
                  .find("does not match the allowed pattern") != std::string::npos);
  EXPECT_EQ(problem({{"commands", {"x"}}, {"workingDirectory", {"a", "b"}}}),
            "Parameter \"workingDirectory\" has value \"[\"a\",\"b\"]\" which is not of type "
            "String.");
}

TEST(CommandDocument, OfTheFirstSchemaHasPluginsForSteps) {
  const Result<CommandDocumentPtr> document = parse_command_document(
      R"({"schemaVersion":"1.2","parameters":{"commands":{"type":"StringList"}},
          "runtimeConfig":{"aws:runShellScript":{"properties":[
            {"id":"0.aws:runShellScript","runCommand":"{{ commands }}"}]}}})",
      "old.json");
  ASSERT_TRUE(document) << document.error().message;
  ASSERT_EQ((*document)->steps.size(), 1u);
  EXPECT_EQ((*document)->steps[0].name, "aws:runShellScript");
  EXPECT_EQ(
      to_json(*command_inputs((*document)->steps[0], object({{"commands", Value::list({"ls"})}}))),
      R"({"id":"0.aws:runShellScript","runCommand":["ls"]})");
}

TEST(CommandDocument, IsRefusedWithItsPlace) {
  const auto problem = [](std::string_view text) {
    const Result<CommandDocumentPtr> document = parse_command_document(text, "c.yaml");
    return document ? "loads" : document.error().message;
  };
  const std::string head = "schemaVersion: '2.2'\n";
  EXPECT_EQ(problem("schemaVersion: '0.3'\n"),
            "c.yaml:1:16: 0.3 is not a valid schema version for Command document type");
  EXPECT_EQ(problem(head), "c.yaml:1:1: Missing \"mainSteps\" in the document.");
  EXPECT_EQ(problem(head + "mainSteps:\n  - {action: 'aws:runShellScript'}\n"),
            "c.yaml:3:5: Missing \"name\" in step detail.");
  EXPECT_EQ(problem(head + "mainSteps:\n  - {name: a, action: shell}\n"),
            "c.yaml:3:23: step a: Unknown plugin name: shell");
  EXPECT_EQ(problem(head + "mainSteps:\n  - {name: a, action: 'aws:x', inputs: {y: '{{ z }}'}}\n"),
            "c.yaml:3:44: step a: Parameter \"z\" is not declared.");
  EXPECT_EQ(
      problem(head +
              "mainSteps:\n  - {name: a, action: 'aws:x', precondition: {StringEquals: x}}\n"),
      "c.yaml:3:46: step a: A precondition must be StringEquals with a list of two texts.");
}

}  // namespace
}  // namespace stint::document

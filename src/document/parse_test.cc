// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "document/document.h"
#include "document/test_actions.h"

namespace stint::document {
namespace {

const ParseOptions options{.source_name = "d.yaml", .find_action = find_test_action};

std::string head = "schemaVersion: '0.3'\n";

std::string problem(const std::string& text) {
  Result<DocumentPtr> document = parse_document(text, options);
  if (document) return "loads";
  EXPECT_EQ(document.error().code, Code::invalid);
  EXPECT_EQ(document.error().name, "InvalidDocumentContent");
  return document.error().message;
}
/// A document whose steps are the given YAML.
std::string steps(std::string_view yaml) {
  return head +
         "parameters: {Known: {type: String}}\nvariables: {seen: {type: Integer, default: 0}}\n" +
         "mainSteps:\n" + std::string(yaml);
}
/// What is wrong with the steps, without the place.
std::string step_problem(std::string_view yaml) {
  std::string sentence = problem(steps(yaml));
  const auto colon = sentence.find(": ");
  return sentence == "loads" ? sentence : sentence.substr(colon + 2);
}
std::vector<std::string> remarks_of(const std::string& text) {
  std::vector<Remark> remarks;
  Result<DocumentPtr> document = parse_document(text, options, &remarks);
  EXPECT_TRUE(document) << document.error().message;
  std::vector<std::string> out;
  for (const Remark& remark : remarks) out.push_back(remark.message);
  return out;
}

constexpr std::string_view nap = "  - {name: nap, action: 'aws:sleep', inputs: {Duration: PT1S}}\n";

TEST(Document, IsReadWithAllItsParts) {
  const std::string text = R"(schemaVersion: "0.3"
description: What it does
assumeRole: "{{ AutomationAssumeRole }}"
parameters:
  AutomationAssumeRole: {type: String, default: ''}
  1stName: {type: AWS::EC2::Instance::Id, description: d}
variables:
  map: {type: StringMap, default: "{}"}
mainSteps:
  - name: first
    action: aws:executeAwsApi
    description: reads
    inputs: {Service: ec2, Api: DescribeInstances, InstanceIds: ["{{ 1stName }}"]}
    outputs:
      - {Name: State, Selector: "$.Reservations[0].Instances[0].State.Name"}
      - {Name: Count, Selector: "$..Code", Type: Integer}
    onFailure: "step:last"
    onCancel: step:last
    isCritical: "false"
    maxAttempts: "3"
    timeoutSeconds: "600"
    nextStep: last
  - name: middle
    action: aws:sleep
    inputs: {Duration: "{{ first.State }}"}
    onFailure: Continue
  - name: last
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: StopInstances}
    isEnd: true
outputs: [first.State]
files: {a.py: {checksums: {sha256: x}}}
)";
  Result<DocumentPtr> read = parse_document(text, options);
  ASSERT_TRUE(read) << read.error().message;
  const Document& document = **read;
  EXPECT_EQ(document.description, "What it does");
  EXPECT_EQ(document.assume_role.references().size(), 1u);
  ASSERT_EQ(document.parameters.size(), 2u);
  EXPECT_EQ(document.parameters[1].type_name, "AWS::EC2::Instance::Id");
  EXPECT_EQ(document.parameters[1].type, Type::string);
  EXPECT_TRUE(document.variables[0].default_value->is_object());
  ASSERT_EQ(document.steps.size(), 3u);
  const Step& first = document.steps[0];
  EXPECT_EQ(first.on_failure.kind, Jump::Kind::step);
  EXPECT_EQ(first.on_failure.index, 2);
  EXPECT_EQ(first.on_cancel.index, 2);
  EXPECT_EQ(first.next_index, 2);
  EXPECT_EQ(first.is_critical, false);
  EXPECT_FALSE(first.critical());
  EXPECT_EQ(first.max_attempts, 3);
  EXPECT_EQ(first.timeout_seconds, 600);
  EXPECT_EQ(first.outputs[1].type, Type::integer);
  EXPECT_EQ(first.where.line, 10u);
  EXPECT_FALSE(document.steps[1].critical()) << "Continue without isCritical";
  EXPECT_EQ(document.steps[1].inputs.references()[0]->step, 0);
  EXPECT_TRUE(document.steps[2].critical());
  EXPECT_TRUE(document.steps[2].is_end);
  EXPECT_EQ(document.step_index("last"), 2);
  EXPECT_EQ(document.find_step("none"), nullptr);
  EXPECT_EQ(document.outputs, (std::vector<std::string>{"first.State"}));
}

TEST(Document, IsTheSameFromJson) {
  const std::string text =
      R"({"schemaVersion":"0.3","mainSteps":[{"name":"a","action":"aws:sleep","inputs":{"Duration":"PT1S"}}]})";
  EXPECT_TRUE(parse_document(text, options));
  const Value content = *parse_json(text);
  EXPECT_TRUE(parse_document(content, options));
}

TEST(Document, IsRefusedWithFileLineColumnAndStep) {
  EXPECT_EQ(problem(steps("  - name: a\n    action: aws:nothing\n    inputs: {}\n")),
            "d.yaml:5:5: step a: Unknown action: aws:nothing");
  EXPECT_EQ(
      problem(steps("  - name: a\n    action: aws:sleep\n    inputs: {Duration: '{{ x }}'}\n")),
      "d.yaml:7:24: step a: Parameter \"x\" is not declared.");
  EXPECT_EQ(problem("{\n  \"schemaVersion\": \"0.3\",\n}"),
            "d.yaml:3:1: expected a key in double quotes but found '}'");
  EXPECT_EQ(problem("a: 1\na: 2\n"), "d.yaml:2:1: the key \"a\" is written twice");
}

TEST(Document, ShapeIsCheckedInTheWordsOfAws) {
  const std::string ok(nap);
  const std::pair<std::string, const char*> rows[] = {
      {"[]", "d.yaml:1:1: A document must be a map with a schemaVersion."},
      {"mainSteps: []\n", "d.yaml:1:1: Missing \"schemaVersion\" in the document."},
      {"schemaVersion: '2.2'\nmainSteps:\n" + ok,
       "d.yaml:1:16: 2.2 is not a valid schema version for Automation document type"},
      {head, "d.yaml:1:1: Missing \"mainSteps\" in the document."},
      {head + "mainSteps: []\n", "d.yaml:1:1: Missing \"mainSteps\" in the document."},
      {head + "extra: 1\nmainSteps:\n" + ok, "d.yaml:2:1: Unknown property \"extra\""},
      {head + "parameters: {my-name: {type: String}}\nmainSteps:\n" + ok,
       "d.yaml:2:14: Parameter name \"my-name\" is not alpha-numeric."},
      {head + "parameters: {p: {type: Text}}\nmainSteps:\n" + ok,
       "d.yaml:2:24: Parameter type: Text is invalid."},
      {head + "parameters: {p: {description: x}}\nmainSteps:\n" + ok,
       "d.yaml:2:14: Missing \"type\" in parameter definition."},
      {head + "parameters: {p: {type: Boolean, default: 'true'}}\nmainSteps:\n" + ok,
       "d.yaml:2:42: Wrong default value for a \"Boolean\" parameters"},
      {head + "parameters: {p: {type: StringList, default: x}}\nmainSteps:\n" + ok,
       "d.yaml:2:45: Wrong default value for a \"StringList\" parameters"},
      {head + "assumeRole: '{{ Role }}'\nmainSteps:\n" + ok,
       "d.yaml:2:13: Parameter \"Role\" is not declared."},
      {head + "assumeRole: '{{ssm:role}}'\nmainSteps:\n" + ok,
       "d.yaml:2:13: {{ ssm:role }} may stand only in the default of a parameter."}};
  for (const auto& [text, sentence] : rows) EXPECT_EQ(problem(text), sentence) << text;
}

TEST(Document, StepsAreCheckedInTheWordsOfAws) {
  const std::string ok(nap);
  const std::pair<std::string, const char*> rows[] = {
      {"  - {action: 'aws:sleep'}\n", "Missing \"name\" in step detail."},
      {"  - {name: a}\n", "step a: Missing \"action\" in step detail."},
      {"  - {name: a-b, action: 'aws:sleep'}\n", "StepName: a-b is invalid."},
      {ok + ok, "Duplicate step names found in mainSteps of the document."},
      {"  - {name: a, action: 'aws:runCommand', inputs: {runCommand: x}}\n",
       "step a: Missing required input names. Required=[ [DocumentName] ], Provided =[ "
       "[runCommand] ]."},
      {"  - {name: a, action: 'aws:sleep', nextStep: b}\n",
       "step a: Unknown step name: \"b\" in nextStep"},
      {"  - {name: a, action: 'aws:sleep', onFailure: 'step:nop'}\n" + ok,
       "step a: Unknown step name: \"nop\" in onFailure (did you mean nap?)"},
      {"  - {name: a, action: 'aws:executeScript', inputs: {Runtime: x}, onCancel: 'step:b'}\n",
       "step a: Unknown step name: \"b\" in onCancel"},
      {"  - {name: a, action: 'aws:executeScript', inputs: {Runtime: x}, onCancel: 'step:nap'}\n" +
           ok,
       "step a: onCancel must not lead to step nap: aws:sleep is not allowed there."},
      {"  - {name: a, action: 'aws:sleep', isEnd: true, nextStep: nap}\n" + ok,
       "step a: \"isEnd == true\" and nextStep should not exist in same step."},
      {"  - {name: a, action: 'aws:sleep', onFailure: Retry}\n",
       "step a: onFailure must be Abort, Continue or step:NAME but is \"Retry\"."},
      {"  - {name: a, action: 'aws:sleep', isCritical: maybe}\n",
       "step a: \"isCritical\" must be true or false."},
      {"  - {name: a, action: 'aws:sleep', timeoutSeconds: soon}\n",
       "step a: \"timeoutSeconds\" must be a whole number."},
      {"  - {name: a, action: 'aws:sleep', precondition: {}}\n",
       "step a: Unknown property \"precondition\""},
      {"  - name: S\n    action: aws:invokeLambdaFunction\n    inputs: {FunctionName: f}\n"
       "    outputs: [{Name: LogResult, Selector: $.x}]\n",
       "step S: In step S, name: LogResult is conflicting with one of the following reserved "
       "output names: [StatusCode, FunctionError, LogResult, Payload]"},
      {"  - {name: a, action: 'aws:executeAwsApi', inputs: {Service: s, Api: A}, outputs: [{Name: "
       "x, "
       "Selector: '$.a.length()'}]}\n",
       "step a: the selector \"$.a.length()\" is not valid at character 11: functions are not "
       "supported"},
      {"  - {name: a, action: 'aws:sleep', inputs: {Duration: '{{ ssm:x }}'}}\n",
       "step a: {{ ssm:x }} may stand only in the default of a parameter."},
      {"  - {name: a, action: 'aws:sleep', inputs: {Duration: '{{ b.Out }}'}}\n",
       "step a: Unknown step name: \"b\" in inputs"},
      {"  - {name: a, action: 'aws:sleep', inputs: {Duration: '{{ global:X }}'}}\n",
       "step a: Parameter \"global:X\" is not declared."},
      {"  - {name: a, action: 'aws:sleep', inputs: {Duration: '{{ variable:x }}'}}\n",
       "step a: Variable \"x\" is not declared."},
      {"  - {name: a, action: 'aws:sleep', inputs: {Duration: '{{ Knwn }}'}}\n",
       "step a: Parameter \"Knwn\" is not declared. Did you mean \"Known\"?"},
      {"  - {name: a, action: 'aws:branch', inputs: {Choices: [{NextStep: b}]}}\n",
       "step a: Unknown step name: \"b\" in NextStep"},
      {"  - {name: a, action: 'aws:sleep', inputs: [x]}\n", "step a: \"inputs\" must be a map."}};
  for (const auto& [yaml, sentence] : rows) EXPECT_EQ(step_problem(yaml), sentence) << yaml;
}

TEST(Document, OddButPublishedFormsLoadWithARemark) {
  const std::string ok(nap);
  const auto remark = [](const std::string& text, std::string_view wanted) {
    const auto remarks = remarks_of(text);
    EXPECT_TRUE(std::ranges::any_of(
        remarks, [&](const std::string& one) { return one.find(wanted) != one.npos; }))
        << wanted << " not among " << remarks.size() << " for\n"
        << text;
  };
  remark("schemaVersion: 0.3\nmainSteps:\n" + ok, "schemaVersion should be quoted");
  remark(steps("  - {name: a, action: 'aws:pause', inputs: {Message: x}}\n"),
         "Unknown input names provided. Known=[ [] ], Provided=[ [Message] ].");
  remark(steps(ok) + "outputs: [nobody.Out]\n", "Unknown step name in named output: nobody.Out");
  remark(steps("  - {name: a, action: 'aws:sleep', inputs: {Duration: '{{ nap.Out }}'}}\n" + ok),
         "step nap declares no output Out");
  remark(steps("  - {name: a, action: 'aws:sleep', nextStep: b}\n"
               "  - {name: b, action: 'aws:sleep', nextStep: a}\n"),
         "the steps form a circle: a -> b -> a");
  remark(head + "parameters: {p: {type: Integer, minValue: 1}}\nmainSteps:\n" + ok,
         "unknown property \"minValue\" of parameter p");
  remark(head + "parameters: {p: {type: String, allowedPattern: '('}}\nmainSteps:\n" + ok,
         "constrains nothing");
  remark(head + "executableRunBooks: []\nmainSteps:\n" + ok, "change template");
  remark(steps("  - {name: a, action: 'aws:sleep', isEnd: true, onFailure: 'step:nap'}\n" + ok),
         "isEnd does not keep onFailure from going to nap");
  EXPECT_EQ(remarks_of(steps(ok)), std::vector<std::string>{});
}

TEST(Document, OwnedByAmazonMayHoldUnknownActions) {
  ParseOptions amazon = options;
  amazon.amazon_owned = true;
  std::vector<Remark> remarks;
  EXPECT_TRUE(
      parse_document(steps("  - {name: a, action: 'aws:shareSQLMedia'}\n"), amazon, &remarks));
  ASSERT_EQ(remarks.size(), 1u);
  EXPECT_EQ(remarks[0].message, "step a: unknown action aws:shareSQLMedia: the step will fail");
}

TEST(Document, LoopsKeepTheirStepsApartFromTheirInputs) {
  const std::string text = steps(R"(  - name: each
    action: aws:loop
    inputs:
      Iterators: ["{{ Known }}"]
      Steps:
        - {name: one, action: 'aws:sleep', inputs: {Duration: "{{ each.CurrentIteratorValue }}"}, nextStep: two}
        - {name: two, action: 'aws:sleep', inputs: {Duration: PT1S}, onFailure: 'step:nap'}
)" + std::string(nap));
  Result<DocumentPtr> document = parse_document(text, options);
  ASSERT_TRUE(document) << document.error().message;
  const Step& loop = (*document)->steps[0];
  ASSERT_EQ(loop.body.size(), 2u);
  EXPECT_EQ(loop.inputs.source().size(), 1u);
  EXPECT_EQ(loop.body[0].next_index, 1);
  EXPECT_EQ(loop.body[1].on_failure.step, "nap");
  EXPECT_EQ(loop.body[1].on_failure.index, -1) << "outside the body";
  EXPECT_EQ(loop.body[0].inputs.references()[0]->step, 0);
  EXPECT_EQ(step_problem(
                "  - {name: a, action: 'aws:loop', inputs: {Steps: [{name: b, action: 'aws:loop', "
                "inputs: {Steps: []}}]}}\n"),
            "step b: A loop must not stand inside a loop.");
}

TEST(Document, ActionsMayAddRulesOfTheirOwn) {
  static const ActionSpec strict{
      .name = "aws:strict",
      .open_inputs = true,
      .check = [](const Value& inputs, std::string_view step, std::vector<Remark>& problems) {
        if (!inputs.find("Wanted"))
          problems.push_back({inputs.where(), "no Wanted in " + std::string(step)});
      }};
  const ParseOptions own{.source_name = "d",
                         .find_action = [](std::string_view) { return &strict; }};
  Result<DocumentPtr> document =
      parse_document(steps("  - {name: a, action: 'aws:strict', inputs: {x: 1}}\n"), own);
  ASSERT_FALSE(document);
  EXPECT_TRUE(document.error().message.ends_with("step a: no Wanted in a"));
}

}  // namespace
}  // namespace stint::document

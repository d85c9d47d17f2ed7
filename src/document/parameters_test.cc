// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "document/document.h"
#include "document/typing.h"
#include "value/json.h"

namespace stint::document {
namespace {

/// A document with the given parameters and one step.
DocumentPtr with_parameters(std::string_view yaml) {
  const std::string text = "schemaVersion: '0.3'\nparameters:\n" + std::string(yaml) +
                           "mainSteps:\n  - {name: a, action: 'aws:sleep', inputs: {}}\n";
  Result<DocumentPtr> document = parse_document(text, {.source_name = "d.yaml"});
  EXPECT_TRUE(document) << document.error().message;
  return *document;
}

class System final : public Lookup {
 public:
  const Value* find(const Reference& reference) const override {
    return reference.name == "global:REGION" ? &region : reference.name == "list" ? &list : nullptr;
  }

 private:
  Value region = "us-west-2", list = Value::list({"a", "b"});
};

std::string effective(const DocumentPtr& document, std::string_view supplied) {
  const Result<Value> value = effective_parameters(*document, *parse_json(supplied), System());
  if (value) return to_json(*value);
  EXPECT_EQ(value.error().name, "InvalidAutomationExecutionParametersException");
  return value.error().message;
}

TEST(Parameters, AreTypedFromTheWireAndFromFiles) {
  struct Row {
    const char *type, *given, *typed;
  };
  const Row rows[] = {{"String", R"(["x"])", R"("x")"},
                      {"String", R"([""])", R"("")"},
                      {"String", R"("x")", R"("x")"},
                      {"String", "5", R"("5")"},
                      {"String", R"({"a":[1]})", R"("{\"a\":[1]}")"},
                      {"String", R"(["x","y"])", "!"},
                      {"String", "[]", "!"},
                      {"StringList", R"(["x","y"])", R"(["x","y"])"},
                      {"StringList", R"(["a,b"])", R"(["a,b"])"},
                      {"StringList", R"("x")", R"(["x"])"},
                      {"StringList", "[]", "[]"},
                      {"StringList", "[1]", R"(["1"])"},
                      {"Integer", R"(["12"])", "12"},
                      {"Integer", "12", "12"},
                      {"Integer", "12.0", "12"},
                      {"Integer", R"(["1.5"])", "!"},
                      {"Integer", R"(["x"])", "!"},
                      {"Integer", R"(["1","2"])", "!"},
                      {"Boolean", R"(["TRUE"])", "true"},
                      {"Boolean", "false", "false"},
                      {"Boolean", R"(["yes"])", "!"},
                      {"Boolean", "0", "!"},
                      {"StringMap", R"(["{\"a\":1}"])", R"({"a":1})"},
                      {"StringMap", R"({"a":1})", R"({"a":1})"},
                      {"StringMap", R"(["[1]"])", "!"},
                      {"StringMap", R"(["{"])", "!"},
                      {"MapList", R"(["{\"a\":1}","{\"b\":2}"])", R"([{"a":1},{"b":2}])"},
                      {"MapList", R"(["[{\"a\":1}]"])", R"([{"a":1}])"},
                      {"MapList", R"([{"a":1}])", R"([{"a":1}])"},
                      {"MapList", R"(["{\"a\":1}"])", R"([{"a":1}])"},
                      {"MapList", R"(["x"])", "!"}};
  for (const Row& row : rows) {
    const std::optional<Value> typed = supplied_value(*parse_json(row.given), *read_type(row.type));
    EXPECT_EQ(typed ? to_json(*typed) : "!", row.typed) << row.type << " " << row.given;
  }
}

TEST(Parameters, TakeDefaultsInTheOrderOfTheDocument) {
  const DocumentPtr document = with_parameters(
      "  b: {type: String}\n"
      "  a: {type: Integer, default: 3}\n"
      "  c: {type: String, default: 'x-{{ global:REGION }}'}\n"
      "  d: {type: StringList, default: '{{ ssm:list }}'}\n"
      "  e: {type: String, default: '{{ b }} stays'}\n"
      "  f: {type: StringMap, default: '{}'}\n");
  EXPECT_EQ(effective(document, R"({"b":["y"]})"),
            R"({"b":"y","a":3,"c":"x-us-west-2","d":["a","b"],"e":"{{ b }} stays","f":{}})");
}

TEST(Parameters, AreRefusedInTheWordsOfAws) {
  const DocumentPtr document = with_parameters(
      "  InstanceIds: {type: StringList}\n"
      "  Action: {type: String, default: x, allowedValues: [Install, Uninstall]}\n"
      "  Flag: {type: Boolean, default: true, allowedValues: [true]}\n"
      "  Name: {type: String, default: '', allowedPattern: '^[a-z]+$'}\n"
      "  Role: {type: 'AWS::IAM::Role::Arn', default: ''}\n"
      "  Ids: {type: 'List<AWS::EC2::Instance::Id>', default: []}\n"
      "  Short: {type: String, default: '', minChars: 2, maxChars: 3}\n"
      "  Few: {type: StringList, default: [], minItems: 1, maxItems: 2}\n"
      "  Lost: {type: String, default: '{{ ssm:none }}'}\n");
  const std::pair<const char*, const char*> rows[] = {
      {"{}", "Missing required parameter: InstanceIds in user inputs."},
      {R"({"instanceIds":["x"]})",
       "Parameter \"instanceIds\" is not declared. Did you mean \"InstanceIds\"?"},
      {R"({"InstanceIds":[],"Action":["install"]})",
       "Parameter \"Action\" has value \"install\" not found in [Install, Uninstall]."},
      {R"({"InstanceIds":[],"Flag":["maybe"]})",
       "Parameter \"Flag\" has value \"maybe\" which is not of type Boolean."},
      {R"({"InstanceIds":[],"Flag":["false"]})",
       "Parameter \"Flag\" has value \"false\" not found in [true]."},
      {R"({"InstanceIds":[],"Name":["a1"]})",
       "Parameter \"Name\" has value \"a1\" which does not match the allowed pattern ^[a-z]+$."},
      {R"({"InstanceIds":[],"Role":["x"]})",
       "Parameter \"Role\" has value \"x\" which is not a valid AWS::IAM::Role::Arn."},
      {R"({"InstanceIds":[],"Ids":["i-01234567","i-1"]})",
       "Parameter \"Ids\" has value \"i-1\" which is not a valid List<AWS::EC2::Instance::Id>."},
      {R"({"InstanceIds":[],"Short":["abcd"]})",
       "Parameter \"Short\" has a value of 4 characters, but must have 2 to 3."},
      {R"({"InstanceIds":[],"Few":["a","b","c"]})",
       "Parameter \"Few\" has 3 items, but must have 1 to 2."},
      {R"({"InstanceIds":[]})",
       "Parameter \"Lost\" has the default value {{ ssm:none }}, which could not be resolved."},
      {"[]", "Parameters must be a map from names to values."}};
  for (const auto& [supplied, sentence] : rows)
    EXPECT_EQ(effective(document, supplied), sentence) << supplied;
}

TEST(Parameters, OfAwsTypesFollowTheirPublishedPatterns) {
  struct Row {
    const char *type, *value;
    bool good;
  };
  const Row rows[] = {{"AWS::EC2::Instance::Id", "i-01234567", true},
                      {"AWS::EC2::Instance::Id", "mi-0123456789abcdef0", true},
                      {"AWS::EC2::Instance::Id", "i-0123456789", false},
                      {"AWS::EC2::Instance::Id", "I-01234567", false},
                      {"AWS::EC2::Instance::Id", "", true},
                      {"AWS::S3::Bucket::Name", "my-bucket.x", true},
                      {"AWS::S3::Bucket::Name", "abc", false},
                      {"AWS::S3::Bucket::Name", "-abcd", false},
                      {"AWS::IAM::Role::Arn", "arn:aws-cn:iam::123456789012:role/path/a", true},
                      {"AWS::IAM::Role::Arn", "arn:aws:iam::123456789012:user/a", false},
                      {"AWS::IAM::Role::Arn", "arn:aws:iam::12345:role/a", false},
                      {"AWS::IAM::Role::Arn", "arn:other:iam::123456789012:role/a", false}};
  for (const Row& row : rows) {
    const Parameter parameter{.name = "p", .type_name = row.type};
    EXPECT_EQ(check_value(parameter, row.value).has_value(), row.good) << row.type << row.value;
  }
}

TEST(Parameters, AreInventedSoThatTheyPass) {
  const DocumentPtr document = with_parameters(
      "  A: {type: String, allowedValues: [x, y]}\n"
      "  B: {type: String, allowedPattern: '^i-[0-9a-f]+$'}\n"
      "  C: {type: StringList, minItems: 2}\n"
      "  D: {type: 'AWS::IAM::Role::Arn'}\n"
      "  E: {type: Integer}\n"
      "  F: {type: StringMap}\n"
      "  G: {type: MapList}\n"
      "  H: {type: Boolean}\n"
      "  I: {type: String, minChars: 20}\n");
  Value supplied;
  for (const Parameter& parameter : document->parameters)
    supplied.set(parameter.name, synthesize(parameter));
  const Result<Value> values = effective_parameters(*document, supplied, System());
  EXPECT_TRUE(values) << values.error().message;
}

}  // namespace
}  // namespace stint::document

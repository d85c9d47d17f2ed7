// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "aws/class_pattern.h"
#include "aws/protocol.h"
#include "aws/testing.h"
#include "value/json.h"

namespace stint::aws {
namespace {

class Convert : public ::testing::Test {
 protected:
  Operation operation(std::string_view service, std::string_view name) {
    return models_.service(service).value()->find(name).value();
  }
  Models models_{testkit::models_for_tests()};
};

Value json(std::string_view text) {
  return parse_json(text).value();
}

TEST_F(Convert, TheModelDecidesTheTypeOfEachMember) {
  struct Case {
    const char *service, *operation, *input, *output;
  };
  const Case cases[] = {
      {"ssm", "GetDocument", R"({"Name": 3})", R"({"Name": "3"})"},
      {"ssm", "GetDocument", R"({"Name": true})", R"({"Name": "true"})"},
      {"ssm", "GetDocument", R"({"Name": ["one"]})", R"({"Name": "one"})"},
      {"ssm", "GetDocument", R"({"Name": "d", "VersionName": null})", R"({"Name": "d"})"},
      {"ec2", "DescribeInstances", R"({"MaxResults": "5", "DryRun": "True"})",
       R"({"MaxResults": 5, "DryRun": true})"},
      {"ec2", "DescribeInstances", R"({"MaxResults": 5.0})", R"({"MaxResults": 5})"},
      {"ec2", "DescribeInstances", R"({"InstanceIds": "i-1"})", R"({"InstanceIds": ["i-1"]})"},
      {"ec2", "DescribeInstances", R"({"InstanceIds": "[\"i-1\", \"i-2\"]"})",
       R"({"InstanceIds": ["i-1", "i-2"]})"},
      {"ec2", "DescribeInstances", R"({"InstanceIds": "[not JSON"})",
       R"({"InstanceIds": ["[not JSON"]})"},
      {"ec2", "DescribeInstances", R"({"InstanceIds": [1, null, "b"]})",
       R"({"InstanceIds": ["1", "b"]})"},
      {"ec2", "DescribeInstances", R"({"Filters": {"Name": "n", "Values": "v"}})",
       R"({"Filters": [{"Name": "n", "Values": ["v"]}]})"},
      {"ec2", "DescribeInstances", R"({"Filters": "{\"Name\": \"n\"}"})",
       R"({"Filters": [{"Name": "n"}]})"},
      {"ec2", "AssociateIamInstanceProfile",
       R"({"InstanceId": "i", "IamInstanceProfile": "{\"Name\": \"p\"}"})",
       R"({"InstanceId": "i", "IamInstanceProfile": {"Name": "p"}})"},
      {"ec2", "AssociateIamInstanceProfile",
       R"({"InstanceId": "i", "IamInstanceProfile": [{"Name": "p"}]})",
       R"({"InstanceId": "i", "IamInstanceProfile": {"Name": "p"}})"},
      {"ssm", "SendCommand", R"({"DocumentName": "d", "Parameters": {"commands": "ls"}})",
       R"({"DocumentName": "d", "Parameters": {"commands": ["ls"]}})"},
      {"ssm", "CreateActivation", R"({"IamRole": "r", "ExpirationDate": 1795519080})",
       R"({"IamRole": "r", "ExpirationDate": "2026-11-24T11:18:00Z"})"},
      {"iam", "CreateRole", R"({"roleName": "r", "AssumeRolePolicyDocument": "{}"})",
       R"({"RoleName": "r", "AssumeRolePolicyDocument": "{}"})"},
      {"sts", "GetCallerIdentity", "null", "{}"},
  };
  for (const Case& each : cases) {
    Result<Value> converted =
        convert_input(operation(each.service, each.operation), json(each.input));
    ASSERT_TRUE(converted) << each.input << ": " << converted.error().message;
    EXPECT_EQ(to_json(*converted), to_json(json(each.output))) << each.input;
  }
}

TEST_F(Convert, WhatFitsIsHandedBackWithoutACopy) {
  const Value input = json(R"({"Filters": [{"Name": "n", "Values": ["v"]}], "MaxResults": 5})");
  Result<Value> converted = convert_input(operation("ec2", "DescribeInstances"), input);
  EXPECT_EQ(&converted->as_object(), &input.as_object());
}

TEST_F(Convert, WhatTheApiDoesNotKnowIsLeftOutWithARemark) {
  std::vector<std::string> remarks;
  Result<Value> converted =
      convert_input(operation("ec2", "DescribeFlowLogs"),
                    json(R"({"Filters": [], "FlowLogIds": ["f"], "max_results": 5})"), &remarks);
  ASSERT_TRUE(converted);
  EXPECT_EQ(to_json(*converted), R"({"FlowLogIds":["f"],"MaxResults":5})");
  EXPECT_EQ(remarks, (std::vector<std::string>{"the API has no parameter Filters: it is left out",
                                               "max_results is spelled MaxResults in the API"}));
}

TEST_F(Convert, WhatCannotFitIsToldAsBotocoreTellsIt) {
  struct Case {
    const char *service, *operation, *input, *error;
  };
  const Case cases[] = {
      {"iam", "CreateRole", "{}",
       "Parameter validation failed: Missing required parameter in input: \"RoleName\"; Missing "
       "required parameter in input: \"AssumeRolePolicyDocument\""},
      {"iam", "GetRole", R"({"RoleName": ""})",
       "Parameter validation failed: Invalid length for parameter RoleName, value: 0, valid min "
       "length: 1"},
      {"iam", "GetRole", R"({"RoleName": {"a": 1}})",
       "Parameter validation failed: Invalid type for parameter RoleName, value: {\"a\":1}, type: "
       "<class 'dict'>, valid types: <class 'str'>"},
      {"iam", "ListRoles", R"({"MaxItems": 0})",
       "Parameter validation failed: Invalid value for parameter MaxItems, value: 0, valid min "
       "value: 1"},
      {"iam", "ListRoles", R"({"MaxItems": "many"})",
       "Parameter validation failed: Invalid type for parameter MaxItems, value: many, type: "
       "<class 'str'>, valid types: <class 'int'>"},
      {"iam", "ListRoles", R"({"MaxItems": 1.5})",
       "Parameter validation failed: Invalid type for parameter MaxItems, value: 1.5, type: <class "
       "'float'>, valid types: <class 'int'>"},
      {"iam", "TagRole", R"({"RoleName": "r", "Tags": [{"Key": "k"}]})",
       "Parameter validation failed: Missing required parameter in Tags[0]: \"Value\""},
      {"ssm", "SendCommand", R"({"DocumentName": "d", "Parameters": "text"})",
       "Parameter validation failed: Invalid type for parameter Parameters, value: text, type: "
       "<class 'str'>, valid types: <class 'dict'>"},
  };
  for (const Case& each : cases) {
    Result<Value> converted =
        convert_input(operation(each.service, each.operation), json(each.input));
    ASSERT_FALSE(converted) << each.input;
    EXPECT_EQ(converted.error().name, "ParamValidation");
    EXPECT_EQ(converted.error().code, Code::invalid);
    EXPECT_EQ(converted.error().message, each.error);
  }
}

TEST_F(Convert, MadeValuesFitTheirModel) {
  testkit::ValueMaker maker(3);
  for (std::string_view name : {"iam", "ssm", "ec2", "s3"}) {
    const Service& service = *models_.service(name).value();
    for (std::size_t i = 0; i < service.operation_count(); ++i) {
      std::optional<Shape> input = service.operation(i).input();
      if (!input) continue;
      // A recursive shape may have been cut where a list must hold more: only whole ones count.
      const Value made = maker.structure(*input);
      Result<Value> converted = convert_input(service.operation(i), made);
      EXPECT_TRUE(!converted || *converted == made) << service.operation(i).name();
    }
  }
}

TEST_F(Convert, TokensAreFilledInOnlyWhereTheyAreMissing) {
  Operation run = operation("ec2", "RunInstances");
  Value input = json(R"({"MinCount": 1})");
  fill_idempotency_token(run, input, "t-1");
  EXPECT_EQ(input.text("ClientToken"), "t-1");
  fill_idempotency_token(run, input, "t-2");
  EXPECT_EQ(input.text("ClientToken"), "t-1");
  Value none;
  fill_idempotency_token(operation("iam", "GetRole"), none, "t");
  EXPECT_TRUE(none.is_null());
}

TEST_F(Convert, TheServerSaysWhatIsWrongAsAwsSaysIt) {
  struct Case {
    const char *service, *operation, *input, *name, *message;
  };
  const Case cases[] = {
      {"iam", "GetRole", "{}", "ValidationError",
       "1 validation error detected: Value at 'roleName' failed to satisfy constraint: Member must "
       "not be null"},
      {"iam", "ListRoles", R"({"MaxItems": 2000})", "ValidationError",
       "1 validation error detected: Value '2000' at 'maxItems' failed to satisfy constraint: "
       "Member must have value less than or equal to 1000"},
      {"iam", "TagRole", R"({"RoleName": "r", "Tags": [{"Key": "", "Value": "v"}]})",
       "ValidationError",
       "1 validation error detected: Value '' at 'tags.1.member.key' failed to satisfy constraint: "
       "Member must have length greater than or equal to 1"},
      {"ssm", "SendAutomationSignal",
       R"({"AutomationExecutionId": "12345678-1234-1234-1234-123456789012", "SignalType": "Wink"})",
       "ValidationException",
       "1 validation error detected: Value 'Wink' at 'signalType' failed to satisfy constraint: "
       "Member must satisfy enum value set: [Approve, Reject, StartStep, StopStep, Resume, "
       "Revoke]"},
      {"ssm", "GetParameters", R"({"Names": []})", "ValidationException",
       "1 validation error detected: Value '[]' at 'names' failed to satisfy constraint: Member "
       "must have length greater than or equal to 1"},
      {"ec2", "AssociateIamInstanceProfile", R"({"IamInstanceProfile": {"Name": "p"}})",
       "MissingParameter", "The request must contain the parameter InstanceId"},
      {"s3", "PutBucketPolicy", R"({"Bucket": "b"})", "MissingRequestBodyError",
       "Request Body is empty"},
  };
  for (const Case& each : cases) {
    Result<void> checked =
        validate_input(operation(each.service, each.operation), json(each.input));
    ASSERT_FALSE(checked) << each.input;
    EXPECT_EQ(checked.error().name, each.name);
    EXPECT_EQ(checked.error().status, 400);
    EXPECT_EQ(checked.error().message, each.message);
  }
  EXPECT_TRUE(
      validate_input(operation("ssm", "StartAutomationExecution"), json(R"({"DocumentName": "doc",
                                      "Parameters": {"AutomationAssumeRole": [""]}})")))
      << "C-61";
  EXPECT_TRUE(validate_input(operation("sts", "GetCallerIdentity"), Value(Object())));
}

TEST(ClassPattern, MatchesTheSimplePatternsAndLeavesTheRest) {
  struct Case {
    std::string_view pattern, text;
    std::optional<bool> matches;
  };
  const Case cases[] = {
      {"[\\w+=,.@-]+", "a.b@c-d", true},
      {"[\\w+=,.@-]+", "a b", false},
      {"[\\w+=,.@-]+", "", false},
      {"^[a-zA-Z0-9_\\-.]{3,128}$", "ab", false},
      {"^[a-zA-Z0-9_\\-.]{3,128}$", "ab-", true},
      {"[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+", "{\"a\": \"\xC3\xA9\"}", true},
      {"[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+", "\xE2\x82\xAC", false},
      {"[^:]*", "", true},
      {"[^:]*", "a:b", false},
      {"\\d{12}", "123456789012", true},
      {"\\d{12}", "12345678901", false},
      {"[\\S]+", "x", std::nullopt},
      {"[\\p{L}]+", "x", std::nullopt},
      {"a|b", "a", std::nullopt},
      {"(^i-(\\w{8}|\\w{17})$)", "i-12345678", std::nullopt},
      {"[a-z&&[^b]]+", "b", std::nullopt},
      {"[", "x", std::nullopt},
      {"[z-a]", "x", std::nullopt},
      {"[a]{", "x", std::nullopt},
      {"", "", std::nullopt},
  };
  for (const Case& each : cases)
    EXPECT_EQ(matches_class_pattern(each.pattern, each.text), each.matches)
        << each.pattern << " on " << each.text;
}

}  // namespace
}  // namespace stint::aws

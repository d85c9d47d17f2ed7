// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The policy simulator. Examples are those of the AWS CLI's reference and of recorded answers.
#include <fmt/core.h>

#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using cloud::testing::json;
using cloud::testing::TestWorld;

constexpr std::string_view simulated_world = R"({
  "access_keys": {"root": {"secret": "s", "principal": "root"}},
  "policies": {"Reader": {"Version": "2012-10-17", "Statement": [
                 {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]},
               "Edge": {"Version": "2012-10-17", "Statement": [
                 {"Effect": "Allow", "Action": ["s3:*", "sqs:*"], "Resource": "*"}]}},
  "groups": {"g": {"inline": {"mail": {"Version": "2012-10-17", "Statement": [
     {"Effect": "Allow", "Action": "sqs:*", "Resource": "arn:aws:sqs:*:*:${aws:username}"}]}}}},
  "users": {"ann": {"groups": ["g"], "boundary": "Edge", "managed": ["Reader"], "inline": {
     "own": {"Version": "2012-10-17", "Statement": [
       {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
       {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::secret/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}}}},
  "roles": {"Worker": {"service": "ec2.amazonaws.com", "managed": ["Reader"]}}
})";

constexpr std::string_view dated =
    R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}})";

struct Simulator : ::testing::Test, TestWorld {
  Simulator() : TestWorld(simulated_world) {}
  Value custom(std::string_view policy, std::string_view action, Value more = Object()) {
    more.set("PolicyInputList", Value::list({policy}));
    more.set("ActionNames", Value::list({action}));
    return run("SimulateCustomPolicy", more);
  }
  Value principal(std::string_view path, std::string_view action, Value more = Object()) {
    more.set("PolicySourceArn", fmt::format("arn:aws:iam::123456789012:{}", path));
    more.set("ActionNames", Value::list({action}));
    return run("SimulatePrincipalPolicy", more);
  }
  /// The first result, or {"error": "Code: text"}.
  Value run(std::string_view operation, const Value& input) {
    auto answer = call("iam", operation, input);
    if (!answer) return object({{"error", answer.error().name + ": " + answer.error().message}});
    EXPECT_FALSE(answer->items("EvaluationResults").empty());
    return answer->items("EvaluationResults")[0];
  }
};

Value entry(std::string_view key, std::string_view type, Value::List values) {
  return object(
      {{"ContextKeyName", key}, {"ContextKeyType", type}, {"ContextKeyValues", std::move(values)}});
}
Value context(Value entry) {
  return object({{"ContextEntries", Value::list({std::move(entry)})}});
}

TEST_F(Simulator, AnswersTheExampleOfTheReference) {
  Value later = custom(dated, "dynamodb:CreateBackup",
                       context(entry("aws:CurrentTime", "date", {"2019-04-25T11:00:00Z"})));
  EXPECT_EQ(to_json(later),
            R"({"EvalActionName":"dynamodb:CreateBackup","EvalResourceName":"*",)"
            R"("EvalDecision":"allowed","MatchedStatements":[{"SourcePolicyId":)"
            R"("PolicyInputList.1","SourcePolicyType":"IAM Policy","StartPosition":{"Line":1,)"
            R"("Column":38},"EndPosition":{"Line":1,"Column":167}}],"MissingContextValues":[]})");
  Value earlier = custom(dated, "dynamodb:CreateBackup",
                         context(entry("aws:CurrentTime", "date", {"2014-04-25T11:00:00Z"})));
  EXPECT_EQ(earlier.text("EvalDecision"), "implicitDeny");
  EXPECT_EQ(to_json(earlier["MatchedStatements"]), "[]");
  EXPECT_EQ(to_json(custom(dated, "dynamodb:CreateBackup")["MissingContextValues"]),
            R"(["aws:CurrentTime"])");
}

TEST_F(Simulator, APrincipalHasItsOwnPoliciesItsGroupsAndItsBoundary) {
  EXPECT_EQ(principal("user/ann", "s3:GetBucketAcl").text("EvalDecision"), "allowed");
  EXPECT_EQ(principal("user/ann", "s3:GetBucketAcl")["MatchedStatements"][0].text("SourcePolicyId"),
            "Reader");
  Value stopped = principal("user/ann", "ec2:StopInstances");
  EXPECT_EQ(stopped.text("EvalDecision"), "implicitDeny");
  EXPECT_EQ(to_json(stopped["PermissionsBoundaryDecisionDetail"]),
            R"({"AllowedByPermissionsBoundary":false})");
  Value mail = principal(
      "user/ann", "sqs:SendMessage",
      object({{"ResourceArns", Value::list({"arn:aws:sqs:eu-west-1:123456789012:ann"})}}));
  EXPECT_EQ(mail.text("EvalDecision"), "allowed");
  EXPECT_EQ(mail["MatchedStatements"][0].text("SourcePolicyId"), "group_g_mail");
  EXPECT_EQ(to_json(mail["EvalDecisionDetails"]), "{}");
  EXPECT_EQ(mail["ResourceSpecificResults"][0].text("EvalResourceDecision"), "allowed");
  EXPECT_EQ(principal("group/g", "sqs:SendMessage").text("EvalDecision"), "implicitDeny");
  EXPECT_EQ(principal("role/Worker", "s3:GetObject").text("EvalDecision"), "allowed");
  // Another boundary takes the place of the principal's own.
  EXPECT_EQ(principal("user/ann", "ec2:StopInstances",
                      object({{"PermissionsBoundaryPolicyInputList",
                               Value::list({R"({"Version":"2012-10-17","Statement":[{"Effect":
                               "Allow","Action":"*","Resource":"*"}]})"})}}))
                .text("EvalDecision"),
            "allowed");
}

TEST_F(Simulator, ADenyIsTheOnlyStatementThatIsNamed) {
  const Value resource = object(
      {{"ResourceArns", Value::list({"arn:aws:s3:::secret/x"})},
       {"ContextEntries", Value::list({entry("aws:SecureTransport", "boolean", {"false"})})}});
  Value denied = principal("user/ann", "s3:GetObject", resource);
  EXPECT_EQ(denied.text("EvalDecision"), "explicitDeny");
  ASSERT_EQ(denied.items("MatchedStatements").size(), 1u);
  EXPECT_EQ(denied["MatchedStatements"][0].text("SourcePolicyId"), "user_ann_own");
  Value unknown = principal("user/ann", "s3:GetObject",
                            object({{"ResourceArns", Value::list({"arn:aws:s3:::secret/x"})}}));
  EXPECT_EQ(unknown.text("EvalDecision"), "allowed");
  EXPECT_EQ(to_json(unknown["MissingContextValues"]), R"(["aws:SecureTransport"])");
}

TEST_F(Simulator, EachActionMeetsEachResourceInPages) {
  Value input = object(
      {{"PolicyInputList",
        Value::list({R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*",
                        "Resource":"arn:aws:s3:::a/*"}]})"})},
       {"ActionNames", Value::list({"s3:GetObject", "s3:PutObject"})},
       {"ResourceArns", Value::list({"arn:aws:s3:::a/1", "arn:aws:s3:::b/1"})},
       {"MaxItems", 3}});
  auto page = call("iam", "SimulateCustomPolicy", input);
  ASSERT_TRUE(page) << page.error().message;
  std::string decisions;
  for (const Value& row : page->items("EvaluationResults"))
    decisions += row.text("EvalResourceName") + " " + row.text("EvalDecision") + " ";
  EXPECT_EQ(
      decisions,
      "arn:aws:s3:::a/1 allowed arn:aws:s3:::b/1 implicitDeny arn:aws:s3:::a/1 implicitDeny ");
  ASSERT_TRUE(page->flag("IsTruncated"));
  input.set("Marker", page->text("Marker"));
  page = call("iam", "SimulateCustomPolicy", input);
  EXPECT_EQ(page->items("EvaluationResults").size(), 1u);
  EXPECT_FALSE(page->flag("IsTruncated"));
}

TEST_F(Simulator, AcrossAccountsBothSidesAreTold) {
  const std::string mine =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]})";
  Value more =
      object({{"ResourceArns", Value::list({"arn:aws:s3:::theirs/x"})},
              {"ResourceOwner", "arn:aws:iam::210987654321:root"},
              {"CallerArn", "arn:aws:iam::123456789012:user/ann"},
              {"ResourcePolicy",
               R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":
            "arn:aws:iam::123456789012:user/bob"},"Action":"s3:GetObject","Resource":"*"}]})"}});
  Value refused = custom(mine, "s3:GetObject", more);
  EXPECT_EQ(refused.text("EvalDecision"), "implicitDeny");
  EXPECT_EQ(to_json(refused["EvalDecisionDetails"]),
            R"({"IAM Policy":"allowed","Resource Policy":"implicitDeny"})");
  more.set("CallerArn", "arn:aws:iam::123456789012:user/bob");
  Value allowed = custom(mine, "s3:GetObject", more);
  EXPECT_EQ(allowed.text("EvalDecision"), "allowed");
  ASSERT_EQ(allowed.items("MatchedStatements").size(), 2u);
  EXPECT_EQ(allowed["MatchedStatements"][0].text("SourcePolicyType"), "Resource Policy");
}

TEST_F(Simulator, WhatItCannotReadItRefuses) {
  const std::string any =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";
  auto refused = [&](Value more, std::string_view action = "s3:GetObject") {
    return custom(any, action, std::move(more)).text("error");
  };
  EXPECT_EQ(refused(object({{"ResourceArns", Value::list({"14a050d4"})}})),
            "InvalidInput: ResourceNames are not in a valid ARN format: 14a050d4.");
  EXPECT_EQ(refused(object({{"ResourceOwner", "123456789012"}})),
            "InvalidInput: '123456789012' is not a valid as a Resource Owner");
  EXPECT_TRUE(refused(Object(), "s3:Get*").starts_with("InvalidInput: "));
  EXPECT_TRUE(refused(Object(), "GetObject").starts_with("InvalidInput: "));
  EXPECT_TRUE(refused(object({{"ResourceHandlingOption", "EC2-VPC-EBS"}}))
                  .starts_with("InvalidInput: Resource Handling Option EC2-VPC-EBS requires"));
  EXPECT_TRUE(refused(object({{"CallerArn", "arn:aws:sts::123456789012:assumed-role/a/b"}}))
                  .starts_with("InvalidInput: Invalid Caller Arn"));
  EXPECT_TRUE(
      refused(context(entry("aws:EpochTime", "numeric", {"soon"}))).starts_with("InvalidInput"));
  EXPECT_TRUE(refused(context(entry("aws:SourceIp", "ip", {"10.0.0.1", "10.0.0.2"})))
                  .starts_with("InvalidInput"));
  EXPECT_EQ(custom("{", "s3:GetObject").text("error"),
            "InvalidInput: Invalid Input Policy: Syntax errors in policy.");
  EXPECT_EQ(run("SimulatePrincipalPolicy",
                json(R"({"PolicySourceArn":"arn:aws:sts::123456789012:assumed-role/a/b",
                         "ActionNames":["s3:GetObject"]})"))
                .text("error"),
            "InvalidInput: Invalid Entity Arn: arn:aws:sts::123456789012:assumed-role/a/b does not "
            "clearly define entity type and name.");
  EXPECT_EQ(
      run("SimulatePrincipalPolicy", json(R"({"PolicySourceArn":"arn:aws:iam::210987654321:role/x",
                         "ActionNames":["s3:GetObject"]})"))
          .text("error"),
      "InvalidInput: Invalid Policy Source Arn: caller's account 123456789012 does not have "
      "access to policies in account 210987654321");
  EXPECT_EQ(principal("role/absent", "s3:GetObject").text("error"),
            "NoSuchEntity: The role with name absent cannot be found.");
}

TEST_F(Simulator, KeysArePoliciesAndTheirVariablesAsWritten) {
  EXPECT_EQ(say("iam", "GetContextKeysForCustomPolicy",
                object({{"PolicyInputList", Value::list({dated})}})),
            R"({"ContextKeyNames":["aws:CurrentTime"]})");
  EXPECT_EQ(say("iam", "GetContextKeysForPrincipalPolicy",
                R"({"PolicySourceArn":"arn:aws:iam::123456789012:user/ann"})"),
            R"({"ContextKeyNames":["aws:SecureTransport","aws:username"]})");
  EXPECT_EQ(say("iam", "GetContextKeysForCustomPolicy", R"({"PolicyInputList":["{"]})"),
            "InvalidInput: Invalid Input Policy: Syntax errors in policy.");
}

}  // namespace
}  // namespace stint::cloud

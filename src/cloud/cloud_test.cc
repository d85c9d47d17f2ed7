// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Authentication, authorisation, denials and the audit log, service by service.
#include <fmt/core.h>

#include "cloud/denial.h"
#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using cloud::testing::json;
using cloud::testing::TestWorld;

constexpr std::string_view cloud_world = R"({
  "propagation": {"iam_to_ec2": "0", "association": "0", "imds": "0"},
  "access_keys": {"none": {"secret": "s", "principal": "none"},
                  "wide": {"secret": "s", "principal": "wide"},
                  "kept": {"secret": "s", "principal": "kept"},
                  "team": {"secret": "s", "principal": "team"},
                  "barred": {"secret": "s", "principal": "barred"},
                  "off": {"secret": "s", "principal": "none", "active": false},
                  "root": {"secret": "s", "principal": "root"}},
  "policies": {
    "readers": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"}]}},
  "users": {
    "none": {},
    "wide": {"managed": ["AdministratorAccess"]},
    "kept": {"managed": ["AdministratorAccess"], "boundary": "readers"},
    "barred": {"managed": ["AdministratorAccess"], "inline": {"no": {"Version": "2012-10-17",
      "Statement": [{"Sid": "NoRoles", "Effect": "Deny", "Action": "iam:*Role", "Resource": "*"}]}}},
    "team": {"tags": {"team": "blue"}, "inline": {"own": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "iam:GetRole", "Resource": "*", "Condition": {"StringEquals":
        {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}},
      {"Effect": "Allow", "Action": "iam:CreateRole", "Resource": "*", "Condition": {
        "StringEquals": {"aws:RequestTag/team": "${aws:PrincipalTag/team}"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["team", "stint:lease"]}}},
      {"Effect": "Allow", "Action": "iam:AttachRolePolicy", "Resource": "*", "Condition": {
        "ArnEquals": {"iam:PolicyARN": "arn:aws:iam::123456789012:policy/readers"}}}]}}}
  },
  "roles": {"Core": {"service": "ec2.amazonaws.com"}, "Blue": {"service": "ec2.amazonaws.com",
            "tags": {"team": "blue"}}},
  "profiles": {"Core": "Core", "Empty": null},
  "instances": {"i-00000000000000001": {"profile": "Core"}},
  "buckets": {"data": {"objects": {"x": {"text": "x"}}}}
})";

struct Authorisation : ::testing::Test, TestWorld {
  Authorisation() : TestWorld(cloud_world) {}
  /// "Code status: text" as the user with that key, or "fine".
  std::string as(std::string_view key, std::string_view service, std::string_view operation,
                 std::string_view input = "{}") {
    become(key);
    auto answer = call(service, operation, json(input));
    if (answer) return "fine";
    return fmt::format("{} {}: {}", answer.error().name, answer.error().status,
                       answer.error().message);
  }
};

constexpr std::string_view no_trust =
    R"("AssumeRolePolicyDocument":"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}")";

TEST_F(Authorisation, DenialsAreWordedAsEachServiceWordsThem) {
  const std::string user =
      "User: arn:aws:iam::123456789012:user/none is not authorized to perform: ";
  const std::string why = " because no identity-based policy allows the ";
  struct {
    const char *service, *operation, *input;
    std::string expected;
  } rows[] = {
      {"iam", "CreateRole", R"({"RoleName":"R","Path":"/p/"})",
       "AccessDenied 403: " + user +
           "iam:CreateRole on resource: arn:aws:iam::123456789012:role/p/R" + why +
           "iam:CreateRole action"},
      {"iam", "GetRole", R"({"RoleName":"Core"})",
       "AccessDenied 403: " + user + "iam:GetRole on resource: role Core" + why +
           "iam:GetRole action"},
      {"iam", "GetRole", R"({"RoleName":"absent"})",
       "AccessDenied 403: " + user + "iam:GetRole on resource: role absent" + why +
           "iam:GetRole action"},
      {"iam", "GetUser", "{}",
       "AccessDenied 403: " + user + "iam:GetUser on resource: user none" + why +
           "iam:GetUser action"},
      {"iam", "GetInstanceProfile", R"({"InstanceProfileName":"Core"})",
       "AccessDenied 403: " + user + "iam:GetInstanceProfile on resource: instance profile Core" +
           why + "iam:GetInstanceProfile action"},
      {"iam", "CreateInstanceProfile", R"({"InstanceProfileName":"N"})",
       "AccessDenied 403: " + user +
           "iam:CreateInstanceProfile on resource: arn:aws:iam::123456789012:instance-profile/N" +
           why + "iam:CreateInstanceProfile action"},
      {"iam", "ListRoles", "{}",
       "AccessDenied 403: " + user + "iam:ListRoles on resource: arn:aws:iam::123456789012:role/" +
           why + "iam:ListRoles action"},
      {"iam", "ListPolicies", "{}",
       "AccessDenied 403: " + user + "iam:ListPolicies on resource: policy path /" + why +
           "iam:ListPolicies action"},
      {"iam", "GetPolicy", R"({"PolicyArn":"arn:aws:iam::aws:policy/AdministratorAccess"})",
       "AccessDenied 403: " + user +
           "iam:GetPolicy on resource: policy arn:aws:iam::aws:policy/AdministratorAccess" + why +
           "iam:GetPolicy action"},
      {"iam", "CreatePolicy", R"({"PolicyName":"P"})",
       "AccessDenied 403: " + user + "iam:CreatePolicy on resource: policy P" + why +
           "iam:CreatePolicy action"},
      {"sts", "AssumeRole",
       R"({"RoleArn":"arn:aws:iam::123456789012:role/Core","RoleSessionName":"me"})",
       "AccessDenied 403: " + user +
           "sts:AssumeRole on resource: arn:aws:iam::123456789012:role/Core"},
      {"sts", "AssumeRole",
       R"({"RoleArn":"arn:aws:iam::123456789012:role/absent","RoleSessionName":"me"})",
       "AccessDenied 403: " + user +
           "sts:AssumeRole on resource: arn:aws:iam::123456789012:role/absent"},
      {"ec2", "DescribeInstances", "{}",
       "UnauthorizedOperation 403: You are not authorized to perform this operation. " + user +
           "ec2:DescribeInstances" + why + "ec2:DescribeInstances action"},
      {"s3", "GetObject", R"({"Bucket":"data","Key":"x"})",
       "AccessDenied 403: " + user + "s3:GetObject on resource: \"arn:aws:s3:::data/x\"" + why +
           "s3:GetObject action"},
      {"s3", "ListBuckets", "{}",
       "AccessDenied 403: " + user + "s3:ListAllMyBuckets" + why + "s3:ListAllMyBuckets action"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(as("none", row.service, row.operation, row.input), row.expected);
  EXPECT_TRUE(
      as("none", "ssm", "ListCommands")
          .starts_with("AccessDeniedException 400: " + user + "ssm:ListCommands on resource: "));
}

TEST_F(Authorisation, Ec2HandsOutItsReasonsEncoded) {
  const std::string said =
      as("none", "ec2", "StopInstances", R"({"InstanceIds":["i-00000000000000001"]})");
  const std::string start =
      "UnauthorizedOperation 403: You are not authorized to perform this operation. User: "
      "arn:aws:iam::123456789012:user/none is not authorized to perform: ec2:StopInstances on "
      "resource: arn:aws:ec2:us-west-2:123456789012:instance/i-00000000000000001 because no "
      "identity-based policy allows the ec2:StopInstances action. Encoded authorization failure "
      "message: ";
  ASSERT_TRUE(said.starts_with(start)) << said;
  become("wide");
  auto decoded = call("sts", "DecodeAuthorizationMessage",
                      object({{"EncodedMessage", said.substr(start.size())}}));
  ASSERT_TRUE(decoded) << decoded.error().message;
  const Value message = json(decoded->text("DecodedMessage"));
  EXPECT_FALSE(message.flag("allowed", true));
  EXPECT_FALSE(message.flag("explicitDeny", true));
  EXPECT_EQ(message["context"].text("action"), "ec2:StopInstances");
  // No policy of the user's asks for a key, but who decodes the message reads them.
  EXPECT_FALSE(message["context"]["conditions"].items("items").empty());
  EXPECT_EQ(message["context"]["principal"].text("arn"), "arn:aws:iam::123456789012:user/none");
  EXPECT_EQ(say("sts", "DecodeAuthorizationMessage", R"({"EncodedMessage":"nonsense"})"),
            "InvalidAuthorizationMessageException: Message is not a valid authorization message.");
}

TEST_F(Authorisation, ExplicitDeniesAndBoundariesSaySo) {
  EXPECT_EQ(as("barred", "iam", "GetRole", R"({"RoleName":"Core"})"),
            "AccessDenied 403: User: arn:aws:iam::123456789012:user/barred is not authorized to "
            "perform: iam:GetRole on resource: role Core with an explicit deny in an "
            "identity-based policy");
  EXPECT_EQ(cloud.audit.back().decision, "denied");
  EXPECT_EQ(as("barred", "iam", "ListRoles"), "fine");
  EXPECT_EQ(as("kept", "iam", "GetRole", R"({"RoleName":"Core"})"), "fine");
  EXPECT_EQ(as("kept", "iam", "DeleteRole", R"({"RoleName":"Core"})"),
            "AccessDenied 403: User: arn:aws:iam::123456789012:user/kept is not authorized to "
            "perform: iam:DeleteRole on resource: role Core because no permissions boundary allows "
            "the iam:DeleteRole action");
}

TEST_F(Authorisation, ConditionsSeeTagsOfPrincipalResourceAndRequest) {
  EXPECT_EQ(as("team", "iam", "GetRole", R"({"RoleName":"Blue"})"), "fine");
  EXPECT_TRUE(as("team", "iam", "GetRole", R"({"RoleName":"Core"})").starts_with("AccessDenied"));
  auto create = [&](std::string_view tags) {
    return as("team", "iam", "CreateRole",
              fmt::format(R"({{"RoleName":"N","Tags":[{}],{}}})", tags, no_trust));
  };
  EXPECT_TRUE(create("").starts_with("AccessDenied"));
  EXPECT_TRUE(create(R"({"Key":"team","Value":"red"})").starts_with("AccessDenied"));
  EXPECT_TRUE(create(R"({"Key":"team","Value":"blue"},{"Key":"x","Value":""})")
                  .starts_with("AccessDenied"));
  EXPECT_EQ(create(R"({"Key":"team","Value":"blue"})"), "fine");
  auto attach = [&](std::string_view arn) {
    return as("team", "iam", "AttachRolePolicy",
              fmt::format(R"({{"RoleName":"N","PolicyArn":"{}"}})", arn));
  };
  EXPECT_EQ(attach("arn:aws:iam::123456789012:policy/readers"), "fine");
  EXPECT_TRUE(attach("arn:aws:iam::aws:policy/AdministratorAccess").starts_with("AccessDenied"));
}

TEST_F(Authorisation, PoliciesCountAsTheyAreAtEachCall) {
  EXPECT_TRUE(as("none", "iam", "GetRole", R"({"RoleName":"Core"})").starts_with("AccessDenied"));
  EXPECT_EQ(as("root", "iam", "AttachUserPolicy",
               R"({"UserName":"none","PolicyArn":"arn:aws:iam::123456789012:policy/readers"})"),
            "fine");
  EXPECT_EQ(as("none", "iam", "GetRole", R"({"RoleName":"Core"})"), "fine");
  // A new default version of the policy, then none at all.
  EXPECT_EQ(as("root", "iam", "CreatePolicyVersion",
               R"({"PolicyArn":"arn:aws:iam::123456789012:policy/readers","SetAsDefault":true,
                   "PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iam:ListRoles\",\"Resource\":\"*\"}]}"})"),
            "fine");
  EXPECT_TRUE(as("none", "iam", "GetRole", R"({"RoleName":"Core"})").starts_with("AccessDenied"));
  EXPECT_EQ(as("none", "iam", "ListRoles"), "fine");
  EXPECT_EQ(as("root", "iam", "DetachUserPolicy",
               R"({"UserName":"none","PolicyArn":"arn:aws:iam::123456789012:policy/readers"})"),
            "fine");
  EXPECT_TRUE(as("none", "iam", "ListRoles").starts_with("AccessDenied"));
  // The same in another world that began as a copy.
  Cloud other = cloud;
  EXPECT_FALSE(other.call(caller, "us-west-2", "iam", "ListRoles", Object(), now));
}

TEST_F(Authorisation, PassRoleIsAskedForWhenARoleGoesIntoAProfile) {
  ASSERT_EQ(
      as("root", "iam", "PutUserPolicy",
         R"({"UserName":"none","PolicyName":"p","PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iam:AddRoleToInstanceProfile\",\"Resource\":\"*\"}]}"})"),
      "fine");
  const char* add = R"({"InstanceProfileName":"Empty","RoleName":"Blue"})";
  EXPECT_EQ(as("none", "iam", "AddRoleToInstanceProfile", add),
            "AccessDenied 403: User: arn:aws:iam::123456789012:user/none is not authorized to "
            "perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/Blue because no "
            "identity-based policy allows the iam:PassRole action");
  EXPECT_EQ(cloud.audit.back().decision, "denied");
  EXPECT_EQ(cloud.audit.back().effect, "none");
  auto allow = [&](std::string_view service) {
    as("root", "iam", "PutUserPolicy",
       fmt::format(
           R"({{"UserName":"none","PolicyName":"pass","PolicyDocument":"{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":\"iam:PassRole\",\"Resource\":\"*\",\"Condition\":{{\"StringEquals\":{{\"iam:PassedToService\":\"{}\"}}}}}}]}}"}})",
           service));
  };
  allow("lambda.amazonaws.com");
  EXPECT_TRUE(as("none", "iam", "AddRoleToInstanceProfile", add).starts_with("AccessDenied"));
  allow("ec2.amazonaws.com");
  EXPECT_EQ(as("none", "iam", "AddRoleToInstanceProfile", add), "fine");
}

TEST_F(Authorisation, ADryRunOfEc2ChangesNothing) {
  const State before = cloud.state;
  const char* stop = R"({"InstanceIds":["i-00000000000000001"],"DryRun":true})";
  EXPECT_EQ(as("wide", "ec2", "StopInstances", stop),
            "DryRunOperation 412: Request would have succeeded, but DryRun flag is set.");
  EXPECT_EQ(cloud.audit.back().effect, "none");
  EXPECT_TRUE(as("none", "ec2", "StopInstances", stop).starts_with("UnauthorizedOperation 403"));
  EXPECT_EQ(as("wide", "ec2", "DescribeInstances", R"({"DryRun":true})"),
            "DryRunOperation 412: Request would have succeeded, but DryRun flag is set.");
  EXPECT_TRUE(diff(before, cloud.state).empty());
}

TEST_F(Authorisation, OperationsThatAreNotThereAreAnsweredAsTheirServiceAnswersUnknownOnes) {
  struct {
    const char *service, *operation, *expected;
  } rows[] = {
      {"iam", "GenerateCredentialReport2",
       "InvalidAction 400: Could not find operation GenerateCredentialReport2 for version "
       "2010-05-08"},
      {"sts", "Guess", "InvalidAction 400: Could not find operation Guess for version 2011-06-15"},
      {"ec2", "Guess", "InvalidAction 400: The action Guess is not valid for this web service."},
      {"ssm", "Guess",
       "UnknownOperationException 400: The requested operation is not recognized by the service."},
      {"lambda", "Invoke",
       "UnknownOperationException 400: The requested operation is not recognized by the service."},
      {"s3", "Guess",
       "NotImplemented 501: A header you provided implies functionality that is not implemented"},
      {"rds", "DescribeDBInstances",
       "InvalidAction 400: The action DescribeDBInstances is not valid for this web service."},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(as("wide", row.service, row.operation), row.expected);
    EXPECT_EQ(cloud.audit.back().decision, "not implemented");
    EXPECT_EQ(call(row.service, row.operation).error().code, Code::not_found);
  }
}

TEST_F(Authorisation, EveryCallIsOneLineOfTheAuditLog) {
  become("wide");
  ASSERT_TRUE(cloud.call(caller, "us-west-2", "iam", "TagRole",
                         json(R"({"RoleName":"Core","Tags":[{"Key":"a","Value":"b"}]})"), now,
                         "execution-1"));
  ASSERT_EQ(cloud.audit.size(), 1u);
  const AuditEntry& entry = cloud.audit[0];
  EXPECT_EQ(entry.time, now);
  EXPECT_EQ(entry.principal, "arn:aws:iam::123456789012:user/wide");
  EXPECT_EQ(entry.service + ":" + entry.operation, "iam:TagRole");
  EXPECT_EQ(entry.resource, "arn:aws:iam::123456789012:role/Core");
  EXPECT_EQ(entry.decision, "allowed");
  EXPECT_EQ(entry.reason,
            "allowed by identity-based policy arn:aws:iam::aws:policy/AdministratorAccess, "
            "statement #1");
  EXPECT_EQ(entry.effect, "changed");
  EXPECT_EQ(entry.execution, "execution-1");
  EXPECT_EQ(entry.request_id.size(), 36u);
  ASSERT_FALSE(call("iam", "GetRole", R"({"RoleName":"absent"})"));
  EXPECT_EQ(cloud.audit[1].error, "NoSuchEntity");
  EXPECT_EQ(cloud.audit[1].decision, "allowed");
  EXPECT_EQ(cloud.audit[1].effect, "none");
  become("none");
  ASSERT_FALSE(call("iam", "DeleteRole", R"({"RoleName":"Core"})"));
  EXPECT_EQ(cloud.audit[2].decision, "denied");
  EXPECT_EQ(cloud.audit[2].error, "AccessDenied");
  EXPECT_EQ(cloud.audit[2].reason,
            "because no identity-based policy allows the iam:DeleteRole action");
  become("root");
  ASSERT_TRUE(call("iam", "DeleteInstanceProfile", R"({"InstanceProfileName":"Empty"})"));
  EXPECT_EQ(cloud.audit[3].reason, "allowed: the account's root user");
  EXPECT_EQ(cloud.audit[3].effect, "deleted");
}

TEST_F(Authorisation, KeysThatStandForNobodyAreRefusedInEachServicesWords) {
  struct {
    const char *service, *expected;
  } rows[] = {
      {"iam", "InvalidClientTokenId 403: The security token included in the request is invalid."},
      {"sts", "InvalidClientTokenId 403: The security token included in the request is invalid."},
      {"ssm",
       "UnrecognizedClientException 400: The security token included in the request is invalid."},
      {"ec2", "AuthFailure 401: AWS was not able to validate the provided access credentials"},
      {"s3",
       "InvalidAccessKeyId 403: The AWS Access Key Id you provided does not exist in our records."},
  };
  for (const auto& row : rows)
    for (const char* key : {"unheard-of", "off"}) {
      auto found = cloud.find_caller(key, "", row.service, now, nullptr);
      ASSERT_FALSE(found);
      EXPECT_EQ(
          fmt::format("{} {}: {}", found.error().name, found.error().status, found.error().message),
          row.expected);
    }
  EXPECT_FALSE(cloud.find_caller("wide", "a-token", "iam", now, nullptr));
  EXPECT_EQ(cloud.find_caller("wide", "a-token", "s3", now, nullptr).error().name, "InvalidToken");
}

TEST_F(Authorisation, ADeletedUserIsNobodyEvenToThoseWhoHoldTheCaller) {
  become("none");
  const Caller held = caller;
  ASSERT_EQ(as("root", "iam", "DeleteAccessKey", R"({"UserName":"none","AccessKeyId":"none"})"),
            "fine");
  ASSERT_EQ(as("root", "iam", "DeleteAccessKey", R"({"UserName":"none","AccessKeyId":"off"})"),
            "fine");
  ASSERT_EQ(as("root", "iam", "DeleteUser", R"({"UserName":"none"})"), "fine");
  caller = held;
  EXPECT_EQ(say("sts", "GetCallerIdentity", "{}"),
            "InvalidClientTokenId: The security token included in the request is invalid.");
  EXPECT_EQ(cloud.audit.back().decision, "unauthenticated");
}

TEST(Permissions, GlobalKeysReachTheConditions) {
  // Each condition allows GetCallerIdentity's neighbour when it holds.
  struct {
    const char* condition;
    bool holds;
  } rows[] = {
      {R"({"DateLessThan":{"aws:CurrentTime":"2026-11-24T12:00:00Z"}})", true},
      {R"({"DateLessThan":{"aws:CurrentTime":"2026-11-24T11:00:00Z"}})", false},
      {R"({"NumericGreaterThan":{"aws:EpochTime":"1700000000"}})", true},
      {R"({"IpAddress":{"aws:SourceIp":"127.0.0.0/8"}})", true},
      {R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})", false},
      {R"({"Bool":{"aws:SecureTransport":"true"}})", false},
      {R"({"Bool":{"aws:SecureTransport":"false"}})", true},
      {R"({"StringEquals":{"aws:PrincipalType":"User"}})", true},
      {R"({"StringEquals":{"aws:username":"u"}})", true},
      {R"({"StringLike":{"aws:userid":"AIDA*"}})", true},
      {R"({"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:user/u"}})", true},
      {R"({"StringEquals":{"aws:PrincipalAccount":"123456789012"}})", true},
      {R"({"StringEquals":{"aws:ResourceAccount":"123456789012"}})", true},
      {R"({"StringEquals":{"aws:RequestedRegion":"us-east-1"}})", true},
      {R"({"StringEquals":{"aws:PrincipalTag/team":"blue"}})", true},
      {R"({"Null":{"aws:TokenIssueTime":"true"}})", true},
      {R"({"Null":{"ec2:SourceInstanceARN":"true"}})", true},
      {R"({"StringLike":{"aws:UserAgent":"Boto3/*"}})", true},
      {R"({"Bool":{"aws:ViaAWSService":"false"}})", true},
  };
  for (const auto& row : rows) {
    TestWorld w(fmt::format(
        R"({{"access_keys":{{"u":{{"secret":"s","principal":"u"}}}},"roles":{{"R":{{"service":"ec2.amazonaws.com"}}}},
            "users":{{"u":{{"tags":{{"team":"blue"}},"inline":{{"p":{{"Version":"2012-10-17","Statement":[
            {{"Effect":"Allow","Action":"iam:GetRole","Resource":"*","Condition":{}}}]}}}}}}}}}})",
        row.condition));
    w.become("u");
    w.caller.user_agent = "Boto3/1.26";
    EXPECT_EQ(w.call("iam", "GetRole", R"({"RoleName":"R"})").has_value(), row.holds)
        << row.condition;
  }
}

}  // namespace
}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// AWS's managed policies that runbooks and instances name, written from "AWS managed policies" of
// the AWS Managed Policy Reference Guide.
#include "cloud/iam/managed.h"

#include <fmt/core.h>

#include "base/hash.h"
#include "base/text.h"

namespace stint::cloud::iam {
namespace {

struct Published {
  std::string_view name;
  int version;
  std::string_view created, updated;
  std::string_view description;
  std::string_view document;
};

constexpr Published published[] = {
    {"AWSDenyAll", 1, "2019-05-01T22:36:14Z", "2019-05-01T22:36:14Z", "Deny all access.",
     R"({"Version":"2012-10-17","Statement":[{"Sid":"DenyAll","Effect":"Deny","Action":["*"],"Resource":"*"}]})"},
    {"AdministratorAccess", 1, "2015-02-06T18:39:46Z", "2015-02-06T18:39:46Z",
     "Provides full access to AWS services and resources.",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})"},
    {"AmazonEC2FullAccess", 5, "2015-02-06T18:40:15Z", "2018-11-27T02:16:56Z",
     "Provides full access to Amazon EC2 via the AWS Management Console.",
     R"({"Version":"2012-10-17","Statement":[
{"Action":"ec2:*","Effect":"Allow","Resource":"*"},
{"Effect":"Allow","Action":"elasticloadbalancing:*","Resource":"*"},
{"Effect":"Allow","Action":"cloudwatch:*","Resource":"*"},
{"Effect":"Allow","Action":"autoscaling:*","Resource":"*"},
{"Effect":"Allow","Action":"iam:CreateServiceLinkedRole","Resource":"*","Condition":{"StringEquals":
{"iam:AWSServiceName":["autoscaling.amazonaws.com","ec2scheduled.amazonaws.com",
"elasticloadbalancing.amazonaws.com","spot.amazonaws.com","spotfleet.amazonaws.com",
"transitgateway.amazonaws.com"]}}}]})"},
    {"AmazonEC2ReadOnlyAccess", 2, "2015-02-06T18:40:17Z", "2024-02-14T18:43:39Z",
     "Provides read only access to Amazon EC2 via the AWS Management Console.",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["ec2:Describe*","ec2:GetSecurityGroupsForVpc"],"Resource":"*"},
{"Effect":"Allow","Action":"elasticloadbalancing:Describe*","Resource":"*"},
{"Effect":"Allow","Action":["cloudwatch:ListMetrics","cloudwatch:GetMetricStatistics",
"cloudwatch:Describe*"],"Resource":"*"},
{"Effect":"Allow","Action":"autoscaling:Describe*","Resource":"*"}]})"},
    {"AmazonS3FullAccess", 2, "2015-02-06T18:40:58Z", "2021-09-27T20:16:37Z",
     "Provides full access to all buckets via the AWS Management Console.",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*",
"s3-object-lambda:*"],"Resource":"*"}]})"},
    {"AmazonS3ReadOnlyAccess", 3, "2015-02-06T18:40:59Z", "2023-08-10T21:31:39Z",
     "Provides read only access to all buckets via the AWS Management Console.",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*",
"s3:Describe*","s3-object-lambda:Get*","s3-object-lambda:List*"],"Resource":"*"}]})"},
    {"AmazonSSMManagedInstanceCore", 2, "2019-03-15T17:22:12Z", "2019-05-23T16:54:21Z",
     "The policy for Amazon EC2 Role to enable AWS Systems Manager service core functionality.",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["ssm:DescribeAssociation","ssm:GetDeployablePatchSnapshotForInstance",
"ssm:GetDocument","ssm:DescribeDocument","ssm:GetManifest","ssm:GetParameter","ssm:GetParameters",
"ssm:ListAssociations","ssm:ListInstanceAssociations","ssm:PutInventory","ssm:PutComplianceItems",
"ssm:PutConfigurePackageResult","ssm:UpdateAssociationStatus",
"ssm:UpdateInstanceAssociationStatus","ssm:UpdateInstanceInformation"],"Resource":"*"},
{"Effect":"Allow","Action":["ssmmessages:CreateControlChannel","ssmmessages:CreateDataChannel",
"ssmmessages:OpenControlChannel","ssmmessages:OpenDataChannel"],"Resource":"*"},
{"Effect":"Allow","Action":["ec2messages:AcknowledgeMessage","ec2messages:DeleteMessage",
"ec2messages:FailMessage","ec2messages:GetEndpoint","ec2messages:GetMessages",
"ec2messages:SendReply"],"Resource":"*"}]})"},
    {"AmazonSSMReadOnlyAccess", 1, "2015-05-29T17:44:19Z", "2015-05-29T17:44:19Z",
     "Provides read only access to Amazon SSM.",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ssm:Describe*","ssm:Get*",
"ssm:List*"],"Resource":"*"}]})"},
    {"IAMFullAccess", 2, "2015-02-06T18:40:38Z", "2019-06-21T19:40:00Z",
     "Provides full access to IAM via the AWS Management Console.",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:*",
"organizations:DescribeAccount","organizations:DescribeOrganization",
"organizations:DescribeOrganizationalUnit","organizations:DescribePolicy",
"organizations:ListChildren","organizations:ListParents","organizations:ListPoliciesForTarget",
"organizations:ListRoots","organizations:ListPolicies","organizations:ListTargetsForPolicy"],
"Resource":"*"}]})"},
    {"IAMReadOnlyAccess", 4, "2015-02-06T18:40:39Z", "2018-01-25T19:11:27Z",
     "Provides read only access to IAM via the AWS Management Console.",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[
"iam:GenerateCredentialReport","iam:GenerateServiceLastAccessedDetails","iam:Get*","iam:List*",
"iam:SimulateCustomPolicy","iam:SimulatePrincipalPolicy"],"Resource":"*"}]})"},
};

std::string fixed_id(std::string_view name) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const Sha256 digest = sha256(name);
  std::string id = "ANPA";
  for (std::size_t i = 0; i < 17; ++i) id += alphabet[digest[i] % alphabet.size()];
  return id;
}

Table<Policy> make_policies() {
  Table<Policy> out;
  for (const Published& from : published) {
    Policy policy{.name = std::string(from.name),
                  .id = fixed_id(from.name),
                  .arn = fmt::format("arn:aws:iam::aws:policy/{}", from.name),
                  .description = std::string(from.description),
                  .next_version = from.version + 1,
                  .created = *parse_time(from.created),
                  .updated = *parse_time(from.updated)};
    policy.versions.push_back({.id = fmt::format("v{}", from.version),
                               .document = std::string(from.document),
                               .is_default = true,
                               .created = policy.updated});
    std::string arn = policy.arn;
    out.put(std::move(arn), std::move(policy));
  }
  return out;
}

}  // namespace

const Table<Policy>& aws_policies() {
  static const Table<Policy> policies = make_policies();
  return policies;
}

std::shared_ptr<const Policy> find_policy(const State& state, std::string_view arn) {
  if (auto own = state.policies.share(arn)) return own;
  return aws_policies().share(arn);
}

}  // namespace stint::cloud::iam

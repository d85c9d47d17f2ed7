// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "policy/inspect.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace stint::policy {
namespace {

DocumentPtr read_policy(std::string_view text, Type type = Type::identity) {
  auto document = parse(text, type);
  EXPECT_TRUE(document) << document.error().message;
  return document ? *document : nullptr;
}

std::string spans(std::string_view text) {
  std::string out;
  for (const Span& span : statement_spans(text))
    out += fmt::format("{}:{}-{}:{} ", span.start.line, span.start.column, span.end.line,
                       span.end.column);
  return out;
}

TEST(PolicyInspect, KeysAreThoseOfConditionsAndVariablesEachOnce) {
  const auto document = read_policy(R"({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${aws:username}/*",
     "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01"},
                   "StringEquals": {"s3:prefix": ["${aws:PrincipalTag/Team, 'x'}", "home"],
                                    "AWS:username": "ann"}}},
    {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::c/${aws:userid}${*}",
     "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:${aws:PrincipalAccount}:*"},
                   "Null": {"aws:TokenIssueTime": "true"}}}]})");
  EXPECT_EQ(context_keys(*document),
            (std::vector<std::string>{"aws:username", "aws:CurrentTime", "s3:prefix",
                                      "aws:PrincipalTag/Team", "aws:userid", "aws:SourceArn",
                                      "aws:PrincipalAccount", "aws:TokenIssueTime"}));
  // The older version has no variables.
  EXPECT_TRUE(context_keys(*read_policy(R"({"Statement": {"Effect": "Allow", "Action": "s3:*",
    "Resource": "arn:aws:s3:::b/${aws:username}/*"}})"))
                  .empty());
}

TEST(PolicyInspect, MatchesAreAllStatementsThatApplyAndMissingAreTheKeysItTook) {
  const std::vector<Named> policies = {{"A", read_policy(R"({"Statement": [
         {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
         {"Effect": "Deny", "Action": "s3:Put*", "Resource": "*",
          "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
         {"Effect": "Deny", "Action": "ec2:*", "Resource": "*",
          "Condition": {"Bool": {"ec2:Unused": "false"}}}]})")},
                                       {"none", nullptr},
                                       {"B", read_policy(R"({"Version": "2012-10-17", "Statement": [
         {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::b/${aws:username}"},
         {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*",
          "Condition": {"Null": {"aws:SourceVpc": "true"}}}]})")}};
  Request request;
  request.action = "s3:PutObject";
  request.resource = "arn:aws:s3:::b/k";
  const Inspection seen = inspect(policies, request);
  ASSERT_EQ(seen.matches.size(), 2u);
  EXPECT_EQ(seen.matches[0].policy, &policies[0]);
  EXPECT_EQ(seen.matches[0].statement, 0u);
  EXPECT_FALSE(seen.matches[0].deny);
  EXPECT_EQ(seen.matches[1].policy, &policies[2]);
  EXPECT_EQ(seen.matches[1].statement, 1u);
  EXPECT_TRUE(seen.matches[1].deny);
  EXPECT_EQ(seen.missing, (std::vector<std::string>{"aws:SecureTransport", "aws:username"}));
}

TEST(PolicyInspect, PrincipalsCountInResourceBasedPolicies) {
  const std::vector<Named> policies = {{"R", read_policy(R"({"Statement": [
      {"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "s3:*", "Resource": "*"},
      {"Effect": "Allow", "Principal": "*", "Action": "s3:Get*", "Resource": "*"}]})",
                                                         Type::resource)}};
  Request request;
  request.subject.account = "222222222222";
  request.action = "s3:GetObject";
  request.resource = "arn:aws:s3:::b/k";
  ASSERT_EQ(inspect(policies, request, true).matches.size(), 1u);
  EXPECT_EQ(inspect(policies, request, true).matches[0].statement, 1u);
}

// The positions of the AWS CLI's example of simulate-custom-policy and of recorded answers.
TEST(PolicyInspect, StatementsStandWhereTheSimulatorCountsThem) {
  EXPECT_EQ(
      spans(
          R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}})"),
      "1:38-1:167 ");
  EXPECT_EQ(
      spans(R"({"Version": "2012-10-17", "Statement": [{"a": 1}, {"b": "}]\"{"},{"c":[{}]}]})"),
      "1:41-1:49 1:49-1:65 1:65-1:76 ");
  EXPECT_EQ(spans("{\n    \"Version\": \"2012-10-17\",\n    \"Statement\": [\n        {\n"
                  "            \"Effect\": \"Allow\"\n        }\n    ]\n}"),
            "3:19-6:10 ");
  EXPECT_EQ(spans(R"({"Id":{"Statement":[{}]},"Statement":[true,{"\u00e9é":1}]})"),
            "1:39-1:43 1:43-1:57 ");
  for (const char* bad : {"", "[]", "{", "{}", "{\"a\"", "{\"Statement\"",
                          "{\"Statement\":", "{\"a\":[", "{\"Statement\":["})
    EXPECT_LE(statement_spans(bad).size(), 1u) << bad;
}

}  // namespace
}  // namespace stint::policy

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "policy/policy.h"

#include <gtest/gtest.h>

#include "policy/statement.h"

namespace stint::policy {
namespace {

DocumentPtr read(std::string_view text, Type type = Type::identity) {
  auto document = parse(text, type);
  EXPECT_TRUE(document) << document.error().message;
  return document ? *document : nullptr;
}

Request asked(std::string action, std::string resource = "*") {
  Request request;
  request.subject.account = "123456789012";
  request.subject.arn = "arn:aws:iam::123456789012:user/alice";
  request.action = std::move(action);
  request.resource = std::move(resource);
  return request;
}

TEST(Policy, ExplainNamesThePolicyAndTheStatementThatAllowed) {
  Policies policies;
  policies.identity = {
      {"A", read(R"({"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}})")},
      {"B", read(R"({"Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"},
                                   {"Sid": "Run", "Effect": "Allow", "Action": "ec2:Run*", "Resource": "*"},
                                   {"Effect": "Deny", "Action": "ec2:Stop*", "Resource": "*"}]})")}};
  const Request run = asked("ec2:RunInstances");
  EXPECT_EQ(explain(evaluate(policies, run), run),
            "allowed by identity-based policy B, statement Run");
  const Request list = asked("s3:ListBucket");
  EXPECT_EQ(explain(evaluate(policies, list), list),
            "allowed by identity-based policy A, statement #1");
  const Decision stop = evaluate(policies, asked("ec2:StopInstances"));
  EXPECT_EQ(stop.kind, Decision::Kind::explicit_deny);
  EXPECT_EQ(stop.by, "identity-based policy");
  EXPECT_EQ(stop.policy, "B");
  EXPECT_EQ(stop.statement, "#3");
}

TEST(Policy, RootIsAllowedByNoPolicy) {
  Policies policies;
  policies.root = true;
  const Request request = asked("iam:CreateRole");
  EXPECT_EQ(explain(evaluate(policies, request), request), "allowed: the account's root user");
}

TEST(Policy, AnImplicitDenyNamesNoStatement) {
  const Request request = asked("iam:CreateRole");
  const Decision decision = evaluate({}, request);
  EXPECT_EQ(explain(decision, request),
            "because no identity-based policy allows the iam:CreateRole action");
  EXPECT_EQ(decision.policy + decision.statement, "");
}

TEST(Policy, APolicyWithoutADocumentSaysNothing) {
  Policies policies;
  policies.identity = {{"gone", nullptr}};
  EXPECT_FALSE(evaluate(policies, asked("s3:ListBucket")).allowed());
}

TEST(Policy, ContextKeysAreFoundInAnyCase) {
  Context context;
  context.set("aws:RequestTag/Team", "red");
  ASSERT_NE(context.find("AWS:requesttag/TEAM"), nullptr);
  EXPECT_EQ(context.find("aws:requesttag/team")->front(), "red");
  EXPECT_EQ(context.find("aws:requesttag/teams"), nullptr);
}

TEST(Policy, WhatTheContextSaysOfTheAskerComesFirst) {
  Policies policies;
  policies.identity = {
      {"P", read(R"({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",
                     "Condition": {"StringEquals": {"aws:PrincipalAccount": "999999999999"}}}})")}};
  Request request = asked("s3:ListBucket");
  EXPECT_FALSE(evaluate(policies, request).allowed());
  request.context.set("aws:PrincipalAccount", "999999999999");
  EXPECT_TRUE(evaluate(policies, request).allowed());
}

TEST(Policy, StatementsKnowWhereTheyStood) {
  const auto document = read(
      "{\"Statement\": [\n  {\"Effect\": \"Allow\", \"Action\": \"S3:Get*\",\n"
      "   \"Resource\": \"arn:aws:sqs:eu-west-1\"}]}");
  const Statement& statement = *document->statements.at(0);
  EXPECT_EQ(statement.where.line, 2u);
  EXPECT_EQ(statement.where.column, 3u);
  EXPECT_EQ(statement.actions.at(0).text(), "s3:get*");
  EXPECT_EQ(statement.resources.at(0).text(), "arn:aws:sqs:eu-west-1:*:*");
  EXPECT_EQ(document->version, "2008-10-17");
}

TEST(Policy, ConditionsKeepWhatWasWritten) {
  const auto document =
      read(R"({"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition":
               {"ForAnyValue:NumericLessThanIfExists": {"K": [1, "2.5"]}}}})");
  const Condition& condition = document->statements.at(0)->conditions.at(0);
  EXPECT_EQ(condition.key, "k");
  EXPECT_EQ(condition.condition, "ForAnyValue:NumericLessThanIfExists");
  EXPECT_EQ(condition.written, (std::vector<std::string>{"1", "2.5"}));
  EXPECT_EQ(condition.operands.size(), 2u);
  EXPECT_TRUE(condition.if_exists);
}

TEST(Policy, WildcardsStandForWholeCharacters) {
  EXPECT_TRUE(matches("a?c", "a\u00e9c"));
  EXPECT_FALSE(matches("a??c", "a\u00e9c"));
  EXPECT_TRUE(matches("*?", "\u20ac"));
  EXPECT_FALSE(matches("?", ""));
  EXPECT_TRUE(matches("", ""));
  EXPECT_TRUE(matches("**", ""));
}

TEST(Policy, NoPatternTakesForever) {
  const std::string text(20'000, 'a');
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "a*";
  EXPECT_FALSE(matches(pattern + "b", text));  // a recursive matcher would not come back
}

TEST(Policy, ADeepTextIsRefused) {
  const auto document = parse(std::string(5'000, '['), Type::trust);
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().message, "This policy contains invalid Json");
}

}  // namespace
}  // namespace stint::policy

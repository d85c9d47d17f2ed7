// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// A decision allocates nothing: every call of every service goes through one. The time that it
// takes is measured by bench/policy_bench.cc.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "policy/policy.h"

namespace {
thread_local std::size_t allocations = 0;
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace stint::policy {
namespace {

Named named(const char* name, std::string_view text, Type type = Type::identity) {
  auto document = parse(text, type);
  EXPECT_TRUE(document) << document.error().message;
  return {name, document ? *document : nullptr};
}

TEST(PolicyCost, ADecisionAllocatesNothing) {
  Policies policies;
  policies.identity = {named("a policy with a name that is not short", R"({"Version": "2012-10-17",
    "Statement": [
      {"Effect": "Allow", "Action": ["ec2:Describe*", "ec2:*Tags"], "Resource": "*"},
      {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*", "Condition": {
        "NumericLessThan": {"n": "3"}, "DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}},
      {"Effect": "Allow", "Action": "s3:Get*", "NotResource": "arn:aws:s3:::secret/*"},
      {"Sid": "Mine", "Effect": "Allow", "Action": "s3:PutObject",
       "Resource": "arn:aws:s3:::home/${aws:username}/${aws:PrincipalTag/team, 'none'}/*",
       "Condition": {"StringEqualsIgnoreCase": {"k": "RED"}, "Bool": {"flag": "true"},
                     "IpAddress": {"aws:SourceIp": "10.0.0.0/8"},
                     "ArnLike": {"arn": "arn:aws:sns:*:*:t"},
                     "ForAllValues:StringLike": {"list": ["a*", "b?"]}}}]})")};
  policies.resource = {named("bucket", R"({"Statement": [{"Effect": "Deny",
    "NotPrincipal": {"AWS": ["arn:aws:iam::123456789012:user/alice"]}, "Action": "s3:*",
    "Resource": "*"}]})",
                             Type::resource)};
  policies.session = {named("session", R"({"Statement": [{"Effect": "Allow", "Action": "*",
    "Resource": "*"}]})")};
  Request request;
  request.subject = {.account = "123456789012",
                     .arn = "arn:aws:iam::123456789012:user/alice",
                     .user_id = "AIDAALICE0000000000A",
                     .user_name = "alice"};
  request.action = "s3:PutObject";
  request.resource = "arn:aws:s3:::home/alice/none/file.txt";
  request.context.set("k", "red");
  request.context.set("n", "7");
  request.context.set("flag", "true");
  request.context.set("aws:SourceIp", "10.1.2.3");
  request.context.set("aws:CurrentTime", "2026-11-24T11:18:00Z");
  request.context.set("arn", "arn:aws:sns:eu-west-1:123456789012:t");
  request.context.set("list", std::vector<std::string>{"ab", "bc"});

  const std::size_t before = allocations;
  const Outcome allowed = judge(policies, request);
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(allowed.kind, Decision::Kind::allowed);
  EXPECT_EQ(allowed.by, "identity-based policy");
  ASSERT_NE(allowed.policy, nullptr);
  EXPECT_EQ(allowed.statement, 3u);
  request.action = "s3:DeleteObject";
  const std::size_t again = allocations;
  EXPECT_FALSE(judge(policies, request).allowed());
  EXPECT_EQ(allocations, again);
}

}  // namespace
}  // namespace stint::policy

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "cloud/sts/sessions.h"
#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using namespace std::chrono_literals;
using cloud::testing::json;
using cloud::testing::TestWorld;

constexpr std::string_view sts_world = R"({
  "access_keys": {"admin": {"secret": "s", "principal": "admin"},
                  "plain": {"secret": "s", "principal": "plain"},
                  "root": {"secret": "s", "principal": "root"}},
  "users": {"admin": {"managed": ["AdministratorAccess"]}, "plain": {}},
  "roles": {
    "Delegated": {"managed": ["AmazonS3ReadOnlyAccess"], "tags": {"team": "blue"}, "trust": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
       "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]}]}},
    "Direct": {"managed": ["AdministratorAccess"], "trust": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/plain"},
       "Action": "sts:AssumeRole"}]}},
    "External": {"trust": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole",
       "Condition": {"StringEquals": {"sts:ExternalId": "secret-word"}}}]}},
    "Automation": {"service": "ssm.amazonaws.com", "managed": ["AmazonEC2ReadOnlyAccess"]},
    "Core": {"service": "ec2.amazonaws.com", "managed": ["AmazonSSMManagedInstanceCore"]}
  },
  "buckets": {"data": {"objects": {"x": {"text": "x"}}}},
  "accounts": {"210987654321": {"roles": {"Far": {"trust": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
       "Action": "sts:AssumeRole"}]}, "managed": ["AdministratorAccess"]}}}}
})";

struct Sts : ::testing::Test, TestWorld {
  Sts() : TestWorld(sts_world) {}

  std::string assume(std::string_view role, std::string_view more = "",
                     std::string_view account = "123456789012") {
    auto answer = call("sts", "AssumeRole",
                       json(fmt::format(R"({{"RoleArn":"arn:aws:iam::{}:role/{}",
                                            "RoleSessionName":"me"{}}})",
                                        account, role, more)));
    if (!answer)
      return fmt::format("{} {}: {}", answer.error().name, answer.error().status,
                         answer.error().message);
    credentials = (*answer)["Credentials"];
    return answer->operator[]("AssumedRoleUser").text("Arn");
  }
  /// Becomes the session that was given out last.
  void enter() {
    auto found = cloud.find_caller(credentials.text("AccessKeyId"),
                                   credentials.text("SessionToken"), "sts", now, nullptr);
    ASSERT_TRUE(found) << found.error().message;
    caller = *found;
  }
  std::string who() { return say("sts", "GetCallerIdentity", "{}"); }
  Value credentials;
};

TEST_F(Sts, EveryoneMayAskWhoTheyAre) {
  become("plain");
  auto id = cloud.state.account("123456789012").iam.users.find("plain")->id;
  EXPECT_EQ(who(), fmt::format(R"({{"UserId":"{}","Account":"123456789012",)"
                               R"("Arn":"arn:aws:iam::123456789012:user/plain"}})",
                               id));
  become("root");
  EXPECT_EQ(who(), R"({"UserId":"123456789012","Account":"123456789012",)"
                   R"("Arn":"arn:aws:iam::123456789012:root"})");
}

TEST_F(Sts, ATrustedAccountStillNeedsAnIdentityPolicyATrustedUserDoesNot) {
  become("plain");
  EXPECT_EQ(assume("Delegated"),
            "AccessDenied 403: User: arn:aws:iam::123456789012:user/plain is not authorized to "
            "perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/Delegated because "
            "no identity-based policy allows the sts:AssumeRole action");
  EXPECT_EQ(assume("Direct"), "arn:aws:sts::123456789012:assumed-role/Direct/me");
  become("admin");
  EXPECT_EQ(assume("Delegated"), "arn:aws:sts::123456789012:assumed-role/Delegated/me");
  EXPECT_EQ(assume("Direct"),
            "AccessDenied 403: User: arn:aws:iam::123456789012:user/admin is not authorized to "
            "perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/Direct");
}

TEST_F(Sts, AnotherAccountsRoleNeedsBothSides) {
  become("plain");
  EXPECT_TRUE(assume("Far", "", "210987654321").starts_with("AccessDenied"));
  become("admin");
  EXPECT_EQ(assume("Far", "", "210987654321"), "arn:aws:sts::210987654321:assumed-role/Far/me");
  enter();
  EXPECT_EQ(json(who()).text("Account"), "210987654321");
}

TEST_F(Sts, RootMayNotAssumeRoles) {
  become("root");
  EXPECT_EQ(assume("Delegated"), "AccessDenied 403: Roles may not be assumed by root accounts.");
}

TEST_F(Sts, AnExternalIdMustBeTheOneTheTrustPolicyNames) {
  become("admin");
  EXPECT_TRUE(assume("External").starts_with("AccessDenied"));
  EXPECT_TRUE(assume("External", R"(,"ExternalId":"guess")").starts_with("AccessDenied"));
  EXPECT_EQ(assume("External", R"(,"ExternalId":"secret-word")"),
            "arn:aws:sts::123456789012:assumed-role/External/me");
}

TEST_F(Sts, DurationsHaveTheirLimits) {
  become("admin");
  EXPECT_EQ(assume("Delegated", R"(,"DurationSeconds":899)"),
            "ValidationError 400: 1 validation error detected: Value '899' at 'durationSeconds' "
            "failed to satisfy constraint: Member must have value greater than or equal to 900");
  EXPECT_EQ(assume("Delegated", R"(,"DurationSeconds":43201)"),
            "ValidationError 400: 1 validation error detected: Value '43201' at 'durationSeconds' "
            "failed to satisfy constraint: Member must have value less than or equal to 43200");
  EXPECT_EQ(assume("Delegated", R"(,"DurationSeconds":3601)"),
            "ValidationError 400: The requested DurationSeconds exceeds the MaxSessionDuration set "
            "for this role.");
  EXPECT_TRUE(assume("Delegated", R"(,"DurationSeconds":900)").starts_with("arn:"));
  EXPECT_EQ(credentials.text("Expiration"), "2026-11-24T11:33:00Z");
  cloud.state.account("123456789012").iam.roles.edit("Direct")->max_session_seconds = 7200;
  become("plain");
  ASSERT_TRUE(assume("Direct", R"(,"DurationSeconds":7200)").starts_with("arn:"));
  enter();  // Direct administrates, so it may assume Delegated: a chain
  cloud.state.account("123456789012").iam.roles.edit("Delegated")->max_session_seconds = 7200;
  EXPECT_EQ(assume("Delegated", R"(,"DurationSeconds":7200)"),
            "ValidationError 400: The requested DurationSeconds exceeds the 1 hour session limit "
            "for roles assumed by role chaining");
  EXPECT_TRUE(assume("Delegated").starts_with("arn:"));
}

TEST_F(Sts, BadSessionNamesAndPoliciesAreRefused) {
  become("admin");
  auto name = [&](std::string_view text) {
    return say("sts", "AssumeRole",
               fmt::format(R"({{"RoleArn":"arn:aws:iam::123456789012:role/Delegated",
                               "RoleSessionName":"{}"}})",
                           text));
  };
  EXPECT_EQ(name("a b"),
            "ValidationError: 1 validation error detected: Value 'a b' at 'roleSessionName' failed "
            "to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*");
  EXPECT_EQ(
      name("a"),
      "ValidationError: 1 validation error detected: Value 'a' at 'roleSessionName' failed to "
      "satisfy constraint: Member must have length greater than or equal to 2");
  EXPECT_TRUE(assume("Delegated", R"(,"Policy":"{")").starts_with("MalformedPolicyDocument 400"));
  EXPECT_TRUE(assume("Delegated", R"(,"PolicyArns":[{"arn":"arn:aws:iam::aws:policy/None"}])")
                  .starts_with("ValidationError 400"));
}

TEST_F(Sts, ASessionPolicyOnlyTakesAway) {
  become("admin");
  auto read = [&] { return call("s3", "GetObject", R"({"Bucket":"data","Key":"x"})").has_value(); };
  ASSERT_TRUE(assume("Delegated").starts_with("arn:"));
  enter();
  EXPECT_TRUE(read());
  become("admin");
  ASSERT_TRUE(
      assume(
          "Delegated",
          R"(,"Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"*\"}]}")")
          .starts_with("arn:"));
  enter();
  EXPECT_EQ(say("s3", "GetObject", R"({"Bucket":"data","Key":"x"})"),
            "AccessDenied: User: arn:aws:sts::123456789012:assumed-role/Delegated/me is not "
            "authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::data/x\" because no "
            "session policy allows the s3:GetObject action");
  EXPECT_TRUE(call("s3", "ListObjectsV2", R"({"Bucket":"data"})"));
  become("admin");
  ASSERT_TRUE(assume("Delegated",
                     R"(,"PolicyArns":[{"arn":"arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess"}])")
                  .starts_with("arn:"));
  enter();
  EXPECT_FALSE(read());
  EXPECT_FALSE(call("ec2", "DescribeInstances"));  // the role never had it
}

TEST_F(Sts, SessionTagsOverrideTheRolesAndNeedTagSession) {
  become("admin");
  const char* tags = R"(,"Tags":[{"Key":"team","Value":"red"}])";
  ASSERT_TRUE(assume("Delegated", tags).starts_with("arn:"));
  enter();
  EXPECT_EQ(caller.principal.session_tags.at("team"), "red");
  become("plain");
  EXPECT_EQ(assume("Direct", tags),
            "AccessDenied 403: User: arn:aws:iam::123456789012:user/plain is not authorized to "
            "perform: sts:TagSession on resource: arn:aws:iam::123456789012:role/Direct because no "
            "resource-based policy allows the sts:TagSession action");
  become("admin");
  EXPECT_EQ(assume("Delegated", R"(,"Tags":[{"Key":"a","Value":""},{"Key":"A","Value":""}])"),
            "InvalidParameterValue 400: Duplicate tag keys found. Please note that Tag keys are "
            "case insensitive.");
}

TEST_F(Sts, ASourceIdentityStaysThroughAChain) {
  become("admin");
  ASSERT_TRUE(assume("Delegated", R"(,"SourceIdentity":"ann")").starts_with("arn:"));
  enter();
  cloud.state.account("123456789012").iam.roles.edit("Delegated")->attached = {
      "arn:aws:iam::aws:policy/AdministratorAccess"};
  EXPECT_EQ(assume("Delegated", R"(,"SourceIdentity":"bob")"),
            "AccessDenied 403: The source identity of a session cannot be changed.");
  ASSERT_TRUE(assume("Delegated").starts_with("arn:"));
  enter();
  EXPECT_EQ(caller.principal.source_identity, "ann");
}

TEST_F(Sts, ASessionEndsWithItsTimeInEachServicesWords) {
  become("admin");
  ASSERT_TRUE(assume("Delegated").starts_with("arn:"));
  enter();
  const Caller held = caller;
  advance(1h);
  struct {
    const char *service, *expected;
  } rows[] = {
      {"iam", "ExpiredToken 403: The security token included in the request is expired"},
      {"sts", "ExpiredToken 403: The security token included in the request is expired"},
      {"ssm", "ExpiredTokenException 400: The security token included in the request is expired"},
      {"ec2", "RequestExpired 400: Request has expired."},
      {"s3", "ExpiredToken 400: The provided token has expired."},
  };
  for (const auto& row : rows) {
    auto found = cloud.find_caller(credentials.text("AccessKeyId"),
                                   credentials.text("SessionToken"), row.service, now, nullptr);
    ASSERT_FALSE(found);
    EXPECT_EQ(
        fmt::format("{} {}: {}", found.error().name, found.error().status, found.error().message),
        row.expected);
  }
  caller = held;
  EXPECT_EQ(who(), "ExpiredToken: The security token included in the request is expired");
}

TEST_F(Sts, ASessionDiesWithItsRoleAndDoesNotComeBackWithANewOne) {
  become("plain");
  ASSERT_TRUE(assume("Direct").starts_with("arn:"));
  enter();
  const Caller session = caller;
  EXPECT_TRUE(call("iam", "ListRoles"));
  become("admin");
  ASSERT_TRUE(call("iam", "DetachRolePolicy", R"({"RoleName":"Direct",
                   "PolicyArn":"arn:aws:iam::aws:policy/AdministratorAccess"})"));
  caller = session;
  EXPECT_FALSE(call("iam", "ListRoles"));  // alive, but may do nothing any more
  EXPECT_TRUE(call("sts", "GetCallerIdentity"));
  become("admin");
  const std::string trust = cloud.state.account("123456789012").iam.roles.find("Direct")->trust;
  ASSERT_TRUE(call("iam", "DeleteRole", R"({"RoleName":"Direct"})"));
  caller = session;
  const char* invalid =
      "InvalidClientTokenId: The security token included in the request is invalid.";
  EXPECT_EQ(who(), invalid);
  become("admin");
  ASSERT_TRUE(call("iam", "CreateRole",
                   object({{"RoleName", "Direct"}, {"AssumeRolePolicyDocument", trust}})));
  caller = session;
  EXPECT_EQ(who(), invalid);
}

TEST_F(Sts, ServicesAssumeTheRolesThatTrustThem) {
  Caller ssm = cloud.service("ssm.amazonaws.com", "123456789012");
  auto session = cloud.assume_role(ssm, "arn:aws:iam::123456789012:role/Automation", "run-1", now);
  ASSERT_TRUE(session) << session.error().message;
  caller = *session;
  EXPECT_TRUE(call("ec2", "DescribeInstances"));
  EXPECT_EQ(json(who()).text("Arn"), "arn:aws:sts::123456789012:assumed-role/Automation/run-1");
  EXPECT_FALSE(cloud.assume_role(ssm, "arn:aws:iam::123456789012:role/Core", "run-1", now));

  auto ec2 = [&](std::string_view role) {
    return cloud.service_session("123456789012", role, "ec2.amazonaws.com", "i-1",
                                 "arn:aws:ec2:us-west-2:123456789012:instance/i-1", 6h, now);
  };
  auto core = ec2("Core");
  ASSERT_TRUE(core);
  EXPECT_EQ(cloud.session_caller(*core).principal.source_instance,
            "arn:aws:ec2:us-west-2:123456789012:instance/i-1");
  EXPECT_EQ(core->expires, now + 6h);
  EXPECT_EQ(ec2("Automation").error().message,
            "User: ec2.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: "
            "arn:aws:iam::123456789012:role/Automation");
  EXPECT_EQ(ec2("absent").error().name, "AccessDenied");
}

TEST_F(Sts, ASessionTokenOfAUserMayNotCallIam) {
  become("admin");
  auto answer = call("sts", "GetSessionToken", R"({"DurationSeconds":900})");
  ASSERT_TRUE(answer);
  credentials = (*answer)["Credentials"];
  enter();
  EXPECT_EQ(json(who()).text("Arn"), "arn:aws:iam::123456789012:user/admin");
  EXPECT_TRUE(call("s3", "ListBuckets"));
  EXPECT_EQ(say("iam", "ListRoles", "{}"),
            "InvalidClientTokenId: The security token included in the request is invalid.");
  EXPECT_EQ(say("sts", "GetSessionToken", "{}"),
            "AccessDenied: Cannot call GetSessionToken with session credentials");
  become("root");
  answer = call("sts", "GetSessionToken");
  ASSERT_TRUE(answer);
  EXPECT_EQ((*answer)["Credentials"].text("Expiration"), "2026-11-24T12:18:00Z");
}

TEST_F(Sts, AnAccessKeyTellsItsAccount) {
  become("admin");
  auto info = [&](std::string_view key) {
    return say("sts", "GetAccessKeyInfo", fmt::format(R"({{"AccessKeyId":"{}"}})", key));
  };
  for (const char* account : {"123456789012", "000000000001", "999999999999"}) {
    const std::string key = sts::new_access_key_id(cloud.state.random, "AKIA", account);
    EXPECT_EQ(key.size(), 20u);
    EXPECT_EQ(info(key), fmt::format(R"({{"Account":"{}"}})", account));
  }
  // Published with its account: a real key id tells it the same way.
  EXPECT_EQ(sts::account_of_access_key("ASIAQNZGKIQY56JQ7WML"), "029608264753");
  EXPECT_EQ(info("not-base-32-at-all!!"), "ValidationError: Invalid AccessKeyId.");
}

TEST_F(Sts, SessionsThatEndedLongAgoAreForgotten) {
  // A look is taken at every 256th.
  for (int i = 0; i < 512; ++i)
    ASSERT_TRUE(
        cloud.service_session("123456789012", "Core", "ec2.amazonaws.com", "i-1", "", 1h, now));
  EXPECT_EQ(cloud.state.sts.sessions.size(), 512u);
  advance(26h);
  ASSERT_TRUE(
      cloud.service_session("123456789012", "Core", "ec2.amazonaws.com", "i-1", "", 1h, now));
  EXPECT_EQ(cloud.state.sts.sessions.size(), 1u);
}

}  // namespace
}  // namespace stint::cloud

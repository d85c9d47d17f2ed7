// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// What SNS refuses, by operation.
#include <fmt/core.h>

#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using cloud::testing::expect_denied;
using cloud::testing::expect_refused;
using cloud::testing::Names;
using cloud::testing::TestWorld;

constexpr std::string_view sns_errors_world = R"({
  "access_keys": {"root": {"secret": "s", "principal": "root"},
                  "user": {"secret": "s", "principal": "user"}},
  "users": {"user": {}}
})";

struct SnsErrors : ::testing::Test, TestWorld {
  Names names{{"none", "arn:aws:sns:us-west-2:123456789012:none"}};
  SnsErrors() : TestWorld(sns_errors_world) {
    names["topic"] = made("sns", "CreateTopic", R"({"Name":"t"})").text("TopicArn");
    names["subscription"] = made("sns", "Subscribe",
                                 testing::fill(R"({"TopicArn":"$topic","Protocol":"sms",
             "Endpoint":"+15550100"})",
                                               names))
                                .text("SubscriptionArn");
  }
  Value made(const char* service, const char* operation, const std::string& input) {
    auto answer = call(service, operation, input);
    if (!answer) ADD_FAILURE() << operation << ": " << answer.error().message;
    return answer ? *answer : Value();
  }
};

std::string of_topic(const std::string& arn) {
  return fmt::format(R"({{"TopicArn":"{}","SubscriptionArn":"{}:x","ResourceArn":"{}",
      "Label":"l","AWSAccountId":["123456789012"],"ActionName":["Publish"],"Token":"t",
      "AttributeName":"DisplayName","AttributeValue":"v","Message":"m","Name":"new",
      "PublishBatchRequestEntries":[{{"Id":"1","Message":"m"}}],"Protocol":"sms",
      "Endpoint":"+15550100","Tags":[],"TagKeys":[]}})",
                     arn, arn, arn);
}

constexpr const char* of_topics =
    "AddPermission ConfirmSubscription GetTopicAttributes ListSubscriptionsByTopic Publish "
    "PublishBatch RemovePermission SetTopicAttributes Subscribe";
constexpr const char* of_subscriptions = "GetSubscriptionAttributes SetSubscriptionAttributes";
constexpr const char* of_tags = "ListTagsForResource TagResource UntagResource";

TEST_F(SnsErrors, WhatIsNotThereAndWhatCannotBe) {
  expect_refused(
      *this, "sns", names,
      {{of_topics, of_topic("$none"), "NotFound"},
       {of_subscriptions, of_topic("$topic"), "NotFound"},
       {of_tags, of_topic("$none"), "ResourceNotFound"},
       {of_topics, of_topic("nonsense"), "InvalidParameter"},
       {of_subscriptions, of_topic("nonsense"), "InvalidParameter"},
       {of_tags, of_topic("nonsense"), "InvalidParameter"},
       {"DeleteTopic Unsubscribe", of_topic("nonsense"), "InvalidParameter"},
       {"ListTopics ListSubscriptions", R"({"NextToken":"nonsense"})", "InvalidParameter"}});
}

TEST_F(SnsErrors, KeysThatATopicCannotUse) {
  const std::string publish = of_topic("$topic");
  const auto with_key = [&](const std::string& key) {
    Value in = testing::json(testing::fill(of_topic("$topic"), names));
    in.set("AttributeName", "KmsMasterKeyId");
    in.set("AttributeValue", key);
    EXPECT_TRUE(call("sns", "SetTopicAttributes", in));
  };
  const auto new_key = [&] { return made("kms", "CreateKey", "{}")["KeyMetadata"].text("KeyId"); };
  const auto refused = [&](const char* code) {
    expect_refused(*this, "sns", names, {{"Publish PublishBatch", publish, code}});
  };
  with_key("00000000-0000-0000-0000-000000000000");
  refused("KMSNotFound");
  const std::string key = new_key();
  with_key(key);
  made("kms", "DisableKey", fmt::format(R"({{"KeyId":"{}"}})", key));
  refused("KMSDisabled");
  made("kms", "ScheduleKeyDeletion", fmt::format(R"({{"KeyId":"{}"}})", key));
  refused("KMSInvalidState");
  const std::string hidden = new_key();
  with_key(hidden);
  made("kms", "PutKeyPolicy",
       fmt::format(R"({{"KeyId":"{}","PolicyName":"default","BypassPolicyLockoutSafetyCheck":true,
          "Policy":"{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",)"
                   R"(\"Principal\":{{\"AWS\":\"arn:aws:iam::123456789012:user/user\"}},)"
                   R"(\"Action\":\"kms:Decrypt\",\"Resource\":\"*\"}}]}}"}})",
                   hidden));
  refused("KMSAccessDenied");
}

TEST_F(SnsErrors, WhoMayNothing) {
  Value input = testing::json(testing::fill(of_topic("$topic"), names));
  input.set("SubscriptionArn", names["subscription"]);
  become("user");
  expect_denied(*this, "sns", input, "AuthorizationError");
}

}  // namespace
}  // namespace stint::cloud

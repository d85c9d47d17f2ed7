// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// What CloudWatch Logs refuses, by operation.
#include <fmt/core.h>

#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using cloud::testing::expect_denied;
using cloud::testing::expect_refused;
using cloud::testing::Names;
using cloud::testing::TestWorld;
using cloud::testing::user_world;

struct LogsErrors : ::testing::Test, TestWorld {
  Names names{{"groups", "arn:aws:logs:us-west-2:123456789012:log-group"}};
  LogsErrors() : TestWorld(user_world) {
    EXPECT_TRUE(call("logs", "CreateLogGroup", R"({"logGroupName":"g"})"));
    EXPECT_TRUE(call("logs", "CreateLogStream", R"({"logGroupName":"g","logStreamName":"s"})"));
  }
};

std::string in_group(const std::string& name, const std::string& more = {}) {
  return fmt::format(R"({{"logGroupName":"{}","logStreamName":"s","retentionInDays":1,
      "kmsKeyId":"k","tags":{{"a":"1"}},"logEvents":[{{"timestamp":0,"message":"m"}}]{}}})",
                     name, more);
}
std::string of_arn(const std::string& arn, const std::string& tags = "{}") {
  return fmt::format(R"({{"resourceArn":"{}","tags":{},"tagKeys":["a"]}})", arn, tags);
}

constexpr const char* of_groups =
    "AssociateKmsKey CreateLogStream DeleteLogGroup DeleteLogStream DeleteRetentionPolicy "
    "DescribeLogStreams DisassociateKmsKey FilterLogEvents GetLogEvents PutLogEvents "
    "PutRetentionPolicy TagLogGroup";

TEST_F(LogsErrors, GroupsThatAreNotThereAndNamesThatAreNone) {
  std::string tags;
  for (int i = 0; i < 51; ++i) tags += fmt::format(R"({}"{}":"v")", i == 0 ? "" : ",", i);
  expect_refused(
      *this, "logs", names,
      {{of_groups, in_group("none"), "ResourceNotFoundException"},
       {"UntagLogGroup", R"({"logGroupName":"none","tags":["a"]})", "ResourceNotFoundException"},
       {"ListTagsLogGroup", in_group("none"), "ResourceNotFoundException"},
       {of_groups, in_group("a b"), "InvalidParameterException"},
       {"CreateLogGroup", in_group("a b"), "InvalidParameterException"},
       {"ListTagsForResource TagResource UntagResource", of_arn("$groups:none"),
        "ResourceNotFoundException"},
       {"ListTagsForResource TagResource UntagResource", of_arn("nonsense"),
        "InvalidParameterException"},
       {"TagResource", of_arn("$groups:g", "{" + tags + "}"), "TooManyTagsException"},
       {"TagLogGroup", R"({"logGroupName":"g","tags":{)" + tags + "}}",
        "InvalidParameterException"},
       {"CreateLogGroup", R"({"logGroupName":"new","tags":{)" + tags + "}}",
        "InvalidParameterException"}});
}

std::string a_filter(const std::string& group, const std::string& name,
                     const std::string& more = {}) {
  return fmt::format(R"({{"logGroupName":"{}","filterName":"{}","filterPattern":"ERROR",
      "metricTransformations":[{{"metricName":"m","metricNamespace":"n","metricValue":"1"}}]{}}})",
                     group, name, more);
}

TEST_F(LogsErrors, OfMetricFilters) {
  expect_refused(
      *this, "logs", names,
      {{"DeleteMetricFilter DescribeMetricFilters PutMetricFilter", a_filter("none", "f"),
        "ResourceNotFoundException"},
       {"DeleteMetricFilter", a_filter("g", "f"), "ResourceNotFoundException"},
       {"DeleteMetricFilter PutMetricFilter", a_filter("g", "a:b"), "InvalidParameterException"},
       {"DescribeMetricFilters", a_filter("a b", "f"), "InvalidParameterException"},
       {"DescribeMetricFilters", R"({"metricName":"m"})", "InvalidParameterException"},
       {"PutMetricFilter", R"({"logGroupName":"g","filterName":"f","filterPattern":""})",
        "InvalidParameterException"}});
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(call("logs", "PutMetricFilter", a_filter("g", fmt::format("f{}", i))));
  expect_refused(*this, "logs", names,
                 {{"PutMetricFilter", a_filter("g", "more"), "LimitExceededException"}});
  EXPECT_TRUE(call("logs", "PutMetricFilter", a_filter("g", "f7"))) << "one that is there already";
}

TEST_F(LogsErrors, KeysThatCannotBeUsed) {
  expect_refused(*this, "logs", names,
                 {{"AssociateKmsKey", in_group("g"), "InvalidParameterException"},
                  {"CreateLogGroup", R"({"logGroupName":"new","kmsKeyId":"k"})",
                   "InvalidParameterException"}});
  auto key = call("kms", "CreateKey");
  ASSERT_TRUE(key);
  const std::string arn = (*key)["KeyMetadata"].text("Arn");
  EXPECT_TRUE(call("logs", "AssociateKmsKey", object({{"logGroupName", "g"}, {"kmsKeyId", arn}})));
  ASSERT_TRUE(call("kms", "DisableKey", object({{"KeyId", arn}})));
  names["key"] = arn;
  expect_refused(*this, "logs", names,
                 {{"AssociateKmsKey", R"({"logGroupName":"g","kmsKeyId":"$key"})",
                   "InvalidParameterException"}});
}

TEST_F(LogsErrors, WhoMayNothing) {
  become("user");
  Value input = testing::json(in_group("g"));
  input.set("resourceArn", "arn:aws:logs:us-west-2:123456789012:log-group:g");
  expect_denied(*this, "logs", input, "AccessDeniedException");
}

}  // namespace
}  // namespace stint::cloud

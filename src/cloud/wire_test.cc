// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// What the models do not say about EC2 and S3 on the wire.
#include <fmt/core.h>

#include "aws/protocol.h"
#include "aws/sigv4.h"
#include "base/check.h"
#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using cloud::testing::json;
using cloud::testing::TestWorld;

constexpr std::string_view services_world = R"({
  "access_keys": {"root": {"secret": "secret", "principal": "root"},
                  "none": {"secret": "secret", "principal": "none"}},
  "users": {"none": {}},
  "roles": {"Core": {"service": "ec2.amazonaws.com"}},
  "profiles": {"Core": "Core"},
  "instances": {"i-00000000000000001": {"profile": "Core"}},
  "buckets": {"data": {"objects": {"a": {"text": "0123456789"}}}}
})";

struct Wire : ::testing::Test, TestWorld {
  Wire() : TestWorld(services_world) {}

  net::Response send(std::string_view service, std::string_view operation, std::string_view input,
                     std::string_view more_body = {}, std::string key = "root") {
    auto model = models.service(service);
    STINT_CHECK(model);
    auto request = aws::encode_request(*(*model)->find(operation), json(input));
    STINT_CHECK(request);
    request->url = "http://127.0.0.1:4566";
    request->headers.set("host", "127.0.0.1:4566");
    request->body += more_body;
    aws::sign(*request, {.access_key = std::move(key), .secret_key = "secret"}, "us-west-2",
              (*model)->signing_name(), now);
    return door.handle(*request, now, now);
  }

  aws::Models models{aws::Models::Options{}};
  FrontDoor door{cloud, models};
};

TEST_F(Wire, AssociationsTakeDryRunAlthoughNoModelHasIt) {
  const char* input =
      R"({"InstanceId":"i-00000000000000001","IamInstanceProfile":{"Name":"Core"}})";
  net::Response fine = send("ec2", "AssociateIamInstanceProfile", input, "&DryRun=true");
  EXPECT_EQ(fine.status, 412);
  EXPECT_NE(fine.body.find("<Code>DryRunOperation</Code>"), std::string::npos) << fine.body;
  net::Response denied = send("ec2", "AssociateIamInstanceProfile", input, "&DryRun=true", "none");
  EXPECT_EQ(denied.status, 403);
  EXPECT_NE(denied.body.find("<Code>UnauthorizedOperation</Code>"), std::string::npos)
      << denied.body;
}

TEST_F(Wire, AKeyThatNobodyHasIsTheErrorThatLogsDeclares) {
  const char* input = R"({"logGroupName":"g","logStreamName":"s",
                          "logEvents":[{"timestamp":0,"message":"m"}]})";
  net::Response refused = send("logs", "PutLogEvents", input, {}, "nobody");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(cloud.audit.back().error, "UnrecognizedClientException");
}

TEST_F(Wire, APartOfAnObjectIsA206) {
  net::Response part =
      send("s3", "GetObject", R"({"Bucket":"data","Key":"a","Range":"bytes=2-4"})");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "234");
  EXPECT_EQ(part.headers.get("content-range"), "bytes 2-4/10");
  EXPECT_EQ(part.headers.get("x-amz-bucket-region"), "us-west-2");
  EXPECT_EQ(send("s3", "GetObject", R"({"Bucket":"data","Key":"a"})").status, 200);
}

TEST_F(Wire, WhatDidNotChangeHasNoBody) {
  net::Response same = send("s3", "GetObject", R"({"Bucket":"data","Key":"a","IfNoneMatch":"*"})");
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
}

TEST_F(Wire, HeadTellsSizeAndRegionInHeaders) {
  net::Response object = send("s3", "HeadObject", R"({"Bucket":"data","Key":"a"})");
  EXPECT_EQ(object.status, 200);
  EXPECT_EQ(object.headers.get("content-length"), "10");
  net::Response denied = send("s3", "HeadBucket", R"({"Bucket":"data"})", {}, "none");
  EXPECT_EQ(denied.status, 403);
  EXPECT_EQ(denied.headers.get("x-amz-bucket-region"), "us-west-2") << "the agent looks for it";
  EXPECT_EQ(send("s3", "HeadBucket", R"({"Bucket":"none"})").status, 404);
}

}  // namespace
}  // namespace stint::cloud

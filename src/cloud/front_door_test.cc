// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The embedded cloud over HTTP: signed requests of each protocol, and what must not get through.
#include <fmt/core.h>

#include "aws/protocol.h"
#include "base/check.h"
#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using namespace std::chrono_literals;
using cloud::testing::json;
using cloud::testing::TestWorld;

constexpr std::string_view door_world = R"({
  "access_keys": {"root": {"secret": "secret", "principal": "root"},
                  "none": {"secret": "secret", "principal": "none"}},
  "users": {"none": {}},
  "roles": {"Core": {"service": "ec2.amazonaws.com"}},
  "profiles": {"Core": "Core"},
  "instances": {"i-00000000000000001": {"profile": "Core"}},
  "buckets": {"data": {"objects": {"a b.txt": {"text": "hello"}}}},
  "parameters": {"/a": "b"}
})";

struct FrontDoorTest : ::testing::Test, TestWorld {
  FrontDoorTest() : TestWorld(door_world) {}

  const aws::Service& service(std::string_view name) {
    auto found = models.service(name);
    STINT_CHECK(found);
    return **found;
  }
  /// A request as a client makes it, unsigned.
  net::Request request(std::string_view name, std::string_view operation, std::string_view input) {
    auto encoded = aws::encode_request(*service(name).find(operation), json(input));
    if (!encoded) ADD_FAILURE() << encoded.error().message;
    encoded->url = "http://127.0.0.1:4566";
    encoded->headers.set("host", "127.0.0.1:4566");
    return *encoded;
  }
  net::Request signed_request(std::string_view name, std::string_view operation,
                              std::string_view input, std::string key = "root") {
    net::Request out = request(name, operation, input);
    sign(out, name, std::move(key));
    return out;
  }
  void sign(net::Request& out, std::string_view name, std::string key = "root",
            std::string secret = "secret") {
    aws::sign(out, {.access_key = std::move(key), .secret_key = std::move(secret)}, "us-west-2",
              service(name).signing_name(), wall);
  }
  net::Response send(const net::Request& out) { return door.handle(out, now, wall); }
  /// The decoded answer's JSON, or "Code status: text".
  std::string said(std::string_view name, std::string_view operation,
                   const net::Response& response) {
    auto answer = aws::decode_response(*service(name).find(operation), response);
    if (answer) return to_json(*answer);
    return fmt::format("{} {}: {}", answer.error().name, response.status, answer.error().message);
  }
  std::string say_http(std::string_view name, std::string_view operation, std::string_view input,
                       std::string key = "root") {
    return said(name, operation, send(signed_request(name, operation, input, std::move(key))));
  }

  aws::Models models{aws::Models::Options{}};
  FrontDoor door{cloud, models};
  Time wall = now + 1000h;  // the cloud's time may stand still or run ahead
};

TEST_F(FrontDoorTest, AnswersEachProtocolAsItsClientsReadIt) {
  EXPECT_EQ(json(say_http("sts", "GetCallerIdentity", "{}")).text("Arn"),
            "arn:aws:iam::123456789012:root");
  EXPECT_EQ(json(say_http("iam", "GetRole", R"({"RoleName":"Core"})"))["Role"].text("Arn"),
            "arn:aws:iam::123456789012:role/Core");
  EXPECT_EQ(json(say_http("ec2", "DescribeIamInstanceProfileAssociations",
                          "{}"))["IamInstanceProfileAssociations"][0]
                .text("State"),
            "associated");
  EXPECT_EQ(json(say_http("ssm", "GetParameter", R"({"Name":"/a"})"))["Parameter"].text("Value"),
            "b");
  EXPECT_EQ(json(say_http("s3", "GetObject", R"({"Bucket":"data","Key":"a b.txt"})")).text("Body"),
            "hello");
  EXPECT_EQ(cloud.audit.size(), 5u);
  for (const AuditEntry& entry : cloud.audit) EXPECT_EQ(entry.decision, "allowed");
}

TEST_F(FrontDoorTest, PolicyDocumentsTravelUrlEncoded) {
  net::Response response = send(signed_request("iam", "GetRole", R"({"RoleName":"Core"})"));
  EXPECT_NE(response.body.find("<AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22"),
            std::string::npos)
      << response.body;
  auto direct = call("iam", "GetRole", R"({"RoleName":"Core"})");
  EXPECT_TRUE((*direct)["Role"].text("AssumeRolePolicyDocument").starts_with("{"));
}

TEST_F(FrontDoorTest, ErrorsComeInTheServicesOwnForm) {
  EXPECT_EQ(say_http("iam", "GetRole", R"({"RoleName":"x"})"),
            "NoSuchEntity 404: The role with name x cannot be found.");
  EXPECT_EQ(say_http("iam", "GetRole", R"({"RoleName":"Core"})", "none"),
            "AccessDenied 403: User: arn:aws:iam::123456789012:user/none is not authorized to "
            "perform: iam:GetRole on resource: role Core because no identity-based policy allows "
            "the iam:GetRole action");
  EXPECT_TRUE(say_http("ec2", "DescribeInstances", "{}", "none")
                  .starts_with("UnauthorizedOperation 403: You are not authorized"));
  EXPECT_TRUE(say_http("ssm", "GetParameter", R"({"Name":"/a"})", "none")
                  .starts_with("AccessDeniedException 400: User: "));
  EXPECT_TRUE(say_http("s3", "GetObject", R"({"Bucket":"data","Key":"k"})", "none")
                  .starts_with("AccessDenied 403: User: "));
  EXPECT_EQ(say_http("s3", "GetObject", R"({"Bucket":"nowhere","Key":"k"})"),
            "NoSuchBucket 404: The specified bucket does not exist");
}

TEST_F(FrontDoorTest, EveryAnswerHasItsRequestIdAndTheAuditLogTheSame) {
  net::Response response = send(signed_request("iam", "GetRole", R"({"RoleName":"Core"})"));
  EXPECT_NE(response.body.find(cloud.audit.back().request_id), std::string::npos);
  response = send(signed_request("ssm", "GetParameter", R"({"Name":"/a"})"));
  EXPECT_EQ(response.headers.get("x-amzn-requestid"), cloud.audit.back().request_id);
  response = send(signed_request("s3", "GetObject", R"({"Bucket":"data","Key":"a b.txt"})"));
  EXPECT_EQ(response.headers.get("x-amz-request-id"), cloud.audit.back().request_id);
  EXPECT_EQ(response.headers.get("x-amz-request-id").size(), 16u);
  EXPECT_FALSE(response.headers.get("x-amz-id-2").empty());
  EXPECT_EQ(response.headers.get("x-amz-bucket-region"), "us-west-2");
}

TEST_F(FrontDoorTest, AWrongSignatureIsRefusedBeforeAnythingIsSaid) {
  struct {
    const char *service, *operation, *input, *expected;
  } rows[] = {
      {"iam", "GetRole", R"({"RoleName":"x"})", "SignatureDoesNotMatch 403"},
      {"sts", "GetCallerIdentity", "{}", "SignatureDoesNotMatch 403"},
      {"ec2", "DescribeInstances", "{}",
       "AuthFailure 401: AWS was not able to validate the provided access credentials"},
      {"ssm", "GetParameter", R"({"Name":"x"})", "InvalidSignatureException 400"},
      {"s3", "GetObject", R"({"Bucket":"nowhere","Key":"k"})", "SignatureDoesNotMatch 403"},
  };
  for (const auto& row : rows) {
    net::Request out = request(row.service, row.operation, row.input);
    sign(out, row.service, "root", "guess");
    EXPECT_TRUE(said(row.service, row.operation, send(out)).starts_with(row.expected))
        << said(row.service, row.operation, send(out));
    EXPECT_EQ(cloud.audit.back().decision, "unauthenticated");
    EXPECT_EQ(cloud.audit.back().effect, "none");
    out = request(row.service, row.operation, row.input);
    sign(out, row.service, "unheard-of");
    EXPECT_EQ(said(row.service, row.operation, send(out)).substr(0, 7),
              std::string(row.service) == "s3"    ? "Invalid"
              : std::string(row.service) == "ec2" ? "AuthFai"
              : std::string(row.service) == "ssm" ? "Unrecog"
                                                  : "Invalid");
  }
}

TEST_F(FrontDoorTest, WhatWasChangedOnTheWayIsRefused) {
  net::Request out = signed_request("iam", "DeleteRole", R"({"RoleName":"Safe"})");
  out.body.replace(out.body.find("Safe"), 4, "Core");
  EXPECT_TRUE(said("iam", "DeleteRole", send(out)).starts_with("SignatureDoesNotMatch 403"));
  EXPECT_TRUE(call("iam", "GetRole", R"({"RoleName":"Core"})"));
}

TEST_F(FrontDoorTest, AgeIsMeasuredOnTheWallNotOnTheCloudsClock) {
  net::Request out = signed_request("sts", "GetCallerIdentity", "{}");
  now += 100000h;
  EXPECT_EQ(send(out).status, 200);
  wall += 16min;
  EXPECT_TRUE(said("sts", "GetCallerIdentity", send(out))
                  .starts_with("SignatureDoesNotMatch 403: Signature expired"));
}

TEST_F(FrontDoorTest, UnsignedRequestsAreToldWhatIsMissing) {
  EXPECT_EQ(said("iam", "ListRoles", send(request("iam", "ListRoles", "{}"))),
            "MissingAuthenticationToken 403: Request is missing Authentication Token");
  EXPECT_EQ(said("ssm", "GetParameter", send(request("ssm", "GetParameter", R"({"Name":"/a"})"))),
            "MissingAuthenticationTokenException 400: Missing Authentication Token");
  EXPECT_EQ(said("ec2", "DescribeInstances", send(request("ec2", "DescribeInstances", "{}"))),
            "MissingParameter 400: The request must contain the parameter AWSAccessKeyId");
  EXPECT_EQ(said("s3", "GetObject",
                 send(request("s3", "GetObject", R"({"Bucket":"data","Key":"a b.txt"})"))),
            "AccessDenied 403: Access Denied");
  net::Request health;
  health.headers.set("host", "localhost:4566");
  net::Response response = send(health);
  EXPECT_EQ(response.status, 403);
  EXPECT_NE(response.body.find("<Code>AccessDenied</Code>"), std::string::npos) << response.body;
}

TEST_F(FrontDoorTest, ForeignHostsAndWebPagesGetNothing) {
  net::Request out = signed_request("sts", "GetCallerIdentity", "{}");
  out.headers.set("host", "rebound.example:4566");
  EXPECT_EQ(send(out).status, 403);
  out = signed_request("sts", "GetCallerIdentity", "{}");
  out.headers.set("origin", "http://localhost:4566");
  EXPECT_EQ(send(out).status, 403);
  EXPECT_TRUE(cloud.audit.empty());
}

TEST_F(FrontDoorTest, BucketsAreFoundInTheHostNameToo) {
  for (const char* host : {"data.s3.us-west-2.amazonaws.com", "data.s3.localhost:4566",
                           "data.localhost:4566", "data.s3-us-west-2.amazonaws.com"}) {
    net::Request out;
    out.target = "/a%20b.txt";
    out.url = fmt::format("http://{}", host);
    out.headers.set("host", host);
    sign(out, "s3");
    net::Response response = send(out);
    EXPECT_EQ(response.body, "hello") << host;
  }
}

TEST_F(FrontDoorTest, PresignedUrlsWork) {
  net::Request out = request("s3", "GetObject", R"({"Bucket":"data","Key":"a b.txt"})");
  aws::presign(out, {.access_key = "root", .secret_key = "secret"}, "us-west-2", "s3", wall, 60s);
  EXPECT_EQ(send(out).body, "hello");
  wall += 61s;
  EXPECT_EQ(said("s3", "GetObject", send(out)), "AccessDenied 403: Request has expired");
}

TEST_F(FrontDoorTest, SessionsOverTheWireNeedTheirToken) {
  auto session = cloud.service_session("123456789012", "Core", "ec2.amazonaws.com",
                                       "i-00000000000000001", "", 1h, now);
  ASSERT_TRUE(session);
  auto who = [&](std::string token) {
    net::Request out = request("sts", "GetCallerIdentity", "{}");
    aws::sign(out,
              {.access_key = session->access_key,
               .secret_key = session->secret,
               .session_token = std::move(token)},
              "us-west-2", "sts", wall);
    return said("sts", "GetCallerIdentity", send(out));
  };
  EXPECT_EQ(json(who(session->token)).text("Arn"),
            "arn:aws:sts::123456789012:assumed-role/Core/i-00000000000000001");
  EXPECT_TRUE(who("").starts_with("InvalidClientTokenId 403"));
  EXPECT_TRUE(who("wrong").starts_with("InvalidClientTokenId 403"));
  now += 1h;
  EXPECT_TRUE(who(session->token).starts_with("ExpiredToken 403"));
}

TEST_F(FrontDoorTest, OperationsThatAreNotEmbeddedAreUnknown) {
  EXPECT_EQ(
      say_http("iam", "CreateLoginProfile", R"({"UserName":"u","Password":"p"})"),
      "InvalidAction 400: Could not find operation CreateLoginProfile for version 2010-05-08");
  EXPECT_EQ(cloud.audit.back().decision, "not implemented");
  EXPECT_EQ(cloud.audit.back().operation, "CreateLoginProfile");
  net::Request out = signed_request("sts", "GetCallerIdentity", "{}");
  out.body = "Action=Nonsense&Version=2011-06-15";
  sign(out, "sts");
  EXPECT_TRUE(said("sts", "GetCallerIdentity", send(out)).starts_with("InvalidAction 400"));
  EXPECT_EQ(cloud.audit.back().operation, "Nonsense");
  // A service that no model describes.
  out = request("ssm", "GetParameter", R"({"Name":"/a"})");
  out.headers.set("x-amz-target", "EC2WindowsMessageDeliveryService_v20150723.GetMessages");
  aws::sign(out, {.access_key = "root", .secret_key = "secret"}, "us-west-2", "ec2messages", wall);
  EXPECT_TRUE(said("ssm", "GetParameter", send(out)).starts_with("UnknownOperationException 400"));
}

TEST_F(FrontDoorTest, InputsAreCheckedAgainstTheModel) {
  net::Request out = signed_request("iam", "GetRole", R"({"RoleName":"Core"})");
  out.body = "Action=GetRole&Version=2010-05-08";
  sign(out, "iam");
  EXPECT_EQ(said("iam", "GetRole", send(out)),
            "ValidationError 400: 1 validation error detected: Value at 'roleName' failed to "
            "satisfy constraint: Member must not be null");
}

}  // namespace
}  // namespace stint::cloud

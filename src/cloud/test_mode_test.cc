// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/test_mode.h"

#include <fmt/core.h>

#include "aws/protocol.h"
#include "base/check.h"
#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using cloud::testing::json;
using cloud::testing::TestWorld;

struct TestModeTest : ::testing::Test, TestWorld {
  TestModeTest()
      : TestWorld(R"({"access_keys": {"weak": {"secret": "s", "principal": "weak"}},
                      "users": {"weak": {}}})") {}

  std::string post(std::string path, std::string body = "", std::string host = "127.0.0.1:4566") {
    net::Request request{.method = "POST", .target = std::move(path), .body = std::move(body)};
    request.headers.set("host", std::move(host));
    const net::Response response = door.handle(request, now, now);
    return fmt::format("{} {}", response.status, response.body);
  }
  /// "done", or the error's code.
  std::string ask(std::string_view service, std::string_view operation, std::string key,
                  std::string_view input = "{}") {
    const aws::Service& of = **models.service(service);
    auto request = aws::encode_request(*of.find(operation), json(input));
    STINT_CHECK(request);
    request->url = "http://127.0.0.1:4566";
    request->headers.set("host", "127.0.0.1:4566");
    aws::sign(*request, {.access_key = std::move(key), .secret_key = "wrong"}, "us-west-2",
              of.signing_name(), now);
    auto answer = aws::decode_response(*of.find(operation), door.handle(*request, now, now));
    if (!answer) return answer.error().name;
    return operation == "GetCallerIdentity" ? answer->text("Arn") : "done";
  }

  aws::Models models{aws::Models::Options{}};
  FrontDoor door{cloud, models};
};

TEST_F(TestModeTest, ItsAddressesAreNotThereWithoutIt) {
  EXPECT_NE(post("/moto-api/reset").substr(0, 3), "200");
  EXPECT_NE(post("/moto-api/reset-auth", "3").substr(0, 3), "200");
  EXPECT_EQ(ask("iam", "ListUsers", "anybody"), "InvalidClientTokenId");
}

TEST_F(TestModeTest, AnyKeyIsGoodUntilSomebodyAsksForChecks) {
  door.start_test_mode();
  EXPECT_EQ(ask("sts", "GetCallerIdentity", "anybody"), "arn:aws:iam::123456789012:root");
  EXPECT_EQ(ask("sts", "GetCallerIdentity", "weak"), "arn:aws:iam::123456789012:user/weak");
  EXPECT_EQ(ask("iam", "ListUsers", "weak"), "done") << "nothing is checked";
  EXPECT_EQ(post("/moto-api/reset-auth", "2"),
            R"(200 {"status":"ok","PREVIOUS_INITIAL_NO_AUTH_ACTION_COUNT":"inf"})");
  EXPECT_EQ(ask("iam", "ListUsers", "anybody"), "done");
  EXPECT_EQ(ask("iam", "ListUsers", "anybody"), "done");
  EXPECT_EQ(ask("iam", "ListUsers", "anybody"), "InvalidClientTokenId");
  EXPECT_EQ(ask("iam", "ListUsers", "weak"), "SignatureDoesNotMatch");
  EXPECT_EQ(post("/moto-api/reset-auth", "inf"),
            R"(200 {"status":"ok","PREVIOUS_INITIAL_NO_AUTH_ACTION_COUNT":"2.0"})");
  EXPECT_EQ(ask("iam", "ListUsers", "anybody"), "done");
}

TEST_F(TestModeTest, ResetBringsTheStartBack) {
  door.start_test_mode();
  const State start = cloud.state;
  EXPECT_EQ(ask("iam", "CreateUser", "anybody", R"({"UserName":"new"})"), "done");
  EXPECT_EQ(ask("ec2", "CreateVpc", "anybody", R"({"CidrBlock":"10.0.0.0/16"})"), "done");
  EXPECT_FALSE(diff(start, cloud.state).empty());
  EXPECT_EQ(post("/moto-api/reset"), R"(200 {"status":"ok"})");
  EXPECT_TRUE(diff(start, cloud.state).empty());
}

TEST_F(TestModeTest, RefusesWhatItCannotRead) {
  door.start_test_mode();
  for (const char* body : {"", "many", "-1", "nan", "1e400", "12345678901234567890123456789012345"})
    EXPECT_EQ(post("/moto-api/reset-auth", body).substr(0, 3), "400") << body;
  EXPECT_EQ(post("/moto-api/reset", "", "evil.example").substr(0, 3), "403");
  net::Request page{.method = "POST", .target = "/moto-api/reset"};
  page.headers.set("host", "127.0.0.1:4566");
  page.headers.set("origin", "http://evil.example");
  EXPECT_EQ(door.handle(page, now, now).status, 403);
  net::Request read{.method = "GET", .target = "/moto-api/reset"};
  read.headers.set("host", "127.0.0.1:4566");
  EXPECT_EQ(door.handle(read, now, now).status, 405);
}

}  // namespace
}  // namespace stint::cloud

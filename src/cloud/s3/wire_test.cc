// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// S3 over HTTP: what its errors carry, addresses, pre-signed URLs, web pages.
#include "aws/sigv4.h"
#include "base/hash.h"
#include "cloud/s3/testing.h"

namespace stint::cloud {
namespace {

using namespace std::chrono_literals;
using cloud::testing::S3World;

constexpr std::string_view wire_world = R"({
  "access_keys": {"root": {"secret": "secret", "principal": "root"}},
  "buckets": {
    "data": {"versioning": "Enabled", "objects": {"a.txt": {"text": "0123456789"},
             "gone": {"delete_marker": true, "versions": [{"text": "x"}]}}},
    "open": {"settings": {"Cors": {"CORSRules": [{"AllowedMethods": ["GET", "PUT"],
               "AllowedOrigins": ["https://app.example.org"], "AllowedHeaders": ["x-*"],
               "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 60}]}},
             "policy": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
               "Principal": "*", "Action": ["s3:GetObject", "s3:PutObject"],
               "Resource": "arn:aws:s3:::open/*"}]},
             "objects": {"o": {"text": "open"}}}}
})";

struct S3Wire : S3World {
  S3Wire() : S3World(wire_world) {}
  net::Request request(std::string method, std::string target) {
    net::Request out{.method = std::move(method), .target = std::move(target)};
    out.url = "http://127.0.0.1:4566";
    out.headers.set("host", "127.0.0.1:4566");
    return out;
  }
  net::Response send(net::Request out, bool with_signature = true) {
    if (with_signature)
      aws::sign(out, {.access_key = "root", .secret_key = "secret"}, "us-west-2", "s3", wall);
    return door.handle(out, now, wall);
  }
  static std::string element(const net::Response& response, const std::string& name) {
    const std::string open = "<" + name + ">";
    const std::size_t at = response.body.find(open);
    if (at == response.body.npos) return "";
    const std::size_t start = at + open.size();
    return response.body.substr(start, response.body.find('<', start) - start);
  }
  aws::Models models{aws::Models::Options{}};
  FrontDoor door{cloud, models};
  Time wall = now + 1000h;  // the cloud's time may stand still or run ahead
};

TEST_F(S3Wire, ErrorsSayWhatTheyAreAbout) {
  struct Case {
    const char* method;
    const char* target;
    std::vector<std::pair<const char*, const char*>> headers;
    int status;
    std::vector<std::pair<const char*, const char*>> elements;
  };
  for (const auto& [method, target, headers, status, elements] : std::vector<Case>{
           {"GET", "/data/none", {}, 404, {{"Code", "NoSuchKey"}, {"Key", "none"}}},
           {"GET", "/nowhere/x", {}, 404, {{"Code", "NoSuchBucket"}, {"BucketName", "nowhere"}}},
           {"GET",
            "/data/a.txt?versionId=00000000000000000000000000000000",
            {},
            404,
            {{"Code", "NoSuchVersion"},
             {"Key", "a.txt"},
             {"VersionId", "00000000000000000000000000000000"}}},
           {"GET",
            "/data/a.txt?versionId=x",
            {},
            400,
            {{"Code", "InvalidArgument"}, {"ArgumentName", "versionId"}, {"ArgumentValue", "x"}}},
           {"GET",
            "/data/a.txt",
            {{"range", "bytes=99-"}},
            416,
            {{"Code", "InvalidRange"},
             {"RangeRequested", "bytes=99-"},
             {"ActualObjectSize", "10"}}},
           {"GET",
            "/data/a.txt",
            {{"if-match", "\"x\""}},
            412,
            {{"Code", "PreconditionFailed"}, {"Condition", "If-Match"}}},
           {"PUT",
            "/data/copy",
            {{"x-amz-copy-source", "data/absent"}},
            404,
            {{"Code", "NoSuchKey"}, {"Key", "absent"}}},
           {"PUT",
            "/data/copy",
            {{"x-amz-copy-source", "absent/x"}},
            404,
            {{"Code", "NoSuchBucket"}, {"BucketName", "absent"}}},
           {"GET", "/data?cors", {}, 404, {{"Code", "NoSuchCORSConfiguration"}}},
           {"PUT", "/data?versioning", {}, 400, {{"Code", "MissingRequestBodyError"}}},
           {"DELETE", "/data", {}, 409, {{"Code", "BucketNotEmpty"}, {"BucketName", "data"}}},
       }) {
    SCOPED_TRACE(target);
    net::Request out = request(method, target);
    for (const auto& [name, value] : headers) out.headers.set(name, value);
    const net::Response response = send(std::move(out));
    EXPECT_EQ(response.status, status) << response.body;
    for (const auto& [name, value] : elements)
      EXPECT_EQ(element(response, name), value) << response.body;
    EXPECT_FALSE(element(response, "RequestId").empty());
  }
}

TEST_F(S3Wire, TellsOfDeleteMarkersInHeaders) {
  const net::Response gone = send(request("GET", "/data/gone"));
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(gone.headers.get("x-amz-delete-marker"), "true");
  const std::string marker(gone.headers.get("x-amz-version-id"));
  ASSERT_FALSE(marker.empty());
  const net::Response by_id = send(request("GET", "/data/gone?versionId=" + marker));
  EXPECT_EQ(by_id.status, 405);
  EXPECT_EQ(by_id.headers.get("allow"), "DELETE");
  EXPECT_EQ(send(request("HEAD", "/data/gone?versionId=" + marker)).status, 405);
  EXPECT_EQ(send(request("HEAD", "/data/gone")).headers.get("x-amz-delete-marker"), "true");
}

TEST_F(S3Wire, KnowsBucketsByHostAndByPath) {
  for (const char* host :
       {"data.s3.localhost:4566", "data.localhost", "data.s3.us-west-2.amazonaws.com",
        "data.s3-us-west-2.amazonaws.com", "data.s3.amazonaws.com"}) {
    net::Request out = request("GET", "/a.txt");
    out.headers.set("host", host);
    out.url = std::string("http://") + host;
    EXPECT_EQ(send(std::move(out)).body, "0123456789") << host;
  }
  EXPECT_EQ(send(request("GET", "/data/a.txt")).body, "0123456789");
  net::Request head = request("HEAD", "/");
  head.headers.set("host", "data.s3.us-west-2.amazonaws.com");
  head.url = "http://data.s3.us-west-2.amazonaws.com";
  EXPECT_EQ(send(std::move(head)).headers.get("x-amz-bucket-region"), "us-west-2");
}

TEST_F(S3Wire, AnswersRangesWith206) {
  net::Request out = request("GET", "/data/a.txt");
  out.headers.set("range", "bytes=2-4");
  const net::Response response = send(std::move(out));
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(response.body, "234");
  EXPECT_EQ(response.headers.get("content-range"), "bytes 2-4/10");
}

TEST_F(S3Wire, TakesPresignedRequestsUntilTheyExpire) {
  for (const char* method : {"GET", "PUT"}) {
    net::Request out = request(method, "/data/a.txt");
    if (out.method == "PUT") out.body = "put";
    aws::presign(out, {.access_key = "root", .secret_key = "secret"}, "us-west-2", "s3", wall, 60s);
    EXPECT_EQ(door.handle(out, now, wall + 59s).status, 200) << method;
    const net::Response late = door.handle(out, now, wall + 61s);
    EXPECT_EQ(late.status, 403);
    EXPECT_EQ(element(late, "Message"), "Request has expired");
    out.target += "0";
    EXPECT_EQ(door.handle(out, now, wall).status, 403) << "another URL than was signed";
  }
  EXPECT_EQ(send(request("GET", "/data/a.txt")).body, "put");
}

TEST_F(S3Wire, LetsAWebPageInWhereTheBucketDoes) {
  net::Request page = request("GET", "/open/o");
  page.headers.set("origin", "https://app.example.org");
  net::Response response = send(page, false);
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.headers.get("access-control-allow-origin"), "https://app.example.org");
  EXPECT_EQ(response.headers.get("access-control-expose-headers"), "ETag");
  page.headers.set("origin", "https://evil.example.org");
  response = send(page, false);
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.headers.find("access-control-allow-origin"), nullptr);
  page.headers.set("origin", "https://app.example.org");
  page.method = "DELETE";
  EXPECT_EQ(send(page, false).status, 403) << "a method that the rule does not name";

  struct Case {
    const char* target;
    const char* method;
    const char* headers;
    int status;
  };
  for (const auto& [target, method, headers, status] : std::vector<Case>{
           {"/open/o", "PUT", "X-Amz-Date, x-test", 200},
           {"/open/o", "PUT", "authorization", 403},
           {"/open/o", "DELETE", "", 403},
           {"/data/a.txt", "GET", "", 403},
           {"/nowhere/x", "GET", "", 403},
       }) {
    net::Request ask = request("OPTIONS", target);
    ask.headers.set("origin", "https://app.example.org");
    ask.headers.set("access-control-request-method", method);
    if (*headers) ask.headers.set("access-control-request-headers", headers);
    const net::Response answer = send(ask, false);
    EXPECT_EQ(answer.status, status) << target << " " << method << answer.body;
    if (status == 200) {
      EXPECT_EQ(answer.headers.get("access-control-allow-methods"), "GET, PUT");
      EXPECT_EQ(answer.headers.get("access-control-allow-headers"), "x-amz-date, x-test");
      EXPECT_EQ(answer.headers.get("access-control-max-age"), "60");
    }
  }
}

TEST_F(S3Wire, NoPageReachesAnotherServiceThroughABucket) {
  net::Request out = request("PUT", "/open?Action=GetCallerIdentity&Version=2011-06-15");
  out.headers.set("origin", "https://app.example.org");
  EXPECT_EQ(send(out, false).status, 403);
}

TEST_F(S3Wire, ReadsWritingConditionsBeyondTheModel) {
  net::Request out = request("PUT", "/data/a.txt");
  out.headers.set("if-none-match", "*");
  out.body = "new";
  EXPECT_EQ(send(out).status, 412);
  out.target = "/data/fresh.txt";
  EXPECT_EQ(send(out).status, 200);
}

TEST_F(S3Wire, ReadsAChecksumBehindTheBody) {
  net::Request out = request("PUT", "/open/trailed");
  out.headers.set("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
  out.headers.set("x-amz-decoded-content-length", "5");
  out.headers.set("x-amz-trailer", "x-amz-checksum-crc32");
  out.body = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
  EXPECT_EQ(send(out, false).status, 200);
  EXPECT_EQ(send(request("GET", "/open/trailed")).body, "hello");
  out.body = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
  const net::Response wrong = send(out, false);
  EXPECT_EQ(element(wrong, "Code"), "BadDigest") << wrong.status << wrong.body;
}

}  // namespace
}  // namespace stint::cloud

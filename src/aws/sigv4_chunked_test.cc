// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "aws/canonical.h"
#include "aws/sigv4.h"

namespace stint::aws {
namespace {

constexpr std::string_view secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

Time chunk_time() {
  return parse_time("20130524T000000Z").value();
}

/// AWS's example: 65 KiB of 'a' in chunks of 64 KiB, with the signatures printed there.
net::Request example() {
  net::Request request{.method = "PUT", .target = "/examplebucket/chunkObject.txt"};
  request.headers = {
      {"Host", "s3.amazonaws.com"},
      {"x-amz-date", "20130524T000000Z"},
      {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
      {"Authorization",
       "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
       "SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
       "x-amz-decoded-content-length;x-amz-storage-class,"
       "Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"},
      {"x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"},
      {"Content-Encoding", "aws-chunked"},
      {"x-amz-decoded-content-length", "66560"},
      {"Content-Length", "66824"}};
  request.body =
      "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" +
      std::string(65536, 'a') +
      "\r\n400;chunk-signature="
      "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" +
      std::string(1024, 'a') +
      "\r\n0;chunk-signature="
      "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
  return request;
}

Result<void> verify(const net::Request& request) {
  auto claim = TRY(read_signature(request));
  return verify_signature(request, claim.value(), secret, chunk_time());
}

TEST(AwsChunked, VerifiesAwsExample) {
  net::Request request = example();
  EXPECT_EQ(request.body.size(), 66824u);
  auto good = verify(request);
  EXPECT_TRUE(good) << good.error().message;
  EXPECT_EQ(decode_aws_chunked(request).value(), std::string(66560, 'a'));
}

TEST(AwsChunked, RefusesAnyChangedChunk) {
  net::Request original = example();
  for (std::size_t place : {100ul, 65700ul, original.body.size() - 10, 30ul, 65660ul}) {
    net::Request request = original;
    char& c = request.body[place];
    c = c == 'b' ? 'c' : 'b';
    EXPECT_FALSE(verify(request)) << place;
  }
  net::Request shorter = original;  // the last chunk with data is cut out
  std::size_t second = shorter.body.find("\r\n400;") + 2;
  shorter.body.erase(second, shorter.body.find("\r\n0;") + 2 - second);
  EXPECT_EQ(verify(shorter).error().name, "SignatureDoesNotMatch");
  net::Request cut = original;
  cut.body.resize(70000 - 5000);
  EXPECT_EQ(verify(cut).error().name, "IncompleteBody");
}

/// A request of each streaming kind, its seed and chunks signed by us.
net::Request chunked(std::string_view kind, const std::vector<std::string>& parts,
                     std::string trailers) {
  net::Request request{.method = "PUT", .target = "/b/k"};
  std::size_t length = 0;
  for (const std::string& part : parts) length += part.size();
  request.headers = {{"Host", "h"},
                     {"x-amz-date", "20130524T000000Z"},
                     {"x-amz-content-sha256", std::string(kind)},
                     {"x-amz-decoded-content-length", std::to_string(length)}};
  SignatureClaim claim{
      .access_key = "AK",
      .date = "20130524",
      .region = "us-east-1",
      .service = "s3",
      .signed_headers = "host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length",
      .timestamp = "20130524T000000Z"};
  Sha256 key = canonical::signing_key(secret, claim.date, claim.region, claim.service);
  claim.signature = canonical::signature(key, string_to_sign(request, claim));
  request.headers.add(
      "Authorization",
      fmt::format("AWS4-HMAC-SHA256 Credential=AK/{}, SignedHeaders={}, Signature={}",
                  canonical::scope(claim), claim.signed_headers, claim.signature));
  bool is_signed = kind.starts_with("STREAMING-AWS4");
  std::string previous = claim.signature;
  auto add = [&](const std::string& part) {
    previous = canonical::chunk_signature(key, claim, previous, part);
    request.body += fmt::format("{:x}", part.size());
    if (is_signed) request.body += ";chunk-signature=" + previous;
    request.body += "\r\n" + part;
    if (!part.empty()) request.body += "\r\n";
  };
  for (const std::string& part : parts) add(part);
  add("");
  if (!trailers.empty()) {
    request.body += trailers + "\r\n";
    if (is_signed)
      request.body += "x-amz-trailer-signature:" +
                      canonical::trailer_signature(key, claim, previous, trailers + "\n") + "\r\n";
  }
  request.body += "\r\n";
  return request;
}

TEST(AwsChunked, TakesEachKindOfStreaming) {
  const std::vector<std::string> parts = {"hello\r\n0\r\n", " world"};
  struct Case {
    std::string kind, trailers;
  } cases[] = {
      {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD", ""},
      {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "x-amz-checksum-crc32c:wdBDMA=="},
      {"STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-checksum-crc32:AAAAAA=="},
      {"STREAMING-UNSIGNED-PAYLOAD-TRAILER", ""},
  };
  for (const Case& each : cases) {
    net::Request request = chunked(each.kind, parts, each.trailers);
    auto good = verify(request);
    EXPECT_TRUE(good) << each.kind << ": " << good.error().message;
    EXPECT_EQ(decode_aws_chunked(request).value(), "hello\r\n0\r\n world") << each.kind;
    if (each.kind.starts_with("STREAMING-AWS4") && !each.trailers.empty()) {
      request.body[request.body.find("wdBD")] = 'W';
      EXPECT_EQ(verify(request).error().name, "SignatureDoesNotMatch");
    }
  }
  EXPECT_EQ(verify(chunked("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", parts, "")).error().status,
            501);
}

TEST(AwsChunked, RefusesTrailersThatNobodySigned) {
  net::Request request = chunked("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", {"a"}, "");
  request.body.insert(request.body.size() - 2, "x-amz-meta-a: 1\r\n");
  EXPECT_EQ(verify(request).error().name, "SignatureDoesNotMatch");
}

TEST(AwsChunked, RefusesBadFraming) {
  struct Case {
    std::string body, name;
  } cases[] = {
      {"", "IncompleteBody"},
      {"5\r\nabc", "IncompleteBody"},
      {"3\r\nabc\r\n", "IncompleteBody"},
      {"x\r\nabc\r\n0\r\n\r\n", "InvalidRequest"},
      {"-1\r\nabc\r\n0\r\n\r\n", "InvalidRequest"},
      {"fffffffffffff\r\nabc\r\n0\r\n\r\n", "InvalidRequest"},
      {"ffffffffffff\r\nabc\r\n0\r\n\r\n", "IncompleteBody"},
      {"2\r\nabc\r\n0\r\n\r\n", "InvalidRequest"},
      {"3;foo=bar\r\nabc\r\n0\r\n\r\n", "InvalidRequest"},
      {"3\r\nabc\r\n0\r\nnocolon\r\n\r\n", "InvalidRequest"},
      {"2\r\nab\r\n0\r\n\r\n", "IncompleteBody"},  // 3 bytes were announced
  };
  for (const Case& each : cases) {
    net::Request request{.headers = {{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
                                     {"x-amz-decoded-content-length", "3"}},
                         .body = each.body};
    auto answer = decode_aws_chunked(request);
    ASSERT_FALSE(answer) << each.body;
    EXPECT_EQ(answer.error().name, each.name) << each.body;
  }
  EXPECT_EQ(decode_aws_chunked({.body = "3\r\nabc"}).value(), "3\r\nabc") << "not chunked";
}

}  // namespace
}  // namespace stint::aws

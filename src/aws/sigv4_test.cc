// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/sigv4.h"

#include <gtest/gtest.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <cstring>
#include <filesystem>
#include <functional>

#include "aws/canonical.h"
#include "base/file.h"
#include "value/json.h"

namespace stint::aws {
namespace {
using namespace std::chrono_literals;

// The keys of AWS's printed examples: of the IAM User Guide, and of the S3 API Reference.
const Credentials iam_example{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", {}};
const Credentials s3_example{
    "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "", {}};

Time at(std::string_view text) {
  return parse_time(text).value();
}

std::string signature_of(const net::Request& request) {
  return read_signature(request).value().value().signature;
}

Result<void> verify(const net::Request& request, std::string_view secret, Time now) {
  auto claim = TRY(read_signature(request));
  if (!claim) return fail(Code::invalid, "not signed");
  return verify_signature(request, *claim, secret, now);
}

TEST(SigV4, SignsAwsExampleOfListUsers) {
  net::Request request{.url = "https://iam.amazonaws.com",
                       .target = "/?Action=ListUsers&Version=2010-05-08"};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  sign(request, iam_example, "us-east-1", "iam", at("20150830T123600Z"));
  EXPECT_EQ(request.headers.get("authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date, "
            "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
  EXPECT_EQ(hex(canonical::signing_key(iam_example.secret_key, "20150830", "us-east-1", "iam")),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

TEST(SigV4, SignsAwsExamplesOfS3) {
  struct Case {
    std::string method, target, body;
    net::Headers headers;
    std::string signature;
  } cases[] = {
      {"GET",
       "/test.txt",
       "",
       {{"Range", "bytes=0-9"}},
       "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
      {"PUT",
       "/test%24file.text",
       "Welcome to Amazon S3.",
       {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
       "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
      {"GET",
       "/?lifecycle",
       "",
       {},
       "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
      {"GET",
       "/?prefix=J&max-keys=2",
       "",
       {},
       "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
  };
  for (const Case& each : cases) {
    net::Request request{.method = each.method,
                         .url = "https://examplebucket.s3.amazonaws.com",
                         .target = each.target,
                         .headers = each.headers,
                         .body = each.body};
    sign(request, s3_example, "us-east-1", "s3", at("20130524T000000Z"));
    EXPECT_EQ(signature_of(request), each.signature) << each.target;
    EXPECT_TRUE(verify(request, s3_example.secret_key, at("20130524T001000Z")));
  }
}

TEST(SigV4, PresignsAwsExampleOfS3) {
  net::Request request{.url = "https://examplebucket.s3.amazonaws.com", .target = "/test.txt"};
  presign(request, s3_example, "us-east-1", "s3", at("20130524T000000Z"), 86400s);
  EXPECT_EQ(request.target,
            "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F"
            "20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires="
            "86400&X-Amz-SignedHeaders=host&X-Amz-Signature="
            "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
  EXPECT_TRUE(verify(request, s3_example.secret_key, at("20130524T235900Z")));
}

/// RSA-PSS with SHA-256 and a salt of 32 bytes, as an agent without a secret key signs.
bool pss_fits(const std::string& public_key, const std::string& signature,
              const std::string& signed_text) {
  const std::string key = from_base64(public_key).value(), raw = from_base64(signature).value();
  const auto bytes = [](const std::string& of) {
    return reinterpret_cast<const unsigned char*>(of.data());
  };
  const unsigned char* at = bytes(key);
  EVP_PKEY* read = d2i_PUBKEY(nullptr, &at, static_cast<long>(key.size()));
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_PKEY_CTX* padding = nullptr;
  bool good = read && EVP_DigestVerifyInit(context, &padding, EVP_sha256(), nullptr, read) == 1 &&
              EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
              EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, 32) == 1 &&
              EVP_DigestVerify(context, bytes(raw), raw.size(), bytes(signed_text),
                               signed_text.size()) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(read);
  return good;
}

// The requests of a real amazon-ssm-agent: ten with a secret key, one by RSA over the same string
// to sign, and one of the ten with RSA over its signature besides.
TEST(SigV4, VerifiesTheRequestsOfARealAgent) {
  const std::string path = std::string(STINT_SOURCE_DIR) + "/../shared/spec/vectors/ssm-agent.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not on this machine";
  Value vectors = parse_json(read_file(path).value()).value();
  int by_secret = 0, by_rsa = 0;
  for (const Value& each : vectors.items("requests")) {
    SCOPED_TRACE(each.text("name"));
    net::Request request{.method = each.text("method"), .target = each.text("uri")};
    for (const auto& [key, value, where] : each["headers"].as_object())
      request.headers.add(key, value.as_text());
    request.body = each.text("body");
    auto claim = read_signature(request);
    ASSERT_TRUE(claim) << claim.error().message;
    ASSERT_TRUE(*claim);
    Time now = at((*claim)->timestamp) + 1min;
    const std::string authorization(request.headers.get("authorization"));
    if (each["secret"].is_text()) {
      auto good = verify_signature(request, **claim, each.text("secret"), now);
      EXPECT_TRUE(good) << good.error().message;
      ++by_secret;
    } else {
      const std::string signature =
          authorization.substr(authorization.find("Signature=") + std::strlen("Signature="));
      EXPECT_TRUE(pss_fits(each.text("publicKey"), signature, string_to_sign(request, **claim)));
      ++by_rsa;
    }
    if (const std::string* second = request.headers.find("SSM-AsymmetricKeyAuthorization")) {
      EXPECT_TRUE(pss_fits(each.text("publicKey"), second->substr(std::strlen("Signature=")),
                           authorization));
      ++by_rsa;
    }
    EXPECT_FALSE(verify_signature(request, **claim, "wrong", now));
  }
  EXPECT_EQ(by_secret, 10);
  EXPECT_EQ(by_rsa, 2);
}

net::Request call(std::string_view service) {
  net::Request request{.method = "POST",
                       .url = "http://127.0.0.1:4566",
                       .target = "/a%20b/c?x=1&y=%2F",
                       .body = "Action=GetCallerIdentity"};
  request.headers.add("Content-Type", "text/plain");
  request.headers.add("X-Amz-Target", "T.Op");
  Credentials session{"ASIATEST", "secret", "token+/=", {}};
  sign(request, session, "us-west-2", service, at("20261124T111800Z"));
  return request;
}

TEST(SigV4, VerifiesWhatItSigned) {
  for (std::string_view service : {"iam", "ec2", "ssm", "s3"}) {
    net::Request request = call(service);
    auto claim = read_signature(request).value().value();
    EXPECT_EQ(claim.access_key, "ASIATEST");
    EXPECT_EQ(claim.session_token, "token+/=");
    EXPECT_EQ(claim.service, service);
    EXPECT_EQ(claim.region, "us-west-2");
    EXPECT_EQ(claim.date, "20261124");
    EXPECT_FALSE(claim.presigned);
    // What a client adds after signing does not matter.
    request.headers.add("User-Agent", "x");
    request.headers.add("Content-Length", "24");
    request.url.clear();
    auto good = verify(request, "secret", at("20261124T111900Z"));
    EXPECT_TRUE(good) << service << ": " << good.error().message;
  }
}

TEST(SigV4, RefusesARequestOfWhichAnyPartWasChanged) {
  struct Case {
    std::string what;
    std::function<void(net::Request&)> tamper;
  } cases[] = {
      {"method", [](auto& r) { r.method = "PUT"; }},
      {"path", [](auto& r) { r.target = "/a%20b/d?x=1&y=%2F"; }},
      {"query value", [](auto& r) { r.target = "/a%20b/c?x=2&y=%2F"; }},
      {"query added", [](auto& r) { r.target += "&z=1"; }},
      {"host", [](auto& r) { r.headers.set("Host", "evil:1"); }},
      {"signed header", [](auto& r) { r.headers.set("X-Amz-Target", "T.Other"); }},
      {"signed header doubled", [](auto& r) { r.headers.add("X-Amz-Target", "T.Other"); }},
      {"signed header removed", [](auto& r) { r.headers.erase("content-type"); }},
      {"amz header added", [](auto& r) { r.headers.add("X-Amz-Extra", "1"); }},
      {"date", [](auto& r) { r.headers.set("X-Amz-Date", "20261124T111801Z"); }},
      {"token", [](auto& r) { r.headers.set("X-Amz-Security-Token", "other"); }},
      {"body", [](auto& r) { r.body += "x"; }},
      {"signature",
       [](auto& r) {
         std::string value(r.headers.get("authorization"));
         value.back() = value.back() == '0' ? '1' : '0';
         r.headers.set("Authorization", value);
       }},
      {"signature cut short",
       [](auto& r) {
         std::string value(r.headers.get("authorization"));
         value.pop_back();
         r.headers.set("Authorization", value);
       }},
  };
  for (std::string_view service : {"iam", "s3"})
    for (const Case& each : cases) {
      net::Request request = call(service);
      each.tamper(request);
      auto answer = verify(request, "secret", at("20261124T111900Z"));
      ASSERT_FALSE(answer) << service << " " << each.what;
      EXPECT_EQ(answer.error().message.find("secret"), std::string::npos);
    }
  EXPECT_FALSE(verify(call("iam"), "secret2", at("20261124T111900Z")));
}

TEST(SigV4, RefusesInAwsWords) {
  struct Case {
    std::string service, now;
    std::function<void(net::Request&)> change;
    std::string name, message;
    int status = 403;
  } cases[] = {
      {"iam", "20261124T111900Z", [](auto& r) { r.body += "x"; }, "SignatureDoesNotMatch",
       "The request signature we calculated does not match the signature you provided. Check your "
       "AWS Secret Access Key and signing method. Consult the service documentation for details."},
      {"s3", "20261124T111900Z", [](auto& r) { r.method = "PUT"; }, "SignatureDoesNotMatch",
       "The request signature we calculated does not match the signature you provided. Check your "
       "key and signing method."},
      {"s3", "20261124T111900Z", [](auto& r) { r.body += "x"; }, "XAmzContentSHA256Mismatch",
       "The provided 'x-amz-content-sha256' header does not match what was computed.", 400},
      {"sts", "20261124T113301Z", [](auto&) {}, "SignatureDoesNotMatch",
       "Signature expired: 20261124T111800Z is now earlier than 20261124T111801Z "
       "(20261124T113301Z - 15 min.)"},
      {"sts", "20261124T111259Z", [](auto&) {}, "SignatureDoesNotMatch",
       "Signature not yet current: 20261124T111800Z is still later than 20261124T111759Z "
       "(20261124T111259Z + 5 min.)"},
      {"ec2", "20261124T113301Z", [](auto&) {}, "RequestExpired", "Request has expired.", 400},
      {"s3", "20261124T113301Z", [](auto&) {}, "RequestTimeTooSkewed",
       "The difference between the request time and the current time is too large."},
      {"s3", "20261124T110259Z", [](auto&) {}, "RequestTimeTooSkewed",
       "The difference between the request time and the current time is too large."},
      {"iam", "20261124T111900Z", [](auto& r) { r.headers.set("X-Amz-Date", "20261123T235959Z"); },
       "SignatureDoesNotMatch",
       "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
       "'20261124' != '20261123', from '20261123T235959Z'."},
      {"s3", "20261124T111900Z", [](auto& r) { r.headers.add("x-amz-acl", "public-read"); },
       "AccessDenied", "There were headers present in the request which were not signed"},
      {"iam", "20261124T111900Z", [](auto& r) { r.headers.add("X-Amz-Extra", "1"); },
       "SignatureDoesNotMatch", "'x-amz-extra' must be a 'SignedHeader' in the AWS Authorization."},
      {"s3", "20261124T111900Z", [](auto& r) { r.headers.set("X-Amz-Content-Sha256", "zz"); },
       "SignatureDoesNotMatch",
       "The request signature we calculated does not match the signature you provided. Check your "
       "key and signing method."},
  };
  for (const Case& each : cases) {
    net::Request request = call(each.service);
    each.change(request);
    auto answer = verify(request, "secret", at(each.now));
    ASSERT_FALSE(answer) << each.message;
    EXPECT_EQ(answer.error().name, each.name);
    EXPECT_EQ(answer.error().message, each.message);
    EXPECT_EQ(answer.error().status, each.status);
  }
}

TEST(SigV4, HoldsItsLimitsOfAgeExactly) {
  EXPECT_TRUE(verify(call("sts"), "secret", at("20261124T113300Z")));
  EXPECT_TRUE(verify(call("sts"), "secret", at("20261124T111300Z")));
  EXPECT_TRUE(verify(call("s3"), "secret", at("20261124T110300Z")));
}

TEST(SigV4, ReadsOnlyCompleteClaims) {
  const std::string good =
      "AWS4-HMAC-SHA256 Credential=AK/20261124/us-east-1/iam/aws4_request, "
      "SignedHeaders=host, Signature=ab";
  struct Case {
    net::Headers headers;
    std::string name, message;
  } cases[] = {
      {{{"Authorization", "AWS4-HMAC-SHA256 Credential=AK/20261124/us-east-1/iam/aws4_request"},
        {"X-Amz-Date", "20261124T000000Z"}},
       "IncompleteSignature",
       "Authorization header requires 'Signature' parameter. Authorization header requires "
       "'SignedHeaders' parameter. (Hashed"},
      {{{"Authorization", good}},
       "IncompleteSignature",
       "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."},
      {{{"Authorization", "AWS4-HMAC-SHA256 Credential=AK/x, SignedHeaders=host, Signature=ab"},
        {"X-Amz-Date", "20261124T000000Z"}},
       "IncompleteSignature",
       "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/"
       "term, got 'AK/x'"},
      {{{"Authorization", "AWS4-HMAC-SHA256 Credential=AK/x, SignedHeaders=host, Signature=ab"},
        {"X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"},
        {"X-Amz-Date", "20261124T000000Z"}},
       "AuthorizationHeaderMalformed",
       "The authorization header is malformed; the Credential is mal-formed; expecting "
       "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."},
      {{{"Authorization", "AWS AK:sig"}}, "InvalidRequest", "The authorization mechanism"},
      {{{"Authorization", "AWS4-ECDSA-P256-SHA256 Credential=x"}},
       "InvalidRequest",
       "The authorization mechanism"},
      {{{"Authorization", "Bearer x"}}, "IncompleteSignature", "Unsupported authorization scheme"},
  };
  for (const Case& each : cases) {
    auto answer = read_signature({.headers = each.headers});
    ASSERT_FALSE(answer) << each.message;
    EXPECT_EQ(answer.error().name, each.name);
    EXPECT_EQ(answer.error().status, 400);
    EXPECT_TRUE(answer.error().message.starts_with(each.message)) << answer.error().message;
  }
  EXPECT_FALSE(read_signature({}).value().has_value());
  auto dated = read_signature(
      {.headers = {{"Authorization", good}, {"Date", "Tue, 24 Nov 2026 11:18:00 GMT"}}});
  EXPECT_EQ(dated.value()->timestamp, "20261124T111800Z");
  // Blanks between the parts are optional (curl and older SDKs leave them out).
  auto tight = read_signature(
      {.headers = {{"Authorization",
                    "AWS4-HMAC-SHA256 Credential=AK/20261124/us-east-1/iam/aws4_request,"
                    "SignedHeaders=host;x-amz-date,Signature=ab"},
                   {"X-Amz-Date", "20261124T111800Z"}}});
  EXPECT_EQ(tight.value()->signed_headers, "host;x-amz-date");
}

TEST(SigV4, PresignedRequestsEndWithTheirTime) {
  for (std::string_view service : {"s3", "sts"}) {
    net::Request request{.url = "http://localhost:4566", .target = "/k?versionId=1"};
    Credentials session{"ASIATEST", "secret", "token+/=", {}};
    presign(request, session, "us-west-2", service, at("20261124T111800Z"), 60s);
    auto claim = read_signature(request).value().value();
    EXPECT_TRUE(claim.presigned);
    EXPECT_EQ(claim.session_token, "token+/=");
    EXPECT_EQ(claim.expires_seconds, 60);
    EXPECT_TRUE(verify(request, "secret", at("20261124T111900Z")));
    auto late = verify(request, "secret", at("20261124T111901Z"));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().name, service == "s3" ? "AccessDenied" : "SignatureDoesNotMatch");
    EXPECT_FALSE(verify(request, "other", at("20261124T111900Z")));
    for (std::string_view part : {"versionId=1", "Expires=60", "/k", "ASIATEST", "token"}) {
      net::Request changed = request;
      std::size_t place = changed.target.find(part);
      changed.target[place + part.size() - 1] = '2';
      EXPECT_FALSE(verify(changed, "secret", at("20261124T111830Z"))) << part;
    }
  }
}

TEST(SigV4, RefusesPresignedQueriesThatAreIncompleteOrTooLong) {
  net::Request request{.url = "http://localhost:4566", .target = "/k"};
  presign(request, s3_example, "us-west-2", "s3", at("20261124T111800Z"), 604801s);
  EXPECT_EQ(read_signature(request).error().name, "AuthorizationQueryParametersError");
  EXPECT_TRUE(read_signature(request).error().message.starts_with(
      "X-Amz-Expires must be less than a week"));
  EXPECT_EQ(read_signature({.target = "/k?X-Amz-Algorithm=AWS4-HMAC-SHA256"}).error().name,
            "AuthorizationQueryParametersError");
  request.headers.add("Authorization", "AWS4-HMAC-SHA256 x");
  EXPECT_EQ(read_signature(request).error().name, "InvalidArgument");
}

TEST(SigV4, LeavesUnsignedPayloadsToS3Only) {
  for (std::string_view service : {"s3", "iam"}) {
    net::Request request = call(service);
    request.headers.set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD");
    sign(request, {"AK", "secret", "", {}}, "us-west-2", service, at("20261124T111800Z"));
    EXPECT_TRUE(verify(request, "secret", at("20261124T111800Z")));
    request.body = "another";
    EXPECT_EQ(bool(verify(request, "secret", at("20261124T111800Z"))), service == "s3");
  }
  net::Request bare = call("s3");
  bare.headers.erase("x-amz-content-sha256");
  EXPECT_FALSE(verify(bare, "secret", at("20261124T111800Z")));
}

TEST(SigV4, EncodesPathsOnceForS3AndTwiceForOthers) {
  struct Case {
    std::string path, s3, other;
  } cases[] = {
      {"", "/", "/"},
      {"/", "/", "/"},
      {"/a%20b", "/a%20b", "/a%2520b"},
      {"/a/../b", "/a/../b", "/b"},
      {"//a//b/", "//a//b/", "/a/b/"},
      {"/./", "/./", "/"},
      {"/../..", "/../..", "/"},
      {"/%7e~", "/~~", "/%257e~"},
      {"/\xc3\xa4", "/%C3%A4", "/%C3%A4"},
      {"/$(x)", "/%24%28x%29", "/%24%28x%29"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(canonical::path(each.path, "s3"), each.s3);
    EXPECT_EQ(canonical::path(each.path, "iam"), each.other);
  }
}

TEST(SigV4, SortsAndEncodesQueries) {
  EXPECT_EQ(canonical::query(""), "");
  EXPECT_EQ(canonical::query("lifecycle"), "lifecycle=");
  EXPECT_EQ(canonical::query("b=2&a=1&a=0&A=3&&"), "A=3&a=0&a=1&b=2");
  EXPECT_EQ(canonical::query("x=a+b&y=%2f~&z=a%20b"), "x=a%20b&y=%2F~&z=a%20b");
  EXPECT_EQ(canonical::query("a=b=c"), "a=b%3Dc");
  EXPECT_EQ(canonical::query("X-Amz-Signature=1&X-Amz-Date=2"), "X-Amz-Date=2");
}

TEST(SigV4, CollapsesBlanksInHeadersAndJoinsRepeatedOnes) {
  net::Request request{.headers = {{"Host", "a"}, {"My-H", "  a   b "}, {"my-h", "c"}}};
  EXPECT_EQ(canonical::request(request, "iam", "host;my-h", "hash"),
            "GET\n/\n\nhost:a\nmy-h:a b,c\n\nhost;my-h\nhash");
}

TEST(SigV4, SignsTheBasePathOfAnEndpointToo) {
  net::Request request{.url = "https://proxy:443/base/", .target = "/x"};
  sign(request, iam_example, "us-east-1", "iam", at("20261124T111800Z"));
  EXPECT_EQ(request.headers.get("host"), "proxy");
  request.url.clear();
  request.target = "/base/x";
  EXPECT_TRUE(verify(request, iam_example.secret_key, at("20261124T111800Z")));
}

TEST(SigningKeys, GiveTheSameSignaturesAndForgetTheOldest) {
  SigningKeys keys;
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 70; ++i) {
      std::string secret = "secret" + std::to_string(i);
      EXPECT_EQ(keys.get(secret, "20261124", "r", "s"),
                canonical::signing_key(secret, "20261124", "r", "s"));
    }
  EXPECT_NE(keys.get("secret", "20261124", "r", "s"), keys.get("secret", "20261125", "r", "s"));
}

}  // namespace
}  // namespace stint::aws

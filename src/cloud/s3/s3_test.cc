// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "base/hash.h"
#include "cloud/s3/bucket.h"
#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using namespace std::chrono_literals;
using cloud::testing::json;
using cloud::testing::TestWorld;

constexpr std::string_view s3_world = R"({
  "access_keys": {"reader": {"secret": "s", "principal": "reader"},
                  "lister": {"secret": "s", "principal": "lister"},
                  "nobody": {"secret": "s", "principal": "nobody"},
                  "root": {"secret": "s", "principal": "root"}},
  "users": {
    "nobody": {},
    "reader": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": ["s3:GetObject", "s3:DeleteObject"],
       "Resource": "arn:aws:s3:::data/open/*"}]}}},
    "lister": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"},
      {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::data",
       "Condition": {"StringLikeIfExists": {"s3:prefix": "open/*"}}}]}}}
  },
  "buckets": {"data": {"objects": {
    "a.txt": {"text": "0123456789", "content_type": "text/plain", "metadata": {"who": "me"}},
    "empty": {"text": ""},
    "open/1": {"text": "one"}, "open/2": {"text": "two"}, "open/deep/3": {"text": "three"},
    "z y/+.txt": {"text": "z"}}}},
  "accounts": {"210987654321": {"regions": {"eu-west-1": {"buckets": {"foreign": {
    "policy": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::foreign/*"}]},
    "objects": {"x": {"text": "x"}}}}}}}}
})";

struct S3 : ::testing::Test, TestWorld {
  S3() : TestWorld(s3_world) {}

  /// "Code status: text", or "fine".
  std::string outcome(std::string_view operation, std::string_view input) {
    auto answer = call("s3", operation, json(input));
    if (answer) return "fine";
    return fmt::format("{} {}: {}", answer.error().name, answer.error().status,
                       answer.error().message);
  }
  /// "body" of a read, or the error's code.
  std::string body(std::string_view input) {
    auto answer = call("s3", "GetObject", json(input));
    return answer ? answer->text("Body") : answer.error().name;
  }
  /// "a.txt empty [open/] +": keys, common prefixes, and whether there is more.
  std::string listed(std::string_view operation, const Value& input) {
    auto answer = call("s3", operation, input);
    if (!answer) return answer.error().name;
    std::string out;
    auto add = [&](const std::string& text) { out += (out.empty() ? "" : " ") + text; };
    for (const Value& row : answer->items("Contents")) add(row.text("Key"));
    for (const Value& row : answer->items("CommonPrefixes")) add("[" + row.text("Prefix") + "]");
    if (answer->flag("IsTruncated")) add("+");
    return out;
  }
};

TEST_F(S3, KeepsWhatWasPut) {
  auto put = call("s3", "PutObject",
                  json(R"({"Bucket":"data","Key":"new","Body":"hello","ContentType":"text/plain",
                           "CacheControl":"no-cache","Metadata":{"Colour":"blue"}})"));
  ASSERT_TRUE(put);
  EXPECT_EQ(put->text("ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
  auto got = call("s3", "GetObject", json(R"({"Bucket":"data","Key":"new"})"));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->text("Body"), "hello");
  EXPECT_EQ(got->text("ContentType"), "text/plain");
  EXPECT_EQ(got->text("CacheControl"), "no-cache");
  EXPECT_EQ((*got)["Metadata"].text("colour"), "blue");
  EXPECT_EQ(got->integer("ContentLength"), 5);
  EXPECT_EQ(got->text("LastModified"), "2026-11-24T11:18:00Z");
  EXPECT_EQ(cloud.audit.back().resource, "arn:aws:s3:::data/new");
  auto head = call("s3", "HeadObject", json(R"({"Bucket":"data","Key":"new"})"));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->find("Body"), nullptr);
  EXPECT_EQ(head->integer("ContentLength"), 5);
}

TEST_F(S3, AnswersRanges) {
  struct Case {
    const char* range;
    const char* body;
    const char* content_range;
  };
  for (const auto& [range, expected, content_range] : std::vector<Case>{
           {"bytes=0-3", "0123", "bytes 0-3/10"},
           {"bytes=7-", "789", "bytes 7-9/10"},
           {"bytes=-2", "89", "bytes 8-9/10"},
           {"bytes=-99", "0123456789", "bytes 0-9/10"},
           {"bytes=8-99", "89", "bytes 8-9/10"},
           {"bytes=5-2", "0123456789", ""},
           {"bytes=1-2,4-5", "0123456789", ""},
           {"lines=1-2", "0123456789", ""},
           {"bytes=10-", "InvalidRange", ""},
           {"bytes=-0", "InvalidRange", ""},
           {"bytes=99999999999999999999-", "InvalidRange", ""},
       }) {
    SCOPED_TRACE(range);
    Value input = object({{"Bucket", "data"}, {"Key", "a.txt"}, {"Range", range}});
    auto answer = call("s3", "GetObject", input);
    EXPECT_EQ(answer ? answer->text("Body") : answer.error().name, expected);
    if (answer) {
      EXPECT_EQ(answer->text("ContentRange"), content_range);
    }
  }
  EXPECT_EQ(body(R"({"Bucket":"data","Key":"empty","Range":"bytes=0-"})"), "InvalidRange");
}

TEST_F(S3, KeepsToConditions) {
  const std::string etag = "\\\"781e5e245d69b566979b86e28d23f2c7\\\"";
  struct Case {
    std::string condition;
    const char* outcome;
  };
  for (const auto& [condition, expected] : std::vector<Case>{
           {R"("IfMatch":")" + etag + "\"", "fine"},
           {R"("IfMatch":"781e5e245d69b566979b86e28d23f2c7")", "fine"},
           {R"("IfMatch":"*")", "fine"},
           {R"("IfMatch":"\"other\"")",
            "PreconditionFailed 412: At least one of the pre-conditions you specified did not "
            "hold"},
           {R"("IfNoneMatch":")" + etag + "\"", "304 304: Not Modified"},
           {R"("IfNoneMatch":"\"other\"")", "fine"},
           {R"("IfModifiedSince":"2026-11-24T00:00:00Z")", "304 304: Not Modified"},
           {R"("IfModifiedSince":"2026-11-01T00:00:00Z")", "fine"},
           {R"("IfUnmodifiedSince":"2026-11-01T00:00:00Z")",
            "PreconditionFailed 412: At least one of the pre-conditions you specified did not "
            "hold"},
           // RFC 9110: tags win over dates.
           {R"("IfMatch":"*","IfUnmodifiedSince":"2026-11-01T00:00:00Z")", "fine"},
           {R"("IfNoneMatch":"\"other\"","IfModifiedSince":"2026-11-24T00:00:00Z")", "fine"},
       }) {
    SCOPED_TRACE(condition);
    EXPECT_EQ(outcome("GetObject", R"({"Bucket":"data","Key":"a.txt",)" + condition + "}"),
              expected);
  }
}

TEST_F(S3, ListsWithPrefixDelimiterAndPages) {
  struct Case {
    const char* input;
    const char* expected;
  };
  for (const auto& [input, expected] : std::vector<Case>{
           {R"({})", "a.txt empty open/1 open/2 open/deep/3 z y/+.txt"},
           {R"({"Prefix":"open/"})", "open/1 open/2 open/deep/3"},
           {R"({"Delimiter":"/"})", "a.txt empty [open/] [z y/]"},
           {R"({"Prefix":"open/","Delimiter":"/"})", "open/1 open/2 [open/deep/]"},
           {R"({"Prefix":"none"})", ""},
           {R"({"MaxKeys":0})", ""},
           {R"({"MaxKeys":2})", "a.txt empty +"},
           {R"({"StartAfter":"empty"})", "open/1 open/2 open/deep/3 z y/+.txt"},
           {R"({"StartAfter":"open/1","Delimiter":"/"})", "[open/] [z y/]"},
           {R"({"EncodingType":"url","Prefix":"z"})", "z%20y/%2B.txt"},
           {R"({"MaxKeys":-1})", "InvalidArgument"},
           {R"({"ContinuationToken":"x"})", "InvalidArgument"},
       }) {
    SCOPED_TRACE(input);
    Value in = json(input);
    in.set("Bucket", "data");
    EXPECT_EQ(listed("ListObjectsV2", in), expected);
  }
  std::string seen;
  Value in = json(R"({"Bucket":"data","Delimiter":"/","MaxKeys":1})");
  for (int page = 0; page < 9; ++page) {
    seen += listed("ListObjectsV2", in) + "; ";
    auto answer = call("s3", "ListObjectsV2", in);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->integer("KeyCount"), 1);
    if (!answer->flag("IsTruncated")) break;
    in.set("ContinuationToken", answer->text("NextContinuationToken"));
  }
  EXPECT_EQ(seen, "a.txt +; empty +; [open/] +; [z y/]; ");

  auto first = call("s3", "ListObjects", json(R"({"Bucket":"data","Delimiter":"/","MaxKeys":3})"));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->text("NextMarker"), "open/");
  EXPECT_EQ(listed("ListObjects", json(R"({"Bucket":"data","Delimiter":"/","Marker":"open/"})")),
            "[z y/]");
}

TEST_F(S3, TellsWhetherAKeyIsThereOnlyToThoseWhoMayList) {
  become("lister");
  EXPECT_EQ(body(R"({"Bucket":"data","Key":"nothing"})"), "NoSuchKey");
  EXPECT_EQ(outcome("HeadObject", R"({"Bucket":"data","Key":"nothing"})"), "404 404: Not Found");
  become("reader");
  EXPECT_EQ(body(R"({"Bucket":"data","Key":"open/1"})"), "one");
  EXPECT_EQ(body(R"({"Bucket":"data","Key":"open/9"})"), "AccessDenied");
  EXPECT_EQ(outcome("HeadObject", R"({"Bucket":"data","Key":"open/9"})"), "403 403: Forbidden");
  EXPECT_EQ(body(R"({"Bucket":"data","Key":"a.txt"})"), "AccessDenied");
  EXPECT_EQ(outcome("ListObjectsV2", R"({"Bucket":"no-such-bucket"})"),
            "NoSuchBucket 404: The specified bucket does not exist");
}

TEST_F(S3, ListingSeesThePrefixCondition) {
  become("lister");
  EXPECT_EQ(listed("ListObjectsV2", json(R"({"Bucket":"data","Prefix":"open/"})")),
            "open/1 open/2 open/deep/3");
  EXPECT_EQ(listed("ListObjectsV2", json(R"({"Bucket":"data","Prefix":"a"})")), "AccessDenied");
}

TEST_F(S3, MakesAndDeletesBuckets) {
  struct Case {
    const char* operation;
    const char* input;
    const char* expected;
  };
  for (
      const auto& [operation, input, expected] : std::vector<Case>{
          {"CreateBucket", R"({"Bucket":"Bad_Name"})",
           "InvalidBucketName 400: The specified bucket is not valid."},
          {"CreateBucket", R"({"Bucket":"192.168.1.1"})",
           "InvalidBucketName 400: The specified bucket is not valid."},
          {"CreateBucket", R"({"Bucket":"fresh"})",
           "IllegalLocationConstraintException 400: The unspecified location constraint is "
           "incompatible for the region specific endpoint this request was sent to."},
          {"CreateBucket",
           R"({"Bucket":"fresh","CreateBucketConfiguration":{"LocationConstraint":"us-west-2"}})",
           "fine"},
          {"CreateBucket",
           R"({"Bucket":"fresh","CreateBucketConfiguration":{"LocationConstraint":"us-west-2"}})",
           "BucketAlreadyOwnedByYou 409: Your previous request to create the named bucket "
           "succeeded and you already own it."},
          {"CreateBucket",
           R"({"Bucket":"foreign","CreateBucketConfiguration":{"LocationConstraint":"us-west-2"}})",
           "BucketAlreadyExists 409: The requested bucket name is not available. The bucket "
           "namespace is shared by all users of the system. Please select a different name and "
           "try again."},
          {"HeadBucket", R"({"Bucket":"fresh"})", "fine"},
          {"PutObject", R"({"Bucket":"fresh","Key":"k","Body":"b"})", "fine"},
          {"DeleteBucket", R"({"Bucket":"fresh"})",
           "BucketNotEmpty 409: The bucket you tried to delete is not empty"},
          {"DeleteObject", R"({"Bucket":"fresh","Key":"k"})", "fine"},
          {"DeleteObject", R"({"Bucket":"fresh","Key":"k"})", "fine"},
          {"DeleteBucket", R"({"Bucket":"fresh"})", "fine"},
          {"HeadBucket", R"({"Bucket":"fresh"})", "404 404: Not Found"},
          {"GetBucketPolicy", R"({"Bucket":"data"})",
           "NoSuchBucketPolicy 404: The bucket policy does not exist"},
      }) {
    SCOPED_TRACE(fmt::format("{} {}", operation, input));
    EXPECT_EQ(outcome(operation, input), expected);
  }
  EXPECT_EQ(say("s3", "GetBucketLocation", R"({"Bucket":"data"})"),
            R"({"LocationConstraint":"us-west-2"})");
  auto buckets = call("s3", "ListBuckets");
  ASSERT_TRUE(buckets);
  ASSERT_EQ(buckets->items("Buckets").size(), 1u) << "only the account's own";
  EXPECT_EQ(buckets->items("Buckets")[0].text("Name"), "data");
  EXPECT_EQ(s3::region_of(cloud.state, "foreign"), "eu-west-1");
  EXPECT_EQ(s3::region_of(cloud.state, "absent"), "");
}

TEST_F(S3, BucketPoliciesTakePartInAuthorisation) {
  EXPECT_EQ(outcome("PutBucketPolicy", R"({"Bucket":"data","Policy":"no json"})"),
            "MalformedPolicy 400: This policy contains invalid Json");
  const std::string elsewhere =
      R"({\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",)"
      R"(\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::other/*\"}]})";
  EXPECT_EQ(outcome("PutBucketPolicy", R"({"Bucket":"data","Policy":")" + elsewhere + "\"}"),
            "MalformedPolicy 400: Policy has invalid resource");
  const std::string allow =
      R"({\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",)"
      R"(\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:user/nobody\"},)"
      R"(\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::data/a.txt\"}]})";
  EXPECT_EQ(outcome("PutBucketPolicy", R"({"Bucket":"data","Policy":")" + allow + "\"}"), "fine");
  become("nobody");
  EXPECT_EQ(body(R"({"Bucket":"data","Key":"a.txt"})"), "0123456789");
  EXPECT_EQ(body(R"({"Bucket":"data","Key":"empty"})"), "AccessDenied");
  EXPECT_EQ(body(R"({"Bucket":"foreign","Key":"x"})"), "AccessDenied")
      << "another account's policy lets the account in, the user's own must too";
  become("root");
  EXPECT_EQ(outcome("DeleteBucketPolicy", R"({"Bucket":"data"})"), "fine");
  become("nobody");
  EXPECT_EQ(body(R"({"Bucket":"data","Key":"a.txt"})"), "AccessDenied");
}

TEST_F(S3, CopiesObjects) {
  struct Case {
    const char* input;
    const char* expected;
  };
  for (const auto& [input, expected] : std::vector<Case>{
           {R"({"Bucket":"data","Key":"b.txt","CopySource":"data/a.txt"})", "fine"},
           {R"({"Bucket":"data","Key":"c.txt","CopySource":"/data/z%20y/%2B.txt"})", "fine"},
           {R"({"Bucket":"data","Key":"d","CopySource":"data"})",
            "InvalidArgument 400: Copy Source must mention the source bucket and key: "
            "sourcebucket/sourcekey"},
           {R"({"Bucket":"data","Key":"d","CopySource":"data/none"})",
            "NoSuchKey 404: The specified key does not exist."},
           {R"({"Bucket":"data","Key":"d","CopySource":"none/none"})",
            "NoSuchBucket 404: The specified bucket does not exist"},
           {R"({"Bucket":"data","Key":"d","CopySource":"data/a.txt","CopySourceIfMatch":"x"})",
            "PreconditionFailed 412: At least one of the pre-conditions you specified did not "
            "hold"},
           {R"({"Bucket":"data","Key":"a.txt","CopySource":"data/a.txt",
                "MetadataDirective":"REPLACE","Metadata":{"n":"1"}})",
            "fine"},
       }) {
    SCOPED_TRACE(input);
    EXPECT_EQ(outcome("CopyObject", input), expected);
  }
  auto self = call("s3", "CopyObject",
                   json(R"({"Bucket":"data","Key":"a.txt","CopySource":"data/a.txt"})"));
  ASSERT_FALSE(self);
  EXPECT_EQ(self.error().name, "InvalidRequest");
  auto copy = call("s3", "HeadObject", json(R"({"Bucket":"data","Key":"b.txt"})"));
  ASSERT_TRUE(copy);
  EXPECT_EQ(copy->text("ContentType"), "text/plain");
  EXPECT_EQ((*copy)["Metadata"].text("who"), "me");
  auto replaced = call("s3", "HeadObject", json(R"({"Bucket":"data","Key":"a.txt"})"));
  ASSERT_TRUE(replaced);
  EXPECT_EQ((*replaced)["Metadata"].text("n"), "1");
  EXPECT_EQ((*replaced)["Metadata"].text("who"), "");
}

TEST_F(S3, DeletesManyAndAnswersForEach) {
  become("reader");
  auto answer = call("s3", "DeleteObjects", json(R"({"Bucket":"data","Delete":{"Objects":[
                     {"Key":"open/1"},{"Key":"a.txt"},{"Key":"open/none"}]}})"));
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->items("Deleted").size(), 2u);
  EXPECT_EQ(answer->items("Deleted")[0].text("Key"), "open/1");
  ASSERT_EQ(answer->items("Errors").size(), 1u);
  EXPECT_EQ(answer->items("Errors")[0].text("Code"), "AccessDenied");
  become("root");
  EXPECT_EQ(listed("ListObjectsV2", json(R"({"Bucket":"data"})")),
            "a.txt empty open/2 open/deep/3 z y/+.txt");
}

TEST_F(S3, ChecksWhatItIsSent) {
  struct Case {
    std::string input;
    const char* expected;
  };
  for (const auto& [input, expected] : std::vector<Case>{
           {R"({"Bucket":"data","Key":"k","Body":"x","ContentMD5":"nonsense"})",
            "InvalidDigest 400: The Content-MD5 you specified was invalid."},
           {R"({"Bucket":"data","Key":"k","Body":"x","ContentMD5":"XUFAKrxLKna5cZ2REBfFkg=="})",
            "BadDigest 400: The Content-MD5 you specified did not match what we received."},
           {R"({"Bucket":"data","Key":"k","Body":"hello",
                "ContentMD5":"XUFAKrxLKna5cZ2REBfFkg=="})",
            "fine"},
           {R"({"Bucket":"data","Key":")" + std::string(1025, 'k') + R"(","Body":"x"})",
            "KeyTooLongError 400: Your key is too long"},
           {R"({"Bucket":"data","Key":"k","Metadata":{"m":")" + std::string(2100, 'm') + R"("}})",
            "MetadataTooLarge 400: Your metadata headers exceed the maximum allowed metadata "
            "size"},
           {R"({"Bucket":"data","Key":"a.txt","Body":"x","IfNoneMatch":"*"})",
            "PreconditionFailed 412: At least one of the pre-conditions you specified did not "
            "hold"},
           {R"({"Bucket":"data","Key":"k","ExpectedBucketOwner":"999999999999"})",
            "AccessDenied 403: Access Denied"},
       })
    EXPECT_EQ(outcome("PutObject", input), expected);
}

TEST(Body, SurvivesAsAValueWhateverItsBytes) {
  for (const std::string& bytes : {std::string("text"), std::string("\0\x01", 2),
                                   std::string("\xff\xfe\x80"), std::string()}) {
    s3::ObjectEntry entry{.bucket = "b", .key = "k", .body = s3::Body(bytes)};
    s3::ObjectEntry back;
    auto text = parse_json(to_json(to_value(entry)));
    ASSERT_TRUE(text);
    ASSERT_TRUE(from_value(*text, back));
    EXPECT_EQ(back.body.bytes(), bytes);
  }
}

}  // namespace
}  // namespace stint::cloud

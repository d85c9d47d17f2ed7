// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/s3/versions.h"

#include "cloud/s3/testing.h"

namespace stint::cloud {
namespace {

using namespace std::chrono_literals;
using cloud::testing::json;
using cloud::testing::S3World;

constexpr std::string_view versions_world = R"({
  "access_keys": {"root": {"secret": "s", "principal": "root"},
                  "plain": {"secret": "s", "principal": "plain"}},
  "users": {"plain": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["s3:GetObject", "s3:DeleteObject"],
     "Resource": "arn:aws:s3:::v/*"}]}}}},
  "buckets": {"v": {"versioning": "Enabled", "objects": {
                "a": {"text": "new", "versions": [{"delete_marker": true}, {"text": "old"}]},
                "gone": {"delete_marker": true, "versions": [{"text": "was"}]}}},
              "plain": {"objects": {"k": {"text": "x"}}}}
})";

struct Versions : S3World {
  Versions() : S3World(versions_world) {}
  /// "key=ID* ID ... key=...": versions and markers in the order of one list, * the latest, - a
  /// delete marker. Ids are numbered as they are first seen.
  std::string listed(const Value& input = object({{"Bucket", "v"}})) {
    const Value answer = get("ListObjectVersions", input);
    std::string out;
    for (const char* kind : {"Versions", "DeleteMarkers"})
      for (const Value& row : answer.items(kind))
        out += fmt::format("{}{}{}{}", out.empty() ? "" : " ", row.text("Key"),
                           kind[0] == 'D' ? "-" : "", row.flag("IsLatest") ? "*" : "");
    for (const Value& row : answer.items("CommonPrefixes")) out += " [" + row.text("Prefix") + "]";
    if (answer.flag("IsTruncated")) out += " +";
    return out;
  }
  std::string body(const Value& input) {
    auto answer = call("s3", "GetObject", input);
    return answer ? answer->text("Body") : answer.error().name;
  }
  std::string put(const std::string& bucket, const std::string& key, const std::string& bytes) {
    return get("PutObject", object({{"Bucket", bucket}, {"Key", key}, {"Body", bytes}}))
        .text("VersionId");
  }
};

TEST_F(Versions, AreReadFromTheWorldFile) {
  EXPECT_EQ(listed(), "a* a gone a- gone-*");
  EXPECT_EQ(body(json(R"({"Bucket":"v","Key":"a"})")), "new");
  EXPECT_EQ(body(json(R"({"Bucket":"v","Key":"gone"})")), "NoSuchKey");
}

TEST_F(Versions, KeepEveryByteThatWasPut) {
  const std::string first = put("v", "k", "one"), second = put("v", "k", "two");
  EXPECT_EQ(first.size(), 32u);
  EXPECT_NE(first, second);
  EXPECT_EQ(body(json(R"({"Bucket":"v","Key":"k"})")), "two");
  EXPECT_EQ(body(object({{"Bucket", "v"}, {"Key", "k"}, {"VersionId", first}})), "one");
  const Value head =
      get("HeadObject", object({{"Bucket", "v"}, {"Key", "k"}, {"VersionId", first}}));
  EXPECT_EQ(head.text("VersionId"), first);
}

TEST_F(Versions, AreHiddenByADeleteMarkerUntilItIsDeleted) {
  put("v", "k", "one");
  const Value deleted = get("DeleteObject", R"({"Bucket":"v","Key":"k"})");
  EXPECT_TRUE(deleted.flag("DeleteMarker"));
  const std::string marker = deleted.text("VersionId");
  EXPECT_EQ(body(json(R"({"Bucket":"v","Key":"k"})")), "NoSuchKey");
  EXPECT_EQ(outcome("GetObject", object({{"Bucket", "v"}, {"Key", "k"}, {"VersionId", marker}})),
            "MethodNotAllowed 405: The specified method is not allowed against this resource.");
  EXPECT_EQ(get("ListObjectsV2", R"({"Bucket":"v","Prefix":"k"})").integer("KeyCount"), 0);
  const Value undone =
      get("DeleteObject", object({{"Bucket", "v"}, {"Key", "k"}, {"VersionId", marker}}));
  EXPECT_TRUE(undone.flag("DeleteMarker"));
  EXPECT_EQ(body(json(R"({"Bucket":"v","Key":"k"})")), "one");
}

TEST_F(Versions, ComeUpWhenTheNewestIsDeleted) {
  const std::string first = put("v", "k", "one"), second = put("v", "k", "two"),
                    third = put("v", "k", "three");
  get("DeleteObject", object({{"Bucket", "v"}, {"Key", "k"}, {"VersionId", third}}));
  EXPECT_EQ(body(json(R"({"Bucket":"v","Key":"k"})")), "two");
  get("DeleteObject", object({{"Bucket", "v"}, {"Key", "k"}, {"VersionId", first}}));
  get("DeleteObject", object({{"Bucket", "v"}, {"Key", "k"}, {"VersionId", second}}));
  EXPECT_EQ(body(json(R"({"Bucket":"v","Key":"k"})")), "NoSuchKey");
  EXPECT_EQ(listed(object({{"Bucket", "v"}, {"Prefix", "k"}})), "");
  EXPECT_TRUE(cloud.state.s3.versions.find("v/" + first) == nullptr);
}

TEST_F(Versions, OfASuspendedBucketOverwriteTheNullVersionOnly) {
  const std::string first = put("v", "k", "one");
  get("PutBucketVersioning", R"({"Bucket":"v","VersioningConfiguration":{"Status":"Suspended"}})");
  EXPECT_EQ(put("v", "k", "two"), "null");
  EXPECT_EQ(put("v", "k", "three"), "null");
  EXPECT_EQ(listed(object({{"Bucket", "v"}, {"Prefix", "k"}})), "k* k");
  EXPECT_EQ(body(object({{"Bucket", "v"}, {"Key", "k"}, {"VersionId", "null"}})), "three");
  EXPECT_EQ(body(object({{"Bucket", "v"}, {"Key", "k"}, {"VersionId", first}})), "one");
  const Value marker = get("DeleteObject", R"({"Bucket":"v","Key":"k"})");
  EXPECT_EQ(marker.text("VersionId"), "null");
  EXPECT_EQ(listed(object({{"Bucket", "v"}, {"Prefix", "k"}})), "k k-*");
}

TEST_F(Versions, TakeTheObjectsOfBeforeAsTheNullVersion) {
  get("PutBucketVersioning",
      R"({"Bucket":"plain","VersioningConfiguration":{"Status":"Enabled"}})");
  put("plain", "k", "y");
  EXPECT_EQ(body(json(R"({"Bucket":"plain","Key":"k","VersionId":"null"})")), "x");
  get("PutBucketVersioning",
      R"({"Bucket":"plain","VersioningConfiguration":{"Status":"Suspended"}})");
  put("plain", "k", "z");
  EXPECT_EQ(listed(object({{"Bucket", "plain"}})), "k* k") << "the old null version is gone";
}

TEST_F(Versions, AreListedInPages) {
  put("v", "dir/x", "1");
  put("v", "dir/y", "1");
  struct Case {
    const char* input;
    const char* expected;
  };
  for (const auto& [input, expected] : std::vector<Case>{
           {R"({"Bucket":"v","Delimiter":"/"})", "a* a gone a- gone-* [dir/]"},
           {R"({"Bucket":"v","Prefix":"dir/"})", "dir/x* dir/y*"},
           {R"({"Bucket":"v","MaxKeys":1})", "a* +"},
           {R"({"Bucket":"v","KeyMarker":"a"})", "dir/x* dir/y* gone gone-*"},
           {R"({"Bucket":"v","KeyMarker":"dir/","Delimiter":"/"})", "gone gone-*"},
           {R"({"Bucket":"v","MaxKeys":0})", ""},
       }) {
    SCOPED_TRACE(input);
    EXPECT_EQ(listed(json(input)), expected);
  }
  std::string all;
  Value input = object({{"Bucket", "v"}, {"MaxKeys", 2}});
  for (int page = 0; page < 9; ++page) {
    const Value answer = get("ListObjectVersions", input);
    for (const char* kind : {"Versions", "DeleteMarkers"})
      for (const Value& row : answer.items(kind)) all += row.text("Key") + " ";
    if (!answer.flag("IsTruncated")) break;
    input.set("KeyMarker", answer.text("NextKeyMarker"));
    input.set("VersionIdMarker", answer.text("NextVersionIdMarker"));
  }
  EXPECT_EQ(all, "a a a dir/x dir/y gone gone ");
}

TEST_F(Versions, NeedPermissionsOfTheirOwn) {
  const std::string first = put("v", "k", "one");
  become("plain");
  EXPECT_EQ(body(json(R"({"Bucket":"v","Key":"k"})")), "one");
  EXPECT_EQ(body(object({{"Bucket", "v"}, {"Key", "k"}, {"VersionId", first}})), "AccessDenied");
  EXPECT_EQ(cloud.audit.back().decision, "denied");
  EXPECT_EQ(code("DeleteObject", object({{"Bucket", "v"}, {"Key", "k"}, {"VersionId", first}})),
            "AccessDenied");
  const Value many = get(
      "DeleteObjects",
      object(
          {{"Bucket", "v"},
           {"Delete", object({{"Objects", Value::list({object({{"Key", "k"}, {"VersionId", first}}),
                                                       object({{"Key", "k"}})})}})}}));
  EXPECT_EQ(many.items("Errors").size(), 1u);
  ASSERT_EQ(many.items("Deleted").size(), 1u);
  EXPECT_TRUE(many.items("Deleted")[0].flag("DeleteMarker"));
}

TEST_F(Versions, RefuseWhatIsWrong) {
  struct Case {
    const char* operation;
    const char* input;
    const char* expected;
  };
  for (
      const auto& [operation, input, expected] : std::vector<Case>{
          {"GetObject", R"({"Bucket":"v","Key":"a","VersionId":"nonsense"})",
           "InvalidArgument 400: Invalid version id specified"},
          {"GetObject",
           R"({"Bucket":"v","Key":"a","VersionId":"00000000000000000000000000000000"})",
           "NoSuchVersion 404: The specified version does not exist."},
          {"DeleteObject", R"({"Bucket":"v","Key":"a","VersionId":"nonsense"})",
           "InvalidArgument 400: Invalid version id specified"},
          {"DeleteObject",
           R"({"Bucket":"v","Key":"a","VersionId":"00000000000000000000000000000000"})", "fine"},
          {"CopyObject",
           R"({"Bucket":"v","Key":"b",
                "CopySource":"v/a?versionId=00000000000000000000000000000000"})",
           "NoSuchVersion 404: The specified version does not exist."},
          {"ListObjectVersions", R"({"Bucket":"v","VersionIdMarker":"x"})",
           "InvalidArgument 400: A version-id marker cannot be specified without a key marker."},
          {"PutBucketVersioning", R"({"Bucket":"v","VersioningConfiguration":{"Status":"Maybe"}})",
           "MalformedXML 400: The XML you provided was not well-formed or did not validate "
           "against our published schema"},
          {"PutBucketVersioning", R"({"Bucket":"v","VersioningConfiguration":{}})",
           "IllegalVersioningConfigurationException 400: The Versioning element must be "
           "specified"},
          {"PutBucketVersioning",
           R"({"Bucket":"v","VersioningConfiguration":{"Status":"Enabled","MFADelete":"Enabled"}})",
           "AccessDenied 403: Mfa Authentication must be used for this request"},
          {"DeleteBucket", R"({"Bucket":"v"})",
           "BucketNotEmpty 409: The bucket you tried to delete is not empty. You must delete all "
           "versions in the bucket."},
      }) {
    SCOPED_TRACE(input);
    EXPECT_EQ(outcome(operation, input), expected);
  }
}

TEST_F(Versions, CopyAnOldVersionToRestoreIt) {
  const std::string first = put("v", "k", "one");
  put("v", "k", "two");
  const Value copied =
      get("CopyObject",
          object({{"Bucket", "v"}, {"Key", "k"}, {"CopySource", "v/k?versionId=" + first}}));
  EXPECT_EQ(copied.text("CopySourceVersionId"), first);
  EXPECT_EQ(body(json(R"({"Bucket":"v","Key":"k"})")), "one");
}

}  // namespace
}  // namespace stint::cloud

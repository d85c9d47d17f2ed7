// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/s3/versions.h"
#include "cloud/testing.h"
#include "value/yaml.h"

namespace stint::cloud {
namespace {

using cloud::testing::TestWorld;

Result<State> read(std::string_view text) {
  auto buckets_world = parse_yaml(text);
  if (!buckets_world) return fail(buckets_world.error());
  return make_world(*buckets_world, {.path = "w.yaml", .now = *parse_time("2026-11-24T11:18:00Z")});
}

constexpr std::string_view buckets_world = R"(
buckets:
  b:
    versioning: Enabled
    tags: {team: red}
    policy: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*"}]}
    settings:
      Cors: {CORSRules: [{AllowedMethods: [GET], AllowedOrigins: ["*"]}]}
      PublicAccessBlock: {BlockPublicAcls: true}
    objects:
      k:
        text: new
        tags: {a: "1"}
        versions: [{delete_marker: true}, {base64: "/wA=", version: mine}, {text: oldest, version: "null"}]
      gone: {delete_marker: true, versions: [{text: was}]}
)";

TEST(WorldBuckets, HaveVersionsTagsAndSettings) {
  auto state = read(buckets_world);
  ASSERT_TRUE(state) << state.error().message;
  const s3::ObjectEntry* newest = state->s3.objects.find("b/k");
  ASSERT_NE(newest, nullptr);
  EXPECT_EQ(newest->body.bytes(), "new");
  EXPECT_EQ(newest->tags.at("a"), "1");
  ASSERT_EQ(newest->older.size(), 3u);
  EXPECT_EQ(s3::find_version(state->s3, "b", "k", "mine")->body.bytes(), std::string("\xff\0", 2));
  EXPECT_EQ(s3::find_version(state->s3, "b", "k", "null")->body.bytes(), "oldest");
  EXPECT_TRUE(state->s3.objects.find("b/gone")->delete_marker);
  const s3::Bucket& bucket = *state->s3.buckets.find("b");
  EXPECT_TRUE(bucket.settings.contains("Cors"));
  EXPECT_TRUE(bucket.settings.contains("Tagging"));
}

TEST(WorldBuckets, AreDumpedAsTheyAreRead) {
  auto state = read(buckets_world);
  ASSERT_TRUE(state);
  auto dumped = dump_world(*state);
  ASSERT_TRUE(dumped) << dumped.error().message;
  auto again = read(*dumped);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(diff(*state, *again).empty());
  EXPECT_EQ(dumped->find("\nstate:"), dumped->npos) << "everything has a key of its own\n"
                                                    << *dumped;
}

TEST(WorldBuckets, AreDumpedWholeWhenTheFileHasNoWordsForThem) {
  TestWorld made("{}");
  ASSERT_TRUE(made.call("s3", "CreateBucket", R"({"Bucket":"fresh",
      "CreateBucketConfiguration":{"LocationConstraint":"us-west-2"}})"));
  auto upload = made.call("s3", "CreateMultipartUpload", R"({"Bucket":"fresh","Key":"m"})");
  ASSERT_TRUE(upload);
  ASSERT_TRUE(made.call("s3", "UploadPart",
                        object({{"Bucket", "fresh"},
                                {"Key", "m"},
                                {"UploadId", upload->text("UploadId")},
                                {"PartNumber", 1},
                                {"Body", "part"}})));
  ASSERT_TRUE(made.call("s3", "PutObject", R"({"Bucket":"fresh","Key":"e","Body":"x",
      "ServerSideEncryption":"aws:kms","StorageClass":"GLACIER"})"));
  auto dumped = dump_world(made.cloud.state);
  ASSERT_TRUE(dumped) << dumped.error().message;
  auto again = read(*dumped);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(diff(made.cloud.state, *again).empty());
}

TEST(WorldBuckets, SayWhatIsWrongWithThem) {
  struct Case {
    const char* text;
    const char* sentence;
  };
  for (const auto& [text, sentence] : std::vector<Case>{
           {"buckets: {b: {versioning: Maybe}}",
            "'versioning' of bucket 'b' must be Enabled or Suspended."},
           {"buckets: {b: {objects: {k: {text: x, versions: [{text: y}]}}}}",
            "object 'k' of bucket 'b' has versions, and its bucket no 'versioning'."},
           {"buckets: {b: {objects: {k: {text: x, version: v}}}}",
            "object 'k' of bucket 'b' has a version, and its bucket no 'versioning'."},
           {"buckets: {b: {objects: {k: {delete_marker: true}}}}",
            "object 'k' of bucket 'b' is a delete marker, and its bucket has no 'versioning'."},
           {"buckets: {b: {versioning: Enabled, objects: {k: {text: x, version: v, "
            "versions: [{text: y, version: v}]}}}}",
            "object 'k' of bucket 'b' has a version twice."},
           {"buckets: {b: {versioning: Enabled, objects: {k: {text: x, versions: {}}}}}",
            "'versions' of object 'k' of bucket 'b' must be a list."},
           {"buckets: {b: {settings: {Nonsense: {}}}}", "'Nonsense' is no setting of a bucket."},
           {"buckets: {b: {objects: {k: {}}}}",
            "object 'k' of bucket 'b' needs one of 'text', 'file' and 'base64'."},
       }) {
    auto state = read(text);
    ASSERT_FALSE(state) << text;
    EXPECT_NE(state.error().message.find(sentence), std::string::npos) << state.error().message;
  }
}

}  // namespace
}  // namespace stint::cloud

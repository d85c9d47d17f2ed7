// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// What the models of S3 declare of errors; most that S3 answers they do not.
#include "cloud/s3/testing.h"

namespace stint::cloud {
namespace {

using cloud::testing::expect_refused;
using cloud::testing::S3World;

struct S3Errors : S3World {
  S3Errors() : S3World(R"({"buckets": {"b": {}}})") {}
};

TEST_F(S3Errors, BucketsAndObjectsThatAreNotThere) {
  expect_refused(
      *this, "s3", {},
      {{"GetObject GetObjectAcl GetObjectAttributes PutObjectAcl",
        R"({"Bucket":"b","Key":"none","ObjectAttributes":["ETag"],"ACL":"private"})", "NoSuchKey"},
       {"ListObjects ListObjectsV2", R"({"Bucket":"none"})", "NoSuchBucket"},
       {"HeadBucket", R"({"Bucket":"none"})", "404"},
       {"HeadObject", R"({"Bucket":"b","Key":"none"})", "404"}});
}

}  // namespace
}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/address.h"

#include <gtest/gtest.h>

namespace stint::cloud {
namespace {

TEST(Address, OnlyThisMachineAndAwsOwnNamesAreAnsweredFor) {
  for (const char* host : {"127.0.0.1:4566", "127.64.3.9", "localhost:80", "LOCALHOST",
                           "[::1]:4566", "bucket.s3.localhost:4566", "iam.amazonaws.com",
                           "my-script-bucket.s3-us-west-2.amazonaws.com"})
    EXPECT_TRUE(own_host(host)) << host;
  for (const char* host :
       {"", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "notlocalhost",
        "xamazonaws.com", "10.0.0.1", "127.0.0.256", "127.0.0.", "127.0.0.1x", "[::2]"})
    EXPECT_FALSE(own_host(host)) << host;
}

TEST(Address, TheBucketStandsBeforeTheNameOfS3) {
  struct {
    const char *host, *bucket;
  } rows[] = {
      {"my-script-bucket.s3-us-west-2.amazonaws.com", "my-script-bucket"},
      {"b.s3.us-west-2.amazonaws.com", "b"},
      {"b.s3.dualstack.us-west-2.amazonaws.com:443", "b"},
      {"b.s3.amazonaws.com", "b"},
      {"my.s3.bucket.s3.amazonaws.com", "my.s3.bucket"},
      {"b.s3.localhost:4566", "b"},
      {"b.localhost:4566", "b"},
      {"dots.in.name.localhost", "dots.in.name"},
      {"s3.us-west-2.amazonaws.com", ""},
      {"s3-us-west-2.amazonaws.com", ""},
      {"s3.localhost:4566", ""},
      {"localhost:4566", ""},
      {"127.0.0.1:4566", ""},
      {"iam.amazonaws.com", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(bucket_of_host(row.host), row.bucket) << row.host;
}

TEST(Address, VirtualHostRequestsBecomePathStyle) {
  net::Request request{.target = "/deep/key?x=1"};
  request.headers.set("host", "b.s3.us-west-2.amazonaws.com");
  make_path_style(request);
  EXPECT_EQ(request.target, "/b/deep/key?x=1");
  request.headers.set("host", "127.0.0.1");
  make_path_style(request);
  EXPECT_EQ(request.target, "/b/deep/key?x=1");
}

}  // namespace
}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace stint::cloud::ssm {

/// What a URL of S3 means.
struct S3Place {
  std::string bucket, key;
  friend bool operator==(const S3Place&, const S3Place&) = default;
};

/// Reads "https://BUCKET.s3[.-]REGION.amazonaws.com/KEY" and the path style. As the agent does, it
/// looks for "[bucket.]s3[.-][region.]amazonaws.com" without minding what follows
/// (spec/ssm-agent-protocol.md 6.5). None: not such a URL.
std::optional<S3Place> parse_s3_url(std::string_view url);

}  // namespace stint::cloud::ssm

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "value/value.h"

/// The kinds of things that EC2 has ids for, and how it refuses an id.
namespace stint::cloud::ec2 {

struct Kind {
  std::string_view prefix;         ///< "vpc-"
  std::string_view type;           ///< of ARNs and tags: "vpc"
  std::string_view missing;        ///< code
  std::string_view before, after;  ///< text around the id
  /// Code for what cannot be such an id; empty: it is missing like any other.
  std::string_view malformed;
};
/// By an id's prefix; nullptr: EC2 has no such things here.
const Kind* kind_of(std::string_view id);
/// By the type in ARNs ("security-group").
const Kind* kind_of_type(std::string_view type);

/// "i-" or another prefix and 8 or 17 hexadecimal digits.
bool well_formed_id(std::string_view id, std::string_view prefix);

/// How EC2 refuses an id of that kind: missing, or malformed when it cannot be one.
Error wrong_id(std::string_view prefix, std::string_view id);

/// "arn:aws:ec2:REGION:ACCOUNT:TYPE/ID"; images and snapshots have no account in theirs.
std::string arn_of(std::string_view region, std::string_view account, std::string_view type,
                   std::string_view id);

/// The id of what comes with an instance: twin_id("vol-", "i-0abc") is "vol-0abc".
std::string twin_id(std::string_view prefix, std::string_view id);

}  // namespace stint::cloud::ec2

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

#include "cloud/cloud.h"

/// What every Describe operation does with its rows: pick those that were named, filter, page.
namespace stint::cloud::ec2 {

/// A filter of a Describe operation and where the values that it looks at stand in a row:
/// "State.Name", or "Attachments[].InstanceId" for those of every item. `tag:KEY`, `tag-key` and
/// `tag-value` work on every row that has Tags (or TagSet).
struct FilterPath {
  std::string_view name, path;
};

struct Listing {
  std::string_view member;  ///< of the answer: "Vpcs"
  std::string_view ids;     ///< of the input: "VpcIds"; empty: none can be named
  std::string_view id;      ///< of a row: "VpcId", unique
  std::string_view prefix;  ///< "vpc-": how a missing one is refused
  std::span<const FilterPath> filters;
  std::int64_t least = 5, most = 1000;  ///< of MaxResults
  /// The operations of the VPC family name the token in their refusal (seen in public); others
  /// answer InvalidNextToken.
  bool names_token = false;
};

/// The answer of a Describe operation over rows in id order. Errors: a named row that is not there
/// (all of the missing ones in one text), an unknown filter, a bad page or token.
Result<Value> list_rows(const Value& in, const Listing& listing, Value::List rows);

/// The texts at a path of a row; numbers and flags as text.
std::vector<std::string> values_at(const Value& row, std::string_view path);

/// Whether a row passes the input's Filters. Errors as list_rows.
Result<bool> passes(const Value& row, const Value& in, std::span<const FilterPath> known);

}  // namespace stint::cloud::ec2

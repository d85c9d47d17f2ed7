// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/cloud.h"
#include "cloud/ec2/kinds.h"

/// What the operations of EC2 have in common: filters, pages, dry runs, ids, tags as lists.
namespace stint::cloud::ec2 {

/// One filter of a Describe call: the thing must have a value that one of `values` (with * and ?)
/// matches.
struct Filter {
  std::string name;
  std::vector<std::string> values;
  bool matches(std::string_view value) const;
  bool matches_any(const std::vector<std::string>& of) const;
};
/// Errors: InvalidParameterValue for a filter without name or values (recorded text).
Result<std::vector<Filter>> read_filters(const Value& input);

/// A page of a listing. The token is opaque to callers: it holds the key of the last thing shown.
struct Page {
  std::size_t limit = 0;  ///< 0: all
  std::string after;      ///< "kind/id" of the last thing shown before; empty: from the start
};
/// MaxResults must lie in [least, most]. Errors: InvalidParameterValue,
/// InvalidNextToken.
Result<Page> read_page(const Value& input, std::int64_t least, std::int64_t most);
Error wrong_token(std::string_view token);  ///< InvalidNextToken
std::string next_token(std::string_view last_key);

/// Sent when a request that would go through has DryRun set. The four association operations take
/// it on the wire although no model has it (A1, "dry run").
Result<void> unless_dry_run(const Value& input);

/// "i-" or another prefix and 8 or 17 hexadecimal digits.
bool well_formed_id(std::string_view id, std::string_view prefix);

/// [{Key, Value}] in key order.
Value tag_list(const Tags& tags);

/// EC2 of one account and Region as it is, without making it; nullptr: nothing was ever there.
const State* find_ec2(const cloud::State& state, std::string_view account, std::string_view region);

std::string instance_arn(std::string_view region, std::string_view account,
                         std::string_view instance);
/// A made-up id that is always the same for the same words ("vpc-0..." of an account and Region).
std::string fixed_id(std::string_view prefix, std::string_view of);

/// TagSpecifications of a request for the things of one kind that it makes, checked. `kinds`: what
/// the operation can tag. Tagging on creation needs ec2:CreateTags as well.
Result<Tags> tags_for(Call& call, const Value& in, std::string_view type,
                      std::initializer_list<std::string_view> kinds);
/// The same for operations that make one kind of thing.
inline Result<Tags> tags_for(Call& call, const Value& in, std::string_view type) {
  return tags_for(call, in, type, {type});
}
/// Checks [{Key, Value}] and adds it. Errors: InvalidParameterValue, TagLimitExceeded.
Result<void> add_tags(const Value::List& given, Tags& to);

/// What an earlier request with the same ClientToken made; empty: nothing yet. Errors:
/// IdempotentParameterMismatch.
Result<std::vector<std::string>> made_before(const Call& call, const Value& in);
void remember_made(Call& call, const Value& in, std::vector<std::string> made);

}  // namespace stint::cloud::ec2

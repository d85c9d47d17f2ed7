// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "cloud/cloud.h"

/// Finding keys (KMS Developer Guide, "Key identifiers") and what state they are in.
namespace stint::cloud::kms {

using Pairs = std::map<std::string, std::string>;  ///< an encryption context, tags

/// Where a key lies.
struct Place {
  std::string account, region;
};
/// A key with its place. Valid until the Region's KMS is changed.
struct Found {
  Place place;
  const Key* key = nullptr;
};

std::string key_arn(const Place& place, std::string_view id);
std::string alias_arn(const Place& place, std::string_view name);

/// The key that an id, key ARN, alias name or alias ARN names, as seen by a caller of an account in
/// a Region. Errors: NotFoundException, InvalidArnException.
Result<Found> find_key(const cloud::State& state, const Place& caller, std::string_view given,
                       Time now);
Result<Found> find_key(const Call& call, std::string_view given);
/// By id or key ARN only, as most operations on keys themselves take it. Errors: as find_key.
Result<Found> find_key_itself(const Call& call, std::string_view given);
/// The key with this ARN; none: nullptr in it.
Found key_of_arn(const cloud::State& state, std::string_view arn, Time now);

/// The ARN for the authoriser: of the key, or what it would be.
std::string arn_of(const Call& call, std::string_view given);

/// Errors: KMSInvalidStateException.
Result<void> not_pending(const Key& key);
/// As not_pending, and DisabledException.
Result<void> usable(const Key& key);

/// That GrantTokens are some of grants of the account. Errors: InvalidGrantTokenException.
Result<void> check_tokens(const Call& call, const Value& in);

/// Our own to change; it must be there.
Key& edit_key(Call& call, const Found& found);

/// ValidationException (400).
std::unexpected<Error> invalid(std::string text);

Pairs read_pairs(const Value& in);

/// The members that a page of rows has: `rows` under `member`, NextMarker, Truncated. Rows are in
/// the order of their ids. Errors: InvalidMarkerException.
Result<Value> page(const Value& in, std::string_view member,
                   const std::vector<std::pair<std::string, Value>>& rows, std::int64_t standard);

}  // namespace stint::cloud::kms

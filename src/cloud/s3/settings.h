// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "cloud/cloud.h"

/// Configurations of a bucket that S3 keeps as they are put: one row each.
namespace stint::cloud::s3 {

struct Setting {
  std::string_view name;    ///< in Bucket::settings
  std::string_view member;  ///< of a Put's input
  bool whole;  ///< a Get answers it under `member`; else its members stand by themselves
  /// What a Get answers when it was never put; an empty code: an empty answer.
  std::string_view missing_code, missing_text;
  /// Errors: what S3 finds wrong with it. May fill in what S3 fills in (ids).
  Result<void> (*check)(Call&, const Bucket&, Value&);
};

extern const Setting accelerate, cors, encryption_setting, lifecycle, logging, notification,
    ownership, public_access_block, replication, request_payment, website;

Result<Value> put_setting(Call& call, const Value& in, const Setting& setting);
Result<Value> get_setting(Call& call, const Value& in, const Setting& setting);
Result<Value> delete_setting(Call& call, const Value& in, const Setting& setting);

template <const Setting& setting>
Result<Value> put(Call& call, const Value& in) {
  return put_setting(call, in, setting);
}
template <const Setting& setting>
Result<Value> get(Call& call, const Value& in) {
  return get_setting(call, in, setting);
}
template <const Setting& setting>
Result<Value> erase(Call& call, const Value& in) {
  return delete_setting(call, in, setting);
}

std::unexpected<Error> malformed_xml();

}  // namespace stint::cloud::s3

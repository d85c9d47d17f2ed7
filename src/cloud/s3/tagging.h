// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "value/value.h"

namespace stint::cloud::s3 {

using Tags = std::map<std::string, std::string>;

constexpr std::size_t most_object_tags = 10;
constexpr std::size_t most_bucket_tags = 50;

/// Tags from [{Key, Value}]. Errors: InvalidTag, BadRequest (too many).
Result<Tags> read_tag_set(const Value::List& set, std::size_t most);
/// Tags of the header x-amz-tagging ("a=1&b=2"). Errors: InvalidArgument, InvalidTag, BadRequest.
Result<Tags> read_tag_header(std::string_view header);
Value tag_set(const Tags& tags);

}  // namespace stint::cloud::s3

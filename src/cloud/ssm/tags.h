// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

#include "cloud/cloud.h"

/// Tags of the things of Systems Manager, and what policies ask about them.
namespace stint::cloud::ssm {

using Tags = std::map<std::string, std::string>;

/// Adds the tags of an input to those there are. Errors: ValidationException for a key that is
/// AWS's own or is there twice; TooManyTagsError when there would be more than 50.
Result<void> add_tags(Tags& tags, const Value::List& given);

Value tag_list(const Tags& tags);

/// aws:RequestTag/KEY and aws:TagKeys, from Tags and TagKeys of an input.
void request_tags(const Value& in, policy::Context& out);
/// aws:ResourceTag/KEY and ssm:resourceTag/KEY.
void resource_tags(const Tags& tags, policy::Context& out);

/// The account's own Systems Manager in the call's Region, or nullptr: for rows, which must not
/// make it.
const State* look(const Call& call);

}  // namespace stint::cloud::ssm

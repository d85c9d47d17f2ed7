// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "cloud/cloud.h"

/// What the operations of CloudWatch Logs have in common.
namespace stint::cloud::logs {

std::string group_arn(const Call& call, std::string_view group);
std::string stream_arn(const Call& call, std::string_view group, std::string_view stream);
std::string stream_key(std::string_view group, std::string_view stream);
/// What the keys of a stream's events begin with.
std::string event_root(std::string_view group, std::string_view stream);

/// The name in logGroupName, or in logGroupIdentifier (a name or an ARN).
std::string group_name(const Value& in);
/// Errors: InvalidParameterException.
Result<void> check_group_name(const std::string& name);
/// Errors: InvalidParameterException for what can be no name, ResourceNotFoundException.
Result<const Group*> find_group(Call& call, const Value& in);
Result<const Stream*> find_stream(Call& call, const Group& group, const std::string& name);

/// The streams of a group, by name.
std::vector<const Stream*> streams_of(const State& state, const std::string& group);
/// The metric filters of a group, by name.
std::vector<const MetricFilter*> filters_of(const State& state, const std::string& group);
/// When events of a group are forgotten: those before this time.
Time kept_since(const Group& group, Time now);

std::int64_t millis(Time time);
/// InvalidParameterException.
std::unexpected<Error> invalid(std::string text);

/// What is passed over, and how many rows a page has. Rows are named by texts in order.
struct Cut {
  std::size_t first = 0, end = 0;
  std::string next;  ///< nextToken, or empty
};
/// Errors: InvalidParameterException.
Result<Cut> cut_page(const Value& in, const std::vector<std::string>& names, std::int64_t most);

}  // namespace stint::cloud::logs

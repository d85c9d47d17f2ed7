// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cloud/cloud.h"

/// The operations of CloudWatch Logs, for its table.
namespace stint::cloud::logs {

// events.cc
Result<Value> filter_log_events(Call& call, const Value& in);
Result<Value> get_log_events(Call& call, const Value& in);
Result<Value> put_log_events(Call& call, const Value& in);

// groups.cc
Result<Value> associate_kms_key(Call& call, const Value& in);
Result<Value> create_log_group(Call& call, const Value& in);
Result<Value> delete_log_group(Call& call, const Value& in);
Result<Value> delete_retention_policy(Call& call, const Value& in);
Result<Value> describe_log_groups(Call& call, const Value& in);
Result<Value> disassociate_kms_key(Call& call, const Value& in);
Result<Value> list_tags_for_resource(Call& call, const Value& in);
Result<Value> list_tags_log_group(Call& call, const Value& in);
Result<Value> put_retention_policy(Call& call, const Value& in);
Result<Value> tag_log_group(Call& call, const Value& in);
Result<Value> tag_resource(Call& call, const Value& in);
Result<Value> untag_log_group(Call& call, const Value& in);
Result<Value> untag_resource(Call& call, const Value& in);

// metric_filters.cc
Result<Value> delete_metric_filter(Call& call, const Value& in);
Result<Value> describe_metric_filters(Call& call, const Value& in);
Result<Value> put_metric_filter(Call& call, const Value& in);

// streams.cc
Result<Value> create_log_stream(Call& call, const Value& in);
Result<Value> delete_log_stream(Call& call, const Value& in);
Result<Value> describe_log_streams(Call& call, const Value& in);

}  // namespace stint::cloud::logs

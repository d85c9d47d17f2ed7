// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/logs/table.h"

#include <fmt/core.h>

#include <algorithm>

#include "cloud/logs/group.h"
#include "cloud/logs/operations.h"

namespace stint::cloud::logs {
namespace {

using Resources = std::vector<std::string>;

/// As CloudWatch Logs names a group when it asks: what stands behind "log-stream:" is empty.
Resources the_group(const Call& call, const Value& in) {
  return {stream_arn(call, group_name(in), "")};
}
Resources the_stream(const Call& call, const Value& in) {
  return {stream_arn(call, group_name(in), in.text("logStreamName"))};
}
Resources the_resource(const Call&, const Value& in) {
  return {in.text("resourceArn")};
}
Resources all_groups(const Call& call, const Value&) {
  return {stream_arn(call, "", "")};
}

void tags_context(const Call&, const Value& in, policy::Context& out) {
  std::vector<std::string> keys;
  if (in["tags"].is_object())
    for (const auto& [key, value, where] : in["tags"].as_object()) {
      if (value.is_text()) out.set("aws:RequestTag/" + key, value.as_text());
      keys.push_back(key);
    }
  if (!keys.empty()) out.set("aws:TagKeys", std::move(keys));
}

constexpr Operation operations[] = {
    {"AssociateKmsKey", associate_kms_key, the_group},
    {"CreateLogGroup", create_log_group, the_group, tags_context},
    {"CreateLogStream", create_log_stream, the_stream},
    {"DeleteLogGroup", delete_log_group, the_group},
    {"DeleteLogStream", delete_log_stream, the_stream},
    {"DeleteMetricFilter", delete_metric_filter, the_group},
    {"DeleteRetentionPolicy", delete_retention_policy, the_group},
    {"DescribeLogGroups", describe_log_groups, all_groups, nullptr, {}, true},
    {"DescribeLogStreams", describe_log_streams, the_group, nullptr, {}, true},
    {"DescribeMetricFilters", describe_metric_filters, the_group, nullptr, {}, true},
    {"DisassociateKmsKey", disassociate_kms_key, the_group},
    {"FilterLogEvents", filter_log_events, the_group, nullptr, {}, true},
    {"GetLogEvents", get_log_events, the_stream, nullptr, {}, true},
    {"ListTagsForResource", list_tags_for_resource, the_resource, nullptr, {}, true},
    {"ListTagsLogGroup", list_tags_log_group, the_group, nullptr, {}, true},
    {"PutLogEvents", put_log_events, the_stream},
    {"PutMetricFilter", put_metric_filter, the_group},
    {"PutRetentionPolicy", put_retention_policy, the_group},
    {"TagLogGroup", tag_log_group, the_group, tags_context},
    {"TagResource", tag_resource, the_resource, tags_context},
    {"UntagLogGroup", untag_log_group, the_group},
    {"UntagResource", untag_resource, the_resource},
};
static_assert(std::ranges::is_sorted(operations, {}, &Operation::name));

}  // namespace

ServiceTable table() {
  return {.service = "logs", .operations = operations};
}

}  // namespace stint::cloud::logs

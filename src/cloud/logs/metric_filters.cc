// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Metric filters. They are kept and described; there are no metrics that they could make.
#include <fmt/core.h>

#include <algorithm>

#include "cloud/logs/group.h"
#include "cloud/logs/operations.h"

namespace stint::cloud::logs {
namespace {

constexpr std::size_t most_filters = 100;  // of a group
constexpr std::int64_t most_filters_listed = 50;

Result<void> check_filter_name(const std::string& name) {
  if (!name.empty() && name.size() <= 512 && name.find_first_of(":*") == name.npos) return {};
  return invalid(
      fmt::format("1 validation error detected: Value '{}' at 'filterName' failed to satisfy "
                  "constraint: Member must satisfy regular expression pattern: [^:*]*",
                  name));
}

Result<void> check_transformations(const Value::List& all) {
  if (all.size() != 1)
    return invalid(
        fmt::format("1 validation error detected: Value at 'metricTransformations' failed to "
                    "satisfy constraint: Member must have length {} than or equal to 1",
                    all.empty() ? "greater" : "less"));
  for (const char* member : {"metricName", "metricNamespace", "metricValue"}) {
    const std::string& text = all[0].text(member);
    if (text.empty() ||
        (std::string_view(member) != "metricValue" && text.find_first_of(":*$") != text.npos))
      return invalid(
          fmt::format("1 validation error detected: Value '{}' at 'metricTransformations.1.member."
                      "{}' failed to satisfy constraint: Member must satisfy regular expression "
                      "pattern: [^:*$]*",
                      text, member));
  }
  return {};
}

Value describe(const MetricFilter& filter) {
  return object({{"filterName", filter.name},
                 {"filterPattern", filter.pattern},
                 {"metricTransformations", filter.transformations},
                 {"creationTime", millis(filter.created)},
                 {"logGroupName", filter.group}});
}

}  // namespace

std::vector<const MetricFilter*> filters_of(const State& state, const std::string& group) {
  std::vector<const MetricFilter*> out;
  const std::string root = stream_key(group, "");
  for (auto at = state.filters.lower_bound(root);
       at != state.filters.end() && at->first.starts_with(root); ++at)
    out.push_back(at->second.get());
  return out;
}

Result<Value> put_metric_filter(Call& call, const Value& in) {
  const std::string& name = in.text("filterName");
  TRY(check_filter_name(name));
  const Group* group = TRY(find_group(call, in));
  // Not read as FilterLogEvents reads it: nothing is ever held against it.
  if (in.text("filterPattern").size() > 1024) return invalid("Invalid filter pattern");
  TRY(check_transformations(in.items("metricTransformations")));
  auto& filters = call.own_region().logs.filters;
  std::string key = stream_key(group->name, name);
  const MetricFilter* before = filters.find(key);
  if (!before && filters_of(call.own_region().logs, group->name).size() >= most_filters)
    return fault("LimitExceededException", "Resource limit exceeded.", 400, Code::conflict);
  call.effect = before ? "changed" : "created";
  MetricFilter filter{.group = group->name,
                      .name = name,
                      .pattern = in.text("filterPattern"),
                      .transformations = in["metricTransformations"],
                      .created = before ? before->created : call.now};
  filters.put(std::move(key), std::move(filter));
  return Value(Object());
}

Result<Value> delete_metric_filter(Call& call, const Value& in) {
  TRY(check_filter_name(in.text("filterName")));
  const Group* group = TRY(find_group(call, in));
  if (!call.own_region().logs.filters.erase(stream_key(group->name, in.text("filterName"))))
    return fault("ResourceNotFoundException", "The specified metric filter does not exist.", 400,
                 Code::not_found);
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> describe_metric_filters(Call& call, const Value& in) {
  const State& logs = call.own_region().logs;
  const std::string &prefix = in.text("filterNamePrefix"), &metric = in.text("metricName"),
                    &space = in.text("metricNamespace");
  if (metric.empty() != space.empty())
    return invalid("metricName and metricNamespace must be given together.");
  std::vector<const MetricFilter*> found;
  if (!in.text("logGroupName").empty()) {
    const Group* group = TRY(find_group(call, in));
    found = filters_of(logs, group->name);
  } else {
    for (const auto& [key, filter] : logs.filters) found.push_back(filter.get());
  }
  std::erase_if(found, [&](const MetricFilter* filter) {
    const Value& first = filter->transformations.as_list()[0];
    return !filter->name.starts_with(prefix) ||
           (!metric.empty() &&
            (first.text("metricName") != metric || first.text("metricNamespace") != space));
  });
  std::vector<std::string> names;
  for (const MetricFilter* filter : found) names.push_back(stream_key(filter->group, filter->name));
  const Cut cut = TRY(cut_page(in, names, most_filters_listed));
  Value::List rows;
  for (std::size_t i = cut.first; i < cut.end; ++i) rows.push_back(describe(*found[i]));
  Object out{{"metricFilters", Value(std::move(rows))}};
  if (!cut.next.empty()) out.append("nextToken", cut.next);
  return Value(std::move(out));
}

}  // namespace stint::cloud::logs

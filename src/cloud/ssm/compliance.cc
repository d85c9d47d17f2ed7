// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// PutComplianceItems and ListComplianceItems.
#include "cloud/ssm/compliance.h"

#include <fmt/core.h>

#include <algorithm>

#include "cloud/ssm/nodes.h"
#include "cloud/ssm/operations.h"
#include "cloud/ssm/page.h"

namespace stint::cloud::ssm {
namespace {

constexpr std::size_t most_item = 200 * 1024, most_total = 800 * 1024, most_types = 10;

std::string compliance_key(std::string_view resource, std::string_view type) {
  return fmt::format("{}/{}", resource, type);
}

Result<void> check_type(const std::string& type) {
  if (type == "ManagedInstance") return {};
  return fault("InvalidResourceType",
               fmt::format("The resource type {} isn't valid. ManagedInstance is.", type));
}

Result<void> check_resource(Call& call, const std::string& type, const std::string& id) {
  TRY(check_type(type));
  if (ping_status(call.cloud, {call.account, call.region, id}, call.now).empty())
    return fault("InvalidResourceId",
                 "The resource ID isn't valid. Verify that you entered the correct ID and try "
                 "again.",
                 400, Code::not_found);
  return {};
}

Result<ComplianceEntry> read_entry(const Value& given) {
  ComplianceEntry entry{.id = given.text("Id"),
                        .title = given.text("Title"),
                        .severity = given.text("Severity"),
                        .status = given.text("Status")};
  std::size_t size = entry.title.size();
  if (const Value& details = given["Details"]; details.is_object())
    for (const auto& [name, value, where] : details.as_object()) {
      entry.details[name] = document::render(value);
      size += name.size() + entry.details[name].size();
    }
  if (size > most_item)
    return fault("ItemSizeLimitExceededException",
                 "The inventory item size has exceeded the size limit.");
  if (entry.status != "COMPLIANT" && entry.status != "NON_COMPLIANT")
    return fault(
        "InvalidItemContentException",
        fmt::format("One or more content items isn't valid. {} is no status.", entry.status));
  return entry;
}

}  // namespace

Result<ComplianceFilters> ComplianceFilters::read(const Value& in) {
  constexpr std::string_view keys[] = {
      "ComplianceType", "ExecutionId",  "ExecutionType", "Id",     "OverallSeverity",
      "ResourceId",     "ResourceType", "Severity",      "Status", "Title"};
  constexpr std::string_view operators[] = {"BEGIN_WITH", "EQUAL", "GREATER_THAN", "LESS_THAN",
                                            "NOT_EQUAL"};
  ComplianceFilters out;
  for (const Value& given : in.items("Filters")) {
    Filter filter{given.text("Key"), given.text("Type").empty() ? "EQUAL" : given.text("Type"), {}};
    if (std::ranges::find(keys, filter.key) == std::end(keys) ||
        std::ranges::find(operators, filter.how) == std::end(operators))
      return fault("InvalidFilter",
                   "The filter name isn't valid. Verify the you entered the correct name and try "
                   "again.");
    for (const Value& value : given.items("Values"))
      filter.values.push_back(document::render(value));
    out.filters_.push_back(std::move(filter));
  }
  return out;
}

bool ComplianceFilters::pass(const Value& row) const {
  return std::ranges::all_of(filters_, [&](const Filter& filter) {
    const Value* held = row.find(filter.key);
    if (!held) held = row["ExecutionSummary"].find(filter.key);
    if (!held) return filter.how == "NOT_EQUAL";
    const std::string text = document::render(*held);
    const bool any = std::ranges::any_of(filter.values, [&](const std::string& value) {
      if (filter.how == "BEGIN_WITH") return text.starts_with(value);
      if (filter.how == "LESS_THAN") return text < value;
      if (filter.how == "GREATER_THAN") return text > value;
      return text == value;
    });
    return filter.how == "NOT_EQUAL" ? !any : any;
  });
}

Value execution_summary(const Compliance& compliance) {
  return object({{"ExecutionTime", iso8601(compliance.executed, true)},
                 {"ExecutionId", compliance.execution_id},
                 {"ExecutionType", compliance.execution_type}});
}

Result<Value> put_compliance_items(Call& call, const Value& in) {
  const std::string& id = in.text("ResourceId");
  TRY(check_resource(call, in.text("ResourceType"), id));
  const std::string& type = in.text("ComplianceType");
  if (!type.starts_with("Custom:") && type != "Patch" && type != "Association")
    return fault("ValidationException",
                 fmt::format("The compliance type {} is not valid. Use Patch, Association or "
                             "Custom:NAME.",
                             type));
  const Value& summary = in["ExecutionSummary"];
  Time executed = TRY(parse_time(summary.text("ExecutionTime")));
  Table<Compliance>& kept = call.own_region().ssm.compliance;
  const Compliance* before = kept.find(compliance_key(id, type));
  Compliance made{.resource = id,
                  .resource_type = in.text("ResourceType"),
                  .type = type,
                  .execution_id = summary.text("ExecutionId"),
                  .execution_type = summary.text("ExecutionType"),
                  .executed = executed,
                  .hash = in.text("ItemContentHash")};
  if (in.text("UploadType") == "PARTIAL" && before) made.entries = before->entries;
  std::size_t total = 0;
  for (const Value& given : in.items("Items")) {
    ComplianceEntry entry = TRY(read_entry(given));
    for (const auto& [name, value] : entry.details) total += name.size() + value.size();
    auto same = std::ranges::find(made.entries, entry.id, &ComplianceEntry::id);
    if (!entry.id.empty() && same != made.entries.end()) {
      *same = std::move(entry);
    } else {
      made.entries.push_back(std::move(entry));
    }
  }
  if (total > most_total)
    return fault("TotalSizeLimitExceededException",
                 "The size of inventory data has exceeded the total size limit for the resource.");
  if (!before) {
    std::size_t types = 0;
    const std::string prefix = id + "/";
    for (auto at = kept.lower_bound(prefix); at != kept.end() && at->first.starts_with(prefix);
         ++at)
      ++types;
    if (types >= most_types)
      return fault("ComplianceTypeCountLimitExceededException",
                   "You specified too many custom compliance types. You can specify a maximum of "
                   "10 different types.",
                   400, Code::conflict);
  }
  kept.put(compliance_key(id, type), std::move(made));
  call.effect = "changed";
  return Value(Object());
}

Result<Value> list_compliance_items(Call& call, const Value& in) {
  ComplianceFilters filters = TRY(ComplianceFilters::read(in));
  std::vector<std::string> wanted;
  for (const Value& id : in.items("ResourceIds")) {
    wanted.push_back(document::render(id));
    TRY(check_resource(call, "ManagedInstance", wanted.back()));
  }
  for (const Value& type : in.items("ResourceTypes")) TRY(check_type(document::render(type)));
  std::vector<std::string> ids;
  std::vector<Value> rows;
  for (const auto& [key, one] : call.own_region().ssm.compliance) {
    if (!wanted.empty() && std::ranges::find(wanted, one->resource) == wanted.end()) continue;
    for (std::size_t i = 0; i < one->entries.size(); ++i) {
      const ComplianceEntry& entry = one->entries[i];
      Object details;
      for (const auto& [name, value] : entry.details) details.append(name, value);
      Value row = object({{"ComplianceType", one->type},
                          {"ResourceType", one->resource_type},
                          {"ResourceId", one->resource},
                          {"Id", entry.id},
                          {"Title", entry.title},
                          {"Status", entry.status},
                          {"Severity", entry.severity},
                          {"ExecutionSummary", execution_summary(*one)},
                          {"Details", std::move(details)}});
      if (!filters.pass(row)) continue;
      ids.push_back(fmt::format("{}/{}", key, i));
      rows.push_back(std::move(row));
    }
  }
  Page shown = TRY(page(in, ids, 50));
  Object out{{"ComplianceItems",
              Value(Value::List(rows.begin() + static_cast<std::ptrdiff_t>(shown.first),
                                rows.begin() + static_cast<std::ptrdiff_t>(shown.end)))}};
  if (!shown.next.empty()) out.append("NextToken", shown.next);
  return Value(std::move(out));
}

}  // namespace stint::cloud::ssm

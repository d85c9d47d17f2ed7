// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// ListComplianceSummaries and ListResourceComplianceSummaries.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "cloud/ssm/compliance.h"
#include "cloud/ssm/operations.h"
#include "cloud/ssm/page.h"

namespace stint::cloud::ssm {
namespace {

constexpr std::array<std::pair<std::string_view, const char*>, 6> severities = {{
    {"CRITICAL", "CriticalCount"},
    {"HIGH", "HighCount"},
    {"MEDIUM", "MediumCount"},
    {"LOW", "LowCount"},
    {"INFORMATIONAL", "InformationalCount"},
    {"UNSPECIFIED", "UnspecifiedCount"},
}};

/// How many of each severity.
struct Counts {
  std::int64_t all = 0;
  std::array<std::int64_t, severities.size()> by_severity{};
  void add(std::string_view severity) {
    ++all;
    for (std::size_t i = 0; i < severities.size(); ++i)
      if (severities[i].first == severity) ++by_severity[i];
  }
  Value summary(const char* name) const {
    Object counts;
    for (std::size_t i = 0; i < severities.size(); ++i)
      counts.append(severities[i].second, by_severity[i]);
    return object({{name, all}, {"SeveritySummary", std::move(counts)}});
  }
};

struct Both {
  Counts good, bad;
  void add(const ComplianceEntry& entry) {
    (entry.status == "COMPLIANT" ? good : bad).add(entry.severity);
  }
};

/// The gravest severity of what is not compliant.
std::string_view gravest(const Counts& bad) {
  for (std::size_t i = 0; i < severities.size(); ++i)
    if (bad.by_severity[i]) return severities[i].first;
  return "UNSPECIFIED";
}

Result<Value> pages(const Value& in, const char* member, const std::vector<std::string>& ids,
                    const std::vector<Value>& rows) {
  Page shown = TRY(page(in, ids, 50));
  Object out{{member, Value(Value::List(rows.begin() + static_cast<std::ptrdiff_t>(shown.first),
                                        rows.begin() + static_cast<std::ptrdiff_t>(shown.end)))}};
  if (!shown.next.empty()) out.append("NextToken", shown.next);
  return Value(std::move(out));
}

}  // namespace

Result<Value> list_compliance_summaries(Call& call, const Value& in) {
  ComplianceFilters filters = TRY(ComplianceFilters::read(in));
  std::map<std::string, Both> types;  // counts resources: each is compliant or is not
  for (const auto& [key, one] : call.own_region().ssm.compliance) {
    Both own;
    for (const ComplianceEntry& entry : one->entries) own.add(entry);
    Both& all = types[one->type];
    if (own.bad.all) {
      all.bad.add(gravest(own.bad));
    } else {
      all.good.add("UNSPECIFIED");
    }
  }
  std::vector<std::string> ids;
  std::vector<Value> rows;
  for (const auto& [type, both] : types) {
    Value row = object({{"ComplianceType", type},
                        {"CompliantSummary", both.good.summary("CompliantCount")},
                        {"NonCompliantSummary", both.bad.summary("NonCompliantCount")}});
    if (!filters.pass(row)) continue;
    ids.push_back(type);
    rows.push_back(std::move(row));
  }
  return pages(in, "ComplianceSummaryItems", ids, rows);
}

Result<Value> list_resource_compliance_summaries(Call& call, const Value& in) {
  ComplianceFilters filters = TRY(ComplianceFilters::read(in));
  std::vector<std::string> ids;
  std::vector<Value> rows;
  for (const auto& [key, one] : call.own_region().ssm.compliance) {
    Both both;
    for (const ComplianceEntry& entry : one->entries) both.add(entry);
    Value row = object({{"ComplianceType", one->type},
                        {"ResourceType", one->resource_type},
                        {"ResourceId", one->resource},
                        {"Status", both.bad.all ? "NON_COMPLIANT" : "COMPLIANT"},
                        {"OverallSeverity", gravest(both.bad)},
                        {"ExecutionSummary", execution_summary(*one)},
                        {"CompliantSummary", both.good.summary("CompliantCount")},
                        {"NonCompliantSummary", both.bad.summary("NonCompliantCount")}});
    if (!filters.pass(row)) continue;
    ids.push_back(key);
    rows.push_back(std::move(row));
  }
  return pages(in, "ResourceComplianceSummaryItems", ids, rows);
}

}  // namespace stint::cloud::ssm

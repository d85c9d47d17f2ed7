// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// ListDocuments and ListDocumentVersions.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "cloud/ssm/document_access.h"
#include "cloud/ssm/operations.h"
#include "cloud/ssm/page.h"
#include "value/yaml.h"

namespace stint::cloud::ssm {

namespace {

struct DocumentFilter {
  std::string key;
  std::vector<std::string> values;
};

Result<std::vector<DocumentFilter>> read_document_filters(const Value& in) {
  constexpr std::array<std::string_view, 6> known = {"Owner",        "Name",       "PlatformTypes",
                                                     "DocumentType", "TargetType", "SearchKeyword"};
  std::vector<DocumentFilter> filters;
  for (const Value& old : in.items("DocumentFilterList"))
    filters.push_back({old.text("key"), {old.text("value")}});
  for (const Value& given : in.items("Filters")) {
    DocumentFilter filter{given.text("Key"), {}};
    for (const Value& value : given.items("Values")) filter.values.push_back(value.as_text());
    filters.push_back(std::move(filter));
  }
  for (const DocumentFilter& filter : filters)
    if (!filter.key.starts_with("tag:") && std::ranges::find(known, filter.key) == known.end())
      return fault("InvalidFilterKey", fmt::format("The filter key {} is not valid.", filter.key));
  return filters;
}

bool passes(const DocumentFilter& filter, const Document& document) {
  return std::ranges::any_of(filter.values, [&](const std::string& value) {
    const bool amazon = document.owner == "Amazon";
    if (filter.key == "Owner")
      return value == "All" || (value == "Self" && !amazon) ||
             (value == "Private" && !amazon && !document.shared.contains("all")) ||
             (value == "Public" && (amazon || document.shared.contains("all"))) ||
             value == document.owner;
    if (filter.key == "Name") return document.name.starts_with(value);
    if (filter.key == "DocumentType") return document.type == value;
    if (filter.key == "TargetType") return document.target_type == value;
    if (filter.key == "SearchKeyword")
      return lower(document.name).find(lower(value)) != std::string::npos;
    if (filter.key.starts_with("tag:")) {
      auto tag = document.tags.find(filter.key.substr(4));
      return tag != document.tags.end() && tag->second == value;
    }
    const DocumentVersion* version = find_version(document, {});
    auto content = parse_json_or_yaml((version ? *version : document.versions.back()).content);
    const auto platforms = platforms_of(document, content ? *content : Value());
    return std::ranges::find(platforms, value) != platforms.end();
  });
}

}  // namespace

Result<Value> list_documents(Call& call, const Value& in) {
  std::vector<DocumentFilter> filters = TRY(read_document_filters(in));
  std::map<std::string_view, const Document*> all;
  for (const auto& [name, document] : amazon_documents()) all[name] = &document;
  for (const auto& [name, document] : call.own_region().ssm.documents) all[name] = document.get();
  std::vector<std::string> names;
  for (const auto& [name, document] : all)
    if (std::ranges::all_of(filters, [&](const DocumentFilter& f) { return passes(f, *document); }))
      names.emplace_back(name);
  Page shown = TRY(page(in, names, 50));
  Value::List rows;
  for (std::size_t i = shown.first; i < shown.end; ++i) {
    const Document& document = *all[names[i]];
    const DocumentVersion* version = find_version(document, {});
    if (!version) version = &document.versions.back();
    Object full = describe_document_version(document, *version);
    Object row;
    for (const char* member : {"Name", "CreatedDate", "DisplayName", "Owner", "VersionName",
                               "PlatformTypes", "DocumentVersion", "DocumentType", "SchemaVersion",
                               "DocumentFormat", "TargetType", "Tags", "ReviewStatus"})
      if (const Value* value = full.find(member)) row.append(member, *value);
    rows.push_back(std::move(row));
  }
  Object out{{"DocumentIdentifiers", std::move(rows)}};
  if (!shown.next.empty()) out.append("NextToken", shown.next);
  return out;
}

Result<Value> list_document_versions(Call& call, const Value& in) {
  const UsableDocument usable = find_usable(call.state, call.account, call.region, in.text("Name"));
  if (!usable.document) return no_document(in.text("Name"));
  const Document& document = *usable.document;
  std::vector<std::string> numbers;
  for (const DocumentVersion& version : document.versions)
    if (usable.shows(version.version)) numbers.push_back(version.version);
  std::ranges::reverse(numbers);  // newest first
  Page shown = TRY(page(in, numbers, 50));
  Value::List rows;
  for (std::size_t i = shown.first; i < shown.end; ++i) {
    const DocumentVersion& version = *find_version(document, numbers[i]);
    Object row{{"Name", document.name},
               {"DocumentVersion", version.version},
               {"CreatedDate", iso8601(version.created, true)},
               {"IsDefaultVersion", version.version == document.default_version},
               {"DocumentFormat", version.format},
               {"Status", "Active"}};
    if (!document.display_name.empty()) row.append("DisplayName", document.display_name);
    if (!version.version_name.empty()) row.append("VersionName", version.version_name);
    if (std::string status = review_status(version); !status.empty())
      row.append("ReviewStatus", std::move(status));
    rows.push_back(std::move(row));
  }
  Object out{{"DocumentVersions", std::move(rows)}};
  if (!shown.next.empty()) out.append("NextToken", shown.next);
  return Value(std::move(out));
}

}  // namespace stint::cloud::ssm

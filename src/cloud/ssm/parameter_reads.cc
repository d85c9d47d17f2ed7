// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Parameter Store: what shows parameters.
#include <fmt/core.h>

#include <algorithm>

#include "cloud/ssm/operations.h"
#include "cloud/ssm/page.h"
#include "cloud/ssm/parameter_filters.h"
#include "cloud/ssm/parameter_names.h"

namespace stint::cloud::ssm {
namespace {

/// Everything below a path, in name order: the account's own, or public ones.
std::vector<std::shared_ptr<const Parameter>> below(Call& call, const std::string& path) {
  std::vector<std::shared_ptr<const Parameter>> found;
  const std::string prefix = path.ends_with('/') ? path : path + "/";
  const Table<Parameter>& own = call.own_region().ssm.parameters;
  for (auto at = own.lower_bound(prefix); at != own.end() && at->first.starts_with(prefix); ++at)
    if (!expired(*at->second, call.now)) found.push_back(at->second);
  if (prefix.starts_with("/aws/service/"))
    for (const std::string& name : public_names())
      if (name.starts_with(prefix)) found.push_back(public_parameter(call.region, name));
  return found;
}

Result<void> check_path(const std::string& path) {
  if (path.starts_with('/') && path.find("//") == path.npos) return {};
  return fault(
      "ValidationException",
      "The parameter doesn't meet the parameter name requirements. The parameter name must begin "
      "with a forward slash \"/\". It can't be prefixed with \"aws\" or \"ssm\" "
      "(case-insensitive). It must use only letters, numbers, or the following symbols: . "
      "(period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if "
      "specified, must use the forward slash symbol \"/\". Valid example: "
      "/get/parameters2-/by1./path0_.");
}

}  // namespace

Result<Value> get_parameter(Call& call, const Value& in) {
  const Wanted wanted = read_name(in.text("Name"));
  const auto found = find_parameter(call, wanted.name);
  if (!found) return no_parameter(wanted.name);
  const ParameterVersion* version = select_version(*found, wanted.selector);
  if (!version) return no_parameter_version(wanted.name, wanted.selector);
  Value shown =
      TRY(show_parameter(call, *found, *version, wanted.selector, in.flag("WithDecryption")));
  return object({{"Parameter", std::move(shown)}});
}

Result<Value> get_parameters(Call& call, const Value& in) {
  Value::List shown, missing;
  for (const Value& name : in.items("Names")) {
    const Wanted wanted = read_name(document::render(name));
    const auto found = find_parameter(call, wanted.name);
    const ParameterVersion* version = found ? select_version(*found, wanted.selector) : nullptr;
    if (version) {
      Value one =
          TRY(show_parameter(call, *found, *version, wanted.selector, in.flag("WithDecryption")));
      shown.push_back(std::move(one));
    } else {
      missing.push_back(name);
    }
  }
  return object({{"Parameters", std::move(shown)}, {"InvalidParameters", std::move(missing)}});
}

Result<Value> get_parameters_by_path(Call& call, const Value& in) {
  const std::string& path = in.text("Path");
  TRY(check_path(path));
  ParameterFilters filters = TRY(ParameterFilters::read(in, ParameterFilters::Use::by_path));
  const std::size_t depth = path.ends_with('/') ? path.size() : path.size() + 1;
  std::vector<std::string> ids;
  std::vector<std::pair<std::shared_ptr<const Parameter>, const ParameterVersion*>> rows;
  for (auto& parameter : below(call, path)) {
    if (!in.flag("Recursive") && parameter->name.find('/', depth) != std::string::npos) continue;
    const ParameterVersion* version = filters.version(*parameter);
    if (!version) continue;
    ids.push_back(parameter->name);
    rows.emplace_back(std::move(parameter), version);
  }
  Page shown = TRY(page(in, ids, 10));
  Value::List list;
  for (std::size_t i = shown.first; i < shown.end; ++i) {
    Value one =
        TRY(show_parameter(call, *rows[i].first, *rows[i].second, {}, in.flag("WithDecryption")));
    list.push_back(std::move(one));
  }
  Object out{{"Parameters", std::move(list)}};
  if (!shown.next.empty()) out.append("NextToken", shown.next);
  return Value(std::move(out));
}

namespace {

/// What DescribeParameters and GetParameterHistory have in common.
Object metadata(const Parameter& parameter, const ParameterVersion& version) {
  Object row{{"Name", parameter.name}, {"Type", version.type}};
  if (!version.key_id.empty()) row.append("KeyId", version.key_id);
  row.append("LastModifiedDate", iso8601(version.modified, true));
  row.append("LastModifiedUser", version.modified_by);
  if (!version.description.empty()) row.append("Description", version.description);
  if (!version.allowed_pattern.empty()) row.append("AllowedPattern", version.allowed_pattern);
  row.append("Version", version.version);
  row.append("Tier", version.tier);
  row.append("Policies", shown_policies(version));
  row.append("DataType", version.data_type);
  return row;
}

}  // namespace

Result<Value> get_parameter_history(Call& call, const Value& in) {
  const Wanted wanted = read_name(in.text("Name"));
  const auto found = find_parameter(call, wanted.name);
  if (!found) return no_parameter(wanted.name);
  std::vector<std::string> ids;
  for (const ParameterVersion& version : found->versions)
    ids.push_back(std::to_string(version.version));
  Page shown = TRY(page(in, ids, 50));
  Value::List list;
  for (std::size_t i = shown.first; i < shown.end; ++i) {
    const ParameterVersion& version = found->versions[i];
    Object row = metadata(*found, version);
    std::string value = TRY(shown_value(call, *found, version, in.flag("WithDecryption")));
    row.append("Value", std::move(value));
    row.append("Labels", Value(Value::List(version.labels.begin(), version.labels.end())));
    list.push_back(std::move(row));
  }
  Object out{{"Parameters", std::move(list)}};
  if (!shown.next.empty()) out.append("NextToken", shown.next);
  return Value(std::move(out));
}

Result<Value> describe_parameters(Call& call, const Value& in) {
  ParameterFilters filters = TRY(ParameterFilters::read(in, ParameterFilters::Use::describe));
  std::vector<std::string> ids;
  std::vector<Value> rows;
  for (const auto& [name, parameter] : call.own_region().ssm.parameters) {
    if (expired(*parameter, call.now)) continue;
    const ParameterVersion* version = filters.version(*parameter);
    if (!version) continue;
    ids.push_back(name);
    rows.emplace_back(metadata(*parameter, *version));
  }
  Page shown = TRY(page(in, ids, 50));
  Object out{
      {"Parameters", Value(Value::List(rows.begin() + static_cast<std::ptrdiff_t>(shown.first),
                                       rows.begin() + static_cast<std::ptrdiff_t>(shown.end)))}};
  if (!shown.next.empty()) out.append("NextToken", shown.next);
  return Value(std::move(out));
}

}  // namespace stint::cloud::ssm

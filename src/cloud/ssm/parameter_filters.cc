// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/parameter_filters.h"

#include <fmt/core.h>

#include <algorithm>
#include <span>

#include "base/text.h"
#include "cloud/cloud.h"

namespace stint::cloud::ssm {
namespace {

constexpr std::string_view describe_keys[] = {"Path",  "Name", "Type",    "KeyId",
                                              "Label", "Tier", "DataType"};
constexpr std::string_view path_keys[] = {"Type", "KeyId", "Label"};

std::string listed(std::span<const std::string_view> words) {
  return join({words.begin(), words.end()}, ", ");
}

/// The options of a key; the first one is meant when none is given.
std::vector<std::string_view> options_of(std::string_view key) {
  if (key == "Path") return {"OneLevel", "Recursive"};
  if (key == "Name") return {"Equals", "BeginsWith", "Contains"};
  if (key == "Type" || key == "KeyId") return {"Equals", "BeginsWith"};
  return {"Equals"};
}

bool compares(std::string_view option, std::string_view text, std::string_view with) {
  if (option == "BeginsWith") return text.starts_with(with);
  if (option == "Contains") return text.find(with) != text.npos;
  return text == with;
}

bool lies_below(std::string_view option, std::string_view name, std::string path) {
  if (!path.ends_with('/')) path += '/';
  return name.starts_with(path) &&
         (option == "Recursive" || name.find('/', path.size()) == name.npos);
}

}  // namespace

Result<ParameterFilters> ParameterFilters::read(const Value& in, Use use) {
  ParameterFilters out;
  const std::span<const std::string_view> keys =
      use == Use::describe ? std::span<const std::string_view>(describe_keys) : path_keys;
  if (!in.items("Filters").empty() && !in.items("ParameterFilters").empty())
    return fault("ValidationException",
                 "You can use either Filters or ParameterFilters in a single request.");
  // The older filters know the beginning of a name, and whole values of the others.
  for (const Value& given : in.items("Filters")) {
    Filter filter{given.text("Key"), given.text("Key") == "Name" ? "BeginsWith" : "Equals", {}};
    for (const Value& value : given.items("Values"))
      filter.values.push_back(document::render(value));
    out.filters_.push_back(std::move(filter));
  }
  std::vector<std::string> seen;
  for (const Value& given : in.items("ParameterFilters")) {
    Filter filter{given.text("Key"), given.text("Option"), {}};
    for (const Value& value : given.items("Values"))
      filter.values.push_back(document::render(value));
    const bool tag = use == Use::describe && filter.key.starts_with("tag:");
    if (!tag && std::ranges::find(keys, filter.key) == keys.end())
      return fault("InvalidFilterKey",
                   fmt::format("The following filter key is not valid: {}. Valid filter keys "
                               "include: [{}].",
                               filter.key, listed(keys)));
    if (std::ranges::find(seen, filter.key) != seen.end())
      return fault("ValidationException",
                   "The following filters are duplicated in the request. A request can contain "
                   "only one occurrence of a specific filter.");
    seen.push_back(filter.key);
    const auto options = options_of(filter.key);
    if (filter.option.empty()) filter.option = std::string(options.front());
    if (std::ranges::find(options, filter.option) == options.end())
      return fault("InvalidFilterOption",
                   fmt::format("The following filter option is not valid: {}. Valid options "
                               "include: [{}].",
                               filter.option, listed(options)));
    if (filter.values.empty() && !tag)
      return fault("InvalidFilterValue",
                   fmt::format("The following filter values are missing : null for filter key {}.",
                               filter.key));
    constexpr std::string_view types[] = {"String", "StringList", "SecureString"};
    constexpr std::string_view tiers[] = {"Standard", "Advanced", "Intelligent-Tiering"};
    for (const std::string& value : filter.values) {
      if (filter.key == "Path" && !value.starts_with('/'))
        return fault("ValidationException",
                     "The parameter doesn't meet the parameter name requirements. The parameter "
                     "name must begin with a forward slash \"/\".");
      if (filter.key == "Type" && filter.option == "Equals" &&
          std::ranges::find(types, value) == std::end(types))
        return fault("InvalidFilterOption",
                     fmt::format("The following filter value is not valid: {}. Valid values "
                                 "include: [{}].",
                                 value, listed(types)));
      if (filter.key == "Tier" && std::ranges::find(tiers, value) == std::end(tiers))
        return fault("InvalidFilterValue",
                     fmt::format("The following filter value is not valid: {}. Valid values "
                                 "include: [{}].",
                                 value, listed(tiers)));
    }
    out.filters_.push_back(std::move(filter));
  }
  return out;
}

bool ParameterFilters::passes(const Filter& filter, const Parameter& parameter) {
  const ParameterVersion& newest = parameter.newest();
  if (filter.key.starts_with("tag:")) {
    auto tag = parameter.tags.find(filter.key.substr(4));
    return tag != parameter.tags.end() &&
           (filter.values.empty() ||
            std::ranges::find(filter.values, tag->second) != filter.values.end());
  }
  return std::ranges::any_of(filter.values, [&](const std::string& value) {
    if (filter.key == "Path") return lies_below(filter.option, parameter.name, value);
    // A name may be asked for with or without its leading slash.
    if (filter.key == "Name" && filter.option == "Equals" && !value.starts_with('/') &&
        parameter.name == "/" + value)
      return true;
    const std::string& text = filter.key == "Name"    ? parameter.name
                              : filter.key == "Type"  ? newest.type
                              : filter.key == "KeyId" ? newest.key_id
                              : filter.key == "Tier"  ? newest.tier
                                                      : newest.data_type;
    return compares(filter.option, text, value);
  });
}

const ParameterVersion* ParameterFilters::version(const Parameter& parameter) const {
  const ParameterVersion* version = &parameter.newest();
  for (const Filter& filter : filters_) {
    if (filter.key != "Label") {
      if (!passes(filter, parameter)) return nullptr;
      continue;
    }
    version = nullptr;
    for (const ParameterVersion& one : parameter.versions)
      for (const std::string& label : one.labels)
        if (std::ranges::find(filter.values, label) != filter.values.end()) version = &one;
    if (!version) return nullptr;
  }
  return version;
}

}  // namespace stint::cloud::ssm

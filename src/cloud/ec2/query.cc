// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ec2/query.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/ec2/association.h"

namespace stint::cloud::ec2 {

bool Filter::matches(std::string_view value) const {
  return std::ranges::any_of(
      values, [&](const std::string& pattern) { return policy::matches(pattern, value); });
}

bool Filter::matches_any(const std::vector<std::string>& of) const {
  return std::ranges::any_of(of, [&](const std::string& value) { return matches(value); });
}

Result<std::vector<Filter>> read_filters(const Value& input) {
  std::vector<Filter> filters;
  for (const Value& given : input.items("Filters")) {
    Filter filter{.name = given.text("Name")};
    for (const Value& value : given.items("Values")) filter.values.push_back(value.as_text());
    if (filter.name.empty() || filter.values.empty())
      return fault("InvalidParameterValue",
                   "Invalid value 'null/empty' for 'filter'. Invalid filter - one of more "
                   "name/value pair was incomplete");
    filters.push_back(std::move(filter));
  }
  return filters;
}

Result<Page> read_page(const Value& input, std::int64_t least, std::int64_t most) {
  Page page;
  if (input.find("MaxResults")) {
    std::int64_t limit = input.integer("MaxResults");
    if (limit < least)
      return fault("InvalidParameterValue",
                   fmt::format("Value ( {} ) for parameter maxResults is invalid. Expecting a "
                               "value greater than {}.",
                               limit, least));
    page.limit = static_cast<std::size_t>(std::min(limit, most));
  }
  const std::string& token = input.text("NextToken");
  if (token.empty()) return page;
  auto key = from_base64(token);
  if (!key || key->empty() || key->front() != '>' || key->find('/') == key->npos)
    return fault("InvalidPaginationToken", fmt::format("The token '{}' is invalid", token));
  page.after = key->substr(1);
  return page;
}

std::string next_token(std::string_view last_key) {
  return base64(fmt::format(">{}", last_key));
}

Result<void> unless_dry_run(const Value& input) {
  if (input.flag("DryRun"))
    return fault("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
  return {};
}

bool well_formed_id(std::string_view id, std::string_view prefix) {
  if (!id.starts_with(prefix)) return false;
  id.remove_prefix(prefix.size());
  return (id.size() == 8 || id.size() == 17) &&
         id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Value tag_list(const Tags& tags) {
  Value::List list;
  list.reserve(tags.size());
  for (const auto& [key, value] : tags) list.push_back(object({{"Key", key}, {"Value", value}}));
  return list;
}

const State* find_ec2(const cloud::State& state, std::string_view account,
                      std::string_view region) {
  auto found = state.accounts.find(account);
  if (found == state.accounts.end()) return nullptr;
  auto in = found->second.regions.find(region);
  return in == found->second.regions.end() ? nullptr : &in->second.ec2;
}

std::string instance_arn(std::string_view region, std::string_view account,
                         std::string_view instance) {
  return fmt::format("arn:aws:ec2:{}:{}:instance/{}", region, account, instance);
}

std::string fixed_id(std::string_view prefix, std::string_view of) {
  return fmt::format("{}0{}", prefix, hex(sha256(fmt::format("{}{}", prefix, of))).substr(0, 16));
}

void instance_context(const Call& call, const std::vector<std::string>& ids, policy::Context& out) {
  const State* ec2 = find_ec2(call.state, call.account, call.region);
  if (!ec2) return;
  std::optional<std::map<std::string, std::string>> common;
  for (const std::string& id : ids) {
    const Instance* instance = ec2->instances.find(id);
    if (!instance) continue;
    std::map<std::string, std::string> keys{
        {"ec2:InstanceID", instance->id},
        {"ec2:InstanceType", instance->type},
        {"ec2:AvailabilityZone", instance->zone},
        {"ec2:Region", call.region},
        {"ec2:Tenancy", "default"},
        {"ec2:RootDeviceType", "ebs"},
        {"ec2:EbsOptimized", "false"},
        {"ec2:InstanceMarketType", "on-demand"},
        {"ec2:MetadataHttpEndpoint", "enabled"},
        {"ec2:MetadataHttpTokens", "required"},
        {"ec2:MetadataHttpPutResponseHopLimit", "1"},
    };
    if (const Association* worn = shown_association(call.state, ties_of(*ec2, id), call.now))
      keys["ec2:InstanceProfile"] = worn->profile_arn;
    for (const auto& [key, value] : instance->tags) {
      keys["ec2:ResourceTag/" + key] = value;
      keys["aws:ResourceTag/" + key] = value;
    }
    if (!common) {
      common = std::move(keys);
      continue;
    }
    std::erase_if(*common, [&](const auto& entry) {
      auto same = keys.find(entry.first);
      return same == keys.end() || same->second != entry.second;
    });
  }
  if (!common) return;
  for (auto& [key, value] : *common) out.set(key, value);
}

}  // namespace stint::cloud::ec2

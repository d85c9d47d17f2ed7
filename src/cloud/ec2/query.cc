// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ec2/query.h"

#include <fmt/core.h>

#include <algorithm>
#include <unordered_map>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/ec2/kinds.h"
#include "value/json.h"

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
    return fail(wrong_token(token));
  page.after = key->substr(1);
  return page;
}

Error wrong_token(std::string_view token) {
  return {Code::invalid, "InvalidNextToken", fmt::format("The token '{}' is invalid.", token), 400};
}

std::string next_token(std::string_view last_key) {
  return base64(fmt::format(">{}", last_key));
}

Result<void> unless_dry_run(const Value& input) {
  if (input.flag("DryRun"))
    return fault("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
  return {};
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
  return arn_of(region, account, "instance", instance);
}

std::string fixed_id(std::string_view prefix, std::string_view of) {
  // Every row of an answer asks for the same few. What a thread remembers follows from the names
  // alone, so nobody can tell whether it does.
  constexpr std::size_t most = 4096;
  thread_local std::unordered_map<std::string, std::string> known;
  std::string whole(prefix);
  whole += of;
  if (auto found = known.find(whole); found != known.end()) return found->second;
  if (known.size() >= most) known.clear();
  std::string id = fmt::format("{}0{}", prefix, hex(sha256(whole)).substr(0, 16));
  return known.emplace(std::move(whole), std::move(id)).first->second;
}

Result<void> add_tags(const Value::List& given, Tags& to) {
  for (const Value& tag : given) {
    const std::string& key = tag.text("Key");
    if (key.empty() || key.size() > 127)
      return fault("InvalidParameterValue",
                   "Tag key length exceeds maximum of 127 or is less than 1.");
    if (tag.text("Value").size() > 255)
      return fault("InvalidParameterValue",
                   "Tag value exceeds the maximum length of 255 characters.");
    if (key.starts_with("aws:"))
      return fault("InvalidParameterValue",
                   fmt::format("Value ( {} ) for parameter key is invalid. Tag keys starting with "
                               "'aws:' are reserved for internal use",
                               key));
    to[key] = tag.text("Value");
  }
  constexpr std::size_t most_tags = 50;
  if (to.size() > most_tags)
    return fault("TagLimitExceeded",
                 fmt::format("Tag limit exceeded: a resource has at most {} tags.", most_tags));
  return {};
}

Result<Tags> tags_for(Call& call, const Value& in, std::string_view type,
                      std::initializer_list<std::string_view> kinds) {
  Tags out;
  policy::Context context;
  std::vector<std::string> keys;
  for (const Value& given : in.items("TagSpecifications")) {
    const std::string& kind = given.text("ResourceType");
    if (std::ranges::find(kinds, std::string_view(kind)) == kinds.end())
      return fault(
          "InvalidParameterValue",
          fmt::format("'{}' is not a valid taggable resource type for this operation.", kind));
    if (kind != type) continue;
    for (const Value& tag : given.items("Tags")) {
      if (out.contains(tag.text("Key")))
        return fault("InvalidParameterValue",
                     fmt::format("Duplicate tag key '{}' specified.", tag.text("Key")));
      context.set("aws:RequestTag/" + tag.text("Key"), tag.text("Value"));
      keys.push_back(tag.text("Key"));
      TRY(add_tags({tag}, out));
    }
  }
  if (out.empty()) return out;
  context.set("aws:TagKeys", std::move(keys));
  context.set("ec2:CreateAction", std::string(call.operation));
  context.set("ec2:Region", call.region);
  TRY(call.authorise("ec2:CreateTags", arn_of(call.region, call.account, type, "*"),
                     std::move(context)));
  return out;
}

namespace {

std::string token_key(const Call& call, const Value& in) {
  return fmt::format("{}/{}", call.operation, in.text("ClientToken"));
}

std::string digest_of(Value in) {
  Object& members = in.edit_object();
  members.erase("ClientToken");
  members.erase("DryRun");
  return hex(sha256(to_json(in)));
}

}  // namespace

Result<std::vector<std::string>> made_before(const Call& call, const Value& in) {
  const std::string& token = in.text("ClientToken");
  if (token.size() > 64)
    return fault("InvalidParameterValue",
                 "Client token must be less than or equal to 64 characters");
  const State* ec2 = find_ec2(call.state, call.account, call.region);
  const RequestToken* held =
      token.empty() || !ec2 ? nullptr : ec2->tokens.find(token_key(call, in));
  if (!held) return std::vector<std::string>();
  if (held->digest != digest_of(in))
    return fault("IdempotentParameterMismatch",
                 "The client token you have provided is associated with a resource that is already "
                 "deleted or was created with different parameters.",
                 400, Code::conflict);
  return held->made;
}

void remember_made(Call& call, const Value& in, std::vector<std::string> made) {
  if (in.text("ClientToken").empty()) return;
  call.own_region().ec2.tokens.put(token_key(call, in),
                                   {.digest = digest_of(in), .made = std::move(made)});
}

}  // namespace stint::cloud::ec2

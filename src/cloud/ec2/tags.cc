// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Tags of instances: the only resources of EC2 here that carry any.
#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "cloud/ec2/operations.h"
#include "cloud/ec2/query.h"

namespace stint::cloud::ec2 {
namespace {

constexpr std::size_t most_tags = 50;

std::vector<std::string> named(const Value& in) {
  std::vector<std::string> ids;
  for (const Value& id : in.items("Resources")) ids.push_back(id.as_text());
  return ids;
}

Result<void> check_resources(Call& call, const Value& in) {
  const State& ec2 = call.own_region().ec2;
  for (const std::string& id : named(in)) {
    if (ec2.instances.contains(id)) continue;
    if (well_formed_id(id, "i-"))
      return fault("InvalidInstanceID.NotFound",
                   fmt::format("The instance ID '{}' does not exist", id), 400, Code::not_found);
    return fault("InvalidID", fmt::format("The ID '{}' is not valid", id));
  }
  return {};
}

Result<void> check_tags(const Value& in) {
  for (const Value& tag : in.items("Tags")) {
    const std::string& key = tag.text("Key");
    if (key.empty() || key.size() > 127)
      return fault("InvalidParameterValue",
                   "Tag key length exceeds maximum of 127 or is less than 1.");
    if (tag.text("Value").size() > 255)
      return fault("InvalidParameterValue",
                   fmt::format("Tag value exceeds the maximum length of 255 characters."));
    if (key.starts_with("aws:"))
      return fault("InvalidParameterValue",
                   fmt::format("Value ( {} ) for parameter key is invalid. Tag keys starting with "
                               "'aws:' are reserved for internal use",
                               key));
  }
  return {};
}

}  // namespace

Resources tagged_resources(const Call& call, const Value& in) {
  Resources arns;
  for (const std::string& id : named(in))
    arns.push_back(id.starts_with("i-")
                       ? instance_arn(call.region, call.account, id)
                       : fmt::format("arn:aws:ec2:{}:{}:*/{}", call.region, call.account, id));
  return arns;
}

void tags_context(const Call& call, const Value& in, policy::Context& out) {
  instance_context(call, named(in), out);
  std::vector<std::string> keys;
  for (const Value& tag : in.items("Tags")) {
    keys.push_back(tag.text("Key"));
    if (tag.find("Value")) out.set("aws:RequestTag/" + tag.text("Key"), tag.text("Value"));
  }
  if (!keys.empty()) out.set("aws:TagKeys", std::move(keys));
}

Result<Value> create_tags(Call& call, const Value& in) {
  TRY(check_resources(call, in));
  TRY(check_tags(in));
  State& ec2 = call.own_region().ec2;
  for (const std::string& id : named(in)) {
    Tags after = ec2.instances.find(id)->tags;
    for (const Value& tag : in.items("Tags")) after[tag.text("Key")] = tag.text("Value");
    if (after.size() > most_tags)
      return fault("TagLimitExceeded",
                   fmt::format("Tag limit exceeded: at most {} tags for {}.", most_tags, id));
  }
  TRY(unless_dry_run(in));
  for (const std::string& id : named(in)) {
    Instance& instance = *ec2.instances.edit(id);
    for (const Value& tag : in.items("Tags")) instance.tags[tag.text("Key")] = tag.text("Value");
  }
  call.effect = "created";
  return Value(Object());
}

Result<Value> delete_tags(Call& call, const Value& in) {
  TRY(check_resources(call, in));
  TRY(unless_dry_run(in));
  State& ec2 = call.own_region().ec2;
  for (const std::string& id : named(in)) {
    Tags after = ec2.instances.find(id)->tags;
    if (!in.find("Tags")) after.clear();  // none named: all
    for (const Value& tag : in.items("Tags")) {
      auto held = after.find(tag.text("Key"));
      // A value that is given must fit, an absent one fits all.
      if (held != after.end() && (!tag.find("Value") || held->second == tag.text("Value")))
        after.erase(held);
    }
    if (after == ec2.instances.find(id)->tags) continue;
    ec2.instances.edit(id)->tags = std::move(after);
    call.effect = "deleted";
  }
  return Value(Object());
}

Result<Value> describe_tags(Call& call, const Value& in) {
  std::vector<Filter> filters = TRY(read_filters(in));
  for (const Filter& filter : filters)
    if (filter.name != "key" && filter.name != "value" && filter.name != "resource-id" &&
        filter.name != "resource-type" && !filter.name.starts_with("tag:"))
      return fault("InvalidParameterValue", fmt::format("The filter '{}' is invalid", filter.name));
  Page page = TRY(read_page(in, 5, 1000));
  TRY(unless_dry_run(in));
  Value::List rows;
  std::string last;
  bool more = false;
  for (const auto& [id, instance] : call.own_region().ec2.instances)
    for (const auto& [key, value] : instance->tags) {
      bool all = std::ranges::all_of(filters, [&](const Filter& filter) {
        if (filter.name == "key") return filter.matches(key);
        if (filter.name == "value") return filter.matches(value);
        if (filter.name == "resource-id") return filter.matches(id);
        if (filter.name == "resource-type") return filter.matches("instance");
        return filter.name.substr(4) == key && filter.matches(value);
      });
      std::string place = fmt::format("{}/{}", id, key);
      if (!all || more || place <= page.after) continue;
      more = page.limit && rows.size() == page.limit;
      if (more) continue;
      rows.push_back(object(
          {{"Key", key}, {"ResourceId", id}, {"ResourceType", "instance"}, {"Value", value}}));
      last = std::move(place);
    }
  Value answer = object({{"Tags", std::move(rows)}});
  if (more) answer.set("NextToken", next_token(last));
  return answer;
}

}  // namespace stint::cloud::ec2

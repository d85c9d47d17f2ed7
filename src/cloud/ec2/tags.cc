// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Tags of everything that can have them.
#include <fmt/core.h>

#include <algorithm>
#include <functional>

#include "cloud/ec2/listing.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"
#include "cloud/ec2/things.h"

namespace stint::cloud::ec2 {
namespace {

constexpr FilterPath tag_filters[] = {{"key", "Key"},
                                      {"resource-id", "ResourceId"},
                                      {"resource-type", "ResourceType"},
                                      {"value", "Value"}};

std::vector<std::string> tagged_ids(const Value& in) {
  std::vector<std::string> ids;
  for (const Value& id : in.items("Resources")) ids.push_back(id.as_text());
  return ids;
}

using Change = std::function<Result<void>(Tags&)>;

template <class T>
Result<void> change_thing(Call& call, const std::string& id, const Change& change) {
  T thing = TRY(need<T>(call, id));
  TRY(change(thing.tags));
  keep(call, std::move(thing));
  return {};
}

/// Changes the tags of whatever has that id.
Result<void> change_tags(Call& call, const std::string& id, const Change& change) {
  const Kind* kind = kind_of(id);
  if (!kind) return fault("InvalidID", fmt::format("The ID '{}' is not valid", id));
  if (kind->prefix == "i-") {
    const Instance& instance = *TRY(need_instance(call, id));
    Tags tags = instance.tags;
    TRY(change(tags));
    if (tags != instance.tags) call.own_region().ec2.instances.edit(id)->tags = std::move(tags);
    return {};
  }
  if (kind->prefix == "vpc-") return change_thing<Vpc>(call, id, change);
  if (kind->prefix == "subnet-") return change_thing<Subnet>(call, id, change);
  if (kind->prefix == "sg-") return change_thing<SecurityGroup>(call, id, change);
  if (kind->prefix == "igw-") return change_thing<InternetGateway>(call, id, change);
  if (kind->prefix == "fl-") return change_thing<FlowLog>(call, id, change);
  if (kind->prefix == "rtb-") return change_thing<RouteTable>(call, id, change);
  if (kind->prefix == "acl-") return change_thing<NetworkAcl>(call, id, change);
  if (kind->prefix == "eni-") return change_thing<NetworkInterface>(call, id, change);
  if (kind->prefix == "eipalloc-") return change_thing<Address>(call, id, change);
  if (kind->prefix == "ami-") return change_thing<Image>(call, id, change);
  if (kind->prefix == "snap-") return change_thing<Snapshot>(call, id, change);
  if (kind->prefix == "vol-") return change_thing<Volume>(call, id, change);
  if (kind->prefix == "lt-") return change_thing<LaunchTemplate>(call, id, change);
  if (kind->prefix == "key-")
    for (KeyPair& pair : all_things<KeyPair>(call))
      if (pair.id == id) {
        TRY(change(pair.tags));
        keep(call, std::move(pair));
        return {};
      }
  if (kind->prefix == "sgr-")
    for (SecurityGroup& group : all_things<SecurityGroup>(call))
      for (GroupRule& rule : group.rules)
        if (rule.id == id) {
          TRY(change(rule.tags));
          keep(call, std::move(group));
          return {};
        }
  return fail(wrong_id(kind->prefix, id));
}

void add_rows(std::string_view type, const std::string& id, const Tags& tags, Value::List& rows) {
  for (const auto& [key, value] : tags)
    rows.push_back(object({{"Key", key},
                           {"ResourceId", id},
                           {"ResourceType", type},
                           {"Value", value},
                           {"Place", fmt::format("{}/{}", id, key)}}));
}
template <class T>
void add_kind(const Call& call, Value::List& rows) {
  const std::string_view type = kind_of(Held<T>::prefix)->type;
  // Nobody has tagged what is only there by itself.
  for (const auto& [id, thing] : home_of(call).ec2.*Held<T>::table)
    add_rows(type, thing->id, thing->tags, rows);
}

}  // namespace

Resources tagged_resources(const Call& call, const Value& in) {
  Resources arns;
  for (const std::string& id : tagged_ids(in)) {
    const Kind* kind = kind_of(id);
    arns.push_back(arn_of(call.region, call.account, kind ? kind->type : "*", id));
    if (kind && kind->prefix == "key-")  // their ARNs have the name
      for (const KeyPair& pair : all_things<KeyPair>(call))
        if (pair.id == id) arns.back() = arn_of(call.region, call.account, kind->type, pair.name);
  }
  if (arns.empty()) arns.emplace_back("*");
  return arns;
}

Result<Value> create_tags(Call& call, const Value& in) {
  if (tagged_ids(in).empty())
    return fault("MissingParameter", "The request must contain the parameter resourceIdSet");
  if (!in["Tags"].size())
    return fault("MissingParameter", "The request must contain the parameter tagSet");
  const Change add = [&](Tags& tags) { return add_tags(in.items("Tags"), tags); };
  const auto before = call.own_region().ec2;
  for (const std::string& id : tagged_ids(in))
    if (auto done = change_tags(call, id, add); !done) {
      call.own_region().ec2 = before;  // all or none
      return fail(done.error());
    }
  call.effect = "created";
  return Value(Object());
}

Result<Value> delete_tags(Call& call, const Value& in) {
  if (tagged_ids(in).empty())
    return fault("MissingParameter", "The request must contain the parameter resourceIdSet");
  const auto before = call.own_region().ec2;
  const Change remove = [&](Tags& tags) -> Result<void> {
    if (!in.find("Tags")) {  // none named: all but AWS's own
      if (!tags.empty()) call.effect = "deleted";
      tags.clear();
    }
    for (const Value& tag : in.items("Tags")) {
      const auto held = tags.find(tag.text("Key"));
      // A value that is given must fit, an absent one fits all.
      if (held == tags.end() || (tag.find("Value") && held->second != tag.text("Value"))) continue;
      tags.erase(held);
      call.effect = "deleted";
    }
    return {};
  };
  for (const std::string& id : tagged_ids(in))
    if (auto done = change_tags(call, id, remove); !done) {
      call.own_region().ec2 = before;
      call.effect = "none";
      return fail(done.error());
    }
  return Value(Object());
}

Result<Value> describe_tags(Call& call, const Value& in) {
  Value::List rows;
  for (const auto& [id, instance] : home_of(call).ec2.instances)
    add_rows("instance", id, instance->tags, rows);
  add_kind<Vpc>(call, rows);
  add_kind<Subnet>(call, rows);
  add_kind<SecurityGroup>(call, rows);
  add_kind<InternetGateway>(call, rows);
  add_kind<FlowLog>(call, rows);
  add_kind<RouteTable>(call, rows);
  add_kind<NetworkAcl>(call, rows);
  add_kind<NetworkInterface>(call, rows);
  add_kind<Address>(call, rows);
  add_kind<Image>(call, rows);
  add_kind<Snapshot>(call, rows);
  add_kind<Volume>(call, rows);
  add_kind<LaunchTemplate>(call, rows);
  add_kind<KeyPair>(call, rows);
  for (const auto& [id, group] : home_of(call).ec2.groups)
    for (const GroupRule& rule : group->rules)
      add_rows("security-group-rule", rule.id, rule.tags, rows);
  std::ranges::sort(rows, {},
                    [](const Value& row) -> const std::string& { return row.text("Place"); });
  // Here `tag:KEY` picks the tag itself, not things that have it.
  for (Value& row : rows)
    row.set("Tags", Value::list({object({{"Key", row["Key"]}, {"Value", row["Value"]}})}));
  Value answer = TRY(
      list_rows(in, {.member = "Tags", .id = "Place", .filters = tag_filters}, std::move(rows)));
  for (Value& row : answer.edit_object().find("Tags")->edit_list()) {
    row.edit_object().erase("Place");
    row.edit_object().erase("Tags");
  }
  return answer;
}

}  // namespace stint::cloud::ec2

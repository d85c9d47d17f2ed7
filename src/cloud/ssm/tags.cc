// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// AddTagsToResource, RemoveTagsFromResource, ListTagsForResource.
#include "cloud/ssm/tags.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "cloud/ssm/documents.h"
#include "cloud/ssm/operations.h"
#include "cloud/ssm/parameter_names.h"

namespace stint::cloud::ssm {
namespace {

constexpr std::size_t most_tags = 50;

std::unexpected<Error> no_such_resource() {
  return fault("InvalidResourceId",
               "The resource ID isn't valid. Verify that you entered the correct ID and try again.",
               400, Code::not_found);
}

constexpr std::array<std::string_view, 9> tagged_types = {
    "Association", "Automation",  "Document",  "MaintenanceWindow", "ManagedInstance",
    "OpsItem",     "OpsMetadata", "Parameter", "PatchBaseline"};
static_assert(std::ranges::is_sorted(tagged_types));

/// The tags of the resource that an input names, to read or to change.
template <class Tables, class Use>
Result<void> with_tags(Tables& ssm, const Value& in, Use use) {
  const std::string& type = in.text("ResourceType");
  const std::string& id = in.text("ResourceId");
  if (!std::ranges::binary_search(tagged_types, type))
    return fault("InvalidResourceType", fmt::format("The resource type {} is not valid.", type));
  if (type == "Document") {
    std::string name(document_name(id));
    if (!ssm.documents.contains(name)) return no_such_resource();
    return use(ssm.documents, name);
  }
  if (type == "Parameter") {
    std::string name = read_name(id).name;
    if (!ssm.parameters.contains(name)) return no_such_resource();
    return use(ssm.parameters, name);
  }
  // None of the other kinds of resource is kept here: there are no hybrid nodes, maintenance
  // windows, patch baselines, OpsItems or associations, and executions have no tags.
  return no_such_resource();
}

}  // namespace

const State* look(const Call& call) {
  auto account = call.state.accounts.find(call.account);
  if (account == call.state.accounts.end()) return nullptr;
  auto region = account->second.regions.find(call.region);
  return region == account->second.regions.end() ? nullptr : &region->second.ssm;
}

Result<void> add_tags(Tags& tags, const Value::List& given) {
  Tags all = tags;
  Tags seen;
  for (const Value& tag : given) {
    const std::string& key = tag.text("Key");
    if (lower(key).starts_with("aws:"))
      return fault("ValidationException",
                   fmt::format("The tag key {} is not valid: keys that begin with aws: are kept "
                               "for AWS.",
                               key));
    if (!seen.emplace(key, "").second)
      return fault("ValidationException", fmt::format("The tag key {} is there twice.", key));
    all[key] = tag.text("Value");
  }
  if (all.size() > most_tags)
    return fault("TooManyTagsError",
                 "The Targets parameter includes too many tags. Remove one or more tags and try "
                 "the command again.");
  tags = std::move(all);
  return {};
}

Value tag_list(const Tags& tags) {
  Value::List list;
  for (const auto& [key, value] : tags) list.push_back(object({{"Key", key}, {"Value", value}}));
  return list;
}

void request_tags(const Value& in, policy::Context& out) {
  std::vector<std::string> keys;
  for (const Value& tag : in.items("Tags")) {
    keys.push_back(tag.text("Key"));
    out.set("aws:RequestTag/" + tag.text("Key"), tag.text("Value"));
  }
  for (const Value& key : in.items("TagKeys")) keys.push_back(document::render(key));
  if (!keys.empty()) out.set("aws:TagKeys", std::move(keys));
}

void resource_tags(const Tags& tags, policy::Context& out) {
  for (const auto& [key, value] : tags) {
    out.set("aws:ResourceTag/" + key, value);
    out.set("ssm:resourceTag/" + key, value);
  }
}

Resources tag_resources(const Call& call, const Value& in) {
  const std::string& type = in.text("ResourceType");
  const std::string& id = in.text("ResourceId");
  if (type == "Document") return {document_arn(look(call), call.region, call.account, id)};
  if (type == "Parameter") return {parameter_arn(call, read_name(id).name)};
  constexpr std::pair<std::string_view, std::string_view> others[] = {
      {"Association", "association"},
      {"Automation", "automation-execution"},
      {"MaintenanceWindow", "maintenancewindow"},
      {"ManagedInstance", "managed-instance"},
      {"OpsItem", "opsitem"},
      {"OpsMetadata", "opsmetadata"},
      {"PatchBaseline", "patchbaseline"}};
  for (const auto& [name, part] : others)
    if (type == name)
      return {fmt::format("arn:aws:ssm:{}:{}:{}/{}", call.region, call.account, part, id)};
  return {fmt::format("arn:aws:ssm:{}:{}:*", call.region, call.account)};
}

void tag_context(const Call& call, const Value& in, policy::Context& out) {
  request_tags(in, out);
  if (const State* ssm = look(call))
    (void)with_tags(*ssm, in, [&](const auto& table, const std::string& name) -> Result<void> {
      resource_tags(table.find(name)->tags, out);
      return {};
    });
}

Result<Value> add_tags_to_resource(Call& call, const Value& in) {
  TRY(with_tags(call.own_region().ssm, in,
                [&](auto& table, const std::string& name) -> Result<void> {
                  Tags tags = table.find(name)->tags;
                  TRY(add_tags(tags, in.items("Tags")));
                  if (tags == table.find(name)->tags) return {};
                  table.edit(name)->tags = std::move(tags);
                  call.effect = "changed";
                  return {};
                }));
  return Value(Object());
}

Result<Value> remove_tags_from_resource(Call& call, const Value& in) {
  TRY(with_tags(call.own_region().ssm, in,
                [&](auto& table, const std::string& name) -> Result<void> {
                  Tags tags = table.find(name)->tags;
                  for (const Value& key : in.items("TagKeys")) tags.erase(document::render(key));
                  if (tags == table.find(name)->tags) return {};
                  table.edit(name)->tags = std::move(tags);
                  call.effect = "changed";
                  return {};
                }));
  return Value(Object());
}

Result<Value> list_tags_for_resource(Call& call, const Value& in) {
  Value tags;
  TRY(with_tags(std::as_const(call.own_region().ssm), in,
                [&](const auto& table, const std::string& name) -> Result<void> {
                  tags = tag_list(table.find(name)->tags);
                  return {};
                }));
  return object({{"TagList", std::move(tags)}});
}

}  // namespace stint::cloud::ssm

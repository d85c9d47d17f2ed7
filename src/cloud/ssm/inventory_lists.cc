// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// GetInventory, ListInventoryEntries, GetInventorySchema.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/ssm/inventory.h"
#include "cloud/ssm/nodes.h"
#include "cloud/ssm/operations.h"
#include "cloud/ssm/page.h"

namespace stint::cloud::ssm {
namespace {

struct InventoryFilter {
  std::string type, attribute;  ///< of "AWS:Application.Name"
  std::vector<std::string> values;
  std::string how;
};

std::unexpected<Error> bad_filter(std::string_view key) {
  return fault("InvalidFilter",
               fmt::format("The filter name isn't valid. Verify the you entered the correct name "
                           "and try again. ({})",
                           key));
}

/// `within`: the type whose attributes a key may name alone; empty: keys are TYPE.ATTRIBUTE.
Result<std::vector<InventoryFilter>> read_inventory_filters(const Value& in,
                                                            std::string_view within) {
  std::vector<InventoryFilter> out;
  for (const Value& given : in.items("Filters")) {
    InventoryFilter filter{.how = given.text("Type").empty() ? "Equal" : given.text("Type")};
    const std::string& key = given.text("Key");
    const std::size_t dot = key.find('.');
    if (dot == key.npos) {
      if (within.empty()) return bad_filter(key);
      filter.type = std::string(within);
      filter.attribute = key;
    } else {
      filter.type = key.substr(0, dot);
      filter.attribute = key.substr(dot + 1);
    }
    const InventoryType* known = find_inventory_type(filter.type);
    if (!check_type_name(filter.type) ||
        (known &&
         std::ranges::find(known->attributes, filter.attribute) == known->attributes.end()))
      return bad_filter(key);
    for (const Value& value : given.items("Values"))
      filter.values.push_back(document::render(value));
    out.push_back(std::move(filter));
  }
  return out;
}

bool compare(const std::string& how, const std::string& text, const std::string& with) {
  if (how == "BeginWith") return text.starts_with(with);
  if (how == "LessThan") return text < with;
  if (how == "GreaterThan") return text > with;
  return text == with;
}

bool row_passes(const InventoryFilter& filter, const std::map<std::string, std::string>& row) {
  auto held = row.find(filter.attribute);
  if (filter.how == "Exists") return held != row.end();
  if (held == row.end()) return filter.how == "NotEqual";
  const bool any = std::ranges::any_of(filter.values, [&](const std::string& value) {
    return compare(filter.how, held->second, value);
  });
  return filter.how == "NotEqual" ? !any : any;
}

Value content_of(const Inventory& item, const std::vector<InventoryFilter>& filters = {}) {
  Value::List rows;
  for (const auto& row : item.content) {
    if (!std::ranges::all_of(filters, [&](const InventoryFilter& f) { return row_passes(f, row); }))
      continue;
    Object members;
    for (const auto& [name, value] : row) members.append(name, value);
    rows.push_back(std::move(members));
  }
  return rows;
}

}  // namespace

Result<Value> get_inventory(Call& call, const Value& in) {
  if (!in.items("Aggregators").empty())
    return fault("InvalidAggregatorException",
                 "The specified aggregator isn't valid for inventory groups. Aggregators are not "
                 "supported here.");
  std::vector<InventoryFilter> filters = TRY(read_inventory_filters(in, {}));
  std::vector<std::string> wanted;
  for (const Value& attribute : in.items("ResultAttributes")) {
    const std::string& type = attribute.text("TypeName");
    if (!check_type_name(type))
      return fault(
          "InvalidResultAttributeException",
          fmt::format("The specified inventory item result attribute {} isn't valid.", type));
    wanted.push_back(type);
  }
  if (wanted.empty()) wanted = {"AWS:InstanceInformation"};
  std::vector<std::string> ids;
  std::vector<Value> rows;
  for (const std::string& node : managed_nodes(call)) {
    const std::vector<Inventory> all = inventory_of(call, node);
    const bool passes = std::ranges::all_of(filters, [&](const InventoryFilter& filter) {
      return std::ranges::any_of(all, [&](const Inventory& item) {
        return item.type == filter.type && std::ranges::any_of(item.content, [&](const auto& row) {
                 return row_passes(filter, row);
               });
      });
    });
    if (!passes) continue;
    Object data;
    for (const Inventory& item : all) {
      if (std::ranges::find(wanted, item.type) == wanted.end()) continue;
      Object shown{{"TypeName", item.type},
                   {"SchemaVersion", item.schema_version},
                   {"CaptureTime", item.captured},
                   {"Content", content_of(item)}};
      if (!item.hash.empty()) shown.append("ContentHash", item.hash);
      data.append(item.type, std::move(shown));
    }
    ids.push_back(node);
    rows.push_back(object({{"Id", node}, {"Data", std::move(data)}}));
  }
  Page shown = TRY(page(in, ids, 50));
  Object out{
      {"Entities", Value(Value::List(rows.begin() + static_cast<std::ptrdiff_t>(shown.first),
                                     rows.begin() + static_cast<std::ptrdiff_t>(shown.end)))}};
  if (!shown.next.empty()) out.append("NextToken", shown.next);
  return Value(std::move(out));
}

Result<Value> list_inventory_entries(Call& call, const Value& in) {
  const std::string& node = in.text("InstanceId");
  const std::string& type = in.text("TypeName");
  TRY(check_type_name(type));
  if (ping_status(call.cloud, {call.account, call.region, node}, call.now).empty())
    return fault("InvalidInstanceId", fmt::format("Instance {} is not a managed node.", node), 400,
                 Code::not_found);
  std::vector<InventoryFilter> filters = TRY(read_inventory_filters(in, type));
  Inventory item{.instance = node, .type = type};
  for (Inventory& one : inventory_of(call, node))
    if (one.type == type) item = std::move(one);
  const Value rows = content_of(item, filters);
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < rows.size(); ++i) ids.push_back(std::to_string(i));
  Page shown = TRY(page(in, ids, 50));
  const Value::List& all = rows.as_list();
  Object out{{"TypeName", type},
             {"InstanceId", node},
             {"SchemaVersion", item.schema_version},
             {"CaptureTime", item.captured},
             {"Entries", Value(Value::List(all.begin() + static_cast<std::ptrdiff_t>(shown.first),
                                           all.begin() + static_cast<std::ptrdiff_t>(shown.end)))}};
  if (!shown.next.empty()) out.append("NextToken", shown.next);
  return Value(std::move(out));
}

Result<Value> get_inventory_schema(Call& call, const Value& in) {
  const std::string& wanted = in.text("TypeName");
  if (!wanted.empty() && !wanted.starts_with("AWS:") && !wanted.starts_with("Custom:"))
    return fault("InvalidTypeNameException",
                 fmt::format("The parameter type name {} isn't valid.", wanted));
  std::map<std::string, std::vector<std::string>> schemas;
  for (const InventoryType& type : inventory_types())
    schemas[std::string(type.name)] = {type.attributes.begin(), type.attributes.end()};
  for (const auto& [key, item] : call.own_region().ssm.inventory) {
    if (!item->type.starts_with("Custom:")) continue;
    std::vector<std::string>& names = schemas[item->type];
    for (const auto& row : item->content)
      for (const auto& [name, value] : row)
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  std::vector<std::string> ids;
  for (const auto& [name, attributes] : schemas)
    if (name.starts_with(wanted)) ids.push_back(name);
  Page shown = TRY(page(in, ids, 200));
  Value::List rows;
  for (std::size_t i = shown.first; i < shown.end; ++i) {
    Value::List attributes;
    for (const std::string& name : schemas[ids[i]])
      attributes.push_back(object({{"Name", name}, {"DataType", "string"}}));
    rows.push_back(
        object({{"TypeName", ids[i]}, {"Version", "1.0"}, {"Attributes", std::move(attributes)}}));
  }
  Object out{{"Schemas", std::move(rows)}};
  if (!shown.next.empty()) out.append("NextToken", shown.next);
  return Value(std::move(out));
}

}  // namespace stint::cloud::ssm

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/inventory.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "cloud/ec2/query.h"
#include "cloud/ssm/nodes.h"
#include "cloud/ssm/operations.h"

namespace stint::cloud::ssm {
namespace {

using std::string_view;

constexpr std::size_t largest_item = 200 * 1024, largest_total = 1024 * 1024;
constexpr std::size_t most_custom = 20;

constexpr std::array<string_view, 10> application = {
    "ApplicationType", "Architecture", "InstalledTime", "Name", "PackageId",
    "Publisher",       "Release",      "Summary",       "URL",  "Version"};
constexpr std::array<string_view, 6> component = {
    "ApplicationType", "Architecture", "InstalledTime", "Name", "Publisher", "Version"};
constexpr std::array<string_view, 5> billing = {"BillingProducts", "InstanceType", "Platform",
                                                "PendingTime", "Region"};
constexpr std::array<string_view, 10> file = {
    "CompanyName",    "Description",      "FileVersion", "InstalledDate",   "InstalledDir",
    "LastAccessTime", "ModificationTime", "Name",        "ProductLanguage", "Size"};
constexpr std::array<string_view, 7> detailed = {
    "CPUCores", "CPUHyperThreadEnabled", "CPUModel", "CPUSockets", "CPUSpeedMHz",
    "CPUs",     "OSServicePack"};
constexpr std::array<string_view, 9> instance = {"AgentType",    "AgentVersion",    "ComputerName",
                                                 "InstanceId",   "IpAddress",       "PlatformName",
                                                 "PlatformType", "PlatformVersion", "ResourceType"};
constexpr std::array<string_view, 7> network = {"DHCPServer", "DNSServer",  "Gateway",   "IPV4",
                                                "IPV6",       "MacAddress", "SubnetMask"};
constexpr std::array<string_view, 7> service = {
    "DependentServices",  "DisplayName", "Name",  "ServiceType",
    "ServicesDependedOn", "StartType",   "Status"};
constexpr std::array<string_view, 2> tag = {"Key", "Value"};
constexpr std::array<string_view, 4> registry = {"KeyPath", "Value", "ValueName", "ValueType"};
constexpr std::array<string_view, 9> role = {"DependsOn",   "Description", "DisplayName",
                                             "FeatureType", "Installed",   "InstalledState",
                                             "Name",        "Parent",      "Path"};
constexpr std::array<string_view, 4> update = {"Description", "HotFixId", "InstalledBy",
                                               "InstalledTime"};

constexpr std::array<InventoryType, 12> all_inventory_types = {{
    {"AWS:AWSComponent", component},
    {"AWS:Application", application},
    {"AWS:BillingInfo", billing},
    {"AWS:File", file},
    {"AWS:InstanceDetailedInformation", detailed},
    {"AWS:InstanceInformation", instance},
    {"AWS:Network", network},
    {"AWS:Service", service},
    {"AWS:Tag", tag},
    {"AWS:WindowsRegistry", registry},
    {"AWS:WindowsRole", role},
    {"AWS:WindowsUpdate", update},
}};
static_assert(std::ranges::is_sorted(all_inventory_types, {}, &InventoryType::name));

std::string inventory_key(std::string_view node, std::string_view type) {
  return fmt::format("{}/{}", node, type);
}

Result<Inventory> read_item(Call& call, const std::string& node, const Value& given) {
  Inventory item{.instance = node,
                 .type = given.text("TypeName"),
                 .schema_version = given.text("SchemaVersion"),
                 .captured = given.text("CaptureTime"),
                 .hash = given.text("ContentHash")};
  TRY(check_type_name(item.type));
  const InventoryType* known = find_inventory_type(item.type);
  if (known && !item.schema_version.starts_with("1."))
    return fault("UnsupportedInventorySchemaVersionException",
                 fmt::format("Inventory item type schema version has to match supported versions "
                             "in the service. {} of version {} is not supported.",
                             item.type, item.schema_version));
  if (const Value& context = given["Context"]; context.is_object()) {
    if (context.size() > 0 && !item.type.starts_with("Custom:"))
      return fault("UnsupportedInventoryItemContextException",
                   fmt::format("The Context attribute that you specified for the inventory item {} "
                               "isn't allowed for this inventory type.",
                               item.type));
    for (const auto& [name, value, where] : context.as_object())
      item.context[name] = document::render(value);
  }
  if (!given.find("Content")) {
    // The hash alone says: as it was.
    const Inventory* before = call.own_region().ssm.inventory.find(inventory_key(node, item.type));
    if (item.hash.empty() || !before || before->hash != item.hash)
      return fault("ItemContentMismatchException",
                   fmt::format("The content hash of {} is not that of the content that is known.",
                               item.type));
    item.content = before->content;
    return item;
  }
  std::size_t size = 0;
  for (const Value& entry : given.items("Content")) {
    std::map<std::string, std::string>& row = item.content.emplace_back();
    if (!entry.is_object()) continue;
    for (const auto& [name, value, where] : entry.as_object()) {
      if (known && std::ranges::find(known->attributes, name) == known->attributes.end())
        return fault("InvalidItemContentException",
                     fmt::format("One or more content items isn't valid. {} has no attribute {}.",
                                 item.type, name));
      row[name] = document::render(value);
      size += name.size() + row[name].size();
    }
  }
  if (size > largest_item)
    return fault("ItemSizeLimitExceededException",
                 fmt::format("The inventory item {} has exceeded the limit of 200 KB.", item.type));
  return item;
}

}  // namespace

std::span<const InventoryType> inventory_types() {
  return all_inventory_types;
}

const InventoryType* find_inventory_type(std::string_view name) {
  auto found = std::ranges::lower_bound(all_inventory_types, name, {}, &InventoryType::name);
  return found != all_inventory_types.end() && found->name == name ? &*found : nullptr;
}

Result<void> check_type_name(std::string_view name) {
  if (find_inventory_type(name) || (name.starts_with("Custom:") && name.size() > 7)) return {};
  return fault("InvalidTypeNameException",
               fmt::format("The parameter type name {} isn't valid.", name));
}

std::vector<std::string> managed_nodes(Call& call) {
  std::vector<std::string> ids;
  for (const auto& [id, one] : call.own_region().ec2.instances)
    if (!ping_status(call.cloud, {call.account, call.region, id}, call.now).empty())
      ids.push_back(id);
  return ids;
}

std::vector<Inventory> inventory_of(Call& call, const std::string& node) {
  std::vector<Inventory> all;
  const Region& region = call.own_region();
  if (const ec2::Instance* known = region.ec2.instances.find(node)) {
    Inventory own{.instance = node,
                  .type = "AWS:InstanceInformation",
                  .schema_version = "1.0",
                  .captured = iso8601(std::max(known->launched, known->state_since)),
                  .hash = {}};
    own.content.push_back({{"AgentType", "amazon-ssm-agent"},
                           {"AgentVersion", std::string(agent_version)},
                           {"ComputerName", node_host_name(*known, call.region)},
                           {"InstanceId", node},
                           {"IpAddress", known->private_ip},
                           {"PlatformName", "Debian GNU/Linux"},
                           {"PlatformType", "Linux"},
                           {"PlatformVersion", "12"},
                           {"ResourceType", "EC2Instance"}});
    all.push_back(std::move(own));
  }
  const std::string prefix = node + "/";
  const Table<Inventory>& kept = region.ssm.inventory;
  for (auto at = kept.lower_bound(prefix); at != kept.end() && at->first.starts_with(prefix); ++at)
    if (at->second->type != "AWS:InstanceInformation") all.push_back(*at->second);
  std::ranges::sort(all, {}, &Inventory::type);
  return all;
}

Resources node_resource(const Call& call, const Value& in) {
  const std::string& id = in.text("InstanceId");
  if (id.starts_with("mi-"))
    return {fmt::format("arn:aws:ssm:{}:{}:managed-instance/{}", call.region, call.account, id)};
  return {ec2::instance_arn(call.region, call.account, id)};
}

Result<Value> put_inventory(Call& call, const Value& in) {
  const std::string& node = in.text("InstanceId");
  if (ping_status(call.cloud, {call.account, call.region, node}, call.now).empty())
    return fault("InvalidInstanceId", fmt::format("Instance {} is not a managed node.", node), 400,
                 Code::not_found);
  std::vector<Inventory> items;
  std::size_t total = 0;
  std::set<std::string> custom;
  Table<Inventory>& kept = call.own_region().ssm.inventory;
  for (const auto& [key, one] : kept)
    if (one->type.starts_with("Custom:")) custom.insert(one->type);
  for (const Value& given : in.items("Items")) {
    Inventory item = TRY(read_item(call, node, given));
    for (const auto& row : item.content)
      for (const auto& [name, value] : row) total += name.size() + value.size();
    if (item.type.starts_with("Custom:")) custom.insert(item.type);
    items.push_back(std::move(item));
  }
  if (total > largest_total)
    return fault("TotalSizeLimitExceededException",
                 "The size of inventory data has exceeded the total size limit for the resource.");
  if (custom.size() > most_custom)
    return fault(
        "CustomSchemaCountLimitExceededException",
        "You have exceeded the limit for custom schemas. Delete one or more custom schemas "
        "and try again.",
        400, Code::conflict);
  for (Inventory& item : items) {
    std::string key = inventory_key(node, item.type);
    kept.put(std::move(key), std::move(item));
  }
  call.effect = "changed";
  return object({{"Message", "Inventory was successfully updated."}});
}

}  // namespace stint::cloud::ssm

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/cloud.h"

/// The inventory of nodes (User Guide, "Metadata collected by inventory").
namespace stint::cloud::ssm {

/// A type of inventory of AWS's own, with the attributes of its items.
struct InventoryType {
  std::string_view name;
  std::span<const std::string_view> attributes;
};
std::span<const InventoryType> inventory_types();  ///< sorted by name
const InventoryType* find_inventory_type(std::string_view name);

/// A type of AWS's or one that somebody makes up: "Custom:...". Errors: InvalidTypeNameException.
Result<void> check_type_name(std::string_view name);

/// All that is known of a node: AWS:InstanceInformation, which follows from the node itself, and
/// what it has reported; by type.
std::vector<Inventory> inventory_of(Call& call, const std::string& instance);
/// Ids of all managed nodes.
std::vector<std::string> managed_nodes(Call& call);

}  // namespace stint::cloud::ssm

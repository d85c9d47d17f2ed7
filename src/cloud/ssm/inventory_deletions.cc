// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// DeleteInventory, DescribeInventoryDeletions ("Deleting custom inventory" of the Systems Manager
// User Guide). A deletion is over at once.
#include <fmt/core.h>

#include "cloud/ssm/inventory.h"
#include "cloud/ssm/operations.h"
#include "cloud/ssm/page.h"

namespace stint::cloud::ssm {
namespace {

Value summary(std::int64_t count, std::int64_t remaining) {
  Value::List versions;
  if (count > 0)
    versions.push_back(
        object({{"Version", "1.0"}, {"Count", count}, {"RemainingCount", remaining}}));
  return object({{"TotalCount", count},
                 {"RemainingCount", remaining},
                 {"SummaryItems", Value(std::move(versions))}});
}

}  // namespace

Result<Value> delete_inventory(Call& call, const Value& in) {
  const std::string &type = in.text("TypeName"), &option = in.text("SchemaDeleteOption");
  TRY(check_type_name(type));
  if (!type.starts_with("Custom:"))
    return fault("InvalidDeleteInventoryParametersException",
                 "One or more of the parameters specified for the delete operation isn't valid. "
                 "Only custom inventory can be deleted.");
  if (!option.empty() && option != "DisableSchema" && option != "DeleteSchema")
    return fault("InvalidOptionException",
                 fmt::format("The delete inventory option specified isn't valid: {}.", option));
  Table<Inventory>& kept = call.own_region().ssm.inventory;
  std::vector<std::string> keys;
  for (const auto& [key, item] : kept)
    if (item->type == type) keys.push_back(key);
  if (keys.empty())
    return fault("InvalidInventoryRequestException",
                 fmt::format("The request isn't valid. There is no inventory of {}.", type));
  const auto count = static_cast<std::int64_t>(keys.size());
  if (in.flag("DryRun"))
    return object({{"TypeName", type}, {"DeletionSummary", summary(count, count)}});
  for (const std::string& key : keys) kept.erase(key);
  InventoryDeletion made{
      .id = call.state.random.uuid(), .type = type, .started = call.now, .count = count};
  Value answer = object(
      {{"DeletionId", made.id}, {"TypeName", type}, {"DeletionSummary", summary(count, count)}});
  call.effect = "deleted";
  std::string id = made.id;
  call.own_region().ssm.deletions.put(std::move(id), std::move(made));
  return answer;
}

Result<Value> describe_inventory_deletions(Call& call, const Value& in) {
  const Table<InventoryDeletion>& kept = call.own_region().ssm.deletions;
  const std::string& wanted = in.text("DeletionId");
  if (!wanted.empty() && !kept.contains(wanted))
    return fault("InvalidDeletionIdException",
                 fmt::format("The ID specified for the delete operation doesn't exist or isn't "
                             "valid: {}.",
                             wanted),
                 400, Code::not_found);
  std::vector<std::string> ids;
  for (const auto& [id, made] : kept)
    if (wanted.empty() || id == wanted) ids.push_back(id);
  const Page shown = TRY(page(in, ids, 50));
  Value::List rows;
  for (std::size_t i = shown.first; i < shown.end; ++i) {
    const InventoryDeletion& made = *kept.find(ids[i]);
    rows.push_back(object({{"DeletionId", made.id},
                           {"TypeName", made.type},
                           {"DeletionStartTime", iso8601(made.started, true)},
                           {"LastStatus", "Complete"},
                           {"LastStatusMessage", "Deletion is successful"},
                           {"DeletionSummary", summary(made.count, 0)},
                           {"LastStatusUpdateTime", iso8601(made.started, true)}}));
  }
  Object out{{"InventoryDeletions", Value(std::move(rows))}};
  if (!shown.next.empty()) out.append("NextToken", shown.next);
  return Value(std::move(out));
}

}  // namespace stint::cloud::ssm

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// Inventory and compliance.
#include "cloud/ssm/testing.h"

namespace stint::cloud::ssm {
namespace {

using testing::Fleet;
using testing::json;
using testing::node;

struct Reported : Fleet {
  std::string put(std::string_view items) {
    return say("ssm", "PutInventory", object({{"InstanceId", node}, {"Items", json(items)}}));
  }
  std::string entries(std::string_view type, std::string_view filters = "[]") {
    auto got = call("ssm", "ListInventoryEntries",
                    object({{"InstanceId", node}, {"TypeName", type}, {"Filters", json(filters)}}));
    return got ? to_json((*got)["Entries"]) : got.error().name;
  }
};

constexpr const char* applications = R"([{"TypeName": "AWS:Application", "SchemaVersion": "1.1",
    "CaptureTime": "2026-11-24T11:00:00Z", "ContentHash": "h1",
    "Content": [{"Name": "bash", "Version": "5.2"}, {"Name": "curl", "Version": "7.88"}]}])";

TEST(Inventory, ShowsWhatANodeReported) {
  Reported fleet;
  EXPECT_EQ(fleet.put(applications), R"({"Message":"Inventory was successfully updated."})");
  EXPECT_EQ(fleet.entries("AWS:Application"),
            R"([{"Name":"bash","Version":"5.2"},{"Name":"curl","Version":"7.88"}])");
  EXPECT_EQ(fleet.entries("AWS:Application", R"([{"Key": "Name", "Values": ["curl"]}])"),
            R"([{"Name":"curl","Version":"7.88"}])");
  EXPECT_EQ(fleet.entries("AWS:Application",
                          R"([{"Key": "Name", "Values": ["b"], "Type": "BeginWith"}])"),
            R"([{"Name":"bash","Version":"5.2"}])");
  EXPECT_EQ(fleet.entries("AWS:Application",
                          R"([{"Key": "Name", "Values": ["bash"], "Type": "NotEqual"}])"),
            R"([{"Name":"curl","Version":"7.88"}])");
  EXPECT_EQ(fleet.entries("AWS:Network"), "[]");
  // The hash alone says that nothing changed.
  EXPECT_TRUE(fleet
                  .put(R"([{"TypeName": "AWS:Application", "SchemaVersion": "1.1",
                            "CaptureTime": "2026-11-24T12:00:00Z", "ContentHash": "h1"}])")
                  .starts_with("{"));
  auto listed = fleet.call("ssm", "ListInventoryEntries",
                           object({{"InstanceId", node}, {"TypeName", "AWS:Application"}}));
  EXPECT_EQ(listed->text("CaptureTime"), "2026-11-24T12:00:00Z");
  EXPECT_EQ(listed->items("Entries").size(), 2u);
}

TEST(Inventory, OfACustomTypeCanBeDeleted) {
  Reported fleet;
  fleet.put(R"([{"TypeName": "Custom:Rack", "SchemaVersion": "1.0",
                 "CaptureTime": "2026-11-24T11:00:00Z", "Content": [{"Place": "7"}]}])");
  const auto refused = [&](const char* operation, const char* input) {
    auto answer = fleet.call("ssm", operation, json(input));
    return answer ? "done" : answer.error().name;
  };
  EXPECT_EQ(refused("DeleteInventory", R"({"TypeName": "Odd"})"), "InvalidTypeNameException");
  EXPECT_EQ(refused("DeleteInventory", R"({"TypeName": "AWS:Network"})"),
            "InvalidDeleteInventoryParametersException");
  EXPECT_EQ(refused("DeleteInventory", R"({"TypeName": "Custom:None"})"),
            "InvalidInventoryRequestException");
  EXPECT_EQ(
      refused("DeleteInventory", R"({"TypeName": "Custom:Rack", "SchemaDeleteOption": "Odd"})"),
      "InvalidOptionException");
  EXPECT_EQ(refused("DescribeInventoryDeletions", R"({"DeletionId": "none"})"),
            "InvalidDeletionIdException");
  EXPECT_EQ(refused("DescribeInventoryDeletions", R"({"NextToken": "nonsense"})"),
            "InvalidNextToken");
  EXPECT_EQ(refused("DeleteInventory", R"({"TypeName": "Custom:Rack", "DryRun": true})"), "done");
  EXPECT_EQ(fleet.entries("Custom:Rack"), R"([{"Place":"7"}])") << "a dry run deletes nothing";
  auto deleted = fleet.call("ssm", "DeleteInventory", json(R"({"TypeName": "Custom:Rack"})"));
  ASSERT_TRUE(deleted) << deleted.error().message;
  EXPECT_EQ(fleet.entries("Custom:Rack"), "[]");
  auto told = fleet.call("ssm", "DescribeInventoryDeletions",
                         object({{"DeletionId", deleted->text("DeletionId")}}));
  ASSERT_TRUE(told);
  const Value& row = told->items("InventoryDeletions").at(0);
  EXPECT_EQ(row.text("LastStatus"), "Complete");
  EXPECT_EQ(row["DeletionSummary"].integer("TotalCount"), 1);
  EXPECT_EQ(row["DeletionSummary"].integer("RemainingCount", 9), 0);
  auto restored = restore(entities(fleet.cloud.state));
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_TRUE(diff(*restored, fleet.cloud.state).empty());
}

TEST(Inventory, IsRefusedWithAwssErrors) {
  Reported fleet;
  auto item = [](std::string_view type, std::string_view more) {
    return R"([{"TypeName": ")" + std::string(type) +
           R"(", "SchemaVersion": "1.0", "CaptureTime": "2026-11-24T11:00:00Z", )" +
           std::string(more) + "}]";
  };
  const std::string big(201 * 1024, 'x'), half(150 * 1024, 'x');
  std::string many;
  for (int i = 0; i < 8; ++i) {
    std::string one =
        item("Custom:T" + std::to_string(i), R"("Content": [{"a": ")" + half + R"("}])");
    many += (i ? "," : "") + one.substr(1, one.size() - 2);
  }
  std::string customs;
  for (int i = 0; i < 21; ++i) {
    std::string one = item("Custom:C" + std::to_string(i), R"("Content": [])");
    customs += (i ? "," : "") + one.substr(1, one.size() - 2);
  }
  const struct {
    std::string items, error;
  } cases[] = {
      {item("AWS:Toaster", R"("Content": [])"), "InvalidTypeNameException"},
      {item("AWS:Network", R"("Content": [{"Colour": "red"}])"), "InvalidItemContentException"},
      {item("AWS:Network", R"("ContentHash": "none")"), "ItemContentMismatchException"},
      {item("AWS:Network", R"("Content": [], "Context": {"a": "b"})"),
       "UnsupportedInventoryItemContextException"},
      {R"([{"TypeName": "AWS:Network", "SchemaVersion": "7.0", "Content": [],
            "CaptureTime": "2026-11-24T11:00:00Z"}])",
       "UnsupportedInventorySchemaVersionException"},
      {item("Custom:X", R"("Content": [{"a": ")" + big + R"("}])"),
       "ItemSizeLimitExceededException"},
      {"[" + many + "]", "TotalSizeLimitExceededException"},
      {"[" + customs + "]", "CustomSchemaCountLimitExceededException"},
  };
  for (const auto& c : cases) {
    const std::string said = fleet.put(c.items);
    EXPECT_TRUE(said.starts_with(c.error)) << c.error << " but " << said.substr(0, 200);
  }
  EXPECT_TRUE(fleet.ssm().inventory.empty());
  EXPECT_EQ(
      fleet
          .call("ssm", "PutInventory",
                object({{"InstanceId", "i-00000000000000003"}, {"Items", json(applications)}}))
          .error()
          .name,
      "InvalidInstanceId");
  EXPECT_EQ(fleet.entries("AWS:Toaster"), "InvalidTypeNameException");
  EXPECT_EQ(fleet.entries("AWS:Network", R"([{"Key": "Colour", "Values": ["red"]}])"),
            "InvalidFilter");
  EXPECT_EQ(fleet
                .call("ssm", "ListInventoryEntries",
                      R"({"InstanceId": "i-00000000000000003", "TypeName": "AWS:Network"})")
                .error()
                .name,
            "InvalidInstanceId");
  EXPECT_EQ(
      fleet
          .call("ssm", "ListInventoryEntries",
                object({{"InstanceId", node}, {"TypeName", "AWS:Network"}, {"NextToken", "x"}}))
          .error()
          .name,
      "InvalidNextToken");
}

TEST(Inventory, IsQueriedOverAllNodes) {
  Reported fleet;
  (void)fleet.put(applications);
  auto ids = [&](std::string_view input) {
    auto got = fleet.call("ssm", "GetInventory", input);
    if (!got) return got.error().name;
    std::string all;
    for (const Value& row : got->items("Entities"))
      all += (all.empty() ? "" : " ") + row.text("Id").substr(17);
    return all;
  };
  EXPECT_EQ(ids("{}"), "01 02 04 f0");
  EXPECT_EQ(ids(R"({"Filters": [{"Key": "AWS:Application.Name", "Values": ["curl"]}]})"), "f0");
  EXPECT_EQ(ids(R"({"Filters": [{"Key": "AWS:InstanceInformation.PlatformName",
                                 "Values": ["Debian"], "Type": "BeginWith"}]})"),
            "01 02 04 f0");
  EXPECT_EQ(ids(R"({"Filters": [{"Key": "AWS:Application.Colour", "Values": ["x"]}]})"),
            "InvalidFilter");
  EXPECT_EQ(ids(R"({"Filters": [{"Key": "Name", "Values": ["x"]}]})"), "InvalidFilter");
  EXPECT_EQ(ids(R"({"ResultAttributes": [{"TypeName": "AWS:Toaster"}]})"),
            "InvalidResultAttributeException");
  EXPECT_EQ(ids(R"({"Aggregators": [{"Expression": "AWS:Application.Name"}]})"),
            "InvalidAggregatorException");
  EXPECT_EQ(ids(R"({"NextToken": "x"})"), "InvalidNextToken");
  auto got = fleet.call("ssm", "GetInventory",
                        R"({"ResultAttributes": [{"TypeName": "AWS:Application"}],
                            "Filters": [{"Key": "AWS:Application.Name", "Values": ["curl"]}]})");
  EXPECT_EQ((*got)["Entities"][0]["Data"]["AWS:Application"].text("ContentHash"), "h1");
}

TEST(Inventory, HasSchemas) {
  Reported fleet;
  (void)fleet.put(R"([{"TypeName": "Custom:Rack", "SchemaVersion": "1.0",
      "CaptureTime": "2026-11-24T11:00:00Z", "Content": [{"Row": "1"}]}])");
  auto names = [&](std::string_view input) {
    auto got = fleet.call("ssm", "GetInventorySchema", input);
    if (!got) return got.error().name;
    std::string all;
    for (const Value& row : got->items("Schemas"))
      all += (all.empty() ? "" : " ") + row.text("TypeName");
    return all;
  };
  EXPECT_EQ(names(R"({"TypeName": "AWS:Windows"})"),
            "AWS:WindowsRegistry AWS:WindowsRole "
            "AWS:WindowsUpdate");
  EXPECT_EQ(names(R"({"TypeName": "Custom:"})"), "Custom:Rack");
  EXPECT_EQ(names(R"({"TypeName": "Toaster"})"), "InvalidTypeNameException");
  EXPECT_EQ(names(R"({"NextToken": "x"})"), "InvalidNextToken");
}

struct Judged : Fleet {
  std::string put(std::string_view items, std::string_view more = "{}") {
    Value input = object({{"ResourceId", node},
                          {"ResourceType", "ManagedInstance"},
                          {"ComplianceType", "Custom:Firewall"},
                          {"ExecutionSummary", object({{"ExecutionTime", "2026-11-24T11:00:00Z"}})},
                          {"Items", json(items)}});
    const Value extra = json(more);
    for (const auto& [name, value, where] : extra.as_object()) input.set(name, value);
    return say("ssm", "PutComplianceItems", input);
  }
  std::string items(std::string_view input = "{}") {
    auto got = call("ssm", "ListComplianceItems", input);
    if (!got) return got.error().name;
    std::string all;
    for (const Value& row : got->items("ComplianceItems"))
      all += (all.empty() ? "" : " ") + row.text("Id") + ":" + row.text("Status");
    return all;
  }
};

TEST(Compliance, IsListedAndSummed) {
  Judged fleet;
  EXPECT_EQ(fleet.put(R"([{"Id": "a", "Severity": "HIGH", "Status": "NON_COMPLIANT",
                           "Details": {"why": "open"}},
                          {"Id": "b", "Severity": "LOW", "Status": "COMPLIANT"}])"),
            "{}");
  EXPECT_EQ(fleet.items(), "a:NON_COMPLIANT b:COMPLIANT");
  EXPECT_EQ(fleet.items(R"({"Filters": [{"Key": "Status", "Values": ["COMPLIANT"]}]})"),
            "b:COMPLIANT");
  EXPECT_EQ(fleet.items(R"({"Filters": [{"Key": "Severity", "Values": ["LOW"],
                                         "Type": "NOT_EQUAL"}]})"),
            "a:NON_COMPLIANT");
  auto resources = fleet.call("ssm", "ListResourceComplianceSummaries");
  const Value& row = (*resources)["ResourceComplianceSummaryItems"][0];
  EXPECT_EQ(row.text("Status"), "NON_COMPLIANT");
  EXPECT_EQ(row.text("OverallSeverity"), "HIGH");
  EXPECT_EQ(row["NonCompliantSummary"]["SeveritySummary"].integer("HighCount"), 1);
  EXPECT_EQ(row["CompliantSummary"].integer("CompliantCount"), 1);
  auto types = fleet.call("ssm", "ListComplianceSummaries");
  EXPECT_EQ(
      (*types)["ComplianceSummaryItems"][0]["NonCompliantSummary"].integer("NonCompliantCount"), 1);
  // A part adds; the whole replaces.
  EXPECT_EQ(fleet.put(R"([{"Id": "a", "Severity": "HIGH", "Status": "COMPLIANT"}])",
                      R"({"UploadType": "PARTIAL"})"),
            "{}");
  EXPECT_EQ(fleet.items(), "a:COMPLIANT b:COMPLIANT");
  EXPECT_EQ(fleet.put(R"([{"Id": "c", "Severity": "HIGH", "Status": "COMPLIANT"}])"), "{}");
  EXPECT_EQ(fleet.items(), "c:COMPLIANT");
}

TEST(Compliance, IsRefusedWithAwssErrors) {
  Judged fleet;
  const std::string good = R"([{"Id": "a", "Severity": "HIGH", "Status": "COMPLIANT"}])";
  const std::string big(201 * 1024, 'x'), half(150 * 1024, 'x');
  std::string many = "[";
  for (int i = 0; i < 6; ++i)
    many += (i ? "," : "") + (R"({"Id": "i)" + std::to_string(i)) +
            R"(", "Severity": "LOW", "Status": "COMPLIANT", "Details": {"d": ")" + half + R"("}})";
  const struct {
    std::string items, more, error;
  } cases[] = {
      {good, R"({"ResourceType": "Toaster"})", "InvalidResourceType"},
      {good, R"({"ResourceId": "i-00000000000000003"})", "InvalidResourceId"},
      {good, R"({"ComplianceType": "Mine"})", "ValidationException"},
      {R"([{"Id": "a", "Severity": "LOW", "Status": "SO_SO"}])", "{}",
       "InvalidItemContentException"},
      {R"([{"Id": "a", "Severity": "LOW", "Status": "COMPLIANT", "Details": {"d": ")" + big +
           R"("}}])",
       "{}", "ItemSizeLimitExceededException"},
      {many + "]", "{}", "TotalSizeLimitExceededException"},
  };
  for (const auto& c : cases) {
    const std::string said = fleet.put(c.items, c.more);
    EXPECT_TRUE(said.starts_with(c.error)) << c.error << " but " << said.substr(0, 200);
  }
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(fleet.put(good, R"({"ComplianceType": "Custom:C)" + std::to_string(i) + "\"}"), "{}");
  EXPECT_TRUE(fleet.put(good).starts_with("ComplianceTypeCountLimitExceededException"));
  EXPECT_EQ(fleet.items(R"({"ResourceTypes": ["Toaster"]})"), "InvalidResourceType");
  EXPECT_EQ(fleet.items(R"({"ResourceIds": ["i-00000000000000003"]})"), "InvalidResourceId");
  EXPECT_EQ(fleet.items(R"({"NextToken": "x"})"), "InvalidNextToken");
  for (const char* operation :
       {"ListComplianceItems", "ListComplianceSummaries", "ListResourceComplianceSummaries"}) {
    EXPECT_EQ(fleet.call("ssm", operation, R"({"Filters": [{"Key": "Colour", "Values": ["red"]}]})")
                  .error()
                  .name,
              "InvalidFilter");
    EXPECT_EQ(fleet.call("ssm", operation, R"({"NextToken": "x"})").error().name,
              "InvalidNextToken");
  }
}

}  // namespace
}  // namespace stint::cloud::ssm

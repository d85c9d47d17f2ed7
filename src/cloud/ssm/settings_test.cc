// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// Service settings, and tags of documents and parameters.
#include "cloud/ssm/settings.h"

#include "cloud/testing.h"

namespace stint::cloud::ssm {
namespace {

using testing::TestWorld;

constexpr const char* settings_world = R"({"account": "123456789012", "region": "us-west-2"})";

TEST(ServiceSettings, AreAwssUntilSomebodyChangesThem) {
  TestWorld world(settings_world);
  const std::string id = "/ssm/automation/throttling-retry-time-limit";
  auto get = [&] {
    auto got = world.call("ssm", "GetServiceSetting", object({{"SettingId", id}}));
    const Value& setting = (*got)["ServiceSetting"];
    return setting.text("SettingValue") + " " + setting.text("Status") + " " +
           setting.text("LastModifiedUser");
  };
  EXPECT_EQ(get(), "0 Default System");
  EXPECT_EQ(world.say("ssm", "UpdateServiceSetting",
                      object({{"SettingId", id}, {"SettingValue", "600"}})),
            "{}");
  EXPECT_EQ(get(), "600 Customized arn:aws:iam::123456789012:root");
  EXPECT_EQ(setting_value(world.cloud.state.region("123456789012", "us-west-2").ssm, id), "600");
  auto reset = world.call("ssm", "ResetServiceSetting", object({{"SettingId", id}}));
  EXPECT_EQ((*reset)["ServiceSetting"].text("SettingValue"), "0");
  EXPECT_EQ((*reset)["ServiceSetting"].text("ARN"),
            "arn:aws:ssm:us-west-2:123456789012:servicesetting" + id);
  EXPECT_EQ(get(), "0 Default System");
}

TEST(ServiceSettings, TakeTheirValuesOnly) {
  const struct {
    const char *id, *good, *bad;
  } cases[] = {
      {"/ssm/automation/customer-script-log-destination", "CloudWatch", "S3"},
      {"/ssm/automation/customer-script-log-group-name", "my-group", ""},
      {"/ssm/automation/enable-adaptive-concurrency", "True", "maybe"},
      {"/ssm/automation/throttling-retry-time-limit", "3600", "3601"},
      {"/ssm/documents/console/public-sharing-permission", "Disable", "Off"},
      {"/ssm/managed-instance/activation-tier", "advanced", "gold"},
      {"/ssm/parameter-store/default-parameter-tier", "Intelligent-Tiering", "Best"},
      {"/ssm/parameter-store/high-throughput-enabled", "true", "1"},
      {"arn:aws:ssm:us-west-2:123456789012:servicesetting/ssm/opsinsights/opscenter", "Enabled",
       "x"},
  };
  TestWorld world(settings_world);
  for (const auto& c : cases) {
    auto update = [&](const char* value) {
      return world.say("ssm", "UpdateServiceSetting",
                       object({{"SettingId", c.id}, {"SettingValue", value}}));
    };
    EXPECT_EQ(update(c.good), "{}") << c.id;
    EXPECT_TRUE(update(c.bad).starts_with("ValidationException")) << c.id;
  }
  for (const char* operation : {"GetServiceSetting", "ResetServiceSetting"})
    EXPECT_TRUE(world.say("ssm", operation, R"({"SettingId": "/ssm/none"})")
                    .starts_with("ServiceSettingNotFound"));
  EXPECT_TRUE(
      world.say("ssm", "UpdateServiceSetting", R"({"SettingId": "/ssm/none", "SettingValue": "x"})")
          .starts_with("ServiceSettingNotFound"));
}

struct Tagged : TestWorld {
  Tagged() : TestWorld(settings_world) {
    EXPECT_TRUE(call("ssm", "PutParameter", R"({"Name": "/p", "Value": "v", "Type": "String"})"));
    EXPECT_TRUE(call("ssm", "CreateDocument", object({{"Name", "Doc"}, {"Content", R"(
        {"schemaVersion": "2.2", "mainSteps": [{"action": "aws:runShellScript", "name": "s",
         "inputs": {"runCommand": ["x"]}}]})"}})));
  }
  std::string add(std::string_view type, std::string_view id, std::string_view tags) {
    return say("ssm", "AddTagsToResource",
               object({{"ResourceType", type}, {"ResourceId", id}, {"Tags", testing::json(tags)}}));
  }
  std::string list(std::string_view type, std::string_view id) {
    return say("ssm", "ListTagsForResource", object({{"ResourceType", type}, {"ResourceId", id}}));
  }
};

TEST(Tags, OfDocumentsAndParametersComeAndGo) {
  Tagged world;
  for (const auto& [type, id] : {std::pair{"Parameter", "/p"}, std::pair{"Document", "Doc"}}) {
    EXPECT_EQ(world.list(type, id), R"({"TagList":[]})");
    EXPECT_EQ(world.add(type, id, R"([{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}])"),
              "{}");
    EXPECT_EQ(world.add(type, id, R"([{"Key": "a", "Value": "2"}])"), "{}");
    EXPECT_EQ(world.list(type, id),
              R"({"TagList":[{"Key":"a","Value":"2"},{"Key":"b","Value":""}]})");
    EXPECT_EQ(world.say("ssm", "RemoveTagsFromResource",
                        object({{"ResourceType", type},
                                {"ResourceId", id},
                                {"TagKeys", Value::list({"b", "none"})}})),
              "{}");
    EXPECT_EQ(world.list(type, id), R"({"TagList":[{"Key":"a","Value":"2"}]})");
  }
}

TEST(Tags, AreRefusedWithAwssErrors) {
  Tagged world;
  std::string many = "[";
  for (int i = 0; i < 51; ++i)
    many += (i ? "," : "") + (R"({"Key": "k)" + std::to_string(i)) + R"(", "Value": ""})";
  const struct {
    std::string type, id, tags, error;
  } cases[] = {
      {"Parameter", "/none", R"([{"Key": "a", "Value": ""}])", "InvalidResourceId"},
      {"Document", "None", R"([{"Key": "a", "Value": ""}])", "InvalidResourceId"},
      {"Document", "AWS-RunShellScript", R"([{"Key": "a", "Value": ""}])", "InvalidResourceId"},
      {"ManagedInstance", "mi-0123456789abcdef0", R"([{"Key": "a", "Value": ""}])",
       "InvalidResourceId"},
      {"Automation", "123", R"([{"Key": "a", "Value": ""}])", "InvalidResourceId"},
      {"Toaster", "x", R"([{"Key": "a", "Value": ""}])", "InvalidResourceType"},
      {"Parameter", "/p", many + "]", "TooManyTagsError"},
      {"Parameter", "/p", R"([{"Key": "AWS:x", "Value": ""}])", "ValidationException"},
      {"Parameter", "/p", R"([{"Key": "x", "Value": ""}, {"Key": "x", "Value": "2"}])",
       "ValidationException"},
  };
  for (const auto& c : cases) {
    const std::string said = world.add(c.type, c.id, c.tags);
    EXPECT_TRUE(said.starts_with(c.error)) << c.type << " " << c.id << ": " << said;
    if (c.error == "InvalidResourceId" || c.error == "InvalidResourceType") {
      EXPECT_TRUE(world.list(c.type, c.id).starts_with(c.error)) << c.type;
    }
  }
  EXPECT_EQ(world.list("Parameter", "/p"), R"({"TagList":[]})");
}

}  // namespace
}  // namespace stint::cloud::ssm

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/documents.h"

#include "cloud/testing.h"
#include "document/command.h"
#include "value/yaml.h"

namespace stint::cloud::ssm {
namespace {

using testing::TestWorld;

constexpr const char* plain = R"({"account": "123456789012", "region": "us-west-2"})";

Value document(std::string_view name, std::string_view content, std::string_view type = "Command",
               std::string_view format = "YAML") {
  return object(
      {{"Name", name}, {"Content", content}, {"DocumentType", type}, {"DocumentFormat", format}});
}

constexpr const char* greet = R"(schemaVersion: "2.2"
description: Say hello
parameters:
  Name: {type: String, default: you, description: Whom}
  Lines: {type: StringList}
mainSteps:
  - {action: "aws:runShellScript", name: hello, inputs: {runCommand: ["echo {{ Name }}"]}}
)";
constexpr const char* sleeper = R"(schemaVersion: "0.3"
mainSteps: [{name: nap, action: "aws:sleep", inputs: {Duration: PT1S}}]
)";

TEST(Documents, ThoseOfAmazonAreRead) {
  const struct {
    const char *name, *type;
    std::vector<std::string> steps;
  } cases[] = {
      {"AWS-AttachIAMToInstance",
       "Automation",
       {"DescribeInstanceProfile", "CheckInstanceProfileAssociations",
        "DisassociateIamInstanceProfile", "ListInstanceProfilesForRole",
        "CheckInstanceProfileCreated", "AttachIAMProfileToInstance", "CreateInstanceProfileForRole",
        "AddRoleToInstanceProfile", "GetInstanceProfile", "AttachIAMProfileToInstanceWithRetry"}},
      {"AWS-ConfigureAWSPackage", "Command", {"configurePackage"}},
      {"AWS-AttachEBSVolume", "Automation", {"attachVolume", "waitUntilAttached"}},
      {"AWS-ConfigureS3BucketVersioning", "Automation", {"PutBucketVersioning"}},
      {"AWS-CreateImage", "Automation", {"createImage", "waitUntilAvailable"}},
      {"AWS-CreateSnapshot", "Automation", {"createSnapshot", "verifySnapshot"}},
      {"AWS-DetachEBSVolume", "Automation", {"detachVolume", "waitUntilDetached"}},
      {"AWS-EnableS3BucketEncryption", "Automation", {"PutBucketEncryption"}},
      {"AWS-PublishSNSNotification", "Automation", {"publishNotification"}},
      {"AWS-RestartEC2Instance",
       "Automation",
       {"stopInstances", "waitUntilStopped", "startInstances", "waitUntilRunning"}},
      {"AWS-StartEC2Instance", "Automation", {"startInstances", "waitUntilRunning"}},
      {"AWS-StopEC2Instance",
       "Automation",
       {"stopInstances", "waitUntilStopped", "forceStopInstances", "waitUntilForced"}},
      {"AWS-TerminateEC2Instance", "Automation", {"terminateInstances", "waitUntilTerminated"}},
      {"AWS-RunPowerShellScript", "Command", {"aws:runPowerShellScript"}},
      {"AWS-RunRemoteScript",
       "Command",
       {"downloadContent", "runPowerShellScript", "runShellScript"}},
      {"AWS-RunShellScript", "Command", {"aws:runShellScript"}},
      {"AWS-UpdateSSMAgent", "Command", {"aws:updateSsmAgent"}},
  };
  for (const auto& c : cases) {
    auto found = amazon_documents().find(c.name);
    ASSERT_NE(found, amazon_documents().end()) << c.name;
    EXPECT_EQ(found->second.owner, "Amazon");
    EXPECT_EQ(found->second.type, c.type);
    const std::string& content = found->second.versions[0].content;
    std::vector<std::string> steps;
    if (found->second.type == "Automation") {
      auto read = document::parse_document(content, {.source_name = c.name});
      ASSERT_TRUE(read) << read.error().message;
      for (const document::Step& step : (*read)->steps) steps.push_back(step.name);
      if (const document::Step* retry = (*read)->find_step("AttachIAMProfileToInstanceWithRetry")) {
        EXPECT_EQ((*read)->outputs.size(), 6u);
        EXPECT_EQ(retry->max_attempts, 20);
        EXPECT_EQ(retry->timeout_seconds, 2);
      }
    } else {
      auto read = document::parse_command_document(content, c.name);
      ASSERT_TRUE(read) << read.error().message;
      for (const document::CommandStep& step : (*read)->steps) steps.push_back(step.name);
    }
    EXPECT_EQ(steps, c.steps) << c.name;
  }
}

TEST(Documents, AreFoundByNameArnAndVersion) {
  TestWorld world(plain);
  ASSERT_TRUE(world.call("ssm", "CreateDocument", document("Greet", greet)));
  std::string second = std::string(greet) + "# two\n";
  Value update = document("Greet", second);
  update.set("DocumentVersion", "$LATEST");
  ASSERT_TRUE(world.call("ssm", "UpdateDocument", update));
  Documents documents(world.cloud.state.region("123456789012", "us-west-2").ssm);
  const struct {
    const char *name, *version, *found;
  } cases[] = {
      {"Greet", "", "1"},
      {"Greet", "$DEFAULT", "1"},
      {"Greet", "$LATEST", "2"},
      {"Greet", "2", "2"},
      {"arn:aws:ssm:us-west-2:123456789012:document/Greet", "1", "1"},
      {"arn:aws:ssm:us-west-2::document/AWS-RunShellScript", "", "1"},
  };
  for (const auto& c : cases) {
    auto found = documents.find(c.name, c.version);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->version, c.found) << c.name << " " << c.version;
  }
  EXPECT_EQ(documents.find("Greet", "3").error().name, "InvalidDocumentVersion");
  EXPECT_EQ(documents.find("Other").error().message, "Document with name Other does not exist.");
}

TEST(Documents, GoThroughTheirLife) {
  TestWorld world(plain);
  auto made = world.call("ssm", "CreateDocument", document("Greet", greet));
  ASSERT_TRUE(made) << made.error().message;
  const Value& description = (*made)["DocumentDescription"];
  EXPECT_EQ(description.text("Status"), "Creating");
  EXPECT_EQ(description.text("Owner"), "123456789012");
  EXPECT_EQ(description.text("SchemaVersion"), "2.2");
  EXPECT_EQ(description.text("Description"), "Say hello");
  EXPECT_EQ(to_json(description["Parameters"]),
            R"([{"Name":"Name","Type":"String","Description":"Whom","DefaultValue":"you"},)"
            R"({"Name":"Lines","Type":"StringList","Description":""}])");
  EXPECT_EQ(world.say("ssm", "CreateDocument", document("Greet", greet)),
            "DocumentAlreadyExists: Document with same name Greet already exists");
  EXPECT_EQ(world.say("ssm", "CreateDocument", document("AWS-RunShellScript", greet)),
            "DocumentAlreadyExists: Document with same name AWS-RunShellScript already exists");

  Value update = document("Greet", greet);
  EXPECT_TRUE(world.say("ssm", "UpdateDocument", update).starts_with("DuplicateDocumentContent"));
  update.set("Content", std::string(greet) + "# two\n");
  update.set("DocumentVersion", "7");
  EXPECT_TRUE(world.say("ssm", "UpdateDocument", update).starts_with("InvalidDocumentVersion"));
  update.set("DocumentVersion", "1");
  ASSERT_TRUE(world.call("ssm", "UpdateDocument", update));
  auto seen = world.call("ssm", "DescribeDocument", R"({"Name": "Greet"})");
  EXPECT_EQ((*seen)["Document"].text("DocumentVersion"), "1");
  EXPECT_EQ((*seen)["Document"].text("LatestVersion"), "2");
  ASSERT_TRUE(world.call("ssm", "UpdateDocumentDefaultVersion",
                         R"({"Name": "Greet", "DocumentVersion": "2"})"));
  EXPECT_EQ(world.call("ssm", "GetDocument", R"({"Name": "Greet"})")->text("DocumentVersion"), "2");
  EXPECT_TRUE(world.say("ssm", "DeleteDocument", R"({"Name": "Greet", "DocumentVersion": "2"})")
                  .starts_with("InvalidDocumentOperation"));
  EXPECT_EQ(world.say("ssm", "DeleteDocument", R"({"Name": "Greet"})"), "{}");
  EXPECT_EQ(world.say("ssm", "DeleteDocument", R"({"Name": "Greet"})"),
            "InvalidDocument: Document with name Greet does not exist.");
  EXPECT_TRUE(world.say("ssm", "DeleteDocument", R"({"Name": "AWS-RunShellScript"})")
                  .starts_with("InvalidDocumentOperation: Document AWS-RunShellScript is owned by "
                               "Amazon"));
}

TEST(Documents, AreGivenInTheFormatThatIsAskedFor) {
  TestWorld world(plain);
  ASSERT_TRUE(world.call("ssm", "CreateDocument", document("Greet", greet)));
  auto as_yaml = world.call("ssm", "GetDocument", R"({"Name": "Greet", "DocumentFormat": "YAML"})");
  EXPECT_EQ(as_yaml->text("Content"), greet);
  auto as_json = world.call("ssm", "GetDocument", R"({"Name": "Greet"})");
  EXPECT_EQ(as_json->text("DocumentFormat"), "JSON");
  EXPECT_EQ(*parse_json(as_json->text("Content")), *parse_yaml(greet));
}

TEST(Documents, WithBadContentAreRefusedWithTheReason) {
  TestWorld world(plain);
  world.cloud.find_action = [](std::string_view name) -> const document::ActionSpec* {
    static const document::ActionSpec sleep{.name = "aws:sleep", .open_inputs = true};
    return name == "aws:sleep" ? &sleep : nullptr;
  };
  EXPECT_TRUE(world.call("ssm", "CreateDocument", document("Nap", sleeper, "Automation")));
  const struct {
    Value input;
    const char* part;
  } cases[] = {
      {document("Bad", "{", "Command", "JSON"), "the content is not valid JSON"},
      {document("Bad", "a: [", "Command"), "the content is not valid YAML"},
      {document("Bad", sleeper, "Command"), "0.3"},
      {document("Bad", greet, "Automation"), "2.2"},
      {document("Bad",
                R"({"schemaVersion": "2.2", "mainSteps": [{"action": "aws:fly", "name": "x"}]})",
                "Command", "JSON"),
       "Unknown plugin name: aws:fly"},
      {document("Bad",
                R"({"schemaVersion": "0.3", "mainSteps": [{"action": "aws:fly", "name": "x"}]})",
                "Automation", "JSON"),
       "Unknown action: aws:fly"},
      {document("Bad", "x", "Session", "YAML"), "Use Command or Automation"},
  };
  for (const auto& c : cases) {
    std::string said = world.say("ssm", "CreateDocument", c.input);
    EXPECT_TRUE(said.starts_with("InvalidDocument")) << said;
    EXPECT_NE(said.find(c.part), said.npos) << said;
  }
}

TEST(Documents, AreListedByFilter) {
  TestWorld world(plain);
  ASSERT_TRUE(world.call("ssm", "CreateDocument", document("Greet", greet)));
  ASSERT_TRUE(world.call("ssm", "CreateDocument", document("Nap", sleeper, "Automation")));
  auto names = [&](std::string_view input) {
    std::string all;
    auto listed = world.call("ssm", "ListDocuments", input);
    if (!listed) return listed.error().name;
    for (const Value& row : listed->items("DocumentIdentifiers"))
      all += (all.empty() ? "" : " ") + row.text("Name");
    return all;
  };
  EXPECT_EQ(names(R"({"Filters": [{"Key": "Owner", "Values": ["Self"]}]})"), "Greet Nap");
  EXPECT_EQ(names(R"({"DocumentFilterList": [{"key": "DocumentType", "value": "Automation"}]})"),
            "AWS-AttachEBSVolume AWS-AttachIAMToInstance AWS-ConfigureS3BucketVersioning "
            "AWS-CreateImage AWS-CreateSnapshot AWS-DetachEBSVolume AWS-EnableS3BucketEncryption "
            "AWS-PublishSNSNotification AWS-RestartEC2Instance AWS-StartEC2Instance "
            "AWS-StopEC2Instance AWS-TerminateEC2Instance Nap");
  EXPECT_EQ(names(R"({"Filters": [{"Key": "Owner", "Values": ["Amazon"]},
                                  {"Key": "Name", "Values": ["AWS-Run"]}]})"),
            "AWS-RunPowerShellScript AWS-RunRemoteScript AWS-RunShellScript");
  EXPECT_EQ(names(R"({"Filters": [{"Key": "Colour", "Values": ["red"]}]})"), "InvalidFilterKey");
  // Page by page.
  std::string all, token;
  do {
    Value input = object({{"MaxResults", 2}});
    if (!token.empty()) input.set("NextToken", token);
    auto page = world.call("ssm", "ListDocuments", input);
    ASSERT_TRUE(page) << page.error().message;
    for (const Value& row : page->items("DocumentIdentifiers")) all += row.text("Name") + " ";
    token = page->text("NextToken");
  } while (!token.empty());
  EXPECT_EQ(
      all,
      "AWS-AttachEBSVolume AWS-AttachIAMToInstance AWS-ConfigureAWSPackage "
      "AWS-ConfigureS3BucketVersioning AWS-CreateImage AWS-CreateSnapshot AWS-DetachEBSVolume "
      "AWS-EnableS3BucketEncryption AWS-PublishSNSNotification AWS-RestartEC2Instance "
      "AWS-RunPowerShellScript AWS-RunRemoteScript AWS-RunShellScript AWS-StartEC2Instance "
      "AWS-StopEC2Instance AWS-TerminateEC2Instance AWS-UpdateSSMAgent Greet Nap ");
  EXPECT_EQ(world.say("ssm", "ListDocuments", R"({"NextToken": "xyz"})"),
            "InvalidNextToken: The specified token is not valid.");
}

}  // namespace
}  // namespace stint::cloud::ssm

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// Documents between accounts, their reviews, their limits.
#include "cloud/ssm/document_access.h"
#include "cloud/ssm/documents.h"
#include "cloud/testing.h"

namespace stint::cloud::ssm {
namespace {

using testing::TestWorld;

constexpr const char* two_accounts = R"({"accounts": {
    "111111111111": {"regions": {"us-west-2": {}}},
    "222222222222": {"regions": {"us-west-2": {}}}},
  "account": "111111111111", "region": "us-west-2"})";

std::string content(std::string_view what) {
  return R"({"schemaVersion": "2.2", "description": ")" + std::string(what) +
         R"(", "mainSteps": [{"action": "aws:runShellScript", "name": "s",
             "inputs": {"runCommand": ["x"]}}]})";
}
constexpr const char* arn = "arn:aws:ssm:us-west-2:111111111111:document/Doc";

/// Account 1 owns a document of three versions, the second of which is the default.
struct Accounts : TestWorld {
  Accounts() : TestWorld(two_accounts) {
    EXPECT_TRUE(
        call("ssm", "CreateDocument", object({{"Name", "Doc"}, {"Content", content("one")}})));
    for (const char* next : {"two", "three"})
      EXPECT_TRUE(call("ssm", "UpdateDocument",
                       object({{"Name", "Doc"},
                               {"Content", content(next)},
                               {"VersionName", next},
                               {"DocumentVersion", "$LATEST"}})));
    EXPECT_TRUE(
        call("ssm", "UpdateDocumentDefaultVersion", R"({"Name": "Doc", "DocumentVersion": "2"})"));
  }
  void as(std::string_view account) { caller = cloud.root(account); }
  std::string share(std::string_view add, std::string_view remove = "[]",
                    std::string_view version = "") {
    Value input = object({{"Name", "Doc"},
                          {"PermissionType", "Share"},
                          {"AccountIdsToAdd", testing::json(add)},
                          {"AccountIdsToRemove", testing::json(remove)}});
    if (!version.empty()) input.set("SharedDocumentVersion", version);
    return say("ssm", "ModifyDocumentPermission", input);
  }
  /// Version that the second account reads, or the error's name.
  std::string reads(std::string_view version = "") {
    as("222222222222");
    Value input = object({{"Name", arn}});
    if (!version.empty()) input.set("DocumentVersion", version);
    auto got = call("ssm", "GetDocument", input);
    as("111111111111");
    return got ? got->text("DocumentVersion") : got.error().name;
  }
};

TEST(DocumentSharing, AnotherAccountReadsWhatIsSharedByItsArn) {
  Accounts world;
  EXPECT_EQ(world.reads(), "InvalidDocument");
  EXPECT_EQ(world.share(R"(["222222222222"])"), "{}");
  EXPECT_EQ(world.reads(), "2");
  EXPECT_EQ(world.reads("2"), "2");
  EXPECT_EQ(world.reads("3"), "InvalidDocumentVersion");
  EXPECT_EQ(world.share(R"(["222222222222"])", "[]", "$LATEST"), "{}");
  EXPECT_EQ(world.reads(), "3");
  EXPECT_EQ(world.reads("2"), "InvalidDocumentVersion");
  EXPECT_EQ(world.share(R"(["222222222222"])", "[]", "$ALL"), "{}");
  EXPECT_EQ(world.reads("1"), "1");
  EXPECT_EQ(world.say("ssm", "DescribeDocumentPermission",
                      R"({"Name": "Doc", "PermissionType": "Share"})"),
            R"({"AccountIds":["222222222222"],"AccountSharingInfoList":[)"
            R"({"AccountId":"222222222222","SharedDocumentVersion":"$ALL"}]})");
  // Removing wins over adding.
  EXPECT_EQ(world.share(R"(["222222222222"])", R"(["222222222222"])"), "{}");
  EXPECT_EQ(world.reads(), "InvalidDocument");
}

TEST(DocumentSharing, AllMeansEveryAccount) {
  Accounts world;
  EXPECT_EQ(world.share(R"(["all"])"), "{}");
  EXPECT_EQ(world.reads(), "2");
  ASSERT_TRUE(world.call("ssm", "UpdateServiceSetting",
                         R"({"SettingId": "/ssm/documents/console/public-sharing-permission",
                             "SettingValue": "Disable"})"));
  EXPECT_EQ(world.share("[]", R"(["all"])"), "{}");
  EXPECT_TRUE(world.share(R"(["all"])").starts_with("InvalidDocumentOperation"));
}

TEST(DocumentSharing, AGuestChangesNothing) {
  Accounts world;
  (void)world.share(R"(["222222222222"])");
  world.as("222222222222");
  for (const char* operation : {"DeleteDocument", "DescribeDocumentPermission"})
    EXPECT_TRUE(world.say("ssm", operation, object({{"Name", arn}, {"PermissionType", "Share"}}))
                    .starts_with("InvalidDocumentOperation: Document Doc belongs to another"))
        << operation;
  // By its plain name it is not there at all.
  EXPECT_EQ(world.call("ssm", "GetDocument", R"({"Name": "Doc"})").error().name, "InvalidDocument");
}

TEST(DocumentSharing, IsRefusedWithAwssErrors) {
  Accounts world;
  EXPECT_TRUE(
      world.say("ssm", "ModifyDocumentPermission", R"({"Name": "Doc", "PermissionType": "Sell"})")
          .starts_with("InvalidPermissionType"));
  EXPECT_TRUE(
      world.say("ssm", "DescribeDocumentPermission", R"({"Name": "Doc", "PermissionType": "Sell"})")
          .starts_with("InvalidPermissionType"));
  EXPECT_TRUE(world
                  .say("ssm", "DescribeDocumentPermission",
                       R"({"Name": "Doc", "PermissionType": "Share", "NextToken": "x"})")
                  .starts_with("InvalidNextToken"));
  EXPECT_TRUE(
      world.say("ssm", "ModifyDocumentPermission", R"({"Name": "None", "PermissionType": "Share"})")
          .starts_with("InvalidDocument:"));
  EXPECT_TRUE(world.share(R"(["me"])").starts_with("ValidationException"));
  EXPECT_TRUE(world.share("[]", "[]", "7").starts_with("ValidationException"));
  (void)world.share(R"(["222222222222"])");
  EXPECT_TRUE(world.say("ssm", "DeleteDocument", R"({"Name": "Doc"})")
                  .starts_with("InvalidDocumentOperation: You attempted to delete a document while "
                               "it is still shared."));
  // A thousand accounts, and five public documents.
  Document& document =
      *world.cloud.state.region("111111111111", "us-west-2").ssm.documents.edit("Doc");
  for (int i = 0; i < 999; ++i) document.shared[std::to_string(100000000000 + i)] = "$DEFAULT";
  EXPECT_TRUE(world.share(R"(["333333333333"])").starts_with("DocumentPermissionLimit"));
  for (int i = 0; i < 5; ++i) {
    const std::string name = "Open" + std::to_string(i);
    ASSERT_TRUE(
        world.call("ssm", "CreateDocument", object({{"Name", name}, {"Content", content(name)}})));
    ASSERT_TRUE(world.call("ssm", "ModifyDocumentPermission",
                           object({{"Name", name},
                                   {"PermissionType", "Share"},
                                   {"AccountIdsToAdd", Value::list({"all"})}})));
  }
  EXPECT_TRUE(world.share(R"(["all"])").starts_with("DocumentLimitExceeded"));
}

TEST(DocumentSharing, WhoRunsADocumentFindsItTheSameWay) {
  Accounts world;
  (void)world.share(R"(["222222222222"])");
  Documents documents(world.cloud.state, "222222222222", "us-west-2");
  auto found = documents.find(arn);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->version, "2");
  EXPECT_EQ(found->owner, "111111111111");
  EXPECT_EQ(documents.find(arn, "1").error().name, "InvalidDocumentVersion");
  EXPECT_EQ(documents.find("Doc").error().name, "InvalidDocument");
  EXPECT_TRUE(documents.find("AWS-RunShellScript"));
}

TEST(Documents, ListTheirVersionsNewestFirst) {
  Accounts world;
  auto listed = world.call("ssm", "ListDocumentVersions", R"({"Name": "Doc"})");
  std::string all;
  for (const Value& row : listed->items("DocumentVersions"))
    all += row.text("DocumentVersion") + row.text("VersionName") +
           (row.flag("IsDefaultVersion") ? "! " : " ");
  EXPECT_EQ(all, "3three 2two! 1 ");
  auto first = world.call("ssm", "ListDocumentVersions", R"({"Name": "Doc", "MaxResults": 2})");
  auto rest = world.call("ssm", "ListDocumentVersions",
                         object({{"Name", "Doc"}, {"NextToken", (*first)["NextToken"]}}));
  EXPECT_EQ(rest->items("DocumentVersions").size(), 1u);
  EXPECT_EQ(world.call("ssm", "ListDocumentVersions", R"({"Name": "None"})").error().name,
            "InvalidDocument");
  // A number is given once.
  ASSERT_TRUE(world.call("ssm", "DeleteDocument", R"({"Name": "Doc", "DocumentVersion": "3"})"));
  auto next =
      world.call("ssm", "UpdateDocument", object({{"Name", "Doc"}, {"Content", content("four")}}));
  EXPECT_EQ((*next)["DocumentDescription"].text("DocumentVersion"), "4");
}

TEST(Documents, AreReviewedInOrder) {
  Accounts world;
  auto act = [&](std::string_view action, std::string_view comment = "") {
    Value review = object({{"Action", action}});
    if (!comment.empty())
      review.set("Comment", Value::list({object({{"Type", "Comment"}, {"Content", comment}})}));
    return world.say(
        "ssm", "UpdateDocumentMetadata",
        object(
            {{"Name", "Doc"}, {"DocumentVersion", "3"}, {"DocumentReviews", std::move(review)}}));
  };
  EXPECT_TRUE(act("Approve").starts_with("InvalidDocumentOperation"));
  EXPECT_EQ(act("SendForReview", "please"), "{}");
  auto described =
      world.call("ssm", "DescribeDocument", R"({"Name": "Doc", "DocumentVersion": "3"})");
  EXPECT_EQ((*described)["Document"].text("ReviewStatus"), "PENDING");
  EXPECT_EQ((*described)["Document"].text("PendingReviewVersion"), "3");
  EXPECT_EQ(act("Approve", "good"), "{}");
  EXPECT_TRUE(act("Reject").starts_with("InvalidDocumentOperation"));
  described = world.call("ssm", "DescribeDocument", R"({"Name": "Doc", "DocumentVersion": "3"})");
  EXPECT_EQ((*described)["Document"].text("ApprovedVersion"), "3");
  auto history =
      world.call("ssm", "ListDocumentMetadataHistory",
                 R"({"Name": "Doc", "DocumentVersion": "3", "Metadata": "DocumentReviews"})");
  const Value::List& rows = (*history)["Metadata"].items("ReviewerResponse");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].text("ReviewStatus"), "PENDING");
  EXPECT_EQ(rows[1].text("ReviewStatus"), "APPROVED");
  EXPECT_EQ(rows[1]["Comment"][0].text("Content"), "good");
  EXPECT_EQ(rows[1].text("Reviewer"), "arn:aws:iam::111111111111:root");
  EXPECT_EQ(world
                .call("ssm", "ListDocumentMetadataHistory",
                      R"({"Name": "Doc", "DocumentVersion": "9", "Metadata": "DocumentReviews"})")
                .error()
                .name,
            "InvalidDocumentVersion");
  EXPECT_EQ(world
                .call("ssm", "ListDocumentMetadataHistory",
                      R"({"Name": "Doc", "Metadata": "DocumentReviews", "NextToken": "x"})")
                .error()
                .name,
            "InvalidNextToken");
  EXPECT_TRUE(world
                  .say("ssm", "UpdateDocumentMetadata",
                       R"({"Name": "None", "DocumentReviews": {"Action": "Approve"}})")
                  .starts_with("InvalidDocument:"));
  EXPECT_TRUE(world
                  .say("ssm", "UpdateDocumentMetadata",
                       R"({"Name": "AWS-RunShellScript",
                            "DocumentReviews": {"Action": "SendForReview"}})")
                  .starts_with("InvalidDocumentOperation"));
}

TEST(Documents, AreHeldToAwssLimitsAndNames) {
  Accounts world;
  auto create = [&](std::string_view name, std::string_view text, std::string_view more = "{}") {
    Value input = testing::json(more);
    input.set("Name", name);
    input.set("Content", text);
    return world.say("ssm", "CreateDocument", input);
  };
  const std::string good = content("x");
  const struct {
    std::string name, text, more, error;
  } cases[] = {
      {"Doc", good, "{}", "DocumentAlreadyExists: "},
      {"AWS-Mine", good, "{}", "ValidationException: Invalid document name AWS-Mine"},
      {"amazonia", good, "{}", "ValidationException: Invalid document name amazonia"},
      {"no blanks", good, "{}", "ValidationException: "},
      {"Big", good + std::string(65'537, ' '), "{}", "MaxDocumentSizeExceeded: "},
      {"Bad", "{", "{}", "InvalidDocumentContent: JSON not well-formed."},
      {"Bad", "a: [", R"({"DocumentFormat": "YAML"})",
       "InvalidDocumentContent: YAML not well-formed."},
      {"Bad", R"({"schemaVersion": "9.9"})", "{}", "InvalidDocumentSchemaVersion: "},
      {"Bad", good, R"({"DocumentType": "Automation"})", "InvalidDocumentContent: "},
      {"Bad", good, R"({"Attachments": [{"Key": "SourceUrl", "Values": ["s3://b"]}]})",
       "ValidationException: Attachments are not supported here"},
  };
  for (const auto& c : cases) {
    const std::string said = create(c.name, c.text, c.more);
    EXPECT_TRUE(said.starts_with(c.error)) << c.error << " but " << said;
  }
  State& ssm = world.cloud.state.region("111111111111", "us-west-2").ssm;
  Document many = *ssm.documents.find("Doc");
  many.name = "Many";
  while (many.versions.size() < 1000) many.versions.push_back(many.versions.back());
  ssm.documents.put("Many", many);
  EXPECT_TRUE(
      world.say("ssm", "UpdateDocument", object({{"Name", "Many"}, {"Content", content("y")}}))
          .starts_with("DocumentVersionLimitExceeded: "));
  for (int i = 0; i < 500; ++i)
    ssm.documents.put("D" + std::to_string(i), *ssm.documents.find("Doc"));
  EXPECT_TRUE(create("OneMore", good).starts_with("DocumentLimitExceeded: "));
}

TEST(Documents, PoliciesOfIamSeeTypeAndTags) {
  TestWorld world(R"({"account": "123456789012", "region": "us-west-2",
      "access_keys": {"user": {"secret": "s", "principal": "u"}},
      "users": {"u": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
          {"Effect": "Allow", "Action": "ssm:CreateDocument", "Resource": "*",
           "Condition": {"StringEquals": {"ssm:DocumentType": "Command"}}},
          {"Effect": "Allow", "Action": "ssm:GetDocument", "Resource": "*",
           "Condition": {"StringEquals": {"ssm:resourceTag/open": "yes"}}}]}}}}})");
  for (const char* open : {"yes", "no"})
    ASSERT_TRUE(
        world.call("ssm", "CreateDocument",
                   object({{"Name", std::string("Doc-") + open},
                           {"Content", content(open)},
                           {"Tags", Value::list({object({{"Key", "open"}, {"Value", open}})})}})));
  world.become("user");
  EXPECT_TRUE(world.call("ssm", "GetDocument", R"({"Name": "Doc-yes"})"));
  EXPECT_EQ(world.call("ssm", "GetDocument", R"({"Name": "Doc-no"})").error().name,
            "AccessDeniedException");
  EXPECT_TRUE(world.call(
      "ssm", "CreateDocument",
      object({{"Name", "Mine"}, {"DocumentType", "Command"}, {"Content", content("m")}})));
  EXPECT_EQ(
      world
          .call("ssm", "CreateDocument",
                object(
                    {{"Name", "Other"}, {"DocumentType", "Automation"}, {"Content", content("m")}}))
          .error()
          .name,
      "AccessDeniedException");
}

TEST(Documents, ThePlatformsFollowThePlugins) {
  TestWorld world(R"({"account": "123456789012", "region": "us-west-2"})");
  auto platforms = [&](std::string_view name) {
    auto got = world.call("ssm", "DescribeDocument", object({{"Name", name}}));
    return to_json((*got)["Document"]["PlatformTypes"]);
  };
  EXPECT_EQ(platforms("AWS-RunShellScript"), R"(["Linux","MacOS"])");
  EXPECT_EQ(platforms("AWS-RunPowerShellScript"), R"(["Windows"])");
  EXPECT_EQ(platforms("AWS-RunRemoteScript"), R"(["Windows","Linux","MacOS"])");
  EXPECT_EQ(platforms("AWS-AttachIAMToInstance"), R"(["Windows","Linux","MacOS"])");
}

}  // namespace
}  // namespace stint::cloud::ssm

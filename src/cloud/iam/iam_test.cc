// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Roles, profiles and what they refuse. Texts are AWS's.
#include <fmt/core.h>

#include <algorithm>

#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using cloud::testing::json;
using cloud::testing::TestWorld;

constexpr std::string_view iam_world = R"({
  "access_keys": {"root": {"secret": "s", "principal": "root"},
                  "ann": {"secret": "s", "principal": "ann"}},
  "policies": {"p": {"Version": "2012-10-17", "Statement": [
                 {"Effect": "Allow", "Action": "*", "Resource": "*"}]},
               "free": {"Version": "2012-10-17", "Statement": [
                 {"Effect": "Allow", "Action": "*", "Resource": "*"}]}},
  "roles": {"Core": {"service": "ec2.amazonaws.com", "managed": ["p"]},
            "Inline": {"service": "ec2.amazonaws.com", "inline": {"i": {"Version": "2012-10-17",
              "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}}},
            "Attached": {"service": "ec2.amazonaws.com", "managed": ["p"]},
            "Bare": {"service": "ec2.amazonaws.com"}},
  "profiles": {"Core": "Core", "Empty": null},
  "users": {"ann": {}, "idle": {}}
})";

constexpr std::string_view trust =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]})";
constexpr std::string_view allow =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]})";

struct Iam : ::testing::Test, TestWorld {
  Iam() : TestWorld(iam_world) {}
  /// "Code status: text", or "effect: answer".
  std::string outcome(std::string_view operation, const cloud::testing::Input& input) {
    auto answer = call("iam", operation, input);
    if (answer) return cloud.audit.back().effect + ": " + to_json(*answer);
    return fmt::format("{} {}: {}", answer.error().name, answer.error().status,
                       answer.error().message);
  }
  std::string create_role(std::string_view name, Value more = Object()) {
    more.set("RoleName", name);
    more.set("AssumeRolePolicyDocument", trust);
    return outcome("CreateRole", more);
  }
};

TEST_F(Iam, ARoleIsDescribedAsItWasMade) {
  auto made = call("iam", "CreateRole",
                   object({{"RoleName", "New"},
                           {"Path", "/stint/"},
                           {"Description", "for a test"},
                           {"AssumeRolePolicyDocument", trust},
                           {"Tags", Value::list({object({{"Key", "k"}, {"Value", "v"}})})},
                           {"PermissionsBoundary", "arn:aws:iam::123456789012:policy/p"}}));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(cloud.audit.back().effect, "created");
  const Value role = (*made)["Role"];
  EXPECT_EQ(role.text("Arn"), "arn:aws:iam::123456789012:role/stint/New");
  EXPECT_EQ(role.text("CreateDate"), "2026-11-24T11:18:00Z");
  EXPECT_EQ(role.text("AssumeRolePolicyDocument"), trust);
  EXPECT_TRUE(role.text("RoleId").starts_with("AROA"));
  EXPECT_EQ(role.text("RoleId").size(), 21u);
  EXPECT_EQ(role.find("MaxSessionDuration"), nullptr);
  auto got = call("iam", "GetRole", R"({"RoleName":"New"})");
  ASSERT_TRUE(got);
  EXPECT_EQ(to_json((*got)["Role"]["Tags"]), R"([{"Key":"k","Value":"v"}])");
  EXPECT_EQ((*got)["Role"].integer("MaxSessionDuration"), 3600);
  EXPECT_EQ((*got)["Role"]["PermissionsBoundary"].text("PermissionsBoundaryArn"),
            "arn:aws:iam::123456789012:policy/p");
  auto listed = call("iam", "ListRoles", R"({"PathPrefix":"/stint/"})");
  ASSERT_EQ(listed->items("Roles").size(), 1u);
  EXPECT_EQ(listed->items("Roles")[0].find("Tags"), nullptr);
}

TEST_F(Iam, TheBlogsRoleIsMadeUsedAndTakenAwayAgain) {
  const State before = cloud.state;
  const std::string name = R"("RoleName":"tempAutomationInstanceRole")";
  const std::string profile = R"("InstanceProfileName":"tempAutomationInstanceRole")";
  const std::string arn = R"("PolicyArn":"arn:aws:iam::123456789012:policy/free")";
  ASSERT_TRUE(create_role("tempAutomationInstanceRole").starts_with("created: "));
  EXPECT_EQ(outcome("AttachRolePolicy", "{" + name + "," + arn + "}"), "changed: {}");
  EXPECT_EQ(outcome("AttachRolePolicy", "{" + name + "," + arn + "}"), "none: {}");
  EXPECT_EQ(outcome("ListInstanceProfilesForRole", "{" + name + "}"),
            R"(none: {"InstanceProfiles":[],"IsTruncated":false})");
  ASSERT_TRUE(outcome("CreateInstanceProfile", "{" + profile + "}").starts_with("created: "));
  EXPECT_EQ(outcome("AddRoleToInstanceProfile", "{" + profile + "," + name + "}"), "changed: {}");
  auto got = call("iam", "GetInstanceProfile", "{" + profile + "}");
  EXPECT_EQ((*got)["InstanceProfile"]["Roles"][0].text("RoleName"), "tempAutomationInstanceRole");
  EXPECT_EQ((*got)["InstanceProfile"].text("Arn"),
            "arn:aws:iam::123456789012:instance-profile/tempAutomationInstanceRole");
  EXPECT_EQ(outcome("ListAttachedRolePolicies", "{" + name + "}"),
            R"(none: {"AttachedPolicies":[{"PolicyName":"free",)"
            R"("PolicyArn":"arn:aws:iam::123456789012:policy/free"}],"IsTruncated":false})");
  EXPECT_EQ(outcome("RemoveRoleFromInstanceProfile", "{" + profile + "," + name + "}"),
            "changed: {}");
  EXPECT_EQ(outcome("DeleteInstanceProfile", "{" + profile + "}"), "deleted: {}");
  EXPECT_EQ(outcome("DetachRolePolicy", "{" + name + "," + arn + "}"), "changed: {}");
  EXPECT_EQ(outcome("DeleteRole", "{" + name + "}"), "deleted: {}");
  for (const Change& change : diff(before, cloud.state)) EXPECT_EQ(change.key, "random");
}

TEST_F(Iam, WhatIsRefusedIsRefusedInAwsWords) {
  const std::string role64(64, 'r');
  const std::string role65(65, 'r');
  struct {
    const char* operation;
    std::string input, expected;
  } rows[] = {
      {"GetRole", R"({"RoleName":"x"})", "NoSuchEntity 404: The role with name x cannot be found."},
      {"DeleteRole", R"({"RoleName":"x"})",
       "NoSuchEntity 404: The role with name x cannot be found."},
      {"DeleteRole", R"({"RoleName":"Core"})",
       "DeleteConflict 409: Cannot delete entity, must remove roles from instance profile first."},
      {"DeleteRole", R"({"RoleName":"Attached"})",
       "DeleteConflict 409: Cannot delete entity, must detach all policies first."},
      {"DeleteRole", R"({"RoleName":"Inline"})",
       "DeleteConflict 409: Cannot delete entity, must delete policies first."},
      {"CreateRole", R"({"RoleName":"a b"})",
       "ValidationError 400: The specified value for roleName is invalid. It must contain only "
       "alphanumeric characters and/or the following: +=,.@_-"},
      {"CreateRole", R"({"RoleName":")" + role65 + R"("})",
       "ValidationError 400: 1 validation error detected: Value '" + role65 +
           "' at 'roleName' failed to satisfy constraint: Member must have length less than or "
           "equal to 64"},
      {"CreateRole", R"({"RoleName":"x","Path":"no"})",
       "ValidationError 400: The specified value for path is invalid. It must begin and end with / "
       "and contain only alphanumeric characters and/or / characters."},
      {"CreateRole", R"({"RoleName":"x","MaxSessionDuration":60})",
       "ValidationError 400: 1 validation error detected: Value '60' at 'maxSessionDuration' "
       "failed to satisfy constraint: Member must have value greater than or equal to 3600"},
      {"CreateRole",
       R"({"RoleName":"x","AssumeRolePolicyDocument":"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:role/absent\"},\"Action\":\"sts:AssumeRole\"}]}"})",
       "MalformedPolicyDocument 400: Invalid principal in policy: "
       "\"AWS\":\"arn:aws:iam::123456789012:role/absent\""},
      {"CreateRole",
       R"({"RoleName":"x","AssumeRolePolicyDocument":"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"sts:AssumeRole\",\"Resource\":\"*\"}]}"})",
       "MalformedPolicyDocument 400: Has prohibited field Resource"},
      {"UpdateAssumeRolePolicy", R"({"RoleName":"x","PolicyDocument":"{}"})",
       "NoSuchEntity 404: The role with name x cannot be found."},
      {"AttachRolePolicy", R"({"RoleName":"x","PolicyArn":"arn:aws:iam::123456789012:policy/p"})",
       "NoSuchEntity 404: The role with name x cannot be found."},
      {"AttachRolePolicy",
       R"({"RoleName":"Core","PolicyArn":"arn:aws:iam::123456789012:policy/none"})",
       "NoSuchEntity 404: Policy arn:aws:iam::123456789012:policy/none does not exist or is not "
       "attachable."},
      {"AttachRolePolicy", R"({"RoleName":"Core","PolicyArn":"this-is-no-arn-at-all"})",
       "InvalidInput 400: ARN this-is-no-arn-at-all is not valid."},
      {"DetachRolePolicy",
       R"({"RoleName":"Bare","PolicyArn":"arn:aws:iam::123456789012:policy/p"})",
       "NoSuchEntity 404: Policy arn:aws:iam::123456789012:policy/p was not found."},
      {"GetRolePolicy", R"({"RoleName":"Core","PolicyName":"x"})",
       "NoSuchEntity 404: The role policy with name x cannot be found."},
      {"DeleteRolePolicy", R"({"RoleName":"Core","PolicyName":"x"})",
       "NoSuchEntity 404: The role policy with name x cannot be found."},
      {"PutRolePolicy", R"({"RoleName":"Core","PolicyName":"x","PolicyDocument":"{"})",
       "MalformedPolicyDocument 400: Syntax errors in policy."},
      {"PutRolePolicy", R"({"RoleName":"Core","PolicyName":"a/b","PolicyDocument":"{}"})",
       "ValidationError 400: The specified value for policyName is invalid. It must contain only "
       "alphanumeric characters and/or the following: +=,.@_-"},
      {"PutRolePermissionsBoundary",
       R"({"RoleName":"Core","PermissionsBoundary":"arn:aws:iam::123456789012:policy/none"})",
       "NoSuchEntity 404: Scope ARN: arn:aws:iam::123456789012:policy/none does not exist or is "
       "not attachable."},
      {"GetInstanceProfile", R"({"InstanceProfileName":"x"})",
       "NoSuchEntity 404: Instance Profile x cannot be found."},
      {"CreateInstanceProfile", R"({"InstanceProfileName":"core"})",
       "EntityAlreadyExists 409: Instance Profile core already exists."},
      {"DeleteInstanceProfile", R"({"InstanceProfileName":"Core"})",
       "DeleteConflict 409: Cannot delete entity, must remove roles from instance profile first."},
      {"AddRoleToInstanceProfile", R"({"InstanceProfileName":"Core","RoleName":"Bare"})",
       "LimitExceeded 409: Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"},
      {"AddRoleToInstanceProfile", R"({"InstanceProfileName":"Empty","RoleName":"x"})",
       "NoSuchEntity 404: The role with name x cannot be found."},
      {"RemoveRoleFromInstanceProfile", R"({"InstanceProfileName":"Core","RoleName":"Bare"})",
       "NoSuchEntity 404: The role with name Bare cannot be found."},
      {"GetPolicy", R"({"PolicyArn":"arn:aws:iam::123456789012:policy/x"})",
       "NoSuchEntity 404: Policy arn:aws:iam::123456789012:policy/x was not found."},
      {"GetPolicyVersion", R"({"PolicyArn":"arn:aws:iam::123456789012:policy/p","VersionId":"v9"})",
       "NoSuchEntity 404: Policy arn:aws:iam::123456789012:policy/p version v9 does not exist or "
       "is not attachable."},
      {"DeletePolicy", R"({"PolicyArn":"arn:aws:iam::123456789012:policy/p"})",
       "DeleteConflict 409: Cannot delete a policy attached to entities."},
      {"DeletePolicy", R"({"PolicyArn":"arn:aws:iam::aws:policy/AdministratorAccess"})",
       "AccessDenied 403: User: arn:aws:iam::123456789012:root is not authorized to perform: "
       "iam:DeletePolicy on resource: policy arn:aws:iam::aws:policy/AdministratorAccess"},
      {"CreatePolicy",
       R"({"PolicyName":"P","PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"})",
       "EntityAlreadyExists 409: A policy called P already exists. Duplicate names are not "
       "allowed."},
      {"DeletePolicyVersion",
       R"({"PolicyArn":"arn:aws:iam::123456789012:policy/p","VersionId":"v1"})",
       "DeleteConflict 409: Cannot delete the default version of a policy."},
      {"GetUser", R"({"UserName":"x"})", "NoSuchEntity 404: The user with name x cannot be found."},
      {"CreateUser", R"({"UserName":"Ann"})",
       "EntityAlreadyExists 409: User with name Ann already exists."},
      {"DeleteUser", R"({"UserName":"ann"})",
       "DeleteConflict 409: Cannot delete entity, must delete access keys first."},
      {"DeleteAccessKey", R"({"UserName":"idle","AccessKeyId":"ann"})",
       "NoSuchEntity 404: The Access Key with id ann cannot be found."},
      {"UpdateAccessKey", R"({"UserName":"ann","AccessKeyId":"ann","Status":"Off"})",
       "ValidationError 400: 1 validation error detected: Value 'Off' at 'status' failed to "
       "satisfy constraint: Member must satisfy enum value set: [Active, Inactive]"},
      {"GetUserPolicy", R"({"UserName":"ann","PolicyName":"x"})",
       "NoSuchEntity 404: The user policy with name x cannot be found."},
      {"TagRole", R"({"RoleName":"Core","Tags":[{"Key":"aws:x","Value":""}]})",
       "InvalidInput 400: User tag keys must not start with 'aws:', as that prefix is reserved for "
       "AWS use."},
      {"TagRole", R"({"RoleName":"Core","Tags":[{"Key":"a","Value":""},{"Key":"A","Value":""}]})",
       "InvalidInput 400: Duplicate tag keys found. Please note that Tag keys are case "
       "insensitive."},
      {"ListRoles", R"({"MaxItems":0})",
       "ValidationError 400: 1 validation error detected: Value '0' at 'maxItems' failed to "
       "satisfy constraint: Member must have value greater than or equal to 1"},
      {"ListRoles", R"({"Marker":"?"})", "ValidationError 400: Invalid Marker."},
  };
  const State before = cloud.state;
  for (const auto& row : rows) {
    EXPECT_EQ(outcome(row.operation, row.input), row.expected) << row.operation;
    EXPECT_EQ(cloud.audit.back().effect, "none");
  }
  EXPECT_TRUE(diff(before, cloud.state).empty());
  EXPECT_TRUE(create_role(role64).starts_with("created: "));
}

TEST_F(Iam, NamesAreUniqueIgnoringCase) {
  EXPECT_EQ(create_role("CORE"), "EntityAlreadyExists 409: Role with name CORE already exists.");
  EXPECT_EQ(create_role("Core"), "EntityAlreadyExists 409: Role with name Core already exists.");
}

TEST_F(Iam, QuotasAreAwsDefaults) {
  for (int i = 0; i < 10; ++i) {
    auto made = call("iam", "CreatePolicy",
                     object({{"PolicyName", fmt::format("q{}", i)}, {"PolicyDocument", allow}}));
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(outcome("AttachRolePolicy",
                      object({{"RoleName", "Bare"}, {"PolicyArn", (*made)["Policy"].text("Arn")}})),
              "changed: {}");
  }
  EXPECT_EQ(outcome("AttachRolePolicy",
                    R"({"RoleName":"Bare","PolicyArn":"arn:aws:iam::123456789012:policy/p"})"),
            "LimitExceeded 409: Cannot exceed quota for PoliciesPerRole: 10");
  const std::string p = "arn:aws:iam::123456789012:policy/q0";
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(
        call("iam", "CreatePolicyVersion", object({{"PolicyArn", p}, {"PolicyDocument", allow}})));
  EXPECT_EQ(
      outcome("CreatePolicyVersion", object({{"PolicyArn", p}, {"PolicyDocument", allow}})),
      "LimitExceeded 409: A managed policy can have up to 5 versions. Before you create a new "
      "version, you must delete an existing version.");
  // White space does not count.
  const std::string long_name(6100, 'x');
  auto sized = [&](std::string_view name, std::size_t blanks) {
    return outcome(
        "CreatePolicy",
        object(
            {{"PolicyName", name},
             {"PolicyDocument",
              fmt::format(
                  R"({{"Version":"2012-10-17",{}"Statement":[{{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::{}"}}]}})",
                  std::string(blanks, ' '), long_name)}}));
  };
  EXPECT_EQ(sized("big", 0), "LimitExceeded 409: Cannot exceed quota for PolicySize: 6144");
  auto inlined = [&](std::string_view entity, std::string_view user, std::size_t bytes) {
    return outcome(
        fmt::format("Put{}Policy", entity),
        object(
            {{fmt::format("{}Name", entity), user},
             {"PolicyName", "big"},
             {"PolicyDocument",
              fmt::format(
                  R"({{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::{}"}}]}})",
                  std::string(bytes, 'x'))}}));
  };
  EXPECT_EQ(inlined("Role", "Bare", 10240),
            "LimitExceeded 409: Maximum policy size of 10240 bytes exceeded for role Bare");
  EXPECT_EQ(inlined("Role", "Bare", 9000), "created: {}");
  EXPECT_EQ(inlined("Role", "Bare", 9000), "none: {}");
  EXPECT_EQ(inlined("User", "ann", 2048),
            "LimitExceeded 409: Maximum policy size of 2048 bytes exceeded for user ann");
  Value tags;
  for (int i = 0; i < 51; ++i) tags.push(object({{"Key", fmt::format("k{}", i)}, {"Value", ""}}));
  EXPECT_EQ(outcome("TagRole", object({{"RoleName", "Core"}, {"Tags", tags}})),
            "LimitExceeded 409: The number of tags has reached the maximum limit.");
  ASSERT_TRUE(call("iam", "CreateAccessKey", R"({"UserName":"ann"})"));
  EXPECT_EQ(outcome("CreateAccessKey", R"({"UserName":"ann"})"),
            "LimitExceeded 409: Cannot exceed quota for AccessKeysPerUser: 2");
}

TEST_F(Iam, APolicyHasVersionsOneOfThemTheDefault) {
  const std::string arn = R"("PolicyArn":"arn:aws:iam::123456789012:policy/free")";
  auto version = call("iam", "CreatePolicyVersion",
                      object({{"PolicyArn", "arn:aws:iam::123456789012:policy/free"},
                              {"PolicyDocument", allow},
                              {"SetAsDefault", true}}));
  ASSERT_TRUE(version);
  EXPECT_EQ((*version)["PolicyVersion"].text("VersionId"), "v2");
  EXPECT_TRUE((*version)["PolicyVersion"].flag("IsDefaultVersion"));
  auto got = call("iam", "GetPolicy", "{" + arn + "}");
  EXPECT_EQ((*got)["Policy"].text("DefaultVersionId"), "v2");
  EXPECT_EQ(
      outcome("DeletePolicy", "{" + arn + "}"),
      "DeleteConflict 409: This policy has more than one version. Before you delete a policy, "
      "you must delete the policy's versions. The default version is deleted with the "
      "policy.");
  EXPECT_EQ(outcome("SetDefaultPolicyVersion", "{" + arn + R"(,"VersionId":"v1"})"), "changed: {}");
  auto versions = call("iam", "ListPolicyVersions", "{" + arn + "}");
  ASSERT_EQ(versions->items("Versions").size(), 2u);
  EXPECT_EQ(versions->items("Versions")[0].text("VersionId"), "v2");
  EXPECT_TRUE(versions->items("Versions")[1].flag("IsDefaultVersion"));
  EXPECT_EQ(outcome("DeletePolicyVersion", "{" + arn + R"(,"VersionId":"v2"})"), "deleted: {}");
  auto next = call(
      "iam", "CreatePolicyVersion",
      object({{"PolicyArn", "arn:aws:iam::123456789012:policy/free"}, {"PolicyDocument", allow}}));
  EXPECT_EQ((*next)["PolicyVersion"].text("VersionId"), "v3");  // numbers are not used again
}

TEST_F(Iam, AwsOwnPoliciesAreThereForEveryAccount) {
  const std::string core = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
  auto got = call("iam", "GetPolicy", object({{"PolicyArn", core}}));
  ASSERT_TRUE(got);
  EXPECT_EQ((*got)["Policy"].text("DefaultVersionId"), "v2");
  EXPECT_EQ(outcome("AttachRolePolicy", object({{"RoleName", "Bare"}, {"PolicyArn", core}})),
            "changed: {}");
  got = call("iam", "GetPolicy", object({{"PolicyArn", core}}));
  EXPECT_EQ((*got)["Policy"].integer("AttachmentCount"), 1);
  EXPECT_EQ(outcome("ListEntitiesForPolicy", object({{"PolicyArn", core}})),
            fmt::format(R"(none: {{"PolicyGroups":[],"PolicyUsers":[],"PolicyRoles":[)"
                        R"({{"RoleName":"Bare","RoleId":"{}"}}],"IsTruncated":false}})",
                        cloud.state.account("123456789012").iam.roles.find("Bare")->id));
  auto listed = call("iam", "ListPolicies", R"({"Scope":"AWS"})");
  for (const Value& policy : listed->items("Policies")) {
    auto version = call("iam", "GetPolicyVersion",
                        object({{"PolicyArn", policy.text("Arn")},
                                {"VersionId", policy.text("DefaultVersionId")}}));
    ASSERT_TRUE(version);
    EXPECT_TRUE(policy::parse((*version)["PolicyVersion"].text("Document"), policy::Type::managed))
        << policy.text("Arn");
  }
  EXPECT_EQ(call("iam", "ListPolicies", R"({"Scope":"Local"})")->items("Policies").size(), 2u);
  EXPECT_EQ(call("iam", "ListPolicies", R"({"OnlyAttached":true})")->items("Policies").size(), 2u);
}

TEST_F(Iam, ListsComeInPagesWithoutGapOrRepetition) {
  for (int i = 0; i < 23; ++i)
    ASSERT_TRUE(create_role(fmt::format("r{:02}", i)).starts_with("created"));
  std::vector<std::string> names;
  Value input = object({{"MaxItems", 5}});
  for (int page = 0;; ++page) {
    ASSERT_LT(page, 10);
    auto answer = call("iam", "ListRoles", input);
    ASSERT_TRUE(answer);
    EXPECT_LE(answer->items("Roles").size(), 5u);
    for (const Value& role : answer->items("Roles")) names.push_back(role.text("RoleName"));
    EXPECT_EQ(answer->flag("IsTruncated"), answer->find("Marker") != nullptr);
    if (!answer->flag("IsTruncated")) break;
    input.set("Marker", answer->text("Marker"));
  }
  EXPECT_EQ(names.size(), 27u);
  EXPECT_TRUE(std::ranges::is_sorted(names));
}

TEST_F(Iam, UsersMayLookAfterThemselvesWithoutNamingThemselves) {
  ASSERT_TRUE(call("iam", "AttachUserPolicy",
                   R"({"UserName":"ann","PolicyArn":"arn:aws:iam::123456789012:policy/free"})"));
  become("ann");
  EXPECT_EQ((*call("iam", "GetUser"))["User"].text("UserName"), "ann");
  EXPECT_EQ(call("iam", "ListAccessKeys")->items("AccessKeyMetadata").size(), 1u);
  auto made = call("iam", "CreateAccessKey");
  ASSERT_TRUE(made);
  const std::string key = (*made)["AccessKey"].text("AccessKeyId");
  become(key);
  EXPECT_TRUE(call("iam", "ListRoles"));
  EXPECT_EQ(
      outcome("UpdateAccessKey", fmt::format(R"({{"AccessKeyId":"{}","Status":"Inactive"}})", key)),
      "changed: {}");
  EXPECT_FALSE(cloud.find_caller(key, "", "iam", now, nullptr));
  EXPECT_EQ(outcome("DeleteAccessKey", fmt::format(R"({{"AccessKeyId":"{}"}})", key)),
            "deleted: {}");
  caller = cloud.root("123456789012");
  EXPECT_EQ((*call("iam", "GetUser"))["User"].text("Arn"), "arn:aws:iam::123456789012:root");
}

TEST_F(Iam, BoundariesCountAsUses) {
  const char* put =
      R"({"RoleName":"Bare","PermissionsBoundary":"arn:aws:iam::123456789012:policy/free"})";
  EXPECT_EQ(outcome("PutRolePermissionsBoundary", put), "changed: {}");
  EXPECT_EQ(outcome("PutRolePermissionsBoundary", put), "none: {}");
  EXPECT_EQ(outcome("DeletePolicy", R"({"PolicyArn":"arn:aws:iam::123456789012:policy/free"})"),
            "DeleteConflict 409: Cannot delete a policy attached to entities.");
  EXPECT_EQ(outcome("DeleteRolePermissionsBoundary", R"({"RoleName":"Bare"})"), "changed: {}");
  EXPECT_TRUE(outcome("DeleteRolePermissionsBoundary", R"({"RoleName":"Bare"})")
                  .starts_with("NoSuchEntity 404"));
  EXPECT_EQ(outcome("DeletePolicy", R"({"PolicyArn":"arn:aws:iam::123456789012:policy/free"})"),
            "deleted: {}");
}

TEST_F(Iam, TagsAreReplacedIgnoringCaseAndTakenAway) {
  EXPECT_EQ(outcome("TagRole", R"({"RoleName":"Core","Tags":[{"Key":"Team","Value":"a"}]})"),
            "changed: {}");
  EXPECT_EQ(outcome("TagRole", R"({"RoleName":"Core","Tags":[{"Key":"team","Value":"b"}]})"),
            "changed: {}");
  EXPECT_EQ(outcome("ListRoleTags", R"({"RoleName":"Core"})"),
            R"(none: {"Tags":[{"Key":"team","Value":"b"}],"IsTruncated":false})");
  EXPECT_EQ(outcome("UntagRole", R"({"RoleName":"Core","TagKeys":["team","x"]})"), "changed: {}");
  EXPECT_EQ(outcome("UntagRole", R"({"RoleName":"Core","TagKeys":["team"]})"), "none: {}");
  EXPECT_EQ(outcome("TagInstanceProfile",
                    R"({"InstanceProfileName":"Core","Tags":[{"Key":"stint:lease","Value":"1"}]})"),
            "changed: {}");
  EXPECT_EQ(to_json((*call("iam", "GetInstanceProfile",
                           R"({"InstanceProfileName":"Core"})"))["InstanceProfile"]["Tags"]),
            R"([{"Key":"stint:lease","Value":"1"}])");
}

TEST_F(Iam, ATrustPolicyThatChangesIsWhatOtherServicesMustLearnOf) {
  advance(std::chrono::hours(1));
  const std::string other =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]})";
  EXPECT_EQ(
      outcome("UpdateAssumeRolePolicy", object({{"RoleName", "Bare"}, {"PolicyDocument", other}})),
      "changed: {}");
  EXPECT_EQ(cloud.state.account("123456789012").iam.roles.find("Bare")->changed, now);
  EXPECT_EQ(
      outcome("UpdateAssumeRolePolicy", object({{"RoleName", "Bare"}, {"PolicyDocument", other}})),
      "none: {}");
}

TEST_F(Iam, KeepsThePasswordPolicyOfTheAccount) {
  const char* none =
      "NoSuchEntity 404: The Password Policy with domain name 123456789012 cannot be found.";
  EXPECT_EQ(outcome("GetAccountPasswordPolicy", "{}"), none);
  EXPECT_EQ(outcome("DeleteAccountPasswordPolicy", "{}"), none);
  EXPECT_EQ(outcome("UpdateAccountPasswordPolicy", R"({"MinimumPasswordLength":5})").substr(0, 20),
            "ValidationError 400:");
  EXPECT_EQ(outcome("UpdateAccountPasswordPolicy", R"({"MaxPasswordAge":0})").substr(0, 20),
            "ValidationError 400:");
  EXPECT_EQ(outcome("UpdateAccountPasswordPolicy",
                    R"({"MinimumPasswordLength":14,"RequireNumbers":true,"MaxPasswordAge":90})"),
            "changed: {}");
  EXPECT_EQ(outcome("GetAccountPasswordPolicy", "{}"),
            R"(none: {"PasswordPolicy":{"MinimumPasswordLength":14,"RequireSymbols":false,)"
            R"("RequireNumbers":true,"RequireUppercaseCharacters":false,)"
            R"("RequireLowercaseCharacters":false,"AllowUsersToChangePassword":false,)"
            R"("ExpirePasswords":true,"MaxPasswordAge":90}})");
  auto restored = restore(entities(cloud.state));
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_TRUE(diff(*restored, cloud.state).empty());
  EXPECT_EQ(outcome("DeleteAccountPasswordPolicy", "{}"), "deleted: {}");
  EXPECT_EQ(outcome("GetAccountPasswordPolicy", "{}"), none);
}

}  // namespace
}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Groups, renaming, service-linked roles, the account, and when credentials were used.
#include <fmt/core.h>

#include <algorithm>

#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using cloud::testing::json;
using cloud::testing::TestWorld;

constexpr std::string_view groups_world = R"({
  "account_alias": "our-shop",
  "access_keys": {"root": {"secret": "s", "principal": "root"},
                  "ann": {"secret": "s", "principal": "ann"},
                  "bob": {"secret": "s", "principal": "bob"}},
  "policies": {"p": {"Version": "2012-10-17", "Statement": [
                 {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}},
  "groups": {"readers": {"inline": {"look": {"Version": "2012-10-17", "Statement": [
               {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}}},
             "admins": {"managed": ["AdministratorAccess"], "path": "/staff/"},
             "careful": {"inline": {"no": {"Version": "2012-10-17", "Statement": [
               {"Sid": "NoStop", "Effect": "Deny", "Action": "ec2:Stop*", "Resource": "*"}]}}}},
  "users": {"ann": {"groups": ["readers"]}, "bob": {"groups": ["admins", "careful"]}, "eve": {}},
  "roles": {"Core": {"service": "ec2.amazonaws.com", "managed": ["p"], "tags": {"k": "v"}}},
  "profiles": {"Core": "Core"}
})";

struct IamGroups : ::testing::Test, TestWorld {
  IamGroups() : TestWorld(groups_world) {}
  std::string outcome(std::string_view operation, const cloud::testing::Input& input) {
    auto answer = call("iam", operation, input);
    if (answer) return cloud.audit.back().effect + ": " + to_json(*answer);
    return fmt::format("{} {}: {}", answer.error().name, answer.error().status,
                       answer.error().message);
  }
  std::string names(std::string_view operation, std::string_view list, std::string_view name,
                    const cloud::testing::Input& input) {
    auto answer = call("iam", operation, input);
    if (!answer) return answer.error().message;
    std::string out;
    for (const Value& row : answer->items(list))
      out += (row.is_text() ? row.as_text() : row.text(name)) + " ";
    return out;
  }
};

TEST_F(IamGroups, AGroupsPoliciesCountForItsMembersOnlyAndFromTheNextCallOn) {
  become("ann");
  EXPECT_TRUE(call("s3", "ListBuckets"));
  EXPECT_FALSE(call("ec2", "DescribeInstances"));
  become("root");
  EXPECT_EQ(outcome("AddUserToGroup", R"({"GroupName":"admins","UserName":"ann"})"), "changed: {}");
  EXPECT_EQ(outcome("AddUserToGroup", R"({"GroupName":"admins","UserName":"ann"})"), "none: {}");
  become("ann");
  EXPECT_TRUE(call("ec2", "DescribeInstances"));
  become("root");
  EXPECT_EQ(outcome("DetachGroupPolicy", R"({"GroupName":"admins",
                    "PolicyArn":"arn:aws:iam::aws:policy/AdministratorAccess"})"),
            "changed: {}");
  become("ann");
  EXPECT_EQ(say("ec2", "DescribeInstances", "{}"),
            "UnauthorizedOperation: You are not authorized to perform this operation. User: "
            "arn:aws:iam::123456789012:user/ann is not authorized to perform: "
            "ec2:DescribeInstances because no identity-based policy allows the "
            "ec2:DescribeInstances action");
  become("root");
  EXPECT_EQ(outcome("RemoveUserFromGroup", R"({"GroupName":"readers","UserName":"ann"})"),
            "changed: {}");
  become("ann");
  EXPECT_FALSE(call("s3", "ListBuckets"));
}

TEST_F(IamGroups, ADenyOfOneGroupOverridesAnAllowOfAnotherAndTheAuditNamesIt) {
  become("bob");
  EXPECT_TRUE(call("ec2", "DescribeInstances"));
  const std::string said =
      say("ec2", "StopInstances", R"({"InstanceIds":["i-00000000000000001"]})");
  EXPECT_NE(said.find("with an explicit deny in an identity-based policy"), std::string::npos);
  EXPECT_EQ(cloud.audit.back().reason,
            "with an explicit deny in an identity-based policy (policy no, statement NoStop)");
}

TEST_F(IamGroups, AreMadeListedRenamedAndDeleted) {
  auto made = call("iam", "CreateGroup", R"({"GroupName":"New","Path":"/x/"})");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ((*made)["Group"].text("Arn"), "arn:aws:iam::123456789012:group/x/New");
  EXPECT_TRUE((*made)["Group"].text("GroupId").starts_with("AGPA"));
  EXPECT_EQ(outcome("CreateGroup", R"({"GroupName":"new"})"),
            "EntityAlreadyExists 409: Group with name new already exists.");
  EXPECT_EQ(names("ListGroups", "Groups", "GroupName", "{}"), "New admins careful readers ");
  EXPECT_EQ(names("ListGroups", "Groups", "GroupName", R"({"PathPrefix":"/staff/"})"), "admins ");
  EXPECT_EQ(names("ListGroupsForUser", "Groups", "GroupName", R"({"UserName":"bob"})"),
            "admins careful ");
  EXPECT_EQ(names("GetGroup", "Users", "UserName", R"({"GroupName":"careful"})"), "bob ");
  EXPECT_EQ(outcome("DeleteGroup", R"({"GroupName":"careful"})"),
            "DeleteConflict 409: Cannot delete entity, must remove users from group first.");
  EXPECT_EQ(outcome("UpdateGroup", R"({"GroupName":"careful","NewGroupName":"Careful"})"),
            "changed: {}");
  EXPECT_EQ(outcome("UpdateGroup", R"({"GroupName":"Careful","NewGroupName":"admins"})"),
            "EntityAlreadyExists 409: Group with name admins already exists.");
  EXPECT_EQ(names("ListGroupsForUser", "Groups", "GroupName", R"({"UserName":"bob"})"),
            "Careful admins ");
  EXPECT_EQ(outcome("RemoveUserFromGroup", R"({"GroupName":"Careful","UserName":"bob"})"),
            "changed: {}");
  EXPECT_EQ(outcome("DeleteGroup", R"({"GroupName":"Careful"})"),
            "DeleteConflict 409: Cannot delete entity, must delete policies first.");
  EXPECT_EQ(outcome("DeleteGroupPolicy", R"({"GroupName":"Careful","PolicyName":"no"})"),
            "deleted: {}");
  EXPECT_EQ(outcome("DeleteGroup", R"({"GroupName":"Careful"})"), "deleted: {}");
  EXPECT_EQ(outcome("RemoveUserFromGroup", R"({"GroupName":"readers","UserName":"eve"})"),
            "NoSuchEntity 404: User eve is not in group readers.");
}

TEST_F(IamGroups, APolicyIsInUseWhileAGroupHasIt) {
  const std::string arn = R"("PolicyArn":"arn:aws:iam::123456789012:policy/p")";
  EXPECT_EQ(outcome("AttachGroupPolicy", R"({"GroupName":"readers",)" + arn + "}"), "changed: {}");
  EXPECT_EQ((*call("iam", "GetPolicy", "{" + arn + "}"))["Policy"].integer("AttachmentCount"), 2);
  EXPECT_EQ(names("ListEntitiesForPolicy", "PolicyGroups", "GroupName", "{" + arn + "}"),
            "readers ");
  EXPECT_EQ(names("ListEntitiesForPolicy", "PolicyGroups", "GroupName",
                  "{" + arn + R"(,"EntityFilter":"Role"})"),
            "");
  auto page = call("iam", "ListEntitiesForPolicy", "{" + arn + R"(,"MaxItems":1})");
  ASSERT_TRUE(page->flag("IsTruncated"));
  EXPECT_EQ(page->items("PolicyGroups").size() + page->items("PolicyRoles").size(), 1u);
  page = call("iam", "ListEntitiesForPolicy",
              object({{"PolicyArn", "arn:aws:iam::123456789012:policy/p"},
                      {"MaxItems", 1},
                      {"Marker", page->text("Marker")}}));
  EXPECT_EQ(page->items("PolicyRoles").size(), 1u);
  EXPECT_FALSE(page->flag("IsTruncated"));
}

TEST_F(IamGroups, ARenamedUserKeepsItsKeysGroupsAndPermissions) {
  EXPECT_EQ(outcome("UpdateUser", R"({"UserName":"ann","NewUserName":"anna","NewPath":"/new/"})"),
            "changed: {}");
  EXPECT_EQ(outcome("GetUser", R"({"UserName":"ann"})"),
            "NoSuchEntity 404: The user with name ann cannot be found.");
  become("ann");  // the key's id, not the user's name
  EXPECT_EQ(caller.principal.arn, "arn:aws:iam::123456789012:user/new/anna");
  EXPECT_TRUE(call("s3", "ListBuckets"));
  become("root");
  EXPECT_EQ(outcome("UpdateUser", R"({"UserName":"anna","NewUserName":"EVE"})"),
            "EntityAlreadyExists 409: User with name EVE already exists.");
  EXPECT_EQ(outcome("UpdateUser", R"({"UserName":"anna","NewUserName":"Anna"})"), "changed: {}");
  EXPECT_EQ(outcome("UpdateUser", R"({"UserName":"Anna"})"), "none: {}");
}

TEST_F(IamGroups, ServiceLinkedRolesMayDoWhatTheirServiceDoes) {
  for (const auto& [service, action] : std::initializer_list<std::pair<const char*, const char*>>{
           {"autoscaling", "ec2:RunInstances"},
           {"config", "s3:GetBucketPolicy"},
           {"ecs", "ec2:CreateNetworkInterface"},
           {"eks", "ec2:DescribeSubnets"},
           {"elasticloadbalancing", "ec2:AllocateAddress"},
           {"guardduty", "ec2:DescribeInstances"},
           {"inspector2", "ssm:DescribeInstanceInformation"},
           {"lex", "polly:SynthesizeSpeech"},
           {"organizations", "iam:CreateServiceLinkedRole"},
           {"rds", "sns:Publish"},
           {"securityhub", "iam:GetCredentialReport"},
           {"spot", "ec2:StopInstances"},
           {"spotfleet", "ec2:TerminateInstances"},
           {"ssm", "ssm:SendCommand"}}) {
    const std::string name = fmt::format("{}.amazonaws.com", service);
    auto made = call("iam", "CreateServiceLinkedRole", object({{"AWSServiceName", name}}));
    ASSERT_TRUE(made) << made.error().message;
    auto session = cloud.assume_role(cloud.service(name, "123456789012"),
                                     (*made)["Role"].text("Arn"), "work", now);
    ASSERT_TRUE(session) << session.error().message;
    EXPECT_TRUE(cloud.decide(*session, action, "*", "us-west-2", now).allowed()) << service;
    EXPECT_FALSE(cloud.decide(*session, "s3:DeleteBucket", "*", "us-west-2", now).allowed());
  }
}

TEST_F(IamGroups, ServiceLinkedRolesBelongToTheirService) {
  auto made = call("iam", "CreateServiceLinkedRole", R"({"AWSServiceName":"ssm.amazonaws.com"})");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ((*made)["Role"].text("Arn"),
            "arn:aws:iam::123456789012:role/aws-service-role/ssm.amazonaws.com/"
            "AWSServiceRoleForAmazonSSM");
  EXPECT_EQ(outcome("CreateServiceLinkedRole", R"({"AWSServiceName":"ssm.amazonaws.com"})"),
            "InvalidInput 400: Service role name AWSServiceRoleForAmazonSSM has been taken in this "
            "account, please try a different suffix.");
  const std::string role = R"("RoleName":"AWSServiceRoleForAmazonSSM")";
  const std::string refused =
      "UnmodifiableEntity 400: Cannot perform the operation on the protected role "
      "'AWSServiceRoleForAmazonSSM' - this role is only modifiable by AWS";
  EXPECT_EQ(outcome("DeleteRole", "{" + role + "}"), refused);
  EXPECT_EQ(outcome("UpdateRoleDescription", "{" + role + R"(,"Description":"x"})"), refused);
  EXPECT_EQ(outcome("AttachRolePolicy",
                    "{" + role + R"(,"PolicyArn":"arn:aws:iam::123456789012:policy/p"})"),
            refused);
  EXPECT_EQ(names("ListAttachedRolePolicies", "AttachedPolicies", "PolicyArn", "{" + role + "}"),
            "arn:aws:iam::aws:policy/aws-service-role/AmazonSSMServiceRolePolicy ");
  EXPECT_EQ(outcome("AttachRolePolicy", R"({"RoleName":"Core","PolicyArn":
                    "arn:aws:iam::aws:policy/aws-service-role/AmazonSSMServiceRolePolicy"})"),
            "PolicyNotAttachable 400: Cannot attach a Service Role Policy to a Customer Role.");
  auto deleted = call("iam", "DeleteServiceLinkedRole", "{" + role + "}");
  ASSERT_TRUE(deleted);
  const std::string task = deleted->text("DeletionTaskId");
  EXPECT_TRUE(
      task.starts_with("task/aws-service-role/ssm.amazonaws.com/AWSServiceRoleForAmazonSSM/"));
  EXPECT_EQ(outcome("GetServiceLinkedRoleDeletionStatus", object({{"DeletionTaskId", task}})),
            R"(none: {"Status":"SUCCEEDED"})");
  EXPECT_EQ(outcome("DeleteServiceLinkedRole", R"({"RoleName":"Core"})"),
            "NoSuchEntity 404: The role with name Core cannot be found.");
  auto suffixed = call("iam", "CreateServiceLinkedRole",
                       R"({"AWSServiceName":"autoscaling.amazonaws.com","CustomSuffix":"blue"})");
  EXPECT_EQ((*suffixed)["Role"].text("RoleName"), "AWSServiceRoleForAutoScaling_blue");
}

TEST_F(IamGroups, RolesAreUpdatedInPlace) {
  EXPECT_EQ(
      outcome("UpdateRole", R"({"RoleName":"Core","Description":"d","MaxSessionDuration":7200})"),
      "changed: {}");
  auto role = (*call("iam", "GetRole", R"({"RoleName":"Core"})"))["Role"];
  EXPECT_EQ(role.integer("MaxSessionDuration"), 7200);
  EXPECT_EQ(role.text("Description"), "d");
  auto described =
      call("iam", "UpdateRoleDescription", R"({"RoleName":"Core","Description":"other"})");
  EXPECT_EQ((*described)["Role"].text("Description"), "other");
  // "If you do not specify a value for this setting, the default value of one hour is applied."
  EXPECT_EQ(outcome("UpdateRole", R"({"RoleName":"Core"})"), "changed: {}");
  role = (*call("iam", "GetRole", R"({"RoleName":"Core"})"))["Role"];
  EXPECT_EQ(role.integer("MaxSessionDuration"), 3600);
  EXPECT_EQ(role.text("Description"), "other");
}

TEST_F(IamGroups, AnAccountHasOneAliasAndASummary) {
  EXPECT_EQ(outcome("ListAccountAliases", "{}"),
            R"(none: {"AccountAliases":["our-shop"],"IsTruncated":false})");
  EXPECT_EQ(outcome("CreateAccountAlias", R"({"AccountAlias":"our-shop"})"),
            "EntityAlreadyExists 409: The account alias our-shop already exists.");
  EXPECT_EQ(outcome("CreateAccountAlias", R"({"AccountAlias":"other"})"), "created: {}");
  EXPECT_EQ(names("ListAccountAliases", "AccountAliases", "", "{}"), "other ");
  for (const char* bad : {"ab", "Upper", "-x-", "a--b", "a.b"})
    EXPECT_TRUE(outcome("CreateAccountAlias", object({{"AccountAlias", bad}}))
                    .starts_with("ValidationError 400"))
        << bad;
  EXPECT_EQ(outcome("DeleteAccountAlias", R"({"AccountAlias":"other"})"), "deleted: {}");
  EXPECT_EQ(outcome("DeleteAccountAlias", R"({"AccountAlias":"other"})"),
            "NoSuchEntity 404: The account alias other does not exist.");
  const Value map = (*call("iam", "GetAccountSummary"))["SummaryMap"];
  EXPECT_EQ(map.integer("Users"), 3);
  EXPECT_EQ(map.integer("Groups"), 3);
  EXPECT_EQ(map.integer("Roles"), 1);
  EXPECT_EQ(map.integer("AccountAccessKeysPresent"), 1);
  EXPECT_EQ(map.integer("UsersQuota"), 5000);
}

TEST_F(IamGroups, AuthorizationDetailsTellOfEveryoneAndComeInPages) {
  auto all = call("iam", "GetAccountAuthorizationDetails");
  ASSERT_TRUE(all);
  EXPECT_EQ(all->items("UserDetailList").size(), 3u);
  EXPECT_EQ(all->items("GroupDetailList").size(), 3u);
  ASSERT_EQ(all->items("RoleDetailList").size(), 1u);
  EXPECT_EQ(all->items("Policies").size(), 2u);  // the account's own and AWS's that is attached
  const Value& role = all->items("RoleDetailList")[0];
  EXPECT_EQ(role.items("InstanceProfileList").size(), 1u);
  EXPECT_EQ(role.items("AttachedManagedPolicies")[0].text("PolicyName"), "p");
  EXPECT_EQ(to_json(role["Tags"]), R"([{"Key":"k","Value":"v"}])");
  for (const Value& user : all->items("UserDetailList")) {
    if (user.text("UserName") == "bob") {
      EXPECT_EQ(to_json(user["GroupList"]), R"(["admins","careful"])");
    }
  }
  for (const Value& policy : all->items("Policies"))
    EXPECT_EQ(policy.items("PolicyVersionList").size(), 1u);

  std::size_t rows = 0, pages = 0;
  Value input = object({{"MaxItems", 2}});
  while (true) {
    auto page = call("iam", "GetAccountAuthorizationDetails", input);
    ASSERT_TRUE(page);
    for (const char* list : {"UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"})
      rows += page->items(list).size();
    ASSERT_LT(++pages, 9u);
    if (!page->flag("IsTruncated")) break;
    input.set("Marker", page->text("Marker"));
  }
  EXPECT_EQ(rows, 9u);
  EXPECT_EQ(pages, 5u);
  auto some = call("iam", "GetAccountAuthorizationDetails", R"({"Filter":["Role"]})");
  EXPECT_EQ(some->items("RoleDetailList").size(), 1u);
  EXPECT_TRUE(some->items("UserDetailList").empty());
}

TEST_F(IamGroups, KeysAndRolesRememberTheirLastCallOutsideOfTheState) {
  EXPECT_EQ(outcome("GetAccessKeyLastUsed", R"({"AccessKeyId":"ann"})"),
            R"(none: {"UserName":"ann","AccessKeyLastUsed":{"ServiceName":"N/A","Region":"N/A"}})");
  become("ann");
  const State before = cloud.state;
  ASSERT_TRUE(call("s3", "ListBuckets"));
  EXPECT_TRUE(diff(before, cloud.state).empty());
  become("root");
  EXPECT_EQ(outcome("GetAccessKeyLastUsed", R"({"AccessKeyId":"ann"})"),
            R"(none: {"UserName":"ann","AccessKeyLastUsed":{"ServiceName":"s3","Region":)"
            R"("us-west-2","LastUsedDate":"2026-11-24T11:18:00Z"}})");
  auto session = cloud.service_session("123456789012", "Core", "ec2.amazonaws.com", "i-1", "",
                                       std::chrono::hours(1), now);
  ASSERT_TRUE(session);
  caller = cloud.session_caller(*session);
  ASSERT_TRUE(call("s3", "ListBuckets"));
  caller = cloud.root("123456789012");
  EXPECT_EQ(to_json((*call("iam", "GetRole", R"({"RoleName":"Core"})"))["Role"]["RoleLastUsed"]),
            R"({"LastUsedDate":"2026-11-24T11:18:00Z","Region":"us-west-2"})");
}

TEST_F(IamGroups, PoliciesHaveTags) {
  const std::string arn = R"("PolicyArn":"arn:aws:iam::123456789012:policy/p")";
  EXPECT_EQ(outcome("TagPolicy", "{" + arn + R"(,"Tags":[{"Key":"A","Value":"1"}]})"),
            "changed: {}");
  EXPECT_EQ(outcome("ListPolicyTags", "{" + arn + "}"),
            R"(none: {"Tags":[{"Key":"A","Value":"1"}],"IsTruncated":false})");
  EXPECT_EQ(outcome("UntagPolicy", "{" + arn + R"(,"TagKeys":["a"]})"), "changed: {}");
  EXPECT_TRUE(outcome("TagPolicy",
                      R"({"PolicyArn":"arn:aws:iam::aws:policy/AdministratorAccess",
                          "Tags":[{"Key":"A","Value":"1"}]})")
                  .starts_with("AccessDenied 403"));
}

TEST_F(IamGroups, IdentityProvidersAreMadeChangedAndDeleted) {
  auto made = call("iam", "CreateOpenIDConnectProvider",
                   R"({"Url":"https://token.example.com/tenant/","ClientIDList":["a"],
                       "ThumbprintList":["0123456789012345678901234567890123456789"]})");
  ASSERT_TRUE(made) << made.error().message;
  const std::string arn = made->text("OpenIDConnectProviderArn");
  EXPECT_EQ(arn, "arn:aws:iam::123456789012:oidc-provider/token.example.com/tenant");
  const Value of = object({{"OpenIDConnectProviderArn", arn}});
  Value add = of;
  add.set("ClientID", "b");
  EXPECT_EQ(outcome("AddClientIDToOpenIDConnectProvider", add), "changed: {}");
  EXPECT_EQ(outcome("AddClientIDToOpenIDConnectProvider", add), "none: {}");
  EXPECT_EQ(to_json((*call("iam", "GetOpenIDConnectProvider", of))["ClientIDList"]),
            R"(["a","b"])");
  EXPECT_EQ(outcome("RemoveClientIDFromOpenIDConnectProvider", add), "changed: {}");
  EXPECT_EQ(names("ListOpenIDConnectProviders", "OpenIDConnectProviderList", "Arn", "{}"),
            arn + " ");
  EXPECT_TRUE(
      outcome("CreateOpenIDConnectProvider", R"({"Url":"https://token.example.com/tenant"})")
          .starts_with("EntityAlreadyExists 409"));
  EXPECT_TRUE(outcome("CreateOpenIDConnectProvider", R"({"Url":"http://plain.example.com"})")
                  .starts_with("InvalidInput 400"));
  EXPECT_EQ(outcome("DeleteOpenIDConnectProvider", of), "deleted: {}");
  EXPECT_TRUE(outcome("GetOpenIDConnectProvider", of).starts_with("NoSuchEntity 404"));
}

TEST_F(IamGroups, OneMustBeAllowedBothTheOldNameAndTheNew) {
  ASSERT_TRUE(call("iam", "PutUserPolicy",
                   object({{"UserName", "eve"},
                           {"PolicyName", "x"},
                           {"PolicyDocument",
                            R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                                "Action":"iam:UpdateUser",
                                "Resource":"arn:aws:iam::123456789012:user/ann"}]})"}})));
  auto key = call("iam", "CreateAccessKey", R"({"UserName":"eve"})");
  become((*key)["AccessKey"].text("AccessKeyId"));
  EXPECT_EQ(outcome("UpdateUser", R"({"UserName":"ann","NewUserName":"boss"})"),
            "AccessDenied 403: User: arn:aws:iam::123456789012:user/eve is not authorized to "
            "perform: iam:UpdateUser on resource: user boss because no identity-based policy "
            "allows the iam:UpdateUser action");
}

}  // namespace
}  // namespace stint::cloud

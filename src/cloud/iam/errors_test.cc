// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Every error that the model declares for an operation of IAM that we have, and that can happen
// here, happens: a row each. cloud/coverage_test.cc says which are missing.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "aws/model.h"
#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using cloud::testing::json;
using cloud::testing::TestWorld;

constexpr std::string_view errors_world = R"({
  "access_keys": {"k1": {"secret": "s", "principal": "full"},
                  "k2": {"secret": "s", "principal": "full"}},
  "policies": {"p": {"Version": "2012-10-17", "Statement": [
                 {"Effect": "Allow", "Action": "*", "Resource": "*"}]},
               "five": {"Version": "2012-10-17", "Statement": [
                 {"Effect": "Allow", "Action": "*", "Resource": "*"}]},
               "spare": {"Version": "2012-10-17", "Statement": [
                 {"Effect": "Allow", "Action": "*", "Resource": "*"}]}},
  "roles": {"R": {"service": "ec2.amazonaws.com", "managed": ["p"]},
            "Other": {"service": "ec2.amazonaws.com"}},
  "profiles": {"P": "R"},
  "groups": {"G": {}},
  "users": {"U": {"groups": ["G"]}, "full": {}},
  "identity_providers": {"https://a.example.com": {"client_ids": ["x"]}},
  "account_alias": "our-shop"
})";

#define POLICY(name) "arn:aws:iam::123456789012:policy/" name
#define PROVIDER(name) "arn:aws:iam::123456789012:oidc-provider/" name
#define DOCUMENT                                                                          \
  "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\"," \
  "\"Resource\":\"*\"}]}"
#define TRUST                                                                                    \
  "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":" \
  "\"ec2.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}"

struct Row {
  const char* operation;
  const char* code;
  Value input;
};

Value with(std::initializer_list<std::pair<const char*, Value>> members) {
  Value out = Object();
  for (const auto& [name, value] : members) out.set(name, value);
  return out;
}

Value many_tags() {
  Value tags;
  for (int i = 0; i < 51; ++i) tags.push(object({{"Key", fmt::format("k{}", i)}, {"Value", ""}}));
  return tags;
}

Value bad_tags() {
  return Value::list({object({{"Key", "aws:x"}, {"Value", ""}})});
}

std::string long_document(std::size_t size) {
  return fmt::format(
      R"({{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::{}"}}]}})",
      std::string(size, 'x'));
}

std::vector<Row> rows() {
  const std::string linked = "AWSServiceRoleForAmazonSSM";
  const std::string service_policy =
      "arn:aws:iam::aws:policy/aws-service-role/AmazonSSMServiceRolePolicy";
  std::vector<Row> out = {
      {"AddClientIDToOpenIDConnectProvider", "LimitExceeded",
       with(
           {{"OpenIDConnectProviderArn", PROVIDER("full.example.com")}, {"ClientID", "one-more"}})},
      {"AddRoleToInstanceProfile", "NoSuchEntity",
       with({{"InstanceProfileName", "x"}, {"RoleName", "R"}})},
      {"AddRoleToInstanceProfile", "LimitExceeded",
       with({{"InstanceProfileName", "P"}, {"RoleName", "Other"}})},
      {"AddRoleToInstanceProfile", "UnmodifiableEntity",
       with({{"InstanceProfileName", "P"}, {"RoleName", linked}})},
      {"AddUserToGroup", "NoSuchEntity", with({{"GroupName", "G"}, {"UserName", "x"}})},
      {"AddUserToGroup", "LimitExceeded", with({{"GroupName", "G"}, {"UserName", "full"}})},
      {"CreateAccessKey", "NoSuchEntity", with({{"UserName", "x"}})},
      {"CreateAccessKey", "LimitExceeded", with({{"UserName", "full"}})},
      {"CreateAccountAlias", "EntityAlreadyExists", with({{"AccountAlias", "our-shop"}})},
      {"CreateGroup", "EntityAlreadyExists", with({{"GroupName", "g"}})},
      {"CreateGroup", "LimitExceeded", with({{"GroupName", "new"}})},
      {"CreateInstanceProfile", "EntityAlreadyExists", with({{"InstanceProfileName", "p"}})},
      {"CreateInstanceProfile", "LimitExceeded", with({{"InstanceProfileName", "new"}})},
      {"CreateInstanceProfile", "InvalidInput",
       with({{"InstanceProfileName", "new"}, {"Tags", bad_tags()}})},
      {"CreateOpenIDConnectProvider", "InvalidInput", with({{"Url", "http://a.example.com"}})},
      {"CreateOpenIDConnectProvider", "EntityAlreadyExists",
       with({{"Url", "https://a.example.com"}})},
      {"CreateOpenIDConnectProvider", "LimitExceeded", with({{"Url", "https://z.example.com"}})},
      {"CreatePolicy", "EntityAlreadyExists",
       with({{"PolicyName", "P"}, {"PolicyDocument", DOCUMENT}})},
      {"CreatePolicy", "MalformedPolicyDocument",
       with({{"PolicyName", "new"}, {"PolicyDocument", "{}"}})},
      {"CreatePolicy", "LimitExceeded",
       with({{"PolicyName", "new"}, {"PolicyDocument", DOCUMENT}})},
      {"CreatePolicy", "InvalidInput",
       with({{"PolicyName", "new"}, {"PolicyDocument", DOCUMENT}, {"Tags", bad_tags()}})},
      {"CreatePolicyVersion", "NoSuchEntity",
       with({{"PolicyArn", POLICY("x")}, {"PolicyDocument", DOCUMENT}})},
      {"CreatePolicyVersion", "InvalidInput",
       with({{"PolicyArn", "this-is-no-arn-at-all"}, {"PolicyDocument", DOCUMENT}})},
      {"CreatePolicyVersion", "MalformedPolicyDocument",
       with({{"PolicyArn", POLICY("p")}, {"PolicyDocument", "{}"}})},
      {"CreatePolicyVersion", "LimitExceeded",
       with({{"PolicyArn", POLICY("five")}, {"PolicyDocument", DOCUMENT}})},
      {"CreateRole", "EntityAlreadyExists",
       with({{"RoleName", "r"}, {"AssumeRolePolicyDocument", TRUST}})},
      {"CreateRole", "MalformedPolicyDocument",
       with({{"RoleName", "new"}, {"AssumeRolePolicyDocument", "{}"}})},
      {"CreateRole", "LimitExceeded",
       with({{"RoleName", "new"}, {"AssumeRolePolicyDocument", TRUST}})},
      {"CreateRole", "InvalidInput",
       with({{"RoleName", "new"}, {"AssumeRolePolicyDocument", TRUST}, {"Tags", bad_tags()}})},
      {"CreateServiceLinkedRole", "InvalidInput",
       with({{"AWSServiceName", "nobody.amazonaws.com"}})},
      {"CreateServiceLinkedRole", "LimitExceeded", with({{"AWSServiceName", "rds.amazonaws.com"}})},
      {"CreateUser", "EntityAlreadyExists", with({{"UserName", "u"}})},
      {"CreateUser", "LimitExceeded", with({{"UserName", "new"}})},
      {"CreateUser", "InvalidInput", with({{"UserName", "new"}, {"Tags", bad_tags()}})},
      {"CreateUser", "NoSuchEntity",
       with({{"UserName", "new"}, {"PermissionsBoundary", POLICY("x")}})},
      {"DeleteAccessKey", "NoSuchEntity", with({{"UserName", "U"}, {"AccessKeyId", "k1"}})},
      {"DeleteAccountAlias", "NoSuchEntity", with({{"AccountAlias", "not-ours"}})},
      {"DeleteGroup", "NoSuchEntity", with({{"GroupName", "x"}})},
      {"DeleteGroup", "DeleteConflict", with({{"GroupName", "G"}})},
      {"DeleteInstanceProfile", "DeleteConflict", with({{"InstanceProfileName", "P"}})},
      {"DeletePolicy", "DeleteConflict", with({{"PolicyArn", POLICY("p")}})},
      {"DeletePolicyVersion", "DeleteConflict",
       with({{"PolicyArn", POLICY("p")}, {"VersionId", "v1"}})},
      {"DeleteRole", "DeleteConflict", with({{"RoleName", "R"}})},
      {"DeleteServiceLinkedRole", "NoSuchEntity", with({{"RoleName", "R"}})},
      {"DeleteUser", "DeleteConflict", with({{"UserName", "full"}})},
      {"GetAccessKeyLastUsed", "NoSuchEntity", with({{"AccessKeyId", "AKIAABSENT0000000000"}})},
      {"GetContextKeysForCustomPolicy", "InvalidInput",
       with({{"PolicyInputList", Value::list({"{"})}})},
      {"GetContextKeysForPrincipalPolicy", "InvalidInput",
       with({{"PolicySourceArn", "arn:aws:sts::123456789012:assumed-role/a/b"}})},
      {"GetContextKeysForPrincipalPolicy", "NoSuchEntity",
       with({{"PolicySourceArn", "arn:aws:iam::123456789012:user/x"}})},
      {"GetServiceLinkedRoleDeletionStatus", "InvalidInput", with({{"DeletionTaskId", "x"}})},
      {"GetServiceLinkedRoleDeletionStatus", "NoSuchEntity",
       with({{"DeletionTaskId", "task/aws-service-role/ssm.amazonaws.com/X/1"}})},
      {"RemoveRoleFromInstanceProfile", "NoSuchEntity",
       with({{"InstanceProfileName", "P"}, {"RoleName", "Other"}})},
      {"RemoveUserFromGroup", "NoSuchEntity", with({{"GroupName", "G"}, {"UserName", "full"}})},
      {"SimulateCustomPolicy", "InvalidInput",
       with({{"PolicyInputList", Value::list({"{"})}, {"ActionNames", Value::list({"s3:Get"})}})},
      {"SimulatePrincipalPolicy", "InvalidInput",
       with({{"PolicySourceArn", "arn:aws:iam::123456789012:policy/p"},
             {"ActionNames", Value::list({"s3:Get"})}})},
      {"SimulatePrincipalPolicy", "NoSuchEntity",
       with({{"PolicySourceArn", "arn:aws:iam::123456789012:role/x"},
             {"ActionNames", Value::list({"s3:Get"})}})},
      {"UpdateAccessKey", "NoSuchEntity",
       with({{"UserName", "U"}, {"AccessKeyId", "k1"}, {"Status", "Active"}})},
      {"UpdateAssumeRolePolicy", "MalformedPolicyDocument",
       with({{"RoleName", "R"}, {"PolicyDocument", "{}"}})},
      {"UpdateAssumeRolePolicy", "LimitExceeded",
       with({{"RoleName", "R"},
             {"PolicyDocument",
              fmt::format(
                  R"({{"Statement":[{{"Effect":"Allow","Principal":{{"AWS":"*"}},)"
                  R"("Action":"sts:AssumeRole","Condition":{{"StringEquals":{{"k":"{}"}}}}}}]}})",
                  std::string(2048, 'x'))}})},
      {"UpdateGroup", "NoSuchEntity", with({{"GroupName", "x"}, {"NewGroupName", "y"}})},
      {"UpdateGroup", "EntityAlreadyExists", with({{"GroupName", "G"}, {"NewGroupName", "G0"}})},
      {"UpdateUser", "NoSuchEntity", with({{"UserName", "x"}, {"NewUserName", "y"}})},
      {"UpdateUser", "EntityAlreadyExists", with({{"UserName", "U"}, {"NewUserName", "FULL"}})},
  };
  // What is alike for roles, users and groups.
  for (const char* kind : {"Role", "User", "Group"}) {
    const std::string member = fmt::format("{}Name", kind);
    const char* there = kind[0] == 'R' ? "R" : kind[0] == 'U' ? "U" : "G";
    const auto operation = [&](const char* form) -> const char* {
      static std::set<std::string> names;  // rows hold on to them
      return names.insert(fmt::format(fmt::runtime(form), kind)).first->c_str();
    };
    const auto of = [&](std::string_view name, Value more = Object()) {
      more.set(member, name);
      return more;
    };
    const Value policy = with({{"PolicyArn", POLICY("p")}});
    const Value inlined = with({{"PolicyName", "i"}, {"PolicyDocument", DOCUMENT}});
    const Value no_arn = with({{"PolicyArn", "this-is-no-arn-at-all"}});
    out.push_back({operation("Attach{}Policy"), "NoSuchEntity", of("x", policy)});
    out.push_back({operation("Attach{}Policy"), "InvalidInput", of(there, no_arn)});
    out.push_back({operation("Attach{}Policy"), "LimitExceeded", of("ten", policy)});
    out.push_back({operation("Attach{}Policy"), "PolicyNotAttachable",
                   of(there, with({{"PolicyArn", service_policy}}))});
    out.push_back({operation("Detach{}Policy"), "NoSuchEntity",
                   of(there, with({{"PolicyArn", POLICY("spare")}}))});
    out.push_back({operation("Detach{}Policy"), "InvalidInput", of(there, no_arn)});
    out.push_back({operation("Put{}Policy"), "NoSuchEntity", of("x", inlined)});
    out.push_back({operation("Put{}Policy"), "MalformedPolicyDocument",
                   of(there, with({{"PolicyName", "i"}, {"PolicyDocument", "{}"}}))});
    out.push_back(
        {operation("Put{}Policy"), "LimitExceeded",
         of(there, with({{"PolicyName", "i"}, {"PolicyDocument", long_document(10240)}}))});
    for (const char* form : {"Get{}Policy", "Delete{}Policy"})
      out.push_back({operation(form), "NoSuchEntity", of(there, with({{"PolicyName", "x"}}))});
    for (const char* form : {"ListAttached{}Policies", "List{}Policies", "Get{}", "Delete{}"})
      out.push_back({operation(form), "NoSuchEntity", of("x")});
  }
  for (const char* kind : {"Role", "User"}) {
    const std::string member = fmt::format("{}Name", kind);
    const char* there = kind[0] == 'R' ? "R" : "U";
    const bool role = kind[0] == 'R';
    const char* put = role ? "PutRolePermissionsBoundary" : "PutUserPermissionsBoundary";
    const auto boundary = [&](std::string arn) {
      Value in = with({{"PermissionsBoundary", std::move(arn)}});
      in.set(member, there);
      return in;
    };
    out.push_back({put, "NoSuchEntity", boundary(POLICY("x"))});
    out.push_back({put, "InvalidInput", boundary("this-is-no-arn-at-all")});
    out.push_back({put, "PolicyNotAttachable", boundary(service_policy)});
    Value in = Object();
    in.set(member, there);
    out.push_back({role ? "DeleteRolePermissionsBoundary" : "DeleteUserPermissionsBoundary",
                   "NoSuchEntity", in});
  }
  // Whatever changes a role refuses the roles of AWS services.
  for (auto [operation, more] : std::initializer_list<std::pair<const char*, Value>>{
           {"AttachRolePolicy", with({{"PolicyArn", POLICY("p")}})},
           {"DetachRolePolicy", with({{"PolicyArn", POLICY("p")}})},
           {"PutRolePolicy", with({{"PolicyName", "i"}, {"PolicyDocument", DOCUMENT}})},
           {"DeleteRolePolicy", with({{"PolicyName", "i"}})},
           {"PutRolePermissionsBoundary", with({{"PermissionsBoundary", POLICY("p")}})},
           {"DeleteRolePermissionsBoundary", Object()},
           {"DeleteRole", Object()},
           {"UpdateAssumeRolePolicy", with({{"PolicyDocument", TRUST}})},
           {"UpdateRole", Object()},
           {"UpdateRoleDescription", with({{"Description", "d"}})}}) {
    more.set("RoleName", linked);
    out.push_back({operation, "UnmodifiableEntity", std::move(more)});
  }
  // Lists and readers of things that are not there.
  for (auto [operation, member] : std::initializer_list<std::pair<const char*, const char*>>{
           {"DeleteInstanceProfile", "InstanceProfileName"},
           {"GetInstanceProfile", "InstanceProfileName"},
           {"ListInstanceProfileTags", "InstanceProfileName"},
           {"ListAccessKeys", "UserName"},
           {"ListGroupsForUser", "UserName"},
           {"ListUserTags", "UserName"},
           {"ListInstanceProfilesForRole", "RoleName"},
           {"ListRoleTags", "RoleName"},
           {"UpdateRole", "RoleName"}})
    out.push_back({operation, "NoSuchEntity", with({{member, "x"}})});
  out.push_back(
      {"UpdateRoleDescription", "NoSuchEntity", with({{"RoleName", "x"}, {"Description", "d"}})});
  out.push_back({"UpdateAssumeRolePolicy", "NoSuchEntity",
                 with({{"RoleName", "x"}, {"PolicyDocument", TRUST}})});
  // Policies by their ARN.
  for (auto [operation, more] : std::initializer_list<std::pair<const char*, Value>>{
           {"DeletePolicy", Object()},
           {"GetPolicy", Object()},
           {"ListEntitiesForPolicy", Object()},
           {"ListPolicyTags", Object()},
           {"ListPolicyVersions", Object()},
           {"DeletePolicyVersion", with({{"VersionId", "v1"}})},
           {"GetPolicyVersion", with({{"VersionId", "v1"}})},
           {"SetDefaultPolicyVersion", with({{"VersionId", "v1"}})},
           {"TagPolicy", with({{"Tags", Value::List()}})},
           {"UntagPolicy", with({{"TagKeys", Value::List()}})}}) {
    more.set("PolicyArn", POLICY("x"));
    out.push_back({operation, "NoSuchEntity", more});
    more.set("PolicyArn", "this-is-no-arn-at-all");
    out.push_back({operation, "InvalidInput", more});
  }
  // Providers by theirs.
  for (auto [operation, more] : std::initializer_list<std::pair<const char*, Value>>{
           {"AddClientIDToOpenIDConnectProvider", with({{"ClientID", "x"}})},
           {"DeleteOpenIDConnectProvider", Object()},
           {"GetOpenIDConnectProvider", Object()},
           {"ListOpenIDConnectProviderTags", Object()},
           {"RemoveClientIDFromOpenIDConnectProvider", with({{"ClientID", "x"}})},
           {"TagOpenIDConnectProvider", with({{"Tags", Value::List()}})},
           {"UntagOpenIDConnectProvider", with({{"TagKeys", Value::List()}})},
           {"UpdateOpenIDConnectProviderThumbprint", Object()}}) {
    more.set("OpenIDConnectProviderArn", PROVIDER("x"));
    out.push_back({operation, "NoSuchEntity", more});
    more.set("OpenIDConnectProviderArn", "this-is-no-arn-at-all");
    out.push_back({operation, "InvalidInput", more});
  }
  // Tags.
  for (auto [kind, member, name] : std::initializer_list<std::array<const char*, 3>>{
           {"InstanceProfile", "InstanceProfileName", "P"},
           {"OpenIDConnectProvider", "OpenIDConnectProviderArn", PROVIDER("a.example.com")},
           {"Policy", "PolicyArn", POLICY("p")},
           {"Role", "RoleName", "R"},
           {"User", "UserName", "U"}}) {
    static std::set<std::string> names;
    const char* tag = names.insert(fmt::format("Tag{}", kind)).first->c_str();
    const char* untag = names.insert(fmt::format("Untag{}", kind)).first->c_str();
    out.push_back({tag, "InvalidInput", with({{member, name}, {"Tags", bad_tags()}})});
    out.push_back({tag, "LimitExceeded", with({{member, name}, {"Tags", many_tags()}})});
    if (std::string_view(member).ends_with("Name")) {
      out.push_back({tag, "NoSuchEntity", with({{member, "x"}, {"Tags", Value::List()}})});
      out.push_back({untag, "NoSuchEntity", with({{member, "x"}, {"TagKeys", Value::List()}})});
    }
  }
  return out;
}

struct IamErrors : ::testing::Test, TestWorld {
  IamErrors() : TestWorld(errors_world) {
    iam::State& iam = cloud.state.account("123456789012").iam;
    for (int i = 0; i < 4; ++i)
      iam.policies.edit(POLICY("five"))
          ->versions.push_back({.id = fmt::format("v{}", i + 2), .document = DOCUMENT});
    std::vector<std::string> ten;
    for (int i = 0; i < 10; ++i) ten.push_back(fmt::format(POLICY("{}"), i));
    iam::Role role{.name = "ten", .attached = ten};
    iam.roles.put("ten", role);
    iam.users.put("ten", iam::User{.name = "ten", .attached = ten});
    iam.groups.put("ten", iam::Group{.name = "ten", .attached = ten});
    std::vector<std::string> groups;
    for (int i = 0; i < 10; ++i) groups.push_back(fmt::format("G{}", i));
    iam.users.edit("full")->groups = groups;
    role = {.name = "AWSServiceRoleForAmazonSSM",
            .path = "/aws-service-role/ssm.amazonaws.com/",
            .attached = {POLICY("p")}};
    iam.roles.put(role.name, role);
    iam::IdentityProvider full{.arn = PROVIDER("full.example.com"), .url = "full.example.com"};
    for (int i = 0; i < 100; ++i) full.client_ids.push_back(fmt::format("{}", i));
    iam.providers.put(full.arn, full);
    // Up to each quota.
    for (int i = 0; iam.groups.size() < 300; ++i)
      iam.groups.put(fmt::format("G{}", i), {.name = fmt::format("G{}", i)});
    for (int i = 0; iam.profiles.size() < 1000; ++i)
      iam.profiles.put(fmt::format("P{}", i), {.name = fmt::format("P{}", i)});
    for (int i = 0; iam.roles.size() < 1000; ++i)
      iam.roles.put(fmt::format("R{}", i), {.name = fmt::format("R{}", i)});
    for (int i = 0; iam.users.size() < 5000; ++i)
      iam.users.put(fmt::format("U{}", i), {.name = fmt::format("U{}", i)});
    for (int i = 0; iam.providers.size() < 100; ++i)
      iam.providers.put(fmt::format(PROVIDER("p{}"), i), {.url = fmt::format("p{}", i)});
    for (int i = 0; iam.policies.size() < 1500; ++i)
      iam.policies.put(fmt::format(POLICY("q{}"), i), {.name = fmt::format("q{}", i)});
  }
};

TEST_F(IamErrors, EachDeclaredErrorThatCanHappenDoesWithItsStatus) {
  aws::Models models{aws::Models::Options{}};
  auto service = models.service("iam");
  ASSERT_TRUE(service) << service.error().message;
  const State before = cloud.state;
  for (const Row& row : rows()) {
    auto answer = call("iam", row.operation, row.input);
    const std::string said = answer ? to_json(*answer) : answer.error().name;
    EXPECT_EQ(said, row.code) << row.operation << " " << to_json(row.input);
    if (answer) continue;
    const auto declared = (*service)->find_error(row.code);
    ASSERT_TRUE(declared) << row.code;
    EXPECT_EQ(answer.error().status, declared->error_status()) << row.operation << row.code;
    EXPECT_FALSE(answer.error().message.empty());
    EXPECT_EQ(cloud.audit.back().effect, "none");
  }
  EXPECT_TRUE(diff(before, cloud.state).empty());
}

}  // namespace
}  // namespace stint::cloud

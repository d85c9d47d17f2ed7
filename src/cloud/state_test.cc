// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using cloud::testing::json;
using cloud::testing::TestWorld;

constexpr std::string_view state_world = R"({
  "roles": {"Core": {"service": "ec2.amazonaws.com", "managed": ["AmazonSSMManagedInstanceCore"]},
            "Other": {"service": "ec2.amazonaws.com"}},
  "profiles": {"Core": "Core"},
  "policies": {"wide": {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "*", "Resource": "*"}]}},
  "users": {"ann": {}},
  "instances": {"i-00000000000000001": {"profile": "Core"}},
  "buckets": {"data": {"objects": {"deep/er/key": {"text": "x"}}}},
  "parameters": {"/a/b": "text"},
  "nodes": {"i-00000000000000001": [{"match": "echo", "exit": 0, "output": "hello"}]}
})";

std::vector<std::string> keys(const std::vector<Change>& changes) {
  std::vector<std::string> out;
  for (const Change& change : changes)
    out.push_back((change.before.is_null()  ? "+"
                   : change.after.is_null() ? "-"
                                            : "~") +
                  change.key);
  return out;
}
using Keys = std::vector<std::string>;

TEST(CloudState, ACopySharesEveryThingUntilOneOfThemChanges) {
  TestWorld w(state_world);
  State copy = w.cloud.state;
  const auto& iam = w.cloud.state.accounts.at("123456789012").iam;
  const auto& copied = copy.accounts.at("123456789012").iam;
  EXPECT_TRUE(iam.roles.same_as(copied.roles));
  EXPECT_TRUE(copy.s3.objects.same_as(w.cloud.state.s3.objects));

  ASSERT_TRUE(w.call("iam", "TagRole", R"({"RoleName":"Other","Tags":[{"Key":"k","Value":"v"}]})"));
  EXPECT_FALSE(iam.roles.same_as(copied.roles));
  EXPECT_EQ(iam.roles.find("Core"), copied.roles.find("Core"));    // untouched: still the same one
  EXPECT_NE(iam.roles.find("Other"), copied.roles.find("Other"));  // changed: its own
  EXPECT_TRUE(copied.roles.find("Other")->tags.empty());
  EXPECT_TRUE(iam.profiles.same_as(copied.profiles));
}

TEST(CloudState, DiffNamesWhatWasMadeChangedAndDeletedInKeyOrder) {
  TestWorld w(state_world);
  const State before = w.cloud.state;
  EXPECT_TRUE(diff(before, w.cloud.state).empty());
  ASSERT_TRUE(w.call("iam", "TagRole", R"({"RoleName":"Other","Tags":[{"Key":"k","Value":"v"}]})"));
  ASSERT_TRUE(w.call("iam", "DeleteUser", R"({"UserName":"ann"})"));
  ASSERT_TRUE(w.call("iam", "CreateInstanceProfile", R"({"InstanceProfileName":"New"})"));
  auto changes = diff(before, w.cloud.state);
  EXPECT_EQ(keys(changes), (Keys{"+iam/123456789012/profiles/New", "~iam/123456789012/roles/Other",
                                 "-iam/123456789012/users/ann", "~random"}));
  EXPECT_EQ(changes[1].after["Tags"], json(R"({"k":"v"})"));
  EXPECT_EQ(changes[1].before["Tags"], json("{}"));
}

TEST(CloudState, ReadingChangesNothing) {
  TestWorld w(state_world);
  const State before = w.cloud.state;
  for (const auto& [service, operation] : {std::pair{"iam", "ListRoles"},
                                           {"iam", "GetUser"},
                                           {"sts", "GetCallerIdentity"},
                                           {"ec2", "DescribeInstances"},
                                           {"s3", "ListBuckets"}})
    ASSERT_TRUE(w.call(service, operation)) << operation;
  EXPECT_TRUE(diff(before, w.cloud.state).empty());
}

TEST(CloudState, WhatIsChangedBackIsNoDifference) {
  TestWorld w(state_world);
  const State before = w.cloud.state;
  ASSERT_TRUE(w.call("iam", "TagRole", R"({"RoleName":"Other","Tags":[{"Key":"k","Value":"v"}]})"));
  ASSERT_TRUE(w.call("iam", "UntagRole", R"({"RoleName":"Other","TagKeys":["k"]})"));
  EXPECT_TRUE(diff(before, w.cloud.state).empty());
}

TEST(CloudState, DiffSeesAccountsAndSettingsOfOneSideOnly) {
  TestWorld w(state_world);
  State before = w.cloud.state;
  State after = before;
  after.region("210987654321", "eu-west-1").ssm.parameters.put("p", {.name = "p"});
  after.propagation.imds = Duration(7);
  EXPECT_EQ(keys(diff(before, after)),
            (Keys{"~settings", "+ssm/210987654321/eu-west-1/parameters/p"}));
  EXPECT_EQ(keys(diff(after, before)),
            (Keys{"~settings", "-ssm/210987654321/eu-west-1/parameters/p"}));
  after.account("000000000000");  // an account without anything is none
  EXPECT_EQ(diff(before, after).size(), 2u);
}

TEST(CloudState, EntitiesRestoreToAnEqualState) {
  TestWorld w(state_world);
  ASSERT_TRUE(w.call(
      "iam", "CreatePolicy",
      R"({"PolicyName":"P","PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"})"));
  ASSERT_TRUE(w.cloud.service_session("123456789012", "Core", "ec2.amazonaws.com", "i-1", "",
                                      std::chrono::hours(1), w.now));
  auto all = entities(w.cloud.state);
  auto restored = restore(all);
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(keys(diff(w.cloud.state, *restored)), Keys{});
  EXPECT_EQ(restored->random, w.cloud.state.random);
  EXPECT_EQ(restored->s3.objects.find("data/deep/er/key")->body.bytes(), "x");
  EXPECT_EQ(entities(*restored), all);
}

TEST(CloudState, RestoreNamesTheKeyThatDoesNotRead) {
  struct {
    const char *key, *value, *error;
  } rows[] = {
      {"lambda/1/functions/f", "{}", "lambda/1/functions/f: there is no service 'lambda'."},
      {"iam/1/ghosts/g", "{}", "iam/1/ghosts/g: there is no table 'ghosts'."},
      {"iam/1/roles/r", "[]", "iam/1/roles/r: expected an object, found list."},
      {"iam/1/roles/r", R"({"MaxSessionDuration":"x"})",
       "iam/1/roles/r: MaxSessionDuration: expected an integer, found text."},
      {"random", "3", "random: this is no saved generator."},
      {"settings", "3", "settings: expected an object, found integer."},
  };
  for (const auto& row : rows) {
    auto result = restore({{row.key, json(row.value)}});
    ASSERT_FALSE(result) << row.key;
    EXPECT_EQ(result.error().message, row.error);
    EXPECT_EQ(result.error().code, Code::invalid);
  }
}

}  // namespace
}  // namespace stint::cloud

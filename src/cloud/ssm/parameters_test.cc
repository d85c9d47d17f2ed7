// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/state.h"
#include "cloud/testing.h"
#include "value/yaml.h"

namespace stint::cloud::ssm {
namespace {

using testing::TestWorld;
using namespace std::chrono_literals;

constexpr const char* parameters_world = R"({"account": "123456789012", "region": "us-west-2"})";

struct Store : TestWorld {
  Store() : TestWorld(parameters_world) {}
  explicit Store(std::string_view world) : TestWorld(world) {}
  std::string put(std::string_view name, std::string_view value, std::string_view more = "") {
    return say("ssm", "PutParameter",
               R"({"Name": ")" + std::string(name) + R"(", "Value": ")" + std::string(value) +
                   "\"" + (more.empty() ? "" : ", " + std::string(more)) + "}");
  }
  std::string value(std::string_view name, bool decrypt = false) {
    auto got = call("ssm", "GetParameter", object({{"Name", name}, {"WithDecryption", decrypt}}));
    return got ? (*got)["Parameter"].text("Value") : got.error().name;
  }
  /// Names, with blanks between, that a listing shows.
  std::string names(std::string_view operation, std::string_view input) {
    auto listed = call("ssm", operation, input);
    if (!listed) return listed.error().name;
    std::string all;
    for (const Value& row : listed->items("Parameters"))
      all += (all.empty() ? "" : " ") + row.text("Name");
    return all;
  }
};

TEST(Parameters, GoThroughTheirLife) {
  Store world;
  EXPECT_EQ(world.put("/app/key", "one", R"("Type": "String")"),
            R"({"Version":1,"Tier":"Standard"})");
  EXPECT_TRUE(world.put("/app/key", "two", R"("Type": "String")")
                  .starts_with("ParameterAlreadyExists: The parameter already exists."));
  EXPECT_EQ(world.put("/app/key", "two", R"("Overwrite": true)"),
            R"({"Version":2,"Tier":"Standard"})");
  auto got = world.call("ssm", "GetParameter", R"({"Name": "/app/key"})");
  EXPECT_EQ(to_json((*got)["Parameter"]),
            R"({"Name":"/app/key","Type":"String","Value":"two","Version":2,)"
            R"("LastModifiedDate":"2026-11-24T11:18:00.000Z",)"
            R"("ARN":"arn:aws:ssm:us-west-2:123456789012:parameter/app/key","DataType":"text"})");
  EXPECT_EQ(world.say("ssm", "DeleteParameter", R"({"Name": "/app/key"})"), "{}");
  EXPECT_EQ(world.say("ssm", "DeleteParameter", R"({"Name": "/app/key"})"),
            "ParameterNotFound: Parameter /app/key not found.");
  EXPECT_EQ(world.put("/app/key", "anew", R"("Type": "StringList")"),
            R"({"Version":1,"Tier":"Standard"})");
}

TEST(Parameters, AreFoundByVersionLabelAndArn) {
  Store world;
  (void)world.put("/a/b", "one", R"("Type": "String")");
  (void)world.put("/a/b", "two", R"("Overwrite": true)");
  ASSERT_TRUE(world.call("ssm", "LabelParameterVersion",
                         R"({"Name": "/a/b", "ParameterVersion": 1, "Labels": ["stable"]})"));
  const struct {
    const char *name, *value;
  } cases[] = {{"/a/b", "two"},
               {"/a/b:1", "one"},
               {"/a/b:2", "two"},
               {"/a/b:stable", "one"},
               {"arn:aws:ssm:us-west-2:123456789012:parameter/a/b", "two"},
               {"arn:aws:ssm:us-west-2:123456789012:parameter/a/b:1", "one"},
               {"/a/b:3", "ParameterVersionNotFound"},
               {"/a/b:none", "ParameterVersionNotFound"},
               {"/a/c", "ParameterNotFound"},
               {"a/b", "ParameterNotFound"}};
  for (const auto& c : cases) EXPECT_EQ(world.value(c.name), c.value) << c.name;
  EXPECT_EQ(
      world.say("ssm", "GetParameter", R"({"Name": "/a/b:9"})"),
      "ParameterVersionNotFound: Systems Manager could not find version 9 of /a/b. Verify the "
      "version and try again.");
  auto several =
      world.call("ssm", "GetParameters", R"({"Names": ["/a/b:stable", "none", "/a/b:7", "/a/b"]})");
  ASSERT_EQ(several->items("Parameters").size(), 2u);
  EXPECT_EQ((*several)["Parameters"][0].text("Selector"), ":stable");
  EXPECT_EQ(to_json((*several)["InvalidParameters"]), R"(["none","/a/b:7"])");
}

TEST(Parameters, SecureStringsAreSealedInTheStateAndShownOnlyDecrypted) {
  Store world;
  ASSERT_TRUE(world.put("secret", "hunter2", R"("Type": "SecureString")").starts_with("{"));
  EXPECT_EQ(world.value("secret", true), "hunter2");
  EXPECT_TRUE(world.value("secret").starts_with("AQICAH"));
  // Neither what is written down nor what is logged holds the value.
  for (const auto& [key, entity] : entities(world.cloud.state))
    EXPECT_EQ(to_json(entity).find("hunter2"), std::string::npos) << key;
  for (const AuditEntry& entry : world.cloud.audit)
    EXPECT_EQ(to_json(to_value(entry)).find("hunter2"), std::string::npos);
  EXPECT_EQ(dump_world(world.cloud.state)->find("hunter2"), std::string::npos);
  // A restart still reads it.
  auto restored = restore(entities(world.cloud.state));
  ASSERT_TRUE(restored) << restored.error().message;
  world.cloud.state = *restored;
  EXPECT_EQ(world.value("secret", true), "hunter2");
  // A seal belongs to its parameter: swapped with another one's it does not open.
  (void)world.put("other", "x", R"("Type": "SecureString")");
  State& ssm = world.cloud.state.region("123456789012", "us-west-2").ssm;
  ssm.parameters.edit("secret")->versions[0].value = ssm.parameters.find("other")->newest().value;
  EXPECT_EQ(world.value("secret", true), "InvalidKeyId");
}

TEST(Parameters, SecureStringsOfAWorldFileAreSealedToo) {
  Store world(R"({"account": "123456789012", "region": "us-west-2",
      "parameters": {"s": {"type": "SecureString", "value": "hunter2", "tags": {"a": "b"}}}})");
  EXPECT_EQ(world.value("s", true), "hunter2");
  auto dumped = dump_world(world.cloud.state);
  ASSERT_TRUE(dumped);
  EXPECT_EQ(dumped->find("hunter2"), std::string::npos);
  auto read = make_world(*parse_yaml(*dumped), {.path = "w", .now = world.now});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(diff(world.cloud.state, *read).empty());
}

TEST(Parameters, AKeyOfOnesOwnNeedsItsPermission) {
  Store world(R"({"account": "123456789012", "region": "us-west-2",
      "access_keys": {"user": {"secret": "s", "principal": "u"}},
      "users": {"u": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
          {"Effect": "Allow", "Action": "ssm:*", "Resource": "*"}]}}}}})");
  const char* more = R"("Type": "SecureString", "KeyId": "alias/mine")";
  ASSERT_TRUE(world.put("s", "v", more).starts_with("{"));
  world.become("user");
  const std::string denied =
      "AccessDeniedException: User: arn:aws:iam::123456789012:user/u is not authorized to perform: "
      "kms:";
  EXPECT_TRUE(world.say("ssm", "GetParameter", R"({"Name": "s", "WithDecryption": true})")
                  .starts_with(denied + "Decrypt on resource: "
                                        "arn:aws:kms:us-west-2:123456789012:alias/mine"));
  EXPECT_TRUE(world.put("t", "v", more).starts_with(denied + "Encrypt"));
  EXPECT_TRUE(world.value("s").starts_with("AQICAH"));
  // The account's default key asks for nothing more.
  ASSERT_TRUE(world.put("d", "v", R"("Type": "SecureString")").starts_with("{"));
  EXPECT_EQ(world.value("d", true), "v");
}

TEST(Parameters, TheirNamesFollowAwssRules) {
  Store world;
  const std::string deep = "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15";
  const struct {
    std::string name, error;
  } cases[] = {
      {"simple", ""},
      {"/a/b_c.d-e", ""},
      {deep, ""},
      {deep + "/16", "HierarchyLevelLimitExceededException"},
      {"a/b", "ValidationException: Parameter name must be a fully qualified name."},
      {"aws", "ValidationException: Parameter name: can't be prefixed with \"aws\" or \"ssm\""},
      {"AwsThing", "ValidationException: Parameter name: can't be prefixed with \"aws\""},
      {"/aws/thing", "AccessDeniedException: No access to reserved parameter name: /aws/thing."},
      {"ssm-x", "ValidationException: Parameter name: can't be prefixed with \"aws\" or \"ssm\""},
      {"/SSM/x", "ValidationException: Parameter name: can't be prefixed with \"ssm\""},
      {"with blank", "ValidationException: Parameter name"},
      {"/a//b", "ValidationException: Parameter name"},
      {"/a/", "ValidationException: Parameter name"},
      {"/", "ValidationException: Parameter name"},
      {"a{b}", "ValidationException: Parameter name"},
      {std::string(1012, 'x'), "ValidationException: Parameter name must not be longer"},
  };
  for (const auto& c : cases) {
    const std::string said = world.put(c.name, "v", R"("Type": "String")");
    EXPECT_TRUE(said.starts_with(c.error.empty() ? "{" : c.error)) << c.name << ": " << said;
  }
}

TEST(Parameters, WhatIsPutIsChecked) {
  Store world;
  (void)world.put("there", "v", R"("Type": "String")");
  (void)world.put("big", "v", R"("Type": "String", "Tier": "Advanced")");
  const std::string long_value(4097, 'x'), too_long(8193, 'x');
  const struct {
    std::string name, value, more, error;
  } cases[] = {
      {"a", "v", "", "ValidationException: A parameter type is required"},
      {"a", "", R"("Type": "String")", "ValidationException: 1 validation error detected"},
      {"a", "v", R"("Type": "Text")", "UnsupportedParameterType"},
      {"there", "v", R"("Type": "StringList", "Overwrite": true)",
       "HierarchyTypeMismatchException"},
      {"there", "v", R"("Overwrite": true, "Tags": [{"Key": "a", "Value": "b"}])",
       "ValidationException: Invalid request: tags and overwrite can't be used together."},
      {"a", "v", R"("Type": "SecureString", "KeyId": "no key!")", "InvalidKeyId"},
      {"a", "v", R"("Type": "String", "KeyId": "alias/x")", "ValidationException: KeyId"},
      {"a", "v", R"("Type": "String", "DataType": "aws:ec2:vpc")",
       "ValidationException: The following data type is not supported: aws:ec2:vpc"},
      {"a", "v", R"("Type": "String", "DataType": "aws:ec2:image")", "ValidationException"},
      {"a", "v", R"("Type": "String", "AllowedPattern": "(")", "InvalidAllowedPatternException"},
      {"a", "v", R"("Type": "String", "AllowedPattern": "[0-9]+")",
       "ParameterPatternMismatchException: Parameter value, cannot be validated against "
       "allowedPattern: [0-9]+"},
      {"a", long_value, R"("Type": "String")",
       "ValidationException: Standard tier parameters support a maximum parameter value of 4096"},
      {"a", too_long, R"("Type": "String", "Tier": "Advanced")",
       "ValidationException: Advanced tier parameters support a maximum parameter value of 8192"},
      {"big", "v", R"("Tier": "Standard", "Overwrite": true)",
       "ValidationException: This parameter uses the advanced-parameter tier."},
      {"a", "v", R"("Type": "String", "Tags": [{"Key": "aws:x", "Value": ""}])",
       "ValidationException: The tag key aws:x"},
  };
  for (const auto& c : cases) {
    const std::string said = world.put(c.name, c.value, c.more);
    EXPECT_TRUE(said.starts_with(c.error)) << c.error << " but " << said;
  }
  // Nothing of that was kept.
  EXPECT_EQ(world.names("DescribeParameters", "{}"), "big there");
}

TEST(Parameters, AnOverwriteKeepsWhatItDoesNotMention) {
  Store world;
  (void)world.put("p", "12", R"("Type": "String", "Description": "d", "AllowedPattern": "[0-9]+")");
  EXPECT_TRUE(
      world.put("p", "x", R"("Overwrite": true)").starts_with("ParameterPatternMismatchException"));
  ASSERT_TRUE(world.put("p", "13", R"("Overwrite": true)").starts_with("{"));
  auto described = world.call("ssm", "DescribeParameters");
  const Value& row = (*described)["Parameters"][0];
  EXPECT_EQ(row.text("Description"), "d");
  EXPECT_EQ(row.text("AllowedPattern"), "[0-9]+");
  EXPECT_EQ(row.integer("Version"), 2);
  EXPECT_EQ(row.text("LastModifiedUser"), "arn:aws:iam::123456789012:root");
  EXPECT_EQ(row.find("Value"), nullptr);
}

TEST(Parameters, TheirTierFollowsTheValueAndTheAccountsSetting) {
  const std::string big(5000, 'x');
  Store world;
  EXPECT_EQ(world.put("a", "v", R"("Type": "String", "Tier": "Intelligent-Tiering")"),
            R"({"Version":1,"Tier":"Standard"})");
  EXPECT_EQ(world.put("b", big, R"("Type": "String", "Tier": "Intelligent-Tiering")"),
            R"({"Version":1,"Tier":"Advanced"})");
  EXPECT_EQ(world.put("b", "small", R"("Overwrite": true)"), R"({"Version":2,"Tier":"Advanced"})");
  ASSERT_TRUE(world.call("ssm", "UpdateServiceSetting",
                         R"({"SettingId": "/ssm/parameter-store/default-parameter-tier",
                             "SettingValue": "Intelligent-Tiering"})"));
  EXPECT_EQ(world.put("c", big, R"("Type": "String")"), R"({"Version":1,"Tier":"Advanced"})");
}

TEST(Parameters, AHundredVersionsAreKept) {
  Store world;
  (void)world.put("p", "1", R"("Type": "String")");
  for (int i = 2; i <= 101; ++i)
    ASSERT_TRUE(world.put("p", std::to_string(i), R"("Overwrite": true)").starts_with("{"));
  EXPECT_EQ(world.value("p:1"), "ParameterVersionNotFound");
  EXPECT_EQ(world.value("p:2"), "2");
  ASSERT_TRUE(world.call("ssm", "LabelParameterVersion",
                         R"({"Name": "p", "ParameterVersion": 2, "Labels": ["keep"]})"));
  EXPECT_TRUE(world.put("p", "102", R"("Overwrite": true)")
                  .starts_with("ParameterMaxVersionLimitExceeded: You attempted to create a new "
                               "version of p by calling the PutParameter API with the overwrite "
                               "flag. Version 2, the oldest version"));
  ASSERT_TRUE(world.call("ssm", "UnlabelParameterVersion",
                         R"({"Name": "p", "ParameterVersion": 2, "Labels": ["keep"]})"));
  EXPECT_EQ(world.put("p", "102", R"("Overwrite": true)"), R"({"Version":102,"Tier":"Standard"})");
}

TEST(Parameters, ALabelStandsOnOneVersion) {
  Store world;
  (void)world.put("p", "one", R"("Type": "String")");
  (void)world.put("p", "two", R"("Overwrite": true)");
  auto label = [&](std::string_view version, std::string_view labels) {
    return world.say(
        "ssm", "LabelParameterVersion",
        R"({"Name": "p", )" + std::string(version) + R"("Labels": )" + std::string(labels) + "}");
  };
  EXPECT_EQ(label(R"("ParameterVersion": 1, )", R"(["x", "y"])"),
            R"({"InvalidLabels":[],"ParameterVersion":1})");
  EXPECT_EQ(label("", R"(["x"])"), R"({"InvalidLabels":[],"ParameterVersion":2})");
  EXPECT_EQ(world.value("p:x"), "two");
  EXPECT_EQ(world.value("p:y"), "one");
  EXPECT_EQ(label("", R"(["1st", "awsome", "SSM", "a b", "ok_.-"])"),
            R"({"InvalidLabels":["1st","awsome","SSM","a b"],"ParameterVersion":2})");
  EXPECT_TRUE(label("", R"(["a","b","c","d","e","f","g","h","i"])")
                  .starts_with("ParameterVersionLabelLimitExceeded"));
  EXPECT_TRUE(label(R"("ParameterVersion": 9, )", R"(["z"])").starts_with("ParameterVersionNotFo"));
  EXPECT_EQ(world.say("ssm", "UnlabelParameterVersion",
                      R"({"Name": "p", "ParameterVersion": 1, "Labels": ["y", "x"]})"),
            R"({"RemovedLabels":["y"],"InvalidLabels":["x"]})");
  auto history = world.call("ssm", "GetParameterHistory", R"({"Name": "p"})");
  EXPECT_EQ(to_json((*history)["Parameters"][0]["Labels"]), "[]");
  EXPECT_EQ(to_json((*history)["Parameters"][1]["Labels"]), R"(["x","ok_.-"])");
  EXPECT_EQ((*history)["Parameters"][0].text("Value"), "one");
}

TEST(Parameters, AreListedByPath) {
  Store world;
  for (const char* name : {"/a/x", "/a/y", "/a/b/z", "/ab/q", "plain"})
    (void)world.put(name, "v", R"("Type": "String")");
  (void)world.put("/a/s", "v", R"("Type": "SecureString")");
  auto below = [&](std::string_view input) { return world.names("GetParametersByPath", input); };
  EXPECT_EQ(below(R"({"Path": "/a"})"), "/a/s /a/x /a/y");
  EXPECT_EQ(below(R"({"Path": "/a/"})"), "/a/s /a/x /a/y");
  EXPECT_EQ(below(R"({"Path": "/a", "Recursive": true})"), "/a/b/z /a/s /a/x /a/y");
  EXPECT_EQ(below(R"({"Path": "/", "Recursive": true})"), "/a/b/z /a/s /a/x /a/y /ab/q");
  EXPECT_EQ(below(R"({"Path": "/none"})"), "");
  EXPECT_EQ(below(R"({"Path": "a"})"), "ValidationException");
  EXPECT_EQ(below(R"({"Path": "/a", "ParameterFilters": [{"Key": "Type",
      "Values": ["SecureString"]}]})"),
            "/a/s");
  EXPECT_EQ(below(R"({"Path": "/a", "ParameterFilters": [{"Key": "Name", "Values": ["x"]}]})"),
            "InvalidFilterKey");
  EXPECT_EQ(below(R"({"Path": "/a", "NextToken": "x"})"), "InvalidNextToken");
  // Ten at most, page by page.
  for (int i = 0; i < 12; ++i)
    (void)world.put("/many/" + std::to_string(100 + i), "v", R"("Type": "String")");
  auto page = world.call("ssm", "GetParametersByPath", R"({"Path": "/many"})");
  EXPECT_EQ(page->items("Parameters").size(), 10u);
  page = world.call("ssm", "GetParametersByPath",
                    object({{"Path", "/many"}, {"NextToken", (*page)["NextToken"]}}));
  EXPECT_EQ(page->items("Parameters").size(), 2u);
  EXPECT_EQ(page->find("NextToken"), nullptr);
}

TEST(Parameters, AreDescribedByFilter) {
  Store world;
  (void)world.put("/app/a", "v", R"("Type": "String", "Tags": [{"Key": "team", "Value": "x"}])");
  (void)world.put("/app/b/c", "v", R"("Type": "StringList", "Tier": "Advanced")");
  (void)world.put("other", "v", R"("Type": "SecureString", "KeyId": "alias/mine")");
  ASSERT_TRUE(world.call("ssm", "LabelParameterVersion", R"({"Name": "other", "Labels": ["l"]})"));
  auto found = [&](std::string_view key, std::string_view option, std::string_view values) {
    return world.names("DescribeParameters",
                       R"({"ParameterFilters": [{"Key": ")" + std::string(key) + "\"" +
                           (option.empty() ? "" : R"(, "Option": ")" + std::string(option) + "\"") +
                           R"(, "Values": )" + std::string(values) + "}]}");
  };
  const struct {
    const char *key, *option, *values, *names;
  } cases[] = {
      {"Name", "", R"(["other"])", "other"},
      {"Name", "Equals", R"(["app/a"])", "/app/a"},
      {"Name", "BeginsWith", R"(["/app"])", "/app/a /app/b/c"},
      {"Name", "Contains", R"(["the"])", "other"},
      {"Type", "Equals", R"(["String", "SecureString"])", "/app/a other"},
      {"Type", "BeginsWith", R"(["String"])", "/app/a /app/b/c"},
      {"KeyId", "BeginsWith", R"(["alias/"])", "other"},
      {"Path", "OneLevel", R"(["/app"])", "/app/a"},
      {"Path", "Recursive", R"(["/app"])", "/app/a /app/b/c"},
      {"Tier", "", R"(["Advanced"])", "/app/b/c"},
      {"DataType", "", R"(["text"])", "/app/a /app/b/c other"},
      {"Label", "", R"(["l"])", "other"},
      {"tag:team", "", R"(["x"])", "/app/a"},
      {"tag:team", "", R"(["y"])", ""},
      {"Colour", "", R"(["red"])", "InvalidFilterKey"},
      {"Name", "Recursive", R"(["x"])", "InvalidFilterOption"},
      {"Tier", "BeginsWith", R"(["Adv"])", "InvalidFilterOption"},
      {"Tier", "", R"(["Cheap"])", "InvalidFilterValue"},
      {"Name", "", "[]", "InvalidFilterValue"},
      {"Path", "", R"(["app"])", "ValidationException"},
  };
  for (const auto& c : cases) EXPECT_EQ(found(c.key, c.option, c.values), c.names) << c.key;
  EXPECT_EQ(
      world.names("DescribeParameters", R"({"Filters": [{"Key": "Name", "Values": ["/app"]}]})"),
      "/app/a /app/b/c");
  EXPECT_EQ(world.names("DescribeParameters", R"({"NextToken": "x"})"), "InvalidNextToken");
}

TEST(Parameters, APolicyLetsThemExpire) {
  Store world;
  const char* policy = R"("Type": "String", "Tier": "Advanced", "Policies":
      "[{\"Type\":\"Expiration\",\"Version\":\"1.0\",)"
                       R"(\"Attributes\":{\"Timestamp\":\"2026-11-24T12:00:00Z\"}}]")";
  ASSERT_TRUE(world.put("p", "v", policy).starts_with("{"));
  auto described = world.call("ssm", "DescribeParameters");
  EXPECT_EQ((*described)["Parameters"][0]["Policies"][0].text("PolicyType"), "Expiration");
  world.advance(41min);
  EXPECT_EQ(world.value("p"), "v");
  world.advance(1min);
  EXPECT_EQ(world.value("p"), "ParameterNotFound");
  EXPECT_EQ(world.names("DescribeParameters", "{}"), "");
  EXPECT_EQ(world.put("p", "anew", R"("Type": "String")"), R"({"Version":1,"Tier":"Standard"})");
}

TEST(Parameters, PoliciesAreChecked) {
  const std::string expiration =
      R"({"Type":"Expiration","Version":"1.0","Attributes":{"Timestamp":"2027-01-01T00:00:00Z"}})";
  const std::string before =
      R"({"Type":"ExpirationNotification","Version":"1.0","Attributes":{"Before":"3","Unit":"Days"}})";
  const std::string after =
      R"({"Type":"NoChangeNotification","Version":"1.0","Attributes":{"After":"2","Unit":"Hours"}})";
  const struct {
    std::string policies, tier, error;
  } cases[] = {
      {"[" + expiration + "," + before + "," + after + "]", "Advanced", ""},
      {"[" + after + "]", "Intelligent-Tiering", ""},
      {"[]", "Standard", ""},
      {"[" + after + "]", "Standard", "ValidationException"},
      {"{", "Advanced", "ValidationException"},
      {"[" + expiration + "," + expiration + "]", "Advanced", "IncompatiblePolicyException"},
      {"[" + before + "]", "Advanced", "IncompatiblePolicyException"},
      {R"([{"Type":"Surprise","Version":"1.0"}])", "Advanced", "InvalidPolicyTypeException"},
      {R"([{"Type":"Expiration","Version":"1.0","Attributes":{"Timestamp":"soon"}}])", "Advanced",
       "InvalidPolicyAttributeException"},
      {R"([{"Type":"Expiration","Version":"2.0","Attributes":{}}])", "Advanced",
       "InvalidPolicyAttributeException"},
      {R"([{"Type":"NoChangeNotification","Version":"1.0","Attributes":{"After":"0","Unit":"Days"}}])",
       "Advanced", "InvalidPolicyAttributeException"},
      {"[" + after + "," + after + "," + after + "," + after + "," + after + "," + after + "," +
           after + "," + after + "," + after + "," + after + "," + after + "]",
       "Advanced", "PoliciesLimitExceededException"},
  };
  for (const auto& c : cases) {
    Store world;
    const std::string said = world.say("ssm", "PutParameter",
                                       object({{"Name", "p"},
                                               {"Value", "v"},
                                               {"Type", "String"},
                                               {"Tier", c.tier},
                                               {"Policies", c.policies}}));
    EXPECT_TRUE(said.starts_with(c.error.empty() ? "{" : c.error)) << c.policies << ": " << said;
  }
}

TEST(Parameters, AwssPublicOnesHaveAnImageForEachRegion) {
  Store world;
  const std::string name = "/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2";
  auto got = world.call("ssm", "GetParameter", object({{"Name", name}}));
  ASSERT_TRUE(got) << got.error().message;
  const Value& parameter = (*got)["Parameter"];
  EXPECT_TRUE(parameter.text("Value").starts_with("ami-0"));
  EXPECT_EQ(parameter.text("Value").size(), 21u);
  EXPECT_EQ(parameter.text("ARN"), "arn:aws:ssm:us-west-2::parameter" + name);
  EXPECT_EQ(parameter.text("DataType"), "aws:ec2:image");
  auto listed = world.call("ssm", "GetParametersByPath",
                           R"({"Path": "/aws/service/ami-amazon-linux-latest", "MaxResults": 10})");
  EXPECT_EQ(listed->items("Parameters").size(), 10u);
  EXPECT_EQ(world.value("/aws/service/none"), "ParameterNotFound");
  EXPECT_EQ(world.say("ssm", "DeleteParameter", object({{"Name", name}})),
            "ParameterNotFound: Parameter " + name + " not found.");
}

TEST(Parameters, SeveralAreDeletedAtOnce) {
  Store world;
  (void)world.put("a", "v", R"("Type": "String")");
  EXPECT_EQ(world.say("ssm", "DeleteParameters", R"({"Names": ["a", "b"]})"),
            R"({"DeletedParameters":["a"],"InvalidParameters":["b"]})");
}

TEST(Parameters, PoliciesOfIamSeeTagsOverwriteAndPath) {
  Store world(R"({"account": "123456789012", "region": "us-west-2",
      "access_keys": {"user": {"secret": "s", "principal": "u"}},
      "users": {"u": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
          {"Effect": "Allow", "Action": "ssm:PutParameter", "Resource": "*",
           "Condition": {"StringEquals": {"ssm:Overwrite": "false"}}},
          {"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": "*",
           "Condition": {"StringEquals": {"ssm:resourceTag/team": "mine"}}},
          {"Effect": "Allow", "Action": "ssm:GetParametersByPath",
           "Resource": "arn:aws:ssm:us-west-2:123456789012:parameter/open*",
           "Condition": {"StringEquals": {"ssm:Recursive": "false"}}}]}}}}})");
  (void)world.put("/open/mine", "v",
                  R"("Type": "String", "Tags": [{"Key": "team", "Value": "mine"}])");
  (void)world.put("/open/other", "v", R"("Type": "String")");
  world.become("user");
  EXPECT_EQ(world.value("/open/mine"), "v");
  EXPECT_EQ(world.value("/open/other"), "AccessDeniedException");
  EXPECT_EQ(world.names("GetParametersByPath", R"({"Path": "/open", "Recursive": false})"),
            "/open/mine /open/other");
  EXPECT_EQ(world.names("GetParametersByPath", R"({"Path": "/open", "Recursive": true})"),
            "AccessDeniedException");
  EXPECT_EQ(world.names("GetParametersByPath", R"({"Path": "/", "Recursive": false})"),
            "AccessDeniedException");
  EXPECT_TRUE(world.put("new", "v", R"("Type": "String", "Overwrite": false)").starts_with("{"));
  EXPECT_TRUE(world.put("new", "v", R"("Overwrite": true)").starts_with("AccessDeniedException"));
  // Tags at creation are a permission of their own.
  EXPECT_TRUE(world
                  .put("tagged", "v", R"("Type": "String", "Overwrite": false,
      "Tags": [{"Key": "a", "Value": "b"}])")
                  .starts_with("AccessDeniedException: User: arn:aws:iam::123456789012:user/u is "
                               "not authorized to perform: ssm:AddTagsToResource"));
}

}  // namespace
}  // namespace stint::cloud::ssm

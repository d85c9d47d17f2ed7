// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "value/selector.h"

#include <gtest/gtest.h>

#include "value/json.h"

namespace stint {
namespace {

const Value root = *parse_json(R"({
  "A": {"b": 1, "c.d": "dotted", "e-f": true},
  "Reservations": [
    {"Id": "r1", "Instances": [{"InstanceId": "i-1", "State": {"Name": "running", "Code": 16}},
                               {"InstanceId": "i-2", "State": {"Name": "stopped", "Code": 80}}]},
    {"Id": "r2", "Instances": [{"InstanceId": "i-3", "State": {"Name": "running", "Code": 16}}]}],
  "Id": "top", "Nothing": null, "Out": {"a.b": ["x", "y"]}
})");

std::string select(std::string_view path) {
  Result<Selector> selector = Selector::parse(path);
  if (!selector) return selector.error().message;
  const std::optional<Value> found = selector->select(root);
  return found ? to_json(*found) : "none";
}

TEST(Selector, FollowsEveryFormThatRunbooksUse) {
  const std::pair<const char*, const char*> rows[] = {
      {"$.A.b", "1"},
      {"$.A.e-f", "true"},
      {"A.b", "1"},
      {".A.b", "1"},
      {"$.A['c.d']", "\"dotted\""},
      {"$['A'][\"b\"]", "1"},
      {"$.A.'c.d'", "\"dotted\""},
      {"$.Out.'a.b'[0]", "\"x\""},
      {"$.Reservations[0].Id", "\"r1\""},
      {"$.Reservations.[1].Id", "\"r2\""},
      {"$.Reservations[-1].Id", "\"r2\""},
      {"$.Reservations[9].Id", "none"},
      {"$.A.none", "none"},
      {"$.A.b.deeper", "none"},
      {"$.Nothing", "null"},
      {"$..InstanceId", R"(["i-1","i-2","i-3"])"},
      {"$..Id", R"(["top","r1","r2"])"},
      {"$..['InstanceId']", R"(["i-1","i-2","i-3"])"},
      {"$.Reservations..Instances..InstanceId", R"(["i-1","i-2","i-3"])"},
      {"$..none", "none"},
      {"$.Reservations[*].Id", R"(["r1","r2"])"},
      {"$.Reservations[0:1].Id", R"(["r1"])"},
      {"$.Reservations[-1:].Id", R"(["r2"])"},
      {"$.A.*", R"([1,"dotted",true])"},
      {"$.Reservations[0].Instances[?(@.State.Name == 'running')].InstanceId", R"(["i-1"])"},
      {"$.Reservations[0].Instances[?(@.State.Name=='none')]", "[]"},
      {"$..Instances[?(@.State.Code > 20)].InstanceId", R"(["i-2"])"},
      {"$..Instances[?(@.State.Code > 80)].InstanceId", "[]"},
      {"$..Instances[*][?(@.State.Code >= 80)].InstanceId", R"(["i-2"])"},
      {"$.Reservations[?(@.Id != 'r1')].Id", R"(["r2"])"},
      {"$.Reservations[?(@.Id)].Id", R"(["r1","r2"])"}};
  for (const auto& [path, json] : rows) EXPECT_EQ(select(path), json) << path;
  EXPECT_EQ(select("$"), to_json(root));
}

TEST(Selector, RefusesFunctionsAndJoinedFilters) {
  EXPECT_EQ(select("$.A.length()"),
            "the selector \"$.A.length()\" is not valid at character 11: functions are not "
            "supported");
  EXPECT_TRUE(select("$.A[?(@.a == 'x' && @.b == 'y')]")
                  .ends_with("&& and || in a filter are not supported"));
  for (const char* path : {"", "$x", "$.", "$..", "$[", "$['a'", "$['a", "$[1,2]", "$[a]", "$.a b",
                           "$[?(@.a == )]", "$[?(@.a ~ 'x')]", "$[0:4:2]", "$..[0]", "$.a]"})
    EXPECT_FALSE(Selector::parse(path)) << path;
}

TEST(Selector, KnowsWhatAwsDocuments) {
  for (const char* path : {"$", "$.A.b[0]", "$..Id", "$.R[?(@.a == 'x')]"})
    EXPECT_TRUE(Selector::parse(path)->documented()) << path;
  for (const char* path :
       {"A.b", "$.A[*]", "$['A']", "$.A[-1]", "$.A[0:1]", "$.A.[0]", "$.A[?(@.b)]"})
    EXPECT_FALSE(Selector::parse(path)->documented()) << path;
}

}  // namespace
}  // namespace stint

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "cloud/logs/pattern.h"
#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using namespace std::chrono_literals;
using cloud::testing::Input;
using cloud::testing::json;
using cloud::testing::TestWorld;

constexpr std::string_view logs_world = R"({
  "access_keys": {"root": {"secret": "s", "principal": "root"},
                  "writer": {"secret": "s", "principal": "writer"}},
  "users": {"writer": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["logs:PutLogEvents", "logs:CreateLogStream"],
     "Resource": "arn:aws:logs:us-west-2:123456789012:log-group:g:*"}]}}}}
})";

struct Logs : ::testing::Test, TestWorld {
  Logs() : TestWorld(logs_world) {
    get("CreateLogGroup", R"({"logGroupName":"g"})");
    get("CreateLogStream", R"({"logGroupName":"g","logStreamName":"s"})");
  }
  Value get(std::string_view operation, const Input& input) {
    auto answer = call("logs", operation, input);
    if (!answer)
      ADD_FAILURE() << operation << ": " << answer.error().name << ": " << answer.error().message;
    return answer ? *answer : Value();
  }
  std::string code(std::string_view operation, const Input& input) {
    auto answer = call("logs", operation, input);
    return answer ? "fine" : answer.error().name;
  }
  std::int64_t at(Duration offset) { return (now + offset).time_since_epoch().count(); }
  Value put(const std::vector<std::pair<Duration, std::string>>& events,
            const std::string& stream = "s") {
    Value list{Value::List()};
    for (const auto& [offset, message] : events)
      list.push(object({{"timestamp", at(offset)}, {"message", message}}));
    return get(
        "PutLogEvents",
        object({{"logGroupName", "g"}, {"logStreamName", stream}, {"logEvents", std::move(list)}}));
  }
  static std::string messages(const Value& answer) {
    std::string out;
    for (const Value& event : answer.items("events"))
      out += (out.empty() ? "" : " ") + event.text("message");
    return out;
  }
  /// A page of the stream.
  Value read(std::initializer_list<std::pair<std::string_view, Value>> more = {}) {
    Value in = object({{"logGroupName", "g"}, {"logStreamName", "s"}});
    for (const auto& [name, value] : more) in.set(name, value);
    return get("GetLogEvents", in);
  }
};

TEST_F(Logs, GiveBackEventsInTheOrderOfTheirTimes) {
  put({{0s, "b"}, {1s, "c"}});
  put({{-1s, "a"}});
  EXPECT_EQ(messages(read({{"startFromHead", true}})), "a b c");
  EXPECT_EQ(messages(read({{"startTime", at(0s)}, {"endTime", at(1s)}})), "b");
}

TEST_F(Logs, LeadForwardAndBackwardByTokens) {
  put({{0s, "1"}, {1s, "2"}, {2s, "3"}, {3s, "4"}, {4s, "5"}});
  Value page = read({{"startFromHead", true}, {"limit", 2}});
  EXPECT_EQ(messages(page), "1 2");
  page = read({{"nextToken", page.text("nextForwardToken")}, {"limit", 2}});
  EXPECT_EQ(messages(page), "3 4");
  const Value back = read({{"nextToken", page.text("nextBackwardToken")}, {"limit", 9}});
  EXPECT_EQ(messages(back), "1 2");
  page = read({{"nextToken", page.text("nextForwardToken")}, {"limit", 2}});
  EXPECT_EQ(messages(page), "5");
  const std::string end = page.text("nextForwardToken");
  page = read({{"nextToken", end}});
  EXPECT_EQ(messages(page), "");
  EXPECT_EQ(page.text("nextForwardToken"), end) << "the same token says that this is the end";
  put({{5s, "6"}});
  EXPECT_EQ(messages(read({{"nextToken", end}})), "6") << "what comes later is found by it";
  EXPECT_EQ(messages(read({{"limit", 2}})), "5 6") << "the newest when nothing else is asked";
}

TEST_F(Logs, RejectWhatIsTooOldOrTooNew) {
  get("PutRetentionPolicy", R"({"logGroupName":"g","retentionInDays":3})");
  const Value old = put({{-24h * 4, "expired"}, {-24h * 4 + 1s, "expired too"}});
  EXPECT_EQ(old["rejectedLogEventsInfo"].integer("expiredLogEventEndIndex"), 2);
  const Value ahead = put({{0s, "fine"}, {3h, "new"}, {4h, "newer"}});
  EXPECT_EQ(ahead["rejectedLogEventsInfo"].integer("tooNewLogEventStartIndex"), 1);
  EXPECT_EQ(messages(read()), "fine");
  get("DeleteRetentionPolicy", R"({"logGroupName":"g"})");
  EXPECT_EQ(put({{-24h * 15, "old"}})["rejectedLogEventsInfo"].integer("tooOldLogEventEndIndex"),
            1);
  EXPECT_EQ(put({{1s, "x"}}).find("rejectedLogEventsInfo"), nullptr);
}

TEST_F(Logs, ForgetWhatIsOlderThanTheGroupKeeps) {
  put({{0s, "x"}});
  get("PutRetentionPolicy", R"({"logGroupName":"g","retentionInDays":1})");
  advance(25h);
  EXPECT_EQ(messages(read()), "");
}

TEST_F(Logs, FilterByTerms) {
  struct Case {
    const char* pattern;
    const char* message;
    bool matches;
  };
  for (const auto& [pattern, message, matches] : std::vector<Case>{
           {"", "anything", true},
           {"ERROR", "an ERROR here", true},
           {"ERROR", "an error here", false},
           {"a b", "b then a", true},
           {"a b", "only a", false},
           {"\"then a\"", "b then a", true},
           {"\"a then\"", "b then a", false},
           {"?x ?y", "has y", true},
           {"?x ?y", "has z", false},
           {"ERROR -timeout", "ERROR timeout", false},
           {"ERROR -timeout", "ERROR disk", true},
           {"{ $.level = \"ERR*\" }", R"({"level":"ERROR"})", true},
           {"{ $.level = \"INFO\" }", R"({"level":"ERROR"})", false},
           {"{ $.n > 3 }", R"({"n":4})", true},
           {"{ $.n > 3 }", R"({"n":3})", false},
           {"{ $.a.b = 1 && $.c != \"x\" }", R"({"a":{"b":1},"c":"y"})", true},
           {"{ $.a = 1 || $.b = 2 }", R"({"b":2})", true},
           {"{ ($.a = 1 || $.b = 2) && $.c = 3 }", R"({"b":2})", false},
           {"{ $.a IS NULL }", R"({"a":null})", true},
           {"{ $.a NOT EXISTS }", R"({"b":1})", true},
           {"{ $.a IS TRUE }", R"({"a":true})", true},
           {"{ $.a = 1 }", "no json", false},
       }) {
    auto read = logs::read_pattern(pattern);
    ASSERT_TRUE(read) << pattern;
    EXPECT_EQ(read->matches(message), matches) << pattern << " " << message;
  }
  for (const char* wrong : {"{ $.a }", "{ a = 1 }", "\"open", "[a, b]", "%x%", "{ $.a = }", "-"})
    EXPECT_FALSE(logs::read_pattern(wrong)) << wrong;
  EXPECT_FALSE(logs::read_pattern("{ " + std::string(500, '(') + "$.a = 1 }")) << "nested deeply";
}

TEST_F(Logs, SearchAllStreamsOfAGroup) {
  get("CreateLogStream", R"({"logGroupName":"g","logStreamName":"other/1"})");
  put({{0s, "ERROR a"}, {2s, "fine"}});
  put({{1s, "ERROR b"}}, "other/1");
  auto search = [&](std::initializer_list<std::pair<std::string_view, Value>> more) {
    Value in = object({{"logGroupName", "g"}});
    for (const auto& [name, value] : more) in.set(name, value);
    return get("FilterLogEvents", in);
  };
  EXPECT_EQ(messages(search({{"filterPattern", "ERROR"}})), "ERROR a ERROR b");
  EXPECT_EQ(messages(search({{"logStreamNamePrefix", "other"}})), "ERROR b");
  EXPECT_EQ(messages(search({{"logStreamNames", Value::list({"s"})}})), "ERROR a fine");
  EXPECT_EQ(messages(search({{"startTime", at(1s)}, {"endTime", at(1s)}})), "ERROR b");
  std::string all;
  Value token;
  for (int page = 0; page < 9; ++page) {
    const Value answer =
        token.is_null() ? search({{"limit", 1}}) : search({{"limit", 1}, {"nextToken", token}});
    all += messages(answer) + ";";
    if (answer.text("nextToken").empty()) break;
    token = answer.text("nextToken");
  }
  EXPECT_EQ(all, "ERROR a;ERROR b;fine;");
}

TEST_F(Logs, RefuseWhatIsWrong) {
  const Value stream = object({{"logGroupName", "g"}, {"logStreamName", "s"}});
  auto with = [](Value in, const char* name, Value value) {
    in.set(name, std::move(value));
    return in;
  };
  auto events = [&](std::vector<std::pair<std::int64_t, std::string>> rows) {
    Value list{Value::List()};
    for (const auto& [time, message] : rows)
      list.push(object({{"timestamp", time}, {"message", message}}));
    return with(stream, "logEvents", std::move(list));
  };
  struct Case {
    const char* operation;
    Value input;
    const char* expected;
  };
  const std::vector<Case> cases{
      {"CreateLogGroup", json(R"({"logGroupName":"g"})"), "ResourceAlreadyExistsException"},
      {"CreateLogGroup", json(R"({"logGroupName":"a b"})"), "InvalidParameterException"},
      {"CreateLogGroup", json(R"({"logGroupName":"x","tags":{"aws:a":"1"}})"),
       "InvalidParameterException"},
      {"CreateLogStream", stream, "ResourceAlreadyExistsException"},
      {"CreateLogStream", json(R"({"logGroupName":"none","logStreamName":"s"})"),
       "ResourceNotFoundException"},
      {"CreateLogStream", json(R"({"logGroupName":"g","logStreamName":"a:b"})"),
       "InvalidParameterException"},
      {"DeleteLogGroup", json(R"({"logGroupName":"none"})"), "ResourceNotFoundException"},
      {"DeleteLogStream", json(R"({"logGroupName":"g","logStreamName":"none"})"),
       "ResourceNotFoundException"},
      {"PutRetentionPolicy", json(R"({"logGroupName":"g","retentionInDays":2})"),
       "InvalidParameterException"},
      {"PutRetentionPolicy", json(R"({"logGroupName":"none","retentionInDays":1})"),
       "ResourceNotFoundException"},
      {"DeleteRetentionPolicy", json(R"({"logGroupName":"none"})"), "ResourceNotFoundException"},
      {"DescribeLogGroups", json(R"({"logGroupNamePrefix":"a","logGroupNamePattern":"b"})"),
       "InvalidParameterException"},
      {"DescribeLogGroups", json(R"({"nextToken":"nonsense"})"), "InvalidParameterException"},
      {"DescribeLogStreams",
       json(R"({"logGroupName":"g","orderBy":"LastEventTime","logStreamNamePrefix":"s"})"),
       "InvalidParameterException"},
      {"DescribeLogStreams", json(R"({"logGroupName":"none"})"), "ResourceNotFoundException"},
      {"PutLogEvents", events({}), "InvalidParameterException"},
      {"PutLogEvents", events({{at(1s), "b"}, {at(0s), "a"}}), "InvalidParameterException"},
      {"PutLogEvents", events({{at(-25h), "b"}, {at(0s), "a"}}), "InvalidParameterException"},
      {"PutLogEvents", events({{at(0s), std::string(262144, 'x')}}), "InvalidParameterException"},
      {"PutLogEvents", events({{at(0s), ""}}), "InvalidParameterException"},
      {"PutLogEvents", with(events({{at(0s), "x"}}), "logStreamName", "none"),
       "ResourceNotFoundException"},
      {"GetLogEvents", with(stream, "nextToken", "nonsense"), "InvalidParameterException"},
      {"GetLogEvents", with(stream, "logStreamName", "none"), "ResourceNotFoundException"},
      {"FilterLogEvents", json(R"({"logGroupName":"none"})"), "ResourceNotFoundException"},
      {"FilterLogEvents", json(R"({"logGroupName":"g","filterPattern":"[a]"})"),
       "InvalidParameterException"},
      {"FilterLogEvents",
       json(R"({"logGroupName":"g","logStreamNames":["s"],"logStreamNamePrefix":"s"})"),
       "InvalidParameterException"},
      {"ListTagsLogGroup", json(R"({"logGroupName":"none"})"), "ResourceNotFoundException"},
      {"TagLogGroup", json(R"({"logGroupName":"none","tags":{"a":"1"}})"),
       "ResourceNotFoundException"},
      {"TagLogGroup", json(R"({"logGroupName":"g","tags":{"aws:a":"1"}})"),
       "InvalidParameterException"},
      {"UntagLogGroup", json(R"({"logGroupName":"none","tags":["a"]})"),
       "ResourceNotFoundException"},
      {"AssociateKmsKey", json(R"({"logGroupName":"none","kmsKeyId":"k"})"),
       "ResourceNotFoundException"},
  };
  for (const auto& [operation, input, expected] : cases)
    EXPECT_EQ(code(operation, input), expected) << operation << to_json(input).substr(0, 200);
}

TEST_F(Logs, KeepMetricFiltersOfAGroup) {
  const char* filter = R"({"logGroupName":"g","filterName":"errors","filterPattern":"[ip, user]",
    "metricTransformations":[{"metricName":"Errors","metricNamespace":"App","metricValue":"1"}]})";
  get("PutMetricFilter", filter);
  EXPECT_EQ(cloud.audit.back().effect, "created");
  get("PutMetricFilter", filter);
  EXPECT_EQ(cloud.audit.back().effect, "changed");
  EXPECT_EQ(get("DescribeLogGroups", "{}").items("logGroups")[0].integer("metricFilterCount"), 1);
  for (const char* input : {R"({"logGroupName":"g","filterNamePrefix":"err"})", "{}",
                            R"({"metricName":"Errors","metricNamespace":"App"})"}) {
    const Value found = get("DescribeMetricFilters", input);
    ASSERT_EQ(found.items("metricFilters").size(), 1u) << input;
    EXPECT_EQ(found.items("metricFilters")[0].text("filterPattern"), "[ip, user]");
  }
  EXPECT_EQ(get("DescribeMetricFilters", R"({"metricName":"Odd","metricNamespace":"App"})")
                .items("metricFilters")
                .size(),
            0u);
  auto restored = restore(entities(cloud.state));
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_TRUE(diff(*restored, cloud.state).empty());
  get("DeleteLogGroup", R"({"logGroupName":"g"})");
  EXPECT_EQ(get("DescribeMetricFilters", "{}").items("metricFilters").size(), 0u);
}

TEST_F(Logs, DescribeGroupsAndStreams) {
  put({{0s, "x"}});
  get("CreateLogStream", R"({"logGroupName":"g","logStreamName":"r"})");
  get("TagLogGroup", R"({"logGroupName":"g","tags":{"a":"1","b":"2"}})");
  get("UntagLogGroup", R"({"logGroupName":"g","tags":["a"]})");
  EXPECT_EQ(say("logs", "ListTagsLogGroup", R"({"logGroupName":"g"})"), R"({"tags":{"b":"2"}})");
  EXPECT_EQ(say("logs", "ListTagsForResource",
                R"({"resourceArn":"arn:aws:logs:us-west-2:123456789012:log-group:g"})"),
            R"({"tags":{"b":"2"}})");
  const Value group =
      get("DescribeLogGroups", R"({"logGroupNamePrefix":"g"})").items("logGroups")[0];
  EXPECT_EQ(group.text("arn"), "arn:aws:logs:us-west-2:123456789012:log-group:g:*");
  EXPECT_EQ(group.integer("storedBytes"), 27);
  const Value streams =
      get("DescribeLogStreams",
          R"({"logGroupName":"g","orderBy":"LastEventTime","descending":true,"limit":1})");
  ASSERT_EQ(streams.items("logStreams").size(), 1u);
  EXPECT_FALSE(streams.text("nextToken").empty());
  const Value by_name = get("DescribeLogStreams", R"({"logGroupName":"g"})");
  EXPECT_EQ(by_name.items("logStreams")[0].text("logStreamName"), "r");
  EXPECT_EQ(by_name.items("logStreams")[1].integer("lastEventTimestamp"), at(0s));
  get("DeleteLogStream", R"({"logGroupName":"g","logStreamName":"s"})");
  EXPECT_TRUE(cloud.state.account("123456789012").regions.at("us-west-2").logs.events.empty());
  get("DeleteLogGroup", R"({"logGroupName":"g"})");
  EXPECT_EQ(get("DescribeLogGroups", "{}").items("logGroups").size(), 0u);
}

TEST_F(Logs, AskPolicies) {
  become("writer");
  EXPECT_EQ(code("CreateLogStream", R"({"logGroupName":"g","logStreamName":"w"})"), "fine");
  put({{0s, "x"}}, "w");
  EXPECT_EQ(code("GetLogEvents", R"({"logGroupName":"g","logStreamName":"w"})"),
            "AccessDeniedException");
  EXPECT_EQ(code("DeleteLogGroup", R"({"logGroupName":"g"})"), "AccessDeniedException");
  EXPECT_EQ(code("DescribeLogGroups", "{}"), "AccessDeniedException");
}

TEST_F(Logs, SurviveARestart) {
  put({{0s, "x"}});
  auto restored = restore(entities(cloud.state));
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_TRUE(diff(*restored, cloud.state).empty());
  EXPECT_TRUE(dump_world(cloud.state));
}

}  // namespace
}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/plugin.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "cloud/ssm/invocations.h"
#include "cloud/ssm/s3_place.h"
#include "cloud/testing.h"

namespace stint::cloud::ssm {
namespace {

using testing::json;

TEST(S3Url, IsReadInBothStylesAndWhateverTheRegion) {
  const struct {
    const char *url, *bucket, *key;
  } cases[] = {
      {"https://my-script-bucket.s3-us-west-2.amazonaws.com/exampleScript.py", "my-script-bucket",
       "exampleScript.py"},
      {"https://b.s3.us-west-2.amazonaws.com/a/b.py", "b", "a/b.py"},
      {"https://b.s3.amazonaws.com/folder/", "b", "folder/"},
      {"http://b.s3.amazonaws.com/x", "b", "x"},
      {"https://my.dotted.bucket.s3.eu-west-1.amazonaws.com/k", "my.dotted.bucket", "k"},
      {"https://b.s3.dualstack.us-west-2.amazonaws.com/k", "b", "k"},
      {"https://b.s3.cn-north-1.amazonaws.com.cn/k", "b", "k"},
      {"https://s3.amazonaws.com/b/a/k", "b", "a/k"},
      {"https://s3-us-west-2.amazonaws.com/b/k", "b", "k"},
      {"https://s3.us-west-2.amazonaws.com/b/folder/k", "b", "folder/k"},
      {"https://s3-logs.s3.us-west-2.amazonaws.com/k", "s3-logs", "k"},
      {"https://b.s3.amazonaws.com/a%20b%2Bc.txt", "b", "a b+c.txt"},
      {"https://B.S3.AMAZONAWS.COM/Key", "b", "Key"},
      {"https://b.s3.amazonaws.com/k?versionId=1", "b", "k"},
      {"https://b.s3.amazonaws.com.attacker.test:4567/k", "b", "k"},  // not anchored at the end
      {"https://b.s3.amazonaws.com", "b", ""},
  };
  for (const auto& c : cases) {
    auto place = parse_s3_url(c.url);
    ASSERT_TRUE(place) << c.url;
    EXPECT_EQ(place->bucket, c.bucket) << c.url;
    EXPECT_EQ(place->key, c.key) << c.url;
  }
}

TEST(S3Url, IsNothingElse) {
  for (const char* url :
       {"", "b/k", "s3://b/k", "https://example.com/k", "https://b.amazonaws.com/k",
        "https://b.s3x.amazonaws.com/k", "https://s3.amazonaws.com/", "https://s3.amazonaws.com",
        "https://github.com/a/s3.amazonaws.com", "https://b.s3.a.b.c.amazonaws.com/k"})
    EXPECT_FALSE(parse_s3_url(url)) << url;
}

TEST(Plugin, ExitCodesMeanWhatTheAgentTakesThemFor) {
  const struct {
    ProcessResult result;
    const char* status;
    int code;
    bool ends;
    const char* error;
  } cases[] = {
      {{.exit_code = 0}, "Success", 0, false, ""},
      {{.exit_code = 1}, "Failed", 1, false, "failed to run commands: exit status 1"},
      {{.exit_code = 127, .error = "sh: nope\n"},
       "Failed",
       127,
       false,
       "sh: nope\nfailed to run commands: exit status 127"},
      {{.exit_code = 168}, "Success", 0, true, ""},
      {{.exit_code = 169}, "Failed", 169, true, "failed to run commands: exit status 169"},
      {{.exit_code = 137, .timed_out = true, .error = "so far"}, "TimedOut", 137, false, "so far"},
      {{.exit_code = 0, .cancelled = true}, "Cancelled", 137, false, ""},
      {{.failure = "no disk"}, "Failed", 1, false, "no disk"},
  };
  for (const auto& c : cases) {
    PluginOutcome outcome = judge(c.result);
    EXPECT_EQ(outcome.status, c.status) << c.error;
    EXPECT_EQ(outcome.code, c.code) << c.error;
    EXPECT_EQ(outcome.ends_command, c.ends) << c.error;
    EXPECT_EQ(outcome.error, c.error);
  }
}

TEST(Plugin, StreamsAreCutWithAMark) {
  EXPECT_EQ(cut_stream(std::string(24000, 'x')), std::string(24000, 'x'));
  std::string cut = cut_stream(std::string(24001, 'x'));
  EXPECT_EQ(cut.size(), 24000u);
  EXPECT_TRUE(cut.ends_with("x--output truncated--"));
  // A character is never cut in two.
  std::string wide;
  for (int i = 0; i < 9000; ++i) wide += "\u20ac";
  EXPECT_TRUE(valid_utf8(cut_stream(wide)));
}

TEST(Plugin, BothStreamsShareTheOutputOfAnInvocation) {
  const std::string shorts = "out\n----------ERROR-------\nerr";
  EXPECT_EQ(joined_output("out", "err"), shorts);
  EXPECT_EQ(joined_output("out", ""), "out");
  EXPECT_EQ(joined_output("", "err"), "\n----------ERROR-------\nerr");
  std::string only = joined_output(std::string(3000, 'o'), "");
  EXPECT_EQ(only.size(), 2500u);
  EXPECT_TRUE(only.ends_with("o\n---Output truncated---"));
  std::string both = joined_output(std::string(3000, 'o'), std::string(3000, 'e'));
  EXPECT_EQ(both.size(), 2500u);
  EXPECT_NE(both.find("o\n---Output truncated---\n----------ERROR-------\ne"), both.npos);
  EXPECT_TRUE(both.ends_with("e\n---Error truncated----"));
  // What one does not need the other may have.
  std::string one = joined_output("short", std::string(3000, 'e'));
  EXPECT_EQ(one.size(), 2500u);
  EXPECT_TRUE(one.starts_with("short\n----"));
}

TEST(Plugin, TimeoutsOutsideTheBoundsAreTheDefault) {
  EXPECT_EQ(plugin_timeout(Value("600")), 600);
  EXPECT_EQ(plugin_timeout(Value(5)), 5);
  for (const Value& odd : {Value("4"), Value(172801), Value("soon"), Value(), Value("")})
    EXPECT_EQ(plugin_timeout(odd), 3600);
}

TEST(Plugin, PreconditionsCompareThePlatformAndParameters) {
  const Value parameters = json(R"({"Kind": "web"})");
  PluginLookup lookup(parameters);
  const struct {
    const char* condition;
    bool met, broken;
    const char* sentence;
  } cases[] = {
      {"null", true, false, ""},
      {R"({"StringEquals": ["platformType", "Linux"]})", true, false, ""},
      {R"({"StringEquals": ["Linux", "platformType"]})", true, false, ""},
      {R"({"StringEquals": ["platformType", "Windows"]})", false, false,
       R"("StringEquals": [platformType, Windows])"},
      {R"({"StringEquals": ["{{ Kind }}", "web"]})", true, false, ""},
      {R"({"StringEquals": ["{{ Kind }}", "db"]})", false, false,
       R"("StringEquals": [{{ Kind }}, db])"},
      {R"({"StringLike": ["a", "b"]})", false, true,
       "Unrecognized precondition operator: StringLike"},
      {R"({"StringEquals": ["a"]})", false, true,
       "The precondition operator StringEquals needs two operands."},
      {R"("yes")", false, true, "A precondition is a map of operators."},
  };
  for (const auto& c : cases) {
    Precondition result = check_precondition(json(c.condition), lookup);
    EXPECT_EQ(result.met, c.met) << c.condition;
    EXPECT_EQ(result.broken, c.broken) << c.condition;
    EXPECT_EQ(result.sentence, c.sentence) << c.condition;
  }
}

}  // namespace
}  // namespace stint::cloud::ssm

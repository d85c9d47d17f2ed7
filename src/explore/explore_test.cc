// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// The explorer finds what is there and invents nothing (spec/temporary-permissions.md B, E).
#include "explore/explore.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "aws/embedded.h"
#include "base/file.h"
#include "cloud/world_file.h"
#include "explore/report.h"
#include "explore/suggest.h"
#include "value/json.h"

namespace stint::explore {
namespace {

constexpr std::string_view instance = "i-0123456789abcdef0";

Options options_for(std::string content, Value parameters = Value(Object())) {
  Options options;
  options.now = *parse_time("2026-01-01T00:00:00Z");
  options.world = *cloud::default_world(options.now);
  options.document = {.name = "runbook", .version = "1", .content = std::move(content)};
  options.parameters = std::move(parameters);
  options.pairs = false;
  options.models = [] {
    aws::Models::Options models;
    models.embedded = aws::embedded_models();
    return std::make_unique<aws::Models>(std::move(models));
  };
  return options;
}

/// A runbook of API steps: "name service.Api {inputs}", one a line.
std::string runbook(const std::vector<std::string>& steps) {
  std::string out = "schemaVersion: '0.3'\nmainSteps:\n";
  for (const std::string& step : steps) out += "  - " + step + "\n";
  return out;
}
std::string api(std::string_view name, std::string_view service, std::string_view operation,
                std::string_view inputs, std::string_view more = "") {
  return "{name: " + std::string(name) +
         ", action: 'aws:executeAwsApi', inputs: {Service: " + std::string(service) +
         ", Api: " + std::string(operation) + ", " + std::string(inputs) + "}" + std::string(more) +
         "}";
}

constexpr std::string_view trust =
    R"(AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow",)"
    R"("Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}')";

/// Ids of the single faults that leave something behind: the smallest of each finding is not
/// enough, so every one is replayed.
std::set<std::string> unclean_singles(const Options& options, int calls) {
  std::set<std::string> out;
  for (const KindRow& row : kinds()) {
    if (row.kind >= Kind::op_profile) continue;
    for (int call = 1; call <= calls; ++call) {
      Scenario scenario{.faults = {{row.kind, call, row.kind == Kind::late ? 1 : 0}}};
      Result<Finding> finding = replay(options, scenario);
      if (finding && finding->severity != Severity::none) out.insert(id_of(scenario));
    }
  }
  return out;
}

using Ids = std::set<std::string>;

// A thing that one call makes and the next removes. Made and not removed: the answer of the making
// is lost, doubled or late, its step cancelled or timed out while it is under way, or the removal
// fails or is never reached. The engine's own death changes nothing: it goes on where it stood.
TEST(Explore, FindsEveryWayInWhichAThingThatIsMadeIsNotRemoved) {
  const Options options =
      options_for(runbook({api("Make", "iam", "CreateRole", "RoleName: r, " + std::string(trust)),
                           api("Remove", "iam", "DeleteRole", "RoleName: r")}));
  EXPECT_EQ(unclean_singles(options, 2),
            (Ids{"lost@1", "retried@1", "late@1:1", "cancelled@1", "err@2", "denied@2",
                 "throttled@2", "timeout@2", "perm@2", "cancel@2"}));
}

TEST(Explore, FindsEveryWayInWhichAPolicyStaysAttached) {
  const std::string arguments =
      "RoleName: CoreInstanceRole, PolicyArn: "
      "'arn:aws:iam::123456789012:policy/expandedPermissionsForAutomation'";
  const Options options =
      options_for(runbook({api("Attach", "iam", "AttachRolePolicy", arguments),
                           api("Detach", "iam", "DetachRolePolicy", arguments)}));
  // Attaching twice is no error: a client that sends it again hears of success, and goes on.
  EXPECT_EQ(unclean_singles(options, 2),
            (Ids{"lost@1", "late@1:1", "cancelled@1", "err@2", "denied@2", "throttled@2",
                 "timeout@2", "perm@2", "cancel@2"}));
  Result<Finding> finding = replay(options, *scenario_from("err@2"));
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->severity, Severity::escalation);
  ASSERT_EQ(finding->damage.holders.size(), 1u);
  EXPECT_FALSE(finding->damage.holders[0].wider.empty());
}

TEST(Explore, FindsNothingInARunbookThatOnlyReads) {
  Result<Report> report =
      explore(options_for(runbook({api("Look", "iam", "ListRoles", "MaxItems: 5"),
                                   api("Again", "ec2", "DescribeInstances", "MaxResults: 5")})));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->findings.empty());
  EXPECT_GT(report->cases, 5);
  EXPECT_EQ(report->unclean, 0);
}

// What a runbook is there to do is no leak, however it is interrupted afterwards.
TEST(Explore, WhatTheRunIsMeantToLeaveIsNoFinding) {
  const Options options = options_for(
      runbook({api("Make", "iam", "CreateRole", "RoleName: wanted, " + std::string(trust))}));
  EXPECT_EQ(unclean_singles(options, 1), Ids{});
}

// A clean-up that is reached by every way out leaves nothing, however one call fails.
TEST(Explore, AWayBackFromEveryStepIsClean) {
  const Options options = options_for(runbook(
      {api("Put", "iam", "PutRolePolicy",
           "RoleName: CoreInstanceRole, PolicyName: p, PolicyDocument: "
           R"('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}')",
           ", onFailure: 'step:Remove', onCancel: 'step:Remove'"),
       api("Remove", "iam", "DeleteRolePolicy", "RoleName: CoreInstanceRole, PolicyName: p",
           ", maxAttempts: 3, onCancel: 'step:Again'"),
       api("Again", "iam", "DeleteRolePolicy", "RoleName: CoreInstanceRole, PolicyName: p",
           ", maxAttempts: 3")}));
  // What no runbook can mend: a request that arrives after the end, and a right that is taken away.
  for (const std::string& id : unclean_singles(options, 3))
    EXPECT_TRUE(id.starts_with("late@1") || id.starts_with("perm@") || id.starts_with("cancel@3") ||
                id.starts_with("timeout@"))
        << id;
}

std::string blog() {
  Result<std::string> text =
      read_file(STINT_SOURCE_DIR "/src/cli/runbooks/temporary-permissions.yaml");
  EXPECT_TRUE(text);
  return text ? *text : "";
}
Options blog_options() {
  return options_for(blog(), object({{"InstanceId", instance}}));
}

/// One finding of the specification: a case, and what it comes to.
struct Known {
  std::string_view name;
  std::string_view step;  ///< where the fault happens, in the fault-free run
  int nth;                ///< call of that step
  Kind kind;
  int extra;
  Start start;
  Severity severity;
  std::string_view says;  ///< part of the sentence
};
const Known known[] = {
    {"F1", "ListInstanceProfilesForRole", 1, Kind::err, 0, Start::given, Severity::lost,
     "without an instance profile"},
    {"F1 slow", "", 0, Kind::err, 0, Start::slow, Severity::none, ""},
    {"F2", "AttachIAMProfileToInstanceWithRetry", 5, Kind::lost, 0, Start::given, Severity::lost,
     "which is no more"},
    {"F3", "verifyTempInstanceProfileAssociation", 1, Kind::timeout, 0, Start::given,
     Severity::escalation, "says TimedOut"},
    {"F3 stopped", "", 0, Kind::err, 0, Start::stopped, Severity::escalation, "says TimedOut"},
    {"F4", "getTempInstanceProfile", 1, Kind::err, 0, Start::given, Severity::escalation,
     "keeps the profile"},
    {"F5", "", 0, Kind::err, 0, Start::no_profile, Severity::escalation, "keeps the profile"},
    {"F6", "associateOriginalInstanceProfile", 1, Kind::throttled, 0, Start::given,
     Severity::escalation, "keeps the profile"},
    {"F8", "runScriptFromS3", 2, Kind::cancelled, 0, Start::given, Severity::escalation,
     "says Cancelled"},
    {"F9", "createTempAutomationInstanceRole", 1, Kind::op_profile, 0, Start::given, Severity::lost,
     "instead of operators-choice (the execution says Success)"},
    {"F14", "detachTempAutomationPolicy", 1, Kind::err, 0, Start::given, Severity::latent,
     "iam role"},
};

TEST(Explore, TheBlogsRunbookLeaksAsTheSpecificationSays) {
  const Options options = blog_options();
  Result<Finding> base = replay(options, {});
  ASSERT_TRUE(base) << base.error().message;
  EXPECT_EQ(base->severity, Severity::none) << base->sentence;
  EXPECT_EQ(base->status, "Success");
  for (const Known& row : known) {
    SCOPED_TRACE(row.name);
    Scenario scenario{.faults = {}, .start = row.start};
    int seen = 0;
    for (const Passed& passed : base->path)
      if (passed.step == row.step && ++seen == row.nth)
        scenario.faults.push_back({row.kind, passed.call, row.extra});
    ASSERT_EQ(scenario.faults.empty(), row.step.empty());
    Result<Finding> finding = replay(options, scenario);
    ASSERT_TRUE(finding) << finding.error().message;
    if (row.name == "F1 slow") {
      // Slow propagation alone: the child's tries outlast two minutes, nothing is lost.
      EXPECT_EQ(finding->status, "Success") << finding->sentence;
      continue;
    }
    EXPECT_EQ(finding->severity, row.severity) << finding->sentence;
    EXPECT_NE(finding->sentence.find(row.says), std::string::npos) << finding->sentence;
  }
}

// O5: the child takes the profile off, and has to wait until EC2 knows the new one.
TEST(Explore, MomentsWithoutCredentialsAreTold) {
  Result<Finding> base = replay(blog_options(), {});
  ASSERT_TRUE(base) << base.error().message;
  const auto gap = longest_without_credentials(base->path);
  EXPECT_GT(gap, std::chrono::seconds(8));  // iam_to_ec2 of the default world
  EXPECT_LT(gap, std::chrono::seconds(30));
  EXPECT_FALSE(base->path.front().without_credentials);
  EXPECT_FALSE(base->path.back().without_credentials);
}

// F7: what a failed DeleteInstanceProfile leaves takes another instance's profile away.
TEST(Explore, LeftOversHarmTheNextRunOnAnotherInstance) {
  const Options options = blog_options();
  Result<Finding> base = replay(options, {});
  ASSERT_TRUE(base);
  int call = 0;
  for (const Passed& passed : base->path)
    if (passed.step == "deleteTempAutomationInstanceProfile") call = passed.call;
  Result<Finding> here = replay(options, {.faults = {{Kind::err, call, 0}}});
  ASSERT_TRUE(here);
  EXPECT_EQ(here->severity, Severity::latent);
  EXPECT_EQ(here->next_run.size(), 2u);
  Result<Finding> next =
      replay(options, {.faults = {{Kind::err, call, 0}, {.kind = Kind::next_other, .call = 0}}});
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_EQ(next->severity, Severity::lost) << next->sentence;
  EXPECT_NE(next->sentence.find("without an instance profile"), std::string::npos)
      << next->sentence;
}

// A next run that removes what an earlier one left takes nothing away from anybody.
TEST(Explore, RemovingLeftOversIsNoLoss) {
  const Options options =
      options_for(runbook({api("Make", "iam", "CreateRole", "RoleName: r, " + std::string(trust),
                               ", onFailure: 'step:Remove'"),
                           api("Remove", "iam", "DeleteRole", "RoleName: r")}));
  Result<Finding> finding = replay(options, *scenario_from("err@2+next"));
  ASSERT_TRUE(finding) << finding.error().message;
  EXPECT_EQ(finding->severity, Severity::none) << finding->sentence;
}

// A mend is kept when exploring proves it, and the fault-free run still does what it did.
TEST(Suggest, MakesARunbookBetterAndProvesIt) {
  const Options options =
      options_for(runbook({api("Make", "iam", "CreateRole", "RoleName: r, " + std::string(trust)),
                           api("Remove", "iam", "DeleteRole", "RoleName: r")}));
  Result<std::optional<Suggestion>> suggestion = suggest(options);
  ASSERT_TRUE(suggestion) << suggestion.error().message;
  ASSERT_TRUE(*suggestion);
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_LE((*suggestion)->after.come_to[i], (*suggestion)->before.come_to[i]);
  EXPECT_LT((*suggestion)->after.come_to[2], (*suggestion)->before.come_to[2]);
  Options mended = options;
  mended.document.content = (*suggestion)->content;
  mended.random = 0;
  Result<Report> report = explore(mended);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(outcome(*report), (*suggestion)->after);
  EXPECT_EQ(report->base_status, "Success");
}

// F10: a run that reads the original while another one's profile is on restores that one for good;
// both say Success.
TEST(Explore, TwoExecutionsOnOneTargetLeaveItWithAProfileThatIsNoMore) {
  const Options options = blog_options();
  Result<Finding> base = replay(options, {});
  ASSERT_TRUE(base);
  int swapped = 0;
  for (const Passed& passed : base->path)
    if (passed.step == "getTempInstanceProfile") swapped = passed.call;
  Result<Finding> finding = replay(options, {.faults = {{Kind::same, swapped, 1}}});
  ASSERT_TRUE(finding) << finding.error().message;
  EXPECT_EQ(finding->severity, Severity::lost) << finding->sentence;
  EXPECT_NE(finding->sentence.find("which is no more"), std::string::npos) << finding->sentence;
  EXPECT_EQ(finding->status, "Success");
}

TEST(Explore, TheSameSeedGivesTheSameBytesOnAnyNumberOfThreads) {
  Options options =
      options_for(runbook({api("Make", "iam", "CreateRole", "RoleName: r, " + std::string(trust)),
                           api("Remove", "iam", "DeleteRole", "RoleName: r")}));
  options.pairs = true;
  options.random = 20;
  std::set<std::string> texts;
  for (unsigned threads : {1u, 1u, 3u}) {
    options.threads = threads;
    Result<Report> report = explore(options);
    ASSERT_TRUE(report) << report.error().message;
    texts.insert(to_json(as_value(*report)));
  }
  EXPECT_EQ(texts.size(), 1u);
}

// A case is left where another one has been: what comes then must be what it comes to by itself.
TEST(Explore, ForkedRunsComeToWhatRunsFromTheStartComeTo) {
  Result<std::int64_t> compared = check_forks(blog_options(), 5);
  ASSERT_TRUE(compared) << compared.error().message;
  EXPECT_GT(*compared, 200);
}

// The whole answer of a step is part of what stands when a later step refers to it.
TEST(Explore, CasesThatDifferInAWholeAnswerAreNotTakenForOneAnother) {
  const Options options =
      options_for(runbook({api("Make", "iam", "CreateRole", "RoleName: r, " + std::string(trust),
                               ", onFailure: Continue"),
                           api("Look", "iam", "GetRole", "RoleName: r", ", onFailure: Continue"),
                           "{name: Choose, action: 'aws:branch', inputs: {Choices: [{NextStep: "
                           "Remove, Variable: '{{Look.OutputPayload}}', Contains: RoleName}]}, "
                           "isEnd: true}",
                           api("Remove", "iam", "DeleteRole", "RoleName: r")}));
  Result<std::int64_t> compared = check_forks(options, 1);
  ASSERT_TRUE(compared) << compared.error().message;
  EXPECT_GT(*compared, 40);
}

TEST(Explore, AFindingIsRepeatedByItsId) {
  Options options =
      options_for(runbook({api("Make", "iam", "CreateRole", "RoleName: r, " + std::string(trust)),
                           api("Remove", "iam", "DeleteRole", "RoleName: r")}));
  Result<Report> report = explore(options);
  ASSERT_TRUE(report);
  ASSERT_FALSE(report->findings.empty());
  for (const Finding& finding : report->findings) {
    Result<Scenario> scenario = scenario_from(id_of(finding.scenario));
    ASSERT_TRUE(scenario);
    Result<Finding> again = replay(options, *scenario);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->signature, finding.signature);
    EXPECT_EQ(again->sentence, finding.sentence);
  }
}

TEST(Explore, ARunbookThatNeverEndsIsAFinding) {
  const std::string endless =
      "schemaVersion: '0.3'\nmainSteps:\n"
      "  - {name: Wait, action: 'aws:waitForAwsResourceProperty', maxAttempts: 1000, "
      "timeoutSeconds: "
      "604800, inputs: {Service: iam, Api: GetRole, RoleName: CoreInstanceRole, PropertySelector: "
      "$.Role.RoleName, DesiredValues: [never]}}\n";
  Result<Finding> finding = replay(options_for(endless), {});
  ASSERT_TRUE(finding) << finding.error().message;
  EXPECT_EQ(finding->status, "hangs");
  EXPECT_NE(finding->sentence.find("never ends"), std::string::npos) << finding->sentence;
}

TEST(Scenario, IdsReadBackAndNamesWhatDoesNotRead) {
  for (std::string_view id : {"none", "none/no-profile", "lost@7+err@9/no-profile", "late@5:2",
                              "cancel@12+next", "same@3:0", "op-stop@4/slow"}) {
    Result<Scenario> scenario = scenario_from(id);
    if (id == "same@3:0") continue;  // written without its zero
    ASSERT_TRUE(scenario) << id;
    EXPECT_EQ(id_of(*scenario), id);
  }
  for (std::string_view bad : {"", "lost", "lost@", "lost@0", "lost@x", "gone@3", "err@1/nowhere",
                               "next@4", "late@5:", "err@1++err@2"})
    EXPECT_FALSE(scenario_from(bad)) << bad;
}

TEST(Report, FormatsAreWellFormed) {
  Options options =
      options_for(runbook({api("Make", "iam", "CreateRole", "RoleName: r, " + std::string(trust)),
                           api("Remove", "iam", "DeleteRole", "RoleName: r")}));
  Result<Report> report = explore(options);
  ASSERT_TRUE(report);
  auto document = document::parse_document(std::string_view(options.document.content), {});
  ASSERT_TRUE(document);
  const Value sarif = as_sarif(*report, **document, "r.yaml");
  EXPECT_EQ(sarif.text("version"), "2.1.0");
  EXPECT_EQ(sarif["runs"][0].items("results").size(), report->findings.size());
  EXPECT_GT(sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"].integer(
                "startLine"),
            1);
  const std::string html = as_html(*report, **document);
  EXPECT_NE(html.find("<svg"), std::string::npos);
  EXPECT_EQ(html.find("http://"), std::string::npos);  // nothing from outside
  const std::string junit = as_junit(*report);
  EXPECT_NE(junit.find("failures=\""), std::string::npos);
  const std::string text = as_text(*report, "stint explore r.yaml --replay ");
  EXPECT_NE(text.find("can leak in"), std::string::npos);
}

}  // namespace
}  // namespace stint::explore

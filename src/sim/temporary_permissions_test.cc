// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// The blog's runbook (spec/ssm-automation.md 3.5): what each failing step leaves behind, and what
// a crash at any commit does. Our own runbook has the same steps, names and edges as the seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "aws/embedded.h"
#include "base/file.h"
#include "cloud/world_file.h"
#include "sim/simulation.h"

namespace stint::sim {
namespace {

constexpr std::string_view temp = "tempAutomationInstanceRole";
constexpr std::string_view instance = "i-0123456789abcdef0";
constexpr std::string_view policy_arn =
    "arn:aws:iam::123456789012:policy/expandedPermissionsForAutomation";

aws::Models& models() {
  static aws::Models shared([] {
    aws::Models::Options options;
    options.embedded = aws::embedded_models();
    return options;
  }());
  return shared;
}

Time morning() {
  return *parse_time("2026-11-24T08:00:00Z");
}

std::string runbook() {
  Result<std::string> text =
      read_file(STINT_SOURCE_DIR "/src/cli/runbooks/temporary-permissions.yaml");
  EXPECT_TRUE(text);
  return text ? *text : "";
}

/// What the run left in the cloud, in the words of the specification's table.
std::set<std::string> left_behind(cloud::Cloud& cloud) {
  std::set<std::string> out;
  const cloud::iam::State& iam = cloud.state.account("123456789012").iam;
  if (const cloud::iam::Role* role = iam.roles.find(temp)) {
    out.insert("role");
    if (std::ranges::find(role->attached, policy_arn) != role->attached.end()) out.insert("policy");
  }
  if (iam.profiles.contains(temp)) out.insert("profile");
  bool original = false;
  for (const auto& [id, association] :
       cloud.state.region("123456789012", "us-west-2").ec2.associations) {
    if (association->ended) continue;
    if (association->profile_arn.ends_with(temp)) out.insert("association");
    if (association->profile_arn.ends_with("CoreInstanceProfile")) original = true;
  }
  if (!original && !out.contains("association")) out.insert("no profile on");
  return out;
}

/// Runs the runbook with one step failing for good.
struct Outcome {
  engine::Execution execution;
  std::set<std::string> left;
};
Outcome run_with_failure(const std::string& content, std::string_view failing) {
  cloud::State state = *cloud::default_world(morning());
  if (failing == "runScriptFromS3")
    state.scripted[std::string(instance)] = {{.match = "", .exit = 7, .output = "no"}};
  Simulation simulation(models(), std::move(state), morning());
  simulation.set_fault(
      [&](const engine::Execution& x, const engine::CallOrder&) -> std::optional<Error> {
        if (failing == "runScriptFromS3") return {};
        // The child is told by its document: every call of it fails once it has taken the profile
        // off.
        const bool in_child = x.start->document_name == "AWS-AttachIAMToInstance";
        if (failing == "executeAttachIAMAutomation")
          return in_child ? std::optional(Error{Code::denied, "AccessDenied", "no", 403})
                          : std::nullopt;
        if (in_child || x.current < 0 || x.step().name != failing) return {};
        return Error{Code::denied, "AccessDenied", "no", 403};
      });
  Result<std::string> id =
      simulation.start(content, object({{"InstanceId", instance}}), "temporary-permissions");
  EXPECT_TRUE(id) << id.error().message;
  EXPECT_TRUE(simulation.run());
  return {simulation.execution(*id), left_behind(simulation.cloud())};
}

struct Row {
  std::string_view step;
  std::set<std::string> left;
};
// Spec 3.5, one permanent failure a row. Step 4 fails here before the child has changed anything.
const Row rows[] = {
    {"getOriginalInstanceProfile", {}},
    {"createTempAutomationInstanceRole", {}},
    {"attachTempAutomationPolicy", {}},
    {"executeAttachIAMAutomation", {}},
    {"verifyTempInstanceProfileAssociation", {"role", "policy", "profile", "association"}},
    {"getTempInstanceProfile", {"role", "policy", "profile", "association"}},
    {"runScriptFromS3", {}},
    {"associateOriginalInstanceProfile", {"role", "policy", "profile", "association"}},
    {"verifyOriginalInstanceProfileAssociation", {"role", "policy", "profile"}},
    {"removeTempAutomationRoleFromInstanceProfile", {"role", "profile"}},
    {"deleteTempAutomationInstanceProfile", {"profile"}},
    {"detachTempAutomationPolicy", {"role", "policy"}},
    {"deleteTempAutomationInstanceRole", {"role"}},
};

TEST(TemporaryPermissions, EndsSuccessAndLeavesTheCloudAsItWas) {
  Outcome outcome = run_with_failure(runbook(), "none");
  EXPECT_EQ(outcome.execution.status, engine::Status::success) << outcome.execution.failure_message;
  EXPECT_TRUE(outcome.left.empty());
  for (const engine::StepState& step : outcome.execution.steps)
    EXPECT_EQ(step.status, engine::Status::success);
}

TEST(TemporaryPermissions, EachFailingStepLeavesWhatTheSpecificationSays) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.step);
    Outcome outcome = run_with_failure(runbook(), row.step);
    EXPECT_EQ(outcome.execution.status, engine::Status::failed);
    EXPECT_EQ(outcome.left, row.left);
  }
}

TEST(TemporaryPermissions, AChildThatFailsAfterItsDisassociateLosesTheOriginalProfile) {
  Simulation simulation(models(), *cloud::default_world(morning()), morning());
  simulation.set_fault(
      [](const engine::Execution& x, const engine::CallOrder& order) -> std::optional<Error> {
        if (x.start->document_name == "AWS-AttachIAMToInstance" &&
            order.operation == "AssociateIamInstanceProfile")
          return Error{Code::denied, "UnauthorizedOperation", "no", 403};
        return {};
      });
  std::string id = *simulation.start(runbook(), object({{"InstanceId", instance}}));
  ASSERT_TRUE(simulation.run());
  EXPECT_EQ(simulation.execution(id).status, engine::Status::failed);
  EXPECT_EQ(left_behind(simulation.cloud()), (std::set<std::string>{"no profile on"}));
}

TEST(TemporaryPermissions, TheSeedsJsonAndYamlRunUnmodified) {
  for (const char* name : {"json", "yaml"}) {
    const std::string path =
        std::string(STINT_SOURCE_DIR) + "/../shared/seed/temporary-permissions." + name;
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no seed beside the project";
    SCOPED_TRACE(path);
    Outcome good = run_with_failure(*read_file(path), "none");
    EXPECT_EQ(good.execution.status, engine::Status::success) << good.execution.failure_message;
    EXPECT_TRUE(good.left.empty());
    for (const Row& row : rows) {
      SCOPED_TRACE(row.step);
      Outcome outcome = run_with_failure(*read_file(path), row.step);
      EXPECT_EQ(outcome.execution.status, engine::Status::failed);
      EXPECT_EQ(outcome.left, row.left);
    }
  }
}

/// Effects by operation, of all calls that changed something.
std::multiset<std::string> effects(store::Store& store) {
  std::multiset<std::string> out;
  const std::vector<Value> audit = *store.audit();
  for (const Value& entry : audit)
    if (entry.text("effect") != "none" && !entry.text("effect").empty())
      out.insert(entry.text("service") + ":" + entry.text("operation"));
  return out;
}

TEST(TemporaryPermissions, ACrashAtAnyMomentRepeatsNoEffect) {
  std::multiset<std::string> whole;
  Duration length;
  {
    Simulation simulation(models(), *cloud::default_world(morning()), morning());
    ASSERT_TRUE(simulation.start(runbook(), object({{"InstanceId", instance}})));
    ASSERT_TRUE(simulation.run());
    whole = effects(simulation.store());
    length = simulation.clock().now() - morning();
  }
  ASSERT_FALSE(whole.empty());
  for (Duration at{0}; at < length; at += Duration(500)) {
    SCOPED_TRACE(at.count());
    Simulation simulation(models(), *cloud::default_world(morning()), morning());
    std::string id = *simulation.start(runbook(), object({{"InstanceId", instance}}));
    simulation.run_until(morning() + at);
    simulation.crash();
    ASSERT_TRUE(simulation.run());
    EXPECT_EQ(simulation.execution(id).status, engine::Status::success);
    EXPECT_EQ(effects(simulation.store()), whole);
    EXPECT_TRUE(left_behind(simulation.cloud()).empty());
  }
}

TEST(TemporaryPermissions, ACancelLeavesWhateverExistsThen) {  // spec 3.5, last row: no onCancel
  Simulation simulation(models(), *cloud::default_world(morning()), morning());
  std::string id = *simulation.start(runbook(), object({{"InstanceId", instance}}));
  simulation.run_until(morning() + std::chrono::seconds(4));
  ASSERT_TRUE(simulation.engine().cancel(id));
  ASSERT_TRUE(simulation.run());
  EXPECT_EQ(simulation.execution(id).status, engine::Status::cancelled);
  EXPECT_TRUE(left_behind(simulation.cloud()).contains("role"));
}

}  // namespace
}  // namespace stint::sim

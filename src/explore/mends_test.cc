// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "explore/mends.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "value/yaml.h"

namespace stint::explore {
namespace {

Value document(std::string_view steps) {
  auto read = parse_yaml("schemaVersion: '0.3'\nmainSteps:\n" + std::string(steps));
  if (!read) {
    ADD_FAILURE() << read.error().message;
    return {};
  }
  return *read;
}

/// The document with the mend that begins with these words; null: there is none.
Value mended(const std::vector<Mend>& mends, const Value& document, std::string_view words) {
  const auto found =
      std::ranges::find_if(mends, [&](const Mend& mend) { return mend.words.starts_with(words); });
  return found == mends.end() ? Value() : found->make(document);
}

/// "a > b(Api) > c!": names in their order, with nextStep in brackets and an end as "!".
std::string flow(const Value& document) {
  std::string out;
  for (const Value& step : document.items("mainSteps")) {
    if (!out.empty()) out += " ";
    out += step.text("name");
    if (!step.text("nextStep").empty()) out += "[" + step.text("nextStep") + "]";
    if (step.flag("isEnd")) out += "!";
  }
  return out;
}

constexpr std::string_view swap_by_hand = R"(
  - {name: look, action: 'aws:executeAwsApi', onFailure: 'step:takeOff', inputs: {Service: ec2, Api: DescribeIamInstanceProfileAssociations}}
  - {name: takeOff, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: DisassociateIamInstanceProfile, AssociationId: '{{look.id}}'}}
  - {name: rest, action: 'aws:sleep', inputs: {Duration: PT5S}}
  - {name: putOn, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: AssociateIamInstanceProfile, InstanceId: i-1, IamInstanceProfile: {Name: temp}}}
  - {name: work, action: 'aws:sleep', inputs: {Duration: PT1S}}
)";

TEST(Mends, AnAssociationIsReplacedInsteadOfRemovedAndMadeAgain) {
  const Value before = document(swap_by_hand);
  const Value after = mended(structural_mends(before), before, "step putOn: Replace");
  ASSERT_FALSE(after.is_null());
  EXPECT_EQ(flow(after), "look putOn work");
  const Value& steps = after["mainSteps"];
  EXPECT_EQ(steps[0].text("onFailure"), "step:putOn");  // what led to the step that is gone
  const Value& inputs = steps[1]["inputs"];
  EXPECT_EQ(inputs.text("Api"), "ReplaceIamInstanceProfileAssociation");
  EXPECT_EQ(inputs.text("AssociationId"), "{{look.id}}");
  EXPECT_EQ(inputs["IamInstanceProfile"].text("Name"), "temp");
  EXPECT_TRUE(inputs["InstanceId"].is_null());  // Replace has no such member
}

TEST(Mends, OtherWorkBetweenRemovingAndMakingStaysAsItIs) {
  const Value before = document(R"(
  - {name: takeOff, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: DisassociateIamInstanceProfile, AssociationId: a}}
  - {name: work, action: 'aws:runCommand', inputs: {DocumentName: AWS-RunShellScript}}
  - {name: putOn, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: AssociateIamInstanceProfile, InstanceId: i-1}}
)");
  EXPECT_TRUE(mended(structural_mends(before), before, "step putOn: Replace").is_null());
}

constexpr std::string_view removes_first = R"(
  - {name: make, action: 'aws:executeAwsApi', inputs: {Service: iam, Api: CreateRole, RoleName: job}}
  - {name: swap, action: 'aws:executeAwsApi', onFailure: 'step:drop', inputs: {Service: ec2, Api: ReplaceIamInstanceProfileAssociation, AssociationId: a}}
  - {name: drop, action: 'aws:executeAwsApi', inputs: {Service: iam, Api: DeleteRole, RoleName: job}}
  - {name: restore, action: 'aws:executeAwsApi', isEnd: true, inputs: {Service: ec2, Api: ReplaceIamInstanceProfileAssociation, AssociationId: b}}
)";

TEST(Mends, WhatRestoresComesBeforeWhatRemoves) {
  const Value before = document(removes_first);
  const Value after = mended(structural_mends(before), before, "step restore: before step drop");
  ASSERT_FALSE(after.is_null());
  EXPECT_EQ(flow(after), "make swap restore[drop] drop!");
  // A failure goes the whole new way back.
  EXPECT_EQ(after["mainSteps"][1].text("onFailure"), "step:restore");
}

TEST(Mends, AMoveKeepsWhatFollowedTheStep) {
  const Value before = document(R"(
  - {name: make, action: 'aws:executeAwsApi', inputs: {Service: iam, Api: CreateRole, RoleName: job}, nextStep: drop, onFailure: 'step:restore'}
  - {name: last, action: 'aws:sleep', inputs: {Duration: PT1S}, isEnd: true}
  - {name: drop, action: 'aws:executeAwsApi', inputs: {Service: iam, Api: DeleteRole, RoleName: job}, nextStep: restore}
  - {name: restore, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: AssociateIamInstanceProfile}, nextStep: last}
)");
  const Value after = mended(structural_mends(before), before, "step restore: before step drop");
  ASSERT_FALSE(after.is_null());
  EXPECT_EQ(flow(after), "make[restore] last! restore[drop] drop[last]");
  EXPECT_EQ(after["mainSteps"][0].text("onFailure"), "step:restore");
}

TEST(Mends, AHandlerThatForgotSomethingGetsIt) {
  const Value before = document(R"(
  - {name: make, action: 'aws:executeAwsApi', onFailure: 'step:undo', inputs: {Service: iam, Api: CreateRole, RoleName: job}}
  - {name: detach, action: 'aws:executeAwsApi', inputs: {Service: iam, Api: DetachRolePolicy, RoleName: job, PolicyArn: p}}
  - {name: drop, action: 'aws:executeAwsApi', isEnd: true, inputs: {Service: iam, Api: DeleteRole, RoleName: job}}
  - {name: undo, action: 'aws:executeAwsApi', isEnd: true, inputs: {Service: iam, Api: DetachRolePolicy, RoleName: job, PolicyArn: p}}
)");
  const Value after = mended(structural_mends(before), before, "step drop_2: as drop, after undo");
  ASSERT_FALSE(after.is_null());
  EXPECT_EQ(flow(after), "make detach drop! undo[drop_2] drop_2!");
  // The main way back forgets nothing, and the handler detaches already.
  EXPECT_EQ(structural_mends(before).size(), 2u);  // this one, and a role name of its own
}

TEST(Mends, NamesOfAnExecutionsOwnAreTheSameEverywhere) {
  const Value before = document(removes_first);
  const Value after = mended(structural_mends(before), before, "every job");
  ASSERT_FALSE(after.is_null());
  EXPECT_EQ(after["mainSteps"][0]["inputs"].text("RoleName"), "job-{{automation:EXECUTION_ID}}");
  EXPECT_EQ(after["mainSteps"][2]["inputs"].text("RoleName"), "job-{{automation:EXECUTION_ID}}");
  EXPECT_EQ(flow(after), flow(before));
}

// A Replace puts something back only where something was put in its place before: the way back of
// this document does not begin with the swap.
TEST(Mends, TheWayBackBeginsBehindTheSwap) {
  const Value before = document(removes_first);
  const Value after = mended(step_mends(before), before, "step make: onFailure: step:drop");
  ASSERT_FALSE(after.is_null());
  EXPECT_TRUE(mended(step_mends(before), before, "step make: onFailure: step:swap").is_null());
}

TEST(Mends, WhatTheAuthorChoseOnPurposeStays) {
  const Value before = document(R"(
  - {name: make, action: 'aws:executeAwsApi', onFailure: Continue, maxAttempts: 7, inputs: {Service: iam, Api: CreateRole, RoleName: job}}
  - {name: drop, action: 'aws:executeAwsApi', maxAttempts: 9, inputs: {Service: iam, Api: DeleteRole, RoleName: job}}
)");
  for (const Mend& mend : step_mends(before)) {
    EXPECT_FALSE(mend.words.starts_with("step make: onFailure")) << mend.words;
    EXPECT_FALSE(mend.words.contains("maxAttempts")) << mend.words;
  }
}

// Made for one document and tried on another one, a mend changes nothing.
TEST(Mends, AMendThatDoesNotFitIsNone) {
  const Value other = document("  - {name: only, action: 'aws:sleep', inputs: {Duration: PT1S}}\n");
  for (std::string_view steps : {swap_by_hand, removes_first}) {
    const Value from = document(steps);
    for (const Mend& mend : structural_mends(from))
      EXPECT_EQ(mend.make(other), other) << mend.words;
    for (const Mend& mend : step_mends(from)) EXPECT_EQ(mend.make(other), other) << mend.words;
  }
}

}  // namespace
}  // namespace stint::explore

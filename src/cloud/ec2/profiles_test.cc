// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The rows of spec/temporary-permissions.md A1 about associations; each test names its row.
#include <fmt/core.h>

#include "cloud/testing.h"
#include "cloud/world_parts.h"

namespace stint::cloud {
namespace {

using namespace std::chrono_literals;
using cloud::testing::json;
using cloud::testing::TestWorld;

constexpr std::string_view profiles_world = R"({
  "propagation": {"iam_to_ec2": "8s", "association": "2s", "imds": "2s", "instance": "10s"},
  "access_keys": {"nopass": {"secret": "s", "principal": "nopass"},
                  "passany": {"secret": "s", "principal": "passany"},
                  "passone": {"secret": "s", "principal": "passone"}},
  "users": {
    "nopass": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]}}},
    "passany": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
      {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": {
        "StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"},
        "ArnLike": {"iam:AssociatedResourceArn": "arn:aws:ec2:*:123456789012:instance/*"}}}]}}},
    "passone": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
      {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": {
        "ArnEquals": {"iam:AssociatedResourceArn":
          "arn:aws:ec2:us-west-2:123456789012:instance/i-00000000000000001"}}}]}}}
  },
  "roles": {"Core": {"service": "ec2.amazonaws.com"}, "Other": {"service": "ec2.amazonaws.com"},
            "NotForEc2": {"service": "lambda.amazonaws.com"}},
  "profiles": {"Core": "Core", "Other": "Other", "Empty": null, "NotForEc2": "NotForEc2"},
  "instances": {"i-00000000000000001": {"profile": "Core"},
                "i-00000000000000002": {},
                "i-00000000000000003": {"state": "stopped"},
                "i-00000000000000004": {"state": "stopped", "profile": "Core"}}
})";

constexpr std::string_view worn = "i-00000000000000001";
constexpr std::string_view bare = "i-00000000000000002";
constexpr std::string_view off = "i-00000000000000003";
constexpr std::string_view off_worn = "i-00000000000000004";

struct Associations : ::testing::Test, TestWorld {
  Associations() : TestWorld(profiles_world) {}

  /// "id state profile, ..." of the rows that Describe shows for an instance.
  std::string rows(std::string_view instance) {
    std::string out;
    auto answer = call(
        "ec2", "DescribeIamInstanceProfileAssociations",
        json(fmt::format(R"({{"Filters":[{{"Name":"instance-id","Values":["{}"]}}]}})", instance)));
    if (!answer) return answer.error().message;
    for (const Value& row : answer->items("IamInstanceProfileAssociations")) {
      const std::string& arn = row["IamInstanceProfile"].text("Arn");
      out += (out.empty() ? "" : ", ") + row.text("State") + " " + arn.substr(arn.rfind('/') + 1);
    }
    return out;
  }
  std::string id(std::string_view instance) {
    for (const auto& [key, tie] : cloud.state.region("123456789012", "us-west-2").ec2.associations)
      if (tie->instance == instance && !tie->ended) return key;
    return {};
  }
  std::string associate(std::string_view instance, std::string_view profile) {
    return outcome(say("ec2", "AssociateIamInstanceProfile",
                       fmt::format(R"({{"InstanceId":"{}","IamInstanceProfile":{{"Name":"{}"}}}})",
                                   instance, profile)));
  }
  std::string replace(std::string_view association, std::string_view profile) {
    return outcome(
        say("ec2", "ReplaceIamInstanceProfileAssociation",
            fmt::format(R"({{"AssociationId":"{}","IamInstanceProfile":{{"Name":"{}"}}}})",
                        association, profile)));
  }
  std::string disassociate(std::string_view association) {
    return outcome(say("ec2", "DisassociateIamInstanceProfile",
                       fmt::format(R"({{"AssociationId":"{}"}})", association)));
  }
  /// The state in a success, else the error.
  static std::string outcome(const std::string& said) {
    if (!said.starts_with('{')) return said;
    return parse_json(said)->find("IamInstanceProfileAssociation")->text("State");
  }
  std::string shown(std::string_view instance) {
    auto answer = call("ec2", "DescribeInstances",
                       json(fmt::format(R"({{"InstanceIds":["{}"]}})", instance)));
    if (!answer) return answer.error().message;
    const std::string& arn =
        answer->items("Reservations")[0].items("Instances")[0]["IamInstanceProfile"].text("Arn");
    return arn.substr(arn.rfind('/') + 1);
  }
};

TEST_F(Associations, OnePerInstance) {
  EXPECT_EQ(associate(worn, "Other"),
            "IncorrectState: There is an existing association for instance i-00000000000000001");
}

TEST_F(Associations, StatesFollowTheClock) {
  EXPECT_EQ(associate(bare, "Core"), "associating");
  EXPECT_EQ(rows(bare), "associating Core");
  advance(1999ms);
  EXPECT_EQ(rows(bare), "associating Core");
  advance(1ms);
  EXPECT_EQ(rows(bare), "associated Core");
  EXPECT_EQ(disassociate(id(bare)), "disassociating");
  EXPECT_EQ(rows(bare), "disassociating Core");
  advance(2s);
  EXPECT_EQ(rows(bare), "");
}

TEST_F(Associations, ReplaceMakesANewIdAndShowsTwoRowsTheNewOneFirst) {
  std::string before = id(worn);
  EXPECT_EQ(replace(before, "Other"), "associating");
  EXPECT_NE(id(worn), before);
  EXPECT_EQ(rows(worn), "associating Other, disassociating Core");
  EXPECT_EQ(shown(worn), "Core") << "DescribeInstances is late";
  advance(2s);
  EXPECT_EQ(rows(worn), "associated Other");
  EXPECT_EQ(shown(worn), "Other");
}

TEST_F(Associations, ReplaceWithTheSameProfileIsNoOperation) {
  std::string before = id(worn);
  EXPECT_EQ(replace(before, "Core"), "associated");
  EXPECT_EQ(id(worn), before);
  EXPECT_EQ(rows(worn), "associated Core");
}

TEST_F(Associations, ReplaceIsACompareAndSwap) {
  std::string before = id(worn);
  EXPECT_EQ(replace("iip-assoc-00000000000000000", "Other"),
            "InvalidParameterValue: Invalid Id: iip-assoc-00000000000000000");
  EXPECT_EQ(replace("bad", "Other"), "InvalidParameterValue: Invalid Id: bad");
  EXPECT_EQ(replace(before, "Other"), "associating");
  EXPECT_EQ(
      replace(before, "Other"),
      fmt::format("IncorrectState: The association {} is not the active association", before));
  advance(2s);
  EXPECT_EQ(
      replace(before, "Core"),
      fmt::format("InvalidAssociationID.NotFound: An invalid association-id of '{}' was given",
                  before));
  EXPECT_EQ(rows(worn), "associated Other");
}

TEST_F(Associations, OnlyRunningInstancesMayReplace) {
  std::string held = id(off_worn);
  EXPECT_EQ(replace(held, "Other"),
            fmt::format("IncorrectState: The association {} is not the active association", held));
  EXPECT_EQ(rows(off_worn), "associated Core");
}

TEST_F(Associations, OfAStoppedInstanceStayAssociatingAndDisassociateAtOnce) {
  EXPECT_EQ(associate(off, "Core"), "associating");
  advance(1h);
  EXPECT_EQ(rows(off), "associating Core");
  EXPECT_EQ(disassociate(id(off)), "disassociated");
  EXPECT_EQ(rows(off), "");
}

TEST_F(Associations, OfAStoppedInstanceSettleOnceItRuns) {
  EXPECT_EQ(associate(off, "Core"), "associating");
  advance(1h);
  ASSERT_TRUE(call("ec2", "StartInstances", json(R"({"InstanceIds":["i-00000000000000003"]})")));
  advance(11s);
  EXPECT_EQ(rows(off), "associating Core");
  advance(1s);
  EXPECT_EQ(rows(off), "associated Core");
}

TEST_F(Associations, OfARoleThatEc2CannotAssumeStayAssociating) {
  EXPECT_EQ(associate(bare, "NotForEc2"), "associating");
  advance(75s);
  EXPECT_EQ(rows(bare), "associating NotForEc2");
  iam::Role& role = *cloud.state.account("123456789012").iam.roles.edit("NotForEc2");
  role.trust = world::service_trust({"ec2.amazonaws.com"});
  role.changed = now;
  advance(9999ms);
  EXPECT_EQ(rows(bare), "associating NotForEc2");
  advance(1ms);
  EXPECT_EQ(rows(bare), "associated NotForEc2") << "8 s until EC2 knows and 2 s to associate";
}

TEST_F(Associations, TakeAProfileWithoutARole) {
  EXPECT_EQ(associate(bare, "Empty"), "associating");
  advance(2s);
  EXPECT_EQ(rows(bare), "associated Empty");
}

TEST_F(Associations, DisassociatingTwiceIsASuccessWhileTheRowIsShown) {
  std::string held = id(worn);
  EXPECT_EQ(disassociate(held), "disassociating");
  EXPECT_EQ(disassociate(held), "disassociating");
  advance(2s);
  EXPECT_EQ(
      disassociate(held),
      fmt::format("InvalidAssociationID.NotFound: An invalid association-id of '{}' was given",
                  held));
  EXPECT_EQ(disassociate("bad"), "InvalidParameterValue: Invalid Id: bad");
}

TEST_F(Associations, RefuseWhatIamHasOnlyJustMade) {
  iam::State& iam = cloud.state.account("123456789012").iam;
  iam.profiles.edit("Other")->changed = now;
  const std::string refusal =
      "InvalidParameterValue: Value (Other) for parameter iamInstanceProfile.name is invalid. "
      "Invalid IAM Instance Profile name";
  EXPECT_EQ(associate(bare, "Other"), refusal);
  advance(7999ms);
  EXPECT_EQ(associate(bare, "Other"), refusal);
  advance(1ms);
  iam.roles.edit("Other")->changed = now - 1s;
  EXPECT_EQ(associate(bare, "Other"), refusal) << "the role counts too";
  EXPECT_EQ(say("ec2", "AssociateIamInstanceProfile",
                R"({"InstanceId":"i-00000000000000002","IamInstanceProfile":{
                   "Arn":"arn:aws:iam::123456789012:instance-profile/Other"}})"),
            "InvalidParameterValue: Value (arn:aws:iam::123456789012:instance-profile/Other) for "
            "parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN");
  advance(7s);
  EXPECT_EQ(associate(bare, "Other"), "associating");
  EXPECT_EQ(associate(off, "Absent"),
            "InvalidParameterValue: Value (Absent) for parameter iamInstanceProfile.name is "
            "invalid. Invalid IAM Instance Profile name");
}

TEST_F(Associations, DoNotCareWhatIamDoesToAProfileInUse) {
  iam::State& iam = cloud.state.account("123456789012").iam;
  iam.profiles.edit("Core")->role.clear();
  EXPECT_EQ(rows(worn), "associated Core");
  iam.profiles.erase("Core");
  EXPECT_EQ(rows(worn), "associated Core");
  EXPECT_EQ(shown(worn), "Core");
}

TEST_F(Associations, NeedPassRoleOfAnyInstanceNotOfOne) {
  struct Case {
    const char* key;
    bool allowed;
  };
  for (const auto& [key, allowed] :
       {Case{"nopass", false}, Case{"passone", false}, Case{"passany", true}}) {
    SCOPED_TRACE(key);
    become(key);
    std::string said = associate(bare, "Core");
    if (allowed) {
      EXPECT_EQ(said, "associating");
    } else {
      EXPECT_TRUE(
          said.starts_with("UnauthorizedOperation: You are not authorized to perform this "
                           "operation. User: arn:aws:iam::123456789012:user/"))
          << said;
      EXPECT_NE(said.find("iam:PassRole on resource: arn:aws:iam::123456789012:role/Core"),
                said.npos)
          << said;
    }
  }
}

TEST_F(Associations, TakeDryRunOnTheWire) {
  struct Case {
    const char* operation;
    std::string input;
    const char* said;
  };
  const std::string profile = R"("IamInstanceProfile":{"Name":"Other"},"DryRun":true})";
  const char* fine = "DryRunOperation: Request would have succeeded, but DryRun flag is set.";
  for (const auto& [operation, input, said] : std::vector<Case>{
           // Recorded: even where there is one already.
           {"AssociateIamInstanceProfile", R"({"InstanceId":"i-00000000000000001",)" + profile,
            fine},
           {"AssociateIamInstanceProfile", R"({"InstanceId":"bad",)" + profile,
            "InvalidInstanceID.Malformed: The instance ID 'bad' is malformed"},
           {"AssociateIamInstanceProfile",
            R"({"InstanceId":"i-00000000000000001","IamInstanceProfile":{},"DryRun":true})",
            "MissingParameter: The request must include the IamInstanceProfile parameter. Add the "
            "required parameter and retry the request."},
           {"ReplaceIamInstanceProfileAssociation",
            R"({"AssociationId":")" + id(worn) + R"(",)" + profile, fine},
           {"DisassociateIamInstanceProfile",
            R"({"DryRun":true,"AssociationId":")" + id(worn) + R"("})", fine},
           {"DescribeIamInstanceProfileAssociations", R"({"DryRun":true})", fine},
       }) {
    SCOPED_TRACE(operation);
    EXPECT_EQ(say("ec2", operation, input), said);
  }
  EXPECT_EQ(rows(worn), "associated Core");
}

TEST_F(Associations, KnowTwoFiltersAndCheckTheirValues) {
  struct Case {
    const char* filter;
    const char* said;
  };
  for (const auto& [filter, said] : std::vector<Case>{
           {R"({"Name":"tag:suite","Values":["absent"]})",
            "InvalidParameterValue: An unknown filter 'tag:suite' was given"},
           {R"({"Name":"association-id","Values":["x"]})",
            "InvalidParameterValue: An unknown filter 'association-id' was given"},
           {R"({"Name":"state","Values":["assoc*"]})",
            "InvalidParameterValue: A filter for an unknown association state of 'assoc*' was "
            "given"},
           {R"({"Name":"state","Values":["associated","disassociated"]})",
            "InvalidParameterValue: Only 'associated', 'associating' and 'disassociating' are "
            "allowed"},
           {R"({"Name":"instance-id","Values":["bad"]})",
            "InvalidParameterValue: A filter with an invalid instance-id of 'bad' was given"},
           {R"({"Name":"instance-id","Values":["i-*"]})",
            "InvalidParameterValue: A filter with an invalid instance-id of 'i-*' was given"},
           {R"({"Name":"instance-id","Values":[]})",
            "InvalidParameterValue: Invalid value 'null/empty' for 'filter'. Invalid filter - one "
            "of more name/value pair was incomplete"},
           {R"({"Name":"state","Values":["associating","disassociating"]})",
            R"({"IamInstanceProfileAssociations":[]})"},
       }) {
    SCOPED_TRACE(filter);
    EXPECT_EQ(say("ec2", "DescribeIamInstanceProfileAssociations",
                  fmt::format(R"({{"Filters":[{}]}})", filter)),
              said);
  }
}

TEST_F(Associations, ComeInPages) {
  ec2::State& ec2 = cloud.state.region("123456789012", "us-west-2").ec2;
  for (int i = 10; i < 22; ++i) {
    std::string instance = fmt::format("i-000000000000000{}", i);
    ec2.instances.put(instance, {.id = instance});
    ASSERT_EQ(associate(instance, "Core"), "associating");
  }
  std::size_t seen = 0, pages = 0;
  std::string token;
  do {
    auto answer = call("ec2", "DescribeIamInstanceProfileAssociations",
                       object({{"MaxResults", 5}, {"NextToken", token}}));
    ASSERT_TRUE(answer) << answer.error().message;
    seen += answer->items("IamInstanceProfileAssociations").size();
    token = answer->text("NextToken");
    ++pages;
  } while (!token.empty() && pages < 10);
  EXPECT_EQ(seen, 14u);
  EXPECT_EQ(pages, 3u);
}

TEST_F(Associations, EndWithTheInstance) {
  ASSERT_TRUE(
      call("ec2", "TerminateInstances", json(R"({"InstanceIds":["i-00000000000000001"]})")));
  EXPECT_EQ(rows(worn), "disassociating Core");
  advance(2s);
  EXPECT_EQ(rows(worn), "");
}

TEST_F(Associations, AreWrittenToTheAuditLogWithTheirEffect) {
  associate(bare, "Core");
  ASSERT_FALSE(cloud.audit.empty());
  EXPECT_EQ(cloud.audit.back().operation, "AssociateIamInstanceProfile");
  EXPECT_EQ(cloud.audit.back().effect, "created");
  EXPECT_EQ(cloud.audit.back().resource,
            "arn:aws:ec2:us-west-2:123456789012:instance/i-00000000000000002");
  rows(bare);
  EXPECT_EQ(cloud.audit.back().effect, "none");
}

}  // namespace
}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/iam/actions.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "cloud/cloud.h"

namespace stint::cloud {
namespace {

TEST(KnownActions, AreThoseOfAllServicesInAnyCase) {
  const auto stop = iam::find_action("EC2:stopinstances");
  ASSERT_TRUE(stop);
  EXPECT_EQ(stop->service, "ec2");
  EXPECT_EQ(stop->name, "StopInstances");
  EXPECT_EQ(stop->kinds, (std::vector<std::string_view>{"instance"}));
  for (const char* action :
       {"dynamodb:PutItem", "lambda:InvokeFunction", "rds:StopDBInstance",
        "cloudwatch:PutMetricData", "s3:ListAllMyBuckets", "states:StartExecution"})
    EXPECT_TRUE(iam::find_action(action)) << action;
  for (const char* action : {"ec2:NoSuchThing", "nobody:PutItem", "ec2", "", ":", "ec2:"})
    EXPECT_FALSE(iam::find_action(action)) << action;
  EXPECT_TRUE(iam::known_service("SSM"));
  EXPECT_FALSE(iam::known_service("monitoring"));  // what CloudWatch signs with is not its prefix
}

// A row with a misspelt action could be granted by nobody.
TEST(KnownActions, HoldWhatEachOperationOfTheCloudAsksFor) {
  for (const ServiceTable& table : services())
    for (const Operation& operation : table.operations) {
      if (operation.action == "none") continue;
      const std::string action = operation.action.empty()
                                     ? fmt::format("{}:{}", table.service, operation.name)
                                     : std::string(operation.action);
      EXPECT_TRUE(iam::find_action(action)) << action;
    }
}

}  // namespace
}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The metadata service (spec/ssm-agent-protocol.md section 2) and the recorded timing of the
// credentials it serves (spec/temporary-permissions.md A1, rows "IMDS ..." and "role removed").
#include <fmt/core.h>

#include "aws/model.h"
#include "cloud/testing.h"
#include "cloud/world_parts.h"

namespace stint::cloud {
namespace {

using namespace std::chrono_literals;
using cloud::testing::json;
using cloud::testing::TestWorld;

constexpr std::string_view imds_world = R"({
  "propagation": {"iam_to_ec2": 0, "association": "2s", "imds": "2s", "instance": "10s"},
  "roles": {"Core": {"service": "ec2.amazonaws.com"}, "Other": {"service": "ec2.amazonaws.com"},
            "NotForEc2": {"service": "lambda.amazonaws.com"}},
  "profiles": {"CoreProfile": "Core", "OtherProfile": "Other", "NotForEc2": "NotForEc2",
               "Empty": null},
  "instances": {"i-00000000000000001": {"profile": "CoreProfile"}, "i-00000000000000002": {},
                "i-00000000000000003": {"state": "stopped"}}
})";

constexpr const char* ttl = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds";
constexpr std::string_view imds_worn = "i-00000000000000001";
constexpr std::string_view imds_bare = "i-00000000000000002";

struct Imds : ::testing::Test, TestWorld {
  aws::Models models{aws::Models::Options{}};
  FrontDoor door{cloud, models};

  Imds() : TestWorld(imds_world) {}

  net::Response send(std::string_view instance, net::Request request) {
    return door.imds("123456789012", "us-west-2", instance, request, now);
  }
  std::string token(std::string_view instance, int seconds = 21600) {
    return send(instance, {.method = "PUT",
                           .target = "/latest/api/token",
                           .headers = {{ttl, std::to_string(seconds)}}})
        .body;
  }
  net::Response get(std::string_view instance, std::string path) {
    return send(instance, {.target = std::move(path),
                           .headers = {{"X-Aws-Ec2-Metadata-Token", token(instance)}}});
  }
  /// The body, or the status of a refusal.
  std::string read(std::string_view instance, std::string path) {
    net::Response response = get(instance, std::move(path));
    return response.status == 200 ? response.body : std::to_string(response.status);
  }
  std::string roles(std::string_view instance) {
    return read(instance, "/latest/meta-data/iam/security-credentials/");
  }
  Value credentials(std::string_view instance, std::string_view role) {
    return json(read(instance, fmt::format("/latest/meta-data/iam/security-credentials/{}", role)));
  }
  iam::State& iam() { return cloud.state.account("123456789012").iam; }
  std::string association(std::string_view instance) {
    for (const auto& [key, tie] : cloud.state.region("123456789012", "us-west-2").ec2.associations)
      if (tie->instance == instance && !tie->ended) return key;
    return {};
  }
  void replace(std::string_view instance, std::string_view profile) {
    ASSERT_TRUE(call("ec2", "ReplaceIamInstanceProfileAssociation",
                     object({{"AssociationId", association(instance)},
                             {"IamInstanceProfile", object({{"Name", profile}})}})));
  }
  void associate(std::string_view instance, std::string_view profile) {
    ASSERT_TRUE(call(
        "ec2", "AssociateIamInstanceProfile",
        object({{"InstanceId", instance}, {"IamInstanceProfile", object({{"Name", profile}})}})));
  }
};

TEST_F(Imds, GivesTokensAndEchoesTheirLifetime) {
  net::Response response = send(
      imds_worn, {.method = "PUT", .target = "/latest/api/token", .headers = {{ttl, "21600"}}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.get(ttl), "21600");
  advance(100s);
  net::Response read = send(imds_worn, {.target = "/latest/meta-data/instance-id",
                                        .headers = {{"X-Aws-Ec2-Metadata-Token", response.body}}});
  EXPECT_EQ(read.body, imds_worn);
  EXPECT_EQ(read.headers.get(ttl), "21500");
}

TEST_F(Imds, RefusesBadTokenRequests) {
  struct Case {
    net::Request request;
    int status;
  };
  for (const auto& [request, status] : std::vector<Case>{
           {{.method = "PUT", .target = "/latest/api/token"}, 400},
           {{.method = "PUT", .target = "/latest/api/token", .headers = {{ttl, "0"}}}, 400},
           {{.method = "PUT", .target = "/latest/api/token", .headers = {{ttl, "21601"}}}, 400},
           {{.method = "PUT", .target = "/latest/api/token", .headers = {{ttl, "x"}}}, 400},
           {{.method = "PUT",
             .target = "/latest/api/token",
             .headers = {{ttl, "60"}, {"X-Forwarded-For", "10.0.0.1"}}},
            403},
           {{.method = "PUT", .target = "/2021-07-15/api/token", .headers = {{ttl, "60"}}}, 403},
           {{.method = "POST", .target = "/latest/meta-data/"}, 405},
           {{.method = "GET", .target = "/latest/api/token"}, 405},
       }) {
    SCOPED_TRACE(request.method + " " + request.target);
    EXPECT_EQ(send(imds_worn, request).status, status);
  }
}

TEST_F(Imds, RefusesVersion1AndTokensThatAreForeignOrOver) {
  auto with = [&](std::string token) {
    return send(imds_worn, {.target = "/latest/meta-data/instance-id",
                            .headers = {{"X-Aws-Ec2-Metadata-Token", std::move(token)}}})
        .status;
  };
  EXPECT_EQ(send(imds_worn, {.target = "/latest/meta-data/instance-id"}).status, 401);
  EXPECT_EQ(with("nonsense"), 401);
  EXPECT_EQ(with(token(imds_bare)), 401) << "another instance's";
  std::string short_lived = token(imds_worn, 60);
  advance(59s);
  EXPECT_EQ(with(short_lived), 200);
  advance(1s);
  EXPECT_EQ(with(short_lived), 401);
}

TEST_F(Imds, TellsWhatAndWhereTheInstanceIs) {
  struct Case {
    const char* path;
    const char* body;
  };
  for (const auto& [path, body] : std::vector<Case>{
           {"/latest/meta-data/instance-id", "i-00000000000000001"},
           {"/2021-03-23/meta-data/instance-id", "i-00000000000000001"},
           {"/latest/meta-data/ami-id", "ami-0abcdef1234567890"},
           {"/latest/meta-data/instance-type", "t3.micro"},
           {"/latest/meta-data/local-ipv4", "172.31.0.4"},
           {"/latest/meta-data/placement/", "availability-zone\navailability-zone-id\nregion"},
           {"/latest/meta-data/placement", "availability-zone\navailability-zone-id\nregion"},
           {"/latest/meta-data/placement/availability-zone", "us-west-2a"},
           {"/latest/meta-data/placement/availability-zone-id", "usw2-az1"},
           {"/latest/meta-data/placement/region", "us-west-2"},
           {"/latest/meta-data/services/domain", "amazonaws.com"},
           {"/latest/meta-data/identity-credentials/ec2/security-credentials/", "ec2-instance"},
           {"/latest/meta-data/iam/", "info\nsecurity-credentials/"},
           {"/latest/", "dynamic/\nmeta-data/"},
           {"/latest/meta-data/no-such-thing", "404"},
           {"/latest/meta-data/instance-id/", "404"},
           {"/no-such-version/meta-data/", "404"},
       }) {
    SCOPED_TRACE(path);
    EXPECT_EQ(read(imds_worn, path), body);
  }
  Value document = json(read(imds_worn, "/latest/dynamic/instance-identity/document"));
  EXPECT_EQ(document.text("region"), "us-west-2");
  EXPECT_EQ(document.text("instanceId"), imds_worn);
  EXPECT_EQ(document.text("accountId"), "123456789012");
}

TEST_F(Imds, AllowsVersion1OnlyWhereTheInstanceDoes) {
  const auto plain = [&](std::string_view path) {
    return send(imds_worn, {.target = std::string(path)});
  };
  EXPECT_EQ(plain("/latest/meta-data/instance-id").status, 401);
  const auto set = [&](const char* options) {
    ASSERT_TRUE(call("ec2", "ModifyInstanceMetadataOptions",
                     fmt::format(R"({{"InstanceId":"{}",{}}})", imds_worn, options)));
  };
  set(R"("HttpTokens":"optional","HttpPutResponseHopLimit":2)");
  EXPECT_EQ(plain("/latest/meta-data/instance-id").body, imds_worn);
  EXPECT_EQ(plain("/latest/meta-data/iam/security-credentials/").body, "Core");
  EXPECT_EQ(plain("/latest/meta-data/instance-id").headers.find(ttl), nullptr);
  EXPECT_EQ(read(imds_worn, "/latest/meta-data/instance-id"), imds_worn)
      << "version 2 works as well";
  EXPECT_EQ(send(imds_worn, {.target = "/latest/meta-data/instance-id",
                             .headers = {{"X-Aws-Ec2-Metadata-Token", "nonsense"}}})
                .status,
            401)
      << "a bad token is no missing one";
  set(R"("HttpEndpoint":"disabled")");
  EXPECT_EQ(plain("/latest/meta-data/instance-id").status, 403);
  EXPECT_EQ(
      send(imds_worn, {.method = "PUT", .target = "/latest/api/token", .headers = {{ttl, "60"}}})
          .status,
      403);
  set(R"("HttpEndpoint":"enabled","HttpTokens":"required")");
  EXPECT_EQ(plain("/latest/meta-data/instance-id").status, 401);
  EXPECT_EQ(read(imds_worn, "/latest/meta-data/instance-id"), imds_worn);
}

TEST_F(Imds, ServesUserDataTagsKeysAndAddresses) {
  EXPECT_EQ(read(imds_worn, "/latest/user-data"), "404");
  EXPECT_EQ(read(imds_worn, "/latest/meta-data/tags/instance/"), "404");
  EXPECT_EQ(read(imds_worn, "/latest/meta-data/public-ipv4"), "404");
  ASSERT_TRUE(call("ec2", "CreateKeyPair", R"({"KeyName":"k","KeyType":"ed25519"})"));
  auto made = call("ec2", "RunInstances", R"({"ImageId":"ami-0abcdef1234567890","MinCount":1,
      "MaxCount":1,"UserData":"IyEvYmluL3NoCg==","KeyName":"k",
      "MetadataOptions":{"InstanceMetadataTags":"enabled"},
      "TagSpecifications":[{"ResourceType":"instance","Tags":[{"Key":"Name","Value":"web"},
      {"Key":"team","Value":"a"}]}]})");
  ASSERT_TRUE(made) << made.error().message;
  const Value instance = made->items("Instances")[0];
  const std::string id = instance.text("InstanceId");
  EXPECT_EQ(get(id, "/latest/user-data").status, 503) << "not before it runs";
  advance(10s);
  const struct {
    const char* path;
    std::string body;
  } rows[] = {
      {"/latest/", "dynamic/\nmeta-data/\nuser-data"},
      {"/latest/user-data", "#!/bin/sh\n"},
      {"/latest/meta-data/tags/instance/", "Name\nteam"},
      {"/latest/meta-data/tags/instance/Name", "web"},
      {"/latest/meta-data/public-keys/", "0=k"},
      {"/latest/meta-data/public-keys/0/", "openssh-key"},
      {"/latest/meta-data/public-ipv4", instance.text("PublicIpAddress")},
      {"/latest/meta-data/security-groups", "default"},
      {"/latest/meta-data/reservation-id", made->text("ReservationId")},
      {"/latest/meta-data/block-device-mapping/", "ami\nroot"},
      {"/latest/meta-data/block-device-mapping/root", "/dev/xvda"},
  };
  for (const auto& row : rows) EXPECT_EQ(read(id, row.path), row.body) << row.path;
  EXPECT_TRUE(
      read(id, "/latest/meta-data/public-keys/0/openssh-key").starts_with("ssh-ed25519 AAAA"));
  const std::string mac = read(id, "/latest/meta-data/mac");
  const std::string card = "/latest/meta-data/network/interfaces/macs/" + mac + "/";
  EXPECT_EQ(read(id, card + "subnet-id"), instance.text("SubnetId"));
  EXPECT_EQ(read(id, card + "vpc-ipv4-cidr-block"), "172.31.0.0/16");
  EXPECT_EQ(json(read(id, "/latest/dynamic/instance-identity/document")).text("imageId"),
            "ami-0abcdef1234567890");
}

TEST_F(Imds, HasNothingAboutIamWithoutAProfile) {
  EXPECT_EQ(roles(imds_bare), "404");
  EXPECT_EQ(read(imds_bare, "/latest/meta-data/iam/"), "404");
  EXPECT_EQ(read(imds_bare, "/latest/meta-data/iam/info"), "404");
}

TEST_F(Imds, ServesCredentialsFor6HoursAnd35MinutesAndFetchesThemHourly) {
  EXPECT_EQ(roles(imds_worn), "Core");
  Value first = credentials(imds_worn, "Core");
  EXPECT_EQ(first.text("Code"), "Success");
  EXPECT_EQ(first.text("Type"), "AWS-HMAC");
  EXPECT_EQ(first.text("LastUpdated"), "2026-11-24T11:18:00Z");
  EXPECT_EQ(first.text("Expiration"), "2026-11-24T17:53:00Z");
  EXPECT_NE(cloud.state.sts.sessions.find(first.text("AccessKeyId")), nullptr);
  advance(59min);
  EXPECT_EQ(credentials(imds_worn, "Core"), first) << "polls make no sessions";
  EXPECT_EQ(cloud.state.sts.sessions.size(), 1u);
  advance(1min);
  EXPECT_NE(credentials(imds_worn, "Core").text("AccessKeyId"), first.text("AccessKeyId"));
  EXPECT_EQ(read(imds_worn, "/latest/meta-data/iam/security-credentials/Other"), "404");
}

TEST_F(Imds, ShowsTheNewRoleWhenPropagationIsOver) {
  associate(imds_bare, "CoreProfile");
  EXPECT_EQ(roles(imds_bare), "404");
  advance(2s);
  EXPECT_EQ(roles(imds_bare), "Core");
  replace(imds_bare, "OtherProfile");
  EXPECT_EQ(roles(imds_bare), "Core") << "no gap: the old ones until the new ones are there";
  advance(1999ms);
  EXPECT_EQ(roles(imds_bare), "Core");
  advance(1ms);
  EXPECT_EQ(roles(imds_bare), "Other");
  Value info = json(read(imds_bare, "/latest/meta-data/iam/info"));
  EXPECT_EQ(info.text("Code"), "Success");
  EXPECT_EQ(info.text("InstanceProfileArn"),
            "arn:aws:iam::123456789012:instance-profile/OtherProfile");
  ASSERT_TRUE(call("ec2", "DisassociateIamInstanceProfile",
                   object({{"AssociationId", association(imds_bare)}})));
  EXPECT_EQ(roles(imds_bare), "Other");
  advance(2s);
  EXPECT_EQ(roles(imds_bare), "404");
}

TEST_F(Imds, ServesTheSameCredentialsAfterTheRoleLeftTheProfile) {
  Value before = credentials(imds_worn, "Core");
  iam::InstanceProfile& profile = *iam().profiles.edit("CoreProfile");
  profile.role = "Other";
  profile.changed = now;
  advance(80s);
  EXPECT_EQ(roles(imds_worn), "Core");
  EXPECT_EQ(credentials(imds_worn, "Core"), before);
  advance(1h);
  EXPECT_EQ(roles(imds_worn), "Other") << "a swap shows with the next hourly fetch";
  Value other = credentials(imds_worn, "Other");
  iam().profiles.edit("CoreProfile")->role.clear();
  iam().profiles.edit("CoreProfile")->changed = now;
  advance(6h);
  EXPECT_EQ(credentials(imds_worn, "Other"), other)
      << "nothing to fetch: the old ones while they last";
  advance(35min);
  EXPECT_EQ(roles(imds_worn), "404");
  EXPECT_NE(json(read(imds_worn, "/latest/meta-data/iam/info"))
                .text("Message")
                .find("does not contain a role"),
            std::string::npos);
}

TEST_F(Imds, ServesARoleThatLeftBeforeAnybodyAsked) {
  iam().profiles.edit("CoreProfile")->role.clear();
  iam().profiles.edit("CoreProfile")->changed = now;
  EXPECT_EQ(roles(imds_worn), "Core") << "EC2 had fetched its credentials when it was associated";
  EXPECT_EQ(credentials(imds_worn, "Core").text("Code"), "Success");
}

TEST_F(Imds, SaysWhenTheProfileIsGone) {
  iam().profiles.erase("CoreProfile");
  iam().roles.erase("Core");
  EXPECT_EQ(json(read(imds_worn, "/latest/meta-data/iam/info")).text("Code"),
            "InstanceProfileNotFound");
  EXPECT_EQ(roles(imds_worn), "404");
}

TEST_F(Imds, SaysThatEc2CannotAssumeTheRole) {
  associate(imds_bare, "NotForEc2");
  advance(2s);
  EXPECT_EQ(roles(imds_bare), "NotForEc2");
  Value document = credentials(imds_bare, "NotForEc2");
  EXPECT_EQ(document.text("Code"), "AssumeRoleUnauthorizedAccess");
  EXPECT_EQ(document.find("AccessKeyId"), nullptr);
  EXPECT_EQ(cloud.state.sts.sessions.size(), 0u);
}

TEST_F(Imds, HasNoCredentialsForAProfileWithoutARole) {
  associate(imds_bare, "Empty");
  advance(2s);
  EXPECT_EQ(roles(imds_bare), "404");
  EXPECT_EQ(read(imds_bare, "/latest/meta-data/iam/"), "info");
}

TEST_F(Imds, GivesEachInstanceCredentialsOfItsOwn) {
  const char* path = "/latest/meta-data/identity-credentials/ec2/security-credentials/ec2-instance";
  Value first = json(read(imds_bare, path));
  EXPECT_EQ(first.text("Code"), "Success");
  EXPECT_EQ(json(read(imds_bare, path)), first);
  const sts::Session* session = cloud.state.sts.sessions.find(first.text("AccessKeyId"));
  ASSERT_NE(session, nullptr);
  EXPECT_EQ(session->role, "aws:ec2-instance");
  EXPECT_EQ(session->name, imds_bare);
}

TEST_F(Imds, IsSilentWhileTheInstanceIsOff) {
  EXPECT_EQ(get("i-00000000000000003", "/latest/meta-data/").status, 503);
  EXPECT_EQ(get("i-00000000000000009", "/latest/meta-data/").status, 404);
}

}  // namespace
}  // namespace stint::cloud

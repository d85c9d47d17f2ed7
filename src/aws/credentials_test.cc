// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/credentials.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "aws/profile.h"

namespace stint::aws {
namespace {
using namespace std::chrono_literals;

Time now() {
  return parse_time("2026-11-24T11:18:00Z").value();
}

/// Answers by "METHOD url target" and remembers what it was asked.
class FakeTransport final : public net::Transport {
 public:
  Result<net::Response> send(const net::Request& request) override {
    asked.push_back(request);
    auto found = answers.find(request.method + " " + request.url + request.target);
    if (found == answers.end()) return fail(Code::unavailable, "cannot reach " + request.url);
    return found->second;
  }
  std::map<std::string, net::Response> answers;
  std::vector<net::Request> asked;
};

/// A place with variables, files and endpoints of its own.
class Place : public testing::Test {
 protected:
  Place() {
    home = std::filesystem::temp_directory_path() /
           fmt::format("stint-credentials-{}-{}", ::getpid(),
                       testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(home / ".aws");
    variables["HOME"] = home.string();
  }
  ~Place() override { std::filesystem::remove_all(home); }

  std::string file(const std::string& name, const std::string& content) {
    std::ofstream(home / name) << content;
    return (home / name).string();
  }
  CredentialSources around(std::string profile = "") {
    return {.environment = [this](const std::string& name) -> std::optional<std::string> {
              auto found = variables.find(name);
              if (found == variables.end()) return std::nullopt;
              return found->second;
            },
            .transport = &transport,
            .profile = std::move(profile)};
  }
  Result<FoundCredentials> find(std::string profile = "") {
    return locate_credentials(around(std::move(profile)), now());
  }
  void instance(const std::string& base, const std::string& body) {
    const std::string folder = "/latest/meta-data/iam/security-credentials/";
    transport.answers["PUT " + base + "/latest/api/token"] = {200, {}, "session"};
    transport.answers["GET " + base + folder] = {200, {}, "CoreRole\n"};
    transport.answers["GET " + base + folder + "CoreRole"] = {200, {}, body};
  }

  std::filesystem::path home;
  std::map<std::string, std::string, std::less<>> variables;
  FakeTransport transport;
};

constexpr const char* session_answer =
    R"({"Code":"Success","AccessKeyId":"ASIAX","SecretAccessKey":"sssh","Token":"tok",
        "Expiration":"2026-11-24T17:18:00Z"})";

using Credential = Place;

TEST_F(Credential, ComesFromTheEnvironmentFirst) {
  variables.insert({{"AWS_ACCESS_KEY_ID", "AKENV"},
                    {"AWS_SECRET_ACCESS_KEY", "sssh"},
                    {"AWS_SESSION_TOKEN", "tok"}});
  file(".aws/credentials", "[default]\naws_access_key_id=AKFILE\naws_secret_access_key=x\n");
  auto found = find();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->credentials.access_key, "AKENV");
  EXPECT_EQ(found->credentials.secret_key, "sssh");
  EXPECT_EQ(found->credentials.session_token, "tok");
  EXPECT_EQ(found->source, "the environment");
  EXPECT_TRUE(transport.asked.empty());
}

TEST_F(Credential, OfAnExplicitProfileWinsOverTheEnvironment) {
  variables.insert({{"AWS_ACCESS_KEY_ID", "AKENV"}, {"AWS_SECRET_ACCESS_KEY", "sssh"}});
  file(".aws/credentials", "[dev]\naws_access_key_id=AKDEV\naws_secret_access_key=x\n");
  EXPECT_EQ(find("dev")->credentials.access_key, "AKDEV");
  variables["AWS_PROFILE"] = "dev";  // as botocore: the keys of the environment are nearer
  EXPECT_EQ(find()->credentials.access_key, "AKENV");
}

TEST_F(Credential, ComesFromTheProfileInForce) {
  file(".aws/credentials",
       "# remark\n[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = a#b;c+/=\n"
       "[dev]\r\nAWS_ACCESS_KEY_ID=AKDEV\r\naws_secret_access_key=x ; remark\r\n"
       "aws_session_token=t\r\n");
  auto found = find();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->credentials.access_key, "AKDEFAULT");
  EXPECT_EQ(found->credentials.secret_key, "a#b;c+/=");
  EXPECT_EQ(found->source, "profile default of " + home.string() + "/.aws/credentials");
  variables["AWS_PROFILE"] = "dev";
  found = find();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->credentials.access_key, "AKDEV");
  EXPECT_EQ(found->credentials.secret_key, "x");
  EXPECT_EQ(found->credentials.session_token, "t");
}

TEST_F(Credential, ComesFromTheConfigFileWhenTheOtherHasNone) {
  file(".aws/config",
       "[default]\nregion = eu-west-1\n[profile dev]\nregion = us-west-2\n"
       "s3 =\n  max_concurrent_requests = 20\naws_access_key_id=AKC\naws_secret_access_key=x\n");
  EXPECT_EQ(find("dev")->credentials.access_key, "AKC");
  EXPECT_EQ(find_region(around("dev")).value(), "us-west-2");
  EXPECT_EQ(find_region(around()).value(), "eu-west-1");
}

TEST_F(Credential, ReadsFilesThatVariablesName) {
  variables["AWS_SHARED_CREDENTIALS_FILE"] =
      file("mine", "[default]\naws_access_key_id=AKM\naws_secret_access_key=x\n");
  variables["AWS_CONFIG_FILE"] = "~/conf";
  file("conf", "[profile default]\nregion=ap-south-1\n");
  EXPECT_EQ(find()->credentials.access_key, "AKM");
  EXPECT_EQ(find_region(around()).value(), "ap-south-1");
}

TEST_F(Credential, ThatIsHalfThereIsAnErrorWithoutSecrets) {
  struct Case {
    std::map<std::string, std::string> variables;
    std::string credentials, config, message;
  } cases[] = {
      {{{"AWS_SECRET_ACCESS_KEY", "sssh"}},
       "",
       "",
       "the environment has AWS_SECRET_ACCESS_KEY but not AWS_ACCESS_KEY_ID"},
      {{{"AWS_ACCESS_KEY_ID", "AK"}},
       "",
       "",
       "the environment has AWS_ACCESS_KEY_ID but not AWS_SECRET_ACCESS_KEY"},
      {{}, "[default]\naws_secret_access_key=sssh\n", "", "lacks aws_access_key_id"},
      {{}, "[default]\naws_access_key_id=AK\n", "", "lacks aws_secret_access_key"},
      {{}, "[default\n", "", ".aws/credentials, line 1: a section without its closing ']'"},
      {{}, "sssh\n", "", ".aws/credentials, line 1: expected 'name = value'"},
      {{}, "k=sssh\n", "", ".aws/credentials, line 1: a setting before the first [section]"},
      {{{"AWS_PROFILE", "gone"}},
       "[default]\n",
       "",
       "the profile gone is in neither the credentials nor the config file"},
      {{},
       "",
       "[default]\nrole_arn=arn:aws:iam::1:role/x\n",
       "by role_arn, which stint does not read"},
      {{}, "", "[default]\ncredential_process=/bin/x sssh\n", "by credential_process"},
  };
  for (const Case& each : cases) {
    variables = {{"HOME", home.string()}};
    for (const auto& [name, value] : each.variables) variables[name] = value;
    file(".aws/credentials", each.credentials);
    file(".aws/config", each.config);
    auto found = find();
    ASSERT_FALSE(found) << each.message;
    EXPECT_EQ(found.error().code, Code::invalid);
    EXPECT_NE(found.error().message.find(each.message), std::string::npos) << found.error().message;
    EXPECT_EQ(found.error().message.find("sssh"), std::string::npos) << found.error().message;
  }
}

TEST_F(Credential, ComesFromAContainerEndpointWithItsToken) {
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1:9001/creds?x=1";
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "not this";
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = file("token", "bearer\n");
  transport.answers["GET http://127.0.0.1:9001/creds?x=1"] = {200, {}, session_answer};
  auto found = find();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->credentials.access_key, "ASIAX");
  EXPECT_EQ(found->credentials.session_token, "tok");
  EXPECT_EQ(found->credentials.expires, parse_time("2026-11-24T17:18:00Z").value());
  EXPECT_EQ(transport.asked.at(0).headers.get("authorization"), "bearer");

  variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/x";
  transport.answers["GET http://169.254.170.2/v2/x"] = {200, {}, session_answer};
  EXPECT_EQ(find()->source, "the container endpoint http://169.254.170.2");
}

TEST_F(Credential, TokenGoesToNoOtherMachineInClear) {
  struct Case {
    std::string uri;
    bool asked;
  } cases[] = {
      {"http://localhost/c", true},
      {"http://127.9.9.9:1/c", true},
      {"http://[::1]:1/c", true},
      {"https://creds.example.com/c", true},
      {"http://169.254.170.23/v1/c", true},
      {"http://10.0.0.1/c", false},
      {"http://example.com/c", false},
      {"http://127.evil.com/c", false},
      {"http://127.0.0.1.evil.com/c", false},
      {"http://localhost@evil.com/c", false},
      {"http://user:sssh@evil.com/c", false},
      {"ftp://localhost/c", false},
      {"localhost", false},
  };
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "bearer";
  variables["AWS_EC2_METADATA_DISABLED"] = "true";
  for (const Case& each : cases) {
    variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = each.uri;
    transport.asked.clear();
    auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(transport.asked.size(), each.asked ? 1u : 0u) << each.uri;
    EXPECT_EQ(found.error().code, each.asked ? Code::unavailable : Code::invalid) << each.uri;
    EXPECT_EQ(found.error().message.find("sssh"), std::string::npos);
  }
}

TEST_F(Credential, ComesFromTheInstanceLast) {
  instance("http://169.254.169.254", session_answer);
  auto found = find();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->credentials.secret_key, "sssh");
  EXPECT_EQ(found->source, "the instance metadata of http://169.254.169.254");
  ASSERT_EQ(transport.asked.size(), 3u);
  EXPECT_EQ(transport.asked[0].headers.get("x-aws-ec2-metadata-token-ttl-seconds"), "21600");
  EXPECT_EQ(transport.asked[1].headers.get("x-aws-ec2-metadata-token"), "session");
  EXPECT_EQ(transport.asked[2].headers.get("x-aws-ec2-metadata-token"), "session");
}

TEST_F(Credential, AsksTheMetadataEndpointThatIsNamed) {
  variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.64.1.2:8080/";
  EXPECT_EQ(find().error().message, "cannot reach http://127.64.1.2:8080");
  instance("http://127.64.1.2:8080", session_answer);
  EXPECT_EQ(find()->credentials.access_key, "ASIAX");
  variables["AWS_EC2_METADATA_DISABLED"] = "TRUE";
  EXPECT_EQ(find().error().code, Code::not_found);
}

TEST_F(Credential, OfABadAnswerIsAnErrorThatRepeatsNothing) {
  for (std::string body : {"sssh", R"({"AccessKeyId":"A"})", R"(["sssh"])",
                           R"({"AccessKeyId":"A","SecretAccessKey":"sssh","Expiration":"x"})",
                           R"({"AccessKeyId":"A","SecretAccessKey":"sssh",
                               "Expiration":"2026-11-24T11:18:00Z"})"}) {
    instance("http://169.254.169.254", body);
    auto found = find();
    ASSERT_FALSE(found) << body;
    EXPECT_EQ(found.error().code, Code::unavailable);
    EXPECT_EQ(found.error().message.find("sssh"), std::string::npos) << found.error().message;
  }
  transport.answers["PUT http://169.254.169.254/latest/api/token"] = {403, {}, "no"};
  EXPECT_EQ(find().error().message,
            "the instance metadata of http://169.254.169.254 answered with HTTP status 403 instead "
            "of a session token");
}

TEST_F(Credential, ThatIsNowhereIsNotFound) {
  auto found = find();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Code::not_found);
  EXPECT_TRUE(found.error().message.starts_with("no AWS credentials were found"));
  instance("http://169.254.169.254", session_answer);
  transport.answers["GET http://169.254.169.254/latest/meta-data/iam/security-credentials/"]
      .status = 404;
  EXPECT_EQ(find().error().code, Code::not_found) << "an instance without a profile";
  EXPECT_EQ(find_credentials({}, now()).error().code, Code::not_found) << "without anything";
}

TEST_F(Credential, IsRenewedBeforeItEnds) {
  instance("http://169.254.169.254", session_answer);
  RenewingCredentials source(around());
  Time end = parse_time("2026-11-24T17:18:00Z").value();
  EXPECT_EQ(source.get(now())->access_key, "ASIAX");
  EXPECT_EQ(source.get(end - 6min)->access_key, "ASIAX");
  EXPECT_EQ(transport.asked.size(), 3u) << "held";
  transport.answers.clear();
  EXPECT_EQ(source.get(end - 1min)->access_key, "ASIAX") << "still good, though nobody answers";
  EXPECT_FALSE(source.get(end));
  instance(
      "http://169.254.169.254",
      R"({"AccessKeyId":"ASIANEW","SecretAccessKey":"s","Expiration":"2026-11-24T23:00:00Z"})");
  EXPECT_EQ(source.get(end)->access_key, "ASIANEW");
}

using Region = Place;

TEST_F(Region, ComesFromTheEnvironmentThenTheProfile) {
  EXPECT_EQ(find_region(around()).error().code, Code::not_found);
  file(".aws/config", "[default]\nregion = eu-west-1\n");
  EXPECT_EQ(find_region(around()).value(), "eu-west-1");
  variables["AWS_DEFAULT_REGION"] = "us-east-2";
  EXPECT_EQ(find_region(around()).value(), "us-east-2");
  variables["AWS_REGION"] = "us-west-2";
  EXPECT_EQ(find_region(around()).value(), "us-west-2");
}

}  // namespace
}  // namespace stint::aws

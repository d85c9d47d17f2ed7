// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/world_file.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "cloud/ec2/association.h"
#include "policy/policy.h"
#include "value/json.h"
#include "value/yaml.h"

namespace stint::cloud {
namespace {

using namespace std::chrono_literals;

const Time now = *parse_time("2026-11-24T11:18:00Z");

/// The world of a YAML text; a failure and an empty world when it does not read.
State world_of(std::string_view text) {
  auto value = parse_yaml(text);
  EXPECT_TRUE(value) << (value ? "" : value.error().message);
  auto state = make_world(value ? *value : Value(), {.path = "dir/world.yaml", .now = now});
  EXPECT_TRUE(state) << (state ? "" : state.error().message);
  return state ? *state : State();
}

/// The sentence with which a YAML text is refused.
std::string refusal(std::string_view text) {
  auto value = parse_yaml(text);
  if (!value) return "no YAML: " + value.error().message;
  auto state = make_world(*value, {.path = "world.yaml", .now = now});
  return state ? "accepted" : state.error().message;
}

/// Keys of what differs, for a failing test to show.
std::string differences(const State& a, const State& b) {
  std::string out;
  for (const Change& change : diff(a, b))
    out += fmt::format("{}: {} -> {}\n", change.key, to_json(change.before), to_json(change.after));
  return out;
}

State read_back(const State& state) {
  auto text = dump_world(state);
  EXPECT_TRUE(text) << (text ? "" : text.error().message);
  auto value = parse_yaml(text ? *text : "");
  EXPECT_TRUE(value) << (value ? "" : value.error().message) << "\n" << *text;
  auto back = make_world(*value, {.path = "dump", .now = now + 1000h});
  EXPECT_TRUE(back) << (back ? "" : back.error().message) << "\n" << *text;
  return back ? *back : State();
}

TEST(WorldFile, TheDefaultWorldIsTheOneOfTheInterfaces) {
  auto state = default_world(now);
  ASSERT_TRUE(state) << state.error().message;
  const Account& account = state->accounts.at("123456789012");
  const iam::Role* role = account.iam.roles.find("CoreInstanceRole");
  ASSERT_NE(role, nullptr);
  EXPECT_EQ(role->attached,
            std::vector<std::string>{"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"});
  EXPECT_TRUE(ec2::ec2_may_assume(*state, *role));
  EXPECT_EQ(account.iam.profiles.find("CoreInstanceProfile")->role, "CoreInstanceRole");
  const iam::AccessKey* key = account.iam.access_keys.find("test");
  ASSERT_NE(key, nullptr);
  EXPECT_TRUE(key->root);
  const ec2::State& ec2 = account.regions.at("us-west-2").ec2;
  const ec2::Instance* instance = ec2.instances.find("i-0123456789abcdef0");
  ASSERT_NE(instance, nullptr);
  EXPECT_EQ(instance->state, "running");
  EXPECT_EQ(instance->imds_address, "127.64.0.1");
  const ec2::Association* worn = ec2::live_association(ec2::ties_of(ec2, "i-0123456789abcdef0"));
  ASSERT_NE(worn, nullptr);
  EXPECT_EQ(ec2::association_state(*state, *instance, *worn, now), "associated");
  EXPECT_NE(state->s3.objects.find("my-script-bucket/exampleScript.py"), nullptr);
  EXPECT_NE(state->s3.objects.find("my-script-bucket/data/in.txt"), nullptr);
  EXPECT_EQ(state->propagation.iam_to_ec2, 8s);
  const iam::Policy* policy = account.iam.policies.find(
      "arn:aws:iam::123456789012:policy/expandedPermissionsForAutomation");
  ASSERT_NE(policy, nullptr);
  auto parsed = policy::parse(policy->default_version()->document, policy::Type::identity);
  ASSERT_TRUE(parsed);
  EXPECT_EQ((*parsed)->statements.size(), 5u);
}

TEST(WorldFile, TheSameFileAlwaysGivesTheSameWorld) {
  auto one = default_world(now), two = default_world(now);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(differences(*one, *two), "");
}

TEST(WorldFile, KnowsSeveralAccountsAndRegions) {
  State state = world_of(R"(
accounts:
  "111111111111":
    roles: {R: {service: ec2.amazonaws.com}}
    profiles: {P: R}
    regions:
      eu-west-1: {instances: {i-1: {profile: P}}}
      us-east-1: {instances: {i-2: {}}, buckets: {two: {}}}
  "222222222222":
    regions: {eu-west-1: {parameters: {a: b}}}
)");
  EXPECT_EQ(state.default_account, "111111111111");
  EXPECT_EQ(state.default_region, "eu-west-1");
  EXPECT_EQ(state.s3.buckets.find("two")->region, "us-east-1");
  EXPECT_EQ(state.accounts.at("222222222222")
                .regions.at("eu-west-1")
                .ssm.parameters.find("a")
                ->newest()
                .value,
            "b");
  const auto& regions = state.accounts.at("111111111111").regions;
  EXPECT_EQ(regions.at("eu-west-1").ec2.instances.find("i-1")->imds_address, "127.64.0.1");
  EXPECT_EQ(regions.at("us-east-1").ec2.instances.find("i-2")->imds_address, "127.64.0.2");
}

TEST(WorldFile, ManagedPoliciesAreTheAccountsOwnBeforeAwss) {
  State state = world_of(R"(
policies: {Mine: {Version: "2012-10-17", Statement: [{Effect: Deny, Action: "s3:*", Resource: "*"}]}}
roles:
  R: {service: ec2.amazonaws.com, managed: [Mine, AmazonS3ReadOnlyAccess, "arn:aws:iam::999999999999:policy/X"]}
)");
  EXPECT_EQ(state.accounts.at("123456789012").iam.roles.find("R")->attached,
            (std::vector<std::string>{"arn:aws:iam::123456789012:policy/Mine",
                                      "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
                                      "arn:aws:iam::999999999999:policy/X"}));
}

TEST(WorldFile, ReadsDurations) {
  State state = world_of("propagation: {iam_to_ec2: 500ms, association: 0, imds: 2m}");
  EXPECT_EQ(state.propagation.iam_to_ec2, 500ms);
  EXPECT_EQ(state.propagation.association, 0ms);
  EXPECT_EQ(state.propagation.imds, 2min);
}

TEST(WorldFile, ReadsFilesBesideIt) {
  std::string folder = ::testing::TempDir() + fmt::format("stint-world-{}", ::getpid());
  std::filesystem::create_directories(folder + "/sub");
  ASSERT_TRUE(write_file(folder + "/sub/policy.json", R"({"Version":"2012-10-17","Statement":[
                           {"Effect":"Deny","Action":"s3:*","Resource":"*"}]})"));
  ASSERT_TRUE(write_file(folder + "/bytes", std::string("\xff\0\x01", 3)));
  ASSERT_TRUE(write_file(folder + "/world.yaml", R"(
policies: {p: {file: sub/policy.json}}
buckets: {bucket: {objects: {bytes: {file: bytes}}}}
)"));
  auto state = read_world(folder + "/world.yaml", now);
  ASSERT_TRUE(state) << state.error().message;
  EXPECT_EQ(state->s3.objects.find("bucket/bytes")->body.bytes(), std::string("\xff\0\x01", 3));
  EXPECT_EQ(differences(*state, read_back(*state)), "");

  ASSERT_TRUE(write_file(folder + "/world.yaml", "policies:\n  p: {file: none.json}\n"));
  state = read_world(folder + "/world.yaml", now);
  ASSERT_FALSE(state);
  EXPECT_TRUE(state.error().message.starts_with(folder + "/world.yaml:2:"))
      << state.error().message;
  EXPECT_NE(state.error().message.find("none.json"), std::string::npos) << state.error().message;
  std::filesystem::remove_all(folder);
}

TEST(WorldFile, RefusesWithThePlaceAndASentence) {
  struct Case {
    const char* text;
    const char* sentence;
  };
  for (const auto& [text, sentence] : std::vector<Case>{
           {"instnces: {}",
            "world.yaml:1:1: a world file has no key 'instnces' (did you mean 'instances'?)."},
           {"roles:\n  R: {service: ec2.amazonaws.com, manged: []}",
            "world.yaml:2:35: role 'R' has no key 'manged' (did you mean 'managed'?)."},
           {"roles: []", "world.yaml:1:8: 'roles' must be a mapping, not a list."},
           {"roles:\n  R: {}",
            "world.yaml:2:3: role 'R' needs either 'service' (who may assume it) or 'trust' (a "
            "trust policy)."},
           {"roles: {a b: {service: x}}",
            "world.yaml:1:9: 'a b' is no name for a role: 1 to 64 letters, digits and _+=,.@- "
            "are."},
           {"roles: {R: {service: x.amazonaws.com}, r: {service: x.amazonaws.com}}",
            "world.yaml:1:40: role 'r' is there twice (names are the same when only their case "
            "differs)."},
           {"profiles: {P: Rolle}\nroles: {Role: {service: ec2.amazonaws.com}}",
            "world.yaml:1:15: profile 'P' holds role 'Rolle', which is not there (did you mean "
            "'Role'?)."},
           {"instances:\n  i-1: {profile: P}",
            "world.yaml:2:18: instance 'i-1' wears profile 'P', which is not there."},
           {"instances: {i-1: {state: asleep}}",
            "world.yaml:1:26: 'asleep' is no state of an instance: pending, running, stopping, "
            "stopped, shutting-down and terminated are."},
           {"instances: {web: {}}",
            "world.yaml:1:13: 'web' is no id of an instance: they begin with i-."},
           {"propagation: {imds: soon}",
            "world.yaml:1:21: 'imds' must be a duration like 8s, 500ms or 0, not 'soon'."},
           {"created: yesterday",
            "world.yaml:1:10: 'created' must be a time like 2026-11-24T11:18:00Z, not "
            "'yesterday'."},
           {"account: \"12\"", "world.yaml:1:10: '12' is no account id: those have twelve digits."},
           {"access_keys: {k: {secret: s}}",
            "world.yaml:1:15: access key 'k' needs a 'principal': root, or the name of a user that "
            "is there."},
           {"buckets: {b: {objects: {k: {text: a, file: b}}}}",
            "world.yaml:1:25: object 'k' of bucket 'b' needs one of 'text', 'file' and 'base64'."},
           {"parameters: {p: {type: Text, value: x}}",
            "world.yaml:1:24: 'Text' is no type of a parameter: String, StringList and "
            "SecureString are."},
           {"documents: {d: {content: \"no: version\"}}",
            "world.yaml:1:13: document 'd' has no schemaVersion."},
           {"nodes: {i-1: {exit: 0}}", "world.yaml:1:14: node 'i-1' must be a list of answers."},
           {"roles:\n  R: {service: ec2.amazonaws.com, managed: [AmazonSSMManagedInstanceCor]}",
            "world.yaml:2:44: there is no managed policy 'AmazonSSMManagedInstanceCor' in the "
            "account, and stint carries none of AWS's of that name (did you mean "
            "'AmazonSSMManagedInstanceCore'?)."},
           {"seed: one", "world.yaml:1:7: 'seed' must be a whole number, not a text."},
       }) {
    SCOPED_TRACE(text);
    EXPECT_EQ(refusal(text), sentence);
  }
}

TEST(WorldFile, ChecksPolicies) {
  EXPECT_TRUE(refusal("policies:\n  p: {Version: \"2012-10-17\", Statement: [{Effect: Maybe}]}")
                  .starts_with("world.yaml:2:3: policy 'p': "));
  EXPECT_TRUE(refusal("roles: {R: {trust: {Version: \"2012-10-17\", Statement: [{Effect: Allow, "
                      "Action: sts:AssumeRole}]}}}")
                  .starts_with("world.yaml:1:20: trust policy of role 'R': "));
}

TEST(WorldDump, ReadsBackEqual) {
  auto state = default_world(now);
  ASSERT_TRUE(state);
  EXPECT_EQ(differences(*state, read_back(*state)), "");
  EXPECT_EQ(differences(State(), read_back(State())), "");
}

TEST(WorldDump, SaysPlainThingsInTheSectionsForPeople) {
  auto state = default_world(now);
  ASSERT_TRUE(state);
  auto text = dump_world(*state);
  ASSERT_TRUE(text) << text.error().message;
  auto value = parse_yaml(*text);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->find("state"), nullptr) << *text;
  EXPECT_EQ((*value)["roles"]["CoreInstanceRole"].text("service"), "ec2.amazonaws.com");
  EXPECT_EQ((*value)["roles"]["CoreInstanceRole"].items("managed")[0],
            Value("AmazonSSMManagedInstanceCore"));
  EXPECT_EQ((*value)["profiles"].text("CoreInstanceProfile"), "CoreInstanceRole");
  EXPECT_EQ((*value)["instances"]["i-0123456789abcdef0"].text("profile"), "CoreInstanceProfile");
}

TEST(WorldDump, KeepsEveryKindOfThing) {
  State state = world_of(R"(
account: "123456789012"
region: eu-west-1
seed: 7
propagation: {iam_to_ec2: 1500ms, instance: 0}
access_keys:
  AKIAEXAMPLE: {secret: s, principal: ann, active: false}
policies:
  plain: {Version: "2012-10-17", Statement: [{Effect: Deny, Action: "s3:*", Resource: "*"}]}
  full: {path: /a/, description: d, tags: {k: v}, document: {Version: "2012-10-17", Statement: [{Effect: Deny, Action: "s3:*", Resource: "*"}]}}
roles:
  R:
    trust: '{ "Version":"2012-10-17", "Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}] }'
    inline: {p: {Version: "2012-10-17", Statement: [{Effect: Deny, Action: "s3:*", Resource: "*"}]}}
    managed: [plain, AmazonS3ReadOnlyAccess]
    boundary: plain
    max_session: 2h
    path: /team/
    tags: {Yes: "no", "1": "2"}
    changed: 2026-11-24T10:00:00Z
profiles: {P: {role: R, path: /x/}, Q: null}
users: {ann: {managed: [full], tags: {a: b}}}
instances:
  i-1: {state: stopped, profile: P, type: m5.large, tags: {Name: one}, imds_address: 127.70.0.9}
  i-2: {profile: Q}
buckets:
  b1: {policy: {Version: "2012-10-17", Statement: [{Effect: Deny, Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::b1/*"}]}, objects: {"a b": {text: "x: y\n- z\n", metadata: {m: "1"}}}}
parameters: {list: {type: StringList, value: [a, b]}, plain: "3"}
documents:
  doc: {content: "schemaVersion: '0.3'\nmainSteps: []\n"}
nodes: {i-1: [{match: "echo", exit: 3, output: "hello\n", duration: 250ms}]}
accounts:
  "210987654321":
    access_keys: {other: {secret: s, principal: root}}
    regions: {us-east-1: {buckets: {b2: {objects: {k: {base64: "/wA="}}}}}}
)");
  EXPECT_EQ(state.scripted.at("i-1")[0].duration, 250ms);
  EXPECT_EQ(state.accounts.at("123456789012").iam.roles.find("R")->max_session_seconds, 7200);
  EXPECT_EQ(differences(state, read_back(state)), "");
}

TEST(WorldDump, KeepsWhatHasNoKeyOfItsOwn) {
  auto made = default_world(now);
  ASSERT_TRUE(made);
  State state = std::move(*made);
  ec2::State& ec2 = state.region("123456789012", "us-west-2").ec2;
  std::string held = ec2.associations.begin()->first;
  ec2.associations.edit(held)->ended = now;
  ec2.associations.edit(held)->replaced = true;
  ec2.associations.put("iip-assoc-0aaaaaaaaaaaaaaaa",
                       {.id = "iip-assoc-0aaaaaaaaaaaaaaaa",
                        .instance = "i-0123456789abcdef0",
                        .profile_arn = "arn:aws:iam::123456789012:instance-profile/Gone",
                        .started = now});
  state.sts.sessions.put("ASIA1", {.access_key = "ASIA1", .secret = "s", .issued = now});
  state.account("123456789012")
      .iam.policies.edit("arn:aws:iam::123456789012:policy/expandedPermissionsForAutomation")
      ->next_version = 5;
  state.random.next();
  EXPECT_EQ(differences(state, read_back(state)), "");
}

}  // namespace
}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// Steps per second of the engine: documents of the shape of shared/bench (blocks of ten steps: five
// API calls, two branches, three sleeps of no length) with canned answers, in memory and on SQLite.
//
//   bench_engine [--blocks N | --document FILE --answers FILE] [--executions N] [--in-flight N]
//                [--sqlite FILE] [--cloud yes]
//
// --cloud: instead of canned answers, the embedded cloud as a role with two policies: every call
// is authorised, handled and written to the audit log. Prints one JSON object: steps per second of
// wall time and CPU microseconds a step.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "actions/table.h"
#include "aws/embedded.h"
#include "base/file.h"
#include "cloud/world_file.h"
#include "cpu.h"
#include "engine/engine.h"
#include "store/store.h"
#include "value/json.h"
#include "value/yaml.h"
#include "world/calls.h"
#include "world/embedded.h"
#include "world/mocks.h"

namespace {

using namespace stint;

Value call(std::string name, std::string_view service, std::string_view api, Object inputs,
           Value::List outputs) {
  inputs.set("Service", service);
  inputs.set("Api", api);
  return object({{"name", name},
                 {"action", "aws:executeAwsApi"},
                 {"inputs", Value(std::move(inputs))},
                 {"outputs", Value(std::move(outputs))}});
}
Value output(std::string_view name, std::string_view selector, std::string_view type = "String") {
  return object({{"Name", name}, {"Selector", selector}, {"Type", type}});
}
Value nap(const std::string& name) {
  return object(
      {{"name", name}, {"action", "aws:sleep"}, {"inputs", object({{"Duration", "PT0S"}})}});
}
Value choose(const std::string& name, const std::string& variable, std::string_view op,
             std::string_view operand, const std::string& next, const std::string& otherwise) {
  return object(
      {{"name", name},
       {"action", "aws:branch"},
       {"inputs", object({{"Choices", Value::list({object({{"NextStep", next},
                                                           {"Variable", "{{ " + variable + " }}"},
                                                           {op, operand}})})},
                          {"Default", otherwise}})}});
}

std::string runbook(int blocks) {
  Value::List steps;
  for (int b = 0; b < blocks; ++b) {
    const auto s = [b](int i) { return "s" + std::to_string(b) + "_" + std::to_string(i); };
    steps.push_back(
        call(s(1), "ec2", "DescribeInstances", {{"InstanceIds", Value::list({"{{ InstanceId }}"})}},
             {output("state", "$.Reservations[0].Instances[0].State.Name"),
              output("code", "$.Reservations[0].Instances[0].State.Code", "Integer"),
              output("profile", "$.Reservations[0].Instances[0].IamInstanceProfile.Arn")}));
    steps.push_back(choose(s(2), s(1) + ".state", "StringEquals", "running", s(3), s(10)));
    steps.push_back(call(s(3), "iam", "GetRole", {{"RoleName", "role-for-{{ InstanceId }}"}},
                         {output("arn", "$.Role.Arn")}));
    steps.push_back(nap(s(4)));
    steps.push_back(call(
        s(5), "ec2", "CreateTags",
        {{"Resources", Value::list({"{{ InstanceId }}"})},
         {"Tags",
          Value::list({object({{"Key", "role"}, {"Value", "{{ " + s(3) + ".arn }}"}}),
                       object({{"Key", "profile"}, {"Value", "{{ " + s(1) + ".profile }}"}})})}},
        {}));
    steps.push_back(choose(s(6), s(1) + ".profile", "StartsWith", "arn:aws:iam", s(7), s(10)));
    steps.push_back(call(s(7), "ssm", "GetParameter", {{"Name", "/bench/{{ InstanceId }}"}},
                         {output("value", "$.Parameter.Value")}));
    steps.push_back(nap(s(8)));
    steps.push_back(call(s(9), "s3", "ListBuckets", {},
                         {output("first", "$.Buckets[0].Name"), output("owner", "$.Owner.ID")}));
    steps.push_back(nap(s(10)));
  }
  return to_json(object(
      {{"schemaVersion", "0.3"},
       {"parameters",
        object({{"InstanceId", object({{"type", "String"}, {"default", "i-0123456789abcdef0"}})}})},
       {"mainSteps", Value(std::move(steps))}}));
}

constexpr std::string_view answers = R"json({
 "ec2.DescribeInstances": {"Reservations": [{"Instances": [{"InstanceId": "i-0123456789abcdef0",
   "State": {"Code": 16, "Name": "running"},
   "IamInstanceProfile": {"Arn": "arn:aws:iam::123456789012:instance-profile/original"}}]}]},
 "iam.GetRole": {"Role": {"RoleName": "r", "Arn": "arn:aws:iam::123456789012:role/r", "Path": "/",
   "RoleId": "AROAEXAMPLE"}},
 "ec2.CreateTags": {},
 "ssm.GetParameter": {"Parameter": {"Name": "/bench/x", "Type": "String", "Value": "v1", "Version": 1}},
 "s3.ListBuckets": {"Buckets": [{"Name": "bucket-a"}, {"Name": "bucket-b"}], "Owner": {"ID": "owner-id"}}
})json";

/// A world outside the journal's transaction: the intent of CreateTags must be durable first.
class Canned final : public engine::Ports {
 public:
  Canned(aws::Models& models, const Value& answers)
      : calls_(models), mocks_(world::Mocks::from_table(answers)) {}
  engine::CallTable& calls() override { return calls_; }
  bool atomic() const override { return false; }
  std::optional<Result<Value>> call(const engine::Execution&, std::int64_t,
                                    const engine::CallOrder& order) override {
    return mocks_.answer(order.service, order.operation, order.input);
  }
  Result<engine::FoundDocument> find_document(const engine::Execution&, const std::string&,
                                              const std::string&) override {
    return fail(Code::not_found, "no documents here");
  }
  Result<void> check_role(const engine::ExecutionStarted&) override { return {}; }
  Result<Value> parameter(const engine::ExecutionStarted&, const std::string&) override {
    return Value();
  }
  void collect(store::Batch&) override {}
  void committed() override {}

 private:
  world::ModelCalls calls_;
  world::Mocks mocks_;
};

constexpr std::string_view role = "arn:aws:iam::123456789012:role/bench";

/// What the document asks for, and a role that may just do it.
constexpr std::string_view world_text = R"yaml(account: "123456789012"
region: us-west-2
policies:
  read:
    Version: "2012-10-17"
    Statement:
      - {Effect: Allow, Action: ["ec2:Describe*", "s3:List*"], Resource: "*"}
      - {Effect: Allow, Action: ["iam:Get*", "iam:List*"], Resource: "arn:aws:iam::123456789012:role/*"}
      - {Effect: Deny, Action: "ec2:TerminateInstances", Resource: "*"}
roles:
  bench:
    service: ssm.amazonaws.com
    managed: [read]
    inline:
      write:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Action: "ec2:CreateTags", Resource: "arn:aws:ec2:us-west-2:123456789012:instance/*"}
          - {Effect: Allow, Action: "ssm:GetParameter*", Resource: "arn:aws:ssm:*:*:parameter/bench/*"}
  role-for-i-0123456789abcdef0: {service: ec2.amazonaws.com}
profiles:
  original: role-for-i-0123456789abcdef0
instances:
  i-0123456789abcdef0: {state: running, profile: original}
buckets:
  bucket-a: {}
  bucket-b: {}
parameters:
  /bench/i-0123456789abcdef0: v1
)yaml";

/// The embedded cloud behind the engine, as `stint run` and `stint cloud` have it.
struct Embedded {
  Embedded(aws::Models& models, const Clock& clock)
      : calls(models), ports(cloud, calls, none, clock, {.keep_audit = false}) {
    auto text = parse_yaml(world_text);
    auto state = text ? cloud::make_world(*text, {.path = "bench", .now = clock.now()})
                      : Result<cloud::State>(std::unexpected(text.error()));
    if (!state) {
      std::fprintf(stderr, "%s\n", state.error().message.c_str());
      std::exit(1);
    }
    cloud.state = std::move(*state);
  }
  cloud::Cloud cloud;
  world::ModelCalls calls;
  world::Mocks none;
  world::EmbeddedPorts ports;
};

/// The document, executed as that role.
std::string as_role(const std::string& content) {
  Value document = *parse_json(content);
  document.set("assumeRole", role);
  return to_json(document);
}

}  // namespace

int main(int argc, char** argv) {
  int blocks = 1, executions = 20'000, in_flight = 32;
  std::string sqlite, document, canned;
  bool in_cloud = false;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (!std::strcmp(argv[i], "--blocks")) blocks = std::atoi(argv[i + 1]);
    if (!std::strcmp(argv[i], "--executions")) executions = std::atoi(argv[i + 1]);
    if (!std::strcmp(argv[i], "--in-flight")) in_flight = std::atoi(argv[i + 1]);
    if (!std::strcmp(argv[i], "--sqlite")) sqlite = argv[i + 1];
    if (!std::strcmp(argv[i], "--document")) document = argv[i + 1];
    if (!std::strcmp(argv[i], "--answers")) canned = argv[i + 1];
    if (!std::strcmp(argv[i], "--cloud")) in_cloud = true;
  }
  aws::Models::Options options;
  options.embedded = aws::embedded_models();
  aws::Models models(options);
  std::string content = document.empty() ? runbook(blocks) : *read_file(document);
  if (in_cloud) content = as_role(content);
  Canned canned_ports(models,
                      *parse_json(canned.empty() ? std::string(answers) : *read_file(canned)));
  std::unique_ptr<store::Store> store;
  if (sqlite.empty()) {
    store = store::make_memory_store();
  } else {
    auto opened = store::open_store(sqlite, store::Open::create);
    if (!opened) {
      std::fprintf(stderr, "%s\n", opened.error().message.c_str());
      return 1;
    }
    store = std::move(*opened);
  }
  ManualClock clock(*parse_time("2026-11-24T08:00:00Z"));
  Random random(1);
  Embedded embedded(models, clock);
  engine::Ports& ports = in_cloud ? static_cast<engine::Ports&>(embedded.ports)
                                  : static_cast<engine::Ports&>(canned_ports);
  engine::Engine engine(actions::table(), ports, *store, clock, random);
  const engine::FoundDocument found{
      .name = "bench", .version = "1", .content = content, .amazon_owned = false};
  const auto began = std::chrono::steady_clock::now();
  const double cpu = bench::cpu_seconds();
  std::string last;
  for (int done = 0; done < executions; done += in_flight) {
    for (int i = 0; i < in_flight; ++i) {
      auto started = engine.submit({.document = found,
                                    .parameters = Value(Object()),
                                    .executed_by = "bench",
                                    .account = "123456789012",
                                    .region = "us-west-2"});
      if (!started) {
        std::fprintf(stderr, "%s\n", started.error().message.c_str());
        return 1;
      }
      last = *started;
    }
    if (auto ran = engine.run(); !ran) {
      std::fprintf(stderr, "%s\n", ran.error().message.c_str());
      return 1;
    }
  }
  const double wall =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  auto check = engine.read(last);
  if (!check || check->status != engine::Status::success) {
    std::fprintf(stderr, "the benchmark's runbook did not end Success\n");
    return 1;
  }
  const int rounds = (executions + in_flight - 1) / in_flight;
  const double steps = static_cast<double>(rounds) * in_flight * check->steps_run;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "{\"steps\": %.0f, \"steps_per_second\": %.0f, \"cpu_us_per_step\": %.3f, "
      "\"max_rss_mib\": %.1f}\n",
      steps, steps / wall, (bench::cpu_seconds() - cpu) / steps * 1e6,
      static_cast<double>(usage.ru_maxrss) / 1024);
}

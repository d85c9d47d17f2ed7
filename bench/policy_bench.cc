// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// Nanoseconds of one decision about a policy of ten statements, as the cloud makes one for every
// call: allowed by the last statement, refused by none, and with variables and conditions.
//
//   bench_policy [--rounds N]
//
// Prints one JSON object: nanoseconds of CPU a decision.

#include <cstdio>
#include <cstring>
#include <string>

#include "cpu.h"
#include "policy/policy.h"

namespace {

using namespace stint;

/// Ten statements of the kind that people write; the last one grants what is asked for.
std::string ten_statements(std::string_view service) {
  std::string text = R"({"Version": "2012-10-17", "Statement": [)";
  for (int i = 0; i < 9; ++i) {
    const std::string n = std::to_string(i);
    text += R"({"Sid": "S)" + n + R"(", "Effect": ")" + (i % 3 == 2 ? "Deny" : "Allow") +
            R"(", "Action": [")" + std::string(service) + R"(:Describe)" + n + R"(*", ")" +
            std::string(service) + R"(:*Tags)" + n + R"("], "Resource": ["arn:aws:s3:::bucket)" +
            n + R"(", "arn:aws:s3:::*-logs/)" + n +
            R"(/*"], "Condition": {"StringEquals": {"aws:PrincipalTag/team": ["red", "blue"]}}},)";
  }
  return text + R"({"Sid": "Home", "Effect": "Allow", "Action": ["s3:Get*", "s3:PutObject"],
    "Resource": "arn:aws:s3:::home/${aws:username}/*", "Condition": {
      "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "Bool": {"aws:SecureTransport": "true"},
      "DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}}]})";
}

double nanoseconds(const policy::Policies& policies, const policy::Request& request, long rounds,
                   bool expected) {
  const double began = bench::cpu_seconds();
  long allowed = 0;
  for (long i = 0; i < rounds; ++i) allowed += policy::judge(policies, request).allowed();
  const double spent = bench::cpu_seconds() - began;
  if (allowed != (expected ? rounds : 0)) {
    std::fprintf(stderr, "the benchmark's policy decided otherwise\n");
    std::exit(1);
  }
  return spent * 1e9 / static_cast<double>(rounds);
}

}  // namespace

int main(int argc, char** argv) {
  long rounds = 200'000;
  for (int i = 1; i + 1 < argc; i += 2)
    if (std::strcmp(argv[i], "--rounds") == 0) rounds = std::atol(argv[i + 1]);
  const auto policies_of = [](std::string_view service) {
    policy::Policies policies;
    auto document = policy::parse(ten_statements(service), policy::Type::identity);
    if (!document) {
      std::fprintf(stderr, "%s\n", document.error().message.c_str());
      std::exit(1);
    }
    policies.identity = {{"policy", *document}};
    return policies;
  };
  policy::Request request;
  request.subject = {.account = "123456789012",
                     .arn = "arn:aws:iam::123456789012:user/alice",
                     .user_id = "AIDAALICE0000000000A",
                     .user_name = "alice"};
  request.action = "s3:GetObject";
  request.resource = "arn:aws:s3:::home/alice/notes/today.txt";
  request.context.set("aws:SourceIp", "10.1.2.3");
  request.context.set("aws:SecureTransport", "true");
  request.context.set("aws:CurrentTime", "2026-11-24T11:18:00Z");
  request.context.set("aws:PrincipalTag/team", "red");

  const double one_service = nanoseconds(policies_of("s3"), request, rounds, true);
  const double other_services = nanoseconds(policies_of("ec2"), request, rounds, true);
  request.action = "sqs:SendMessage";
  const double no_statement = nanoseconds(policies_of("s3"), request, rounds, false);
  std::printf(
      "{\"ns_ten_statements_one_service\": %.1f, \"ns_ten_statements_two_services\": %.1f, "
      "\"ns_service_not_named\": %.1f}\n",
      one_service, other_services, no_statement);
}

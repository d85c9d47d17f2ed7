// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "aws/protocol.h"
#include "aws/testing.h"
#include "value/json.h"

namespace stint::aws {
namespace {

/// One service of each protocol and more of the commonest.
class RoundTrip : public ::testing::TestWithParam<const char*> {
 protected:
  Models models_{testing::models_for_tests()};
};

/// Operations that one URI serves are told apart only for current ones, and answers that are
/// streams of events are not read.
bool left_out(const Operation& operation) {
  if (operation.deprecated()) return true;
  std::optional<Shape> output = operation.output();
  std::optional<Member> payload = output ? output->payload() : std::nullopt;
  return payload && payload->shape().event_stream();
}

TEST_P(RoundTrip, AServerReadsTheRequestThatAClientWrote) {
  Result<const Service*> service = models_.service(GetParam());
  ASSERT_TRUE(service) << service.error().message;
  testing::ValueMaker maker(7);
  for (std::size_t i = 0; i < (*service)->operation_count(); ++i) {
    const Operation operation = (*service)->operation(i);
    if (left_out(operation)) continue;
    for (int turn = 0; turn < 3; ++turn) {
      const Value input = operation.input() ? maker.structure(*operation.input()) : Value(Object());
      Result<net::Request> request = encode_request(operation, input);
      ASSERT_TRUE(request) << operation.name() << ": " << request.error().message;
      Result<Operation> routed = route_operation(**service, *request);
      ASSERT_TRUE(routed) << operation.name() << ": " << routed.error().message;
      ASSERT_EQ(routed->name(), operation.name()) << request->method << " " << request->target;
      Result<Value> read = decode_request(operation, *request);
      ASSERT_TRUE(read) << operation.name() << ": " << read.error().message << "\n"
                        << request->body;
      // The client adds the checksum that some operations demand.
      if (operation.checksum_required() && !input.find("ContentMD5"))
        read->edit_object().erase("ContentMD5");
      ASSERT_EQ(to_json(*read), to_json(*read == input ? *read : input)) << operation.name() << "\n"
                                                                         << request->target << "\n"
                                                                         << request->body;
    }
  }
}

TEST_P(RoundTrip, AClientReadsTheResponseThatAServerWrote) {
  Result<const Service*> service = models_.service(GetParam());
  ASSERT_TRUE(service) << service.error().message;
  testing::ValueMaker maker(11);
  for (std::size_t i = 0; i < (*service)->operation_count(); ++i) {
    const Operation operation = (*service)->operation(i);
    if (left_out(operation)) continue;
    for (int turn = 0; turn < 3; ++turn) {
      Value output = operation.output() ? maker.structure(*operation.output()) : Value(Object());
      testing::complete(operation, output);
      const net::Response response = encode_response(operation, output, "request-1");
      Result<Value> read = decode_response(operation, response);
      ASSERT_TRUE(read) << operation.name() << ": " << read.error().message << "\n"
                        << response.body;
      ASSERT_EQ(to_json(*read), to_json(*read == output ? *read : output))
          << operation.name() << "\n"
          << response.body;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Services, RoundTrip,
                         ::testing::Values("iam", "sts", "ec2", "s3", "ssm", "sns", "sqs", "kms",
                                           "logs", "lambda", "route53", "dynamodb"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace stint::aws

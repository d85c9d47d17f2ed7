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
  Models models_{testkit::models_for_tests()};
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
  testkit::ValueMaker maker(7);
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
  testkit::ValueMaker maker(11);
  for (std::size_t i = 0; i < (*service)->operation_count(); ++i) {
    const Operation operation = (*service)->operation(i);
    if (left_out(operation)) continue;
    for (int turn = 0; turn < 3; ++turn) {
      Value output = operation.output() ? maker.structure(*operation.output()) : Value(Object());
      testkit::complete(operation, output);
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

/// The text with a few bytes changed, lost or doubled.
std::string damaged(std::string text, Random& random) {
  constexpr std::string_view marks = "<>&;\"'{}[]:,=%.0-eE\\\0\xff/";
  for (std::uint64_t i = 0, n = 1 + random.below(4); i < n && !text.empty(); ++i) {
    const std::size_t at = random.below(text.size());
    switch (random.below(4)) {
      case 0:
        text[at] = marks[random.below(marks.size())];
        break;
      case 1:
        text.erase(at, 1 + random.below(8));
        break;
      case 2:
        text.insert(at, text.substr(at, 1 + random.below(30)));
        break;
      default:
        text.resize(at);
    }
  }
  return text;
}

TEST_P(RoundTrip, DamagedMessagesAreErrorsOrOtherValuesButNeverTheEnd) {
  Result<const Service*> service = models_.service(GetParam());
  ASSERT_TRUE(service) << service.error().message;
  testkit::ValueMaker maker(13);
  Random random(17);
  for (std::size_t i = 0; i < (*service)->operation_count(); i += 3) {
    const Operation operation = (*service)->operation(i);
    if (left_out(operation) || !operation.input() || !operation.output()) continue;
    net::Request request = encode_request(operation, maker.structure(*operation.input())).value();
    net::Response response =
        encode_response(operation, maker.structure(*operation.output()), "request-1");
    for (int turn = 0; turn < 5; ++turn) {
      net::Request wrong = request;
      wrong.body = damaged(wrong.body, random);
      wrong.target = "/" + damaged(wrong.target, random);
      if (Result<Operation> routed = route_operation(**service, wrong)) {
        Result<Value> read = decode_request(*routed, wrong);
        if (read) {
          [[maybe_unused]] Result<void> checked = validate_input(*routed, *read);
        } else {
          EXPECT_FALSE(read.error().name.empty()) << wrong.body;
        }
      }
      net::Response odd = response;
      odd.body = damaged(odd.body, random);
      Result<Value> read = decode_response(operation, odd);
      EXPECT_TRUE(read || !read.error().message.empty());
      odd.status = 400;
      EXPECT_FALSE(decode_response(operation, odd).error().name.empty());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Services, RoundTrip,
                         ::testing::Values("iam", "sts", "ec2", "s3", "ssm", "sns", "sqs", "kms",
                                           "logs", "lambda", "route53", "dynamodb"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace stint::aws

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "aws/protocol.h"
#include "aws/testing.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "value/json.h"

// The real botocore as the other side of the wire: a server of ours reads its requests, it reads
// our responses, and our requests say the same as its own.
namespace stint::aws {
namespace {

constexpr const char* python = "/usr/bin/python3";  // Debian's, which has botocore

/// Blobs as base64, the form in which both sides compare.
Value plain(const Shape& shape, const Value& value) {
  switch (shape.type()) {
    case ShapeType::structure: {
      if (shape.document()) return value;
      Object out;
      for (const Object::Member& each : value.as_object())
        out.append(each.key, plain(shape.find(each.key)->shape(), each.value));
      return out;
    }
    case ShapeType::list: {
      Value::List out;
      for (const Value& each : value.as_list()) out.push_back(plain(shape.item(), each));
      return out;
    }
    case ShapeType::map: {
      Object out;
      for (const Object::Member& each : value.as_object())
        out.append(each.key, plain(shape.item(), each.value));
      return out;
    }
    case ShapeType::blob:
      return base64(value.as_text());
    default:
      return value;
  }
}

struct Case {
  Operation operation;
  Value input, output;
};

std::vector<Case> make_cases(const Service& service, std::size_t step) {
  std::vector<Case> cases;
  testkit::ValueMaker maker(5, {.milliseconds = false, .plain_blobs = true});
  for (std::size_t i = 0; i < service.operation_count(); i += step) {
    const Operation operation = service.operation(i);
    std::optional<Shape> output = operation.output();
    std::optional<Member> payload = output ? output->payload() : std::nullopt;
    if (operation.deprecated() || (payload && payload->shape().event_stream())) continue;
    Case made{operation, Object(), Object()};
    if (operation.input()) made.input = maker.structure(*operation.input());
    if (output) made.output = maker.structure(*output);
    testkit::complete(operation, made.output);
    // A request without a body and one with an empty body look the same.
    std::optional<Member> body = operation.input() ? operation.input()->payload() : std::nullopt;
    if (body && made.input.find(body->name()) && made.input[body->name()] == Value(""))
      made.input.edit_object().erase(body->name());
    cases.push_back(std::move(made));
  }
  return cases;
}

Value for_python(const Case& each) {
  const net::Response response = encode_response(each.operation, each.output, "request-1");
  Object headers;
  for (const auto& [name, value] : response.headers) headers.set(lower(name), value);
  const std::optional<Shape> input = each.operation.input();
  return object({{"service", each.operation.service().name()},
                 {"operation", each.operation.name()},
                 {"input", input ? plain(*input, each.input) : Value(Object())},
                 {"response", object({{"status", response.status},
                                      {"headers", Value(std::move(headers))},
                                      {"body", base64(response.body)}})}});
}

Value ask_botocore(const std::vector<Case>& cases) {
  Value::List list;
  for (const Case& each : cases) list.push_back(for_python(each));
  std::string path = (std::filesystem::temp_directory_path() / "stint-wire-XXXXXX").string();
  std::filesystem::path directory = mkdtemp(path.data());
  EXPECT_TRUE(write_file(directory / "cases", to_json(list)));
  const std::string command =
      std::string(python) +
      " " STINT_SOURCE_DIR "/tests/wire/botocore_check.py " STINT_SOURCE_DIR "/models " +
      (directory / "cases").string() + " > " + (directory / "answers").string();
  EXPECT_EQ(std::system(command.c_str()), 0);
  Result<Value> answers = parse_json(read_file(directory / "answers").value_or("null"));
  std::filesystem::remove_all(directory);
  EXPECT_TRUE(answers);
  return answers ? *answers : Value();
}

std::vector<std::string> sorted_parameters(std::string_view text) {
  std::vector<std::string> out;
  for (std::string_view pair : split(text, '&')) {
    std::string decoded = percent_decode(pair, true);
    if (decoded.find('=') == decoded.npos) decoded += '=';
    out.push_back(std::move(decoded));
  }
  std::ranges::sort(out);
  return out;
}

void compare_requests(const Case& each, const net::Request& ours, const net::Request& theirs) {
  const Protocol protocol = each.operation.service().protocol();
  EXPECT_EQ(ours.method, theirs.method);
  EXPECT_EQ(percent_decode(ours.path()), percent_decode(theirs.path()));
  EXPECT_EQ(sorted_parameters(ours.query()), sorted_parameters(theirs.query()));
  // This botocore writes Python's True and False into headers.
  for (const auto& [name, value] : theirs.headers)
    EXPECT_TRUE(equals_ignore_case(ours.headers.get(name), value)) << name << ": " << value;
  if (protocol == Protocol::query || protocol == Protocol::ec2) {
    EXPECT_EQ(sorted_parameters(ours.body), sorted_parameters(theirs.body));
  } else if (Result<Value> wanted = parse_json(theirs.body)) {
    const Value written = parse_json(ours.body).value_or(Value());
    EXPECT_EQ(to_json(written), to_json(written == *wanted ? written : *wanted));
  } else {
    EXPECT_EQ(ours.body.empty(), theirs.body.empty());
  }
}

void check(const Case& each, const Value& answer) {
  SCOPED_TRACE(std::string(each.operation.service().name()) + " " +
               std::string(each.operation.name()));
  ASSERT_FALSE(answer.find("error")) << answer.text("error");
  const Value& sent = answer["request"];
  net::Request theirs{.method = sent.text("method"),
                      .target = sent.text("target"),
                      .body = from_base64(sent.text("body")).value()};
  for (const Object::Member& header : sent["headers"].as_object())
    theirs.headers.set(header.key, header.value.as_text());

  Result<Operation> routed = route_operation(each.operation.service(), theirs);
  ASSERT_TRUE(routed) << routed.error().message;
  ASSERT_EQ(routed->name(), each.operation.name());
  Result<Value> read = decode_request(each.operation, theirs);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read), to_json(*read == each.input ? *read : each.input)) << theirs.body;
  Result<net::Request> ours = encode_request(each.operation, each.input);
  ASSERT_TRUE(ours);
  compare_requests(each, *ours, theirs);

  // botocore reads this one with a hook of its client, not with its parser.
  if (each.operation.name() == "GetBucketLocation") return;
  const std::optional<Shape> shape = each.operation.output();
  const Value output = shape ? plain(*shape, each.output) : Value(Object());
  EXPECT_EQ(to_json(answer["output"]),
            to_json(answer["output"] == output ? answer["output"] : output));
}

class Botocore : public ::testing::TestWithParam<const char*> {};

TEST_P(Botocore, ReadsAndWritesTheSameWire) {
  const std::string probe = std::string(python) + " -c 'import botocore' 2>/dev/null";
  if (std::system(probe.c_str()) != 0) GTEST_SKIP() << "Debian's python3-botocore is not installed";
  Models models(testkit::models_for_tests());
  Result<const Service*> service = models.service(GetParam());
  ASSERT_TRUE(service) << service.error().message;
  const std::vector<Case> cases = make_cases(**service, GetParam() == std::string("ec2") ? 3 : 1);
  const Value answers = ask_botocore(cases);
  ASSERT_EQ(answers.size(), cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) check(cases[i], answers[i]);
}

INSTANTIATE_TEST_SUITE_P(Services, Botocore,
                         ::testing::Values("iam", "sts", "ec2", "s3", "ssm", "sqs", "lambda",
                                           "route53"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace stint::aws

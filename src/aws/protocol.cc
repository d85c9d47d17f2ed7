// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol.h"

#include <fmt/core.h>

#include "aws/protocols.h"
#include "aws/xml.h"
#include "base/hash.h"

namespace stint::aws {
namespace {

void encode_json_request(const Operation& operation, const Value& input, net::Request& request) {
  const Service& service = operation.service();
  request.method = "POST";
  request.target = "/";
  request.headers.set("content-type",
                      fmt::format("application/x-amz-json-{}", service.json_version()));
  request.headers.set("x-amz-target",
                      fmt::format("{}.{}", service.target_prefix(), operation.name()));
  request.body = operation.input() ? json_body::write(*operation.input(), input) : "{}";
}

/// What a service answers when a request does not read and it has no better code.
std::string_view unreadable_name(Protocol protocol) {
  switch (protocol) {
    case Protocol::query:
      return "MalformedInput";
    case Protocol::ec2:
      return "InvalidParameterValue";
    case Protocol::rest_xml:
      return "InvalidArgument";
    default:
      return "SerializationException";
  }
}

/// S3 begins to answer these with 200 before it knows how they end, so the error comes in the body.
bool may_fail_late(const Operation& operation) {
  const std::string_view name = operation.name();
  return is_s3(operation.service()) &&
         (name == "CopyObject" || name == "UploadPartCopy" || name == "CompleteMultipartUpload");
}

Result<Value> decode_success(const Operation& operation, const net::Response& response) {
  switch (operation.service().protocol()) {
    case Protocol::query:
    case Protocol::ec2:
      return query::decode_response(operation, response);
    case Protocol::json:
      if (!operation.output()) return Value(Object());
      return json_body::read(*operation.output(), response.body, false);
    default:
      return rest::decode_response(operation, response);
  }
}

}  // namespace

void fill_idempotency_token(const Operation& operation, Value& input, const std::string& token) {
  std::optional<Shape> shape = operation.input();
  if (!shape) return;
  for (std::size_t i = 0; i < shape->member_count(); ++i) {
    const Member member = shape->member(i);
    if (member.idempotency_token() && input[member.name()].is_null())
      input.set(member.name(), token);
  }
}

Result<net::Request> encode_request(const Operation& operation, const Value& input) {
  net::Request request;
  switch (operation.service().protocol()) {
    case Protocol::query:
    case Protocol::ec2:
      query::encode_request(operation, input, request);
      break;
    case Protocol::json:
      encode_json_request(operation, input, request);
      break;
    default:
      TRY(rest::encode_request(operation, input, request));
  }
  return request;
}

Result<std::string> host_prefix(const Operation& operation, const Value& input) {
  std::string_view text = operation.host_prefix();
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::size_t close = text.find('}', open == text.npos ? 0 : open);
    if (open == text.npos || close == text.npos) return out + std::string(text);
    out += text.substr(0, open);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const std::string& label = input.text(name);
    // It becomes part of a host name: nothing in it may end that name.
    const bool plain = !label.empty() && label.find_first_not_of(
                                             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                             "0123456789-.") == label.npos;
    if (!plain)
      return fail(Error{
          Code::invalid, "ParamValidation",
          fmt::format("Parameter validation failed: {} must be a part of a host name", name), 0});
    out += label;
    text.remove_prefix(close + 1);
  }
  return out;
}

Result<Value> decode_response(const Operation& operation, const net::Response& response) {
  if (response.status >= 300) return fail(decode_error(operation, response));
  if (may_fail_late(operation))
    if (std::optional<xml::ErrorBody> error = xml::read_error(response.body))
      return fail(Error{Code::unavailable, std::move(error->code), std::move(error->message), 500});
  Result<Value> value = decode_success(operation, response);
  if (value) return value;
  return fail(Code::unavailable,
              fmt::format("the answer of {} {} does not read: {}", operation.service().name(),
                          operation.name(), value.error().message));
}

Result<Value> decode_request(const Operation& operation, const net::Request& request) {
  const Protocol protocol = operation.service().protocol();
  Result<Value> value = [&]() -> Result<Value> {
    switch (protocol) {
      case Protocol::query:
      case Protocol::ec2:
        return query::decode_request(operation, request);
      case Protocol::json:
        if (!operation.input()) return Value(Object());
        return json_body::read(*operation.input(), request.body, true);
      default:
        return rest::decode_request(operation, request);
    }
  }();
  if (value) return value;
  Error error = std::move(value).error();
  if (error.name.empty()) error.name = unreadable_name(protocol);
  error.status = 400;
  return fail(std::move(error));
}

net::Response encode_response(const Operation& operation, const Value& output,
                              std::string_view request_id) {
  const Service& service = operation.service();
  net::Response response;
  response.status = operation.status();
  if (is_s3(service)) {
    response.headers.set("x-amz-request-id", std::string(request_id));
    response.headers.set("x-amz-id-2", base64(hex(sha256(request_id))));
  } else {
    response.headers.set("x-amzn-requestid", std::string(request_id));
  }
  switch (service.protocol()) {
    case Protocol::query:
    case Protocol::ec2:
      query::encode_response(operation, output, request_id, response);
      break;
    case Protocol::json:
      response.headers.set("content-type",
                           fmt::format("application/x-amz-json-{}", service.json_version()));
      if (operation.output()) response.body = json_body::write(*operation.output(), output);
      break;
    default:
      rest::encode_response(operation, output, response);
  }
  if (operation.http_method() == "HEAD") response.body.clear();
  return response;
}

}  // namespace stint::aws

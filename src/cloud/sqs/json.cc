// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/sqs/json.h"

#include <fmt/core.h>

#include "base/hash.h"
#include "value/json.h"

namespace stint::cloud::sqs {
namespace {

constexpr std::string_view target_prefix = "AmazonSQS.";
constexpr int deepest = 16;

std::unexpected<Error> unreadable(std::string text) {
  return fail(Error{Code::invalid, "SerializationException", std::move(text), 400});
}

Result<Value> read(const aws::Shape& shape, const Value& in, int depth) {
  if (depth > deepest) return unreadable("The request is nested too deeply.");
  switch (shape.type()) {
    case aws::ShapeType::structure: {
      if (!in.is_object()) return unreadable("Start of structure expected.");
      Object out;
      for (std::size_t i = 0; i < shape.member_count(); ++i) {
        const aws::Member member = shape.member(i);
        const Value* given = in.find(member.name());
        if (!given || given->is_null()) continue;
        Value value = TRY(read(member.shape(), *given, depth + 1));
        out.append(std::string(member.name()), std::move(value));
      }
      return Value(std::move(out));
    }
    case aws::ShapeType::list: {
      if (!in.is_list()) return unreadable("Start of list expected.");
      Value::List out;
      for (const Value& item : in.as_list()) {
        Value value = TRY(read(shape.item(), item, depth + 1));
        out.push_back(std::move(value));
      }
      return Value(std::move(out));
    }
    case aws::ShapeType::map: {
      if (!in.is_object()) return unreadable("Start of map expected.");
      Object out;
      for (const auto& [key, item, where] : in.as_object()) {
        Value value = TRY(read(shape.item(), item, depth + 1));
        out.set(key, std::move(value));
      }
      return Value(std::move(out));
    }
    case aws::ShapeType::blob: {
      auto bytes = in.is_text() ? from_base64(in.as_text()) : Result<std::string>("");
      if (!in.is_text() || !bytes) return unreadable("A blob must be base64.");
      return Value(std::move(*bytes));
    }
    case aws::ShapeType::integer:
    case aws::ShapeType::long_:
      if (!in.is_integer()) return unreadable("A whole number expected.");
      return in;
    case aws::ShapeType::boolean:
      if (!in.is_bool()) return unreadable("true or false expected.");
      return in;
    default:
      if (!in.is_text()) return unreadable("A text expected.");
      return in;
  }
}

Value write(const aws::Shape& shape, const Value& value) {
  switch (shape.type()) {
    case aws::ShapeType::structure: {
      Object out;
      for (std::size_t i = 0; i < shape.member_count(); ++i) {
        const aws::Member member = shape.member(i);
        if (const Value* held = value.find(member.name()); held && !held->is_null())
          out.append(std::string(member.name()), write(member.shape(), *held));
      }
      return Value(std::move(out));
    }
    case aws::ShapeType::list: {
      Value::List out;
      if (value.is_list())
        for (const Value& item : value.as_list()) out.push_back(write(shape.item(), item));
      return Value(std::move(out));
    }
    case aws::ShapeType::map: {
      Object out;
      if (value.is_object())
        for (const auto& [key, item, where] : value.as_object())
          out.append(key, write(shape.item(), item));
      return Value(std::move(out));
    }
    case aws::ShapeType::blob:
      return value.is_text() ? Value(base64(value.as_text())) : value;
    default:
      return value;
  }
}

net::Response response_with(int status, const Value& body, std::string_view request_id) {
  net::Response response{.status = status};
  response.headers.set("content-type", "application/x-amz-json-1.0");
  response.headers.set("x-amzn-requestid", std::string(request_id));
  response.body = to_json(body);
  return response;
}

/// The exception of the JSON model for a code of the query protocol.
std::string_view exception_of(std::string_view code) {
  constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"},
      {"QueueAlreadyExists", "QueueNameExists"},
      {"AccessDenied", "AccessDeniedException"}};
  for (const auto& [from, to] : names)
    if (from == code) return to;
  constexpr std::string_view prefix = "AWS.SimpleQueueService.";
  return code.starts_with(prefix) ? code.substr(prefix.size()) : code;
}

}  // namespace

bool speaks_json(const net::Request& request) {
  return request.headers.get("x-amz-target").starts_with(target_prefix);
}

Result<aws::Operation> route(const aws::Service& service, const net::Request& request) {
  const std::string_view name = request.headers.get("x-amz-target").substr(target_prefix.size());
  if (auto operation = service.find(name)) return *operation;
  return fail(Error{Code::not_found, "UnknownOperationException",
                    "The requested operation is not recognized by the service.", 400});
}

Result<Value> decode(const aws::Operation& operation, const net::Request& request) {
  auto body = parse_json(request.body.empty() ? std::string_view("{}") : request.body);
  if (!body) return unreadable(body.error().message);
  if (!operation.input()) return Value(Object());
  return read(*operation.input(), *body, 0);
}

net::Response encode(const aws::Operation& operation, const Value& output,
                     std::string_view request_id) {
  return response_with(
      200, operation.output() ? write(*operation.output(), output) : Value(Object()), request_id);
}

net::Response encode_error(const Error& error, std::string_view request_id) {
  const bool denied = error.name == "AccessDenied";
  net::Response response = response_with(
      denied || error.status == 0 ? 400 : error.status,
      object({{"__type", fmt::format("com.amazonaws.sqs#{}", exception_of(error.name))},
              {"message", error.message}}),
      request_id);
  response.headers.set(
      "x-amzn-query-error",
      fmt::format("{};{}", error.name, error.status >= 500 ? "Receiver" : "Sender"));
  return response;
}

}  // namespace stint::cloud::sqs

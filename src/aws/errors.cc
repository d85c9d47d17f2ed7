// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>

#include "aws/protocol.h"
#include "aws/protocols.h"
#include "aws/xml.h"
#include "base/hash.h"
#include "base/text.h"
#include "value/json.h"

namespace stint::aws {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

template <std::size_t n>
bool one_of(std::string_view name, const std::string_view (&names)[n]) {
  return std::ranges::find(names, name) != std::end(names);
}

/// The status that AWS gives a code that the model says nothing about.
int usual_status(const Service& service, const Error& error) {
  if (error.status >= 300) return error.status;
  if (std::optional<Shape> shape = service.find_error(error.name)) {
    if (shape->error_status()) return shape->error_status();
    if (shape->fault()) return 500;
  }
  const Protocol protocol = service.protocol();
  const bool json = protocol == Protocol::json;
  switch (error.code) {
    case Code::denied:
      // ec2 and the JSON services have their own habits here.
      if (protocol == Protocol::ec2) return error.name == "AuthFailure" ? 401 : 403;
      return json ? 400 : 403;
    case Code::not_found:
      return json || protocol == Protocol::ec2 ? 400 : 404;
    case Code::conflict:
      return json || protocol == Protocol::ec2 ? 400 : 409;
    case Code::throttled:
      return protocol == Protocol::ec2 || is_s3(service) ? 503 : 400;
    case Code::unavailable:
      return 503;
    case Code::internal:
      return 500;
    default:
      return 400;
  }
}

/// A name for an error that has none on the wire.
std::string usual_name(const Service& service, const Error& error) {
  if (!error.name.empty()) return error.name;
  const bool json =
      service.protocol() == Protocol::json || service.protocol() == Protocol::rest_json;
  switch (error.code) {
    case Code::denied:
      return json ? "AccessDeniedException" : "AccessDenied";
    case Code::throttled:
      return json ? "ThrottlingException" : "Throttling";
    case Code::unavailable:
      return "ServiceUnavailable";
    case Code::internal:
    case Code::timeout:
    case Code::cancelled:
      return is_s3(service) ? "InternalError" : "InternalFailure";
    default:
      return json ? "ValidationException" : "ValidationError";
  }
}

void encode_json_error(const Service& service, const Error& error, net::Response& response) {
  // A service's own exceptions name the member that holds their text; others vary.
  std::string_view key = error.name == "AccessDeniedException" ? "Message" : "message";
  if (std::optional<Shape> shape = service.find_error(error.name))
    for (std::string_view candidate : {"Message", "message"})
      if (shape->find(candidate)) key = shape->find(candidate)->location_name();
  Object body;
  if (service.protocol() == Protocol::json) {
    body.append("__type", error.name);
    response.headers.set("content-type",
                         fmt::format("application/x-amz-json-{}", service.json_version()));
  } else {
    response.headers.set("x-amzn-errortype", error.name);
    response.headers.set("content-type", "application/json");
  }
  if (!error.message.empty()) body.append(std::string(key), error.message);
  response.body = to_json(Value(std::move(body)));
}

void encode_xml_error(const Service& service, const Error& error, std::string_view request_id,
                      net::Response& response) {
  std::string& out = response.body;
  std::string what;
  xml::append_element(what, "Code", error.name);
  xml::append_element(what, "Message", error.message);
  if (service.protocol() == Protocol::ec2) {
    response.headers.set("content-type", "text/xml;charset=UTF-8");
    out = xml::declaration;
    out += "<Response><Errors><Error>" + what + "</Error></Errors>";
    xml::append_element(out, "RequestID", request_id);
    out += "</Response>";
    return;
  }
  if (is_s3(service)) {
    response.headers.set("content-type", "application/xml");
    out = xml::declaration;
    out += "<Error>" + what;
    xml::append_element(out, "RequestId", request_id);
    xml::append_element(out, "HostId", base64(hex(sha256(request_id))));
    out += "</Error>";
    return;
  }
  response.headers.set("content-type", "text/xml");
  const std::string_view space = service.xml_namespace();
  out = space.empty() ? "<ErrorResponse>" : fmt::format("<ErrorResponse xmlns=\"{}\">", space);
  out += response.status < 500 ? "<Error><Type>Sender</Type>" : "<Error><Type>Receiver</Type>";
  out += what + "</Error>";
  xml::append_element(out, "RequestId", request_id);
  out += "</ErrorResponse>";
}

/// Code and text of a JSON error body and its headers.
Error read_json_error(const net::Response& response) {
  Error error;
  Result<Value> body = parse_json(response.body);
  if (body && body->is_object()) {
    for (std::string_view key : {"message", "Message", "errorMessage"})
      if (error.message.empty()) error.message = body->text(key);
    error.name = body->text("__type");
    for (std::string_view key : {"code", "Code"})
      if (error.name.empty()) error.name = body->text(key);
  } else {
    error.message = std::string(clip_utf8(trim(response.body), 500));
  }
  // Services that moved from query to JSON keep the old code here, which clients go by.
  const std::string_view old = response.headers.get("x-amzn-query-error");
  if (contains(old, ";")) error.name = std::string(old.substr(0, old.find(';')));
  const std::string_view type = response.headers.get("x-amzn-errortype");
  if (!type.empty() && error.name.empty()) error.name = std::string(type);
  error.name = error.name.substr(0, error.name.find(':'));
  if (std::size_t hash = error.name.rfind('#'); hash != std::string::npos)
    error.name.erase(0, hash + 1);
  return error;
}

}  // namespace

bool is_s3(const Service& service) {
  return service.name() == "s3";
}

std::string_view reason_phrase(int status) {
  constexpr std::pair<int, std::string_view> phrases[] = {
      {301, "Moved Permanently"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {409, "Conflict"},
      {411, "Length Required"},
      {412, "Precondition Failed"},
      {413, "Request Entity Too Large"},
      {416, "Requested Range Not Satisfiable"},
      {429, "Too Many Requests"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
  };
  for (const auto& [code, phrase] : phrases)
    if (code == status) return phrase;
  return {};
}

Code classify_error(std::string_view name, int status) {
  constexpr std::string_view throttled[] = {"Throttling",
                                            "ThrottlingException",
                                            "ThrottledException",
                                            "RequestThrottled",
                                            "TooManyRequests",
                                            "RequestThrottledException",
                                            "RequestLimitExceeded",
                                            "SlowDown",
                                            "TooManyRequestsException",
                                            "EC2ThrottledException",
                                            "BandwidthLimitExceeded",
                                            "LimitExceededThrottling",
                                            "TransactionInProgressException",
                                            "ProvisionedThroughputExceededException",
                                            "PriorRequestNotComplete"};
  constexpr std::string_view denied[] = {"AccessDenied",
                                         "AccessDeniedException",
                                         "UnauthorizedOperation",
                                         "AuthFailure",
                                         "InvalidClientTokenId",
                                         "UnrecognizedClientException",
                                         "SignatureDoesNotMatch",
                                         "InvalidSignatureException",
                                         "ExpiredToken",
                                         "ExpiredTokenException",
                                         "InvalidAccessKeyId",
                                         "MissingAuthenticationToken",
                                         "IncompleteSignature",
                                         "OptInRequired",
                                         "MissingAuthenticationTokenException",
                                         "RequestExpired",
                                         "InvalidToken",
                                         "NotAuthorized",
                                         "UnauthorizedException",
                                         "AllAccessDisabled"};
  if (one_of(name, throttled) || status == 429) return Code::throttled;
  if (one_of(name, denied) || status == 401 || status == 403) return Code::denied;
  if (name == "RequestTimeout" || name == "RequestTimeoutException") return Code::timeout;
  if (status >= 500 || name == "ServiceUnavailable" || name == "InternalFailure" ||
      name == "InternalError" || name == "InternalServerError")
    return Code::unavailable;
  if (status == 404 || name.starts_with("NoSuch") || contains(name, "NotFound") ||
      name == "DoesNotExist" || contains(name, "DoesNotExist"))
    return Code::not_found;
  if (status == 409 || contains(name, "AlreadyExists") || contains(name, "Conflict") ||
      contains(name, "AlreadyOwnedByYou") || contains(name, "InUse"))
    return Code::conflict;
  return Code::invalid;
}

Error decode_error(const Operation& operation, const net::Response& response) {
  const Protocol protocol = operation.service().protocol();
  Error error;
  if (protocol == Protocol::json || protocol == Protocol::rest_json) {
    error = read_json_error(response);
  } else if (std::optional<xml::ErrorBody> body = xml::read_error(response.body)) {
    error.name = std::move(body->code);
    error.message = std::move(body->message);
  }
  // A HEAD request, a proxy, or a body that is no error: the status is all there is.
  if (error.name.empty()) error.name = fmt::format("{}", response.status);
  if (error.message.empty()) error.message = std::string(reason_phrase(response.status));
  error.status = response.status;
  error.code = classify_error(error.name, response.status);
  return error;
}

net::Response encode_error(const Service& service, const Error& error,
                           std::string_view request_id) {
  Error named = error;
  named.name = usual_name(service, error);
  net::Response response;
  response.status = usual_status(service, named);
  if (is_s3(service)) {
    response.headers.set("x-amz-request-id", std::string(request_id));
    response.headers.set("x-amz-id-2", base64(hex(sha256(request_id))));
  } else {
    response.headers.set("x-amzn-requestid", std::string(request_id));
  }
  if (service.protocol() == Protocol::json || service.protocol() == Protocol::rest_json)
    encode_json_error(service, named, response);
  else
    encode_xml_error(service, named, request_id, response);
  return response;
}

}  // namespace stint::aws

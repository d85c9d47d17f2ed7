// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <array>

#include "aws/protocol.h"
#include "aws/protocols.h"
#include "base/text.h"

namespace stint::aws {
namespace {

std::unexpected<Error> wire_error(std::string name, std::string message, int status) {
  return fail(Error{Code::not_found, std::move(name), std::move(message), status});
}

Result<Operation> route_by_action(const Service& service, const net::Request& request) {
  const std::string action = query::action_of(request);
  if (action.empty())
    return wire_error(service.protocol() == Protocol::ec2 ? "MissingParameter" : "MissingAction",
                      "The request must contain the parameter Action", 400);
  if (std::optional<Operation> operation = service.find(action)) return *operation;
  return wire_error(
      "InvalidAction",
      fmt::format("The action {} is not valid for this web service.", clip_utf8(action, 200)), 400);
}

Result<Operation> route_by_target(const Service& service, const net::Request& request) {
  const std::string_view target = request.headers.get("x-amz-target");
  const std::size_t dot = target.rfind('.');
  if (dot != target.npos && target.substr(0, dot) == service.target_prefix())
    if (std::optional<Operation> operation = service.find(target.substr(dot + 1)))
      return *operation;
  return wire_error("UnknownOperationException",
                    target.empty()
                        ? "The request has no X-Amz-Target."
                        : fmt::format("The operation {} is not known.", clip_utf8(target, 200)),
                    400);
}

/// How well an operation fits a request; the greatest wins. Only those whose method, path and own
/// query parameters fit get one.
using Fit = std::array<int, 5>;

std::optional<Fit> fit_of(const Operation& operation, const net::Request& request,
                          const std::vector<uri::Parameter>& parameters) {
  if (operation.http_method() != request.method) return std::nullopt;
  const std::string_view uri_template = operation.request_uri();
  int own_parameters = 0;
  if (!uri::query_fits(uri_template, parameters, own_parameters)) return std::nullopt;
  if (!uri::match(uri_template, request.path())) return std::nullopt;
  // Operations that share method and path are told apart by what they require: UploadPart by its
  // partNumber, CopyObject by its source header.
  int missing = 0, given = 0;
  if (std::optional<Shape> shape = operation.input())
    for (std::size_t i = 0; i < shape->member_count(); ++i) {
      const Member member = shape->member(i);
      if (!member.required()) continue;
      bool there = false;
      if (member.place() == Place::query_string)
        there = uri::find(parameters, member.location_name()) != nullptr;
      else if (member.place() == Place::header)
        there = request.headers.find(member.location_name()) != nullptr;
      else
        continue;
      ++(there ? given : missing);
    }
  return Fit{uri::fixed_segments(uri_template), -missing, own_parameters, given,
             operation.deprecated() ? 0 : 1};
}

Result<Operation> route_by_path(const Service& service, const net::Request& request) {
  const std::vector<uri::Parameter> parameters = uri::parse_query(request.query());
  std::optional<Fit> best;
  std::size_t found = 0, longest = 0;
  for (std::size_t i = 0; i < service.operation_count(); ++i) {
    const Operation operation = service.operation(i);
    const std::optional<Fit> fit = fit_of(operation, request, parameters);
    // Of two that fit alike the longer template names more of the path.
    const std::size_t length = operation.request_uri().size();
    if (!fit || (best && (*fit < *best || (*fit == *best && length <= longest)))) continue;
    best = fit;
    found = i;
    longest = length;
  }
  if (best) return service.operation(found);
  if (is_s3(service))
    return wire_error("MethodNotAllowed",
                      "The specified method is not allowed against this resource.", 405);
  return wire_error(
      "UnknownOperationException",
      fmt::format("No operation answers to {} {}.", request.method, clip_utf8(request.path(), 200)),
      404);
}

}  // namespace

Result<Operation> route_operation(const Service& service, const net::Request& request) {
  switch (service.protocol()) {
    case Protocol::query:
    case Protocol::ec2:
      return route_by_action(service, request);
    case Protocol::json:
      return route_by_target(service, request);
    default:
      return route_by_path(service, request);
  }
}

}  // namespace stint::aws

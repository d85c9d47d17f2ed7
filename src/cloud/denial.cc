// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/denial.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "value/json.h"

namespace stint::cloud {
namespace {

/// Services whose protocol is JSON; their codes end in "Exception" and their faults are 400.
bool speaks_json(std::string_view service) {
  constexpr std::string_view others[] = {"autoscaling", "cloudformation",
                                         "cloudwatch",  "ec2",
                                         "elb",         "elbv2",
                                         "iam",         "rds",
                                         "s3",          "sns",
                                         "sqs",         "sts"};
  static_assert(std::ranges::is_sorted(others));
  return !std::ranges::binary_search(others, service);
}

Error denied(std::string name, std::string message, int status) {
  return {Code::denied, std::move(name), std::move(message), status};
}

/// STS does not say which of the two policies it missed when a trust policy does not let somebody
/// in, so that nobody learns whether the role is there.
bool says_why(const policy::Decision& decision, const policy::Request& request) {
  return !(request.action == "sts:AssumeRole" &&
           decision.kind == policy::Decision::Kind::implicit_deny &&
           decision.by == "resource-based policy");
}

}  // namespace

Error denial(const ServiceTable& table, const Principal& principal,
             const policy::Decision& decision, const policy::Request& request,
             std::string_view owner) {
  const std::string_view service = table.service;
  const std::string why =
      says_why(decision, request) ? " " + policy::explain(decision, request) : std::string();
  const std::string shown =
      table.shown_resource && request.action.starts_with(fmt::format("{}:", service))
          ? table.shown_resource(request.action, request.resource)
          : request.resource;
  if (service == "s3") {
    // S3 explains itself within one account only.
    if (principal.account.empty() || (!owner.empty() && owner != principal.account))
      return denied("AccessDenied", "Access Denied", 403);
    return denied(
        "AccessDenied",
        request.resource == "*"
            ? fmt::format("User: {} is not authorized to perform: {}{}", principal.arn,
                          request.action, why)
            : fmt::format("User: {} is not authorized to perform: {} on resource: \"{}\"{}",
                          principal.arn, request.action, shown, why),
        403);
  }
  if (service == "ec2") {
    std::string text = "You are not authorized to perform this operation. User: ";
    if (request.resource == "*")
      return denied("UnauthorizedOperation",
                    fmt::format("{}{} is not authorized to perform: {}{}", text, principal.arn,
                                request.action, why),
                    403);
    return denied("UnauthorizedOperation",
                  fmt::format("{}{} is not authorized to perform: {} on resource: {}{}. Encoded "
                              "authorization failure message: {}",
                              text, principal.arn, request.action, shown, why,
                              encode_authorization_message(principal, decision, request)),
                  403);
  }
  std::string text = fmt::format("User: {} is not authorized to perform: {} on resource: {}{}",
                                 principal.arn, request.action, shown, why);
  if (service == "sns") return denied("AuthorizationError", std::move(text), 403);
  if (speaks_json(service)) return denied("AccessDeniedException", std::move(text), 400);
  return denied("AccessDenied", std::move(text), 403);
}

Error unknown_operation(std::string_view service, std::string_view operation) {
  const auto error = [](std::string name, std::string message, int status) {
    return Error{Code::not_found, std::move(name), std::move(message), status};
  };
  if (service == "s3")
    return error("NotImplemented",
                 "A header you provided implies functionality that is not implemented", 501);
  if (service == "iam" || service == "sts")
    return error("InvalidAction",
                 fmt::format("Could not find operation {} for version {}", operation,
                             service == "iam" ? "2010-05-08" : "2011-06-15"),
                 400);
  if (!speaks_json(service))
    return error("InvalidAction",
                 fmt::format("The action {} is not valid for this web service.", operation), 400);
  return error("UnknownOperationException",
               "The requested operation is not recognized by the service.", 400);
}

Error invalid_token(std::string_view service) {
  if (service == "ec2")
    return denied("AuthFailure", "AWS was not able to validate the provided access credentials",
                  401);
  if (service == "s3")
    return denied("InvalidAccessKeyId",
                  "The AWS Access Key Id you provided does not exist in our records.", 403);
  const char* text = "The security token included in the request is invalid.";
  if (speaks_json(service)) return denied("UnrecognizedClientException", text, 400);
  return denied("InvalidClientTokenId", text, 403);
}

Error expired_token(std::string_view service) {
  if (service == "ec2") return denied("RequestExpired", "Request has expired.", 400);
  if (service == "s3") return denied("ExpiredToken", "The provided token has expired.", 400);
  const char* text = "The security token included in the request is expired";
  if (speaks_json(service)) return denied("ExpiredTokenException", text, 400);
  return denied("ExpiredToken", text, 403);
}

std::string encode_authorization_message(const Principal& principal,
                                         const policy::Decision& decision,
                                         const policy::Request& request) {
  Value::List conditions;
  for (const auto& [key, values] : request.context) {
    Value::List items;
    for (const std::string& value : values) items.push_back(object({{"value", value}}));
    conditions.push_back(object({{"key", key}, {"values", object({{"items", std::move(items)}})}}));
  }
  Value::List matched;
  if (!decision.statement.empty())
    matched.push_back(object({{"statementId", decision.statement},
                              {"effect", "DENY"},
                              {"sourcePolicyId", decision.policy}}));
  const Value message =
      object({{"allowed", false},
              {"explicitDeny", decision.kind == policy::Decision::Kind::explicit_deny},
              {"matchedStatements", object({{"items", std::move(matched)}})},
              {"failures", object({{"items", Value::List()}})},
              {"context",
               object({{"principal", object({{"id", principal.user_id}, {"arn", principal.arn}})},
                       {"action", request.action},
                       {"resource", request.resource},
                       {"conditions", object({{"items", std::move(conditions)}})}})}});
  // Opaque to clients, as AWS's is; there is nothing in it to hide from the one who may decode it.
  std::string text = base64(to_json(message));
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return text;
}

Result<std::string> decode_authorization_message(std::string_view encoded) {
  std::string text(encoded);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  while (text.size() % 4 != 0) text += '=';
  auto decoded = from_base64(text);
  if (decoded && parse_json(*decoded)) return decoded;
  return fault("InvalidAuthorizationMessageException",
               "Message is not a valid authorization message.");
}

}  // namespace stint::cloud

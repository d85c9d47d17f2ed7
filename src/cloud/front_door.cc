// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "aws/protocol.h"
#include "base/hash.h"
#include "base/text.h"
#include "cloud/address.h"
#include "cloud/cloud.h"
#include "cloud/denial.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/cors.h"
#include "cloud/s3/errors.h"
#include "cloud/service_of.h"
#include "cloud/sqs/json.h"
#include "cloud/test_mode.h"

namespace stint::cloud {
namespace {

constexpr std::string_view policy_document = "policyDocumentType";

/// IAM's policy documents travel URL-encoded (RFC 3986) inside the XML; the model marks them by
/// their shape, as boto3 knows them too.
void encode_policy_documents(const aws::Shape& shape, Value& value) {
  switch (shape.type()) {
    case aws::ShapeType::string:
      if (shape.name() == policy_document && value.is_text())
        value = percent_encode(value.as_text());
      break;
    case aws::ShapeType::list:
      if (value.is_list())
        for (Value& item : value.edit_list()) encode_policy_documents(shape.item(), item);
      break;
    case aws::ShapeType::structure:
      if (!value.is_object()) break;
      for (std::size_t i = 0; i < shape.member_count(); ++i) {
        const aws::Member member = shape.member(i);
        const aws::ShapeType type = member.shape().type();
        const bool may_hold =
            type == aws::ShapeType::string
                ? member.shape().name() == policy_document
                : type == aws::ShapeType::list || type == aws::ShapeType::structure;
        if (may_hold && value.find(member.name()))
          encode_policy_documents(member.shape(), *value.edit_object().find(member.name()));
      }
      break;
    default:
      break;
  }
}

/// The services spell what is wrong with a signature in their own ways.
Error signature_error(const aws::Service& service, Error error) {
  if (service.protocol() == aws::Protocol::json || service.protocol() == aws::Protocol::rest_json) {
    error.status = 400;
    if (error.name == "SignatureDoesNotMatch")
      error.name = "InvalidSignatureException";
    else if (!error.name.ends_with("Exception"))
      error.name += "Exception";
  } else if (service.protocol() == aws::Protocol::ec2 && error.name == "SignatureDoesNotMatch") {
    return invalid_token("ec2");
  }
  return error;
}

/// CloudWatch Logs has no ValidationException.
Error input_error(const aws::Service& service, Error error) {
  if (service.name() == "logs") error.name = "InvalidParameterException";
  return error;
}

Error not_signed(const aws::Service& service) {
  switch (service.protocol()) {
    case aws::Protocol::json:
    case aws::Protocol::rest_json:
      return {Code::denied, "MissingAuthenticationTokenException", "Missing Authentication Token",
              400};
    case aws::Protocol::ec2:
      return {Code::denied, "MissingParameter",
              "The request must contain the parameter AWSAccessKeyId", 400};
    default:
      return {Code::denied, "MissingAuthenticationToken", "Request is missing Authentication Token",
              403};
  }
}

/// The name under which an unknown operation goes into the audit log.
std::string asked_operation(const net::Request& request) {
  const std::string_view target = request.headers.get("x-amz-target");
  if (!target.empty()) return std::string(target.substr(target.find('.') + 1));
  if (std::string action = form_field(request, "Action"); !action.empty()) return action;
  return fmt::format("{} {}", request.method, request.path());
}

net::Response plain(int status, std::string text) {
  net::Response response{.status = status};
  response.headers.set("content-type", "text/plain");
  response.body = std::move(text);
  return response;
}

constexpr std::string_view no_web_pages = "stint does not answer web pages.\n";

/// Newer clients speak JSON to SQS; the model is the query protocol's.
bool in_json(const aws::Service& service, const net::Request& request) {
  return service.name() == "sqs" && sqs::speaks_json(request);
}

/// What S3's writes take since 2024, beyond the model.
void add_write_conditions(std::string_view operation, const net::Request& request, Value& input) {
  if (operation != "PutObject" && operation != "CompleteMultipartUpload") return;
  for (const auto& [header, member] :
       {std::pair{"if-match", "IfMatch"}, {"if-none-match", "IfNoneMatch"}})
    if (const std::string* given = request.headers.find(header)) input.set(member, *given);
}

/// S3 requests in another form than path style with a plain body.
bool needs_rewriting(const net::Request& request) {
  return request.headers.get("x-amz-content-sha256").starts_with("STREAMING-") ||
         !bucket_of_host(request.headers.get("host")).empty();
}

}  // namespace

/// One request on its way through the door.
struct FrontDoor::Visit {
  const net::Request& request;
  Time now, wall;
  std::optional<aws::SignatureClaim> claim;
  const aws::Service* service = nullptr;
  std::string operation;  ///< for the audit log, as far as it is known
  std::string region;
  Caller caller;
  std::string request_id;
  std::optional<aws::Operation> routed;
  std::string bucket;      ///< S3: that the answer is about, or empty
  Value input;             ///< S3: as far as it was read, for what an error says
  s3::CorsHeaders cors;    ///< S3: what an answer to a web page carries
  bool audited = false;    ///< by Cloud::call
  bool unchecked = false;  ///< test mode
  std::string decision = "unauthenticated";
};

FrontDoor::FrontDoor(Cloud& cloud, aws::Models& models) : cloud_(cloud), models_(models) {}
FrontDoor::~FrontDoor() = default;

void FrontDoor::start_test_mode() {
  test_mode_ = std::make_unique<TestMode>(cloud_.state);
}

net::Response FrontDoor::handle(const net::Request& request, Time now, Time wall) {
  Visit visit{.request = request, .now = now, .wall = wall, .region = cloud_.state.default_region};
  net::Response response = serve(visit);
  for (auto& [name, value] : visit.cors) response.headers.set(name, std::move(value));
  if (visit.request_id.empty()) return response;
  if (visit.service->name() == "s3") {
    response.headers.set("x-amz-request-id", visit.request_id);
    response.headers.set("x-amz-id-2", base64(hex(sha256(visit.request_id))));
    if (const auto region = s3::region_of(cloud_.state, visit.bucket); !region.empty())
      response.headers.set("x-amz-bucket-region", std::string(region));
  }
  // What HEAD would have been told of is lost, as it is with AWS.
  if ((request.method == "HEAD" && response.status >= 300) || response.status == 304)
    response.body.clear();
  return response;
}

net::Response FrontDoor::serve(Visit& visit) {
  const net::Request& request = visit.request;
  visit.caller.source_ip =
      request.peer.empty() || request.peer == "unix" ? "127.0.0.1" : request.peer;
  visit.caller.user_agent = request.headers.get("user-agent");
  visit.caller.referer = request.headers.get("referer");
  // Before anything else: what a web page in the user's browser could send must not get through.
  if (!own_host(request.headers.get("host")))
    return plain(403, "This Host is not one that stint answers for.\n");
  if (request.headers.find("origin")) {
    if (request.method == "OPTIONS")
      if (auto answer = s3::answer_preflight(cloud_.state, request)) return *answer;
    auto allowed = s3::cors_headers(cloud_.state, request);
    if (!allowed) return plain(403, std::string(no_web_pages));
    visit.cors = std::move(*allowed);
  }

  if (test_mode_) {
    if (auto own = test_mode_->answer(request, cloud_)) return std::move(*own);
    visit.unchecked = test_mode_->take_unchecked();
  }
  auto claim = aws::read_signature(request);
  if (claim) visit.claim = std::move(*claim);
  visit.service = service_of(models_, request, visit.claim);
  // A bucket lets pages in; that must not lead to any other service.
  if (!visit.cors.empty() && (!visit.service || visit.service->name() != "s3")) {
    visit.cors.clear();
    return plain(403, std::string(no_web_pages));
  }
  if (!visit.service) {
    const std::string service = visit.claim ? visit.claim->service : "s3";
    auto json = models_.service("ssm");  // its protocol is what newer services speak
    if (!json) return plain(500, json.error().message + "\n");
    visit.service = *json;
    visit.request_id = cloud_.new_request_id("ssm");
    visit.operation = asked_operation(request);
    visit.decision = "not implemented";
    return answer_error(visit, unknown_operation(service, visit.operation));
  }
  visit.request_id = cloud_.new_request_id(visit.service->name());
  visit.operation = asked_operation(request);
  if (!claim && !visit.unchecked)
    return answer_error(visit, signature_error(*visit.service, claim.error()));
  if (auto known = authenticate(visit); !known) return answer_error(visit, known.error());
  Result<Value> answer = perform(visit);
  if (!answer) return answer_error(visit, answer.error());
  if (visit.service->name() == "iam" && visit.routed->output())
    encode_policy_documents(*visit.routed->output(), *answer);
  if (in_json(*visit.service, request))
    return sqs::encode(*visit.routed, *answer, visit.request_id);
  net::Response response = aws::encode_response(*visit.routed, *answer, visit.request_id);
  // No model says when an answer is a part of an object.
  if (visit.service->name() == "s3" && answer->find("ContentRange")) response.status = 206;
  return response;
}

Result<void> FrontDoor::authenticate(Visit& visit) {
  const net::Request& request = visit.request;
  const aws::Service& service = *visit.service;
  const std::optional<aws::SignatureClaim>& claim = visit.claim;
  if (visit.unchecked) {
    visit.caller.unchecked = true;
    if (claim && !claim->region.empty()) visit.region = claim->region;
    auto known = claim ? cloud_.find_caller(claim->access_key, claim->session_token, service.name(),
                                            visit.now, nullptr)
                       : Result<Caller>(std::unexpected(not_signed(service)));
    visit.caller.principal =
        known ? std::move(known->principal) : cloud_.root(cloud_.state.default_account).principal;
    return {};
  }
  if (!claim) {
    if (service.name() == "s3") return {};  // anonymous: a bucket policy may let anyone in
    // Brings its own proof; not all models say so.
    if (service.name() == "sts" && visit.operation == "AssumeRoleWithWebIdentity") return {};
    return fail(not_signed(service));
  }
  visit.region = claim->region;
  std::string secret;
  auto found = cloud_.find_caller(claim->access_key, claim->session_token, service.name(),
                                  visit.now, &secret);
  // Of a session that ended only its holder learns that it did.
  if (!found && secret.empty()) return fail(found.error());
  if (auto good = aws::verify_signature(request, *claim, secret, visit.wall, &signing_keys_); !good)
    return fail(signature_error(service, good.error()));
  if (!found) return fail(found.error());
  visit.caller.principal = std::move(found->principal);
  return {};
}

Result<Value> FrontDoor::perform(Visit& visit) {
  const aws::Service& service = *visit.service;
  const bool s3 = service.name() == "s3";
  const net::Request* request = &visit.request;
  net::Request rewritten;
  if (s3 && needs_rewriting(visit.request)) {
    std::string body = TRY(aws::decode_aws_chunked(visit.request));
    rewritten = {.method = request->method, .target = request->target, .headers = request->headers};
    rewritten.body = std::move(body);
    const net::Headers trailers = TRY(aws::read_trailers(visit.request));
    for (const auto& [name, value] : trailers) rewritten.headers.set(name, value);
    make_path_style(rewritten);
    request = &rewritten;
  }
  const bool json = in_json(service, *request);
  auto routed = json ? sqs::route(service, *request) : aws::route_operation(service, *request);
  if (!routed) {
    visit.decision = "not implemented";
    return fail(routed.error());
  }
  visit.routed = *routed;
  visit.operation = routed->name();
  visit.decision = "allowed";
  Value input = TRY(json ? sqs::decode(*routed, *request) : aws::decode_request(*routed, *request));
  if (s3) {
    add_write_conditions(visit.operation, *request, input);
    visit.bucket = input.text("Bucket");
    visit.input = input;
  }
  // Taken by operations whose model lacks it, too (temporary-permissions.md A1, "dry run").
  if (service.name() == "ec2" && form_field(*request, "DryRun") == "true")
    input.set("DryRun", true);
  if (auto valid = aws::validate_input(*routed, input); !valid)
    return fail(input_error(service, valid.error()));
  visit.audited = true;
  Result<Value> answer =
      cloud_.call(visit.caller, visit.region, service.name(), visit.operation, input, visit.now);
  cloud_.audit.back().request_id = visit.request_id;
  return answer;
}

net::Response FrontDoor::answer_error(Visit& visit, const Error& error) {
  if (!visit.audited)
    cloud_.audit.push_back({.time = visit.now,
                            .principal = visit.caller.principal.arn,
                            .service = std::string(visit.service->name()),
                            .operation = visit.operation,
                            .region = visit.region,
                            .decision = visit.decision,
                            .reason = error.message,
                            .request_id = visit.request_id,
                            .effect = "none",
                            .error = error.name});
  if (in_json(*visit.service, visit.request)) return sqs::encode_error(error, visit.request_id);
  net::Response response = aws::encode_error(*visit.service, error, visit.request_id);
  if (visit.service->name() == "s3")
    s3::describe_error(cloud_.state, visit.request, visit.input, error, response);
  return response;
}

}  // namespace stint::cloud

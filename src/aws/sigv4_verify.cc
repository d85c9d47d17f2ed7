// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>

#include "aws/canonical.h"
#include "aws/sigv4.h"
#include "base/text.h"

namespace stint::aws {
namespace {
using namespace std::chrono_literals;
constexpr Duration oldest = 15min;
constexpr Duration farthest_ahead = 5min;

std::unexpected<Error> refuse(std::string name, std::string message, int status = 403) {
  return fail(Error{status == 403 ? Code::denied : Code::invalid, std::move(name),
                    std::move(message), status});
}

std::unexpected<Error> mismatch(std::string_view service) {
  return refuse("SignatureDoesNotMatch",
                canonical::is_s3(service)
                    ? "The request signature we calculated does not match the signature you "
                      "provided. Check your key and signing method."
                    : "The request signature we calculated does not match the signature you "
                      "provided. Check your AWS Secret Access Key and signing method. Consult the "
                      "service documentation for details.");
}

Result<void> check_scope(const SignatureClaim& claim) {
  if (claim.timestamp.starts_with(claim.date)) return {};
  if (canonical::is_s3(claim.service))
    return refuse("AuthorizationHeaderMalformed",
                  fmt::format("The authorization header is malformed; Invalid credential date "
                              "\"{}\". This date is not the same as X-Amz-Date: \"{}\".",
                              claim.date, claim.timestamp.substr(0, 8)),
                  400);
  return refuse(
      "SignatureDoesNotMatch",
      fmt::format("Date in Credential scope does not match YYYYMMDD from ISO-8601 version "
                  "of date from HTTP: '{}' != '{}', from '{}'.",
                  claim.date, claim.timestamp.substr(0, 8), claim.timestamp));
}

std::unexpected<Error> expired(const SignatureClaim& claim, Time end, Time now, Duration allowed) {
  if (claim.service == "ec2") return refuse("RequestExpired", "Request has expired.", 400);
  return refuse("SignatureDoesNotMatch",
                fmt::format("Signature expired: {} is now earlier than {} ({} - {} min.)",
                            iso8601_basic(end), iso8601_basic(now - allowed), iso8601_basic(now),
                            std::chrono::duration_cast<std::chrono::minutes>(allowed).count()));
}

Result<void> check_age(const SignatureClaim& claim, Time signed_at, Time now) {
  bool s3 = canonical::is_s3(claim.service);
  if (claim.presigned && (s3 || claim.expires_seconds > 0)) {
    Time end = signed_at + std::chrono::seconds(claim.expires_seconds);
    if (now > end) {
      if (s3) return refuse("AccessDenied", "Request has expired");
      return expired(claim, end, now, 0min);
    }
  } else if (now - signed_at > oldest) {
    if (s3)
      return refuse("RequestTimeTooSkewed",
                    "The difference between the request time and the current time is too large.");
    return expired(claim, signed_at, now, oldest);
  }
  if (signed_at - now <= farthest_ahead) return {};
  if (s3 && claim.presigned) return refuse("AccessDenied", "Request is not yet valid");
  // S3 allows the same 15 minutes in both directions.
  if (s3 && signed_at - now <= oldest) return {};
  if (s3)
    return refuse("RequestTimeTooSkewed",
                  "The difference between the request time and the current time is too large.");
  return refuse("SignatureDoesNotMatch",
                fmt::format("Signature not yet current: {} is still later than {} ({} + 5 min.)",
                            iso8601_basic(signed_at), iso8601_basic(now + farthest_ahead),
                            iso8601_basic(now)));
}

/// What an unsigned header could change: every x-amz-* field must be signed, and host. A hash of
/// the body that only S3 reads may stay out of it elsewhere (the SSM agent leaves it out).
Result<void> check_signed_headers(const net::Request& request, const SignatureClaim& claim) {
  bool s3 = canonical::is_s3(claim.service);
  auto unsigned_header = [&](std::string_view name) {
    if (s3)
      return refuse("AccessDenied",
                    "There were headers present in the request which were not signed");
    return refuse("SignatureDoesNotMatch",
                  fmt::format("'{}' must be a 'SignedHeader' in the AWS Authorization.", name));
  };
  if (!canonical::names_header(claim.signed_headers, "host"))
    return unsigned_header("Host' or ':authority");
  for (const auto& [name, value] : request.headers) {
    if (name.size() < 6 || !equals_ignore_case(std::string_view(name).substr(0, 6), "x-amz-"))
      continue;
    std::string small = lower(name);
    bool matters = small != "x-amz-user-agent" && (s3 || small != "x-amz-content-sha256");
    if (matters && !canonical::names_header(claim.signed_headers, small))
      return unsigned_header(small);
  }
  return {};
}

/// S3 signs a hash that the client states: it must be there, and it must be the body's.
Result<void> check_payload(const net::Request& request, const SignatureClaim& claim) {
  if (!canonical::is_s3(claim.service)) return {};
  if (!claim.presigned && !request.headers.find("x-amz-content-sha256"))
    return refuse("InvalidRequest",
                  "Missing required header for this request: x-amz-content-sha256", 400);
  std::string stated = canonical::payload_hash(request, claim);
  if (stated == canonical::unsigned_payload || stated.starts_with("STREAMING-")) return {};
  bool hash = stated.size() == 64 && std::ranges::all_of(stated, [](char c) {
                return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
              });
  if (!hash)
    return refuse("InvalidArgument",
                  "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, "
                  "STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, "
                  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
                  400);
  if (stated == hex(sha256(request.body))) return {};
  return refuse("XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
                400);
}
}  // namespace

Result<void> verify_signature(const net::Request& request, const SignatureClaim& claim,
                              std::string_view secret_key, Time now, SigningKeys* keys) {
  TRY(check_scope(claim));
  Time signed_at = TRY(parse_time(claim.timestamp));
  TRY(check_age(claim, signed_at, now));
  TRY(check_signed_headers(request, claim));
  SigningKeys own;
  const Sha256& key = (keys ? *keys : own).get(secret_key, claim.date, claim.region, claim.service);
  // First the signature, then the body: who does not know the key learns nothing of the second.
  if (!equal_constant_time(canonical::signature(key, string_to_sign(request, claim)),
                           claim.signature))
    return mismatch(claim.service);
  TRY(check_payload(request, claim));
  if (!canonical::is_s3(claim.service)) return {};
  bool chunks = TRY(canonical::chunks_match(request, claim, key));
  if (!chunks) return mismatch(claim.service);
  return {};
}

}  // namespace stint::aws

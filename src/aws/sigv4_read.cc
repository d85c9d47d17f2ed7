// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "aws/canonical.h"
#include "aws/sigv4.h"
#include "base/text.h"

namespace stint::aws {
namespace {
std::unexpected<Error> malformed(std::string name, std::string message) {
  return fail(Error{Code::invalid, std::move(name), std::move(message), 400});
}

constexpr std::string_view unsupported_mechanism =
    "The authorization mechanism you have provided is not supported. Please use "
    "AWS4-HMAC-SHA256.";
constexpr std::string_view expected_credential =
    "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"";

/// S3's clients send this header with each request; before a credential can be read it is the only
/// sign of whose words to answer in.
bool looks_like_s3(const net::Request& request) {
  return request.headers.find("x-amz-content-sha256") != nullptr;
}

/// Splits "AKID/20261124/us-west-2/iam/aws4_request" into the claim; false: it is not that.
bool take_credential(std::string_view text, SignatureClaim& claim) {
  std::vector<std::string_view> parts = split(text, '/');
  if (parts.size() != 5 || parts[4] != "aws4_request") return false;
  for (std::string_view part : parts)
    if (part.empty()) return false;
  if (parts[1].size() != 8 || !to_integer(parts[1])) return false;
  claim.access_key = parts[0];
  claim.date = parts[1];
  claim.region = parts[2];
  claim.service = parts[3];
  return true;
}

std::unexpected<Error> bad_credential(const net::Request& request, std::string_view text) {
  if (looks_like_s3(request))
    return malformed("AuthorizationHeaderMalformed",
                     fmt::format("The authorization header is malformed; the Credential is "
                                 "mal-formed; expecting {}.",
                                 expected_credential));
  if (split(text, '/').size() != 5)
    return malformed("IncompleteSignature",
                     fmt::format("Credential must have exactly 5 slash-delimited elements, e.g. "
                                 "keyid/date/region/service/term, got '{}'",
                                 text));
  return malformed("IncompleteSignature",
                   fmt::format("Credential should be scoped with a valid date, Region, service and "
                               "the terminator 'aws4_request', got '{}'",
                               text));
}

/// x-amz-date, or Date in any of its forms, as "20261124T111800Z"; empty: neither.
std::string timestamp(const net::Request& request) {
  std::string_view own = request.headers.get("x-amz-date");
  std::string_view text = own.empty() ? request.headers.get("date") : own;
  auto time = text.empty() ? Result<Time>(fail(Code::invalid, "")) : parse_time(text);
  return time ? iso8601_basic(*time) : std::string();
}

Result<SignatureClaim> read_header(const net::Request& request, std::string_view header) {
  SignatureClaim claim;
  std::string_view credential;
  for (std::string_view part : split(header.substr(canonical::algorithm.size()), ',')) {
    part = trim(part);
    std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    std::string_view name = part.substr(0, equals), value = part.substr(equals + 1);
    if (name == "Credential") credential = value;
    if (name == "SignedHeaders") claim.signed_headers = value;
    if (name == "Signature") claim.signature = value;
  }
  claim.timestamp = timestamp(request);
  std::string missing;
  auto require = [&](bool present, std::string_view name) {
    if (!present) missing += fmt::format("Authorization header requires '{}' parameter. ", name);
  };
  require(!credential.empty(), "Credential");
  require(!claim.signature.empty(), "Signature");
  require(!claim.signed_headers.empty(), "SignedHeaders");
  if (claim.timestamp.empty())
    missing +=
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  if (!missing.empty()) {
    Sha256 digest = sha256(header);
    std::string_view raw(reinterpret_cast<const char*>(digest.data()), digest.size());
    return malformed("IncompleteSignature",
                     fmt::format("{}(Hashed with SHA-256 and encoded with Base64) Authorization={}",
                                 missing, base64(raw)));
  }
  if (!take_credential(credential, claim)) return bad_credential(request, credential);
  claim.session_token = request.headers.get("x-amz-security-token");
  return claim;
}

Result<SignatureClaim> read_query(const net::Request& request) {
  constexpr std::string_view wrong = "AuthorizationQueryParametersError";
  std::string_view query = request.query();
  auto value = [&](std::string_view name) { return canonical::parameter(query, name); };
  if (!request.headers.get("authorization").empty())
    return malformed("InvalidArgument",
                     "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, "
                     "Signature query string parameter or the Authorization header should be "
                     "specified");
  SignatureClaim claim;
  claim.presigned = true;
  claim.signed_headers = value("X-Amz-SignedHeaders");
  claim.signature = value("X-Amz-Signature");
  claim.timestamp = value("X-Amz-Date");
  claim.session_token = value("X-Amz-Security-Token");
  std::string credential = value("X-Amz-Credential"), expires = value("X-Amz-Expires"),
              algorithm = value("X-Amz-Algorithm");
  if (!algorithm.empty() && algorithm != canonical::algorithm)
    return malformed(std::string(wrong), "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
  bool known = take_credential(credential, claim);
  bool complete = !algorithm.empty() && !credential.empty() && !claim.signature.empty() &&
                  !claim.timestamp.empty() && !claim.signed_headers.empty() &&
                  (!expires.empty() || (known && !canonical::is_s3(claim.service)));
  if (!complete)
    return malformed(std::string(wrong),
                     "Query-string authentication version 4 requires the X-Amz-Algorithm, "
                     "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and "
                     "X-Amz-Expires parameters.");
  if (!known)
    return malformed(std::string(wrong),
                     fmt::format("Error parsing the X-Amz-Credential parameter; the Credential is "
                                 "mal-formed; expecting {}.",
                                 expected_credential));
  auto time = parse_time(claim.timestamp);
  if (!time || iso8601_basic(*time) != claim.timestamp)
    return malformed(std::string(wrong),
                     "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  if (expires.empty()) return claim;
  auto seconds = to_integer(expires);
  if (!seconds) return malformed(std::string(wrong), "X-Amz-Expires should be a number");
  if (*seconds < 0) return malformed(std::string(wrong), "X-Amz-Expires must be non-negative");
  if (*seconds > 604800)
    return malformed(std::string(wrong),
                     "X-Amz-Expires must be less than a week (in seconds); that is, the given "
                     "X-Amz-Expires must be less than 604800 seconds");
  claim.expires_seconds = *seconds;
  return claim;
}
}  // namespace

Result<std::optional<SignatureClaim>> read_signature(const net::Request& request) {
  std::string_view query = request.query();
  bool in_query = !canonical::parameter(query, "X-Amz-Algorithm").empty() ||
                  !canonical::parameter(query, "X-Amz-Signature").empty() ||
                  !canonical::parameter(query, "X-Amz-Credential").empty();
  if (in_query) {
    SignatureClaim claim = TRY(read_query(request));
    return std::optional(std::move(claim));
  }
  bool version_2 = !canonical::parameter(query, "AWSAccessKeyId").empty() &&
                   !canonical::parameter(query, "Signature").empty();
  std::string_view header = trim(request.headers.get("authorization"));
  if (version_2 || header.starts_with("AWS "))
    return malformed("InvalidRequest", std::string(unsupported_mechanism));
  if (header.empty()) return std::optional<SignatureClaim>();
  std::string_view scheme = header.substr(0, header.find(' '));
  if (scheme != canonical::algorithm) {
    if (looks_like_s3(request) || scheme.starts_with("AWS4-"))
      return malformed("InvalidRequest", std::string(unsupported_mechanism));
    return malformed("IncompleteSignature",
                     fmt::format("Unsupported authorization scheme '{}', expected {}", scheme,
                                 canonical::algorithm));
  }
  SignatureClaim claim = TRY(read_header(request, header));
  return std::optional(std::move(claim));
}

}  // namespace stint::aws

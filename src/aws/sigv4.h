// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "net/http.h"

/// Signature Version 4 (IAM User Guide, "AWS Signature Version 4 for API requests").
namespace stint::aws {

struct Credentials {
  std::string access_key;
  std::string secret_key;
  std::string session_token;     ///< empty for long-term keys
  std::optional<Time> expires;
};

/// Signs in place: sets host, x-amz-date, x-amz-security-token, x-amz-content-sha256 (s3), and
/// authorization. `request.url` gives the host.
void sign(net::Request& request, const Credentials& credentials, std::string_view region,
          std::string_view service, Time now);

/// What a request's signature claims, before it is verified.
struct SignatureClaim {
  std::string access_key;
  std::string date;     ///< "20261124"
  std::string region;
  std::string service;
  std::string session_token;
  bool presigned = false;
  std::string signed_headers;
  std::string signature;
  std::string timestamp;  ///< "20261124T111800Z"
  std::int64_t expires_seconds = 0;  ///< presigned only
};
/// None: the request is not signed. Errors: a malformed Authorization header, in AWS's words
/// (name "IncompleteSignature" / "AuthorizationHeaderMalformed").
Result<std::optional<SignatureClaim>> read_signature(const net::Request& request);

/// Checks the signature in constant time, and the age of its date against `now` (15 minutes;
/// presigned: its own expiry). UNSIGNED-PAYLOAD and aws-chunked bodies (STREAMING-...) as S3 takes
/// them. Errors: "SignatureDoesNotMatch", "RequestExpired"/"SignatureDoesNotMatch: Signature
/// expired...", "AccessDenied" for presigned.
Result<void> verify_signature(const net::Request& request, const SignatureClaim& claim,
                              std::string_view secret_key, Time now);

/// The body without aws-chunked framing, when the request has it.
Result<std::string> decode_aws_chunked(const net::Request& request);

}  // namespace stint::aws

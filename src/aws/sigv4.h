// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "net/http.h"

/// Signature Version 4 (IAM User Guide, "AWS Signature Version 4 for API requests"; S3 API
/// Reference, "Authenticating requests" for pre-signed URLs and aws-chunked bodies).
namespace stint::aws {

struct Credentials {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  ///< empty for long-term keys
  std::optional<Time> expires;
};

/// Signing keys that were derived before: deriving costs four HMACs, two thirds of a signature.
/// A caller that signs or verifies a lot hands the same object to each call. One thread at a time.
class SigningKeys {
 public:
  Sha256 get(std::string_view secret, std::string_view date, std::string_view region,
             std::string_view service);

 private:
  struct Entry {
    std::string secret, date, region, service;
    Sha256 key;
  };
  std::vector<Entry> entries_;  ///< few: one a principal, Region and service; oldest first
};

/// Signs in place: sets host (unless it is there), x-amz-date, x-amz-security-token,
/// x-amz-content-sha256 (s3; "UNSIGNED-PAYLOAD" is kept), and authorization. `request.url` gives
/// the host and perhaps a base path, which is part of what is signed.
void sign(net::Request& request, const Credentials& credentials, std::string_view region,
          std::string_view service, Time now, SigningKeys* keys = nullptr);

/// Puts the signature into the query instead, good for `lifetime` (S3: at most seven days). S3
/// leaves the body out of it. Only host is signed besides the query.
void presign(net::Request& request, const Credentials& credentials, std::string_view region,
             std::string_view service, Time now, std::chrono::seconds lifetime,
             SigningKeys* keys = nullptr);

/// What a request's signature claims, before it is verified.
struct SignatureClaim {
  std::string access_key;
  std::string date;  ///< "20261124"
  std::string region;
  std::string service;
  std::string session_token;
  bool presigned = false;
  std::string signed_headers;
  std::string signature;
  std::string timestamp;             ///< "20261124T111800Z"
  std::int64_t expires_seconds = 0;  ///< presigned only; 0: the query does not say
};
/// None: the request is not signed. Errors: a malformed Authorization header or query, in AWS's
/// words (names "IncompleteSignature"; s3: "AuthorizationHeaderMalformed",
/// "AuthorizationQueryParametersError", "InvalidRequest").
Result<std::optional<SignatureClaim>> read_signature(const net::Request& request);

/// Checks the signature in constant time, and the age of its date against `now`: at most 15 minutes
/// old and 5 minutes ahead; presigned: its own expiry. UNSIGNED-PAYLOAD and aws-chunked bodies
/// (STREAMING-..., each chunk verified) as S3 takes them. Errors: "SignatureDoesNotMatch", also for
/// "Signature expired: ..."; ec2: "RequestExpired"; s3: "RequestTimeTooSkewed", "AccessDenied",
/// "XAmzContentSHA256Mismatch". How a protocol spells the names is for the caller
/// (InvalidSignatureException of JSON services, AuthFailure of ec2).
Result<void> verify_signature(const net::Request& request, const SignatureClaim& claim,
                              std::string_view secret_key, Time now, SigningKeys* keys = nullptr);

/// The text that a signature covers. For schemes that sign it with something else than the secret
/// key (the RSA keys of managed instances: spec/ssm-agent-protocol.md).
std::string string_to_sign(const net::Request& request, const SignatureClaim& claim);

/// The body without aws-chunked framing, when the request has it (x-amz-content-sha256 starts with
/// STREAMING-); otherwise the body. Errors: "IncompleteBody", "InvalidRequest" for bad framing or a
/// length that differs from x-amz-decoded-content-length.
Result<std::string> decode_aws_chunked(const net::Request& request);

/// The fields behind the last chunk of an aws-chunked body (a checksum that was made on the way);
/// empty for other bodies. Errors: as decode_aws_chunked.
Result<net::Headers> read_trailers(const net::Request& request);

}  // namespace stint::aws

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "aws/sigv4.h"

/// The steps of a signature, for sigv4*.cc and their tests.
namespace stint::aws::canonical {

inline constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";
inline constexpr std::string_view empty_hash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// S3 and its relatives: the path is encoded once and not normalised, payloads may be unsigned.
bool is_s3(std::string_view service);

/// `path` as it is on the wire.
std::string path(std::string_view path, std::string_view service);
/// Decoded, encoded again as AWS wants it, sorted; without X-Amz-Signature.
std::string query(std::string_view query);
/// The value of a query parameter, decoded; "" when it is absent.
std::string parameter(std::string_view query, std::string_view name);
/// The whole canonical request. `signed_headers`: "host;x-amz-date".
std::string request(const net::Request& request, std::string_view service,
                    std::string_view signed_headers, std::string_view payload_hash);
/// "20261124/us-west-2/iam/aws4_request"
std::string scope(const SignatureClaim& claim);
/// What stands in the place of the body's hash for this claim.
std::string payload_hash(const net::Request& request, const SignatureClaim& claim);
/// Whether a list like "host;x-amz-date" names a header (given in lower case).
bool names_header(std::string_view signed_headers, std::string_view name);

Sha256 signing_key(std::string_view secret, std::string_view date, std::string_view region,
                   std::string_view service);
std::string signature(const Sha256& key, std::string_view text);

/// The signature of one chunk of a STREAMING-AWS4-HMAC-SHA256-PAYLOAD body.
std::string chunk_signature(const Sha256& key, const SignatureClaim& claim,
                            std::string_view previous, std::string_view data);
/// The signature of the headers behind the last chunk: "name:value\n" each.
std::string trailer_signature(const Sha256& key, const SignatureClaim& claim,
                              std::string_view previous, std::string_view trailers);
/// Checks all chunks of a body that claims to have signed ones; true also when it does not.
/// `claim.signature` is where the chain of signatures starts.
Result<bool> chunks_match(const net::Request& request, const SignatureClaim& claim,
                          const Sha256& key);

}  // namespace stint::aws::canonical

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "value/value.h"

/// The additional checksums of S3 (S3 User Guide, "Checking object integrity").
namespace stint::cloud::s3 {

/// By algorithm ("CRC32", "CRC32C", "SHA1", "SHA256"), in base64.
using Checksums = std::map<std::string, std::string>;

/// True for one of the four.
bool checksum_algorithm(std::string_view name);
/// In base64.
std::string checksum(std::string_view algorithm, std::string_view bytes);

/// Content-MD5 and the checksums that a request states, compared with its bytes. Answers those to
/// keep: the stated ones, and one of the algorithm that ChecksumAlgorithm names. Errors:
/// InvalidDigest, BadDigest, InvalidRequest.
Result<Checksums> check_digests(const Value& in, std::string_view bytes);

/// The checksum of an upload: of its parts' checksums (in base64), with their number.
std::string composite_checksum(std::string_view algorithm, const std::vector<std::string>& parts);

/// Sets ChecksumCRC32, ... on an answer.
void add_checksums(const Checksums& checksums, Object& out);

}  // namespace stint::cloud::s3

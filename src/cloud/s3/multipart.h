// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "cloud/cloud.h"

/// Multipart uploads (S3 User Guide, "Uploading and copying objects using multipart upload").
namespace stint::cloud::s3 {

constexpr std::int64_t most_parts = 10000;
constexpr std::size_t smallest_part = 5u << 20;  ///< all but the last

std::string upload_key(std::string_view bucket, std::string_view id);
std::string part_key(std::string_view bucket, std::string_view id, std::int64_t number);

/// The upload of an input's UploadId, Bucket and Key. Errors: NoSuchBucket, NoSuchUpload.
Result<const Upload*> find_upload(Call& call, const Value& in);

/// The parts of an upload, by number.
std::vector<const Part*> parts_of(const State& state, std::string_view bucket, std::string_view id);
/// Takes an upload and its parts away.
void forget_upload(State& state, std::string_view bucket, std::string_view id);

}  // namespace stint::cloud::s3

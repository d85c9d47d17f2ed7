// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/result.h"
#include "cloud/state.h"
#include "net/http.h"
#include "value/value.h"

namespace stint::cloud::s3 {

/// Adds to an encoded error what S3 says beside code and message: elements of its body (Key of a
/// NoSuchKey, BucketName of a NoSuchBucket, ...) and headers about delete markers. `input` is the
/// request's, or null when it did not read.
void describe_error(const cloud::State& state, const net::Request& request, const Value& input,
                    const Error& error, net::Response& response);

}  // namespace stint::cloud::s3

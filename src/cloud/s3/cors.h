// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cloud/state.h"
#include "net/http.h"

/// Cross-origin requests (S3 User Guide, "Using cross-origin resource sharing (CORS)"): a web page
/// gets through to a bucket whose configuration lets it in, and to nothing else.
namespace stint::cloud::s3 {

using CorsHeaders = std::vector<std::pair<std::string, std::string>>;

/// The headers that an answer to a page's request carries; none: no rule of the bucket's lets the
/// page in (or the request is for no bucket).
std::optional<CorsHeaders> cors_headers(const cloud::State& state, const net::Request& request);

/// The answer to a preflight request (OPTIONS); none: it is not for a bucket that is there.
std::optional<net::Response> answer_preflight(const cloud::State& state,
                                              const net::Request& request);

}  // namespace stint::cloud::s3

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "net/http.h"

/// Who a request is addressed to, by its Host header.
namespace stint::cloud {

/// True for names that only this machine or AWS's own clients use: loopback addresses, localhost
/// and names under it, names under amazonaws.com. Any other name is a browser that was led here
/// (DNS rebinding).
bool own_host(std::string_view host);

/// The bucket of a virtual-host style S3 request ("BUCKET.s3.us-west-2.amazonaws.com",
/// "BUCKET.s3-us-west-2.amazonaws.com", "BUCKET.s3.localhost", "BUCKET.localhost"), or empty.
std::string_view bucket_of_host(std::string_view host);

/// Puts the bucket of a virtual-host style request into its path. The signature covers the request
/// as it came: verify first.
void make_path_style(net::Request& request);

}  // namespace stint::cloud

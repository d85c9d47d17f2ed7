// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "aws/model.h"
#include "net/http.h"

/// Messages of HTTP from bytes, and the models that their targets share.
namespace stint::fuzz {

aws::Models& models();

/// "METHOD TARGET", header lines "Name: value", an empty line, the body.
net::Request read_request(std::string_view bytes);
/// "STATUS", header lines, an empty line, the body.
net::Response read_response(std::string_view bytes);

}  // namespace stint::fuzz

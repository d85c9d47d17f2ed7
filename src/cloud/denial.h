// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "cloud/cloud.h"

/// How each service words that it refuses a call (service is the boto3 client name).
namespace stint::cloud {

/// Not authorised: AccessDenied, AccessDeniedException or UnauthorizedOperation. `owner` is the
/// account that the resource belongs to, or empty.
Error denial(const ServiceTable& table, const Principal& principal,
             const policy::Decision& decision, const policy::Request& request,
             std::string_view owner);

/// No such operation, or one that is not embedded. Code::not_found.
Error unknown_operation(std::string_view service, std::string_view operation);

/// The access key or token stands for nobody (any more).
Error invalid_token(std::string_view service);
Error expired_token(std::string_view service);

/// The message that EC2 puts into its denials, for DecodeAuthorizationMessage, and its way back.
std::string encode_authorization_message(const Principal& principal,
                                         const policy::Decision& decision,
                                         const policy::Request& request);
/// Error: InvalidAuthorizationMessageException.
Result<std::string> decode_authorization_message(std::string_view encoded);

}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "aws/model.h"
#include "aws/sigv4.h"
#include "net/http.h"

namespace stint::cloud {

/// The service that a request is for: by the scope of its signature, else by X-Amz-Target, Action
/// and Version, else S3. nullptr: signed for a service without a model.
const aws::Service* service_of(aws::Models& models, const net::Request& request,
                               const std::optional<aws::SignatureClaim>& claim);

/// A form field of the query or, for POST, of the body ("Action"); empty: it is not there.
std::string form_field(const net::Request& request, std::string_view name);

}  // namespace stint::cloud

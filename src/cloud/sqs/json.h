// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "aws/model.h"
#include "base/result.h"
#include "net/http.h"
#include "value/value.h"

/// SQS over the JSON protocol, which its clients speak since November 2023. The model that the
/// program carries is the query protocol's: its shapes are the same, their names on the wire are
/// the members' own.
namespace stint::cloud::sqs {

/// Whether a request for SQS is in JSON.
bool speaks_json(const net::Request& request);

/// Errors: UnknownOperationException.
Result<aws::Operation> route(const aws::Service& service, const net::Request& request);
/// Errors: SerializationException.
Result<Value> decode(const aws::Operation& operation, const net::Request& request);
net::Response encode(const aws::Operation& operation, const Value& output,
                     std::string_view request_id);
/// The code of the query protocol goes into the header x-amzn-query-error, where clients of both
/// protocols look for it.
net::Response encode_error(const Error& error, std::string_view request_id);

}  // namespace stint::cloud::sqs

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "aws/model.h"
#include "base/result.h"
#include "net/http.h"
#include "value/value.h"

/// The five wire protocols, both ways, derived from the model. In a Value a timestamp is ISO 8601
/// text ("2026-11-24T11:18:00Z"), a blob is text of raw bytes (base64 only on the wire).
namespace stint::aws {

/// An input as the model wants it: the member's type decides ("3" stays text for a string, number 3
/// becomes "3"; a scalar for a list is wrapped, a list of one for a scalar is unwrapped, C-53);
/// JSON text for a structure, list or map is parsed. Unknown members are dropped with a remark
/// (corpus-findings); keys match ignoring case with a remark. Then required members, lengths,
/// ranges are checked as botocore checks them; errors: Code::invalid, name "ParamValidation",
/// "Parameter validation failed: Missing required parameter in input: \"RoleName\"".
Result<Value> convert_input(const Operation& operation, const Value& input,
                            std::vector<std::string>* remarks = nullptr);

/// Fills members that the model marks as idempotency tokens and the input lacks.
void fill_idempotency_token(const Operation& operation, Value& input, const std::string& token);

/// Client side. The request has method, target, content headers and body; not yet host or
/// signature. S3 requests are path-style. `input` is one that convert_input gave. Errors:
/// Code::invalid, name "ParamValidation", for what cannot stand in a path or a header.
Result<net::Request> encode_request(const Operation& operation, const Value& input);
/// The output of a success; an error status becomes an Error with the wire's code as name, its text
/// as message, the status, and a Code that follows both. An answer that does not read is
/// Code::unavailable without a name.
Result<Value> decode_response(const Operation& operation, const net::Response& response);

/// What the host name of AWS's endpoint gets in front for this call ("123456789012.", "data."), or
/// empty. For calls to AWS itself only; one URL for every service takes no prefix.
Result<std::string> host_prefix(const Operation& operation, const Value& input);

/// Which operation a request calls, given the service that its signature (or host) names. Errors
/// name what AWS answers ("InvalidAction", "UnknownOperationException", ...), Code::not_found.
/// S3 requests are routed path-style.
Result<Operation> route_operation(const Service& service, const net::Request& request);
/// The input of a request. Unknown members are ignored, as AWS ignores them. Errors spell AWS's
/// SerializationException and the like.
Result<Value> decode_request(const Operation& operation, const net::Request& request);
net::Response encode_response(const Operation& operation, const Value& output,
                              std::string_view request_id);
/// The status is the error's, else the model's, else what fits its Code. An answer to HEAD must
/// leave the body out.
net::Response encode_error(const Service& service, const Error& error, std::string_view request_id);

/// The server's own check of a decoded input against the model, with the texts AWS uses on the wire
/// ("1 validation error detected: Value at 'roleName' failed to satisfy constraint: Member must not
/// be null", "The request must contain the parameter X").
Result<void> validate_input(const Operation& operation, const Value& input);

}  // namespace stint::aws

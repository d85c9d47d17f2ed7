// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model.h"
#include "net/http.h"
#include "value/value.h"

/// The single protocols behind protocol.h, which picks one; only src/aws/*.cc use it. A message
/// that does not read is an Error of Code::invalid, whose name is empty unless AWS has a code of
/// its own for the case.
namespace stint::aws {

/// query.cc: the query protocol and its dialect ec2.
namespace query {
void encode_request(const Operation& operation, const Value& input, net::Request& request);
Result<Value> decode_request(const Operation& operation, const net::Request& request);
void encode_response(const Operation& operation, const Value& output, std::string_view request_id,
                     net::Response& response);
Result<Value> decode_response(const Operation& operation, const net::Response& response);
/// The value of "Action" in the query string or the form body; empty without one.
std::string action_of(const net::Request& request);
/// What the wire calls a member of ec2's requests: its queryName, or its name capitalised.
std::string ec2_name(const Member& member);
}  // namespace query

/// json_body.cc: JSON by the model.
namespace json_body {
/// The value as the wire has it: names, times, base64. Unknown members are left out.
Value to_wire(const Shape& shape, const Value& value);
/// The text of that.
std::string write(const Shape& shape, const Value& value);
/// `strict` as a server reads (wrong types are errors in the words of AWS), else as a client does.
Result<Value> from_wire(const Shape& shape, const Value& wire, bool strict);
Result<Value> read(const Shape& shape, std::string_view text, bool strict);
}  // namespace json_body

/// rest.cc: what rest-json and rest-xml share: the path, query string and headers.
namespace rest {
Result<void> encode_request(const Operation& operation, const Value& input, net::Request& request);
Result<Value> decode_request(const Operation& operation, const net::Request& request);
void encode_response(const Operation& operation, const Value& output, net::Response& response);
Result<Value> decode_response(const Operation& operation, const net::Response& response);
}  // namespace rest

/// uri.cc: request URIs of the REST protocols, "/{Bucket}/{Key+}?uploads".
namespace uri {
struct Parameter {
  std::string name, value;
  bool has_value = true;  ///< "?policy" has none
};
/// A query string, decoded.
std::vector<Parameter> parse_query(std::string_view query);
const Parameter* find(const std::vector<Parameter>& parameters, std::string_view name);

struct Label {
  std::string_view name;
  std::string value;  ///< decoded
};
/// The labels of the template's path in a path of the wire; none: it does not fit.
std::optional<std::vector<Label>> match(std::string_view uri_template, std::string_view path);
/// How specific a template's path is: the number of its segments that are not labels.
int fixed_segments(std::string_view uri_template);
/// Whether the template's own query parameters are all there; adds how many there are.
bool query_fits(std::string_view uri_template, const std::vector<Parameter>& parameters,
                int& count);
}  // namespace uri

/// errors.cc
bool is_s3(const Service& service);
/// The error that a response of an error status says.
Error decode_error(const Operation& operation, const net::Response& response);
/// 404 -> "Not Found"; empty for what is no status.
std::string_view reason_phrase(int status);
/// The kind of failure that a wire code and a status stand for.
Code classify_error(std::string_view name, int status);

}  // namespace stint::aws

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "aws/protocols.h"
#include "aws/wire.h"
#include "aws/xml.h"
#include "base/hash.h"
#include "base/text.h"
#include "value/json.h"

namespace stint::aws::rest {
namespace {

bool is_json(const Operation& operation) {
  return operation.service().protocol() == Protocol::rest_json;
}

bool is_raw(const Member& payload) {
  const ShapeType type = payload.shape().type();
  return type == ShapeType::blob || type == ShapeType::string;
}

/// The first member of a structure that travels in the body, or none.
bool has_body_members(const Shape& shape) {
  for (std::size_t i = 0; i < shape.member_count(); ++i)
    if (shape.member(i).place() == Place::body) return true;
  return false;
}

TimeForm time_form(const Member& member) {
  return wire::form_or(member.time_form(),
                       member.place() == Place::header || member.place() == Place::headers
                           ? TimeForm::rfc822
                           : TimeForm::iso8601);
}

std::string header_text(const Member& member, const Value& value) {
  if (member.json_value()) return base64(value.is_text() ? value.as_text() : to_json(value));
  if (member.shape().type() != ShapeType::list || !value.is_list())
    return wire::scalar_text(member.shape(), time_form(member), value);
  const Member item = member.shape().item_member();
  std::string out;
  for (const Value& each : value.as_list()) {
    if (!out.empty()) out += ',';
    out += wire::scalar_text(item.shape(), wire::form_or(item.time_form(), TimeForm::rfc822), each);
  }
  return out;
}

void add_headers(const Member& member, const Value& value, net::Headers& headers) {
  if (member.place() == Place::header) {
    const bool empty_list = value.is_list() && value.as_list().empty();
    if (!empty_list) headers.set(member.location_name(), header_text(member, value));
  } else if (value.is_object()) {
    // The member's name on the wire is what all its headers start with.
    const std::string prefix(member.has_location_name() ? member.location_name() : "");
    for (const Object::Member& each : value.as_object())
      headers.set(prefix + each.key,
                  wire::scalar_text(member.shape().item(), TimeForm::rfc822, each.value));
  }
}

Result<Value> read_header(const Member& member, const std::string& text) {
  if (member.json_value()) {
    Result<std::string> decoded = from_base64(text);
    return Value(decoded ? *decoded : text);
  }
  const Shape shape = member.shape();
  if (shape.type() == ShapeType::list) {
    Value::List items;
    // A date holds a comma of its own, so a list of dates is one long item here.
    for (std::string_view part : split(text, ',')) {
      Value item = TRY(wire::read_scalar(shape.item(), trim(part)));
      items.push_back(std::move(item));
    }
    return Value(std::move(items));
  }
  Result<Value> value = wire::read_scalar(shape, text);
  if (!value && shape.type() == ShapeType::timestamp) return Value();  // as S3 ignores bad dates
  return value;
}

Result<Value> read_headers(const Member& member, const net::Headers& headers, bool lower_keys) {
  if (member.place() == Place::header) {
    const std::string* text = headers.find(member.location_name());
    if (!text) return Value();
    Result<Value> value = read_header(member, *text);
    if (value) return value;
    return wire::unreadable(fmt::format("{}: {}", member.location_name(), value.error().message));
  }
  const std::string_view prefix = member.has_location_name() ? member.location_name() : "";
  Object out;
  for (const auto& [name, text] : headers) {
    if (!equals_ignore_case(std::string_view(name).substr(0, prefix.size()), prefix)) continue;
    const std::string key = name.substr(prefix.size());
    out.set(lower_keys ? lower(key) : key, text);
  }
  if (out.empty()) return Value();
  return Value(std::move(out));
}

void append_query(std::string& query, std::string_view name, std::string_view value) {
  if (!query.empty()) query += '&';
  query += percent_encode(name);
  query += '=';
  query += percent_encode(value);
}

void add_query(const Member& member, const Value& value, std::string& query) {
  const Shape shape = member.shape();
  if (value.is_object() && shape.type() == ShapeType::map) {
    for (const Object::Member& each : value.as_object()) {
      if (!each.value.is_list()) {
        append_query(query, each.key,
                     wire::scalar_text(shape.item(), time_form(member), each.value));
        continue;
      }
      for (const Value& item : each.value.as_list())
        append_query(query, each.key, item.is_text() ? item.as_text() : to_json(item));
    }
  } else if (value.is_list() && shape.type() == ShapeType::list) {
    for (const Value& each : value.as_list())
      append_query(query, member.location_name(),
                   wire::scalar_text(shape.item(), time_form(member), each));
  } else {
    append_query(query, member.location_name(), wire::scalar_text(shape, time_form(member), value));
  }
}

/// The labels of the template replaced by the members that carry their names.
Result<std::string> fill_path(const Operation& operation, std::string_view path,
                              const Value& input) {
  std::string out;
  while (!path.empty()) {
    const std::size_t open = path.find('{');
    const std::size_t close = path.find('}', open == path.npos ? 0 : open);
    if (open == path.npos || close == path.npos) {
      out += path;
      break;
    }
    out += path.substr(0, open);
    std::string_view name = path.substr(open + 1, close - open - 1);
    const bool greedy = name.ends_with('+');
    if (greedy) name.remove_suffix(1);
    std::string text;
    const Shape shape = *operation.input();
    for (std::size_t i = 0; i < shape.member_count(); ++i) {
      const Member member = shape.member(i);
      if (member.place() != Place::uri || member.location_name() != name) continue;
      const Value* value = input.find(member.name());
      if (value) text = wire::scalar_text(member.shape(), time_form(member), *value);
    }
    if (text.empty())
      return fail(Error{Code::invalid, "ParamValidation",
                        fmt::format("Parameter validation failed: Missing required parameter in "
                                    "input: \"{}\"",
                                    name),
                        0});
    out += percent_encode(text, greedy);
    path.remove_prefix(close + 1);
  }
  return out;
}

void encode_request_body(const Operation& operation, const Shape& shape, const Value& input,
                         net::Request& request) {
  const bool json = is_json(operation);
  if (std::optional<Member> payload = shape.payload()) {
    const Value* held = input.find(payload->name());
    if (is_raw(*payload)) {
      if (held && held->is_text()) request.body = held->as_text();
      return;
    }
    if (json) {
      request.body = held ? json_body::write(payload->shape(), *held) : "{}";
    } else if (held) {
      xml::write_member(request.body, *payload, payload->location_name(), *held, "member");
    }
  } else if (json) {
    if (has_body_members(shape)) request.body = json_body::write(shape, input);
  } else {
    std::string members;
    xml::write_members(members, shape, input, "member");
    if (!members.empty()) {
      std::string_view root = operation.input_name();
      if (root.empty()) root = shape.location_name().empty() ? shape.name() : shape.location_name();
      std::string_view space = operation.input_namespace();
      request.body = space.empty()
                         ? fmt::format("<{0}>{1}</{0}>", root, members)
                         : fmt::format("<{0} xmlns=\"{2}\">{1}</{0}>", root, members, space);
    }
  }
  if (!request.body.empty() && !request.headers.find("content-type"))
    request.headers.set("content-type", json ? "application/json" : "application/xml");
}

Result<void> check_headers(const net::Headers& headers) {
  for (const auto& [name, value] : headers)
    if ((name + value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      return fail(Error{Code::invalid, "ParamValidation",
                        fmt::format("Parameter validation failed: the header {} must not hold a "
                                    "line break",
                                    clip_utf8(name, 60)),
                        0});
  return {};
}

/// What S3 calls the root of an answer, where the model does not say.
std::string_view s3_root(std::string_view operation) {
  constexpr std::pair<std::string_view, std::string_view> roots[] = {
      {"CompleteMultipartUpload", "CompleteMultipartUploadResult"},
      {"CreateMultipartUpload", "InitiateMultipartUploadResult"},
      {"DeleteObjects", "DeleteResult"},
      {"GetBucketAccelerateConfiguration", "AccelerateConfiguration"},
      {"GetBucketAcl", "AccessControlPolicy"},
      {"GetBucketCors", "CORSConfiguration"},
      {"GetBucketLifecycleConfiguration", "LifecycleConfiguration"},
      {"GetBucketLogging", "BucketLoggingStatus"},
      {"GetBucketNotificationConfiguration", "NotificationConfiguration"},
      {"GetBucketRequestPayment", "RequestPaymentConfiguration"},
      {"GetBucketTagging", "Tagging"},
      {"GetBucketVersioning", "VersioningConfiguration"},
      {"GetBucketWebsite", "WebsiteConfiguration"},
      {"GetObjectAcl", "AccessControlPolicy"},
      {"GetObjectTagging", "Tagging"},
      {"ListBuckets", "ListAllMyBucketsResult"},
      {"ListMultipartUploads", "ListMultipartUploadsResult"},
      {"ListObjectVersions", "ListVersionsResult"},
      {"ListObjects", "ListBucketResult"},
      {"ListObjectsV2", "ListBucketResult"},
      {"ListParts", "ListPartsResult"},
  };
  for (const auto& [name, root] : roots)
    if (name == operation) return root;
  return {};
}

constexpr std::string_view s3_namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

/// S3's answer to "where" is one element that holds only text.
bool is_bucket_location(const Operation& operation) {
  return operation.name() == "GetBucketLocation" && is_s3(operation.service());
}

void encode_xml_body(const Operation& operation, const Shape& shape, const Value& output,
                     net::Response& response) {
  const bool s3 = is_s3(operation.service());
  std::string_view space = s3 ? s3_namespace : operation.service().xml_namespace();
  std::string& out = response.body;
  if (std::optional<Member> payload = shape.payload()) {
    const Value* held = output.find(payload->name());
    if (!held || held->is_null()) return;
    out = xml::declaration;
    xml::write_member(out, *payload, payload->location_name(), *held, "member");
  } else if (is_bucket_location(operation)) {
    out = xml::declaration;
    out += fmt::format("<LocationConstraint xmlns=\"{}\">{}</LocationConstraint>", space,
                       xml::escape(output.text("LocationConstraint")));
  } else if (has_body_members(shape)) {
    std::string_view root = s3 ? s3_root(operation.name()) : shape.location_name();
    const std::string usual = fmt::format("{}{}", operation.name(), s3 ? "Result" : "Response");
    if (root.empty()) root = usual;
    out = xml::declaration;
    out +=
        space.empty() ? fmt::format("<{}>", root) : fmt::format("<{} xmlns=\"{}\">", root, space);
    xml::write_members(out, shape, output, "member");
    out += fmt::format("</{}>", root);
  }
  if (!out.empty() && !response.headers.find("content-type"))
    response.headers.set("content-type", s3 ? "application/xml" : "text/xml");
}

/// Adds what a body says to the members that came by other ways.
void add_body(const Value& body, Value& out) {
  if (!body.is_object()) return;
  for (const Object::Member& member : body.as_object()) out.set(member.key, member.value);
}

Result<Value> read_body(const Operation& operation, const Shape& shape, std::string_view body,
                        bool strict) {
  if (is_json(operation)) return json_body::read(shape, body, strict);
  Result<Value> value = xml::read(body, shape);
  if (!value && strict)
    return fail(Error{Code::invalid, "MalformedXML",
                      "The XML you provided was not well-formed or did not validate against our "
                      "published schema",
                      400});
  return value;
}

/// The body's members, or the payload.
Result<void> decode_body(const Operation& operation, const Shape& shape, const std::string& body,
                         bool strict, Value& out) {
  if (std::optional<Member> payload = shape.payload()) {
    if (payload->shape().event_stream())
      return wire::unreadable(fmt::format(
          "{} answers with a stream of events, which stint does not read.", operation.name()));
    if (is_raw(*payload)) {
      if (!body.empty() || !strict) out.set(payload->name(), body);
      return {};
    }
    if (trim(body).empty()) {
      // An answer without its payload has an empty one, as botocore has it.
      if (!strict && payload->shape().type() == ShapeType::structure)
        out.set(payload->name(), Object());
      return {};
    }
    Value held = TRY(read_body(operation, payload->shape(), body, strict));
    out.set(payload->name(), std::move(held));
    return {};
  }
  if (!has_body_members(shape)) return {};
  Value members = TRY(read_body(operation, shape, body, strict));
  add_body(members, out);
  return {};
}

Result<Value> read_query(const Shape& shape, const Member& member,
                         const std::vector<uri::Parameter>& parameters) {
  const Shape type = member.shape();
  if (type.type() == ShapeType::map) {
    // A map takes all parameters that no other member claims.
    Value out;
    for (const uri::Parameter& each : parameters) {
      bool claimed = !each.has_value;
      for (std::size_t i = 0; i < shape.member_count() && !claimed; ++i)
        claimed = shape.member(i).place() == Place::query_string &&
                  shape.member(i).shape().type() != ShapeType::map &&
                  shape.member(i).location_name() == each.name;
      if (claimed) continue;
      if (type.item().type() == ShapeType::list) {
        Value items = out[each.name];
        items.push(each.value);
        out.set(each.name, std::move(items));
      } else {
        out.set(each.name, each.value);
      }
    }
    return out;
  }
  if (type.type() == ShapeType::list) {
    Value items;
    for (const uri::Parameter& each : parameters) {
      if (each.name != member.location_name()) continue;
      Value item = TRY(wire::read_scalar(type.item(), each.value));
      items.push(std::move(item));
    }
    return items;
  }
  const uri::Parameter* given = uri::find(parameters, member.location_name());
  if (!given) return Value();
  if (given->value.empty() && type.type() != ShapeType::string) return Value();
  return wire::read_scalar(type, given->value);
}

}  // namespace

Result<void> encode_request(const Operation& operation, const Value& input, net::Request& request) {
  request.method = operation.http_method();
  const std::string_view uri_template = operation.request_uri();
  const std::size_t mark = uri_template.find('?');
  std::optional<Shape> shape = operation.input();
  if (!shape) {
    request.target = uri_template;
    return {};
  }
  request.target = TRY(fill_path(operation, uri_template.substr(0, mark), input));
  std::string query(mark == uri_template.npos ? "" : uri_template.substr(mark + 1));
  for (std::size_t i = 0; i < shape->member_count(); ++i) {
    const Member member = shape->member(i);
    const Value* value = input.find(member.name());
    if (!value || value->is_null()) continue;
    if (member.place() == Place::query_string)
      add_query(member, *value, query);
    else if (member.place() == Place::header || member.place() == Place::headers)
      add_headers(member, *value, request.headers);
  }
  if (!query.empty()) request.target += "?" + query;
  TRY(check_headers(request.headers));
  encode_request_body(operation, *shape, input, request);
  if (operation.checksum_required() && !request.headers.find("content-md5"))
    request.headers.set("content-md5", base64(md5(request.body)));
  return {};
}

Result<Value> decode_request(const Operation& operation, const net::Request& request) {
  std::optional<Shape> shape = operation.input();
  Value out{Object()};
  if (!shape) return out;
  const std::vector<uri::Parameter> parameters = uri::parse_query(request.query());
  const std::optional<std::vector<uri::Label>> labels =
      uri::match(operation.request_uri(), request.path());
  for (std::size_t i = 0; i < shape->member_count(); ++i) {
    const Member member = shape->member(i);
    Value value;
    switch (member.place()) {
      case Place::uri:
        if (labels)
          for (const uri::Label& label : *labels)
            if (label.name == member.location_name())
              value = TRY(wire::read_scalar(member.shape(), label.value));
        break;
      case Place::query_string:
        value = TRY(read_query(*shape, member, parameters));
        break;
      case Place::header:
      case Place::headers:
        value = TRY(read_headers(member, request.headers, true));
        break;
      default:
        break;
    }
    if (!value.is_null()) out.set(member.name(), std::move(value));
  }
  TRY(decode_body(operation, *shape, request.body, true, out));
  return out;
}

void encode_response(const Operation& operation, const Value& output, net::Response& response) {
  std::optional<Shape> shape = operation.output();
  if (!shape) return;
  for (std::size_t i = 0; i < shape->member_count(); ++i) {
    const Member member = shape->member(i);
    const Value* value = output.find(member.name());
    if (!value || value->is_null()) continue;
    if (member.place() == Place::status_code && value->is_integer())
      response.status = static_cast<int>(value->as_integer());
    else if (member.place() == Place::header || member.place() == Place::headers)
      add_headers(member, *value, response.headers);
  }
  std::optional<Member> payload = shape->payload();
  if (payload && is_raw(*payload)) {
    const Value* held = output.find(payload->name());
    if (held && held->is_text()) response.body = held->as_text();
    return;
  }
  if (!is_json(operation)) {
    encode_xml_body(operation, *shape, output, response);
    return;
  }
  if (payload) {
    const Value* held = output.find(payload->name());
    response.body = held ? json_body::write(payload->shape(), *held) : "{}";
  } else {
    response.body = json_body::write(*shape, output);
  }
  response.headers.set("content-type", "application/json");
}

Result<Value> decode_response(const Operation& operation, const net::Response& response) {
  std::optional<Shape> shape = operation.output();
  Value out{Object()};
  if (!shape) return out;
  for (std::size_t i = 0; i < shape->member_count(); ++i) {
    const Member member = shape->member(i);
    Value value;
    if (member.place() == Place::status_code)
      value = response.status;
    else if (member.place() == Place::header || member.place() == Place::headers)
      value = TRY(read_headers(member, response.headers, false));
    // Metadata that is not there is empty metadata.
    if (member.place() == Place::headers && value.is_null()) value = Object();
    if (!value.is_null()) out.set(member.name(), std::move(value));
  }
  if (operation.http_method() == "HEAD") return out;
  if (is_bucket_location(operation)) {
    std::optional<std::string> text = xml::read_root_text(response.body);
    if (!text) return wire::unreadable("The XML does not read.");
    if (!text->empty()) out.set("LocationConstraint", *text);
    return out;
  }
  TRY(decode_body(operation, *shape, response.body, false, out));
  return out;
}

}  // namespace stint::aws::rest

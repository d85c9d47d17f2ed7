// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "aws/protocols.h"
#include "aws/wire.h"
#include "aws/xml.h"
#include "base/parts.h"
#include "base/text.h"

namespace stint::aws::query {
namespace {

bool is_ec2(const Operation& operation) {
  return operation.service().protocol() == Protocol::ec2;
}

std::string_view wire_name(const Member& member, bool ec2, std::string& buffer) {
  if (!ec2) return member.location_name();
  buffer = ec2_name(member);
  return buffer;
}

/// Appends "&A.B.1=value" parameters to a form body.
class Writer {
 public:
  Writer(std::string& out, bool ec2) : out_(out), ec2_(ec2) {}

  void structure(const Shape& shape, const Value& value) {
    std::string buffer;
    for (std::size_t i = 0; i < shape.member_count(); ++i) {
      const Member member = shape.member(i);
      const Value* held = value.find(member.name());
      if (!held || held->is_null()) continue;
      const std::size_t mark = push(wire_name(member, ec2_, buffer));
      write(member, *held, mark);
      prefix_.resize(mark);
    }
  }

 private:
  std::size_t push(std::string_view part) {
    const std::size_t mark = prefix_.size();
    if (mark) prefix_ += '.';
    prefix_ += part;
    return mark;
  }

  void parameter(std::string_view value) {
    out_ += '&';
    out_ += percent_encode(prefix_);
    out_ += '=';
    out_ += percent_encode(value);
  }

  /// `parent` is the length of the prefix before the member's own name.
  void write(const Member& member, const Value& value, std::size_t parent) {
    const Shape shape = member.shape();
    switch (shape.type()) {
      case ShapeType::structure:
        structure(shape, value);
        return;
      case ShapeType::list:
        if (value.is_list()) list(member, value.as_list(), parent);
        return;
      case ShapeType::map:
        if (value.is_object()) map(member, value.as_object());
        return;
      default:
        parameter(wire::scalar_text(shape, member.time_form(), value));
    }
  }

  void list(const Member& member, const Value::List& items, std::size_t parent) {
    const Member item = member.shape().item_member();
    if (items.empty()) {
      // The query protocol says so when a list is empty; ec2 cannot.
      if (!ec2_) parameter("");
      return;
    }
    if (!ec2_ && !member.flattened()) {
      push(item.has_location_name() ? item.location_name() : "member");
    } else if (!ec2_ && item.has_location_name()) {
      prefix_.resize(parent);
      push(item.location_name());
    }
    int number = 0;
    for (const Value& each : items) {
      const std::size_t mark = push(fmt::format("{}", ++number));
      write(item, each, mark);
      prefix_.resize(mark);
    }
  }

  void map(const Member& member, const Object& entries) {
    const Member key = member.shape().key_member(), value = member.shape().value_member();
    if (!member.flattened()) push("entry");
    int number = 0;
    for (const Object::Member& entry : entries) {
      const std::size_t mark = push(fmt::format("{}", ++number));
      std::size_t inner = push(key.has_location_name() ? key.location_name() : "key");
      parameter(entry.key);
      prefix_.resize(inner);
      inner = push(value.has_location_name() ? value.location_name() : "value");
      write(value, entry.value, inner);
      prefix_.resize(mark);
    }
  }

  std::string& out_;
  bool ec2_;
  std::string prefix_;
};

/// The parameters of a request as a tree, one level a name between dots.
struct Node {
  std::map<std::string, Node, std::less<>> children;
  std::optional<std::string> value;

  const Node* find(std::string_view name) const {
    auto found = children.find(name);
    return found == children.end() ? nullptr : &found->second;
  }
};

constexpr std::size_t most_parts = 64;  // of a name; beyond it, it is no parameter of any model

void insert(Node& root, std::string_view name, std::string value) {
  if (static_cast<std::size_t>(std::ranges::count(name, '.')) >= most_parts) return;
  Node* node = &root;
  each_part(name, '.', [&](std::string_view part) {
    auto found = node->children.find(part);
    if (found == node->children.end())
      found = node->children.emplace(std::string(part), Node()).first;
    node = &found->second;
  });
  node->value = std::move(value);
}

class Reader {
 public:
  explicit Reader(bool ec2) : ec2_(ec2) {}

  Result<Value> structure(const Shape& shape, const Node& node, int depth) {
    if (depth > wire::depth_limit) return wire::too_deep();
    Object out;
    std::string buffer;
    for (std::size_t i = 0; i < shape.member_count(); ++i) {
      const Member member = shape.member(i);
      std::string_view name = wire_name(member, ec2_, buffer);
      if (renamed(member)) name = member.shape().item_member().location_name();
      const Node* held = node.find(name);
      if (!held) continue;
      Value value = TRY(read(member, *held, depth + 1, name));
      if (!value.is_null()) out.append(std::string(member.name()), std::move(value));
    }
    return Value(std::move(out));
  }

 private:
  /// A flattened list of the query protocol goes by its item's name.
  bool renamed(const Member& member) const {
    return !ec2_ && member.flattened() && member.shape().type() == ShapeType::list &&
           member.shape().item_member().has_location_name();
  }

  Result<Value> read(const Member& member, const Node& node, int depth, std::string_view name) {
    const Shape shape = member.shape();
    switch (shape.type()) {
      case ShapeType::structure:
        return structure(shape, node, depth);
      case ShapeType::list:
        return list(member, node, depth, name);
      case ShapeType::map:
        return map(member, node, depth, name);
      default:
        return scalar(shape, node, name);
    }
  }

  Result<Value> scalar(const Shape& shape, const Node& node, std::string_view name) {
    if (!node.value) return Value();
    Result<Value> value = wire::read_scalar(shape, *node.value);
    if (value) return value;
    if (ec2_)
      return fail(Error{
          Code::invalid, "InvalidParameterValue",
          fmt::format("Invalid value '{}' for {}. {}", *node.value, name, value.error().message),
          400});
    return fail(Error{Code::invalid, "MalformedInput",
                      fmt::format("Invalid value for {}. {}", name, value.error().message), 400});
  }

  /// The children that have numbers, in their order.
  static std::vector<const Node*> numbered(const Node& node) {
    std::vector<std::pair<std::int64_t, const Node*>> found;
    for (const auto& [name, child] : node.children)
      if (std::optional<std::int64_t> number = to_integer(name))
        found.emplace_back(*number, &child);
    std::ranges::sort(found, {}, &std::pair<std::int64_t, const Node*>::first);
    std::vector<const Node*> out;
    for (const auto& [number, child] : found) out.push_back(child);
    return out;
  }

  Result<Value> list(const Member& member, const Node& node, int depth, std::string_view name) {
    if (depth > wire::depth_limit) return wire::too_deep();
    const Member item = member.shape().item_member();
    const Node* holder = &node;
    if (!ec2_ && !member.flattened()) {
      holder = node.find(item.has_location_name() ? item.location_name() : "member");
      // Old clients leave the word out.
      if (!holder) holder = &node;
    }
    Value::List items;
    for (const Node* each : numbered(*holder)) {
      Value value = TRY(read(item, *each, depth + 1, name));
      items.push_back(std::move(value));
    }
    return Value(std::move(items));
  }

  Result<Value> map(const Member& member, const Node& node, int depth, std::string_view name) {
    if (depth > wire::depth_limit) return wire::too_deep();
    const Member key = member.shape().key_member(), value = member.shape().value_member();
    const Node* holder = member.flattened() ? &node : node.find("entry");
    Object entries;
    if (!holder) return Value(std::move(entries));
    for (const Node* each : numbered(*holder)) {
      const Node* key_node = each->find(key.has_location_name() ? key.location_name() : "key");
      const Node* value_node =
          each->find(value.has_location_name() ? value.location_name() : "value");
      if (!key_node || !key_node->value || !value_node) continue;
      Value held = TRY(read(value, *value_node, depth + 1, name));
      entries.set(*key_node->value, std::move(held));
    }
    return Value(std::move(entries));
  }

  bool ec2_;
};

/// Calls `take(name, value)` for each parameter of the query string and the body, not decoded yet.
template <class Take>
void for_each_parameter(const net::Request& request, Take&& take) {
  for (std::string_view text : {request.query(), std::string_view(request.body)}) {
    if (text.empty()) continue;
    each_part(text, '&', [&](std::string_view pair) {
      if (pair.empty()) return;
      const std::size_t equals = pair.find('=');
      take(pair.substr(0, equals),
           equals == pair.npos ? std::string_view() : pair.substr(equals + 1));
    });
  }
}

}  // namespace

std::string ec2_name(const Member& member) {
  if (!member.query_name().empty()) return std::string(member.query_name());
  std::string name(member.location_name());
  if (member.has_location_name() && !name.empty() && name[0] >= 'a' && name[0] <= 'z')
    name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

std::string action_of(const net::Request& request) {
  std::string action;
  for_each_parameter(request, [&](std::string_view name, std::string_view value) {
    if (action.empty() && decodes_to(name, "Action", true)) action = percent_decode(value, true);
  });
  return action;
}

void encode_request(const Operation& operation, const Value& input, net::Request& request) {
  request.method = operation.http_method();
  request.target = "/";
  request.headers.set("content-type", "application/x-www-form-urlencoded; charset=utf-8");
  request.body = "Action=";
  request.body += operation.name();
  request.body += "&Version=";
  request.body += operation.service().api_version();
  if (std::optional<Shape> shape = operation.input())
    Writer(request.body, is_ec2(operation)).structure(*shape, input);
}

Result<Value> decode_request(const Operation& operation, const net::Request& request) {
  std::optional<Shape> shape = operation.input();
  if (!shape) return Value(Object());
  Node root;
  for_each_parameter(request, [&](std::string_view name, std::string_view value) {
    insert(root, percent_decode(name, true), percent_decode(value, true));
  });
  return Reader(is_ec2(operation)).structure(*shape, root, 0);
}

void encode_response(const Operation& operation, const Value& output, std::string_view request_id,
                     net::Response& response) {
  const bool ec2 = is_ec2(operation);
  response.headers.set("content-type", ec2 ? "text/xml;charset=UTF-8" : "text/xml");
  std::string& out = response.body;
  if (ec2) out += xml::declaration;
  out.reserve(1024);
  ((((out += '<') += operation.name()) += "Response xmlns=\"") +=
   operation.service().xml_namespace()) += "\">";
  if (ec2) xml::append_element(out, "requestId", request_id);
  if (std::optional<Shape> shape = operation.output()) {
    const std::string_view wrapper = operation.result_wrapper();
    if (!wrapper.empty()) ((out += '<') += wrapper) += '>';
    xml::write_members(out, *shape, output, ec2 ? "item" : "member");
    if (!wrapper.empty()) ((out += "</") += wrapper) += '>';
  }
  if (!ec2) {
    out += "<ResponseMetadata>";
    xml::append_element(out, "RequestId", request_id);
    out += "</ResponseMetadata>";
  }
  ((out += "</") += operation.name()) += "Response>";
}

Result<Value> decode_response(const Operation& operation, const net::Response& response) {
  std::optional<Shape> shape = operation.output();
  if (!shape) return Value(Object());
  return xml::read(response.body, *shape, {.wrapper = operation.result_wrapper()});
}

}  // namespace stint::aws::query

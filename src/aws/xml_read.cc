// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <pugixml.hpp>

#include "aws/wire.h"
#include "aws/xml.h"
#include "base/text.h"

namespace stint::aws::xml {
namespace {

using pugi::xml_node;

constexpr unsigned parse_flags =
    pugi::parse_cdata | pugi::parse_escapes | pugi::parse_ws_pcdata_single | pugi::parse_eol;

/// A name without its namespace prefix: whoever sends us XML may call the same namespace otherwise.
std::string_view local_name(const char* name) {
  std::string_view text(name);
  const std::size_t colon = text.find(':');
  return colon == text.npos ? text : text.substr(colon + 1);
}

bool is_element(const xml_node& node) {
  return node.type() == pugi::node_element;
}

xml_node child(const xml_node& parent, std::string_view name) {
  for (const xml_node& node : parent.children())
    if (is_element(node) && local_name(node.name()) == name) return node;
  return {};
}

/// The text of an element, also when comments or CDATA stand between its parts.
std::string text_of(const xml_node& node) {
  std::string out;
  for (const xml_node& part : node.children())
    if (part.type() == pugi::node_pcdata || part.type() == pugi::node_cdata) out += part.value();
  return out;
}

Result<Value> read_node(const Member& member, const xml_node& node, int depth);
Result<Value> read_structure(const Shape& shape, const xml_node& node, int depth);

bool number_or_time(ShapeType type) {
  return type != ShapeType::string && type != ShapeType::blob && type != ShapeType::boolean;
}

Result<void> read_entry(const Shape& shape, const xml_node& entry, Object& out, int depth) {
  const Member key = shape.key_member(), value = shape.value_member();
  const xml_node key_node = child(entry, key.has_location_name() ? key.location_name() : "key");
  const xml_node value_node =
      child(entry, value.has_location_name() ? value.location_name() : "value");
  if (!key_node) return wire::unreadable("An entry of a map has no key.");
  if (!value_node) return {};
  Value held = TRY(read_node(value, value_node, depth + 1));
  out.set(text_of(key_node), std::move(held));
  return {};
}

/// A shape from one element; not for flattened lists and maps, which are several.
Result<Value> read_shape(const Shape& shape, const xml_node& node, int depth) {
  if (depth > wire::depth_limit) return wire::too_deep();
  switch (shape.type()) {
    case ShapeType::structure:
      return read_structure(shape, node, depth);
    case ShapeType::list: {
      Value::List items;
      const Member item = shape.item_member();
      for (const xml_node& each : node.children()) {
        if (!is_element(each)) continue;
        Value read = TRY(read_node(item, each, depth + 1));
        items.push_back(std::move(read));
      }
      return Value(std::move(items));
    }
    case ShapeType::map: {
      Object entries;
      for (const xml_node& each : node.children())
        if (is_element(each)) TRY(read_entry(shape, each, entries, depth));
      return Value(std::move(entries));
    }
    default: {
      const std::string text = text_of(node);
      // An empty element says that there is nothing.
      if (text.empty() && number_or_time(shape.type())) return Value();
      return wire::read_scalar(shape, text);
    }
  }
}

Result<Value> read_node(const Member& member, const xml_node& node, int depth) {
  Result<Value> value = read_shape(member.shape(), node, depth);
  if (value || !value.error().message.starts_with("Expected")) return value;
  return wire::unreadable(fmt::format("{}: {}", node.name(), value.error().message));
}

Result<Value> read_flattened(const Member& member, std::string_view name, const xml_node& parent,
                             int depth) {
  if (depth > wire::depth_limit) return wire::too_deep();
  const Shape shape = member.shape();
  const bool map = shape.type() == ShapeType::map;
  Value::List items;
  Object entries;
  bool found = false;
  for (const xml_node& each : parent.children()) {
    if (!is_element(each) || local_name(each.name()) != name) continue;
    found = true;
    if (map) {
      TRY(read_entry(shape, each, entries, depth));
      continue;
    }
    Value item = TRY(read_node(shape.item_member(), each, depth + 1));
    items.push_back(std::move(item));
  }
  if (!found) return Value();
  return map ? Value(std::move(entries)) : Value(std::move(items));
}

Result<Value> read_attribute(const Member& member, const xml_node& node) {
  const std::string wanted(member.location_name());
  for (const pugi::xml_attribute& attribute : node.attributes())
    if (local_name(attribute.name()) == local_name(wanted.c_str()))
      return wire::read_scalar(member.shape(), attribute.value());
  return Value();
}

Result<Value> read_member(const Member& member, const xml_node& parent, int depth) {
  if (member.xml_attribute()) return read_attribute(member, parent);
  const ShapeType type = member.shape().type();
  if (member.flattened() && (type == ShapeType::list || type == ShapeType::map)) {
    const bool item_named =
        type == ShapeType::list && member.shape().item_member().has_location_name();
    return read_flattened(
        member, item_named ? member.shape().item_member().location_name() : member.location_name(),
        parent, depth);
  }
  const xml_node node = child(parent, member.location_name());
  if (!node) return Value();
  return read_node(member, node, depth + 1);
}

Result<Value> read_structure(const Shape& shape, const xml_node& node, int depth) {
  Object out;
  for (std::size_t i = 0; i < shape.member_count(); ++i) {
    const Member member = shape.member(i);
    if (member.place() != Place::body) continue;
    Value value = TRY(read_member(member, node, depth));
    if (!value.is_null()) out.append(std::string(member.name()), std::move(value));
  }
  return Value(std::move(out));
}

Result<xml_node> root_of(pugi::xml_document& document, std::string_view text) {
  const pugi::xml_parse_result result =
      document.load_buffer(text.data(), text.size(), parse_flags, pugi::encoding_utf8);
  if (!result)
    return wire::unreadable(
        fmt::format("The XML does not read at byte {}: {}.", result.offset, result.description()));
  xml_node root = document.document_element();
  if (!root) return wire::unreadable("The XML has no element.");
  return root;
}

}  // namespace

Result<Value> read(std::string_view text, const Shape& shape, const ReadOptions& options) {
  if (trim(text).empty()) return Value(Object());
  pugi::xml_document document;
  xml_node start = TRY(root_of(document, text));
  if (!options.wrapper.empty()) {
    start = child(start, options.wrapper);
    if (!start) return wire::unreadable(fmt::format("The XML has no {}.", options.wrapper));
  }
  Value value = TRY(read_shape(shape, start, 0));
  return value;
}

std::optional<ErrorBody> read_error(std::string_view text) {
  pugi::xml_document document;
  Result<xml_node> root = root_of(document, text);
  if (!root) return std::nullopt;
  xml_node error = *root;
  if (xml_node errors = child(error, "Errors")) error = errors;
  if (xml_node inner = child(error, "Error")) error = inner;
  if (!child(error, "Code")) return std::nullopt;
  xml_node message = child(error, "Message");
  if (!message) message = child(error, "message");
  return ErrorBody{.code = text_of(child(error, "Code")), .message = text_of(message)};
}

std::optional<std::string> read_root_text(std::string_view text) {
  pugi::xml_document document;
  Result<xml_node> root = root_of(document, text);
  if (!root) return std::nullopt;
  return text_of(*root);
}

}  // namespace stint::aws::xml

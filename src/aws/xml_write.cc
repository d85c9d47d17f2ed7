// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/wire.h"
#include "aws/xml.h"
#include "base/text.h"
#include "value/json.h"

namespace stint::aws::xml {
namespace {

/// `<name`, the namespace that the member declares, and the members that are attributes.
void open_tag(std::string& out, std::string_view name, const Member& member, const Value& value) {
  out += '<';
  out += name;
  if (!member.xml_namespace().empty()) {
    out += member.xml_prefix().empty() ? " xmlns" : " xmlns:";
    out += member.xml_prefix();
    out += "=\"" + escape(member.xml_namespace()) + '"';
  }
  if (member.shape().type() == ShapeType::structure) {
    const Shape shape = member.shape();
    for (std::size_t i = 0; i < shape.member_count(); ++i) {
      const Member attribute = shape.member(i);
      const Value* text = attribute.xml_attribute() ? value.find(attribute.name()) : nullptr;
      if (!text || text->is_null()) continue;
      out += ' ';
      out += attribute.location_name();
      out += "=\"" + escape(wire::scalar_text(attribute.shape(), TimeForm::unset, *text)) + '"';
    }
  }
  out += '>';
}

void close_tag(std::string& out, std::string_view name) {
  out += "</";
  out += name;
  out += '>';
}

void write_list(std::string& out, const Member& member, std::string_view name, const Value& value,
                std::string_view item_name) {
  const Member item = member.shape().item_member();
  const bool flat = member.flattened();
  // A flattened list's elements carry the item's name when the model gives one.
  const std::string_view element = item.has_location_name() ? item.location_name()
                                   : flat                   ? name
                                                            : item_name;
  if (!flat) open_tag(out, name, member, value);
  for (const Value& each : value.as_list())
    if (!each.is_null()) write_member(out, item, element, each, item_name);
  if (!flat) close_tag(out, name);
}

void write_map(std::string& out, const Member& member, std::string_view name, const Value& value,
               std::string_view item_name) {
  const Member key = member.shape().key_member(), held = member.shape().value_member();
  const std::string_view key_name = key.has_location_name() ? key.location_name() : "key";
  const std::string_view value_name = held.has_location_name() ? held.location_name() : "value";
  const bool flat = member.flattened();
  const std::string_view entry = flat ? name : "entry";
  if (!flat) open_tag(out, name, member, value);
  for (const Object::Member& each : value.as_object()) {
    if (each.value.is_null()) continue;
    out += '<';
    out += entry;
    out += '>';
    append_element(out, key_name, each.key);
    write_member(out, held, value_name, each.value, item_name);
    close_tag(out, entry);
  }
  if (!flat) close_tag(out, name);
}

}  // namespace

std::string escape(std::string_view text) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x80) {
      const std::size_t length = utf8_length(text.substr(i));
      // U+FFFE and U+FFFF are characters of Unicode but not of XML.
      const std::string_view whole = text.substr(i, length);
      if (length == 0 || whole == "\xEF\xBF\xBE" || whole == "\xEF\xBF\xBF")
        out += replacement;
      else
        out += whole;
      i += length ? length : 1;
      continue;
    }
    ++i;
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\r':
        out += "&#13;";
        break;
      default:
        if (c >= 0x20 || c == '\n' || c == '\t')
          out += static_cast<char>(c);
        else
          out += replacement;
    }
  }
  return out;
}

void append_element(std::string& out, std::string_view name, std::string_view text) {
  out += '<';
  out += name;
  out += '>';
  out += escape(text);
  close_tag(out, name);
}

void write_member(std::string& out, const Member& member, std::string_view name, const Value& value,
                  std::string_view item_name) {
  const Shape shape = member.shape();
  switch (shape.type()) {
    case ShapeType::list:
      if (value.is_list()) write_list(out, member, name, value, item_name);
      return;
    case ShapeType::map:
      if (value.is_object()) write_map(out, member, name, value, item_name);
      return;
    case ShapeType::structure:
      open_tag(out, name, member, value);
      write_members(out, shape, value, item_name);
      close_tag(out, name);
      return;
    default:
      open_tag(out, name, member, value);
      out += escape(wire::scalar_text(shape, member.time_form(), value));
      close_tag(out, name);
  }
}

void write_members(std::string& out, const Shape& structure, const Value& value,
                   std::string_view item_name) {
  for (std::size_t i = 0; i < structure.member_count(); ++i) {
    const Member member = structure.member(i);
    if (member.place() != Place::body || member.xml_attribute()) continue;
    const Value* held = value.find(member.name());
    if (!held || held->is_null()) continue;
    write_member(out, member, member.location_name(), *held, item_name);
  }
}

}  // namespace stint::aws::xml

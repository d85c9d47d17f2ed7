// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/wire.h"
#include "aws/xml.h"
#include "base/text.h"

namespace stint::aws::xml {
namespace {

/// Bytes that stand for themselves: printable ASCII without what XML gives a meaning to.
constexpr std::array<bool, 256> plain_bytes = [] {
  std::array<bool, 256> plain{};
  for (int c = 0x20; c < 0x80; ++c) plain[static_cast<std::size_t>(c)] = true;
  for (const char c : {'&', '<', '>', '"'}) plain[static_cast<unsigned char>(c)] = false;
  plain['\n'] = plain['\t'] = true;
  return plain;
}();

/// One special character at the start of a text; how many bytes it took.
std::size_t escape_one(std::string& out, std::string_view text) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  const auto c = static_cast<unsigned char>(text[0]);
  if (c >= 0x80) {
    const std::size_t length = utf8_length(text);
    // U+FFFE and U+FFFF are characters of Unicode but not of XML.
    const std::string_view whole = text.substr(0, length);
    out += length == 0 || whole == "\xEF\xBF\xBE" || whole == "\xEF\xBF\xBF" ? replacement : whole;
    return length ? length : 1;
  }
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
      out += replacement;
  }
  return 1;
}

/// Writes elements by the model. What the model says of a structure is looked up once for a body,
/// however many rows of it there are: most of the bytes of a long answer are its tags.
class Writer {
 public:
  /// `item_name`: what an unnamed list item is called.
  Writer(std::string& out, std::string_view item_name) : out_(out), item_name_(item_name) {}

  void members(const Shape& structure, const Value& value) { members(layout(structure), value); }
  void member(const Member& member, std::string_view name, const Value& value) {
    Element element = make(member, name);
    write(element, value);
  }

 private:
  struct Layout;
  /// A member by the name it goes by here.
  struct Element {
    Member member;
    ShapeType type = ShapeType::string;
    bool in_body = false;
    bool flattened = false;
    bool bare = false;  ///< its tag is the name alone: no namespace, and no attributes
    std::string_view key, name;
    std::string opening, closing;  ///< its bare tags, made when it comes a second time
    bool seen = false;
    Layout* layout = nullptr;       ///< of a structure, once it was needed
    std::unique_ptr<Element> item;  ///< of a list, once it was needed
  };
  struct Layout {
    std::vector<Element> elements;  ///< all members, in the model's order
    /// By the member that came before (0: none), plus one: the member that followed it last time.
    std::vector<std::size_t> next;
    bool attributes = false;
  };

  static Element make(const Member& member, std::string_view name) {
    const Shape shape = member.shape();
    Element element{.member = member, .type = shape.type()};
    element.in_body = member.place() == Place::body && !member.xml_attribute();
    element.flattened = member.flattened();
    element.bare = member.xml_namespace().empty();
    element.key = member.name();
    element.name = name;
    return element;
  }

  /// Kept by where the shape's name lies in the model, which no two shapes share.
  Layout& layout(const Shape& structure) {
    const auto [found, fresh] = layouts_.try_emplace(structure.name().data());
    Layout& made = found->second;
    if (!fresh) return made;
    made.elements.reserve(structure.member_count());
    for (std::size_t i = 0; i < structure.member_count(); ++i) {
      const Member member = structure.member(i);
      made.elements.push_back(make(member, member.location_name()));
      made.attributes = made.attributes || member.xml_attribute();
    }
    made.next.resize(made.elements.size() + 1);
    return made;
  }

  void members(Layout& layout, const Value& value) {
    if (!value.is_object() || layout.elements.empty()) return;
    const std::size_t start = held_.size(), count = layout.elements.size();
    held_.resize(start + count, nullptr);
    std::size_t before = 0;
    for (const Object::Member& each : value.as_object()) {
      std::size_t at = layout.next[before];
      if (layout.elements[at].key != each.key) {
        for (at = 0; at < count && layout.elements[at].key != each.key;) ++at;
        if (at == count) continue;  // the model does not know it
        layout.next[before] = at;
      }
      before = at + 1;
      if (!each.value.is_null()) held_[start + at] = &each.value;
    }
    for (std::size_t i = 0; i < count; ++i)
      if (const Value* held = held_[start + i]; held && layout.elements[i].in_body)
        write(layout.elements[i], *held);
    held_.resize(start);
  }

  void write(Element& element, const Value& value) {
    switch (element.type) {
      case ShapeType::list:
        if (value.is_list()) list(element, value);
        return;
      case ShapeType::map:
        if (value.is_object()) map(element, value);
        return;
      case ShapeType::structure:
        if (!element.layout) {
          element.layout = &layout(element.member.shape());
          element.bare = element.bare && !element.layout->attributes;
        }
        open(element, value);
        members(*element.layout, value);
        close(element);
        return;
      default:
        open(element, value);
        scalar(element, value);
        close(element);
    }
  }

  void scalar(const Element& element, const Value& value) {
    const bool as_is = element.type != ShapeType::timestamp && element.type != ShapeType::blob;
    if (as_is && value.is_text())
      append_escaped(out_, value.as_text());
    else
      append_escaped(out_,
                     wire::scalar_text(element.member.shape(), element.member.time_form(), value));
  }

  /// `<name`, the namespace that the member declares, and the members that are attributes.
  void open(Element& element, const Value& value) {
    if (element.bare && !element.opening.empty()) {
      out_ += element.opening;
      return;
    }
    (out_ += '<') += element.name;
    if (element.bare) {
      out_ += '>';
      if (std::exchange(element.seen, true)) {
        ((element.opening = "<") += element.name) += '>';
        ((element.closing = "</") += element.name) += '>';
      }
      return;
    }
    const Member& member = element.member;
    if (!member.xml_namespace().empty()) {
      out_ += member.xml_prefix().empty() ? " xmlns" : " xmlns:";
      out_ += member.xml_prefix();
      attribute(member.xml_namespace());
    }
    const Shape shape = member.shape();
    for (std::size_t i = 0; i < shape.member_count(); ++i) {
      const Member one = shape.member(i);
      const Value* text = one.xml_attribute() ? value.find(one.name()) : nullptr;
      if (!text || text->is_null()) continue;
      out_ += ' ';
      out_ += one.location_name();
      attribute(wire::scalar_text(one.shape(), TimeForm::unset, *text));
    }
    out_ += '>';
  }

  void close(const Element& element) {
    if (element.closing.empty())
      ((out_ += "</") += element.name) += '>';
    else
      out_ += element.closing;
  }

  void attribute(std::string_view text) {
    out_ += "=\"";
    append_escaped(out_, text);
    out_ += '"';
  }

  void list(Element& element, const Value& value) {
    if (!element.item) {
      const Member item = element.member.shape().item_member();
      // A flattened list's elements carry the item's name when the model gives one.
      const std::string_view name = item.has_location_name() ? item.location_name()
                                    : element.flattened      ? element.name
                                                             : item_name_;
      element.item = std::make_unique<Element>(make(item, name));
    }
    if (!element.flattened) open(element, value);
    for (const Value& each : value.as_list())
      if (!each.is_null()) write(*element.item, each);
    if (!element.flattened) close(element);
  }

  void map(Element& element, const Value& value) {
    const Shape shape = element.member.shape();
    const Member key = shape.key_member(), held = shape.value_member();
    const std::string_view key_name = key.has_location_name() ? key.location_name() : "key";
    const std::string_view entry_name = element.flattened ? element.name : "entry";
    Element entry = make(held, held.has_location_name() ? held.location_name() : "value");
    if (!element.flattened) open(element, value);
    for (const Object::Member& each : value.as_object()) {
      if (each.value.is_null()) continue;
      ((out_ += '<') += entry_name) += '>';
      append_element(out_, key_name, each.key);
      write(entry, each.value);
      ((out_ += "</") += entry_name) += '>';
    }
    if (!element.flattened) close(element);
  }

  std::string& out_;
  std::string_view item_name_;
  std::map<const char*, Layout> layouts_;
  std::vector<const Value*> held_;  ///< the members of the structures that are being written
};

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (plain_bytes[static_cast<unsigned char>(text[i])]) {
      ++i;
      continue;
    }
    out += text.substr(start, i - start);
    i += escape_one(out, text.substr(i));
    start = i;
  }
  out += text.substr(start);
}

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_escaped(out, text);
  return out;
}

void append_element(std::string& out, std::string_view name, std::string_view text) {
  out += '<';
  out += name;
  out += '>';
  append_escaped(out, text);
  out += "</";
  out += name;
  out += '>';
}

void write_member(std::string& out, const Member& member, std::string_view name, const Value& value,
                  std::string_view item_name) {
  Writer(out, item_name).member(member, name, value);
}

void write_members(std::string& out, const Shape& structure, const Value& value,
                   std::string_view item_name) {
  Writer(out, item_name).members(structure, value);
}

}  // namespace stint::aws::xml

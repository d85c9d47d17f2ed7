// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "value/json.h"
#include "value/yaml.h"
#include "value/yaml_scalar.h"

namespace stint {
namespace {

/// yaml-cpp and others give up on a key of the short form beyond 1024 characters.
constexpr std::size_t longest_short_key = 1000;

/// Characters that only a double-quoted text can hold: control characters, and those that YAML
/// takes for line ends or a byte order mark.
bool needs_escapes(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) return true;
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) return true;
    const std::string_view character = text.substr(i, length);
    if (character >= "\xC2\x80" && character <= "\xC2\x9F") return true;
    if (character == "\xE2\x80\xA8" || character == "\xE2\x80\xA9" || character == "\xEF\xBB\xBF")
      return true;
    i += length;
  }
  return false;
}

/// "2012-10-17": text to us, a date to other readers of YAML.
bool looks_like_date(std::string_view text) {
  return text.size() >= 8 &&
         std::ranges::all_of(text.substr(0, 4), [](char c) { return c >= '0' && c <= '9'; }) &&
         text[4] == '-';
}

bool plain_is_safe(std::string_view text) {
  if (text.empty() || text.find_first_of("\n\t") != text.npos || needs_escapes(text)) return false;
  constexpr std::string_view indicators = "-?:,[]{}#&*!|>'\"%@`=<";
  if (indicators.find(text.front()) != indicators.npos) return false;
  if (text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  if (text.starts_with("...")) return false;
  if (text.find(": ") != text.npos || text.find(" #") != text.npos) return false;
  const PlainScalar plain = resolve_plain(text);
  return plain.value.is_text() && plain.remark.empty() && !looks_like_date(text);
}

void write_quoted(std::string& out, std::string_view text) {
  if (text.find_first_of("\n\t") != text.npos || needs_escapes(text)) {
    // JSON's quoted form is YAML's, but for what only YAML takes for line ends.
    const std::string json = to_json(Value(text));
    for (std::size_t i = 0; i < json.size();) {
      const std::size_t length = utf8_length(std::string_view(json).substr(i));
      const std::string_view character(json.data() + i, length);
      if (character == "\x7F" || (length > 1 && needs_escapes(character))) {
        std::uint32_t code = static_cast<unsigned char>(character[0]);
        if (length == 2) code = (code & 0x1F) << 6 | (character[1] & 0x3F);
        if (length == 3)
          code = (code & 0x0F) << 12 | (character[1] & 0x3F) << 6 | (character[2] & 0x3F);
        out += fmt::format("\\u{:04x}", code);
      } else {
        out += character;
      }
      i += length;
    }
    return;
  }
  out += '\'';
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  out += '\'';
}

void write_one_line(std::string& out, std::string_view text) {
  if (plain_is_safe(text))
    out += text;
  else
    write_quoted(out, text);
}

bool wants_block(std::string_view text) {
  if (text.find('\n') == text.npos || needs_escapes(text)) return false;
  // Readers disagree about a first or last line of nothing but blanks.
  const auto blank = [&](std::string_view line) {
    return !line.empty() && line.find_first_not_of(" \t") == line.npos;
  };
  const auto lines = split(text, '\n');
  return text.find_first_not_of("\n \t") != text.npos && !blank(lines.front()) &&
         !blank(lines.back());
}

/// A literal block, its lines indented by `indent` blanks.
void write_block(std::string& out, std::string_view text, std::size_t indent) {
  out += '|';
  // The reader takes the first line's blanks for the indentation unless it is told.
  const auto first = text.find_first_not_of('\n');
  if (text[first] == ' ' || text[first] == '\t' || first > 0) out += '2';
  if (!text.ends_with('\n')) out += '-';
  if (text.ends_with("\n\n")) out += '+';
  if (text.ends_with('\n')) text.remove_suffix(1);
  for (const std::string_view line : split(text, '\n')) {
    out += '\n';
    if (!line.empty()) out.append(indent, ' ');
    out += line;
  }
}

std::string number_text(double number) {
  std::string text = to_json(Value(number));
  // YAML 1.1 knows no number without a point: 1e+22 would be text.
  if (const auto e = text.find('e'); e != text.npos && text.find('.') == text.npos)
    text.insert(e, ".0");
  return text;
}

void write_node(std::string& out, const Value& value, std::size_t indent);

void line(std::string& out, std::size_t indent) {
  out += '\n';
  out.append(indent, ' ');
}

/// What follows "key:" or a long key's ":" on the same line or below it.
void write_member_value(std::string& out, const Value& value, std::size_t indent) {
  if ((value.is_list() || value.is_object()) && value.size() > 0) {
    line(out, indent + 2);
    write_node(out, value, indent + 2);
  } else {
    out += ' ';
    write_node(out, value, indent);
  }
}

/// `indent`: the column of this node's lines; a list or map begins where `out` ends.
void write_node(std::string& out, const Value& value, std::size_t indent) {
  switch (value.kind()) {
    case Value::Kind::number:
      out += number_text(value.as_number());
      return;
    case Value::Kind::text:
      if (wants_block(value.as_text()))
        write_block(out, value.as_text(), indent + 2);
      else
        write_one_line(out, value.as_text());
      return;
    case Value::Kind::list: {
      if (value.size() == 0) break;
      bool first = true;
      for (const Value& item : value.as_list()) {
        if (!first) line(out, indent);
        first = false;
        out += "- ";
        const bool inside = (item.is_list() || item.is_object()) && item.size() > 0;
        write_node(out, item, inside ? indent + 2 : indent);
      }
      return;
    }
    case Value::Kind::object: {
      if (value.size() == 0) break;
      bool first = true;
      for (const Object::Member& member : value.as_object()) {
        if (!first) line(out, indent);
        first = false;
        std::string key;
        write_one_line(key, member.key);
        if (key.size() > longest_short_key) {
          out += "? " + key;
          line(out, indent);
        } else {
          out += key;
        }
        out += ':';
        write_member_value(out, member.value, indent);
      }
      return;
    }
    default:
      break;
  }
  out += to_json(value);  // null, true, 12, [] and {} are alike in both
}

}  // namespace

std::string to_yaml(const Value& value) {
  std::string out;
  write_node(out, value, 0);
  out += '\n';
  return out;
}

}  // namespace stint

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/template.h"

#include <fmt/core.h>

#include "base/text.h"
#include "value/json.h"

namespace stint::document {
namespace {

bool word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool all(std::string_view text, std::string_view also) {
  for (const char c : text)
    if (!word_char(c) && also.find(c) == also.npos) return false;
  return !text.empty();
}

/// What stands between the braces, trimmed; none when it is not a reference.
std::optional<Reference> read_reference(std::string_view text) {
  using Kind = Reference::Kind;
  Reference out;
  out.text = text;
  const auto colon = text.find(':');
  if (colon != text.npos) {
    const std::string_view space = text.substr(0, colon), name = text.substr(colon + 1);
    if (space == "ssm" && all(name, "./-:")) {
      out.kind = Kind::ssm;
      out.name = name;
      return out;
    }
    if (!all(name, "")) return std::nullopt;
    if (space == "global" || space == "automation") {
      out.kind = Kind::system;
      out.name = text;
      return out;
    }
    if (space != "variable") return std::nullopt;
    out.kind = Kind::variable;
    out.name = name;
    return out;
  }
  const auto dot = text.find('.');
  if (dot == text.npos) {
    if (!all(text, "")) return std::nullopt;
    out.name = text;
    return out;
  }
  // Access to members (step.Output.key) is read as a reference that will never resolve (C-56):
  // left as text it would reach an API.
  if (!all(text.substr(0, dot), "") || !all(text.substr(dot + 1), ".-[]")) return std::nullopt;
  out.kind = Kind::step_output;
  out.name = text.substr(0, dot);
  out.output = text.substr(dot + 1);
  return out;
}

std::unexpected<Error> unresolved(const Reference& reference) {
  return fail(Code::not_found, fmt::format("Failed to resolve input: {}.", reference.text));
}

}  // namespace

void Template::compile_text(const Filter& filter) {
  const std::string& text = source_.as_text();
  std::string piece;
  std::size_t at = 0;
  for (;;) {
    const auto open = text.find("{{", at);
    if (open == text.npos) break;
    std::size_t inside = open + 2;
    while (inside < text.size() && blank(text[inside])) ++inside;
    const auto close = text.find('}', inside);
    std::optional<Reference> found;
    if (close != text.npos && text.compare(close, 2, "}}") == 0)
      found = read_reference(trim(std::string_view(text).substr(inside, close - inside)));
    if (found) found->where = source_.where();
    if (!found || (filter && !filter(*found))) {
      piece.append(text, at, open + 1 - at);  // one brace on: "{{{ x }}}" holds {{ x }}
      at = open + 1;
      continue;
    }
    piece.append(text, at, open - at);
    pieces_.push_back(std::move(piece));
    piece.clear();
    references_.push_back(std::move(*found));
    at = close + 2;
  }
  if (references_.empty()) return;
  piece.append(text, at);
  pieces_.push_back(std::move(piece));
  const bool whole = references_.size() == 1 && pieces_[0].empty() && pieces_[1].empty();
  kind_ = whole ? Kind::whole : Kind::text;
}

Template Template::compile(const Value& value, const Filter& filter) {
  Template out;
  out.source_ = value;
  if (value.is_text()) {
    out.compile_text(filter);
  } else if (value.is_list()) {
    out.items_.reserve(value.size());
    for (const Value& item : value.as_list()) {
      out.items_.push_back(compile(item, filter));
      if (!out.items_.back().constant()) out.kind_ = Kind::list;
    }
  } else if (value.is_object()) {
    out.members_.reserve(value.size());
    for (const Object::Member& member : value.as_object()) {
      out.members_.emplace_back(member.key, compile(member.value, filter));
      if (!out.members_.back().second.constant()) out.kind_ = Kind::object;
    }
  }
  return out;
}

std::vector<Reference*> Template::references() {
  std::vector<Reference*> out;
  if (constant()) return out;
  for (Reference& reference : references_) out.push_back(&reference);
  const auto add = [&](Template& child) {
    for (Reference* reference : child.references()) out.push_back(reference);
  };
  for (Template& item : items_) add(item);
  for (auto& member : members_) add(member.second);
  return out;
}

std::vector<const Reference*> Template::references() const {
  // The other overload changes nothing itself.
  const auto found = const_cast<Template*>(this)->references();
  return {found.begin(), found.end()};
}

Result<Value> Template::resolve(const Lookup& lookup) const {
  switch (kind_) {
    case Kind::constant:
      break;
    case Kind::whole: {
      const Value* found = lookup.find(references_.front());
      if (!found) return unresolved(references_.front());
      return *found;
    }
    case Kind::text: {
      std::string out = pieces_[0];
      for (std::size_t i = 0; i < references_.size(); ++i) {
        const Value* found = lookup.find(references_[i]);
        if (!found) return unresolved(references_[i]);
        if (found->is_text())
          out += found->as_text();
        else
          out += render(*found);
        out += pieces_[i + 1];
      }
      return Value(std::move(out));
    }
    case Kind::list: {
      Value::List out;
      out.reserve(items_.size());
      for (const Template& item : items_) {
        Value value = TRY(item.resolve(lookup));
        // R4: a list in the place of one item becomes part of the list.
        if (item.kind_ == Kind::whole && value.is_list())
          out.insert(out.end(), value.as_list().begin(), value.as_list().end());
        else
          out.push_back(std::move(value));
      }
      return Value(std::move(out));
    }
    case Kind::object: {
      Object out;
      out.reserve(members_.size());
      for (const auto& [key, member] : members_) {
        if (member.constant()) {
          out.append(key, member.source_);
          continue;
        }
        Value value = TRY(member.resolve(lookup));
        out.append(key, std::move(value));
      }
      return Value(std::move(out));
    }
  }
  return source_;
}

Result<std::optional<Value>> Template::resolve_optional(const Lookup& lookup) const {
  if (kind_ == Kind::whole) {
    const Value* found = lookup.find(references_.front());
    return found ? std::optional(*found) : std::nullopt;
  }
  Value value = TRY(resolve(lookup));
  return std::optional(std::move(value));
}

const Template* Template::find(std::string_view key) const {
  for (const auto& [name, member] : members_)
    if (name == key) return &member;
  return nullptr;
}

std::string render(const Value& value) {
  if (value.is_text()) return value.as_text();
  return value.is_null() ? std::string() : to_json(value);
}

}  // namespace stint::document

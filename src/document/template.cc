// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/template.h"

#include <algorithm>
#include <utility>

#include "value/json.h"

namespace stint::document {
namespace {

bool name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, name_character);
}
/// Outputs of runCommand and child automations have odd names ("AttachIAM.AssociationId").
bool is_output(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return name_character(c) || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
  });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<Reference> parse_reference(std::string_view inside, Where where) {
  std::string_view text = trimmed(inside);
  Reference out;
  out.text = text;
  out.where = where;
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    std::string_view space = text.substr(0, colon), name = trimmed(text.substr(colon + 1));
    if (space == "global" || space == "automation") {
      if (!is_name(name)) return {};
      out.kind = Reference::Kind::system;
      out.name = std::string(space) + ':' + std::string(name);
      return out;
    }
    if (space == "variable") {
      if (!is_name(name)) return {};
      out.kind = Reference::Kind::variable;
      out.name = name;
      return out;
    }
    if (space == "ssm") {
      if (name.empty() || name.contains(' ')) return {};
      out.kind = Reference::Kind::ssm;
      out.name = name;
      return out;
    }
  }
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) {
    if (!is_name(text)) return {};
    out.name = text;
    return out;
  }
  if (!is_name(text.substr(0, dot)) || !is_output(text.substr(dot + 1))) return {};
  out.kind = Reference::Kind::step_output;
  out.name = text.substr(0, dot);
  out.output = text.substr(dot + 1);
  return out;
}

/// The references of a text and the pieces around them (always one more piece than references).
void split_text(const std::string& text, Where where, std::vector<Reference>& references,
                std::vector<std::string>& pieces) {
  std::string piece;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find("{{", at);
    if (open == std::string::npos) break;
    const std::size_t close = text.find("}}", open + 2);
    if (close == std::string::npos) break;
    std::optional<Reference> found =
        parse_reference(std::string_view(text).substr(open + 2, close - open - 2), where);
    if (!found) {  // not a reference: stays text (R7); a real one may begin one brace later
      piece.append(text, at, open + 1 - at);
      at = open + 1;
      continue;
    }
    piece.append(text, at, open - at);
    pieces.push_back(std::exchange(piece, {}));
    references.push_back(std::move(*found));
    at = close + 2;
  }
  piece.append(text, at, std::string::npos);
  pieces.push_back(std::move(piece));
}

std::unexpected<Error> absent(const Reference& reference) {
  return fail(Code::not_found, "Failed to resolve input: " + reference.text + ".");
}

}  // namespace

std::string render(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::text:
      return value.as_text();
    case Value::Kind::null:
      return "";
    default:
      return to_json(value);
  }
}

Template Template::compile(const Value& value) {
  Template out;
  out.source_ = value;
  if (value.is_text()) {
    if (!value.as_text().contains("{{")) return out;
    split_text(value.as_text(), value.where(), out.references_, out.pieces_);
    if (out.references_.empty()) {
      out.pieces_.clear();
      return out;
    }
    const bool whole = out.references_.size() == 1 && trimmed(out.pieces_[0]).empty() &&
                       trimmed(out.pieces_[1]).empty();
    out.kind_ = whole ? Kind::whole : Kind::text;
  } else if (value.is_list()) {
    for (const Value& item : value.as_list()) out.items_.push_back(compile(item));
    if (!std::ranges::all_of(out.items_, &Template::constant)) out.kind_ = Kind::list;
  } else if (value.is_object()) {
    bool constant = true;
    for (const auto& [key, member, where] : value.as_object()) {
      out.members_.emplace_back(key, compile(member));  // values only, never keys (R1)
      constant = constant && out.members_.back().second.constant();
    }
    if (!constant) out.kind_ = Kind::object;
  }
  return out;
}

std::vector<const Reference*> Template::references() const {
  std::vector<const Reference*> out;
  for (const Reference& reference : references_) out.push_back(&reference);
  for (const Template& item : items_)
    for (const Reference* reference : item.references()) out.push_back(reference);
  for (const auto& [key, member] : members_)
    for (const Reference* reference : member.references()) out.push_back(reference);
  return out;
}

std::vector<Reference*> Template::references() {
  std::vector<Reference*> out;
  for (const Reference* reference : std::as_const(*this).references())
    out.push_back(const_cast<Reference*>(reference));  // ours, and we are not const
  return out;
}

const Template* Template::find(std::string_view key) const {
  auto found = std::ranges::find(members_, key, &std::pair<std::string, Template>::first);
  return found == members_.end() ? nullptr : &found->second;
}

Result<Value> Template::resolve(const Lookup& lookup) const {
  switch (kind_) {
    case Kind::constant:
      return source_;
    case Kind::whole: {
      const Value* found = lookup.find(references_[0]);
      if (!found) return absent(references_[0]);
      return *found;
    }
    case Kind::text: {
      std::string out = pieces_[0];
      for (std::size_t i = 0; i < references_.size(); ++i) {
        const Value* found = lookup.find(references_[i]);
        if (!found) return absent(references_[i]);
        if (found->is_text()) {
          out += found->as_text();
        } else {
          out += render(*found);
        }
        out += pieces_[i + 1];
      }
      return Value(std::move(out)).at(source_.where());
    }
    case Kind::list: {
      Value::List out;
      out.reserve(items_.size());
      for (const Template& item : items_) {
        Value value = TRY(item.resolve(lookup));
        if (item.kind_ == Kind::whole && value.is_list()) {  // R4: spliced
          out.insert(out.end(), value.as_list().begin(), value.as_list().end());
        } else {
          out.push_back(std::move(value));
        }
      }
      return Value(std::move(out)).at(source_.where());
    }
    case Kind::object: {
      Object out;
      out.reserve(members_.size());
      for (const auto& [key, member] : members_) {
        Value value = TRY(member.resolve(lookup));
        out.append(key, std::move(value));
      }
      return Value(std::move(out)).at(source_.where());
    }
  }
  return fail(Code::internal, "a template of no kind");
}

Result<std::optional<Value>> Template::resolve_optional(const Lookup& lookup) const {
  if (kind_ == Kind::whole && !lookup.find(references_[0])) return std::optional<Value>();
  Value value = TRY(resolve(lookup));
  return std::optional<Value>(std::move(value));
}

}  // namespace stint::document

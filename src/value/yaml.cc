// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "value/yaml.h"

#include <fmt/core.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <unordered_set>

#include "base/text.h"
#include "value/yaml_scalar.h"

namespace stint {
namespace {

/// Ends the reading from inside a callback of yaml-cpp; never leaves this file.
struct Stop {
  Where where;
  std::string sentence;
};

/// yaml-cpp counts bytes, people and editors count characters.
class Places {
 public:
  explicit Places(std::string_view text) : text_(text) {
    starts_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i)
      if (text[i] == '\n') starts_.push_back(i + 1);
  }

  Where at(const YAML::Mark& mark) {
    if (mark.is_null()) return {};
    const auto line = std::min(static_cast<std::size_t>(mark.line), starts_.size() - 1);
    const std::size_t start = starts_[line];
    const std::size_t to = std::min(start + static_cast<std::size_t>(mark.column), text_.size());
    // Marks mostly move to the right: going on from the last one keeps long lines linear.
    if (line != line_ || to < counted_) {
      line_ = line;
      counted_ = start;
      columns_ = 0;
    }
    for (; counted_ < to; ++counted_)
      if ((static_cast<unsigned char>(text_[counted_]) & 0xC0) != 0x80) ++columns_;
    return {static_cast<std::uint32_t>(line + 1), columns_ + 1};
  }

  std::string_view from(const YAML::Mark& mark) const {
    return mark.pos < 0 ? std::string_view()
                        : text_.substr(std::min<std::size_t>(text_.size(), mark.pos));
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
  std::size_t line_ = 0, counted_ = 0;
  std::uint32_t columns_ = 0;
};

/// Builds the Value from yaml-cpp's events: an explicit stack of open lists and maps.
class Builder final : public YAML::EventHandler {
 public:
  Builder(Places& places, std::vector<Remark>* remarks, const ReadLimits& limits)
      : places_(places), remarks_(remarks), limits_(limits) {}

  Value take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (!started_) {
      started_ = true;
      return;
    }
    throw Stop{places_.at(mark), places_.from(mark).starts_with("---")
                                     ? "a second document begins here: only one is allowed"
                                     : "expected the end of the document"};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Where where = places_.at(mark);
    if (wants_key()) throw Stop{where, "a key must be text"};
    add(Value().at(where), anchor, {});
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    const Where where = places_.at(mark);
    if (!closed(places_.from(mark))) throw Stop{where, "this text has no closing quote"};
    if (wants_key()) {
      check_tag(tag, "str", where);
      return key(text, where, tag == "?");
    }
    add(scalar(tag, text, where).at(where), anchor, {});
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Where where = places_.at(mark);
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Stop{where, "an alias must not stand inside its own anchor"};
    if (wants_key()) throw Stop{where, "an alias cannot be a key"};
    // Shared values make aliases cheap to read but not to walk: a few lines could stand for
    // billions of values.
    if (found->second.extent.nodes + nodes_ > most_alias_nodes)
      throw Stop{where, fmt::format("the aliases stand for more than {} values", most_alias_nodes)};
    if (depth() + found->second.extent.depth > limits_.depth) throw Stop{where, too_deep()};
    nodes_ += found->second.extent.nodes;
    const Anchor copy = found->second;
    add(copy.value, YAML::NullAnchor, copy.extent);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, "seq", anchor, Value(Value::List()));
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, "map", anchor, Value(Object()));
  }
  void OnMapEnd() override { close(); }

 private:
  static constexpr std::size_t most_alias_nodes = 100'000;

  /// How much a value holds when its aliases are written out.
  struct Extent {
    std::size_t nodes = 1;
    int depth = 0;
  };
  struct Anchor {
    Value value;
    Extent extent;
  };
  struct Open {
    YAML::anchor_t anchor;
    Where where;
    bool map;
    Value::List items;
    Object members;
    std::optional<std::string> key;
    Where key_where;
    bool merge = false;  // the key is "<<"
    std::vector<Value> merged;
    std::unordered_set<std::string> seen;  // once a map is too large to scan
    Extent extent;
  };

  /// yaml-cpp takes the end of the text for the end of a quoted scalar.
  static bool closed(std::string_view text) {
    if (text.empty() || (text[0] != '\'' && text[0] != '"')) return true;
    for (std::size_t i = 1; i < text.size(); ++i) {
      if (text[0] == '"' && text[i] == '\\')
        ++i;
      else if (text[i] == text[0] && text[0] == '\'' && text.substr(i + 1).starts_with('\''))
        ++i;
      else if (text[i] == text[0])
        return true;
    }
    return false;
  }

  int depth() const { return static_cast<int>(stack_.size()); }
  std::string too_deep() const {
    return fmt::format("the text is nested deeper than {} levels", limits_.depth);
  }
  bool wants_key() const { return !stack_.empty() && stack_.back().map && !stack_.back().key; }

  void check_tag(const std::string& tag, std::string_view kind, Where where) const {
    constexpr std::string_view standard = "tag:yaml.org,2002:";
    if (tag.empty() || tag == "?" || tag == "!") return;
    if (tag.starts_with(standard) && std::string_view(tag).substr(standard.size()) == kind) return;
    throw Stop{where, fmt::format("the tag {} is not supported here", tag)};
  }

  Value scalar(const std::string& tag, const std::string& text, Where where) {
    constexpr std::string_view standard = "tag:yaml.org,2002:";
    if (tag == "!") return Value(text);  // quoted, or a block
    if (tag != "?" && !tag.empty()) {
      const std::string_view kind =
          tag.starts_with(standard) ? std::string_view(tag).substr(standard.size()) : "";
      if (kind == "str") return Value(text);
      Value value = resolve_plain(text).value;
      if ((kind == "int" && value.is_integer()) || (kind == "bool" && value.is_bool()) ||
          (kind == "null" && value.is_null()))
        return value;
      if (kind == "float" && value.is_number()) return Value(value.as_number());
      throw Stop{where, fmt::format("the tag {} is not supported here", tag)};
    }
    PlainScalar plain = resolve_plain(text);
    if (!plain.remark.empty() && remarks_)
      remarks_->push_back(
          {where, fmt::format("\"{}\" {}: quote it if it is meant as text", text, plain.remark)});
    return std::move(plain.value);
  }

  void key(const std::string& text, Where where, bool plain) {
    Open& map = stack_.back();
    map.merge = plain && text == "<<";
    constexpr std::size_t scan_limit = 16;
    if (!map.merge) {
      if (map.members.size() == scan_limit)
        for (const Object::Member& member : map.members) map.seen.insert(member.key);
      if (map.members.size() < scan_limit ? map.members.contains(text)
                                          : !map.seen.insert(text).second)
        throw Stop{where, fmt::format("the key \"{}\" is written twice", text)};
    }
    map.key = text;
    map.key_where = where;
  }

  void open(const YAML::Mark& mark, const std::string& tag, std::string_view kind,
            YAML::anchor_t anchor, Value empty) {
    const Where where = places_.at(mark);
    check_tag(tag, kind, where);
    if (wants_key()) throw Stop{where, "a key must be text, not a list or a map"};
    if (depth() >= limits_.depth) throw Stop{where, too_deep()};
    stack_.push_back({.anchor = anchor, .where = where, .map = empty.is_object()});
  }

  void close() {
    Open done = std::move(stack_.back());
    stack_.pop_back();
    // A map's own keys win over merged ones, an earlier merged map over a later one.
    for (const Value& from : done.merged)
      for (const Object::Member& member : from.as_object())
        if (!done.members.contains(member.key))
          done.members.append(member.key, member.value, member.key_where);
    Value value = done.map ? Value(std::move(done.members)) : Value(std::move(done.items));
    ++done.extent.depth;
    add(std::move(value.at(done.where)), done.anchor, done.extent);
  }

  void add(Value value, YAML::anchor_t anchor, Extent extent) {
    if (anchor != YAML::NullAnchor) anchors_[anchor] = {value, extent};
    if (stack_.empty()) {
      root_ = std::move(value);
      return;
    }
    Open& into = stack_.back();
    into.extent.nodes += extent.nodes;
    into.extent.depth = std::max(into.extent.depth, extent.depth);
    if (!into.map) {
      into.items.push_back(std::move(value));
    } else if (into.merge) {
      merge(into, value);
      into.key.reset();
    } else {
      into.members.append(std::move(*into.key), std::move(value), into.key_where);
      into.key.reset();
    }
  }

  static void merge(Open& into, const Value& value) {
    const auto take = [&](const Value& one) {
      if (!one.is_object()) throw Stop{into.key_where, "<< must be followed by a map"};
      into.merged.push_back(one);
    };
    if (value.is_list())
      for (const Value& one : value.as_list()) take(one);
    else
      take(value);
  }

  Places& places_;
  std::vector<Remark>* remarks_;
  const ReadLimits& limits_;
  bool started_ = false;
  std::size_t nodes_ = 0;  // that aliases stand for
  Value root_;
  std::vector<Open> stack_;
  std::map<YAML::anchor_t, Anchor> anchors_;
};

std::unexpected<Error> error_at(Where where, std::string_view sentence) {
  return fail(Code::invalid,
              fmt::format("line {}, column {}: {}", where.line, where.column, sentence));
}

/// yaml-cpp replaces bytes that are no UTF-8 and takes byte 4 for the end of the text: both would
/// change a document without a word.
Result<void> check_characters(std::string_view text) {
  Where where{1, 1};
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) return error_at(where, "this is not UTF-8");
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F)
      return error_at(where, fmt::format("the control character 0x{:02X} is not allowed", c));
    if (c == '\n')
      where = {where.line + 1, 1};
    else
      ++where.column;
    i += length;
  }
  return {};
}

/// Line ends of every system are one line feed to YAML.
std::string normal_line_ends(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') out += text[i];
  return out;
}

}  // namespace

Result<Value> parse_yaml(std::string_view text, std::vector<Remark>* remarks,
                         const ReadLimits& limits) {
  if (text.size() > limits.bytes)
    return fail(Code::invalid, fmt::format("the text is larger than {} bytes", limits.bytes));
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  TRY(check_characters(text));
  const std::string normal = normal_line_ends(text);
  Places places(normal);
  try {
    std::istringstream in(normal);
    YAML::Parser parser(in);
    Builder builder(places, remarks, limits);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take();
  } catch (const Stop& stop) {
    return error_at(stop.where, stop.sentence);
  } catch (const YAML::Exception& error) {
    return error_at(places.at(error.mark), error.msg);
  } catch (const std::exception& error) {
    return fail(Code::invalid, fmt::format("the YAML text cannot be read: {}", error.what()));
  }
}

Result<Value> parse_json_or_yaml(std::string_view text, std::vector<Remark>* remarks,
                                 const ReadLimits& limits) {
  const std::string_view body = text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
  const auto first = body.find_first_not_of(" \t\r\n");
  if (first != body.npos && (body[first] == '{' || body[first] == '['))
    return parse_json(text, limits);
  return parse_yaml(text, remarks, limits);
}

}  // namespace stint

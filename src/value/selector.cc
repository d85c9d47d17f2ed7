// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "value/selector.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace stint {

/// The reader and the walker: the one place that sees a Selector's inside.
struct SelectorWalk {
  using Step = Selector::Step;
  using Kind = Step::Kind;

  // -- Reading ----------------------------------------------------------------------------------

  std::string_view text;
  std::size_t at = 0;
  bool documented = true;

  bool done() const { return at == text.size(); }
  char peek() const { return done() ? '\0' : text[at]; }
  bool eat(std::string_view word) {
    if (!text.substr(at).starts_with(word)) return false;
    at += word.size();
    return true;
  }
  void blanks() {
    while (peek() == ' ') ++at;
  }

  std::unexpected<Error> bad(std::string_view why) const {
    return fail(Code::invalid, fmt::format("the selector \"{}\" is not valid at character {}: {}",
                                           text, at + 1, why));
  }

  static bool ends_name(char c) {
    return c == '.' || c == '[' || c == ']' || c == '(' || c == ')' || c == '\'' || c == '"' ||
           c == ' ' || c == '\0';
  }

  Result<std::string> name() {
    const std::size_t start = at;
    while (!done() && !ends_name(text[at])) ++at;
    if (peek() == '(') return bad("functions are not supported");
    if (at == start) return bad("expected a name");
    return std::string(text.substr(start, at - start));
  }

  Result<std::string> quoted() {
    const char quote = text[at++];
    std::string out;
    while (!done() && text[at] != quote) {
      if (text[at] == '\\' && at + 1 < text.size()) ++at;
      out += text[at++];
    }
    if (done()) return bad("the quote is not closed");
    ++at;
    return out;
  }

  std::optional<std::int64_t> number() {
    const std::size_t start = at;
    if (peek() == '-') ++at;
    while (peek() >= '0' && peek() <= '9') ++at;
    const auto value = to_integer(text.substr(start, at - start));
    if (!value) at = start;
    return value;
  }

  /// Behind a '.': a name, a quoted name, '*', or the odd ".[0]".
  Result<void> dotted(std::vector<Step>& steps, Kind kind) {
    if (eat("*")) {
      if (kind == Kind::deep) return bad("..* is not supported");
      documented = false;
      steps.push_back({.kind = Kind::wildcard});
      return {};
    }
    if (peek() == '[') {
      documented = false;
      if (kind == Kind::deep && !text.substr(at).starts_with("['") &&
          !text.substr(at).starts_with("[\""))
        return bad("expected a name after \"..\"");
      if (kind != Kind::deep) return bracket(steps);
      ++at;
      std::string key = TRY(quoted());
      if (!eat("]")) return bad("expected ]");
      steps.push_back({.kind = kind, .key = std::move(key)});
      return {};
    }
    if (peek() == '\'' || peek() == '"') {
      documented = false;
      std::string key = TRY(quoted());
      steps.push_back({.kind = kind, .key = std::move(key)});
      return {};
    }
    std::string key = TRY(name());
    steps.push_back({.kind = kind, .key = std::move(key)});
    return {};
  }

  Result<void> bracket(std::vector<Step>& steps) {
    ++at;  // [
    blanks();
    if (peek() == '\'' || peek() == '"') {
      documented = false;
      std::string key = TRY(quoted());
      steps.push_back({.kind = Kind::key, .key = std::move(key)});
    } else if (eat("*")) {
      documented = false;
      steps.push_back({.kind = Kind::wildcard});
    } else if (peek() == '?') {
      ++at;
      TRY(filter(steps));
    } else {
      TRY(index_or_slice(steps));
    }
    blanks();
    if (peek() == ',') return bad("unions are not supported");
    if (!eat("]")) return bad("expected ]");
    return {};
  }

  Result<void> index_or_slice(std::vector<Step>& steps) {
    const auto first = number();
    blanks();
    if (!eat(":")) {
      if (!first) return bad("expected an index, a quoted name, * or a filter");
      if (*first < 0) documented = false;
      steps.push_back({.kind = Kind::index, .index = *first});
      return {};
    }
    documented = false;
    blanks();
    const auto end = number();
    blanks();
    if (peek() == ':') return bad("slices with a step are not supported");
    steps.push_back({.kind = Kind::slice, .index = first.value_or(0), .end = end});
    return {};
  }

  Result<void> filter(std::vector<Step>& steps) {
    if (!eat("(")) return bad("expected ( after ?");
    blanks();
    Step step{.kind = Kind::filter};
    if (!eat("@")) return bad("expected @");
    while (peek() == '.' || peek() == '[') {
      if (eat(".")) {
        std::string key;
        if (peek() == '\'' || peek() == '"')
          key = TRY(quoted());
        else
          key = TRY(filter_name());
        step.filter_path.push_back(std::move(key));
      } else {
        ++at;
        if (peek() != '\'' && peek() != '"') return bad("expected a quoted name");
        std::string key = TRY(quoted());
        if (!eat("]")) return bad("expected ]");
        step.filter_path.push_back(std::move(key));
      }
    }
    blanks();
    if (peek() != ')') {
      for (const std::string_view op : {"==", "!=", "<=", ">=", "<", ">"})
        if (eat(op)) {
          step.filter_operator = op;
          break;
        }
      if (step.filter_operator.empty()) return bad_join();
      blanks();
      Value right = TRY(operand());
      step.operand = std::move(right);
      blanks();
    } else {
      documented = false;
    }
    if (!eat(")")) return bad_join();
    steps.push_back(std::move(step));
    return {};
  }

  std::unexpected<Error> bad_join() const {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("&&") || rest.starts_with("||"))
      return bad("&& and || in a filter are not supported");
    return bad("expected a comparison such as == 'text' and )");
  }

  Result<std::string> filter_name() {
    const std::size_t start = at;
    while (!done() && !ends_name(text[at]) &&
           std::string_view("=!<>&|").find(text[at]) == std::string_view::npos)
      ++at;
    if (peek() == '(') return bad("functions are not supported");
    if (at == start) return bad("expected a name");
    return std::string(text.substr(start, at - start));
  }

  Result<Value> operand() {
    if (peek() == '\'' || peek() == '"') {
      std::string right = TRY(quoted());
      return Value(std::move(right));
    }
    const std::size_t start = at;
    while (!done() && peek() != ')' && peek() != ' ') ++at;
    const std::string_view word = text.substr(start, at - start);
    if (word == "true" || word == "false") return Value(word == "true");
    if (word == "null") return Value();
    if (const auto integer = to_integer(word)) return Value(*integer);
    if (const auto number = to_number(word)) return Value(*number);
    at = start;
    return bad("expected a quoted text, a number, true, false or null");
  }

  Result<std::vector<Step>> read() {
    std::vector<Step> steps;
    if (eat("$")) {
      if (!done() && peek() != '.' && peek() != '[') return bad("expected . or [ after $");
    } else {
      documented = false;
      if (done()) return bad("expected a path");
      if (peek() != '.' && peek() != '[') {
        std::string key = TRY(name());
        steps.push_back({.kind = Kind::key, .key = std::move(key)});
      }
    }
    while (!done()) {
      if (eat("..")) {
        TRY(dotted(steps, Kind::deep));
      } else if (eat(".")) {
        TRY(dotted(steps, Kind::key));
      } else if (peek() == '[') {
        TRY(bracket(steps));
      } else {
        return bad("expected . or [");
      }
    }
    return steps;
  }

  // -- Walking ----------------------------------------------------------------------------------

  static const Value* at_index(const Value& list, std::int64_t index) {
    if (!list.is_list()) return nullptr;
    const auto size = static_cast<std::int64_t>(list.size());
    if (index < 0) index += size;
    return index >= 0 && index < size ? &list.as_list()[static_cast<std::size_t>(index)] : nullptr;
  }

  static bool compare(const Value& left, std::string_view op, const Value& right) {
    if (op == "==") return left == right;
    if (op == "!=") return !(left == right);
    int order = 0;
    if (left.is_number() && right.is_number())
      order = left.as_number() < right.as_number() ? -1 : left.as_number() > right.as_number();
    else if (left.is_text() && right.is_text())
      order = left.as_text().compare(right.as_text());
    else
      return false;
    if (op == "<") return order < 0;
    if (op == ">") return order > 0;
    return op == "<=" ? order <= 0 : order >= 0;
  }

  static bool passes(const Step& step, const Value& item) {
    const Value* left = &item;
    for (const std::string& key : step.filter_path)
      if (!(left = left->find(key))) return false;
    return step.filter_operator.empty() || compare(*left, step.filter_operator, step.operand);
  }

  /// What an object holds itself comes before what its members hold.
  static void deep(const Value& value, const std::string& key, std::vector<const Value*>& out) {
    if (const Value* found = value.find(key)) out.push_back(found);
    if (value.is_list())
      for (const Value& item : value.as_list()) deep(item, key, out);
    else if (value.is_object())
      for (const Object::Member& member : value.as_object()) deep(member.value, key, out);
  }

  static void children(const Value& value, std::vector<const Value*>& out) {
    if (value.is_list())
      for (const Value& item : value.as_list()) out.push_back(&item);
    else if (value.is_object())
      for (const Object::Member& member : value.as_object()) out.push_back(&member.value);
  }

  static void walk(const Step& step, const Value& from, std::vector<const Value*>& out) {
    switch (step.kind) {
      case Kind::key:
        if (const Value* found = from.find(step.key)) out.push_back(found);
        return;
      case Kind::index:
        if (const Value* found = at_index(from, step.index)) out.push_back(found);
        return;
      case Kind::wildcard:
        return children(from, out);
      case Kind::slice: {
        const auto size = static_cast<std::int64_t>(from.size());
        const auto clamp = [&](std::int64_t i) {
          return std::clamp<std::int64_t>(i < 0 ? i + size : i, 0, size);
        };
        if (!from.is_list()) return;
        for (std::int64_t i = clamp(step.index); i < clamp(step.end.value_or(size)); ++i)
          out.push_back(&from.as_list()[static_cast<std::size_t>(i)]);
        return;
      }
      case Kind::deep:
        return deep(from, step.key, out);
      case Kind::filter: {
        std::vector<const Value*> candidates;
        if (from.is_list())
          children(from, candidates);
        else
          candidates.push_back(&from);
        for (const Value* candidate : candidates)
          if (passes(step, *candidate)) out.push_back(candidate);
        return;
      }
    }
  }
};

Result<Selector> Selector::parse(std::string_view path) {
  SelectorWalk reader{.text = trim(path)};
  std::vector<Step> steps = TRY(reader.read());
  Selector out;
  out.text_ = path;
  out.documented_ = reader.documented;
  out.many_ = std::ranges::any_of(steps, [](const Step& step) {
    return step.kind != Step::Kind::key && step.kind != Step::Kind::index;
  });
  out.steps_ = std::move(steps);
  return out;
}

std::optional<Value> Selector::select(const Value& root) const {
  if (!many_) {
    const Value* found = &root;
    for (const Step& step : steps_) {
      found = step.kind == Step::Kind::key ? found->find(step.key)
                                           : SelectorWalk::at_index(*found, step.index);
      if (!found) return std::nullopt;
    }
    return *found;
  }
  std::vector<const Value*> now{&root}, next;
  bool filtered = false;
  for (const Step& step : steps_) {
    next.clear();
    for (const Value* value : now) SelectorWalk::walk(step, *value, next);
    now.swap(next);
    filtered = filtered || step.kind == Step::Kind::filter;
  }
  if (now.empty() && !filtered) return std::nullopt;
  Value::List out;
  out.reserve(now.size());
  for (const Value* value : now) out.push_back(*value);
  return Value(std::move(out));
}

}  // namespace stint

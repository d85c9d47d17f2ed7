// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/logs/pattern.h"

#include <algorithm>

#include "base/text.h"
#include "cloud/logs/group.h"
#include "policy/policy.h"
#include "value/json.h"

namespace stint::cloud::logs {
namespace {

constexpr int deepest = 32;
constexpr std::size_t longest = 1024;

std::unexpected<Error> unreadable() {
  return invalid("Invalid filter pattern");
}

}  // namespace

/// Reads what stands between the braces.
class PatternReader {
 public:
  explicit PatternReader(std::string_view text) : rest_(text) {}

  Result<Pattern::Condition> read() {
    Pattern::Condition out = TRY(either(0));
    skip();
    if (!rest_.empty()) return unreadable();
    return out;
  }

 private:
  void skip() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t')) rest_.remove_prefix(1);
  }
  bool take(std::string_view word) {
    skip();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  Result<Pattern::Condition> joined(std::string_view op, int depth, bool both) {
    Pattern::Condition first = TRY(both ? single(depth) : all(depth));
    while (take(op)) {
      Pattern::Condition second = TRY(both ? single(depth) : all(depth));
      Pattern::Condition join;
      join.op = op;
      join.parts.push_back(std::move(first));
      join.parts.push_back(std::move(second));
      first = std::move(join);
    }
    return first;
  }
  Result<Pattern::Condition> either(int depth) {
    if (depth > deepest) return unreadable();
    return joined("||", depth, false);
  }
  Result<Pattern::Condition> all(int depth) { return joined("&&", depth, true); }

  Result<Pattern::Condition> single(int depth) {
    if (take("(")) {
      Pattern::Condition inner = TRY(either(depth + 1));
      if (!take(")")) return unreadable();
      return inner;
    }
    if (!take("$.")) return unreadable();
    Pattern::Condition out;
    const std::size_t end = std::min(rest_.find_first_of(" \t=<>!)&|"), rest_.size());
    for (std::string_view part : split(rest_.substr(0, end), '.')) {
      if (part.empty()) return unreadable();
      out.path.emplace_back(part);
    }
    rest_.remove_prefix(end);
    for (std::string_view op : {"!=", "<=", ">=", "=", "<", ">", "NOT EXISTS", "EXISTS", "IS NULL",
                                "IS TRUE", "IS FALSE"}) {
      if (!take(op)) continue;
      out.op = op;
      break;
    }
    if (out.op.empty()) return unreadable();
    if (out.op.size() > 2) return out;
    skip();
    if (rest_.starts_with('"')) {
      const std::size_t close = rest_.find('"', 1);
      if (close == rest_.npos) return unreadable();
      out.text = rest_.substr(1, close - 1);
      rest_.remove_prefix(close + 1);
      return out;
    }
    const std::size_t stop = std::min(rest_.find_first_of(" \t)&|"), rest_.size());
    out.text = rest_.substr(0, stop);
    rest_.remove_prefix(stop);
    if (out.text.empty() || out.text.starts_with('%')) return unreadable();
    return out;
  }

  std::string_view rest_;
};

bool Pattern::holds(const Condition& condition, const Value& json) {
  if (condition.op == "&&")
    return holds(condition.parts[0], json) && holds(condition.parts[1], json);
  if (condition.op == "||")
    return holds(condition.parts[0], json) || holds(condition.parts[1], json);
  const Value* held = &json;
  for (const std::string& part : condition.path) {
    held = held->find(part);
    if (!held) break;
  }
  if (condition.op == "EXISTS") return held != nullptr;
  if (condition.op == "NOT EXISTS") return held == nullptr;
  if (!held) return false;
  if (condition.op == "IS NULL") return held->is_null();
  if (condition.op == "IS TRUE") return held->is_bool() && held->as_bool();
  if (condition.op == "IS FALSE") return held->is_bool() && !held->as_bool();
  const auto wanted = to_number(condition.text);
  if (wanted && held->is_number()) {
    const double number = held->as_number();
    return condition.op == "="    ? number == *wanted
           : condition.op == "!=" ? number != *wanted
           : condition.op == "<"  ? number < *wanted
           : condition.op == "<=" ? number <= *wanted
           : condition.op == ">"  ? number > *wanted
                                  : number >= *wanted;
  }
  if (condition.op != "=" && condition.op != "!=") return false;
  if (!held->is_scalar()) return false;
  const std::string text = held->is_text() ? held->as_text() : to_json(*held);
  return policy::matches(condition.text, text) == (condition.op == "=");
}

bool Pattern::matches(std::string_view message) const {
  if (!json.empty()) {
    auto value = parse_json(message);
    return value && value->is_object() && holds(json[0], *value);
  }
  auto contains = [&](const std::string& term) { return message.find(term) != message.npos; };
  return std::ranges::all_of(all, contains) && std::ranges::none_of(none, contains) &&
         (any.empty() || std::ranges::any_of(any, contains));
}

Result<Pattern> read_pattern(std::string_view text) {
  Pattern out;
  if (text.size() > longest) return unreadable();
  text = trim(text);
  if (text.starts_with('{')) {
    if (!text.ends_with('}')) return unreadable();
    Pattern::Condition condition = TRY(PatternReader(text.substr(1, text.size() - 2)).read());
    out.json.push_back(std::move(condition));
    return out;
  }
  if (text.starts_with('[') || text.starts_with('%')) return unreadable();
  while (!text.empty()) {
    const char mark = text[0];
    const bool marked = mark == '?' || mark == '-';
    if (marked) text.remove_prefix(1);
    std::string term;
    if (text.starts_with('"')) {
      const std::size_t close = text.find('"', 1);
      if (close == text.npos) return unreadable();
      term = text.substr(1, close - 1);
      text.remove_prefix(close + 1);
    } else {
      const std::size_t end = std::min(text.find(' '), text.size());
      term = text.substr(0, end);
      text.remove_prefix(end);
    }
    if (term.empty() && marked) return unreadable();
    auto& to = !marked ? out.all : mark == '?' ? out.any : out.none;
    to.push_back(std::move(term));
    text = trim(text);
  }
  return out;
}

}  // namespace stint::cloud::logs

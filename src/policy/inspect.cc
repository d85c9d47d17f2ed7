// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "policy/inspect.h"

#include <algorithm>

#include "base/text.h"
#include "policy/judge.h"
#include "policy/keys.h"
#include "policy/statement.h"

namespace stint::policy {
namespace {

void add_key(std::vector<std::string>& keys, const std::string& key) {
  const auto same = [&](const std::string& held) { return equals_ignore_case(held, key); };
  if (std::ranges::none_of(keys, same)) keys.push_back(key);
}

template <class Visit>
void each_variable(const Pattern& pattern, Visit visit) {
  for (const Variable* variable : pattern.variables()) visit(*variable);
}

template <class Visit>
void each_variable(const Operand& operand, Visit visit) {
  if (const auto* pattern = std::get_if<Pattern>(&operand)) each_variable(*pattern, visit);
  if (const auto* arn = std::get_if<ArnPattern>(&operand))
    for (const Pattern& part : *arn) each_variable(part, visit);
}

/// The keys of a statement: `variable` for those in ${...}, `condition` for conditions' own.
template <class OfVariable, class OfCondition>
void each_key(const Statement& statement, OfVariable variable, OfCondition condition) {
  for (const Pattern& resource : statement.resources) each_variable(resource, variable);
  for (const Pattern& resource : statement.not_resources) each_variable(resource, variable);
  for (const Condition& one : statement.conditions) {
    condition(one);
    for (const Operand& operand : one.operands) each_variable(operand, variable);
  }
}

void note_missing(const Statement& statement, const Request& request,
                  std::vector<std::string>& missing) {
  each_key(
      statement,
      [&](const Variable& variable) {
        if (!variable.otherwise && key_values(request, variable.key).empty())
          add_key(missing, variable.named);
      },
      [&](const Condition& condition) {
        // Null asks whether the key is there: its absence is an answer.
        if (condition.test != Condition::Test::null && key_values(request, condition.key).empty())
          add_key(missing, condition.named);
      });
}

/// Goes through JSON that is known to be good, counting lines and columns.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  bool done() const { return at_ >= text_.size(); }
  char peek() const { return text_[at_]; }
  Where where() const { return where_; }
  void step() {
    const auto c = static_cast<unsigned char>(text_[at_++]);
    if (c == '\n')
      where_ = {where_.line + 1, 1};
    else if ((c & 0xC0) != 0x80)  // columns count characters
      ++where_.column;
  }
  void space() {
    while (!done() && std::string_view(" \t\r\n").find(peek()) != std::string_view::npos) step();
  }
  std::string_view text() {
    const std::size_t begin = at_ + 1;
    for (step(); !done() && peek() != '"'; step())
      if (peek() == '\\') step();
    const std::string_view inside = text_.substr(begin, at_ - begin);
    if (!done()) step();
    return inside;
  }
  /// One value, whatever it is.
  void value() {
    int depth = 0;
    do {
      space();
      if (done()) return;
      const char c = peek();
      if (c == '"') {
        text();
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      if (depth == 0 && c != '}' && c != ']') {
        while (!done() && std::string_view(",]}").find(peek()) == std::string_view::npos) step();
        return;
      }
      step();
    } while (depth > 0);
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  Where where_{1, 1};
};

}  // namespace

std::vector<std::string> context_keys(const Document& document) {
  std::vector<std::string> keys;
  for (const auto& statement : document.statements)
    each_key(
        *statement, [&](const Variable& variable) { add_key(keys, variable.named); },
        [&](const Condition& condition) { add_key(keys, condition.named); });
  return keys;
}

Inspection inspect(const std::vector<Named>& policies, const Request& request,
                   bool with_principals) {
  const FoldedAction action(request.action);
  const Asked asked{request, action.text(), false};
  Inspection out;
  for (const Named& policy : policies) {
    if (!policy.document) continue;
    for (std::size_t i = 0; i < policy.document->statements.size(); ++i) {
      const Statement& statement = *policy.document->statements[i];
      if (with_principals && reach_of(statement, asked) == Reach::none) continue;
      if (!action_fits(statement, asked.action)) continue;
      note_missing(statement, request, out.missing);
      if (applies(statement, asked))
        out.matches.push_back({&policy, i, statement.effect == Effect::deny});
    }
  }
  return out;
}

std::vector<Span> statement_spans(std::string_view text) {
  Scanner in(text);
  in.space();
  if (in.done() || in.peek() != '{') return {};
  in.step();
  while (true) {
    in.space();
    if (in.done() || in.peek() != '"') return {};
    const std::string_view key = in.text();
    in.space();
    if (in.done() || in.peek() != ':') return {};
    in.step();
    in.space();
    if (key == "Statement") break;
    in.value();
    in.space();
    if (in.done() || in.peek() != ',') return {};
    in.step();
  }
  std::vector<Span> spans;
  if (in.done()) return spans;
  const bool list = in.peek() == '[';
  if (!list) {
    Where start = in.where();
    ++start.column;
    in.value();
    return {{start, in.where()}};
  }
  in.step();
  Where start = in.where();
  while (true) {
    in.space();
    if (in.done() || in.peek() == ']') return spans;
    in.value();
    spans.push_back({start, in.where()});
    start = in.where();
    in.space();
    if (!in.done() && in.peek() == ',') in.step();
  }
}

}  // namespace stint::policy

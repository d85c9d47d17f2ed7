// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "world/mocks.h"

#include <algorithm>

#include "base/text.h"
#include "value/yaml.h"

namespace stint::world {
namespace {

/// Every member of `part` is in `whole` with a value that matches likewise.
bool subset(const Value& part, const Value& whole) {
  if (!part.is_object()) return part == whole;
  return std::ranges::all_of(part.as_object(), [&](const Object::Member& member) {
    const Value* other = whole.find(member.key);
    return other && subset(member.value, *other);
  });
}

std::unexpected<Error> at(std::string_view source, const Value& value, std::string_view sentence) {
  return fail(Code::invalid, std::string(source) + ":" + std::to_string(value.where().line) + ":" +
                                 std::to_string(value.where().column) + ": " +
                                 std::string(sentence));
}

}  // namespace

Result<Mocks> Mocks::parse(std::string_view text, std::string_view source_name) {
  Result<Value> read = parse_json_or_yaml(text);
  if (!read) return fail(Code::invalid, std::string(source_name) + ": " + read.error().message);
  if (!read->is_list()) return at(source_name, *read, "a mocks file is a list of {call, answer}");
  Mocks mocks;
  for (const Value& item : read->as_list()) {
    if (!item.is_object()) return at(source_name, item, "a mock is {call, when, answer, delay}");
    for (const auto& [key, value, where] : item.as_object())
      if (key != "call" && key != "when" && key != "answer" && key != "answers" && key != "delay")
        return at(source_name, value,
                  "unknown key \"" + key +
                      "\"; a mock has call, when, answer, "
                      "answers and delay");
    const std::string& call = item.text("call");
    if (call.find('.') == std::string::npos)
      return at(source_name, item, "a mock needs call: service.Operation");
    Mock mock{.when = item["when"], .answers = {}};
    if (const Value* answers = item.find("answers"); answers && answers->is_list()) {
      mock.answers = answers->as_list();
    } else if (const Value* one = item.find("answer")) {
      mock.answers = {*one};
    }
    if (mock.answers.empty()) return at(source_name, item, "a mock needs answer or answers");
    if (const Value* delay = item.find("delay")) {
      Result<Duration> length =
          delay->is_text() ? parse_short_duration(delay->as_text())
          : delay->is_number()
              ? Result<Duration>(Duration(static_cast<std::int64_t>(delay->as_number() * 1000)))
              : fail(Code::invalid, "delay is a duration like 2s");
      if (!length) return at(source_name, *delay, length.error().message);
      mock.delay = *length;
    }
    mocks.mocks_[lower(call)].push_back(std::move(mock));
  }
  return mocks;
}

Mocks Mocks::from_table(const Value& answers) {
  Mocks mocks;
  for (const auto& [call, answer, where] : answers.as_object())
    mocks.mocks_[lower(call)].push_back({.when = {}, .answers = {answer}});
  return mocks;
}

std::optional<Result<Value>> Mocks::answer(const std::string& service, const std::string& operation,
                                           const Value& input, Duration* delay) {
  if (mocks_.empty()) return {};
  auto found = mocks_.find(lower(service + '.' + operation));
  if (found == mocks_.end()) return {};
  for (Mock& mock : found->second) {
    if (!mock.when.is_null() && !subset(mock.when, input)) continue;
    const Value& answer = mock.answers[mock.next];
    if (mock.next + 1 < mock.answers.size()) ++mock.next;
    if (delay) *delay = mock.delay;
    if (const std::string& error = answer.text("error"); !error.empty())
      return fail(
          Error{.code = error.contains("Throttl") ? Code::throttled : Code::invalid,
                .name = error,
                .message = answer.text("message").empty() ? "mocked error" : answer.text("message"),
                .status = 400});
    return Result<Value>(answer);
  }
  return {};
}

}  // namespace stint::world

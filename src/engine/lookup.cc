// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/lookup.h"

#include "base/text.h"

namespace stint::engine {

Value system_value(std::string_view name, const ExecutionStarted& start, Time now) {
  if (name == "global:ACCOUNT_ID") return start.account;
  if (name == "global:REGION") return start.region;
  if (name == "global:DATE") return iso8601(now).substr(0, 10);
  if (name == "global:DATE_TIME") {
    std::string text = iso8601(now).substr(0, 19);  // 2026-11-24T11:18:00
    text[10] = '_';
    text[13] = text[16] = '.';
    return text;
  }
  if (name == "global:AWS_PARTITION") {
    if (start.region.starts_with("cn-")) return "aws-cn";
    if (start.region.starts_with("us-gov-")) return "aws-us-gov";
    return "aws";
  }
  if (name == "automation:EXECUTION_ID") return start.id;
  return {};
}

const Value* ExecutionLookup::find(const document::Reference& reference) const {
  using Kind = document::Reference::Kind;
  switch (reference.kind) {
    case Kind::parameter:
      return execution_.start->parameters.find(reference.name);
    case Kind::step_output: {
      const std::int32_t step =
          reference.step >= 0 ? reference.step : execution_.document->step_index(reference.name);
      if (step < 0) return nullptr;
      const Value* found =
          execution_.steps[static_cast<std::size_t>(step)].outputs.find(reference.output);
      return found && !found->is_null() ? found : nullptr;
    }
    case Kind::system:
      system_ = system_value(reference.name, *execution_.start, now_);
      return system_.is_null() ? nullptr : &system_;
    case Kind::variable:
    case Kind::ssm:
      return nullptr;
  }
  return nullptr;
}

}  // namespace stint::engine

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/plugin.h"

#include <fmt/core.h>

#include "base/text.h"

namespace stint::cloud::ssm {
namespace {

constexpr std::string_view platform = "Linux";
constexpr std::size_t most_stream = 24000;

void add_line(std::string& text, std::string_view line) {
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  text += line;
}

}  // namespace

const Value* PluginLookup::find(const document::Reference& reference) const {
  static const Value linux(platform);
  if (reference.kind != document::Reference::Kind::parameter) return nullptr;
  if (const Value* given = parameters_.find(reference.name)) return given;
  return reference.name == "platformType" ? &linux : nullptr;
}

Precondition check_precondition(const Value& precondition, const PluginLookup& lookup) {
  Precondition result;
  if (precondition.is_null()) return result;
  auto broken = [](std::string sentence) {
    return Precondition{.met = false, .broken = true, .sentence = std::move(sentence)};
  };
  if (!precondition.is_object()) return broken("A precondition is a map of operators.");
  for (const auto& [name, operands, where] : precondition.as_object()) {
    if (name != "StringEquals")
      return broken(fmt::format("Unrecognized precondition operator: {}", name));
    if (!operands.is_list() || operands.size() != 2)
      return broken("The precondition operator StringEquals needs two operands.");
    std::vector<std::string> values;
    for (const Value& operand : operands.as_list()) {
      auto value = document::Template::compile(operand).resolve(lookup);
      if (!value) return broken(value.error().message);
      values.push_back(document::render(*value));
      if (values.back() == "platformType") values.back() = platform;
    }
    if (values[0] == values[1]) continue;
    result.met = false;
    result.sentence = fmt::format("\"{}\": [{}, {}]", name, document::render(operands[0]),
                                  document::render(operands[1]));
    return result;
  }
  return result;
}

std::string script_text(const Value& lines) {
  if (!lines.is_list()) return lines.is_null() ? "" : document::render(lines);
  std::string text;
  for (const Value& line : lines.as_list()) text += document::render(line) + "\n";
  return text;
}

std::int64_t plugin_timeout(const Value& given) {
  constexpr std::int64_t otherwise = 3600;
  std::optional<std::int64_t> seconds;
  if (given.is_integer()) seconds = given.as_integer();
  if (given.is_text()) seconds = to_integer(given.as_text());
  return seconds && *seconds >= 5 && *seconds <= 172800 ? *seconds : otherwise;
}

const std::string& exit_rule(const document::CommandStep& step) {
  return step.on_failure.empty() ? step.inputs.source().text("onFailure") : step.on_failure;
}

std::string cut_stream(std::string_view text) {
  constexpr std::string_view mark = "--output truncated--";
  if (text.size() <= most_stream) return std::string(text);
  return std::string(clip_utf8(text, most_stream - mark.size())) + std::string(mark);
}

StepResult update_agent(const Value& inputs) {
  const std::string& wanted = inputs.text("targetVersion");
  if (!wanted.empty() && wanted != agent_version && wanted != "latest")
    return {.status = "Failed",
            .code = 1,
            .output = {},
            .error = fmt::format("amazon-ssm-agent {} was not found: the only version here is {}.",
                                 wanted, agent_version)};
  return {.output = fmt::format("amazon-ssm-agent {} is already installed, update skipped.\n",
                                agent_version)};
}

StepResult configure_package(const Value& inputs) {
  return {.status = "Failed",
          .code = 1,
          .output = {},
          .error = fmt::format("failed to find the package {}: there are no Distributor packages "
                               "here, so there is nothing to {}.",
                               inputs.text("name"),
                               inputs.text("action") == "Uninstall" ? "uninstall" : "install")};
}

PluginOutcome judge(const ProcessResult& result) {
  PluginOutcome outcome{.status = "Failed",
                        .code = result.exit_code,
                        .output = cut_stream(result.output),
                        .error = {}};
  std::string error = result.error;
  if (!result.failure.empty()) {
    outcome.code = 1;
    add_line(error, result.failure);
  } else if (result.cancelled || result.timed_out) {
    outcome.status = result.cancelled ? "Cancelled" : "TimedOut";
    outcome.code = 137;
  } else if (result.exit_code == 0 || result.exit_code == 168) {
    outcome.status = "Success";
    outcome.ends_command = result.exit_code == 168;
    outcome.code = 0;
  } else {
    outcome.ends_command = result.exit_code == 169;
    add_line(error, fmt::format("failed to run commands: exit status {}", result.exit_code));
  }
  outcome.error = cut_stream(error);
  return outcome;
}

}  // namespace stint::cloud::ssm

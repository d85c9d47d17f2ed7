// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/check.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"

namespace stint::document {
namespace {

constexpr std::array<std::string_view, 6> system_variables = {
    "automation:EXECUTION_ID", "global:ACCOUNT_ID", "global:AWS_PARTITION", "global:DATE",
    "global:DATE_TIME",        "global:REGION"};

// 2.1: they change too much, or wait too long, for the two minutes of a cancel.
constexpr std::array<std::string_view, 8> not_on_cancel = {
    "aws:approve",    "aws:copyImage", "aws:createImage",  "aws:createStack",
    "aws:createTags", "aws:pause",     "aws:runInstances", "aws:sleep"};

std::string bracketed(const std::vector<std::string>& names) {
  return "[ [" + join(names, ", ") + "] ]";
}

class Checker {
 public:
  Checker(Document& document, const ParseOptions& options, Reader& reader)
      : document_(document), options_(options), reader_(reader) {}

  Result<void> run() {
    TRY(collect(document_.steps));
    TRY(references(document_.assume_role, nullptr));
    TRY(steps(document_.steps));
    for (const std::string& output : document_.outputs) document_output(output);
    if (const std::string circle = find_circle(document_, options_); !circle.empty())
      reader_.remark(document_.steps.front().where,
                     fmt::format("the steps form a circle: {}", circle));
    return {};
  }

 private:
  Result<void> collect(const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      if (!all_.emplace(step.name, &step).second)
        return reader_.error(step.where,
                             "Duplicate step names found in mainSteps of the document.");
      TRY(collect(step.body));
    }
    return {};
  }

  const ActionSpec* spec(const Step& step) const {
    return options_.find_action ? options_.find_action(step.action) : nullptr;
  }

  Result<void> steps(std::vector<Step>& siblings) {
    for (Step& step : siblings) {
      const Reader::InStep guard(reader_, step.name);
      TRY(action(step));
      TRY(jumps(step, siblings));
      TRY(references(step.inputs, &siblings));
      TRY(steps(step.body));
    }
    return {};
  }

  Result<void> action(const Step& step) {
    if (!options_.find_action) return {};
    const ActionSpec* spec = this->spec(step);
    if (!spec) {
      if (!options_.amazon_owned)
        return reader_.error(step.where, fmt::format("Unknown action: {}", step.action));
      reader_.remark(step.where, fmt::format("unknown action {}: the step will fail", step.action));
      return {};
    }
    TRY(input_names(step, *spec));
    for (const Output& output : step.outputs)
      if (std::ranges::find(spec->outputs, output.name) != spec->outputs.end() && !restates(output))
        return reader_.error(
            output.where,
            fmt::format("In step {}, name: {} is conflicting with one of the following reserved "
                        "output names: [{}]",
                        step.name, output.name,
                        join({spec->outputs.begin(), spec->outputs.end()}, ", ")));
    if (spec->targets)
      for (const std::string& target : spec->targets(step.inputs.source()))
        if (!known(target)) return unknown_step(step.inputs.source().where(), target, "NextStep");
    if (spec->check) {
      std::vector<Remark> problems;
      spec->check(step.inputs.source(), step.name, problems);
      if (!problems.empty()) return reader_.error(problems[0].where, problems[0].message);
    }
    return {};
  }

  /// "CommandId" selected by "$.CommandId": published documents name what is there anyway.
  static bool restates(const Output& output) {
    return output.selector.text() == "$." + output.name;
  }

  Result<void> input_names(const Step& step, const ActionSpec& spec) {
    const Value& inputs = step.inputs.source();
    std::vector<std::string> known, required, unknown, provided;
    for (const InputSpec& input : spec.inputs) {
      known.emplace_back(input.name);
      if (input.required) required.emplace_back(input.name);
    }
    for (const Object::Member& member : inputs.as_object()) {
      provided.push_back(member.key);
      if (std::ranges::find(known, member.key) == known.end()) unknown.push_back(member.key);
    }
    if (!step.body.empty()) provided.emplace_back("Steps");
    if (!spec.open_inputs && !unknown.empty())
      reader_.remark(inputs.where(),
                     fmt::format("Unknown input names provided. Known={}, Provided={}.",
                                 bracketed(known), bracketed(unknown)));
    for (const std::string& name : required)
      if (std::ranges::find(provided, name) == provided.end())
        return reader_.error(inputs.where().line ? inputs.where() : step.where,
                             fmt::format("Missing required input names. Required={}, Provided ={}.",
                                         bracketed(required), bracketed(provided)));
    return {};
  }

  bool known(std::string_view step) const { return all_.find(step) != all_.end(); }

  std::unexpected<Error> unknown_step(Where where, std::string_view name,
                                      std::string_view property) const {
    std::vector<std::string> names;
    for (const auto& [one, step] : all_) names.push_back(one);
    const std::string close = closest(name, names);
    return reader_.error(
        where, fmt::format("Unknown step name: \"{}\" in {}{}", name, property,
                           close.empty() ? "" : fmt::format(" (did you mean {}?)", close)));
  }

  std::int32_t place(const std::vector<Step>& siblings, std::string_view name) const {
    if (&siblings == &document_.steps) return document_.step_index(name);
    const auto found = std::ranges::find(siblings, name, &Step::name);
    return found == siblings.end() ? -1 : static_cast<std::int32_t>(found - siblings.begin());
  }

  Result<void> jumps(Step& step, const std::vector<Step>& siblings) {
    if (!step.next_step.empty()) {
      if (!known(step.next_step)) return unknown_step(step.where, step.next_step, "nextStep");
      step.next_index = place(siblings, step.next_step);
    }
    if (step.on_failure.kind == Jump::Kind::step) {
      if (!known(step.on_failure.step))
        return unknown_step(step.where, step.on_failure.step, "onFailure");
      step.on_failure.index = place(siblings, step.on_failure.step);
    }
    if (step.is_end && step.on_failure.kind == Jump::Kind::step)
      reader_.remark(step.where, fmt::format("isEnd does not keep onFailure from going to {}",
                                             step.on_failure.step));  // C-14
    if (step.on_cancel.kind == Jump::Kind::step) {
      const auto target = all_.find(step.on_cancel.step);
      if (target == all_.end()) return unknown_step(step.where, step.on_cancel.step, "onCancel");
      const std::string& action = target->second->action;
      if (std::ranges::find(not_on_cancel, action) != not_on_cancel.end())
        return reader_.error(step.where, fmt::format("onCancel must not lead to step {}: {} is not "
                                                     "allowed there.",
                                                     target->first, action));
      step.on_cancel.index = place(siblings, step.on_cancel.step);
    }
    return {};
  }

  /// `siblings`: null for what stands outside the steps.
  Result<void> references(Template& tree, const std::vector<Step>* siblings) {
    for (Reference* reference : tree.references()) TRY(this->reference(*reference, siblings));
    return {};
  }

  Result<void> reference(Reference& reference, const std::vector<Step>* siblings) {
    switch (reference.kind) {
      case Reference::Kind::parameter:
        if (!document_.find_parameter(reference.name)) return undeclared(reference);
        return {};
      case Reference::Kind::system:
        if (!std::ranges::binary_search(system_variables, reference.name))
          return reader_.error(reference.where,
                               fmt::format("Parameter \"{}\" is not declared.", reference.name));
        return {};
      case Reference::Kind::variable:
        if (std::ranges::find(document_.variables, reference.name, &Variable::name) ==
            document_.variables.end())
          return reader_.error(reference.where,
                               fmt::format("Variable \"{}\" is not declared.", reference.name));
        return {};
      case Reference::Kind::ssm:
        return reader_.error(reference.where,
                             fmt::format("{{{{ {} }}}} may stand only in the default of a "
                                         "parameter.",
                                         reference.text));
      case Reference::Kind::step_output:
        break;
    }
    const auto found = all_.find(reference.name);
    if (found == all_.end()) return unknown_step(reference.where, reference.name, "inputs");
    if (!siblings)
      return reader_.error(reference.where,
                           fmt::format("{{{{ {} }}}} must not be used here.", reference.text));
    reference.step = document_.step_index(reference.name);
    known_output(*found->second, reference.output, reference.where);
    return {};
  }

  std::unexpected<Error> undeclared(const Reference& reference) const {
    std::vector<std::string> names;
    for (const Parameter& parameter : document_.parameters) names.push_back(parameter.name);
    const std::string close = closest(reference.name, names);
    return reader_.error(
        reference.where,
        fmt::format("Parameter \"{}\" is not declared.{}", reference.name,
                    close.empty() ? "" : fmt::format(" Did you mean \"{}\"?", close)));
  }

  /// Undocumented outputs exist, so a name nobody knows is a remark (C-54).
  void known_output(const Step& step, std::string_view name, Where where) const {
    const ActionSpec* spec = this->spec(step);
    if (!spec) return;
    if (std::ranges::find(step.outputs, name, &Output::name) != step.outputs.end()) return;
    if (std::ranges::find(spec->outputs, name) != spec->outputs.end()) return;
    reader_.remark(where, fmt::format("step {} declares no output {}", step.name, name));
  }

  void document_output(const std::string& output) const {
    const auto dot = output.find('.');
    const std::string step = output.substr(0, dot);
    const auto found = all_.find(step);
    if (found == all_.end())
      reader_.remark({}, fmt::format("Unknown step name in named output: {}", output));
    else if (dot != output.npos)
      known_output(*found->second, output.substr(dot + 1), {});
  }

  Document& document_;
  const ParseOptions& options_;
  Reader& reader_;
  std::map<std::string, const Step*, std::less<>> all_;  // main steps and those in loops
};

}  // namespace

Result<void> check_document(Document& document, const ParseOptions& options, Reader& reader) {
  return Checker(document, options, reader).run();
}

std::string find_circle(const Document& document, const ParseOptions& options) {
  const auto count = static_cast<std::int32_t>(document.steps.size());
  std::vector<std::vector<std::int32_t>> edges(document.steps.size());
  for (std::int32_t i = 0; i < count; ++i) {
    const Step& step = document.steps[static_cast<std::size_t>(i)];
    auto& out = edges[static_cast<std::size_t>(i)];
    const auto add = [&](std::int32_t to) {
      if (to >= 0 && to < count) out.push_back(to);
    };
    add(step.next_index);
    add(step.on_failure.index);
    add(step.on_cancel.index);
    bool decided = false;  // a branch with a Default never falls through
    const ActionSpec* spec = options.find_action ? options.find_action(step.action) : nullptr;
    if (spec && spec->targets) {
      for (const std::string& target : spec->targets(step.inputs.source()))
        add(document.step_index(target));
      decided = step.inputs.source().find("Default") != nullptr;
    }
    if (step.next_index < 0 && !step.is_end && !decided) add(i + 1);
  }
  // Depth first with a stack of our own: documents come from outside and may be long.
  enum class State : std::uint8_t { fresh, open, done };
  std::vector<State> state(document.steps.size(), State::fresh);
  for (std::int32_t start = 0; start < count; ++start) {
    if (state[static_cast<std::size_t>(start)] != State::fresh) continue;
    std::vector<std::pair<std::int32_t, std::size_t>> path{{start, 0}};
    state[static_cast<std::size_t>(start)] = State::open;
    while (!path.empty()) {
      auto& [at, next] = path.back();
      const auto& out = edges[static_cast<std::size_t>(at)];
      if (next == out.size()) {
        state[static_cast<std::size_t>(at)] = State::done;
        path.pop_back();
        continue;
      }
      const std::int32_t to = out[next++];
      State& seen = state[static_cast<std::size_t>(to)];
      if (seen == State::fresh) {
        seen = State::open;
        path.emplace_back(to, 0);
      } else if (seen == State::open) {
        std::string trace;
        bool inside = false;
        for (const auto& entry : path) {
          inside = inside || entry.first == to;
          if (inside) trace += document.steps[static_cast<std::size_t>(entry.first)].name + " -> ";
        }
        return trace + document.steps[static_cast<std::size_t>(to)].name;
      }
    }
  }
  return {};
}

}  // namespace stint::document

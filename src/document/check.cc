// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/check.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"

namespace stint::document {
namespace {

// Actions that may not be the target of onCancel (spec 2.1).
constexpr std::array<std::string_view, 8> not_after_cancel = {
    "aws:approve",    "aws:copyImage", "aws:createImage",  "aws:createStack",
    "aws:createTags", "aws:pause",     "aws:runInstances", "aws:sleep"};

class Checker {
 public:
  Checker(Document& document, const ParseOptions& options, const Reporter& report)
      : document_(document), options_(options), report_(report) {}

  Result<void> run() {
    for (std::size_t i = 0; i < document_.steps.size(); ++i) {
      TRY(name(document_.steps[i]));
      document_.index.emplace(document_.steps[i].name, static_cast<std::int32_t>(i));
      for (const Step& inner : document_.steps[i].body) TRY(name(inner));
    }
    for (Step& step : document_.steps) {
      TRY(jumps(step));
      TRY(references(step.inputs, step));
      for (Step& inner : step.body) {
        TRY(jumps(inner));
        TRY(references(inner.inputs, inner));
      }
    }
    TRY(assume_role());
    outputs();
    cycles();
    return {};
  }

 private:
  Result<void> name(const Step& step) {
    if (names_.insert(step.name).second) return {};
    return report_.error(
        step.where, "Duplicate step names found in mainSteps of the document. (" + step.name + ")");
  }

  std::string hint(std::string_view name) const {
    std::string close = closest(name, {names_.begin(), names_.end()});
    return close.empty() ? "" : "; did you mean \"" + close + "\"?";
  }

  Result<void> target(const Step& step, const std::string& name, std::string_view property) {
    if (names_.contains(name)) return {};
    return report_.error(
        step.where, step.name,
        "Unknown step name: \"" + name + "\" in " + std::string(property) + hint(name));
  }

  Result<void> jumps(Step& step) {
    if (!step.next_step.empty()) {
      TRY(target(step, step.next_step, "nextStep"));
      step.next_index = document_.step_index(step.next_step);
      if (step.is_end)
        return report_.error(step.where, step.name,
                             "\"isEnd == true\" and nextStep should not exist in same step.");
    }
    for (auto [jump, property] :
         {std::pair(&step.on_failure, "onFailure"), std::pair(&step.on_cancel, "onCancel")}) {
      if (jump->kind != Jump::Kind::step) continue;
      TRY(target(step, jump->step, property));
      jump->index = document_.step_index(jump->step);
    }
    if (step.on_cancel.kind == Jump::Kind::step)
      if (const Step* to = document_.find_step(step.on_cancel.step);
          to && std::ranges::find(not_after_cancel, to->action) != not_after_cancel.end())
        return report_.error(step.where, step.name,
                             "onCancel may not lead to the step \"" + to->name +
                                 "\": its action is " + to->action + ".");
    if (step.is_end && step.on_failure.kind == Jump::Kind::step)
      report_.remark(step.where, "step " + step.name +
                                     ": isEnd does not keep onFailure from going to " +
                                     step.on_failure.step);  // C-14
    if (options_.find_action)
      if (const ActionSpec* spec = options_.find_action(step.action); spec && spec->targets)
        for (const std::string& name : spec->targets(step.inputs.source()))
          TRY(target(step, name, "NextStep or Default"));
    return {};
  }

  Result<void> references(Template& inputs, const Step& step) {
    for (Reference* reference : inputs.references()) {
      const Where where = reference->where.line ? reference->where : step.where;
      switch (reference->kind) {
        case Reference::Kind::parameter:
          if (!document_.find_parameter(reference->name))
            return report_.error(where, step.name,
                                 "Parameter \"" + reference->name + "\" is not declared.");
          break;
        case Reference::Kind::step_output:
          reference->step = document_.step_index(reference->name);
          if (!names_.contains(reference->name))
            return report_.error(where, step.name,
                                 "Unknown step name: \"" + reference->name + "\" in {{ " +
                                     reference->text + " }}" + hint(reference->name));
          break;
        case Reference::Kind::variable:
          if (std::ranges::find(document_.variables, reference->name, &Variable::name) ==
              document_.variables.end())
            return report_.error(where, step.name,
                                 "Variable \"" + reference->name + "\" is not declared.");
          break;
        case Reference::Kind::ssm:
          return report_.error(
              where, step.name,
              "{{ " + reference->text + " }} may only be the default of a parameter.");
        case Reference::Kind::system:
          break;
      }
    }
    return {};
  }

  Result<void> assume_role() {
    for (const Reference* reference : document_.assume_role.references())
      if (reference->kind == Reference::Kind::parameter &&
          !document_.find_parameter(reference->name))
        return report_.error(reference->where,
                             "Parameter \"" + reference->name + "\" is not declared.");
    return {};
  }

  void outputs() {
    for (const std::string& output : document_.outputs) {
      const std::string step = output.substr(0, output.find('.'));
      if (!names_.contains(step))  // AWS refuses; a few public documents have it (corpus-findings)
        report_.remark({}, "Unknown step name in named output: " + step);
    }
  }

  /// A circle in the step graph is legal, but worth a word.
  void cycles() {
    std::vector<int> seen(document_.steps.size(), 0);  // 1: on the path, 2: done
    for (std::size_t i = 0; i < seen.size(); ++i)
      if (seen[i] == 0) walk(static_cast<std::int32_t>(i), seen);
  }
  std::vector<std::int32_t> followers(std::int32_t at) const {
    const Step& step = document_.steps[static_cast<std::size_t>(at)];
    std::vector<std::int32_t> out;
    if (!step.is_end) {
      if (step.next_index >= 0)
        out.push_back(step.next_index);
      else if (at + 1 < static_cast<std::int32_t>(document_.steps.size()))
        out.push_back(at + 1);
    }
    if (step.on_failure.kind == Jump::Kind::step) out.push_back(step.on_failure.index);
    if (step.on_cancel.kind == Jump::Kind::step) out.push_back(step.on_cancel.index);
    if (options_.find_action)
      if (const ActionSpec* spec = options_.find_action(step.action); spec && spec->targets)
        for (const std::string& name : spec->targets(step.inputs.source()))
          out.push_back(document_.step_index(name));
    std::erase(out, -1);
    return out;
  }
  void walk(std::int32_t start, std::vector<int>& seen) {
    // Depth-first with a stack of our own: a document may have thousands of steps in a row.
    std::vector<std::pair<std::int32_t, std::vector<std::int32_t>>> path;
    const auto enter = [&](std::int32_t at) {
      seen[static_cast<std::size_t>(at)] = 1;
      path.emplace_back(at, followers(at));
    };
    enter(start);
    while (!path.empty()) {
      auto& [at, next] = path.back();
      if (next.empty()) {
        seen[static_cast<std::size_t>(at)] = 2;
        path.pop_back();
        continue;
      }
      const std::int32_t to = next.back();
      next.pop_back();
      if (seen[static_cast<std::size_t>(to)] == 1) {
        const Step& step = document_.steps[static_cast<std::size_t>(to)];
        report_.remark(step.where, "the steps form a circle through " + step.name);
      } else if (seen[static_cast<std::size_t>(to)] == 0) {
        enter(to);
      }
    }
  }

  Document& document_;
  const ParseOptions& options_;
  const Reporter& report_;
  std::set<std::string> names_;
};

}  // namespace

Result<void> bind_and_check(Document& document, const ParseOptions& options,
                            const Reporter& report) {
  return Checker(document, options, report).run();
}

}  // namespace stint::document

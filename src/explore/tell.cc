// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "explore/tell.h"

#include <fmt/core.h>

#include "base/text.h"

namespace stint::explore {
namespace {

std::string list_of(const std::vector<cloud::Change>& changes) {
  std::string out;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (i == 4) return out + fmt::format(" and {} more", changes.size() - i);
    if (i > 0) out += i + 1 == changes.size() ? " and " : ", ";
    out += cloud::short_name(changes[i].key);
  }
  return out;
}

std::string consequence(const Damage& damage, bool hangs) {
  std::vector<std::string> parts;
  for (const Holder& holder : damage.holders) {
    std::string part = holder.name;
    if (!holder.name.starts_with("instance ")) {
      part += holder.wider.empty() ? " has lost " + holder.narrower.front()
                                   : " keeps " + holder.wider.front();
    } else if (holder.after.empty()) {
      part += " is left without an instance profile";
    } else if (holder.dangling) {
      part += " wears the profile " + holder.after + ", which is no more";
    } else {
      part += " keeps the profile " + holder.after;
      if (!holder.expected.empty()) part += " instead of " + holder.expected;
      if (!holder.wider.empty()) part += ": " + holder.wider.front() + " for good";
    }
    parts.push_back(part);
  }
  const auto add = [&](const std::vector<cloud::Change>& changes, const char* one,
                       const char* many) {
    if (!changes.empty()) parts.push_back(list_of(changes) + (changes.size() == 1 ? one : many));
  };
  add(damage.left, " stays", " stay");
  add(damage.gone, " is gone", " are gone");
  add(damage.changed, " stays changed", " stay changed");
  if (hangs) parts.push_back("the execution never ends");
  return join(parts, "; ");
}

/// The passed call at which a fault happened.
const Passed* passed_at(const Finding& finding, int call) {
  for (const Passed& passed : finding.path)
    if (passed.call == call) return &passed;
  return nullptr;
}

std::string fault_words(const Finding& finding, const Fault& fault) {
  std::string words(row_of(fault.kind).words);
  if (fault.kind == Kind::same || fault.kind == Kind::other)
    return fmt::format("{} before call {} of the first and runs {}", words, fault.call,
                       fault.extra == 0 ? "to its end" : fmt::format("for {} calls", fault.extra));
  std::string call = "call " + std::to_string(fault.call);
  if (const Passed* passed = passed_at(finding, fault.call))
    call = passed->made + (passed->step.empty() ? "" : " in " + passed->step);
  if (const std::size_t at = words.find("{}"); at != words.npos) words.replace(at, 2, call);
  return words;
}

/// The steps whose calls undo what is left, in the document's order.
std::string first_undo(const engine::Execution& x, const Damage& damage) {
  for (const document::Step& step : x.document->steps) {
    const std::string& api = step.inputs.source().text("Api");
    const bool removes = api.starts_with("Delete") || api.starts_with("Detach") ||
                         api.starts_with("Remove") || api.starts_with("Replace") ||
                         api.starts_with("Disassociate") || api.starts_with("Terminate") ||
                         api.starts_with("delete") || api.starts_with("Revoke");
    if (removes && (!damage.left.empty() || !damage.holders.empty() || !damage.changed.empty()))
      return step.name;
  }
  return "";
}

std::string advice(const Finding& finding, const Walk& walk) {
  const engine::Execution* x = walk.first();
  if (!x) return "";
  const std::string undo = first_undo(*x, finding.damage);
  for (const Fault& fault : finding.scenario.faults) {
    const Passed* passed = passed_at(finding, fault.call);
    const bool cancel = fault.kind == Kind::cancel || fault.kind == Kind::cancelled;
    if (!cancel || !passed || undo.empty()) continue;
    if (passed->step == undo)
      return fmt::format(
          "a cancel ends step {} before it has undone anything: let a further step "
          "do the same, and give {} onCancel to it",
          undo, undo);
    for (const document::Step& step : x->document->steps)
      if (step.name == passed->step && step.on_cancel.kind == document::Jump::Kind::abort)
        return fmt::format("give step {} onCancel: step:{}", step.name, undo);
    return fmt::format(
        "give the step that starts {} onCancel: step:{}: a child's cancel ends there", passed->step,
        undo);
  }
  if (x->decided_by < 0) {
    if (!undo.empty() && finding.status == "Success")
      return "read what is there again before restoring it: somebody else may have changed it";
    return "";
  }
  const auto index = static_cast<std::size_t>(x->decided_by);
  const document::Step& step = x->document->steps[index];
  const engine::StepState& state = x->steps[index];
  if (state.failure && state.failure->stage == "InputValidation")
    return fmt::format(
        "step {} needs an output that is not there then: give the steps that lead to "
        "it another way out, or do not refer to the output",
        step.name);
  if (step.on_failure.kind == document::Jump::Kind::abort && !undo.empty() && undo != step.name)
    return fmt::format("give step {} onFailure: step:{}, and more attempts (maxAttempts)",
                       step.name, undo);
  if (step.on_failure.kind == document::Jump::Kind::step) {
    for (std::size_t i = 0; i < x->steps.size(); ++i)
      if (i != index && x->steps[i].status == engine::Status::failed &&
          x->document->steps[i].on_failure.kind == document::Jump::Kind::abort)
        return fmt::format(
            "give step {} onFailure: Continue with isCritical: true, so that the "
            "steps behind it still run",
            x->document->steps[i].name);
    return fmt::format(
        "let step {} try again (maxAttempts), or lead its onFailure to a step that "
        "undoes what it may have done",
        step.name);
  }
  return fmt::format("let step {} try again (maxAttempts)", step.name);
}

}  // namespace

Verdict judge(const Walk& walk, const cloud::State& before, const std::vector<cloud::Change>& meant,
              Differences& known) {
  Expected expected = walk.trail().foreign;
  expected.changes = meant;
  Verdict verdict;
  verdict.damage = assess(before, walk.state(), expected, walk.now(), known);
  verdict.severity = verdict.damage.severity;
  if (walk.hangs()) verdict.severity = std::max(verdict.severity, Severity::litter);
  if (verdict.severity != Severity::none) verdict.signature = verdict.damage.signature();
  return verdict;
}

void tell(Finding& finding, const Walk& walk) {
  std::string what;
  for (const Fault& fault : finding.scenario.faults)
    what += (what.empty() ? "" : ", and ") + fault_words(finding, fault);
  if (finding.scenario.start != Start::given)
    what += (what.empty() ? "" : ", and ") + std::string(words_of(finding.scenario.start));
  if (what.empty()) what = "without any fault";
  const std::string then = consequence(finding.damage, walk.hangs());
  finding.sentence =
      then.empty() ? what + ": nothing is left behind"
                   : fmt::format("{}: {} (the execution says {})", what, then, finding.status);
  finding.fix = advice(finding, walk);
}

std::string told_as_next(const Finding& finding, const Walk& walk, std::string_view elsewhere) {
  std::string line =
      fmt::format("the next run {} ends {}",
                  elsewhere.empty() ? "on the same target" : "on " + std::string(elsewhere),
                  walk.hangs() ? "never" : engine::to_string(walk.status()));
  if (const engine::Execution* x = walk.first(); x && x->decided_by >= 0) {
    const auto index = static_cast<std::size_t>(x->decided_by);
    line += " at " + x->document->steps[index].name;
    if (const engine::FailurePtr& failure = x->steps[index].failure;
        failure && !failure->code.empty())
      line += " (" + failure->code + ")";
  }
  if (finding.severity >= Severity::latent)
    line += "; " + consequence(finding.damage, walk.hangs());
  return line;
}

}  // namespace stint::explore

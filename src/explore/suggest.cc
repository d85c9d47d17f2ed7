// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "explore/suggest.h"

#include <algorithm>

#include "base/text.h"
#include "explore/mends.h"
#include "value/json.h"
#include "value/pretty.h"
#include "value/yaml.h"

namespace stint::explore {
namespace {

constexpr int most_rounds = 3;

/// Fewer faults come to some severity or worse, and to none more: what moves from one severity to a
/// milder one is a gain, what makes nothing of a mild thing does not pay for a worse one. Nor may
/// the share rise: a runbook of fewer calls has fewer faults.
bool better(const Outcome& now, const Outcome& before) {
  bool fewer = false;
  for (std::size_t i = 0; i < now.come_to.size(); ++i) {
    const std::int64_t is = now.come_to[i], was = before.come_to[i];
    if (is > was || is * before.faults > was * now.faults) return false;
    fewer = fewer || is < was;
  }
  return fewer;
}

/// Fewer come to the worst severity at which there is a difference.
bool milder(const Outcome& now, const Outcome& before) {
  return now.come_to < before.come_to;
}

/// What a fault-free run leaves behind, but for ids of EC2's own.
std::vector<std::string> effects(const Report& report) {
  std::vector<std::string> out;
  for (const cloud::Change& change : report.base_changes) {
    const Value& thing = change.after.is_null() ? change.before : change.after;
    const bool tie = change.key.contains("/associations/");
    out.push_back(
        (change.before.is_null()  ? "+"
         : change.after.is_null() ? "-"
                                  : "~") +
        (tie ? thing.text("InstanceId") + " wears " + thing.text("ProfileArn") : change.key));
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace

Outcome outcome(const Report& report) {
  Outcome out;
  std::int64_t so_far = 0;
  for (std::size_t i = 0; i < out.come_to.size(); ++i)
    out.come_to[i] = so_far += report.faults[4 - i];
  out.faults = so_far + report.faults[0];
  return out;
}

Result<std::optional<Suggestion>> suggest(const Options& options) {
  Options single = options;
  single.pairs = false;
  single.random = 0;
  single.progress = {};
  single.count_only = true;
  Report before = TRY(explore(single));
  if (before.unclean == 0 || before.partial) return std::optional<Suggestion>();
  const bool json = options.document.content.find_first_not_of(" \t\r\n") != std::string::npos &&
                    trim(options.document.content).starts_with('{');
  Value document = TRY(parse_json_or_yaml(options.document.content));
  Suggestion out{.before = outcome(before), .after = outcome(before)};
  const std::vector<std::string> meant = effects(before);
  // Keeps those of the mends that help; whether one did.
  const auto try_all = [&](const std::vector<Mend>& mends, auto helps) {
    bool helped = false;
    for (const Mend& mend : mends) {
      if (options.stop && options.stop()) break;
      Value changed = mend.make(document);
      if (changed == document) continue;
      single.document.content = to_json(changed);
      Result<Report> report = explore(single);
      // A change that the checks refuse is none; one after which the fault-free run does something
      // else is worse; of one that could not be explored to the end nothing is known.
      if (!report || report->partial || report->base_status != before.base_status ||
          effects(*report) != meant)
        continue;
      const Outcome now = outcome(*report);
      if (!helps(now, out.after)) continue;
      out.after = now;
      out.changes.push_back(mend.words);
      document = std::move(changed);
      helped = true;
    }
    return helped;
  };
  const auto try_everything = [&](auto structure_helps) {
    try_all(structural_mends(document), structure_helps);
    // What did not help by itself may help after another one.
    for (int round = 0; round < most_rounds && try_all(step_mends(document), better); ++round) {
    }
  };
  // Another order of steps may pay with something mild that further changes then mend.
  const Value original = document;
  try_everything(milder);
  if (!better(out.after, out.before)) {
    document = original;
    out.after = out.before;
    out.changes.clear();
    try_everything(better);
  }
  if (out.changes.empty()) return std::optional<Suggestion>();
  out.content = json ? to_wrapped_json(document) + "\n" : to_yaml(document);
  return std::optional(std::move(out));
}

}  // namespace stint::explore

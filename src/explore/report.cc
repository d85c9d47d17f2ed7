// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "explore/report.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace stint::explore {
namespace {

Value texts(const std::vector<std::string>& items) {
  Value::List out;
  for (const std::string& item : items) out.emplace_back(item);
  return Value(std::move(out));
}

Value path_value(const std::vector<Passed>& path) {
  Value::List out;
  for (const Passed& passed : path)
    out.push_back(object({{"call", passed.call},
                          {"time", iso8601(passed.time, true)},
                          {"execution", passed.execution},
                          {"document", passed.document},
                          {"step", passed.step},
                          {"api", passed.made},
                          {"effect", passed.effect},
                          {"error", passed.error},
                          {"note", passed.note},
                          {"without_credentials", passed.without_credentials}}));
  return Value(std::move(out));
}

std::vector<cloud::Change> all_changes(const Damage& damage) {
  std::vector<cloud::Change> out = damage.left;
  out.insert(out.end(), damage.gone.begin(), damage.gone.end());
  out.insert(out.end(), damage.changed.begin(), damage.changed.end());
  return out;
}

std::string path_lines(const std::vector<Passed>& path) {
  std::string out;
  bool without = false;
  std::size_t i = 0;
  while (i < path.size()) {
    const Passed& passed = path[i];
    // Polls that are answered alike are one line.
    std::size_t alike = i + 1;
    while (alike < path.size() && passed.note.empty() && path[alike].note.empty() &&
           path[alike].step == passed.step && path[alike].made == passed.made &&
           path[alike].error == passed.error && path[alike].execution == passed.execution &&
           path[alike].without_credentials == passed.without_credentials)
      ++alike;
    out +=
        fmt::format("    {:>4}  {:<34} {:<42}", passed.call > 0 ? std::to_string(passed.call) : "",
                    passed.step.empty() ? passed.execution : passed.step, passed.made);
    if (!passed.error.empty())
      out += " " + passed.error;
    else if (!passed.effect.empty() && passed.effect != "none")
      out += " " + passed.effect;
    if (alike - i > 1) out += fmt::format("  (x {})", alike - i);
    if (!passed.execution.empty() && !passed.step.empty()) out += "  [" + passed.execution + "]";
    if (passed.without_credentials != without)
      out += passed.without_credentials ? "  (from here on the instance has no credentials)"
                                        : "  (from here on the instance has credentials)";
    without = passed.without_credentials;
    if (!passed.note.empty()) out += "   <-- " + passed.note;
    while (out.ends_with(' ')) out.pop_back();
    out += '\n';
    i = alike;
  }
  return out;
}

std::int64_t seconds_without_credentials(const std::vector<Passed>& path) {
  return std::chrono::ceil<std::chrono::seconds>(longest_without_credentials(path)).count();
}

std::string damage_lines(const Damage& damage) {
  std::string out;
  for (const std::string& line : cloud::change_lines(all_changes(damage)))
    out += "    " + line + "\n";
  for (const Holder& holder : damage.holders) {
    if (holder.name.starts_with("instance "))
      out += fmt::format("    {}: profile {} instead of {}\n", holder.name,
                         holder.after.empty() ? "(none)" : holder.after,
                         holder.expected.empty() ? "(none)" : holder.expected);
    for (std::size_t i = 0; i < holder.wider.size() && i < 6; ++i)
      out += fmt::format("    {} may now {}\n", holder.name, holder.wider[i]);
    for (std::size_t i = 0; i < holder.narrower.size() && i < 6; ++i)
      out += fmt::format("    {} may no longer {}\n", holder.name, holder.narrower[i]);
  }
  return out;
}

}  // namespace

std::string as_text(const Finding& finding) {
  std::string out = "  " + finding.sentence + "\n";
  out += path_lines(finding.path);
  if (const std::string lines = damage_lines(finding.damage); !lines.empty())
    out += "  left behind:\n" + lines;
  if (const std::int64_t seconds = seconds_without_credentials(finding.path); seconds > 0)
    out += fmt::format("  on the way the instance is without credentials for {} s\n", seconds);
  for (const std::string& line : finding.next_run) out += "  " + line + "\n";
  if (!finding.fix.empty()) out += "  mend: " + finding.fix + "\n";
  return out;
}

std::string as_text(const Report& report, const std::string& replay) {
  std::string out;
  if (report.findings.empty())
    out += fmt::format("{} leaves nothing behind in any of {} cases.\n", report.document,
                       report.cases);
  else
    out += fmt::format("{} can leak in {} ways ({} of {} cases are not clean).\n", report.document,
                       report.findings.size(), report.unclean, report.cases);
  for (const Finding& finding : report.findings) {
    out += fmt::format("\n{}  ({} cases)  {}\n", finding.id, finding.cases,
                       replay + id_of(finding.scenario));
    out += as_text(finding);
  }
  out += fmt::format(
      "\nExplored: {} cases; after {} of the single faults all stood as after another one; "
      "the fault-free run makes {} calls and ends {}.\n",
      report.cases, report.pruned, report.base_calls, report.base_status);
  if (const std::int64_t seconds = seconds_without_credentials(report.base_path); seconds > 0)
    out +=
        fmt::format("Without any fault the instance is without credentials for {} s.\n", seconds);
  if (const auto silent = std::ranges::count(report.findings, "Success", &Finding::status);
      silent > 0)
    out += fmt::format("In {} of the {} ways the execution says Success.\n", silent,
                       report.findings.size());
  for (const std::string& line : report.not_explored) out += "Not explored: " + line + ".\n";
  if (report.partial) out += "This report is PARTIAL: it was ended before all cases were run.\n";
  return out;
}

Value as_value(const Finding& finding) {
  Value::List faults;
  for (const Fault& fault : finding.scenario.faults)
    faults.push_back(
        object({{"kind", row_of(fault.kind).name}, {"call", fault.call}, {"extra", fault.extra}}));
  Value::List holders;
  for (const Holder& holder : finding.damage.holders)
    holders.push_back(object({{"name", holder.name},
                              {"before", holder.before},
                              {"expected", holder.expected},
                              {"after", holder.after},
                              {"dangling", holder.dangling},
                              {"wider", texts(holder.wider)},
                              {"narrower", texts(holder.narrower)}}));
  return object({{"id", finding.id},
                 {"severity", to_string(finding.severity)},
                 {"sentence", finding.sentence},
                 {"replay", id_of(finding.scenario)},
                 {"faults", Value(std::move(faults))},
                 {"start", name_of(finding.scenario.start)},
                 {"cases", finding.cases},
                 {"status", finding.status},
                 {"seconds_without_credentials", seconds_without_credentials(finding.path)},
                 {"path", path_value(finding.path)},
                 {"diff", cloud::changes_value(all_changes(finding.damage))},
                 {"permissions", Value(std::move(holders))},
                 {"next_run", texts(finding.next_run)},
                 {"fix", finding.fix}});
}

Value as_value(const Report& report) {
  Value::List findings;
  for (const Finding& finding : report.findings) findings.push_back(as_value(finding));
  return object({{"document", report.document},
                 {"cases", report.cases},
                 {"unclean", report.unclean},
                 {"pruned", report.pruned},
                 {"partial", report.partial},
                 {"pairs", report.pairs},
                 {"base", object({{"calls", report.base_calls},
                                  {"status", report.base_status},
                                  {"seconds_without_credentials",
                                   seconds_without_credentials(report.base_path)},
                                  {"diff", cloud::changes_value(report.base_changes)}})},
                 {"not_explored", texts(report.not_explored)},
                 {"findings", Value(std::move(findings))}});
}

}  // namespace stint::explore

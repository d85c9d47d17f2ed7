// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// Reports for other programs: SARIF 2.1.0 and JUnit's XML.
#include <fmt/core.h>

#include "aws/xml.h"
#include "explore/report.h"

namespace stint::explore {
namespace {

/// The step of the runbook itself at which a case goes wrong.
std::string step_of(const Finding& finding, const document::Document& document) {
  for (const Fault& fault : finding.scenario.faults)
    for (const Passed& passed : finding.path)
      if (passed.call == fault.call && document.find_step(passed.step)) return passed.step;
  std::string last;
  for (const Passed& passed : finding.path)
    if (document.find_step(passed.step)) last = passed.step;
  return last;
}

constexpr std::array<std::pair<Severity, std::string_view>, 4> rules = {{
    {Severity::escalation, "Somebody keeps permissions that they did not have before the run."},
    {Severity::lost, "An instance loses its profile or permissions, or something is gone."},
    {Severity::latent, "A role, profile, policy or key stays behind."},
    {Severity::litter, "Something else stays behind, or the execution never ends."},
}};

}  // namespace

Value as_sarif(const Report& report, const document::Document& document, const std::string& file) {
  Value::List rule_values, results;
  for (const auto& [severity, text] : rules)
    rule_values.push_back(
        object({{"id", to_string(severity)}, {"shortDescription", object({{"text", text}})}}));
  for (const Finding& finding : report.findings) {
    const document::Step* step = document.find_step(step_of(finding, document));
    std::int64_t line = step && step->where.line > 0 ? step->where.line : 1;
    const Value region = object({{"startLine", line}});
    const Value place =
        object({{"physicalLocation",
                 object({{"artifactLocation", object({{"uri", file}})}, {"region", region}})}});
    results.push_back(object(
        {{"ruleId", to_string(finding.severity)},
         {"level", finding.severity >= Severity::lost     ? "error"
                   : finding.severity == Severity::latent ? "warning"
                                                          : "note"},
         {"message", object({{"text", finding.sentence + ". Replay: " + id_of(finding.scenario) +
                                          (finding.fix.empty() ? "" : ". Mend: " + finding.fix)}})},
         {"locations", Value::list({place})},
         {"partialFingerprints", object({{"stintSignature", finding.signature}})}}));
  }
  return object(
      {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
       {"version", "2.1.0"},
       {"runs",
        Value::list({object(
            {{"tool", object({{"driver", object({{"name", "stint explore"},
                                                 {"rules", Value(std::move(rule_values))}})}})},
             {"results", Value(std::move(results))}})})}});
}

std::string as_junit(const Report& report) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  std::size_t failures = 0;
  std::string cases;
  for (const auto& [severity, text] : rules) {
    std::string failed;
    for (const Finding& finding : report.findings)
      if (finding.severity == severity)
        failed +=
            fmt::format("      <failure message=\"{}\">{}</failure>\n",
                        aws::xml::escape(finding.sentence), aws::xml::escape(as_text(finding)));
    if (!failed.empty()) ++failures;
    cases += fmt::format("    <testcase classname=\"{}\" name=\"{}\"",
                         aws::xml::escape(report.document), to_string(severity));
    cases += failed.empty() ? "/>\n" : ">\n" + failed + "    </testcase>\n";
  }
  out += fmt::format(
      "<testsuites>\n  <testsuite name=\"stint explore\" tests=\"{}\" failures=\"{}\">\n{}"
      "  </testsuite>\n</testsuites>\n",
      rules.size(), failures, cases);
  return out;
}

namespace {

/// Where a step can lead, as (target, kind of edge).
std::vector<std::pair<std::int32_t, std::string_view>> edges_of(const document::Document& document,
                                                                std::size_t index) {
  const document::Step& step = document.steps[index];
  std::vector<std::pair<std::int32_t, std::string_view>> out;
  if (step.next_index >= 0)
    out.emplace_back(step.next_index, "next");
  else if (!step.is_end && index + 1 < document.steps.size() && step.action != "aws:branch")
    out.emplace_back(static_cast<std::int32_t>(index) + 1, "next");
  if (step.action == "aws:branch") {
    for (const Value& choice : step.inputs.source().items("Choices"))
      if (const std::int32_t to = document.step_index(choice.text("NextStep")); to >= 0)
        out.emplace_back(to, "next");
    if (const std::int32_t to = document.step_index(step.inputs.source().text("Default")); to >= 0)
      out.emplace_back(to, "next");
  }
  if (step.on_failure.kind == document::Jump::Kind::step && step.on_failure.index >= 0)
    out.emplace_back(step.on_failure.index, "failure");
  if (step.on_cancel.kind == document::Jump::Kind::step && step.on_cancel.index >= 0)
    out.emplace_back(step.on_cancel.index, "cancel");
  return out;
}

/// The steps one below the other, their edges at the sides, the path of the worst finding in red.
std::string graph(const document::Document& document, const Finding* worst) {
  constexpr int row = 44, width = 360, left = 120;
  const int height = static_cast<int>(document.steps.size()) * row + 20;
  std::set<std::string> on_path;
  if (worst)
    for (const Passed& passed : worst->path)
      if (passed.execution.empty()) on_path.insert(passed.step);
  const std::string failing = worst ? step_of(*worst, document) : "";
  std::string out =
      fmt::format("<svg width=\"{}\" height=\"{}\" role=\"img\">\n", width + 2 * left, height);
  const auto middle = [](std::int32_t index) { return 26 + index * row; };
  for (std::size_t i = 0; i < document.steps.size(); ++i)
    for (const auto& [to, kind] : edges_of(document, i)) {
      const int from_y = middle(static_cast<std::int32_t>(i)), to_y = middle(to);
      if (kind == "next" && to == static_cast<std::int32_t>(i) + 1) {
        out += fmt::format("<path class=\"next\" d=\"M{} {} L{} {}\"/>\n", left + width / 2,
                           from_y + 15, left + width / 2, to_y - 15);
        continue;
      }
      const bool right = kind != "next";
      const int x = right ? left + width : left;
      const int bend = x + (right ? 1 : -1) * (24 + std::abs(to_y - from_y) / 8);
      out += fmt::format("<path class=\"{}\" d=\"M{} {} C{} {} {} {} {} {}\"/>\n", kind, x, from_y,
                         bend, from_y, bend, to_y, x, to_y);
    }
  for (std::size_t i = 0; i < document.steps.size(); ++i) {
    const document::Step& step = document.steps[i];
    const std::string_view look = step.name == failing          ? "fails"
                                  : on_path.contains(step.name) ? "passed"
                                                                : "idle";
    const int y = middle(static_cast<std::int32_t>(i));
    out += fmt::format(
        "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"30\" rx=\"5\"/>"
        "<text x=\"{}\" y=\"{}\">{}</text>\n",
        look, left, y - 15, width, left + 10, y + 5, aws::xml::escape(step.name));
  }
  return out + "</svg>\n";
}

}  // namespace

std::string as_html(const Report& report, const document::Document& document) {
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>stint explore: " +
      aws::xml::escape(report.document) +
      "</title>\n<style>\nbody{font:15px/1.45 system-ui,sans-serif;max-width:62rem;margin:2rem "
      "auto;"
      "padding:0 1rem;color:#1b1f24;background:#fff}\nh1{font-size:1.5rem}pre{background:#f5f6f8;"
      "padding:.8rem;overflow-x:auto;font-size:13px}\ndetails{border-left:4px solid #999;"
      "padding:.3rem .8rem;margin:.7rem "
      "0}summary{cursor:pointer}\n.escalation{border-color:#b00020}"
      ".lost{border-color:#c75000}.latent{border-color:#b58900}.litter{border-color:#7a8794}\n"
      "svg{font-size:13px}rect{stroke:#57606a;fill:#fff}rect.passed{fill:#fde8e6;stroke:#b00020}"
      "rect.fails{fill:#b00020;stroke:#b00020}rect.fails+text{fill:#fff}\npath{fill:none;"
      "stroke:#57606a}path.failure{stroke:#c75000;stroke-dasharray:5 3}path.cancel{stroke:#6b4fbb;"
      "stroke-dasharray:2 3}\n</style></head><body>\n";
  out += "<h1>" + aws::xml::escape(report.document) + "</h1>\n<p>" +
         fmt::format("{} findings; {} of {} cases are not clean.", report.findings.size(),
                     report.unclean, report.cases) +
         (report.partial ? " <strong>This report is partial.</strong>" : "") + "</p>\n";
  out += graph(document, report.findings.empty() ? nullptr : &report.findings.front());
  out +=
      "<p>Dashed: onFailure (orange), onCancel (violet). Red: the path of the first finding.</p>\n";
  for (const Finding& finding : report.findings)
    out += fmt::format(
        "<details class=\"{}\"><summary><strong>{}</strong> ({} cases) {}</summary><p>Replay: "
        "<code>stint explore --replay {}</code></p><pre>{}</pre></details>\n",
        to_string(finding.severity), finding.id, finding.cases, aws::xml::escape(finding.sentence),
        aws::xml::escape(id_of(finding.scenario)), aws::xml::escape(as_text(finding)));
  out += "<h2>Coverage</h2><ul>\n";
  out += fmt::format(
      "<li>{} cases; after {} of the single faults all stood as after another one</li>\n",
      report.cases, report.pruned);
  for (const std::string& line : report.not_explored)
    out += "<li>not explored: " + aws::xml::escape(line) + "</li>\n";
  return out + "</ul>\n</body></html>\n";
}

}  // namespace stint::explore

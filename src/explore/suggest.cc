// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "explore/suggest.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

#include "base/text.h"
#include "value/json.h"
#include "value/pretty.h"
#include "value/yaml.h"

namespace stint::explore {
namespace {

/// One change of a document; it may turn out to be none.
struct Change {
  std::string words;
  std::function<Value(Value)> make;
};

bool is_undo(const Value& step) {
  const std::string api = lower(step["inputs"].text("Api"));
  for (std::string_view start : {"delete", "detach", "remove", "replace", "disassociate",
                                 "terminate", "revoke", "deregister", "untag", "reset"})
    if (api.starts_with(start)) return true;
  return step.text("action") == "aws:deleteStack" || step.text("action") == "aws:deleteImage";
}

// Actions that may not carry or may not be the target of onCancel (spec 2.1).
bool takes_on_cancel(const Value& step) {
  const std::string& action = step.text("action");
  return action != "aws:loop" && action != "aws:updateVariable";
}
bool may_be_cancel_target(const Value& step) {
  static const std::set<std::string, std::less<>> forbidden = {
      "aws:approve",    "aws:copyImage", "aws:createImage",  "aws:createStack",
      "aws:createTags", "aws:pause",     "aws:runInstances", "aws:sleep"};
  return !forbidden.contains(step.text("action"));
}

Change set_property(std::size_t step, const std::string& name, std::string property, Value value) {
  return {.words = "step " + name + ": " + property + ": " +
                   (value.is_text() ? value.as_text() : to_json(value)),
          .make = [step, property, value](Value document) {
            Value steps = document["mainSteps"];
            steps.edit_list()[step].set(property, value);
            document.set("mainSteps", steps);
            return document;
          }};
}

Value renamed(const Value& value, const std::string& from, const std::string& to) {
  if (value.is_text()) return value.as_text() == from ? Value(to) : value;
  if (value.is_list()) {
    Value::List out;
    for (const Value& item : value.as_list()) out.push_back(renamed(item, from, to));
    return Value(std::move(out));
  }
  if (!value.is_object()) return value;
  Object out;
  for (const auto& [key, member, where] : value.as_object())
    out.append(key, renamed(member, from, to));
  return Value(std::move(out));
}

/// Fixed names of things that the runbook makes: two runs at once, and left-overs, meet in them.
void unique_names(const Value& document, std::vector<Change>& out) {
  for (const Value& step : document.items("mainSteps")) {
    if (!lower(step["inputs"].text("Api")).starts_with("create")) continue;
    for (std::string_view member : {"RoleName", "InstanceProfileName", "PolicyName", "GroupName"}) {
      const std::string name = step["inputs"].text(member);
      // The longest name of a role is 64 characters; an execution's id takes 36 and a hyphen.
      if (name.empty() || name.contains("{{") || name.size() > 27) continue;
      const std::string unique = name + "-{{automation:EXECUTION_ID}}";
      out.push_back({.words = "every " + name + ": " + unique, .make = [name, unique](Value from) {
                       from.set("mainSteps", renamed(from["mainSteps"], name, unique));
                       return from;
                     }});
    }
  }
}

std::int64_t count(const Report& report) {
  return std::accumulate(report.faults.begin(), report.faults.end(), std::int64_t{0});
}

/// A smaller share of the faults comes to some severity or worse, and to none a greater one: what
/// moves from one severity to a milder one is a gain, what makes nothing of a mild thing does not
/// pay for a worse one. Shares, because a runbook of more calls has more faults.
bool better(const Measure& now, std::int64_t now_of, const Measure& before,
            std::int64_t before_of) {
  std::int64_t is = 0, was = 0;
  bool fewer = false;
  for (std::size_t i = 0; i < now.size(); ++i) {
    is += now[i];
    was += before[i];
    if (is * before_of > was * now_of) return false;
    fewer = fewer || is * before_of < was * now_of;
  }
  return fewer;
}

std::vector<Change> changes_for(const Value& document) {
  std::vector<Change> out;
  unique_names(document, out);
  const Value::List& steps = document.items("mainSteps");
  // The way back begins with the first step that undoes something another one has done before it.
  std::size_t back = 0;
  while (back < steps.size() && !(back > 0 && is_undo(steps[back]))) ++back;
  if (back == steps.size()) return out;
  const std::string way_back = "step:" + steps[back].text("name");
  for (std::size_t i = back; i < steps.size(); ++i) {
    const std::string& name = steps[i].text("name");
    out.push_back(set_property(i, name, "maxAttempts", 5));
    // The rest of the way back is gone whatever one step of it comes to; the failure still counts.
    Change go_on = set_property(i, name, "onFailure", "Continue");
    const Change critical = set_property(i, name, "isCritical", true);
    go_on.words += ", isCritical: true";
    go_on.make = [first = go_on.make, then = critical.make](Value from) {
      return then(first(std::move(from)));
    };
    out.push_back(std::move(go_on));
    if (i + 1 < steps.size() && takes_on_cancel(steps[i]) && may_be_cancel_target(steps[i + 1]))
      out.push_back(set_property(i, name, "onCancel", "step:" + steps[i + 1].text("name")));
  }
  for (std::size_t i = back; i-- > 0;) {
    const std::string& name = steps[i].text("name");
    if (steps[i].text("onFailure").empty() || steps[i].text("onFailure") == "Abort")
      out.push_back(set_property(i, name, "onFailure", way_back));
    if (takes_on_cancel(steps[i]) && may_be_cancel_target(steps[back]))
      out.push_back(set_property(i, name, "onCancel", way_back));
    // A handler that comes in too late on the way back leaves its beginning undone.
    if (steps[i].text("onFailure").starts_with("step:") && steps[i].text("onFailure") != way_back)
      out.push_back(set_property(i, name, "onFailure", way_back));
    if (!is_undo(steps[i])) out.push_back(set_property(i, name, "maxAttempts", 3));
  }
  return out;
}

}  // namespace

Measure measure(const Report& report) {
  Measure out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = report.faults[4 - i];
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
  Suggestion out{.before = measure(before),
                 .after = measure(before),
                 .faults_before = count(before),
                 .faults_after = count(before)};
  for (const Change& change : changes_for(document)) {
    if (options.stop && options.stop()) break;
    Value changed = change.make(document);
    if (changed == document) continue;
    single.document.content = to_json(changed);
    Result<Report> report = explore(single);
    // A change that the checks refuse is none; one that breaks the fault-free run is worse; of one
    // that could not be explored to the end nothing is known.
    if (!report || report->partial || report->base_status != before.base_status) continue;
    const Measure now = measure(*report);
    if (!better(now, count(*report), out.after, out.faults_after)) continue;
    out.after = now;
    out.faults_after = count(*report);
    out.changes.push_back(change.words);
    document = std::move(changed);
  }
  if (out.changes.empty()) return std::optional<Suggestion>();
  out.content = json ? to_wrapped_json(document) + "\n" : to_yaml(document);
  return std::optional(std::move(out));
}

}  // namespace stint::explore

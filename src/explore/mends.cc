// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "explore/mends.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "base/text.h"
#include "value/json.h"
#include "value/map_texts.h"

namespace stint::explore {
namespace {

std::string api_of(const Value& step) {
  return step.text("action") == "aws:executeAwsApi" ? lower(step["inputs"].text("Api")) : "";
}
bool begins_with_one_of(std::string_view text, std::initializer_list<std::string_view> starts) {
  return std::ranges::any_of(starts,
                             [&](std::string_view start) { return text.starts_with(start); });
}

bool is_undo(const Value& step) {
  return begins_with_one_of(lower(step["inputs"].text("Api")),
                            {"delete", "detach", "remove", "replace", "disassociate", "terminate",
                             "revoke", "deregister", "untag", "reset"}) ||
         step.text("action") == "aws:deleteStack" || step.text("action") == "aws:deleteImage";
}
/// Takes something away for good.
bool removes(const Value& step) {
  return is_undo(step) && !api_of(step).starts_with("replace");
}
/// The first step of the way back: it undoes something that another one has done before it. A
/// Replace puts something back only if something was put in its place before.
std::size_t way_back_of(const Value::List& steps) {
  bool changed = false;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (i > 0 && is_undo(steps[i]) && (changed || removes(steps[i]))) return i;
    changed = changed || steps[i].text("action") == "aws:executeAutomation" ||
              begins_with_one_of(api_of(steps[i]), {"replace", "associate"});
  }
  return steps.size();
}
bool restores(const Value& step) {
  return begins_with_one_of(api_of(step), {"replace", "associate", "attach", "add", "put"});
}
/// Changes nothing: it looks, or lets time pass.
bool only_waits(const Value& step) {
  const std::string& action = step.text("action");
  return action == "aws:waitForAwsResourceProperty" || action == "aws:sleep" ||
         action == "aws:assertAwsResourceProperty";
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

/// A step's place by its name; none: it is not there.
std::optional<std::size_t> place_of(const Value& document, std::string_view name) {
  const Value::List& steps = document.items("mainSteps");
  const auto found =
      std::ranges::find_if(steps, [&](const Value& step) { return step.text("name") == name; });
  if (found == steps.end()) return {};
  return static_cast<std::size_t>(found - steps.begin());
}

/// The document with the step of this name edited; the same one if it is not there.
template <class Edit>
Value with_step(Value document, std::string_view name, Edit edit) {
  const std::optional<std::size_t> place = place_of(document, name);
  if (!place) return document;
  Value steps = document["mainSteps"];
  edit(steps.edit_list()[*place]);
  document.set("mainSteps", std::move(steps));
  return document;
}

Mend set_property(const std::string& name, std::string property, Value value) {
  return {.words = "step " + name + ": " + property + ": " +
                   (value.is_text() ? value.as_text() : to_json(value)),
          .make = [name, property, value](Value document) {
            return with_step(std::move(document), name,
                             [&](Value& step) { step.set(property, value); });
          }};
}

enum class Links { of_success, all };
/// The document with what leads to step `from` leading to step `to`.
Value relinked(Value document, const std::string& from, const std::string& to, Links links) {
  const auto change = [&](std::string_view key, const std::string& text) -> std::string {
    if ((key == "nextStep" || key == "NextStep" || key == "Default") && text == from) return to;
    if (links == Links::all && (key == "onFailure" || key == "onCancel") && text == "step:" + from)
      return "step:" + to;
    return text;
  };
  document.set("mainSteps", map_texts(document["mainSteps"], change));
  return document;
}

/// The name of the step that follows a success; "": none does.
std::string next_of(const Value& document, std::size_t place) {
  const Value::List& steps = document.items("mainSteps");
  if (steps[place].flag("isEnd")) return "";
  if (const std::string& next = steps[place].text("nextStep"); !next.empty()) return next;
  return place + 1 < steps.size() ? steps[place + 1].text("name") : "";
}

/// The document without a step that has one behind it: what led to it leads there.
Value without(Value document, const std::string& name) {
  const std::optional<std::size_t> place = place_of(document, name);
  if (!place) return document;
  const std::string next = next_of(document, *place);
  const Value::List& steps = document.items("mainSteps");
  if (next.empty()) return document;
  const bool falls_in = *place > 0 && next_of(document, *place - 1) == name;
  const std::string before = *place > 0 ? steps[*place - 1].text("name") : "";
  const bool natural = *place + 1 < steps.size() && steps[*place + 1].text("name") == next;
  document = relinked(std::move(document), name, next, Links::all);
  if (falls_in && !natural)
    document =
        with_step(std::move(document), before, [&](Value& step) { step.set("nextStep", next); });
  Value left = document["mainSteps"];
  left.edit_list().erase(left.edit_list().begin() + static_cast<std::ptrdiff_t>(*place));
  document.set("mainSteps", std::move(left));
  return document;
}

/// The document with step `name` in front of step `first`, which stands before it.
Value moved_before(Value document, const std::string& name, const std::string& first) {
  const std::optional<std::size_t> from = place_of(document, name), to = place_of(document, first);
  if (!from || !to || *from <= *to) return document;
  const std::string next = next_of(document, *from);
  const std::size_t last = *from - 1;
  const std::string before = document.items("mainSteps")[last].text("name");
  const bool falls_in = next_of(document, last) == name;
  if (next.empty()) {
    // What came before it is the end now; other ways that lead to it lead on to what it restores.
    if (!falls_in) return document;
    document = with_step(std::move(document), before, [](Value& step) {
      step.edit_object().erase("nextStep");
      step.set("isEnd", true);
    });
  } else {
    // A handler that led to it leads to it yet, and from there the new way.
    document = relinked(std::move(document), name, next, Links::of_success);
    if (falls_in)
      document =
          with_step(std::move(document), before, [&](Value& step) { step.set("nextStep", next); });
  }
  document = relinked(std::move(document), first, name, Links::all);
  Value steps = document["mainSteps"];
  Value::List& list = steps.edit_list();
  Value moved = list[*from];
  moved.edit_object().erase("isEnd");
  moved.set("nextStep", first);
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(*from));
  list.insert(list.begin() + static_cast<std::ptrdiff_t>(*to), std::move(moved));
  document.set("mainSteps", std::move(steps));
  return document;
}

/// Fixed names of things that the runbook makes: two runs at once, and left-overs, meet in them.
void unique_names(const Value& document, std::vector<Mend>& out) {
  for (const Value& step : document.items("mainSteps")) {
    if (!api_of(step).starts_with("create")) continue;
    for (std::string_view member : {"RoleName", "InstanceProfileName", "PolicyName", "GroupName"}) {
      const std::string name = step["inputs"].text(member);
      // The longest name of a role is 64 characters; an execution's id takes 36 and a hyphen.
      if (name.empty() || name.contains("{{") || name.size() > 27) continue;
      const std::string unique = name + "-{{automation:EXECUTION_ID}}";
      out.push_back(
          {.words = "every " + name + ": " + unique, .make = [name, unique](Value from) {
             from.set("mainSteps",
                      map_texts(from["mainSteps"], [&](std::string_view, const std::string& text) {
                        return text == name ? unique : text;
                      }));
             return from;
           }});
    }
  }
}

/// Between removing an association and making another one the instance has no permissions, and
/// whatever goes wrong there leaves it so.
void replace_associations(const Value& document, std::vector<Mend>& out) {
  const Value::List& steps = document.items("mainSteps");
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (api_of(steps[i]) != "disassociateiaminstanceprofile") continue;
    std::vector<std::string> gone = {steps[i].text("name")};
    std::optional<std::size_t> made = place_of(document, next_of(document, i));
    while (made && only_waits(steps[*made]) && gone.size() < steps.size()) {
      gone.push_back(steps[*made].text("name"));
      made = place_of(document, next_of(document, *made));
    }
    if (!made || api_of(steps[*made]) != "associateiaminstanceprofile") continue;
    const std::string name = steps[*made].text("name");
    const Value association = steps[i]["inputs"]["AssociationId"];
    if (association.is_null()) continue;
    out.push_back(
        {.words = "step " + name + ": ReplaceIamInstanceProfileAssociation, instead of " + gone[0],
         .make = [name, gone, association](Value from) {
           from = with_step(std::move(from), name, [&](Value& step) {
             Value inputs = step["inputs"];
             inputs.set("Api", "ReplaceIamInstanceProfileAssociation");
             inputs.edit_object().erase("InstanceId");
             inputs.set("AssociationId", association);
             step.set("inputs", std::move(inputs));
           });
           for (const std::string& step : gone) from = without(std::move(from), step);
           return from;
         }});
  }
}

/// What puts the original back comes before what removes things: a failure among those leaves less.
void restore_first(const Value& document, std::vector<Mend>& out) {
  const Value::List& steps = document.items("mainSteps");
  std::size_t first = 1;
  while (first < steps.size() && !removes(steps[first])) ++first;
  for (std::size_t i = first + 1; i < steps.size(); ++i) {
    if (!restores(steps[i])) continue;
    const std::string name = steps[i].text("name"), before = steps[first].text("name");
    out.push_back(
        {.words = "step " + name + ": before step " + before, .make = [name, before](Value from) {
           return moved_before(std::move(from), name, before);
         }});
  }
}

/// A way back that ends without undoing what another one undoes: a handler that forgot something.
void missing_undo(const Value& document, std::vector<Mend>& out) {
  const Value::List& steps = document.items("mainSteps");
  for (std::size_t end = 0; end < steps.size(); ++end) {
    if (!is_undo(steps[end]) || !next_of(document, end).empty()) continue;
    // The steps that run into this end, as far as one leads to the next.
    std::vector<std::size_t> chain = {end};
    for (std::size_t i = end;
         i-- > 0 && is_undo(steps[i]) && next_of(document, i) == steps[chain.back()].text("name");)
      chain.push_back(i);
    const auto undone = [&](const Value& step) {
      return std::ranges::any_of(
          chain, [&](std::size_t i) { return steps[i]["inputs"] == step["inputs"]; });
    };
    for (const Value& undo : steps) {
      if (!removes(undo) || undone(undo)) continue;
      const std::string after = steps[end].text("name"), name = undo.text("name") + "_2";
      if (place_of(document, name)) continue;
      Value copy = object({{"name", name},
                           {"action", undo["action"]},
                           {"isEnd", true},
                           {"inputs", undo["inputs"]}});
      out.push_back({.words = "step " + name + ": as " + undo.text("name") + ", after " + after,
                     .make = [after, name, copy](Value from) {
                       const std::optional<std::size_t> place = place_of(from, after);
                       if (!place) return from;
                       from = with_step(std::move(from), after, [&](Value& step) {
                         step.edit_object().erase("isEnd");
                         step.set("nextStep", name);
                       });
                       Value list = from["mainSteps"];
                       list.edit_list().insert(
                           list.edit_list().begin() + static_cast<std::ptrdiff_t>(*place) + 1,
                           copy);
                       from.set("mainSteps", std::move(list));
                       return from;
                     }});
    }
  }
}

}  // namespace

std::vector<Mend> structural_mends(const Value& document) {
  std::vector<Mend> out;
  replace_associations(document, out);
  restore_first(document, out);
  missing_undo(document, out);
  unique_names(document, out);
  return out;
}

std::vector<Mend> step_mends(const Value& document) {
  std::vector<Mend> out;
  const Value::List& steps = document.items("mainSteps");
  const std::size_t back = way_back_of(steps);
  if (back == steps.size()) return out;
  const std::string way_back = "step:" + steps[back].text("name");
  for (std::size_t i = back; i < steps.size(); ++i) {
    const std::string& name = steps[i].text("name");
    if (steps[i].integer("maxAttempts", 1) < 5) out.push_back(set_property(name, "maxAttempts", 5));
    // The rest of the way back is gone whatever one step of it comes to; the failure still counts.
    Mend go_on = set_property(name, "onFailure", "Continue");
    const Mend critical = set_property(name, "isCritical", true);
    go_on.words += ", isCritical: true";
    go_on.make = [first = go_on.make, then = critical.make](Value from) {
      return then(first(std::move(from)));
    };
    out.push_back(std::move(go_on));
    if (i + 1 < steps.size() && takes_on_cancel(steps[i]) && may_be_cancel_target(steps[i + 1]))
      out.push_back(set_property(name, "onCancel", "step:" + steps[i + 1].text("name")));
  }
  for (std::size_t i = back; i-- > 0;) {
    const std::string& name = steps[i].text("name");
    // Also where a handler comes in too late on the way back; a Continue is the author's own.
    if (const std::string& now = steps[i].text("onFailure"); now != way_back && now != "Continue")
      out.push_back(set_property(name, "onFailure", way_back));
    if (takes_on_cancel(steps[i]) && may_be_cancel_target(steps[back]))
      out.push_back(set_property(name, "onCancel", way_back));
    if (!is_undo(steps[i]) && steps[i].integer("maxAttempts", 1) < 3)
      out.push_back(set_property(name, "maxAttempts", 3));
  }
  return out;
}

}  // namespace stint::explore

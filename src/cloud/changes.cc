// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/changes.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace stint::cloud {
namespace {

/// Things that every run leaves by its nature and nobody looks for in a difference.
bool is_litter(std::string_view key) {
  return key.starts_with("sts/") || key.contains("/commands/") || key.contains("/invocations/") ||
         key.contains("/credentials/") || key.contains("/jobs/") || key.contains("/tokens/") ||
         key == "random";
}

/// An association that has ended is history, not part of the cloud's face.
Value face(const std::string& key, Value value) {
  if (key.contains("/associations/") && value.is_object() && !value["Ended"].is_null()) return {};
  return value;
}

/// Kind and name of a key: "iam/123456789012/roles/NAME", "ec2/ACCOUNT/REGION/instances/ID".
std::pair<std::string, std::string> parts_of(const std::string& key) {
  std::vector<std::string_view> parts = split(key, '/');
  if (parts.size() < 3) return {key, ""};
  const std::size_t kind_at = parts[0] == "iam" ? 2 : parts[0] == "s3" ? 1 : 3;
  if (parts.size() <= kind_at + 1) return {key, ""};
  std::string kind(parts[kind_at]);
  if (kind.ends_with("ies"))
    kind.replace(kind.size() - 3, 3, "y");
  else if (kind.ends_with('s'))
    kind.pop_back();
  std::string name;
  for (std::size_t i = kind_at + 1; i < parts.size(); ++i)
    name += (name.empty() ? "" : "/") + std::string(parts[i]);
  return {std::string(parts[0]) + " " + kind, name};
}

}  // namespace

std::string short_name(const std::string& key) {
  const auto [kind, name] = parts_of(key);
  return name.empty() ? kind : kind + " " + name;
}
std::string kind_of(const std::string& key) {
  return parts_of(key).first;
}

std::vector<Change> lasting(std::vector<Change> changes) {
  std::vector<Change> out;
  for (Change& change : changes) {
    if (is_litter(change.key)) continue;
    change.before = face(change.key, std::move(change.before));
    change.after = face(change.key, std::move(change.after));
    if (change.before.is_null() && change.after.is_null()) continue;
    out.push_back(std::move(change));
  }
  // The original profile under a new association id is the same tie: ids are EC2's own affair.
  const auto tie = [](const Value& association) {
    return association.text("InstanceId") + ' ' + association.text("ProfileArn");
  };
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!out[i].key.contains("/associations/") || !out[i].after.is_null()) continue;
    auto again = std::ranges::find_if(out, [&](const Change& other) {
      return other.key.contains("/associations/") && other.before.is_null() &&
             !other.after.is_null() && tie(other.after) == tie(out[i].before);
    });
    if (again == out.end()) continue;
    const std::string first = out[i].key, second = again->key;
    std::erase_if(out, [&](const Change& c) { return c.key == first || c.key == second; });
    i = static_cast<std::size_t>(-1);
  }
  return out;
}

std::vector<Change> lasting(const State& before, const State& after) {
  return lasting(diff(before, after, [](std::string_view key) { return !is_litter(key); }));
}

Value changes_value(const std::vector<Change>& changes) {
  Value::List out;
  for (const Change& change : changes)
    out.push_back(object({{"key", change.key},
                          {"change", change.before.is_null()  ? "created"
                                     : change.after.is_null() ? "deleted"
                                                              : "changed"},
                          {"before", change.before},
                          {"after", change.after}}));
  return Value(std::move(out));
}

std::vector<std::string> change_lines(const std::vector<Change>& changes) {
  std::vector<std::string> out;
  for (const Change& change : changes) {
    if (change.before.is_null()) {
      out.push_back("+ " + short_name(change.key));
    } else if (change.after.is_null()) {
      out.push_back("- " + short_name(change.key));
    } else {
      std::string what;
      if (change.after.is_object())
        for (const auto& [name, value, where] : change.after.as_object())
          if (!(change.before[name] == value)) what += (what.empty() ? "" : ", ") + name;
      out.push_back("~ " + short_name(change.key) + (what.empty() ? "" : ": " + what));
    }
  }
  return out;
}

}  // namespace stint::cloud

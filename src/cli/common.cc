// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/common.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "actions/table.h"
#include "base/file.h"
#include "base/text.h"
#include "value/json.h"
#include "value/yaml.h"

namespace stint::cli {

const Flag state_flags[1] = {
    {"--state", "FILE", "journal, executions and the embedded cloud; made when it is not there"}};
const Flag world_flags[1] = {{"--world", "FILE", "start of the embedded cloud (a world file)"}};
const Flag json_flags[1] = {{"--json", "", "one JSON object on stdout, nothing else there"}};
const Flag cloud_flags[7] = {
    {"--cloud", "WHERE", "where API calls go: embedded (default), aws, or a URL"},
    {"--time", "KIND", "real (default) or virtual: sleeps and polls pass at once"},
    {"--nodes", "KIND", "process (scripts really run), scripted (canned results), none"},
    {"--unsandboxed", "", "let node scripts run without bubblewrap's sandbox"},
    {"--mocks", "FILE", "answers for operations the embedded cloud lacks"},
    {"--mock-missing", "HOW", "synthesize or fail (default) for operations without an answer"},
    {"--verbose", "", "say more on stderr"}};

int exit_code(const Error& error) {
  switch (error.code) {
    case Code::denied:
    case Code::unavailable:
    case Code::timeout:
    case Code::throttled:
      return no_reach;
    case Code::cancelled:
      return cancelled;
    case Code::internal:
      return failed;
    case Code::conflict:
      // A state that another process holds is a matter of the store, not of the input.
      return error.name.empty() ? no_reach : bad_input;
    case Code::invalid:
    case Code::not_found:
      break;
  }
  return bad_input;
}

int report(const Error& error) {
  std::fprintf(stderr, "stint: %s\n", error.message.c_str());
  return exit_code(error);
}

void print(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
}

Result<host::WorldOptions> world_options(const Arguments& arguments) {
  host::WorldOptions options;
  options.state = arguments.value("--state");
  options.world_file = arguments.value("--world");
  options.cloud = arguments.value("--cloud", "embedded");
  if (options.cloud != "embedded" && options.cloud != "aws" &&
      !options.cloud.starts_with("http://") && !options.cloud.starts_with("https://"))
    return fail(Code::invalid,
                "--cloud takes embedded, aws or a URL (http://...), not \"" + options.cloud + "\"");
  const std::string time = arguments.value("--time", "real");
  if (time != "real" && time != "virtual")
    return fail(Code::invalid, "--time takes real or virtual, not \"" + time + "\"");
  options.virtual_time = time == "virtual";
  const std::string nodes = arguments.value("--nodes", "process");
  if (nodes == "process")
    options.nodes = host::Nodes::process;
  else if (nodes == "scripted")
    options.nodes = host::Nodes::scripted;
  else if (nodes == "none")
    options.nodes = host::Nodes::none;
  else
    return fail(Code::invalid, "--nodes takes process, scripted or none, not \"" + nodes + "\"");
  options.unsandboxed = arguments.has("--unsandboxed");
  options.mocks = arguments.value("--mocks");
  const std::string missing = arguments.value("--mock-missing", "fail");
  if (missing != "fail" && missing != "synthesize")
    return fail(Code::invalid, "--mock-missing takes synthesize or fail, not \"" + missing + "\"");
  options.synthesize_missing = missing == "synthesize";
  return options;
}

Result<std::unique_ptr<host::World>> open_world(const host::WorldOptions& options) {
  return host::World::open(options, actions::table());
}

Result<Value> parameters(const Arguments& arguments, const engine::FoundDocument& document) {
  Value out{Object()};
  if (const std::string from = arguments.value("--params"); from == "synthesize") {
    document::ParseOptions options{.source_name = document.name,
                                   .find_action = actions::find_spec,
                                   .amazon_owned = document.amazon_owned};
    document::DocumentPtr parsed =
        TRY(document::parse_document(std::string_view(document.content), options));
    for (const document::Parameter& parameter : parsed->parameters)
      if (!parameter.default_value) out.set(parameter.name, document::synthesize(parameter));
  } else if (!from.empty()) {
    std::string text = TRY(read_file(from));
    Result<Value> read = parse_json_or_yaml(text);
    if (!read) return fail(Code::invalid, from + ": " + read.error().message);
    if (!read->is_object())
      return fail(Code::invalid, from + ": a parameters file is a map of names to values");
    out = std::move(*read);
  }
  // A name that is given again grows into a list; never split at commas.
  std::map<std::string, int> times;
  for (const std::string& given : arguments.values("--param")) {
    const std::size_t equals = given.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(Code::invalid, "-p takes Name=Value, not \"" + given + "\"");
    const std::string name = given.substr(0, equals);
    std::string text = given.substr(equals + 1);
    Value value(text);
    if (text.starts_with('[') || text.starts_with('{')) {
      Result<Value> read = parse_json(text);
      if (!read)
        return fail(Code::invalid,
                    "-p " + name + ": the value begins like JSON, but " + read.error().message);
      value = std::move(*read);
    }
    const int seen = times[name]++;
    if (seen == 0) {
      out.set(name, std::move(value));
    } else {
      Value list = out[name];
      if (seen == 1) list = Value::list({list});
      list.push(std::move(value));
      out.set(name, std::move(list));
    }
  }
  return out;
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (widths.size() <= i) widths.push_back(0);
      widths[i] = std::max(widths[i], row[i].size());
    }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      if (i + 1 < row.size()) out.append(widths[i] - row[i].size() + 2, ' ');
    }
    out += '\n';
  }
  return out;
}

namespace {

/// Things that every run leaves by its nature and nobody looks for in a difference.
bool is_litter(std::string_view key) {
  return key.starts_with("sts/") || key.contains("/commands/") || key.contains("/invocations/") ||
         key.contains("/credentials/") || key.contains("/jobs/") || key == "random";
}

/// An association that has ended is history, not part of the cloud's face.
Value face(const std::string& key, Value value) {
  if (key.contains("/associations/") && value.is_object() && !value["Ended"].is_null()) return {};
  return value;
}

std::string short_name(const std::string& key) {
  // "iam/123456789012/roles/NAME" -> "iam role NAME"; "ec2/ACCOUNT/REGION/instances/ID".
  std::vector<std::string_view> parts = split(key, '/');
  if (parts.size() < 3) return key;
  const std::size_t kind_at = parts[0] == "iam" ? 2 : parts[0] == "s3" ? 1 : 3;
  if (parts.size() <= kind_at + 1) return key;
  std::string kind(parts[kind_at]);
  if (kind.ends_with("ies"))
    kind.replace(kind.size() - 3, 3, "y");
  else if (kind.ends_with('s'))
    kind.pop_back();
  std::string name;
  for (std::size_t i = kind_at + 1; i < parts.size(); ++i)
    name += (name.empty() ? "" : "/") + std::string(parts[i]);
  return std::string(parts[0]) + " " + kind + " " + name;
}

}  // namespace

std::vector<cloud::Change> lasting(std::vector<cloud::Change> changes) {
  std::vector<cloud::Change> out;
  for (cloud::Change& change : changes) {
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
    auto again = std::ranges::find_if(out, [&](const cloud::Change& other) {
      return other.key.contains("/associations/") && other.before.is_null() &&
             !other.after.is_null() && tie(other.after) == tie(out[i].before);
    });
    if (again == out.end()) continue;
    const std::string first = out[i].key, second = again->key;
    std::erase_if(out, [&](const cloud::Change& c) { return c.key == first || c.key == second; });
    i = static_cast<std::size_t>(-1);
  }
  return out;
}

Value changes_value(const std::vector<cloud::Change>& changes) {
  Value::List out;
  for (const cloud::Change& change : changes)
    out.push_back(object({{"key", change.key},
                          {"change", change.before.is_null()  ? "created"
                                     : change.after.is_null() ? "deleted"
                                                              : "changed"},
                          {"before", change.before},
                          {"after", change.after}}));
  return Value(std::move(out));
}

std::vector<std::string> change_lines(const std::vector<cloud::Change>& changes) {
  std::vector<std::string> out;
  for (const cloud::Change& change : changes) {
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

}  // namespace stint::cli

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/common.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "actions/table.h"
#include "aws/embedded.h"
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

std::unique_ptr<aws::Models> make_models() {
  aws::Models::Options options = aws::Models::options_of_environment();
  options.embedded = aws::embedded_models();
  return std::make_unique<aws::Models>(std::move(options));
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

}  // namespace stint::cli

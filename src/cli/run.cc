// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// stint run: one runbook, from its start to its end.
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "base/file.h"
#include "base/log.h"
#include "cli/common.h"
#include "cli/interrupts.h"
#include "cli/outcome.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "value/json.h"
#include "value/yaml.h"

namespace stint::cli {
namespace {

/// A file when there is one of that name, else a document that the cloud knows.
Result<engine::FoundDocument> find(host::World& world, const std::string& name) {
  std::error_code error;
  if (std::filesystem::is_regular_file(name, error)) {
    std::string content = TRY(read_file(name, 4u << 20));
    return engine::FoundDocument{.name = name, .version = "1", .content = std::move(content)};
  }
  if (name.contains('/') || name.ends_with(".yaml") || name.ends_with(".yml") ||
      name.ends_with(".json"))
    return fail(Code::not_found, "there is no file " + name);
  Result<engine::FoundDocument> found = world.find_document(name);
  if (!found && found.error().code == Code::not_found)
    return fail(Code::not_found,
                "there is no file " + name + ", and the cloud knows no document of that name");
  return found;
}

/// What the execution is called: the file's name without folder and ending.
std::string document_name(const std::string& name) {
  return std::filesystem::path(name).stem().string();
}

}  // namespace

int run(const Arguments& arguments) {
  Interrupts interrupts;
  if (arguments.has("--verbose")) set_log_level(LogLevel::debug);
  Result<host::WorldOptions> options = world_options(arguments);
  if (!options) return report(options.error());
  Result<std::unique_ptr<host::World>> opened = open_world(*options);
  if (!opened) return report(opened.error());
  host::World& world = **opened;

  Result<engine::FoundDocument> document = find(world, arguments.positional(0));
  if (!document) return report(document.error());
  Result<Value> given = parameters(arguments, *document);
  if (!given) return report(given.error());

  const bool json = arguments.has("--json");
  Progress progress(false, json);
  Value::List recording;
  if (world.embedded_ports() && arguments.has("--record"))
    world.embedded_ports()->record_into(&recording);
  const cloud::State before = world.cloud().state;
  world.engine().listen([&](const engine::Execution& x, const engine::Record& record) {
    progress.record(x, record);
  });
  engine::StartRequest request{.document = *document,
                               .parameters = *given,
                               .executed_by = world.caller_arn(),
                               .account = world.account(),
                               .region = world.region()};
  // Sentences name the file as it was given; the execution carries the document's name.
  if (Result<std::string> checked = check_document(*document); !checked)
    return report(checked.error());
  request.document.name = document_name(document->name);
  Result<std::string> started = world.engine().start(request);
  if (!started) return report(started.error());
  const std::string id = *started;
  interrupts.on_first([&world, id] {
    world.post([&world, id] {
      if (Result<void> asked = world.engine().cancel(id); !asked)
        log_warning(asked.error().message);
    });
  });

  std::optional<engine::Execution> ended;
  Result<void> ran = world.run_until([&] {
    const engine::Execution* x = world.engine().find(id);
    if (x && engine::terminal(x->status)) ended = *x;
    return ended.has_value();
  });
  if (!ran) return report(ran.error());
  if (arguments.has("--record")) {
    Result<void> wrote = write_file(arguments.value("--record"), to_yaml(Value(recording)));
    if (!wrote) return report(wrote.error());
  }
  return tell_outcome(world, *ended, before, json);
}

}  // namespace stint::cli

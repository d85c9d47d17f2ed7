// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// stint recover: what a crash left open is resolved and goes on to its end.
#include "cli/common.h"
#include "cli/interrupts.h"
#include "cli/outcome.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "engine/describe.h"
#include "value/json.h"

namespace stint::cli {

int recover(const Arguments& arguments) {
  Interrupts interrupts;
  Result<host::WorldOptions> options = world_options(arguments);
  if (!options) return report(options.error());
  if (options->state.empty())
    return report({Code::invalid, {}, "recover needs the state: --state FILE"});
  options->must_exist = true;
  // What the interrupted run was given goes on to hold, unless a flag says otherwise.
  options->nodes_given = arguments.has("--nodes");
  options->time_given = arguments.has("--time");
  options->cloud_given = arguments.has("--cloud");
  options->resume_settings = true;
  Result<std::unique_ptr<host::World>> opened = open_world(*options);
  if (!opened) return report(opened.error());
  host::World& world = **opened;
  const bool json = arguments.has("--json");
  const std::vector<std::string> ids = world.recovered();
  Progress progress(false, json);
  world.engine().listen([&](const engine::Execution& x, const engine::Record& record) {
    progress.record(x, record);
  });
  interrupts.on_first([&world, ids] {
    world.post([&world, ids] {
      for (const std::string& id : ids)
        if (world.engine().find(id)) static_cast<void>(world.engine().cancel(id));
    });
  });
  if (!json) print(std::to_string(ids.size()) + " open execution" + (ids.size() == 1 ? "" : "s"));
  Result<void> ran = world.run_until([&] { return world.engine().open() == 0; });
  if (!ran) return report(ran.error());

  int worst = good;
  Value::List executions;
  for (const std::string& id : ids) {
    Result<engine::Execution> ended = world.engine().read(id);
    if (!ended) return report(ended.error());
    // A child's end is its parent's affair.
    if (ended->start->parent.empty()) worst = std::max(worst, exit_of(ended->status));
    if (json) {
      executions.push_back(engine::describe(*ended));
    } else {
      print(std::string(engine::to_string(ended->status)) + "   " + ended->start->document_name +
            "   " + id);
      if (!ended->failure_message.empty()) print("  " + ended->failure_message);
    }
  }
  if (json) print(to_json(object({{"executions", Value(std::move(executions))}})));
  return worst;
}

}  // namespace stint::cli

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// stint cloud: the embedded cloud over HTTP, for any SDK.
#include <malloc.h>

#include "base/text.h"
#include "cli/common.h"
#include "cli/interrupts.h"
#include "cli/table.h"
#include "cloud/cloud.h"
#include "value/json.h"

namespace stint::cli {
namespace {

/// "SERVICE OPERATION" a line; in JSON a list for each service.
int list_operations(bool as_json) {
  Object all;
  for (const cloud::ServiceTable& table : cloud::services()) {
    Value::List names;
    for (const cloud::Operation& operation : table.operations) {
      if (!as_json) print(std::string(table.service) + " " + std::string(operation.name));
      names.emplace_back(operation.name);
    }
    all.set(table.service, Value(std::move(names)));
  }
  if (as_json) print(to_json(Value(std::move(all))));
  return good;
}

}  // namespace

int serve_cloud(const Arguments& arguments) {
  // What was freed last is kept apart until a larger piece is wanted, and then swept together: a
  // listing of a thousand rows paid for that at every row, a third of its time.
  ::mallopt(M_MXFAST, 0);
  if (arguments.has("--operations")) return list_operations(arguments.has("--json"));
  Interrupts interrupts;
  Result<host::WorldOptions> options = world_options(arguments);
  if (!options) return report(options.error());
  if (!arguments.has("--nodes")) options->nodes = host::Nodes::none;
  const std::string port = arguments.value("--port", "4566");
  std::optional<std::int64_t> number = to_integer(port);
  if (!number || *number < 0 || *number > 65535)
    return report(
        {Code::invalid, {}, "--port takes a number from 0 to 65535, not \"" + port + "\""});
  options->listen = "127.0.0.1:" + port;
  options->instance_metadata = true;
  options->zero_delays = arguments.has("--zero-delays");
  options->test_mode = arguments.has("--test-mode");
  options->deliver = true;
  options->keep_audit = false;  // nobody reads them here
  Result<std::unique_ptr<host::World>> opened = open_world(*options);
  if (!opened) return report(opened.error());
  host::World& world = **opened;
  bool stop = false;
  interrupts.on_first([&] { world.post([&] { stop = true; }); });

  Object metadata;
  for (const auto& [id, account] : world.cloud().state.accounts)
    for (const auto& [name, region] : account.regions)
      for (const auto& [instance, thing] : region.ec2.instances)
        metadata.set(instance, world.metadata_url(instance));
  if (arguments.has("--json")) {
    print(to_json(object(
        {{"endpoint", "http://" + world.address()}, {"metadata", Value(std::move(metadata))}})));
  } else {
    print("listening on http://" + world.address() + "   (key test, secret test; Ctrl-C ends it)");
    for (const auto& [instance, url, where] : metadata)
      print("  metadata of " + instance + ": " + url.as_text());
  }
  std::fflush(stdout);
  Result<void> ran = world.run_until([&] { return stop; });
  if (!ran) return report(ran.error());
  return good;
}

}  // namespace stint::cli

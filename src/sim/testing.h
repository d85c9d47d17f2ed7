// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "aws/embedded.h"
#include "cloud/world_file.h"
#include "sim/simulation.h"

/// Runs small runbooks in the simulated world.
namespace stint::sim::testing {

inline aws::Models& models() {
  static aws::Models shared([] {
    aws::Models::Options options;
    options.embedded = aws::embedded_models();
    return options;
  }());
  return shared;
}

inline Time morning() {
  return *parse_time("2026-11-24T08:00:00Z");
}

/// A simulation of the default world in which the steps named in `failing` get an API error.
struct Bench {
  Simulation simulation{models(), *cloud::default_world(morning()), morning()};
  std::set<std::string> failing;
  int calls = 0;               ///< API calls that were asked for
  int fail_first = 1'000'000;  ///< only so many calls of the failing steps fail

  Bench() {
    simulation.set_fault([this](const engine::Execution& x, const engine::CallOrder&) {
      ++calls;
      std::optional<Error> error;
      if (x.current >= 0 && failing.contains(x.step().name) && fail_first-- > 0)
        error = Error{Code::invalid, "Broken", "broken on purpose", 400};
      return error;
    });
  }

  /// Starts a runbook of these steps (YAML, one flow mapping a line).
  std::string start(const std::string& steps, Value parameters = Value(Object())) {
    Result<std::string> id = simulation.start(
        "schemaVersion: '0.3'\nparameters:\n  Id: {type: String, default: i-0123456789abcdef0}\n"
        "mainSteps:\n" +
            steps,
        std::move(parameters));
    EXPECT_TRUE(id) << id.error().message;
    return id ? *id : "";
  }
  engine::Execution run(const std::string& steps) {
    const std::string id = start(steps);
    EXPECT_TRUE(simulation.run());
    return simulation.execution(id);
  }
};

/// "A:Failed X:Success" for the steps that ran, in the document's order.
inline std::string trace(const engine::Execution& x) {
  std::string out;
  for (std::size_t i = 0; i < x.steps.size(); ++i)
    if (x.steps[i].status != engine::Status::pending)
      out += (out.empty() ? "" : " ") + x.document->steps[i].name + ":" +
             std::string(engine::to_string(x.steps[i].status));
  return out;
}

}  // namespace stint::sim::testing

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "cloud/state.h"
#include "value/value.h"

/// World files: YAML (or JSON) that describes the start of an embedded cloud (spec/interfaces.md,
/// "World file"). docs/world-file.md lists the keys.
namespace stint::cloud {

struct WorldOptions {
  /// The file's name: begins each sentence, and file references are relative to its folder.
  std::string path = "world";
  /// Everything was there a day before, unless the file's `created` says when. What was made so
  /// long ago has propagated.
  Time now{};
};

/// The world of a text that was read. Keys that are unknown, values of the wrong type, policies
/// that do not parse and files that cannot be read are errors: Code::invalid, "FILE:LINE:COL:
/// sentence". Things that the file does not number get ids that follow from their names, so the
/// same file always gives the same world.
Result<State> make_world(const Value& world, const WorldOptions& options);

/// Reads a world file.
Result<State> read_world(const std::string& path, Time now);

/// The world without a world file: an instance that wears a core profile, and a bucket with a
/// script and its data.
Result<State> default_world(Time now);
/// Its text.
std::string_view default_world_text();

/// The state as a world file that make_world reads back equal (diff finds nothing), whatever `now`
/// is then. What has no key of its own stands in the section `state`.
Result<std::string> dump_world(const State& state);

}  // namespace stint::cloud

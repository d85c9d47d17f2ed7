// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/world_file.h"
#include "targets.h"
#include "value/yaml.h"

namespace stint::fuzz {
namespace {

/// A world from outside may name files of this machine: those are not part of what is tried here.
bool names_files(const Value& value) {
  if (value.is_list()) {
    for (const Value& item : value.as_list())
      if (names_files(item)) return true;
  } else if (value.is_object()) {
    for (const auto& [key, member, where] : value.as_object())
      if (key == "file" || names_files(member)) return true;
  }
  return false;
}

}  // namespace

/// A world that was read is dumped so that it reads back equal.
void world(std::string_view bytes) {
  const Time now = *parse_time("2026-11-24T11:18:00Z");
  auto text = parse_json_or_yaml(bytes);
  if (!text || names_files(*text)) return;
  auto state = cloud::make_world(*text, {.path = "world", .now = now});
  if (!state) {
    STINT_CHECK(!state.error().message.empty());
    return;
  }
  auto dumped = cloud::dump_world(*state);
  STINT_CHECK(dumped);
  auto read = parse_json_or_yaml(*dumped);
  STINT_CHECK(read);
  auto again = cloud::make_world(*read, {.path = "world", .now = now});
  STINT_CHECK(again);
  STINT_CHECK(cloud::diff(*state, *again).empty());
}

}  // namespace stint::fuzz

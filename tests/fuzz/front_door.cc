// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/cloud.h"
#include "cloud/world_file.h"
#include "messages.h"
#include "targets.h"

namespace stint::fuzz {
namespace {

const cloud::State& start() {
  static const cloud::State state = [] {
    auto made = cloud::default_world(*parse_time("2026-11-24T11:18:00Z"));
    STINT_CHECK(made.has_value());
    return *made;
  }();
  return state;
}

}  // namespace

/// A request that nobody signed changes nothing that a request must not, and is answered, never
/// with a fault of the server. A first line "imds" sends the rest to an instance's metadata.
void front_door(std::string_view bytes) {
  const Time now = *parse_time("2026-11-24T11:18:00Z");
  cloud::Cloud cloud;
  cloud.state = start();
  cloud::FrontDoor door(cloud, models());
  net::Response answer;
  if (bytes.starts_with("imds\n")) {
    answer = door.imds("123456789012", "us-west-2", "i-0123456789abcdef0",
                       read_request(bytes.substr(5)), now);
  } else {
    answer = door.handle(read_request(bytes), now, now);
    STINT_CHECK(cloud::diff(start(), cloud.state).empty());
  }
  STINT_CHECK(answer.status >= 200 && answer.status != 500 && answer.status < 600);
}

}  // namespace stint::fuzz

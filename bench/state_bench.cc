// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// Microseconds of a copy of the demo's world, as every fork of an exploration and every commit
// makes one: made and destroyed again.
//
//   bench_state [--rounds N]
//
// Prints one JSON object: CPU microseconds a copy.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <thread>

#include "base/time.h"
#include "cloud/world_file.h"
#include "cpu.h"

namespace {

using namespace stint;

}  // namespace

int main(int argc, char** argv) {
  long rounds = 100'000;
  for (int i = 1; i + 1 < argc; i += 2)
    if (std::strcmp(argv[i], "--rounds") == 0) rounds = std::atol(argv[i + 1]);
  auto world = cloud::default_world(*parse_time("2026-11-24T08:00:00Z"));
  if (!world) {
    std::fprintf(stderr, "%s\n", world.error().message.c_str());
    return 1;
  }
  // Counting owners is cheaper in a program that has never had a second thread; ours has several.
  std::thread([] {}).join();
  std::size_t accounts = 0;
  const double began = bench::cpu_seconds();
  for (long i = 0; i < rounds; ++i) {
    const std::optional<cloud::State> copy = *world;
    accounts += copy->accounts.size();
  }
  const double spent = bench::cpu_seconds() - began;
  if (accounts != world->accounts.size() * static_cast<std::size_t>(rounds)) return 1;
  std::printf("{\"us_per_copy\": %.3f}\n", spent * 1e6 / static_cast<double>(rounds));
}

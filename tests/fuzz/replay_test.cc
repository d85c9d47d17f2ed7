// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// The kept inputs of every target: seeds, and what once broke something.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "targets.h"

namespace stint::fuzz {
namespace {

struct Target {
  std::string_view name;
  void (*run)(std::string_view bytes);
};
#define STINT_FUZZ_ROW(name) {#name, name},
constexpr Target targets[] = {STINT_FUZZ_TARGETS(STINT_FUZZ_ROW)};
#undef STINT_FUZZ_ROW

TEST(Fuzz, EveryTargetStandsItsKeptInputsAndTheirBeginnings) {
  for (const Target& target : targets) {
    int files = 0;
    const auto folder = std::filesystem::path(STINT_FUZZ_CORPUS) / target.name;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
      ++files;
      auto bytes = read_file(entry.path().string());
      ASSERT_TRUE(bytes) << entry.path();
      target.run(*bytes);
      // A text that stops short is what a reader forgets first.
      for (std::size_t end : {bytes->size() / 2, bytes->size() * 3 / 4, bytes->size() - 1})
        if (end < bytes->size()) target.run(std::string_view(*bytes).substr(0, end));
    }
    EXPECT_GE(files, 3) << "corpus/" << target.name;
    target.run("");
  }
}

}  // namespace
}  // namespace stint::fuzz

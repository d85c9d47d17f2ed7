// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "base/file.h"
#include "host/process.h"

/// Helps the tests that run real processes. They wait for what happens, never for a time.
namespace stint::host {

/// A directory that goes with the test.
class TestDirectory {
 public:
  TestDirectory() {
    std::string pattern = ::testing::TempDir() + "stint-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  ~TestDirectory() {
    std::error_code none;
    std::filesystem::remove_all(path_, none);
  }
  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

/// Ends that were told, by id.
template <class End>
class Ends {
 public:
  void tell(const std::string& id, const End& end) {
    std::lock_guard lock(mutex_);
    told_.emplace(id, end);
    changed_.notify_all();
  }
  /// Waits for it.
  End of(const std::string& id) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::minutes(1), [&] { return told_.contains(id); })) {
      ADD_FAILURE() << id << " did not end";
      return {};
    }
    return told_.find(id)->second;
  }
  std::size_t count(const std::string& id) {
    std::lock_guard lock(mutex_);
    return told_.count(id);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<std::string, End> told_;
};

inline ProcessSpec shell(const std::string& script) {
  return {.argv = {"/bin/sh", "-c", script}, .environment = {{"PATH", "/usr/bin:/bin"}}};
}

/// Waits for the line that a script writes to a FIFO.
inline void wait_for(const std::string& fifo) {
  char line[8];
  if (FILE* file = std::fopen(fifo.c_str(), "r")) {
    [[maybe_unused]] char* got = std::fgets(line, sizeof line, file);
    std::fclose(file);
  }
}
/// Lets a script that reads a line from a FIFO go on.
inline void let_go(const std::string& fifo) {
  if (FILE* file = std::fopen(fifo.c_str(), "w")) {
    std::fputs("go\n", file);
    std::fclose(file);
  }
}

/// Starts the process of "DIRECTORY/run" (it opens DIRECTORY/begun when it runs) and dies as by
/// kill -9.
inline void start_and_die(const std::string& directory) {
  Processes processes(program_path(), [](const std::string&, const ProcessEnd&) {});
  processes.start("p", directory + "/run",
                  shell("echo ran >> " + directory + "/log; echo out; echo > " + directory +
                        "/begun; read x < " + directory + "/go; exit 7"));
  wait_for(directory + "/begun");
  ::raise(SIGKILL);
}

}  // namespace stint::host

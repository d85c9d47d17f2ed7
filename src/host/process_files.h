// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <string>
#include <utility>

#include "host/process.h"

/// What the program and a supervisor leave each other in the directory of a run.
namespace stint::host {

/// A file descriptor that is closed with its owner.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() { reset(); }
  void reset();
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// "REASON" of errno, for sentences.
std::string system_reason();

namespace run_file {
inline std::string spec(const std::string& directory) {
  return directory + "/spec.json";
}
inline std::string pid(const std::string& directory) {
  return directory + "/pid";  // locked by the supervisor for as long as it lives
}
inline std::string started(const std::string& directory) {
  return directory + "/started";  // made before the process is
}
inline std::string cancel(const std::string& directory) {
  return directory + "/cancel";
}
inline std::string output(const std::string& directory) {
  return directory + "/stdout";
}
inline std::string error(const std::string& directory) {
  return directory + "/stderr";
}
inline std::string end(const std::string& directory) {
  return directory + "/exit.json";
}
}  // namespace run_file

Result<ProcessSpec> read_spec(const std::string& directory);
Result<void> write_end(const std::string& directory, const ProcessEnd& end);

/// The supervisor that holds the lock; 0: nobody.
pid_t supervisor_of(const std::string& directory);

}  // namespace stint::host

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace stint::store {

Result<std::unique_ptr<FileLock>> FileLock::take(const std::string& path) {
  const std::string name = path + ".lock";
  const int descriptor = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return fail(Code::unavailable,
                "state file " + path + ": cannot make its lock file: " + std::strerror(errno));
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    char holder[32] = {};
    const ssize_t got = ::pread(descriptor, holder, sizeof holder - 1, 0);
    ::close(descriptor);
    std::string who(holder, got > 0 ? static_cast<std::size_t>(got) : 0);
    while (!who.empty() && who.back() == '\n') who.pop_back();
    return fail(Code::conflict, "state file " + path + " is in use by process " +
                                    (who.empty() ? "(unknown)" : who) +
                                    "; end that one, or work on its server");
  }
  const std::string self = std::to_string(::getpid()) + "\n";
  // The number is only for the sentence above: a lock without it still locks.
  if (::ftruncate(descriptor, 0) == 0)
    static_cast<void>(::pwrite(descriptor, self.data(), self.size(), 0) < 0);
  return std::unique_ptr<FileLock>(new FileLock(descriptor));
}

FileLock::~FileLock() {
  ::close(descriptor_);
}

}  // namespace stint::store

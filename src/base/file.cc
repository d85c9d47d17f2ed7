// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace stint {
namespace {
struct Descriptor {
  int fd = -1;
  explicit Descriptor(int opened) : fd(opened) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  int close() { return ::close(std::exchange(fd, -1)); }
};

std::unexpected<Error> system_error(std::string_view what, const std::string& path) {
  const int number = errno;
  const Code code = number == ENOENT                      ? Code::not_found
                    : number == EACCES || number == EPERM ? Code::denied
                    : number == EISDIR || number == ENOTDIR || number == ENAMETOOLONG
                        ? Code::invalid
                        : Code::unavailable;
  char buffer[256];
  return fail(code,
              fmt::format("cannot {} {}: {}", what, path,
                          static_cast<const char*>(::strerror_r(number, buffer, sizeof buffer))));
}

Result<void> write_all(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t wrote = ::write(fd, content.data(), content.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return system_error("write", path);
    content.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}
}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd < 0) return system_error("read", path);
  struct stat about{};
  if (::fstat(file.fd, &about) != 0) return system_error("read", path);
  std::string content;
  // The size is a hint only: pipes and /proc say 0.
  std::size_t room = about.st_size > 0 ? static_cast<std::size_t>(about.st_size) + 1 : 4096;
  for (;;) {
    const std::size_t have = content.size();
    content.resize(have + std::min(room, limit + 1 - have));
    const ssize_t got = ::read(file.fd, content.data() + have, content.size() - have);
    content.resize(have + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read", path);
    if (got == 0) return content;
    if (content.size() > limit)
      return fail(Code::invalid,
                  fmt::format("cannot read {}: it is larger than {} bytes", path, limit));
    room = std::max<std::size_t>(4096, content.size());
  }
}

Result<void> write_file(const std::string& path, std::string_view content, int mode) {
  // In the same directory: a rename does not cross file systems.
  std::string temporary = path + ".XXXXXX";
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (file.fd < 0) return system_error("write", path);
  const auto write = [&]() -> Result<void> {
    TRY(write_all(file.fd, content, path));
    if (::fchmod(file.fd, static_cast<mode_t>(mode)) != 0 || ::fsync(file.fd) != 0 ||
        file.close() != 0 || ::rename(temporary.c_str(), path.c_str()) != 0)
      return system_error("write", path);
    return {};
  };
  Result<void> done = write();
  if (!done) {
    ::unlink(temporary.c_str());
    return done;
  }
  // The rename itself is durable only once the directory is.
  const auto slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.fd < 0 || ::fsync(directory.fd) != 0) return system_error("write", path);
  return {};
}

}  // namespace stint

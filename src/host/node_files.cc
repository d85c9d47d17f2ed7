// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "host/node_files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/text.h"
#include "host/process_files.h"

namespace stint::host {
namespace {

int open_inside(int root, const std::string& path, int flags, int mode = 0) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.mode = static_cast<std::uint64_t>(mode);
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how));
}

std::unexpected<Error> trouble(std::string_view path) {
  return fail(Code::unavailable,
              fmt::format("cannot write {} on the node: {}", path, system_reason()));
}

/// The parts of a path; ".." is resolved as text, so none is left.
std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  for (std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.emplace_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  return parts;
}

/// Makes the folders of `parts` below root; answers the last one.
Result<Fd> open_folder(const std::string& root, const std::vector<std::string>& parts,
                       std::string_view shown) {
  Fd base(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!base) return trouble(shown);
  if (!parts.empty() &&
      std::ranges::find(writable_directories(), parts[0]) == writable_directories().end())
    return fail(Code::denied, fmt::format("cannot write {} on the node: only /{} can be written",
                                          shown, join(writable_directories(), ", /")));
  std::string walked;
  Fd folder(open_inside(base.get(), "/", O_PATH | O_DIRECTORY));
  for (const std::string& part : parts) {
    walked += "/" + part;
    // Each step from the root, so that a link on the way stays inside it.
    Fd next(open_inside(base.get(), walked, O_PATH | O_DIRECTORY));
    if (!next && errno == ENOENT) {
      if (::mkdirat(folder.get(), part.c_str(), 0755) != 0) return trouble(shown);
      next = Fd(open_inside(base.get(), walked, O_PATH | O_DIRECTORY));
    }
    if (!next) return trouble(shown);
    folder = std::move(next);
  }
  return folder;
}

}  // namespace

const std::vector<std::string>& writable_directories() {
  static const std::vector<std::string> names = {"home", "opt", "root", "srv", "tmp", "var"};
  return names;
}

Result<void> write_plainly(const std::string& path, std::string_view bytes) {
  Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file ||
      ::write(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    return fail(Code::unavailable, fmt::format("cannot write {}: {}", path, system_reason()));
  return {};
}

Result<void> make_file_system(const std::string& root) {
  for (const std::string& name : writable_directories()) {
    std::error_code error;
    std::filesystem::create_directories(root + "/" + name, error);
    if (error)
      return fail(Code::unavailable,
                  fmt::format("cannot make the directory {}/{}: {}", root, name, error.message()));
  }
  ::chmod((root + "/tmp").c_str(), 01777);
  // Programs expect it to be there.
  return make_folder_inside(root, "/var/tmp");
}

Result<void> make_folder_inside(const std::string& root, std::string_view path) {
  TRY(open_folder(root, parts_of(path), path));
  return {};
}

Result<void> write_inside(const std::string& root, std::string_view path, std::string_view bytes,
                          int mode) {
  std::vector<std::string> parts = parts_of(path);
  if (parts.empty())
    return fail(Code::invalid, fmt::format("cannot write {} on the node: it is a directory", path));
  const std::string name = parts.back();
  parts.pop_back();
  Fd folder = TRY(open_folder(root, parts, path));
  // Beside it and renamed: neither a reader nor a crash sees half a file, and a link with that name
  // is replaced, not followed.
  const std::string draft = fmt::format(".{}.{}.stint", name.substr(0, 200), ::getpid());
  ::unlinkat(folder.get(), draft.c_str(), 0);
  Fd file(::openat(folder.get(), draft.c_str(),
                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!file) return trouble(path);
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t put = ::write(file.get(), bytes.data() + at, bytes.size() - at);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) {
      auto error = trouble(path);
      ::unlinkat(folder.get(), draft.c_str(), 0);
      return error;
    }
    at += static_cast<std::size_t>(put);
  }
  ::fchmod(file.get(), static_cast<mode_t>(mode));
  if (::renameat(folder.get(), draft.c_str(), folder.get(), name.c_str()) != 0) {
    auto error = trouble(path);
    ::unlinkat(folder.get(), draft.c_str(), 0);
    return error;
  }
  return {};
}

}  // namespace stint::host

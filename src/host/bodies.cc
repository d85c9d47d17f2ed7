// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "host/bodies.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/file.h"

namespace stint::host {
namespace {

namespace fs = std::filesystem;

/// Names come from a state file: only a hash may become part of a path.
bool is_hash(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace

std::string FileBodies::path(const std::string& sha256) const {
  return directory_ + "/" + sha256.substr(0, 2) + "/" + sha256;
}

Result<void> FileBodies::put(const std::string& sha256, std::string_view bytes) {
  if (!is_hash(sha256)) return fail(Code::internal, "'" + sha256 + "' is no hash");
  const std::string file = path(sha256);
  std::error_code error;
  if (fs::file_size(file, error) == bytes.size() && !error) return {};
  fs::create_directories(directory_ + "/" + sha256.substr(0, 2), error);
  if (error)
    return fail(Code::unavailable,
                "cannot make a folder in " + directory_ + ": " + error.message());
  TRY(write_file(file, bytes, 0600));
  written_ += bytes.size();
  return {};
}

Result<std::string> FileBodies::get(const std::string& sha256, std::size_t first,
                                    std::size_t count) const {
  if (!is_hash(sha256)) return fail(Code::internal, "'" + sha256 + "' is no hash");
  const std::string file = path(sha256);
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(Code::unavailable, "cannot open " + file + ": " + std::strerror(errno));
  std::string bytes(count, '\0');
  in.seekg(static_cast<std::streamoff>(first));
  in.read(bytes.data(), static_cast<std::streamsize>(count));
  if (static_cast<std::size_t>(in.gcount()) != count)
    return fail(Code::unavailable, file + " is shorter than it was");
  return bytes;
}

void FileBodies::sweep(const std::vector<std::string>& used) {
  written_ = 0;
  std::error_code error;
  std::vector<fs::path> unused;
  for (fs::recursive_directory_iterator at(directory_, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;
    if (!at->is_regular_file(ignored)) continue;
    // What was left of a write that a crash broke off has another name, and goes too.
    if (!std::ranges::binary_search(used, at->path().filename().string()))
      unused.push_back(at->path());
  }
  for (const fs::path& file : unused) fs::remove(file, error);
}

}  // namespace stint::host

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "host/process_files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/file.h"
#include "base/text.h"
#include "value/json.h"

namespace stint::host {
namespace {

constexpr std::size_t most_read = 8u << 20;

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

Value texts(const std::vector<std::string>& list) {
  return Value(Value::List(list.begin(), list.end()));
}

}  // namespace

void Fd::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

std::string system_reason() {
  return std::generic_category().message(errno);
}

Result<void> prepare_run(const std::string& directory, const ProcessSpec& spec) {
  std::error_code trouble;
  std::filesystem::create_directories(directory, trouble);
  if (trouble)
    return fail(Code::unavailable,
                fmt::format("cannot make the directory {}: {}", directory, trouble.message()));
  if (exists(run_file::spec(directory))) return {};
  Object environment;
  for (const auto& [name, value] : spec.environment) environment.append(name, value);
  Value text = object({{"argv", texts(spec.argv)},
                       {"environment", Value(std::move(environment))},
                       {"directory", spec.directory},
                       {"timeout_ms", static_cast<std::int64_t>(spec.timeout.count())},
                       {"output_limit", static_cast<std::int64_t>(spec.output_limit)},
                       {"file_limit", static_cast<std::int64_t>(spec.file_limit)},
                       {"open_files", static_cast<std::int64_t>(spec.open_files)}});
  return write_file(run_file::spec(directory), to_json(text), 0600);
}

Result<ProcessSpec> read_spec(const std::string& directory) {
  std::string text = TRY(read_file(run_file::spec(directory), most_read));
  Value read = TRY(parse_json(text));
  ProcessSpec spec;
  for (const Value& word : read.items("argv"))
    if (word.is_text()) spec.argv.push_back(word.as_text());
  if (spec.argv.empty()) return fail(Code::invalid, "the spec names no program");
  if (const Value& environment = read["environment"]; environment.is_object())
    for (const auto& [name, value, where] : environment.as_object())
      if (value.is_text()) spec.environment[name] = value.as_text();
  spec.directory = read.text("directory");
  spec.timeout = Duration(read.integer("timeout_ms", spec.timeout.count()));
  spec.output_limit = static_cast<std::size_t>(read.integer("output_limit"));
  spec.file_limit = static_cast<std::uint64_t>(read.integer("file_limit"));
  spec.open_files = static_cast<std::uint64_t>(read.integer("open_files"));
  return spec;
}

Result<void> write_end(const std::string& directory, const ProcessEnd& end) {
  Value text = object({{"exit_code", end.exit_code},
                       {"timed_out", end.timed_out},
                       {"cancelled", end.cancelled},
                       {"failure", end.failure}});
  return write_file(run_file::end(directory), to_json(text), 0600);
}

Result<ProcessEnd> read_end(const std::string& directory) {
  std::string text = TRY(read_file(run_file::end(directory), most_read));
  Value read = TRY(parse_json(text));
  ProcessEnd end{.exit_code = static_cast<int>(read.integer("exit_code")),
                 .timed_out = read.flag("timed_out"),
                 .cancelled = read.flag("cancelled")};
  end.failure = read.text("failure");
  if (auto output = read_file(run_file::output(directory))) end.output = std::move(*output);
  if (auto error = read_file(run_file::error(directory))) end.error = std::move(*error);
  return end;
}

pid_t supervisor_of(const std::string& directory) {
  Fd file(::open(run_file::pid(directory).c_str(), O_RDWR | O_CLOEXEC));
  if (!file) return 0;
  // Asking does not take the lock: a supervisor that begins right now must find it free.
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(file.get(), F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return 0;
  char text[32] = {};
  const ssize_t got = ::pread(file.get(), text, sizeof text - 1, 0);
  if (got <= 0) return 0;
  return static_cast<pid_t>(to_integer(trim(text)).value_or(0));
}

RunState inspect_run(const std::string& directory) {
  if (exists(run_file::end(directory))) return RunState::ended;
  if (!exists(run_file::spec(directory))) return RunState::absent;
  if (supervisor_of(directory) > 0) return RunState::running;
  // It may have ended between the two looks.
  if (exists(run_file::end(directory))) return RunState::ended;
  return exists(run_file::started(directory)) ? RunState::lost : RunState::prepared;
}

}  // namespace stint::host

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The supervisor of one process.
#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
extern "C" {  // glibc 2.36 forgot it in this header
#include <sys/pidfd.h>
}
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "base/file.h"
#include "base/text.h"
#include "host/process_files.h"

namespace stint::host {
namespace {

using Steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// For what is still in the pipes when everything that could write to them is gone.
constexpr auto drain_time = 2s;

/// Takes the lock that says "this run has a supervisor". False: there is one.
bool take_lock(const Fd& file) {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return ::fcntl(file.get(), F_OFD_SETLK, &lock) == 0;
}

/// One stream of the process, on its way to its file.
class Stream {
 public:
  Stream(Fd pipe, const std::string& path, std::size_t limit)
      : pipe_(std::move(pipe)),
        file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)),
        room_(limit) {
    ::fcntl(pipe_.get(), F_SETFL, O_NONBLOCK);
  }
  int fd() const { return pipe_.get(); }

  /// Reads what is there. Beyond the limit (or on a full disk) bytes are dropped, never left in the
  /// pipe: the process must not hang for them.
  void pump() {
    std::array<char, 65536> buffer;
    for (;;) {
      const ssize_t got = ::read(pipe_.get(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) return pipe_.reset();
      std::size_t keep = std::min(room_, static_cast<std::size_t>(got));
      for (std::size_t at = 0; at < keep;) {
        const ssize_t put = ::write(file_.get(), buffer.data() + at, keep - at);
        if (put <= 0) {
          room_ = keep = 0;
          break;
        }
        at += static_cast<std::size_t>(put);
      }
      room_ -= keep;
    }
  }

 private:
  Fd pipe_, file_;
  std::size_t room_;
};

/// In the child, between fork and exec: only what is safe there. `report` gets errno on failure.
[[noreturn]] void become(const ProcessSpec& spec, char* const* argv, char* const* environment,
                         int output, int error, int report) {
  ::setsid();  // a session and group of its own: signals for us do not reach it, ours reach all of
               // it
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, 0);
  ::dup2(output, 1);
  ::dup2(error, 2);
  auto limit = [](int what, rlim_t value) {
    rlimit now{};
    ::getrlimit(static_cast<__rlimit_resource_t>(what), &now);
    now.rlim_cur = std::min(value, now.rlim_max);
    now.rlim_max = now.rlim_cur;
    ::setrlimit(static_cast<__rlimit_resource_t>(what), &now);
  };
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, spec.file_limit);
  limit(RLIMIT_NOFILE, spec.open_files);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::umask(022);
  ::close_range(3, UINT_MAX, CLOSE_RANGE_CLOEXEC);
  if (::chdir(spec.directory.c_str()) == 0) ::execve(argv[0], argv, environment);
  const int reason = errno;
  [[maybe_unused]] ssize_t told = ::write(report, &reason, sizeof reason);
  ::_exit(127);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

/// Kills whatever descends from us: orphans come to us because we are their subreaper.
void kill_descendants() {
  const std::string list = fmt::format("/proc/self/task/{}/children", ::getpid());
  // Each death may hand us further orphans: until there is none.
  for (;;) {
    auto children = read_file(list);
    bool any = false;
    if (children)
      for (std::string_view word : split(trim(*children), ' '))
        if (auto pid = to_integer(word)) {
          any = true;
          ::kill(static_cast<pid_t>(*pid), SIGKILL);
          ::waitpid(static_cast<pid_t>(*pid), nullptr, 0);
        }
    if (!any) return;
  }
}

sigset_t cancel_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (int signal : {SIGTERM, SIGINT}) ::sigaddset(&signals, signal);
  return signals;
}

class Supervisor {
 public:
  Supervisor(std::string directory, ProcessSpec spec)
      : directory_(std::move(directory)), spec_(std::move(spec)) {}

  ProcessEnd run() {
    // They are blocked since before the marker is looked for: a cancel comes by the one or by the
    // other.
    const sigset_t signals = cancel_signals();
    signals_ = Fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
    if (::access(run_file::cancel(directory_).c_str(), F_OK) == 0) return {.cancelled = true};
    if (std::string trouble = start(); !trouble.empty()) return {.failure = trouble};
    watch();
    return end_;
  }

 private:
  std::string start() {
    int output[2], error[2], report[2];
    if (::pipe2(output, O_CLOEXEC) || ::pipe2(error, O_CLOEXEC) || ::pipe2(report, O_CLOEXEC))
      return fmt::format("cannot make a pipe: {}", system_reason());
    std::vector<std::string> variables;
    for (const auto& [name, value] : spec_.environment) variables.push_back(name + "=" + value);
    const std::vector<char*> argv = pointers(spec_.argv), environment = pointers(variables);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    child_ = ::fork();
    if (child_ == 0) become(spec_, argv.data(), environment.data(), output[1], error[1], report[1]);
    Fd output_end(output[1]), error_end(error[1]), report_end(report[1]), told(report[0]);
    streams_.emplace_back(Fd(output[0]), run_file::output(directory_), spec_.output_limit);
    streams_.emplace_back(Fd(error[0]), run_file::error(directory_), spec_.output_limit);
    if (child_ < 0) return fmt::format("cannot start a process: {}", system_reason());
    output_end.reset();
    error_end.reset();
    report_end.reset();
    int reason = 0;
    if (::read(told.get(), &reason, sizeof reason) == sizeof reason) {
      ::waitpid(child_, nullptr, 0);
      errno = reason;
      return fmt::format("cannot run {} in {}: {}", spec_.argv[0], spec_.directory,
                         system_reason());
    }
    exited_ = Fd(::pidfd_open(child_, 0));
    return {};
  }

  void watch() {
    const auto deadline = Steady::now() + spec_.timeout;
    bool alive = true;
    while (alive) {
      auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now());
      if (left <= 0ms && !killed_) {
        end_.timed_out = true;
        kill();
      }
      const int wait =
          killed_ ? -1 : static_cast<int>(std::min<std::int64_t>(left.count(), 1 << 30));
      pollfd polled[] = {{streams_[0].fd(), POLLIN, 0},
                         {streams_[1].fd(), POLLIN, 0},
                         {exited_.get(), POLLIN, 0},
                         {signals_.get(), POLLIN, 0}};
      if (::poll(polled, std::size(polled), wait) < 0 && errno != EINTR) break;
      for (Stream& stream : streams_)
        if (stream.fd() >= 0) stream.pump();
      if (polled[3].revents) {
        signalfd_siginfo told;
        while (::read(signals_.get(), &told, sizeof told) > 0) {
        }
        if (!killed_) {
          end_.cancelled = true;
          kill();
        }
      }
      if (polled[2].revents) alive = false;
    }
    // Whatever it left behind goes with it; before it is reaped, while its number is its own.
    kill();
    int status = 0;
    ::waitpid(child_, &status, 0);
    end_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    kill_descendants();
    drain();
  }

  void kill() {
    killed_ = true;
    ::kill(-child_, SIGKILL);
    ::kill(child_, SIGKILL);  // should it not have come as far as its own group
  }

  void drain() {
    const auto deadline = Steady::now() + drain_time;
    while (streams_[0].fd() >= 0 || streams_[1].fd() >= 0) {
      auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now());
      if (left <= 0ms) return;
      pollfd polled[] = {{streams_[0].fd(), POLLIN, 0}, {streams_[1].fd(), POLLIN, 0}};
      ::poll(polled, std::size(polled), static_cast<int>(left.count()));
      for (Stream& stream : streams_)
        if (stream.fd() >= 0) stream.pump();
    }
  }

  std::string directory_;
  ProcessSpec spec_;
  std::vector<Stream> streams_;
  Fd signals_, exited_;
  pid_t child_ = -1;
  bool killed_ = false;
  ProcessEnd end_;
};

}  // namespace

int node_supervisor_main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("node-supervisor: one directory is needed\n", stderr);
    return 2;
  }
  const std::string directory = argv[2];
  ::close_range(3, UINT_MAX, 0);  // sockets of the program that started us
  ::setsid();
  for (int signal : {SIGHUP, SIGPIPE, SIGQUIT}) ::signal(signal, SIG_IGN);
  const sigset_t signals = cancel_signals();
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);

  Fd lock(::open(run_file::pid(directory).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock || !take_lock(lock)) return 0;  // another one is at it
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(lock.get(), 0) != 0 ||
      ::pwrite(lock.get(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size()))
    return 1;
  if (::access(run_file::end(directory).c_str(), F_OK) == 0) return 0;

  ProcessEnd end;
  if (::access(run_file::started(directory).c_str(), F_OK) == 0) {
    end.failure =
        "The process was under way when its supervisor died: what became of it is not "
        "known.";
  } else if (auto spec = read_spec(directory); !spec) {
    end.failure = spec.error().message;
  } else if (auto marked = write_file(run_file::started(directory), pid, 0600); !marked) {
    end.failure = marked.error().message;
  } else {
    end = Supervisor(directory, std::move(*spec)).run();
  }
  return write_end(directory, end) ? 0 : 1;
}

}  // namespace stint::host

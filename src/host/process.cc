// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "host/process.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
extern "C" {  // glibc 2.36 forgot it in this header
#include <sys/pidfd.h>
}
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

#include "base/file.h"
#include "host/process_files.h"

namespace stint::host {
namespace {

/// A supervisor that finds the lock taken gives up, and we wait for the other one; so many times.
constexpr int most_tries = 5;

Result<pid_t> spawn_supervisor(const std::string& program, const std::string& directory) {
  std::string verb = "node-supervisor";
  std::array<char*, 4> argv = {const_cast<char*>(program.c_str()), verb.data(),
                               const_cast<char*>(directory.c_str()), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (int fd : {0, 1, 2})
    posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", fd == 0 ? O_RDONLY : O_WRONLY, 0);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t cancel, all;
  sigemptyset(&cancel);
  sigaddset(&cancel, SIGTERM);  // would kill it before it listens
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &cancel);
  posix_spawnattr_setsigdefault(&attributes, &all);
  // Ctrl-C on our terminal must not reach it.
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t pid = -1;
  std::array<char*, 1> environment = {nullptr};
  const int trouble =
      posix_spawn(&pid, program.c_str(), &actions, &attributes, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (trouble) {
    errno = trouble;
    return fail(Code::unavailable, fmt::format("cannot start {}: {}", program, system_reason()));
  }
  return pid;
}

ProcessEnd failed(std::string sentence) {
  ProcessEnd end;
  end.failure = std::move(sentence);
  return end;
}

}  // namespace

std::string program_path() {
  std::array<char, PATH_MAX> buffer;
  const ssize_t length = ::readlink("/proc/self/exe", buffer.data(), buffer.size());
  return length > 0 ? std::string(buffer.data(), static_cast<std::size_t>(length)) : "";
}

struct Processes::Impl {
  struct Run {
    std::string id, directory;
    Fd supervisor;    ///< pidfd
    pid_t child = 0;  ///< our own child, to be reaped; 0: adopted
    int tries = 0;    ///< supervisors started
    bool looked = false;
    bool cancel = false;
    std::optional<ProcessEnd> end;
  };

  std::string program;
  OnEnd on_end;
  mutable std::mutex mutex;
  std::condition_variable emptied;  ///< runs is empty
  std::map<std::string, Run> runs;  ///< by id; until the end was told
  bool stop = false;
  Fd wake;
  std::thread thread;

  void poke() {
    const std::uint64_t one = 1;
    [[maybe_unused]] ssize_t put = ::write(wake.get(), &one, sizeof one);
  }

  /// Finds out where a run is, and does what is next. Leaves it with a supervisor to wait for, or
  /// with its end.
  void look(Run& run) {
    switch (inspect_run(run.directory)) {
      case RunState::ended:
        take_end(run);
        return;
      case RunState::running:
        if (adopt(run)) return;
        break;  // it ended just now: look once more
      case RunState::lost:
        run.end = failed(
            "The process was under way when its supervisor died: what became of it is not known.");
        return;
      case RunState::absent:
      case RunState::prepared:
        if (run.tries++ == most_tries) {
          run.end = failed("The supervisor of the process ends without running it.");
          return;
        }
        spawn(run);
        return;
    }
    if (inspect_run(run.directory) == RunState::ended) {
      take_end(run);
    } else {
      run.looked = false;  // the loop comes back to it
    }
  }

  void take_end(Run& run) {
    auto end = read_end(run.directory);
    run.end = end ? std::move(*end) : failed(end.error().message);
  }

  void spawn(Run& run) {
    auto pid = spawn_supervisor(program, run.directory);
    if (!pid) {
      run.end = failed(pid.error().message);
      return;
    }
    run.child = *pid;
    run.supervisor = Fd(::pidfd_open(*pid, 0));
    signal(run);
  }

  /// False: the supervisor is gone again.
  bool adopt(Run& run) {
    const pid_t pid = supervisor_of(run.directory);
    if (pid <= 0) return false;
    Fd fd(::pidfd_open(pid, 0));
    // It held the lock before and holds it now, so the number meant it all the time.
    if (!fd || supervisor_of(run.directory) != pid) return false;
    run.supervisor = std::move(fd);
    signal(run);
    return true;
  }

  void signal(Run& run) {
    if (run.cancel && run.supervisor)
      ::pidfd_send_signal(run.supervisor.get(), SIGTERM, nullptr, 0);
  }

  void loop() {
    std::unique_lock lock(mutex);
    while (!stop) {
      std::vector<std::pair<std::string, ProcessEnd>> ended;
      for (auto& [id, run] : runs) {
        if (!run.looked) {
          run.looked = true;
          look(run);
        }
        if (run.end) ended.emplace_back(id, std::move(*run.end));
      }
      for (const auto& [id, end] : ended) runs.erase(id);
      if (runs.empty()) emptied.notify_all();
      std::vector<pollfd> polled = {{wake.get(), POLLIN, 0}};
      std::vector<std::string> ids;
      bool again = false;
      for (const auto& [id, run] : runs) {
        if (!run.looked) again = true;
        if (!run.supervisor) continue;
        polled.push_back({run.supervisor.get(), POLLIN, 0});
        ids.push_back(id);
      }
      lock.unlock();
      for (const auto& [id, end] : ended) on_end(id, end);
      ::poll(polled.data(), polled.size(), again ? 10 : -1);
      std::uint64_t count;
      while (::read(wake.get(), &count, sizeof count) > 0) {
      }
      lock.lock();
      for (std::size_t i = 0; i < ids.size(); ++i) {
        auto run = runs.find(ids[i]);
        if (!polled[i + 1].revents || run == runs.end()) continue;
        if (run->second.child > 0) ::waitpid(run->second.child, nullptr, WNOHANG);
        run->second.child = 0;
        run->second.supervisor.reset();
        run->second.looked = false;
      }
    }
  }
};

Processes::Processes(std::string program, OnEnd on_end) : impl_(std::make_unique<Impl>()) {
  impl_->program = std::move(program);
  impl_->on_end = std::move(on_end);
  impl_->wake = Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  impl_->thread = std::thread([this] { impl_->loop(); });
}

Processes::~Processes() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stop = true;
  }
  impl_->poke();
  impl_->thread.join();
}

void Processes::start(const std::string& id, const std::string& directory,
                      const ProcessSpec& spec) {
  // The record before the process: from here on it is known, whatever happens to us.
  Result<void> prepared = prepare_run(directory, spec);
  {
    std::lock_guard lock(impl_->mutex);
    Impl::Run& run = impl_->runs[id];
    run.id = id;
    run.directory = directory;
    if (!prepared) {
      run.end = failed(prepared.error().message);
      run.looked = true;
    }
  }
  impl_->poke();
}

void Processes::cancel(const std::string& id) {
  {
    std::lock_guard lock(impl_->mutex);
    auto run = impl_->runs.find(id);
    if (run == impl_->runs.end() || run->second.cancel) return;
    run->second.cancel = true;
    // For a supervisor that has not begun to listen for signals.
    (void)write_file(run_file::cancel(run->second.directory), "", 0600);
    impl_->signal(run->second);
  }
  impl_->poke();
}

void Processes::tell(const std::string& id, std::string failure) {
  {
    std::lock_guard lock(impl_->mutex);
    Impl::Run& run = impl_->runs[id];
    run.looked = true;
    run.end = failed(std::move(failure));
  }
  impl_->poke();
}

void Processes::finish() {
  std::vector<std::string> ids;
  {
    std::lock_guard lock(impl_->mutex);
    for (const auto& [id, run] : impl_->runs) ids.push_back(id);
  }
  for (const std::string& id : ids) cancel(id);
  std::unique_lock lock(impl_->mutex);
  impl_->emptied.wait(lock, [this] { return impl_->runs.empty(); });
}

std::size_t Processes::running() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->runs.size();
}

}  // namespace stint::host

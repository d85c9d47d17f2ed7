// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "host/sandbox.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>

#include "base/text.h"
#include "host/node_files.h"
#include "host/process_files.h"

namespace stint::host {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

void add(Words& words, std::initializer_list<std::string> more) {
  words.insert(words.end(), more);
}

std::string find_bubblewrap(const std::string& name) {
  if (name.find('/') != name.npos) return name;
  for (const char* folder : {"/usr/bin/", "/bin/", "/usr/local/bin/"})
    if (std::string path = folder + name; ::access(path.c_str(), X_OK) == 0) return path;
  return name;
}

/// What all sandboxes have in common.
Words base_command(const std::string& bubblewrap, const Sandbox& sandbox) {
  Words words = {bubblewrap, "--die-with-parent", "--cap-drop", "ALL"};
  if (sandbox.user_namespace) {
    add(words, {"--unshare-all", "--uid", "0", "--gid", "0"});
  } else {
    add(words, {"--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
                "--unshare-cgroup-try"});
  }
  if (sandbox.network_admin)
    for (const char* capability : {"CAP_NET_ADMIN", "CAP_NET_BIND_SERVICE", "CAP_SETPCAP"})
      add(words, {"--cap-add", capability});
  add(words, {"--ro-bind", "/usr", "/usr"});
  // On a merged /usr these are links into it, else folders of their own.
  for (const char* name : {"/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32"}) {
    std::error_code none;
    if (fs::is_symlink(name, none)) {
      add(words, {"--symlink", fs::read_symlink(name, none).string(), name});
    } else if (fs::is_directory(name, none)) {
      add(words, {"--ro-bind", name, name});
    }
  }
  add(words, {"--proc", "/proc", "--dev", "/dev"});
  return words;
}

struct Ran {
  int code = -1;  ///< -1: it could not be started
  std::string said;
};
Ran run(const Words& words) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return {-1, system_reason()};
  Fd in(ends[0]), out(ends[1]);
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.get(), 1);
  posix_spawn_file_actions_adddup2(&actions, out.get(), 2);
  std::array<char*, 1> environment = {nullptr};
  pid_t pid = -1;
  const int trouble =
      posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (trouble) {
    errno = trouble;
    return {-1, system_reason()};
  }
  out.reset();
  Ran ran;
  std::array<char, 4096> buffer;
  for (ssize_t got; (got = ::read(in.get(), buffer.data(), buffer.size())) > 0;)
    ran.said.append(buffer.data(), static_cast<std::size_t>(got));
  int status = 0;
  ::waitpid(pid, &status, 0);
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return ran;
}

}  // namespace

Sandbox probe_sandbox(const std::string& bubblewrap) {
  const std::string path = find_bubblewrap(bubblewrap);
  Ran first;  // the reason that counts: the later attempts are for where it is told
  for (bool user_namespace : {true, false}) {
    if (!user_namespace && ::geteuid() != 0) break;
    for (bool network_admin : {true, false}) {
      Sandbox sandbox{.works = true,
                      .network_admin = network_admin,
                      .user_namespace = user_namespace,
                      .reason = {}};
      Words words = base_command(path, sandbox);
      add(words, {"--", "/usr/bin/true"});
      Ran ran = run(words);
      if (ran.code == 0) return sandbox;
      if (first.said.empty()) first = std::move(ran);
      if (first.code < 0) break;
    }
  }
  std::string_view said = trim(first.said);
  said = said.substr(0, said.find('\n'));
  return {.works = false,
          .reason = first.code < 0 ? fmt::format("{} cannot be run ({})", path, said)
                                   : fmt::format("bubblewrap does not work here ({})", said)};
}

std::vector<std::string> sandbox_command(const SandboxPlan& plan,
                                         const std::vector<std::string>& argv) {
  Words words = base_command(find_bubblewrap("bwrap"), plan.sandbox);
  add(words, {"--hostname", plan.host_name, "--ro-bind", plan.etc, "/etc"});
  for (const char* name : {"/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/alternatives",
                           "/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types"})
    add(words, {"--ro-bind-try", name, name});
  for (const auto& [from, to] : plan.writable) add(words, {"--bind", from, to});
  add(words, {"--tmpfs", "/run", "--ro-bind", plan.program, "/run/stint/stint"});
  add(words, {"--ro-bind", plan.python, inside::python});
  add(words, {"--ro-bind", plan.cloud_net, "/run/stint/cloud"});
  add(words, {"--ro-bind", plan.node_net, "/run/stint/node"});
  add(words, {"--", "/run/stint/stint", "sandbox-init", plan.directory});
  words.insert(words.end(), argv.begin(), argv.end());
  return words;
}

Result<void> make_etc(const std::string& directory, const std::string& host_name) {
  std::error_code trouble;
  fs::create_directories(directory + "/ssl/certs", trouble);
  fs::create_directories(directory + "/alternatives", trouble);
  if (trouble)
    return fail(Code::unavailable,
                fmt::format("cannot make the directory {}: {}", directory, trouble.message()));
  const std::pair<const char*, std::string> files[] = {
      {"passwd",
       "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/"
       "nologin\n"},
      {"group", "root:x:0:\nnogroup:x:65534:\n"},
      {"hosts", fmt::format("127.0.0.1 localhost {}\n", host_name)},
      {"hostname", host_name + "\n"},
      {"nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"},
      {"resolv.conf", ""},
      {"os-release",
       "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\n"
       "VERSION_ID=\"12\"\nID=debian\n"},
      // Places where files of the system are laid over.
      {"ld.so.cache", ""},
      {"localtime", ""},
      {"mime.types", ""},
      {"ssl/openssl.cnf", ""},
  };
  for (const auto& [name, text] : files)
    TRY(write_plainly(fmt::format("{}/{}", directory, name), text));
  return {};
}

}  // namespace stint::host

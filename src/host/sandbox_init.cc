// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The first process inside a sandbox.
#include <arpa/inet.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sys/ioctl.h>
extern "C" {  // glibc 2.36 forgot it in this header
#include <sys/pidfd.h>
}
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "host/sandbox.h"
#include "host/sandbox_forward.h"

namespace stint::host {
namespace {

constexpr const char* link_local = "169.254.169.254";

ifreq request_for(const char* device) {
  ifreq request{};
  std::strncpy(request.ifr_name, device, IFNAMSIZ - 1);
  return request;
}

void set_address(ifreq& request, const char* text) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  ::inet_pton(AF_INET, text, &address.sin_addr);
  std::memcpy(&request.ifr_addr, &address, sizeof address);
}

/// Brings lo up and gives it the address of the metadata service. False: it may not.
bool make_link_local() {
  Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq lo = request_for("lo");
  if (::ioctl(socket.get(), SIOCGIFFLAGS, &lo) == 0) {
    lo.ifr_flags = static_cast<short>(lo.ifr_flags | IFF_UP | IFF_RUNNING);
    ::ioctl(socket.get(), SIOCSIFFLAGS, &lo);
  }
  ifreq alias = request_for("lo:1");
  set_address(alias, link_local);
  if (::ioctl(socket.get(), SIOCSIFADDR, &alias) != 0) return false;
  set_address(alias, "255.255.255.255");
  return ::ioctl(socket.get(), SIOCSIFNETMASK, &alias) == 0;
}

/// The process gets no capability, and no way to one: bubblewrap has set no_new_privs.
void drop_capabilities() {
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  for (int capability = 0; capability <= CAP_LAST_CAP; ++capability)
    ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  ::syscall(SYS_capset, &header, none);
}

}  // namespace

int sandbox_init_main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("sandbox-init: a directory and a program are needed\n", stderr);
    return 2;
  }
  const char* directory = argv[2];
  Forwarder forwarder;
  auto give_up = [](const Error& error) {
    std::fprintf(stderr, "stint: the sandbox has no way out: %s\n", error.message.c_str());
    return 1;
  };
  if (auto door = forwarder.listen("127.0.0.1", inside::cloud_port, "/run/stint/cloud/cloud.sock");
      !door)
    return give_up(door.error());
  std::string metadata = std::string("http://") + link_local;
  if (!make_link_local() || !forwarder.listen(link_local, 80, "/run/stint/node/imds.sock")) {
    metadata = "http://127.0.0.1:" + std::to_string(inside::metadata_port);
    if (auto door =
            forwarder.listen("127.0.0.1", inside::metadata_port, "/run/stint/node/imds.sock");
        !door)
      return give_up(door.error());
  }
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.c_str(), 1);
    ::setenv("PWD", directory, 1);
    if (::chdir(directory) != 0) {
      std::fprintf(stderr, "stint: cannot enter %s: %s\n", directory, std::strerror(errno));
      ::_exit(1);
    }
    drop_capabilities();
    ::execv(argv[3], argv + 3);
    std::fprintf(stderr, "stint: cannot run %s: %s\n", argv[3], std::strerror(errno));
    ::_exit(127);
  }
  if (child < 0) {
    std::fprintf(stderr, "stint: cannot start a process: %s\n", std::strerror(errno));
    return 1;
  }
  // Our copies of the script's streams must not keep them open.
  for (int fd : {1, 2}) ::close(fd);
  Fd exited(::pidfd_open(child, 0));
  forwarder.run(exited.get());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace stint::host

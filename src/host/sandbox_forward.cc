// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "host/sandbox_forward.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace stint::host {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 60s;
constexpr int retry_ms = 100;
constexpr std::size_t most_held = 256u << 10;

}  // namespace

Result<void> Forwarder::listen(const std::string& address, int port, std::string path) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<std::uint16_t>(port));
  Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::inet_pton(AF_INET, address.c_str(), &at.sin_addr) != 1 ||
      ::bind(socket.get(), reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 ||
      ::listen(socket.get(), 64) != 0)
    return fail(Code::unavailable,
                fmt::format("cannot listen at {}:{}: {}", address, port, system_reason()));
  doors_.push_back({std::move(socket), std::move(path)});
  return {};
}

void Forwarder::accept(Door& door) {
  for (;;) {
    Fd client(::accept4(door.socket.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!client) return;
    Link& link = links_.emplace_back();
    link.client = std::move(client);
    link.path = door.path;
    link.give_up = Steady::now() + patience;
    connect(link);
  }
}

void Forwarder::connect(Link& link) {
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  std::strncpy(at.sun_path, link.path.c_str(), sizeof at.sun_path - 1);
  Fd server(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::connect(server.get(), reinterpret_cast<sockaddr*>(&at), sizeof at) == 0) {
    link.server = std::move(server);
  } else if (Steady::now() >= link.give_up) {
    link.broken = true;
  }
}

void Forwarder::move(Link& link, short client, short server) {
  auto read = [&](Fd& from, Flow& flow) {
    std::array<char, 65536> buffer;
    const ssize_t got = ::read(from.get(), buffer.data(), buffer.size());
    if (got > 0) {
      flow.bytes.append(buffer.data(), static_cast<std::size_t>(got));
    } else if (got == 0) {
      flow.ended = true;
    } else if (errno != EAGAIN && errno != EINTR) {
      link.broken = true;
    }
  };
  auto write = [&](Fd& to, Flow& flow) {
    while (!flow.bytes.empty()) {
      const ssize_t put = ::send(to.get(), flow.bytes.data(), flow.bytes.size(), MSG_NOSIGNAL);
      if (put > 0) {
        flow.bytes.erase(0, static_cast<std::size_t>(put));
        continue;
      }
      if (errno != EAGAIN && errno != EINTR) link.broken = true;
      break;
    }
    if (flow.ended && flow.bytes.empty() && !flow.closed) {
      ::shutdown(to.get(), SHUT_WR);
      flow.closed = true;
    }
  };
  if (client & (POLLIN | POLLHUP | POLLERR) && !link.up.ended) read(link.client, link.up);
  if (link.server) {
    if (server & (POLLIN | POLLHUP | POLLERR) && !link.down.ended) read(link.server, link.down);
    write(link.server, link.up);
    write(link.client, link.down);
    if (link.up.closed && link.down.closed) link.broken = true;
  } else if (link.up.ended && link.up.bytes.empty()) {
    link.broken = true;  // the client went away without a word
  }
}

void Forwarder::run(int until) {
  for (;;) {
    std::vector<pollfd> polled = {{until, POLLIN, 0}};
    for (const Door& door : doors_) polled.push_back({door.socket.get(), POLLIN, 0});
    int wait = -1;
    for (const Link& link : links_) {
      short client = 0, server = 0;
      if (!link.up.ended && link.up.bytes.size() < most_held) client |= POLLIN;
      if (!link.down.bytes.empty()) client |= POLLOUT;
      if (!link.down.ended && link.down.bytes.size() < most_held) server |= POLLIN;
      if (!link.up.bytes.empty()) server |= POLLOUT;
      // A side with nothing to wait for must not be asked: its hang-up would be told for ever.
      polled.push_back({client ? link.client.get() : -1, client, 0});
      polled.push_back({link.server && server ? link.server.get() : -1, server, 0});
      if (!link.server) wait = retry_ms;
    }
    ::poll(polled.data(), polled.size(), wait);
    if (polled[0].revents) return;
    std::size_t at = 1 + doors_.size();
    for (Link& link : links_) {
      if (!link.server) connect(link);
      move(link, polled[at].revents, polled[at + 1].revents);
      at += 2;
    }
    std::erase_if(links_, [](const Link& link) { return link.broken; });
    for (std::size_t i = 0; i < doors_.size(); ++i)
      if (polled[1 + i].revents) accept(doors_[i]);
  }
}

}  // namespace stint::host

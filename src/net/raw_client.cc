// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "net/raw_client.h"

#include <sys/socket.h>
#include <unistd.h>

#include "net/address.h"

namespace stint::net {

RawClient::RawClient(const std::string& address) {
  auto to = parse_address(address);
  if (!to) return;
  socket_ = ::socket(to->family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_ >= 0 && ::connect(socket_, to->get(), to->length) != 0) {
    ::close(socket_);
    socket_ = -1;
  }
}

RawClient::~RawClient() {
  if (socket_ >= 0) ::close(socket_);
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string RawClient::read_until(std::string_view mark) {
  std::size_t end = 0;
  char block[16384];
  while (mark.empty() || (end = pending_.find(mark)) == std::string::npos) {
    ssize_t got = ::recv(socket_, block, sizeof(block), 0);
    if (got <= 0) return std::exchange(pending_, {});
    pending_.append(block, static_cast<std::size_t>(got));
  }
  std::string found = pending_.substr(0, end + mark.size());
  pending_.erase(0, found.size());
  return found;
}

std::string RawClient::read_all() {
  return read_until({});
}

}  // namespace stint::net

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/socket.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace stint::net {

/// The address of a socket as the system takes it.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
};

/// Reads "127.0.0.1:4566", "localhost:0", "[::1]:0" or "unix:/path". Names other than localhost
/// are not looked up: a listener is told an address. Errors: Code::invalid.
Result<SocketAddress> parse_address(std::string_view text);

/// The inverse. Without `port` an internet address is only "127.0.0.1" or "::1", and every local
/// socket is "unix".
std::string to_text(const SocketAddress& address, bool port = true);

}  // namespace stint::net

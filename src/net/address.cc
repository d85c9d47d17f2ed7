// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "net/address.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

#include "base/text.h"

namespace stint::net {
namespace {
constexpr std::string_view unix_prefix = "unix:";

template <class T>
SocketAddress wrap(const T& native, std::size_t length = sizeof(T)) {
  SocketAddress address;
  std::memcpy(&address.storage, &native, sizeof(T));
  address.length = static_cast<socklen_t>(length);
  return address;
}

Result<SocketAddress> parse_unix(std::string_view path) {
  sockaddr_un native{};
  if (path.empty()) return fail(Code::invalid, "a unix: address needs a path");
  if (path.size() >= sizeof(native.sun_path))
    return fail(Code::invalid, fmt::format("the socket path {} is longer than {} bytes", path,
                                           sizeof(native.sun_path) - 1));
  native.sun_family = AF_UNIX;
  std::memcpy(native.sun_path, path.data(), path.size());
  return wrap(native, offsetof(sockaddr_un, sun_path) + path.size() + 1);
}
}  // namespace

Result<SocketAddress> parse_address(std::string_view text) {
  if (text.starts_with(unix_prefix)) return parse_unix(text.substr(unix_prefix.size()));
  auto refuse = [&] {
    return fail(Code::invalid,
                fmt::format("'{}' is not an address to listen on, such as 127.0.0.1:4566, "
                            "[::1]:4566 or unix:/path",
                            text));
  };
  std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return refuse();
  auto port = to_integer(text.substr(colon + 1));
  if (!port || *port < 0 || *port > 65535) return refuse();
  std::string host(text.substr(0, colon));
  if (host == "localhost") host = "127.0.0.1";
  auto network_port = htons(static_cast<std::uint16_t>(*port));
  if (host.starts_with('[') && host.ends_with(']')) {
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = network_port;
    if (inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &six.sin6_addr) != 1)
      return refuse();
    return wrap(six);
  }
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_port = network_port;
  if (inet_pton(AF_INET, host.c_str(), &four.sin_addr) != 1) return refuse();
  return wrap(four);
}

std::string to_text(const SocketAddress& address, bool port) {
  char host[INET6_ADDRSTRLEN] = "";
  if (address.family() == AF_INET) {
    sockaddr_in four;
    std::memcpy(&four, &address.storage, sizeof(four));
    inet_ntop(AF_INET, &four.sin_addr, host, sizeof(host));
    return port ? fmt::format("{}:{}", host, ntohs(four.sin_port)) : host;
  }
  if (address.family() == AF_INET6) {
    sockaddr_in6 six;
    std::memcpy(&six, &address.storage, sizeof(six));
    inet_ntop(AF_INET6, &six.sin6_addr, host, sizeof(host));
    return port ? fmt::format("[{}]:{}", host, ntohs(six.sin6_port)) : host;
  }
  if (!port) return "unix";
  sockaddr_un local;
  std::memcpy(&local, &address.storage, sizeof(local));
  std::size_t room = address.length > offsetof(sockaddr_un, sun_path)
                         ? address.length - offsetof(sockaddr_un, sun_path)
                         : 0;
  return fmt::format("{}{}", unix_prefix,
                     std::string_view(local.sun_path, strnlen(local.sun_path, room)));
}

}  // namespace stint::net

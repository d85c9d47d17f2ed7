// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/http.h"

namespace stint::net {

/// Where a server listens: "127.0.0.1:4566" (port 0 = any free one), "[::1]:0", or
/// "unix:/path/to/socket".
struct ServerOptions {
  std::size_t body_limit = 256u << 20;    ///< a larger body is answered with 413
  std::size_t header_limit = 64u << 10;
  std::chrono::seconds idle_timeout{75};  ///< between requests, and for a request to arrive
  int threads = 1;
};

/// An HTTP/1.1 server (Boost.Beast behind it; the only coroutines of the program).
///
/// The handler is called on the server's threads, one call a request; it may block. An exception
/// must not leave it. `add` may be called while the server runs (one address an instance's IMDS).
class Server {
 public:
  using Handler = std::function<Response(const Request&)>;
  Server(Handler handler, ServerOptions options = {});
  ~Server();  ///< stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Starts to listen; answers the address as it can be reached ("127.0.0.1:37005"). Errors:
  /// Code::unavailable with the address and the system's reason ("address already in use").
  Result<std::string> listen(const std::string& address);
  void close(const std::string& address);  ///< stops listening there; connections go on
  /// Ends listeners and idle connections, lets running handlers finish.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stint::net

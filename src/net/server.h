// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "net/http.h"

namespace stint::net {

struct ServerOptions {
  std::size_t body_limit = 256u << 20;   ///< a larger body is answered with 413
  std::size_t header_limit = 64u << 10;  ///< start line and headers; more is answered with 431
  /// Between requests, for the head of a request, for its body, and for taking an answer.
  std::chrono::milliseconds idle_timeout{75'000};
  int threads = 1;
};

/// An HTTP/1.1 server (Boost.Beast behind it; the only coroutines of the program).
///
/// The handler is called on the server's threads, one call a request; it may block (then that
/// thread serves nothing else), and it may call `listen` and `close`. An exception must not leave
/// it; should one do so all the same, the client gets a 500.
///
/// What the server adds to an answer: content-length and, where needed, connection. A handler's
/// content-length counts for HEAD only; its transfer-encoding is ignored; "connection: close" is
/// obeyed. Line ends inside header values become blanks.
class Server {
 public:
  using Handler = std::function<Response(const Request&)>;
  explicit Server(Handler handler, ServerOptions options = {});
  ~Server();  ///< stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Starts to listen at "127.0.0.1:4566" (port 0 = any free one), "localhost:0", "[::1]:0", or
  /// "unix:/path/to/socket" (mode 0600; a socket that nobody serves any more is replaced). May be
  /// called while the server runs (one address an instance's IMDS). Answers the address as it can
  /// be reached ("127.0.0.1:37005"). Errors: Code::invalid for a text that is no address,
  /// Code::unavailable with the address and the system's reason ("address already in use").
  Result<std::string> listen(const std::string& address);
  /// Stops listening there (the address as `listen` answered it); its connections go on.
  void close(const std::string& address);
  /// Ends listeners and idle connections, lets running handlers finish and their answers go out
  /// (a client that does not take its answer is cut off after 2 s). Not from a handler.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stint::net

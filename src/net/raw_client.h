// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace stint::net {

/// A blocking socket for tests: sends any bytes, also those that no HTTP client would.
class RawClient {
 public:
  /// `address` as Server::listen answers it. A test ends when it cannot be reached.
  explicit RawClient(const std::string& address);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return socket_ >= 0; }
  /// False when the other side does not take it.
  bool send(std::string_view bytes);
  /// Everything until the other side closes.
  std::string read_all();
  /// Everything until `mark` was read (it is included), or until the other side closes.
  std::string read_until(std::string_view mark);

 private:
  int socket_ = -1;
  std::string pending_;
};

}  // namespace stint::net

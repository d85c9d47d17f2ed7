// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace stint::net {

/// Header fields in the order they came; names compare without case (RFC 9110 section 5.1).
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;
  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}
  /// The first field of that name, or nullptr.
  const std::string* find(std::string_view name) const;
  /// The first field of that name, or "".
  std::string_view get(std::string_view name) const;
  void set(std::string_view name, std::string value);  ///< replaces all of that name
  void add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
  }
  void erase(std::string_view name);
  void reserve(std::size_t count) { fields_.reserve(count); }
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

/// A request as it goes over the wire, in either direction.
struct Request {
  std::string method = "GET";
  std::string url;           ///< client: "http://host:port" or "https://..."; server: empty
  std::string target = "/";  ///< path and query exactly as sent ("/a%20b?x=1")
  Headers headers;
  std::string body;
  std::string peer;   ///< server: address of the other side; "unix" for a local socket
  std::string local;  ///< server: address and port, or socket path, that was connected to

  std::string_view path() const;   ///< target before '?'
  std::string_view query() const;  ///< target after '?', or ""
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
};

/// Sends requests. host's is curl; tests and `sim` answer in process.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Errors: Code::unavailable (no connection, TLS, DNS), Code::timeout. An HTTP error status is a
  /// Response, not an Error.
  virtual Result<Response> send(const Request& request) = 0;
};

}  // namespace stint::net

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "net/http.h"

namespace stint::net {

struct ClientOptions {
  int connect_timeout_ms = 3000;
  int timeout_ms = 60000;               ///< for the whole exchange
  std::size_t body_limit = 256u << 20;  ///< of an answer; a larger one is Code::unavailable
};

/// A Transport over libcurl: blocking, keeps connections. For one thread at a time (one a worker).
///
/// `url` of a request is "http://host:port", "https://host" or "unix:/path/to/socket", with an
/// optional base path that the target is appended to. The target goes out exactly as given: no
/// dots are resolved, nothing is encoded. Redirects are answers, not followed; an encoded body is
/// not decoded. TLS certificates are always verified. *_proxy is honoured, except for loopback and
/// link-local hosts (an emulator or a metadata service is never behind a proxy).
///
/// Only the request's own headers are sent, besides host and content-length.
/// Errors: Code::unavailable and Code::timeout, naming the host and curl's reason;
/// Code::invalid for a request that cannot be sent as it is (bad url, line end in a header).
std::unique_ptr<Transport> make_curl_transport(ClientOptions options = {});

}  // namespace stint::net

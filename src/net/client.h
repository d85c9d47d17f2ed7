// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "net/http.h"

namespace stint::net {

struct ClientOptions {
  int connect_timeout_ms = 3000;
  int timeout_ms = 60000;
  std::size_t body_limit = 256u << 20;
};

/// A Transport over libcurl: blocking, keeps connections, honours *_proxy. For one thread at a
/// time (one a worker). TLS certificates are always verified.
std::unique_ptr<Transport> make_curl_transport(ClientOptions options = {});

}  // namespace stint::net

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/model.h"
#include "aws/sigv4.h"
#include "base/time.h"
#include "net/http.h"
#include "value/value.h"

/// A client of any AWS endpoint: model, signature, transport.
namespace stint::aws {

/// Where a service answers.
struct Endpoints {
  std::string url;  ///< one URL for every service ("http://127.0.0.1:4566"); empty: AWS itself
};
/// "https://iam.amazonaws.com", "https://ec2.us-west-2.amazonaws.com", or the one URL.
std::string endpoint_url(const Endpoints& endpoints, const Service& service,
                         std::string_view region);
/// The Region that a signature for the service must name (global services sign for us-east-1).
std::string signing_region(const Service& service, std::string_view region);

/// One call, blocking: convert, encode, sign, send, decode. Throttling and server faults are tried
/// again with `pause` between (the outcome of a connection that broke is unknown and is not, except
/// for calls that only read). Errors as decode_response, or Code::unavailable.
struct CallOptions {
  std::string region;
  bool reads = false;
  int attempts = 4;
  std::function<void(Duration)> pause;  ///< empty: no waiting between attempts
  std::function<Time()> now;            ///< for signatures
};
Result<Value> call(net::Transport& transport, const Endpoints& endpoints,
                   const Operation& operation, const Value& input, const Credentials& credentials,
                   const CallOptions& options);

/// sts:AssumeRole (`operation` is its model) as a call; answers the session's credentials.
Result<Credentials> assume_role(net::Transport& transport, const Endpoints& endpoints,
                                const Operation& operation, const Credentials& credentials,
                                std::string_view role_arn, std::string_view session_name,
                                const CallOptions& options);

}  // namespace stint::aws

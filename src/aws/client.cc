// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/client.h"

#include <algorithm>

#include "aws/protocol.h"

namespace stint::aws {
namespace {

constexpr std::string_view scheme = "https://";
constexpr Duration first_pause{200};
constexpr Duration longest_pause{20'000};

bool worth_trying_again(const Error& error, bool reads) {
  if (error.code == Code::throttled) return true;
  if (error.status >= 500) return reads;
  return reads && (error.code == Code::unavailable || error.code == Code::timeout);
}

}  // namespace

std::string endpoint_url(const Endpoints& endpoints, const Service& service,
                         std::string_view region) {
  if (!endpoints.url.empty()) return endpoints.url;
  std::string suffix = region.starts_with("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  std::string host(service.endpoint_prefix());
  if (!service.global()) host += "." + std::string(region);
  return std::string(scheme) + host + "." + suffix;
}

std::string signing_region(const Service& service, std::string_view region) {
  return service.global() ? "us-east-1" : std::string(region);
}

Result<Value> call(net::Transport& transport, const Endpoints& endpoints,
                   const Operation& operation, const Value& input, const Credentials& credentials,
                   const CallOptions& options) {
  Value converted = TRY(convert_input(operation, input));
  net::Request unsigned_request = TRY(encode_request(operation, converted));
  const Service& service = operation.service();
  unsigned_request.url = endpoint_url(endpoints, service, options.region);
  if (endpoints.url.empty()) {
    std::string prefix = TRY(host_prefix(operation, converted));
    unsigned_request.url.insert(scheme.size(), prefix);
  }
  Duration pause = first_pause;
  for (int attempt = 1;; ++attempt) {
    net::Request request = unsigned_request;
    if (!operation.unsigned_())
      sign(request, credentials, signing_region(service, options.region), service.signing_name(),
           options.now());
    Result<net::Response> response = transport.send(request);
    Result<Value> answer = response ? decode_response(operation, *response)
                                    : Result<Value>(fail(std::move(response).error()));
    if (answer || attempt >= options.attempts || !worth_trying_again(answer.error(), options.reads))
      return answer;
    if (options.pause) options.pause(pause);
    pause = std::min(pause * 2, longest_pause);
  }
}

Result<Credentials> assume_role(net::Transport& transport, const Endpoints& endpoints,
                                const Operation& operation, const Credentials& credentials,
                                std::string_view role_arn, std::string_view session_name,
                                const CallOptions& options) {
  Value answer = TRY(call(transport, endpoints, operation,
                          object({{"RoleArn", role_arn}, {"RoleSessionName", session_name}}),
                          credentials, options));
  const Value& got = answer["Credentials"];
  Credentials session{.access_key = got.text("AccessKeyId"),
                      .secret_key = got.text("SecretAccessKey"),
                      .session_token = got.text("SessionToken"),
                      .expires = {}};
  if (Result<Time> expires = parse_time(got.text("Expiration"))) session.expires = *expires;
  return session;
}

}  // namespace stint::aws

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "messages.h"

#include "aws/embedded.h"
#include "base/text.h"
#include "targets.h"

namespace stint::fuzz {
namespace {

net::Headers read_headers(std::string_view& rest) {
  net::Headers headers;
  for (std::string_view line = cut_line(rest); !line.empty(); line = cut_line(rest)) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos || headers.size() > 100) continue;
    headers.add(std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1))));
  }
  return headers;
}

}  // namespace

aws::Models& models() {
  static aws::Models shared({.embedded = aws::embedded_models()});
  return shared;
}

net::Request read_request(std::string_view bytes) {
  net::Request request;
  const std::string_view line = cut_line(bytes);
  const std::size_t blank = line.find(' ');
  request.method = std::string(line.substr(0, blank));
  request.target = blank == line.npos ? "/" : std::string(line.substr(blank + 1));
  // The server hands on nothing else.
  if (!request.target.starts_with('/')) request.target.insert(0, 1, '/');
  request.headers = read_headers(bytes);
  request.body = std::string(bytes);
  return request;
}

net::Response read_response(std::string_view bytes) {
  net::Response response;
  response.status = static_cast<int>(to_integer(cut_line(bytes)).value_or(200) % 600);
  response.headers = read_headers(bytes);
  response.body = std::string(bytes);
  return response;
}

}  // namespace stint::fuzz

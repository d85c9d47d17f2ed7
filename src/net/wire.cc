// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "net/wire.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace stint::net {
namespace {
struct Reason {
  int status;
  std::string_view text;
};
constexpr Reason reasons[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Payload Too Large"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {421, "Misdirected Request"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
};
static_assert(std::ranges::is_sorted(reasons, {}, &Reason::status));

/// RFC 9110 section 6.4.1: these never carry a body.
bool bodiless(int status) {
  return status < 200 || status == 204 || status == 304;
}

bool is_framing(std::string_view name) {
  return equals_ignore_case(name, "content-length") || equals_ignore_case(name, "connection") ||
         equals_ignore_case(name, "transfer-encoding") || equals_ignore_case(name, "keep-alive");
}

/// A line end inside a field would let a value add headers or a second answer.
void append_clean(std::string& out, std::string_view text) {
  constexpr std::string_view ends("\r\n\0", 3);
  const std::size_t start = out.size();
  out += text;
  for (std::size_t at = start; (at = out.find_first_of(ends, at)) != out.npos; ++at) out[at] = ' ';
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  append_clean(out, name);
  out += ": ";
  append_clean(out, value);
  out += "\r\n";
}
}  // namespace

std::string_view reason(int status) {
  auto found = std::ranges::lower_bound(reasons, status, {}, &Reason::status);
  return found != std::end(reasons) && found->status == status ? found->text : "Unknown";
}

bool wants_close(const Response& response) {
  return equals_ignore_case(response.headers.get("connection"), "close");
}

bool sends_body(const Response& response, const AnswerTo& to) {
  return !to.head && !bodiless(response.status);
}

std::string answer_head(const Response& response, const AnswerTo& to) {
  std::string out;
  out.reserve(512);
  out += "HTTP/1.1 ";
  out += std::to_string(response.status);
  out += ' ';
  out += reason(response.status);
  out += "\r\n";
  for (const auto& [name, value] : response.headers)
    if (!is_framing(name)) append_field(out, name, value);
  std::string_view length = response.headers.get("content-length");
  if (to.head && !length.empty())
    append_field(out, "Content-Length", length);
  else if (!bodiless(response.status))
    append_field(out, "Content-Length", std::to_string(response.body.size()));
  if (!to.keep_alive)
    append_field(out, "Connection", "close");
  else if (to.old)
    append_field(out, "Connection", "keep-alive");
  out += "\r\n";
  return out;
}

}  // namespace stint::net

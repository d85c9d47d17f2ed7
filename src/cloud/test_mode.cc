// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/test_mode.h"

#include <fmt/core.h>

#include <cmath>

#include "base/text.h"
#include "value/json.h"

namespace stint::cloud {
namespace {

net::Response json_answer(int status, const Value& value) {
  net::Response response{.status = status, .body = to_json(value)};
  response.headers.set("content-type", "application/json");
  return response;
}

net::Response refuse(int status, std::string_view sentence) {
  return json_answer(status, object({{"status", "error"}, {"message", sentence}}));
}

std::string number_text(double number) {
  return std::isinf(number) ? "inf" : fmt::format("{:.1f}", number);
}

}  // namespace

bool TestMode::take_unchecked() {
  return taken_++ < unchecked_;
}

std::optional<net::Response> TestMode::answer(const net::Request& request, Cloud& cloud) {
  const std::string_view path = request.path();
  const bool reset = path == "/moto-api/reset";
  if (!reset && path != "/moto-api/reset-auth") return std::nullopt;
  if (request.method != "POST") return refuse(405, "This address takes POST.");
  if (reset) {
    cloud.state = start_;
    return json_answer(200, object({{"status", "ok"}}));
  }
  constexpr std::size_t longest = 32;
  const std::string_view body = trim(request.body);
  std::optional<double> count = body.size() > longest ? std::nullopt : to_number(body);
  if (body == "inf") count = std::numeric_limits<double>::infinity();
  if (!count || std::isnan(*count) || *count < 0)
    return refuse(400, "The body must be the number of actions that are not checked, or inf.");
  const double before = std::exchange(unchecked_, *count);
  taken_ = 0;
  return json_answer(200, object({{"status", "ok"},
                                  {"PREVIOUS_INITIAL_NO_AUTH_ACTION_COUNT", number_text(before)}}));
}

}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/s3/cors.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/address.h"
#include "policy/policy.h"

namespace stint::cloud::s3 {
namespace {

const Bucket* bucket_of(const cloud::State& state, const net::Request& request, bool& object) {
  std::string name(bucket_of_host(request.headers.get("host")));
  std::string_view path = request.path();
  if (path.starts_with('/')) path.remove_prefix(1);
  if (name.empty()) {
    const std::size_t slash = path.find('/');
    name = percent_decode(path.substr(0, slash));
    path = slash == path.npos ? std::string_view() : path.substr(slash + 1);
  }
  object = !path.empty();
  return state.s3.buckets.find(name);
}

bool any_matches(const Value::List& patterns, const std::string& text) {
  return std::ranges::any_of(patterns, [&](const Value& pattern) {
    return pattern.is_text() && policy::matches(pattern.as_text(), text);
  });
}

/// Header names that a preflight announces: each must be allowed.
bool headers_allowed(const Value& rule, std::string_view asked) {
  if (trim(asked).empty()) return true;
  for (std::string_view name : split(asked, ',')) {
    const std::string wanted = lower(trim(name));
    const bool allowed =
        std::ranges::any_of(rule.items("AllowedHeaders"), [&](const Value& pattern) {
          return pattern.is_text() && policy::matches(lower(pattern.as_text()), wanted);
        });
    if (!allowed) return false;
  }
  return true;
}

/// The first rule that lets the origin use the method with the headers.
const Value* find_rule(const Bucket& bucket, const std::string& origin, std::string_view method,
                       std::string_view headers) {
  auto held = bucket.settings.find("Cors");
  if (held == bucket.settings.end()) return nullptr;
  for (const Value& rule : held->second.items("CORSRules")) {
    const bool fits = any_matches(rule.items("AllowedOrigins"), origin) &&
                      std::ranges::any_of(rule.items("AllowedMethods"), [&](const Value& one) {
                        return one.is_text() && one.as_text() == method;
                      });
    if (fits && headers_allowed(rule, headers)) return &rule;
  }
  return nullptr;
}

std::string joined(const Value::List& items) {
  std::string out;
  for (const Value& item : items)
    if (item.is_text()) out += (out.empty() ? "" : ", ") + item.as_text();
  return out;
}

bool for_everybody(const Value& rule) {
  return std::ranges::any_of(rule.items("AllowedOrigins"), [](const Value& origin) {
    return origin.is_text() && origin.as_text() == "*";
  });
}

CorsHeaders describe(const Value& rule, const std::string& origin) {
  CorsHeaders out;
  const bool open = for_everybody(rule);
  out.emplace_back("access-control-allow-origin", open ? "*" : origin);
  if (!open) out.emplace_back("access-control-allow-credentials", "true");
  out.emplace_back("access-control-allow-methods", joined(rule.items("AllowedMethods")));
  if (std::string exposed = joined(rule.items("ExposeHeaders")); !exposed.empty())
    out.emplace_back("access-control-expose-headers", std::move(exposed));
  if (rule.find("MaxAgeSeconds"))
    out.emplace_back("access-control-max-age", std::to_string(rule.integer("MaxAgeSeconds")));
  out.emplace_back("vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
  return out;
}

net::Response refuse(std::string_view text, std::string_view method, bool object) {
  net::Response response{.status = 403};
  response.headers.set("content-type", "application/xml");
  response.body = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessForbidden</Code>"
      "<Message>CORSResponse: {}</Message><Method>{}</Method><ResourceType>{}</ResourceType>"
      "</Error>",
      text, method, object ? "OBJECT" : "BUCKET");
  return response;
}

bool known_method(std::string_view method) {
  constexpr std::string_view methods[] = {"DELETE", "GET", "HEAD", "POST", "PUT"};
  return std::ranges::binary_search(methods, method);
}

}  // namespace

std::optional<CorsHeaders> cors_headers(const cloud::State& state, const net::Request& request) {
  bool object = false;
  const Bucket* bucket = bucket_of(state, request, object);
  const std::string* origin = request.headers.find("origin");
  if (!bucket || !origin) return std::nullopt;
  const Value* rule = find_rule(*bucket, *origin, request.method, {});
  if (!rule) return std::nullopt;
  return describe(*rule, *origin);
}

std::optional<net::Response> answer_preflight(const cloud::State& state,
                                              const net::Request& request) {
  bool object = false;
  const Bucket* bucket = bucket_of(state, request, object);
  const std::string* origin = request.headers.find("origin");
  if (!bucket || !origin) return std::nullopt;
  const std::string_view method = request.headers.get("access-control-request-method");
  const std::string_view headers = request.headers.get("access-control-request-headers");
  const std::string_view shown = known_method(method) ? method : std::string_view();
  if (!bucket->settings.contains("Cors"))
    return refuse("CORS is not enabled for this bucket.", shown, object);
  const Value* rule = find_rule(*bucket, *origin, method, headers);
  if (!rule)
    return refuse(
        "This CORS request is not allowed. This is usually because the evalution of Origin, "
        "request method / Access-Control-Request-Method or Access-Control-Request-Headers are not "
        "whitelisted by the resource's CORS spec.",
        shown, object);
  net::Response response;
  for (auto& [name, value] : describe(*rule, *origin)) response.headers.set(name, value);
  if (!trim(headers).empty()) response.headers.set("access-control-allow-headers", lower(headers));
  return response;
}

}  // namespace stint::cloud::s3

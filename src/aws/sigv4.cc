// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/sigv4.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "aws/canonical.h"
#include "base/check.h"
#include "base/text.h"

namespace stint::aws {
namespace {
/// Headers that proxies and HTTP libraries change on the way, or that the client adds after us.
constexpr std::string_view never_signed[] = {
    "accept", "accept-encoding",   "authorization", "connection",     "content-length",
    "expect", "transfer-encoding", "user-agent",    "x-amzn-trace-id"};
static_assert(std::ranges::is_sorted(never_signed));

/// "host:port" of a URL, without the port that the scheme implies.
std::string authority(std::string_view url) {
  if (url.starts_with("unix:")) return "localhost";
  std::size_t start = url.find("://");
  if (start == std::string_view::npos) return {};
  std::string_view scheme = url.substr(0, start);
  std::string_view host = url.substr(start + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  std::string_view implied = scheme == "https" ? ":443" : ":80";
  if (host.ends_with(implied)) host.remove_suffix(implied.size());
  return std::string(host);
}

std::string signed_header_list(const net::Request& request) {
  std::set<std::string> names;
  for (const auto& [name, value] : request.headers) {
    std::string small = lower(name);
    if (!std::ranges::binary_search(never_signed, std::string_view(small)))
      names.insert(std::move(small));
  }
  return join({names.begin(), names.end()}, ";");
}

SignatureClaim claim_of(const Credentials& credentials, std::string_view region,
                        std::string_view service, Time now) {
  SignatureClaim claim;
  claim.access_key = credentials.access_key;
  claim.timestamp = iso8601_basic(now);
  claim.date = claim.timestamp.substr(0, 8);
  claim.region = region;
  claim.service = service;
  claim.session_token = credentials.session_token;
  return claim;
}

std::string compute(const net::Request& request, const SignatureClaim& claim,
                    std::string_view secret, SigningKeys* keys) {
  std::string text = string_to_sign(request, claim);
  if (keys)
    return canonical::signature(keys->get(secret, claim.date, claim.region, claim.service), text);
  return canonical::signature(
      canonical::signing_key(secret, claim.date, claim.region, claim.service), text);
}

void set_host(net::Request& request) {
  if (request.headers.find("host")) return;
  std::string host = authority(request.url);
  STINT_CHECK(!host.empty());
  request.headers.set("Host", std::move(host));
}
}  // namespace

void sign(net::Request& request, const Credentials& credentials, std::string_view region,
          std::string_view service, Time now, SigningKeys* keys) {
  SignatureClaim claim = claim_of(credentials, region, service, now);
  set_host(request);
  request.headers.erase("authorization");
  request.headers.set("X-Amz-Date", claim.timestamp);
  if (credentials.session_token.empty())
    request.headers.erase("x-amz-security-token");
  else
    request.headers.set("X-Amz-Security-Token", credentials.session_token);
  if (canonical::is_s3(service) &&
      request.headers.get("x-amz-content-sha256") != canonical::unsigned_payload)
    request.headers.set("X-Amz-Content-Sha256", hex(sha256(request.body)));
  claim.signed_headers = signed_header_list(request);
  request.headers.set(
      "Authorization",
      fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", canonical::algorithm,
                  claim.access_key, canonical::scope(claim), claim.signed_headers,
                  compute(request, claim, credentials.secret_key, keys)));
}

void presign(net::Request& request, const Credentials& credentials, std::string_view region,
             std::string_view service, Time now, std::chrono::seconds lifetime, SigningKeys* keys) {
  SignatureClaim claim = claim_of(credentials, region, service, now);
  claim.presigned = true;
  claim.signed_headers = "host";
  set_host(request);
  std::string added = fmt::format(
      "X-Amz-Algorithm={}&X-Amz-Credential={}&X-Amz-Date={}&X-Amz-Expires={}&X-Amz-SignedHeaders="
      "host",
      canonical::algorithm, percent_encode(claim.access_key + "/" + canonical::scope(claim)),
      claim.timestamp, lifetime.count());
  if (!credentials.session_token.empty())
    added += "&X-Amz-Security-Token=" + percent_encode(credentials.session_token);
  request.target += request.target.find('?') == std::string::npos ? '?' : '&';
  request.target += added;
  request.target += "&X-Amz-Signature=" + compute(request, claim, credentials.secret_key, keys);
}

}  // namespace stint::aws

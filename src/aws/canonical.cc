// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/canonical.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/parts.h"
#include "base/text.h"

namespace stint::aws::canonical {
namespace {
std::string_view bytes(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// RFC 3986 section 5.2.4 and doubled slashes: what AWS does with every path but S3's.
std::string normalised(std::string_view path) {
  std::vector<std::string_view> kept;
  for (std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..")
      kept.push_back(part);
    else if (!kept.empty())
      kept.pop_back();
  }
  std::string out;
  for (std::string_view part : kept) {
    out += '/';
    out += part;
  }
  if (out.empty() || path.ends_with('/')) out += '/';
  return out;
}

/// Outer blanks go, inner runs of blanks become one.
void append_value(std::string& out, std::string_view value) {
  value = trim(value);
  if (value.find("  ") == value.npos) {
    out += value;
    return;
  }
  bool blank = false;
  for (char c : value) {
    if (c == ' ' && blank) continue;
    blank = c == ' ';
    out += c;
  }
}

/// All fields of that name, in their order, with a comma between.
void append_header(std::string& out, const net::Request& request, std::string_view name) {
  out += name;
  out += ':';
  bool first = true;
  for (const auto& [key, value] : request.headers) {
    if (!equals_ignore_case(key, name)) continue;
    if (!first) out += ',';
    first = false;
    append_value(out, value);
  }
  out += '\n';
}

/// The path that the server will see: a base path in the URL comes before the target.
std::string sent_path(const net::Request& request) {
  std::string base;
  if (request.url.empty()) return std::string(request.path());
  std::size_t authority = request.url.find("://");
  if (authority != std::string::npos) {
    std::size_t slash = request.url.find('/', authority + 3);
    if (slash != std::string::npos) base = request.url.substr(slash);
    while (base.ends_with('/')) base.pop_back();
  }
  return base.append(request.path());
}
}  // namespace

bool is_s3(std::string_view service) {
  return service == "s3" || service == "s3-object-lambda" || service == "s3-outposts" ||
         service == "s3express";
}

std::string path(std::string_view path, std::string_view service) {
  if (path.empty()) return "/";
  // Decoding first makes one form of "%7e", "%7E" and "~", as S3 does.
  if (is_s3(service)) return percent_encode(percent_decode(path), true);
  return percent_encode(normalised(path), true);
}

std::string query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  if (query.empty()) return {};
  for (std::string_view part : split(query, '&')) {
    if (part.empty()) continue;
    std::size_t equals = part.find('=');
    std::string name = percent_decode(part.substr(0, equals), true);
    if (name == "X-Amz-Signature") continue;
    std::string_view value =
        equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    parameters.emplace_back(percent_encode(name), percent_encode(percent_decode(value, true)));
  }
  std::ranges::sort(parameters);
  std::string out;
  for (const auto& [name, value] : parameters) {
    if (!out.empty()) out += '&';
    out += name;
    out += '=';
    out += value;
  }
  return out;
}

std::string parameter(std::string_view query, std::string_view name) {
  std::string value;
  each_part(query, '&', [&](std::string_view part) {
    std::size_t equals = part.find('=');
    if (equals == std::string_view::npos || !decodes_to(part.substr(0, equals), name, true))
      return true;
    value = percent_decode(part.substr(equals + 1), true);
    return false;
  });
  return value;
}

std::string request(const net::Request& request, std::string_view service,
                    std::string_view signed_headers, std::string_view payload_hash) {
  std::string out;
  out.reserve(512 + request.target.size());
  out += request.method;
  out += '\n';
  out += path(sent_path(request), service);
  out += '\n';
  out += query(request.query());
  out += '\n';
  each_part(signed_headers, ';', [&](std::string_view name) { append_header(out, request, name); });
  out += '\n';
  out += signed_headers;
  out += '\n';
  out += payload_hash;
  return out;
}

std::string scope(const SignatureClaim& claim) {
  std::string out;
  out.reserve(64);
  for (std::string_view part : {std::string_view(claim.date), std::string_view(claim.region),
                                std::string_view(claim.service)})
    (out += part) += '/';
  return out += "aws4_request";
}

std::string payload_hash(const net::Request& request, const SignatureClaim& claim) {
  // Only S3 lets a client say what the body's hash is; it is compared with the body afterwards.
  if (is_s3(claim.service)) {
    if (const std::string* given = request.headers.find("x-amz-content-sha256")) return *given;
    if (claim.presigned) {
      std::string given = parameter(request.query(), "X-Amz-Content-Sha256");
      return given.empty() ? std::string(unsigned_payload) : given;
    }
  }
  return request.body.empty() ? std::string(empty_hash) : hex(sha256(request.body));
}

bool names_header(std::string_view signed_headers, std::string_view name) {
  bool found = false;
  each_part(signed_headers, ';', [&](std::string_view one) { return !(found = one == name); });
  return found;
}

Sha256 signing_key(std::string_view secret, std::string_view date, std::string_view region,
                   std::string_view service) {
  Sha256 key = hmac_sha256("AWS4" + std::string(secret), date);
  key = hmac_sha256(bytes(key), region);
  key = hmac_sha256(bytes(key), service);
  return hmac_sha256(bytes(key), "aws4_request");
}

std::string signature(const Sha256& key, std::string_view text) {
  return hex(hmac_sha256(bytes(key), text));
}

}  // namespace stint::aws::canonical

namespace stint::aws {

Sha256 SigningKeys::get(std::string_view secret, std::string_view date, std::string_view region,
                        std::string_view service) {
  constexpr std::size_t most = 64;
  for (const Entry& entry : entries_)
    if (entry.date == date && entry.region == region && entry.service == service &&
        equal_constant_time(entry.secret, secret))
      return entry.key;
  if (entries_.size() == most) entries_.erase(entries_.begin());
  entries_.push_back({std::string(secret), std::string(date), std::string(region),
                      std::string(service), canonical::signing_key(secret, date, region, service)});
  return entries_.back().key;
}

std::string string_to_sign(const net::Request& request, const SignatureClaim& claim) {
  std::string whole = canonical::request(request, claim.service, claim.signed_headers,
                                         canonical::payload_hash(request, claim));
  std::string out;
  out.reserve(192);
  out += canonical::algorithm;
  for (const std::string& line : {claim.timestamp, canonical::scope(claim), hex(sha256(whole))})
    (out += '\n') += line;
  return out;
}

}  // namespace stint::aws

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/address.h"

#include <algorithm>

#include "base/text.h"

namespace stint::cloud {
namespace {

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool ends_with_folded(std::string_view text, std::string_view end) {
  return text.size() >= end.size() &&
         equals_ignore_case(text.substr(text.size() - end.size()), end);
}

bool loopback_address(std::string_view host) {
  if (host == "[::1]") return true;
  const auto parts = split(host, '.');
  return parts.size() == 4 && parts[0] == "127" && std::ranges::all_of(parts, [](auto part) {
           const auto number = to_integer(part);
           return number && *number >= 0 && *number <= 255 && part.size() <= 3;
         });
}

/// "s3", "s3-us-west-2", "s3-accelerate": the label that ends a bucket's name.
bool s3_label(std::string_view label) {
  return equals_ignore_case(label, "s3") || lower(label).starts_with("s3-");
}

}  // namespace

bool own_host(std::string_view host) {
  host = without_port(host);
  return loopback_address(host) || equals_ignore_case(host, "localhost") ||
         ends_with_folded(host, ".localhost") || ends_with_folded(host, ".amazonaws.com");
}

std::string_view bucket_of_host(std::string_view host) {
  host = without_port(host);
  std::string_view domain;
  for (const std::string_view known : {".amazonaws.com", ".localhost"})
    if (ends_with_folded(host, known)) domain = known;
  if (domain.empty()) return {};
  const std::string_view labels = host.substr(0, host.size() - domain.size());
  // The last label that can be S3's: names of buckets may have dots, and "s3" in them.
  for (std::size_t end = labels.size(); end != labels.npos && end > 0;) {
    const std::size_t dot = labels.rfind('.', end - 1);
    const std::size_t start = dot == labels.npos ? 0 : dot + 1;
    if (s3_label(labels.substr(start, end - start)))
      return start == 0 ? std::string_view() : labels.substr(0, start - 1);
    end = dot;
  }
  return domain == ".localhost" ? labels : std::string_view();
}

void make_path_style(net::Request& request) {
  const std::string_view bucket = bucket_of_host(request.headers.get("host"));
  if (bucket.empty()) return;
  std::string path(request.target.starts_with('/') ? "" : "/");
  request.target = "/" + std::string(bucket) + path + request.target;
}

}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/s3_place.h"

#include "base/text.h"

namespace stint::cloud::ssm {

std::optional<S3Place> parse_s3_url(std::string_view url) {
  std::size_t scheme = url.find("://");
  if (scheme == url.npos) return std::nullopt;
  std::string_view rest = url.substr(scheme + 3);
  std::size_t slash = rest.find('/');
  std::string host = lower(rest.substr(0, slash));
  std::string_view path = slash == rest.npos ? std::string_view() : rest.substr(slash + 1);
  path = path.substr(0, path.find('?'));

  constexpr std::string_view domain = ".amazonaws.com";
  std::size_t end = host.find(domain);
  if (end == host.npos) return std::nullopt;
  const std::string named = host.substr(0, end);  // the labels point into it
  const auto labels = split(named, '.');
  // The last label that says S3: what stands before it is the bucket, behind it the Region.
  std::size_t service = labels.size();
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i] == "s3" || labels[i].starts_with("s3-")) service = i;
  if (service == labels.size() || labels.size() - service > 3) return std::nullopt;
  S3Place place;
  for (std::size_t i = 0; i < service; ++i) place.bucket += (i ? "." : "") + std::string(labels[i]);
  std::string key = percent_decode(path);
  if (place.bucket.empty()) {
    std::size_t cut = key.find('/');
    place.bucket = key.substr(0, cut);
    key = cut == key.npos ? "" : key.substr(cut + 1);
  }
  if (place.bucket.empty()) return std::nullopt;
  place.key = std::move(key);
  return place;
}

}  // namespace stint::cloud::ssm

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "policy/check.h"

#include <fmt/core.h>

#include <algorithm>

#include "policy/pattern.h"
#include "policy/policy.h"

namespace stint::policy {
namespace {

constexpr std::string_view partitions[] = {"aws",       "aws-cn",    "aws-eusc",  "aws-iso",
                                           "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-us-gov"};

/// In the order in which IAM's text lists them; "root" is not listed there but is a resource of
/// sts:AssumeRoot and of organization policies.
constexpr std::string_view iam_paths[] = {"user/",
                                          "federated-user/",
                                          "role/",
                                          "group/",
                                          "instance-profile/",
                                          "mfa/",
                                          "server-certificate/",
                                          "policy/",
                                          "sms-mfa/",
                                          "saml-provider/",
                                          "oidc-provider/",
                                          "report/",
                                          "access-report/"};

bool known_partition(std::string_view pattern) {
  return std::ranges::any_of(partitions, [&](auto p) { return matches(pattern, p); });
}

/// The parts between colons; those of variables do not count.
std::vector<std::string_view> split_arn(std::string_view arn) {
  std::vector<std::string_view> parts;
  for (std::size_t colon; (colon = nth_colon(arn, 1)) != std::string_view::npos;) {
    parts.push_back(arn.substr(0, colon));
    arn.remove_prefix(colon + 1);
  }
  parts.push_back(arn);
  return parts;
}

Result<void> check_iam_path(std::string_view path) {
  const auto starts = [&](std::string_view with) { return path.starts_with(with); };
  if (path == "*" || path == "root" || std::ranges::any_of(iam_paths, starts)) return {};
  std::string all;
  for (const auto start : iam_paths) all += fmt::format("{}{}", all.empty() ? "" : ", ", start);
  return malformed(fmt::format("IAM resource path must either be \"*\" or start with {}.", all));
}

}  // namespace

std::unexpected<Error> malformed(std::string text) {
  return fail(Error{Code::invalid, "MalformedPolicyDocument", std::move(text), 400});
}

Result<void> check_action(std::string_view action) {
  if (action == "*") return {};
  const std::size_t colon = action.find(':');
  if (colon == std::string_view::npos)
    return malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  if (action.find(':', colon + 1) != std::string_view::npos)
    return malformed("Actions/Condition can contain only one colon.");
  const std::string_view vendor = action.substr(0, colon);
  const bool plain = std::ranges::all_of(vendor, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  });
  if (vendor != "*" && !plain) return malformed(fmt::format("Vendor {} is not valid", vendor));
  return {};
}

Result<void> check_resource(std::string_view resource) {
  if (resource == "*") return {};
  const std::vector<std::string_view> parts = split_arn(resource);
  if (parts.size() == 1)
    return malformed(fmt::format("Resource {} must be in ARN format or \"*\".", resource));
  const auto part = [&](std::size_t i) {
    return parts.size() > i ? std::string(parts[i]) : std::string("*");
  };
  if (!known_partition(parts[1])) {
    std::string rest = "*";
    if (parts.size() > 5)
      rest = resource.substr(static_cast<std::size_t>(parts[5].data() - resource.data()));
    const std::string service = part(2).empty() && parts.size() == 3 ? "*" : part(2);
    return malformed(
        fmt::format("Partition \"{0}\" is not valid for resource \"arn:{0}:{1}:{2}:{3}:{4}\".",
                    parts[1], service, part(3), part(4), rest));
  }
  if (parts.size() == 2 || has_wildcard(parts[2]))
    return malformed("Resource vendor must be fully qualified and cannot contain regexes.");
  const std::string_view service = parts[2];
  const std::string region = parts.size() > 3 ? part(3) : std::string();
  const std::string account = parts.size() > 4 ? part(4) : std::string();
  if (service == "iam" && !region.empty())
    return malformed(fmt::format("IAM resource {} cannot contain region information.", resource));
  // Access points have a Region and an account, buckets neither.
  if (service == "s3" && !region.empty() && region != "*" && account.empty())
    return malformed(fmt::format("Resource {} can not contain region information.", resource));
  if (service == "iam" && parts.size() > 5)
    return check_iam_path(
        resource.substr(static_cast<std::size_t>(parts[5].data() - resource.data())));
  return {};
}

bool passes_legacy(std::string_view resource) {
  if (resource == "*") return true;
  const std::vector<std::string_view> parts = split_arn(resource);
  if (parts.size() < 6 && resource.find("::") != std::string_view::npos) return false;
  return parts.size() > 2 && !parts[2].empty();
}

std::vector<std::string> complete_resource(std::string_view resource) {
  if (resource == "*") return {"*"};
  std::string whole(resource);
  while (nth_colon(whole, 5) == std::string::npos) whole += ":*";
  const std::size_t from = whole.find(':') + 1;
  const std::size_t to = whole.find(':', from);
  const std::string_view partition = std::string_view(whole).substr(from, to - from);
  // The recorded checks let anything stand where "arn" belongs; it means "arn".
  const std::string rest = whole.substr(to);
  if (!has_wildcard(partition)) return {fmt::format("arn:{}{}", partition, rest)};
  std::vector<std::string> all;
  for (const std::string_view p : partitions)
    if (matches(partition, p)) all.push_back(fmt::format("arn:{}{}", p, rest));
  return all;
}

}  // namespace stint::policy

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/service_of.h"

#include <algorithm>

#include "base/parts.h"
#include "base/text.h"
#include "cloud/cloud.h"

namespace stint::cloud {
namespace {

/// Services that sign by another name than their client's.
struct SigningName {
  std::string_view signing, client;
};
constexpr SigningName signing_names[] = {
    {"elasticfilesystem", "efs"},  {"elasticloadbalancing", "elbv2"},
    {"elasticmapreduce", "emr"},   {"email", "ses"},
    {"execute-api", "apigateway"}, {"monitoring", "cloudwatch"},
    {"states", "stepfunctions"},   {"tagging", "resourcegroupstaggingapi"},
};

const aws::Service* load(aws::Models& models, std::string_view name) {
  auto service = models.service(name);
  return service ? *service : nullptr;
}

std::string field_of(std::string_view form, std::string_view name) {
  std::string value;
  each_part(form, '&', [&](std::string_view part) {
    const std::size_t equals = part.find('=');
    if (!decodes_to(part.substr(0, equals), name, true)) return true;
    if (equals != part.npos) value = percent_decode(part.substr(equals + 1), true);
    return false;
  });
  return value;
}

/// Tries the embedded services.
template <class Fits>
const aws::Service* embedded(aws::Models& models, Fits fits) {
  for (const ServiceTable& table : services())
    if (const aws::Service* service = load(models, table.service); service && fits(*service))
      return service;
  return nullptr;
}

}  // namespace

std::string form_field(const net::Request& request, std::string_view name) {
  std::string found = field_of(request.query(), name);
  const std::string_view type = request.headers.get("content-type");
  if (found.empty() && request.method == "POST" &&
      type.starts_with("application/x-www-form-urlencoded"))
    found = field_of(request.body, name);
  return found;
}

const aws::Service* service_of(aws::Models& models, const net::Request& request,
                               const std::optional<aws::SignatureClaim>& claim) {
  const std::string_view target = request.headers.get("x-amz-target");
  const std::string_view prefix = target.substr(0, target.find('.'));
  if (claim) {
    for (const auto& [signing, client] : signing_names)
      if (signing == claim->service) return load(models, client);
    return load(models, claim->service);
  }
  if (prefix == "AmazonSQS") return load(models, "sqs");  // which its model does not say
  if (!target.empty())
    if (auto* found = embedded(models, [&](auto& one) { return one.target_prefix() == prefix; }))
      return found;
  if (!form_field(request, "Action").empty()) {
    const std::string version = form_field(request, "Version");
    if (auto* found = embedded(models, [&](auto& one) { return one.api_version() == version; }))
      return found;
    return load(models, "sts");
  }
  return load(models, "s3");
}

}  // namespace stint::cloud

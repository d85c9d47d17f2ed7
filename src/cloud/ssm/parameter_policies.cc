// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/parameter_policies.h"

#include <set>

#include "base/text.h"
#include "cloud/cloud.h"
#include "cloud/ssm/parameter_names.h"
#include "value/json.h"

namespace stint::cloud::ssm {
namespace {

constexpr std::size_t most_policies = 10;

std::unexpected<Error> bad_attribute() {
  return fault("InvalidPolicyAttributeException", "A policy attribute or its value is invalid.");
}

/// A number of days or hours, as text, beside its unit.
bool good_span(const Value& attributes, const char* name) {
  const std::string& unit = attributes.text("Unit");
  auto number = to_integer(document::render(attributes[name]));
  return number && *number > 0 && (unit == "Days" || unit == "Hours");
}

}  // namespace

Result<void> read_policies(ParameterVersion& version) {
  version.expires.reset();
  if (version.policies.empty()) return {};
  auto read = parse_json(version.policies);
  if (!read || !read->is_list())
    return fault("ValidationException", "Policies must be a JSON list of parameter policies.");
  if (read->size() == 0) {
    version.policies.clear();
    return {};
  }
  if (version.tier != "Advanced")
    return fault("ValidationException",
                 "Parameter policies are supported for parameters of the advanced tier only.");
  if (read->size() > most_policies)
    return fault("PoliciesLimitExceededException",
                 "You specified more than the maximum number of allowed policies for the "
                 "parameter. The maximum is 10.");
  std::set<std::string> types;
  for (const Value& policy : read->as_list()) {
    const std::string& type = policy.text("Type");
    const Value& attributes = policy["Attributes"];
    if (policy.text("Version") != "1.0") return bad_attribute();
    if (type == "Expiration") {
      auto time = parse_time(attributes.text("Timestamp"));
      if (!time) return bad_attribute();
      version.expires = *time;
    } else if (type == "ExpirationNotification") {
      if (!good_span(attributes, "Before")) return bad_attribute();
    } else if (type == "NoChangeNotification") {
      if (!good_span(attributes, "After")) return bad_attribute();
    } else {
      return fault("InvalidPolicyTypeException",
                   "The policy type isn't supported. Parameter Store supports the following policy "
                   "types: Expiration, ExpirationNotification, and NoChangeNotification.");
    }
    if (!types.insert(type).second && type == "Expiration")
      return fault("IncompatiblePolicyException",
                   "There is a conflict in the policies specified for this parameter. You can't, "
                   "for example, specify two Expiration policies for a parameter. Review your "
                   "policies, and try again.");
  }
  if (types.contains("ExpirationNotification") && !types.contains("Expiration"))
    return fault("IncompatiblePolicyException",
                 "There is a conflict in the policies specified for this parameter. An "
                 "ExpirationNotification policy needs an Expiration policy.");
  return {};
}

Value shown_policies(const ParameterVersion& version) {
  Value::List rows;
  if (auto read = parse_json(version.policies); read && read->is_list())
    for (const Value& policy : read->as_list())
      rows.push_back(object({{"PolicyText", to_json(policy)},
                             {"PolicyType", policy["Type"]},
                             {"PolicyStatus", "Pending"}}));
  return rows;
}

}  // namespace stint::cloud::ssm

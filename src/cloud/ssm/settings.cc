// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Service settings (API reference, UpdateServiceSetting; spec/ssm-automation.md 5.8).
#include "cloud/ssm/settings.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "cloud/ssm/operations.h"

namespace stint::cloud::ssm {
namespace {

struct Known {
  std::string_view id;
  std::string_view value;       ///< AWS's own
  std::string_view words = {};  ///< separated by "|"; empty: any text
};
constexpr std::array<Known, 11> settings = {{
    {"/ssm/appmanager/appmanager-enabled", "False", "True|False"},
    {"/ssm/automation/customer-script-log-destination", "", "CloudWatch"},
    {"/ssm/automation/customer-script-log-group-name", "/aws/ssm/automation/executeScript"},
    {"/ssm/automation/enable-adaptive-concurrency", "False", "True|False"},
    {"/ssm/automation/throttling-retry-time-limit", "0"},
    {"/ssm/documents/console/public-sharing-permission", "Enable", "Enable|Disable"},
    {"/ssm/managed-instance/activation-tier", "standard", "standard|advanced"},
    {"/ssm/managed-instance/default-ec2-instance-management-role", "$None"},
    {"/ssm/opsinsights/opscenter", "Disabled", "Enabled|Disabled"},
    {"/ssm/parameter-store/default-parameter-tier", "Standard",
     "Standard|Advanced|Intelligent-Tiering"},
    {"/ssm/parameter-store/high-throughput-enabled", "false", "true|false"},
}};
static_assert(std::ranges::is_sorted(settings, {}, &Known::id));

const Known* find_setting(std::string_view id) {
  auto found = std::ranges::lower_bound(settings, id, {}, &Known::id);
  return found != settings.end() && found->id == id ? &*found : nullptr;
}

/// An id, or the ARN that ends with it.
std::string_view setting_id(std::string_view given) {
  constexpr std::string_view mark = ":servicesetting";
  if (!given.starts_with("arn:")) return given;
  std::size_t at = given.find(mark);
  return at == given.npos ? given : given.substr(at + mark.size());
}

std::string setting_arn(const Call& call, std::string_view id) {
  return fmt::format("arn:aws:ssm:{}:{}:servicesetting{}", call.region, call.account, id);
}

Result<const Known*> known(const Value& in) {
  if (const Known* setting = find_setting(setting_id(in.text("SettingId")))) return setting;
  return fault("ServiceSettingNotFound",
               fmt::format("The specified service setting {} wasn't found. Either the service name "
                           "or the setting hasn't been provisioned by the Amazon Web Services "
                           "service team.",
                           in.text("SettingId")),
               400, Code::not_found);
}

Value describe(Call& call, const Known& setting) {
  const Setting* own = call.own_region().ssm.settings.find(setting.id);
  return object({{"SettingId", setting.id},
                 {"SettingValue", own ? std::string_view(own->value) : setting.value},
                 {"LastModifiedDate", iso8601(own ? own->modified : Time{}, true)},
                 {"LastModifiedUser", own ? std::string_view(own->modified_by) : "System"},
                 {"ARN", setting_arn(call, setting.id)},
                 {"Status", own ? "Customized" : "Default"}});
}

Result<void> check_value(const Known& setting, const std::string& value) {
  auto words = split(setting.words, '|');
  bool good = setting.words.empty() || std::ranges::find(words, value) != words.end();
  if (setting.id == "/ssm/automation/throttling-retry-time-limit") {
    auto seconds = to_integer(value);
    good = seconds && *seconds >= 0 && *seconds <= 3600;
  }
  if (good && !value.empty()) return {};
  return fault(
      "ValidationException",
      fmt::format("The value {} is not valid for the service setting {}.", value, setting.id));
}

}  // namespace

std::string setting_value(const State& ssm, std::string_view id) {
  if (const Setting* own = ssm.settings.find(id)) return own->value;
  const Known* setting = find_setting(id);
  return std::string(setting ? setting->value : "");
}

Resources setting_resources(const Call& call, const Value& in) {
  return {setting_arn(call, setting_id(in.text("SettingId")))};
}

Result<Value> get_service_setting(Call& call, const Value& in) {
  const Known* setting = TRY(known(in));
  return object({{"ServiceSetting", describe(call, *setting)}});
}

Result<Value> update_service_setting(Call& call, const Value& in) {
  const Known* setting = TRY(known(in));
  const std::string& value = in.text("SettingValue");
  TRY(check_value(*setting, value));
  call.own_region().ssm.settings.put(
      std::string(setting->id),
      {.value = value, .modified = call.now, .modified_by = call.caller.principal.arn});
  call.effect = "changed";
  return Value(Object());
}

Result<Value> reset_service_setting(Call& call, const Value& in) {
  const Known* setting = TRY(known(in));
  if (call.own_region().ssm.settings.erase(setting->id)) call.effect = "changed";
  return object({{"ServiceSetting", describe(call, *setting)}});
}

}  // namespace stint::cloud::ssm

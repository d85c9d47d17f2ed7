// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/parameter_names.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "cloud/ssm/operations.h"
#include "cloud/ssm/secrets.h"
#include "cloud/ssm/tags.h"

namespace stint::cloud::ssm {
namespace {

constexpr std::string_view public_prefix = "/aws/service/";
constexpr std::string_view default_key = "alias/aws/ssm";
constexpr std::ptrdiff_t most_levels = 15;

bool plain(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-' ||
           c == '/';
  });
}

}  // namespace

Wanted read_name(std::string_view given) {
  constexpr std::string_view mark = ":parameter/";
  if (given.starts_with("arn:"))
    if (std::size_t at = given.find(mark); at != given.npos) {
      std::string_view rest = given.substr(at + mark.size());
      // A name with a hierarchy keeps its leading slash in the store, but not in the ARN.
      std::string name = rest.find('/') == rest.npos ? std::string(rest) : fmt::format("/{}", rest);
      return read_name(name);
    }
  std::size_t colon = given.rfind(':');
  if (colon == given.npos) return {std::string(given), {}};
  return {std::string(given.substr(0, colon)), std::string(given.substr(colon + 1))};
}

std::string parameter_arn(const Call& call, std::string_view name) {
  const std::string_view account =
      name.starts_with(public_prefix) ? std::string_view() : std::string_view(call.account);
  if (name.starts_with('/')) name.remove_prefix(1);
  return fmt::format("arn:aws:ssm:{}:{}:parameter/{}", call.region, account, name);
}

Result<void> check_name(const Call& call, const std::string& name) {
  const bool path = name.find('/') != name.npos;
  const std::string low = lower(name.starts_with('/') ? name.substr(1) : name);
  if (low.starts_with("aws")) {
    if (path)
      return fault("AccessDeniedException",
                   fmt::format("No access to reserved parameter name: {}.", name), 400,
                   Code::denied);
    return fault("ValidationException",
                 "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).");
  }
  if (!path && low.starts_with("ssm"))
    return fault("ValidationException",
                 "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).");
  if (low.starts_with("ssm") || low.empty() || !plain(name) || name.ends_with('/') ||
      name.find("//") != name.npos)
    return fault("ValidationException",
                 "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as "
                 "a path, it can consist of sub-paths divided by slash symbol; each sub-path can "
                 "be formed as a mix of letters, numbers and the following 3 symbols .-_");
  if (path && !name.starts_with('/'))
    return fault("ValidationException", "Parameter name must be a fully qualified name.");
  // The ARN counts: 1011 characters are left for the name and what stands before it.
  if (parameter_arn(call, name).size() > 1011)
    return fault("ValidationException",
                 "Parameter name must not be longer than 1011 characters with its ARN.");
  if (std::ranges::count(name, '/') > most_levels)
    return fault("HierarchyLevelLimitExceededException",
                 "A hierarchy can have a maximum of 15 levels. For more information, see "
                 "Requirements and constraints for parameter names in the AWS Systems Manager User "
                 "Guide.");
  return {};
}

std::shared_ptr<const Parameter> find_parameter(Call& call, std::string_view name) {
  if (name.starts_with(public_prefix)) return public_parameter(call.region, name);
  auto found = call.own_region().ssm.parameters.share(name);
  return found && !expired(*found, call.now) ? found : nullptr;
}

const ParameterVersion* select_version(const Parameter& parameter, std::string_view selector) {
  if (selector.empty()) return &parameter.newest();
  for (const ParameterVersion& version : parameter.versions)
    if (std::to_string(version.version) == selector ||
        std::ranges::find(version.labels, selector) != version.labels.end())
      return &version;
  return nullptr;
}

std::string key_resource(const Call& call, const std::string& key_id) {
  if (key_id.empty() || key_id == default_key) return {};
  if (key_id.starts_with("arn:")) return key_id;
  return fmt::format("arn:aws:kms:{}:{}:{}{}", call.region, call.account,
                     key_id.starts_with("alias/") ? "" : "key/", key_id);
}

Result<std::string> shown_value(Call& call, const Parameter& parameter,
                                const ParameterVersion& version, bool decrypt) {
  if (version.type != "SecureString" || !decrypt) return version.value;
  if (std::string key = key_resource(call, version.key_id); !key.empty())
    TRY(call.authorise("kms:Decrypt", key));
  return open_value(call.own_region().ssm, parameter.name, version);
}

Result<Value> show_parameter(Call& call, const Parameter& parameter,
                             const ParameterVersion& version, std::string_view selector,
                             bool decrypt) {
  std::string value = TRY(shown_value(call, parameter, version, decrypt));
  Object out{{"Name", parameter.name},
             {"Type", version.type},
             {"Value", std::move(value)},
             {"Version", version.version},
             {"LastModifiedDate", iso8601(version.modified, true)},
             {"ARN", parameter_arn(call, parameter.name)},
             {"DataType", version.data_type}};
  if (!selector.empty()) out.append("Selector", fmt::format(":{}", selector));
  return Value(std::move(out));
}

std::unexpected<Error> no_parameter(std::string_view name) {
  return fault("ParameterNotFound", fmt::format("Parameter {} not found.", name), 400,
               Code::not_found);
}
std::unexpected<Error> no_parameter_version(std::string_view name, std::string_view selector) {
  return fault("ParameterVersionNotFound",
               fmt::format("Systems Manager could not find version {} of {}. Verify the version "
                           "and try again.",
                           selector, name),
               400, Code::not_found);
}

// --- For the table of operations. ---

Resources parameter_resources(const Call& call, const Value& in) {
  Resources arns;
  if (in.find("Name")) arns.push_back(parameter_arn(call, read_name(in.text("Name")).name));
  for (const Value& name : in.items("Names"))
    arns.push_back(parameter_arn(call, read_name(document::render(name)).name));
  if (in.find("Path")) arns.push_back(parameter_arn(call, in.text("Path")));
  return arns;
}

void parameter_context(const Call& call, const Value& in, policy::Context& out) {
  request_tags(in, out);
  if (const Value* overwrite = in.find("Overwrite"))
    out.set("ssm:Overwrite", overwrite->is_bool() && overwrite->as_bool() ? "true" : "false");
  if (in.find("Policies")) out.set("ssm:Policies", in.text("Policies"));
  if (in.find("Path")) out.set("ssm:Recursive", in.flag("Recursive") ? "true" : "false");
  const State* ssm = look(call);
  if (!ssm || !in.find("Name")) return;
  if (const Parameter* found = ssm->parameters.find(read_name(in.text("Name")).name))
    resource_tags(found->tags, out);
}

}  // namespace stint::cloud::ssm

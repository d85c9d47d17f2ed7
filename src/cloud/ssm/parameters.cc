// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Parameter Store: the newest version of each parameter.
#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/ssm/operations.h"

namespace stint::cloud::ssm {
namespace {

/// What a name in a request means: "name", "name:3", or an ARN of either.
struct Wanted {
  std::string name;
  std::string version;  ///< empty: the newest
};
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
  if (name.starts_with('/')) name.remove_prefix(1);
  return fmt::format("arn:aws:ssm:{}:{}:parameter/{}", call.region, call.account, name);
}

/// SecureString without WithDecryption: nothing that anybody could read.
std::string sealed(const Parameter& parameter) {
  Sha256 digest =
      sha256(fmt::format("{} {} {}", parameter.name, parameter.version, parameter.value));
  return "AQICAH" + base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Value describe(const Call& call, const Parameter& parameter, const Wanted& wanted, bool decrypt) {
  const bool secret = parameter.type == "SecureString" && !decrypt;
  Object out{{"Name", parameter.name},
             {"Type", parameter.type},
             {"Value", secret ? sealed(parameter) : parameter.value},
             {"Version", parameter.version},
             {"LastModifiedDate", iso8601(parameter.modified, true)},
             {"ARN", parameter_arn(call, parameter.name)},
             {"DataType", "text"}};
  if (!wanted.version.empty()) out.append("Selector", ":" + wanted.version);
  return out;
}

Result<void> check_name(const std::string& name) {
  auto allowed = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("_.-/").find(c) != std::string_view::npos;
  };
  if (name.empty() || name.size() > 1011 || !std::ranges::all_of(name, allowed))
    return fault("ValidationException",
                 "Parameter name must be a fully qualified name and may only use letters, digits "
                 "and the symbols . - _ /");
  std::string plain = lower(name.starts_with('/') ? name.substr(1) : name);
  if (plain.starts_with("aws") || plain.starts_with("ssm"))
    return fault("ValidationException",
                 "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).");
  return {};
}

}  // namespace

Resources parameter_resources(const Call& call, const Value& in) {
  Resources arns;
  if (in.find("Name")) arns.push_back(parameter_arn(call, read_name(in.text("Name")).name));
  for (const Value& name : in.items("Names"))
    arns.push_back(parameter_arn(call, read_name(name.as_text()).name));
  return arns;
}

Result<Value> put_parameter(Call& call, const Value& in) {
  const std::string& name = in.text("Name");
  TRY(check_name(name));
  Table<Parameter>& parameters = call.own_region().ssm.parameters;
  const Parameter* old = parameters.find(name);
  if (old && !in.flag("Overwrite"))
    return fault("ParameterAlreadyExists",
                 "The parameter already exists. To overwrite this value, set the overwrite option "
                 "in the request to true.",
                 400, Code::conflict);
  const std::string& type = in.text("Type");
  if (type.empty() && !old)
    return fault("ValidationException",
                 "A parameter type is required when you create a parameter.");
  if (old && !type.empty() && type != old->type)
    return fault("HierarchyTypeMismatchException",
                 fmt::format("The parameter {} has the type {}. Delete it to create it with "
                             "another.",
                             name, old->type),
                 400, Code::conflict);
  Parameter made{.name = name,
                 .type = old ? old->type : type,
                 .value = in.text("Value"),
                 .description = in.find("Description") ? in.text("Description")
                                : old                  ? old->description
                                                       : "",
                 .version = old ? old->version + 1 : 1,
                 .modified = call.now};
  call.effect = old ? "changed" : "created";
  const Parameter& kept = parameters.put(name, std::move(made));
  return object({{"Version", kept.version}, {"Tier", "Standard"}});
}

Result<Value> get_parameter(Call& call, const Value& in) {
  Wanted wanted = read_name(in.text("Name"));
  const Parameter* found = call.own_region().ssm.parameters.find(wanted.name);
  if (!found)
    return fault("ParameterNotFound", fmt::format("Parameter {} not found.", wanted.name), 400,
                 Code::not_found);
  if (!wanted.version.empty() && wanted.version != std::to_string(found->version))
    return fault("ParameterVersionNotFound",
                 fmt::format("Systems Manager could not find version {} of {}. Verify the version "
                             "and try again.",
                             wanted.version, wanted.name),
                 400, Code::not_found);
  return object({{"Parameter", describe(call, *found, wanted, in.flag("WithDecryption"))}});
}

Result<Value> get_parameters(Call& call, const Value& in) {
  Value::List found, missing;
  for (const Value& name : in.items("Names")) {
    Wanted wanted = read_name(name.as_text());
    const Parameter* one = call.own_region().ssm.parameters.find(wanted.name);
    if (one && (wanted.version.empty() || wanted.version == std::to_string(one->version))) {
      found.push_back(describe(call, *one, wanted, in.flag("WithDecryption")));
    } else {
      missing.push_back(name);
    }
  }
  return object({{"Parameters", std::move(found)}, {"InvalidParameters", std::move(missing)}});
}

Result<Value> delete_parameter(Call& call, const Value& in) {
  const std::string& name = in.text("Name");
  if (!call.own_region().ssm.parameters.erase(name))
    return fault("ParameterNotFound", fmt::format("Parameter {} not found.", name), 400,
                 Code::not_found);
  call.effect = "deleted";
  return Value(Object());
}

}  // namespace stint::cloud::ssm

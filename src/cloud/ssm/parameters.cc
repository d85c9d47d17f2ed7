// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Parameter Store: what changes parameters. The texts of errors are those of the API reference and
// of public recordings.
#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "cloud/ssm/operations.h"
#include "cloud/ssm/parameter_names.h"
#include "cloud/ssm/parameter_policies.h"
#include "cloud/ssm/secrets.h"
#include "cloud/ssm/settings.h"
#include "cloud/ssm/tags.h"
#include "document/pattern.h"

namespace stint::cloud::ssm {
namespace {

constexpr std::size_t standard_size = 4096, advanced_size = 8192;
constexpr std::size_t most_parameter_versions = 100, most_labels = 10;
constexpr std::size_t most_parameters = 10'000;  // of the standard tier, by default of all

constexpr std::string_view data_types[] = {"aws:ec2:image", "aws:ssm:integration", "text"};

/// Key ids, aliases, and their ARNs.
bool names_a_key(std::string_view id) {
  return !id.empty() && std::ranges::all_of(id, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == ':' || c == '/' || c == '_' ||
           c == '-';
  });
}

/// The tier that a value gets. Errors: ValidationException.
Result<std::string> choose_tier(Call& call, const Value& in, const Parameter* old) {
  std::string tier = in.text("Tier");
  if (tier.empty())
    tier = setting_value(call.own_region().ssm, "/ssm/parameter-store/default-parameter-tier");
  const std::size_t size = in.text("Value").size();
  const bool was_advanced = old && old->newest().tier == "Advanced";
  if (tier == "Intelligent-Tiering")
    tier = was_advanced || size > standard_size || !in.text("Policies").empty() ? "Advanced"
                                                                                : "Standard";
  if (was_advanced && tier == "Standard") {
    if (in.text("Tier").empty()) {
      tier = "Advanced";  // what it is, it stays unless the caller says otherwise
    } else {
      return fault("ValidationException",
                   "This parameter uses the advanced-parameter tier. You can't downgrade a "
                   "parameter from the advanced-parameter tier to the standard-parameter tier. If "
                   "necessary, you can delete the advanced parameter and recreate it as a standard "
                   "parameter.");
    }
  }
  if (tier == "Standard" && size > standard_size)
    return fault("ValidationException",
                 "Standard tier parameters support a maximum parameter value of 4096 characters. "
                 "To create a larger parameter value, upgrade the parameter to use the "
                 "advanced-parameter tier. For more information, see "
                 "https://docs.aws.amazon.com/systems-manager/latest/userguide/"
                 "parameter-store-advanced-parameters.html");
  if (size > advanced_size)
    return fault("ValidationException",
                 "Advanced tier parameters support a maximum parameter value of 8192 characters.");
  return tier;
}

Result<void> check_pattern(const std::string& pattern, const std::string& value) {
  if (pattern.empty()) return {};
  auto compiled = document::Pattern::compile(pattern);
  if (!compiled)
    return fault("InvalidAllowedPatternException",
                 "The request does not meet the regular expression requirement.");
  if (compiled->matches(value)) return {};
  return fault(
      "ParameterPatternMismatchException",
      fmt::format("Parameter value, cannot be validated against allowedPattern: {}", pattern));
}

/// What an input says of the type of the value, beside what the parameter was.
Result<void> read_type(const Value& in, const Parameter* old, ParameterVersion& made) {
  const std::string& type = in.text("Type");
  if (type.empty() && !old)
    return fault("ValidationException",
                 "A parameter type is required when you create a parameter.");
  made.type = type.empty() ? old->newest().type : type;
  if (made.type != "String" && made.type != "StringList" && made.type != "SecureString")
    return fault("UnsupportedParameterType",
                 fmt::format("The parameter type {} is not supported.", made.type));
  if (old && made.type != old->newest().type)
    return fault("HierarchyTypeMismatchException",
                 "Parameter Store does not support changing a parameter type in a hierarchy. For "
                 "example, you can't change a parameter from a String type to a SecureString type. "
                 "You must create a new, unique parameter.",
                 400, Code::conflict);
  made.data_type = in.text("DataType").empty() ? "text" : in.text("DataType");
  if (std::ranges::find(data_types, made.data_type) == std::end(data_types))
    return fault("ValidationException",
                 fmt::format("The following data type is not supported: {} (Data type names are "
                             "all lowercase.)",
                             made.data_type));
  if (made.data_type == "aws:ec2:image" &&
      (made.type != "String" || !in.text("Value").starts_with("ami-")))
    return fault("ValidationException",
                 "A parameter of the data type aws:ec2:image must hold the id of an image.");
  const std::string& key = in.text("KeyId");
  if (made.type == "SecureString") {
    made.key_id = key.empty() ? old ? old->newest().key_id : "alias/aws/ssm" : key;
    if (!names_a_key(made.key_id)) return fault("InvalidKeyId", "The query key ID isn't valid.");
  } else if (!key.empty()) {
    return fault("ValidationException",
                 "KeyId is valid only for parameters of the type SecureString.");
  }
  return {};
}

/// A hundred versions are kept; the oldest goes, unless somebody has put a label on it.
Result<void> make_room(Parameter& parameter) {
  if (parameter.versions.size() < most_parameter_versions) return {};
  const ParameterVersion& oldest = parameter.versions.front();
  if (!oldest.labels.empty())
    return fault("ParameterMaxVersionLimitExceeded",
                 fmt::format("You attempted to create a new version of {} by calling the "
                             "PutParameter API with the overwrite flag. Version {}, the oldest "
                             "version, can't be deleted because it has a label associated with it. "
                             "Move the label to another version of the parameter, and try again.",
                             parameter.name, oldest.version),
                 400, Code::conflict);
  parameter.versions.erase(parameter.versions.begin());
  return {};
}

}  // namespace

Result<Value> put_parameter(Call& call, const Value& in) {
  const std::string& name = in.text("Name");
  TRY(check_name(call, name));
  State& ssm = call.own_region().ssm;
  const std::shared_ptr<const Parameter> old = find_parameter(call, name);
  const bool overwrite = in.flag("Overwrite");
  if (overwrite && !in.items("Tags").empty())
    return fault("ValidationException",
                 "Invalid request: tags and overwrite can't be used together. To create a "
                 "parameter with tags, please remove overwrite flag. To update tags for an "
                 "existing parameter, please use AddTagsToResource or RemoveTagsFromResource.");
  if (old && !overwrite)
    return fault("ParameterAlreadyExists",
                 "The parameter already exists. To overwrite this value, set the overwrite option "
                 "in the request to true.",
                 400, Code::conflict);
  if (!old && ssm.parameters.size() >= most_parameters)
    return fault("ParameterLimitExceeded",
                 "You have exceeded the number of parameters for this AWS account. Delete one or "
                 "more parameters and try again.",
                 400, Code::conflict);
  if (in.text("Value").empty())
    return fault("ValidationException",
                 "1 validation error detected: Value '' at 'value' failed to satisfy constraint: "
                 "Member must have length greater than or equal to 1.");
  ParameterVersion made{.version = old ? old->newest().version + 1 : 1,
                        .modified = call.now,
                        .modified_by = call.caller.principal.arn};
  TRY(read_type(in, old.get(), made));
  made.tier = TRY(choose_tier(call, in, old.get()));
  // What an overwrite does not mention stays.
  auto kept = [&](const char* member, const std::string& before) {
    return in.find(member) ? in.text(member) : before;
  };
  static const ParameterVersion none;
  const ParameterVersion& before = old ? old->newest() : none;
  made.description = kept("Description", before.description);
  made.allowed_pattern = kept("AllowedPattern", before.allowed_pattern);
  TRY(check_pattern(made.allowed_pattern, in.text("Value")));
  made.policies = kept("Policies", before.policies);
  TRY(read_policies(made));
  if (std::string key = key_resource(call, made.key_id); !key.empty())
    TRY(call.authorise(made.tier == "Advanced" ? "kms:GenerateDataKey" : "kms:Encrypt", key));

  Parameter parameter = old ? *old : Parameter{.name = name, .tags = {}, .versions = {}};
  if (!in.items("Tags").empty()) {
    TRY(call.authorise("ssm:AddTagsToResource", parameter_arn(call, name)));
    TRY(add_tags(parameter.tags, in.items("Tags")));
  }
  TRY(make_room(parameter));
  made.value = made.type == "SecureString"
                   ? seal_value(ssm, call.state.random, name, made.version, in.text("Value"))
                   : in.text("Value");
  Value answer = object({{"Version", made.version}, {"Tier", made.tier}});
  parameter.versions.push_back(std::move(made));
  ssm.parameters.put(name, std::move(parameter));
  call.effect = old ? "changed" : "created";
  return answer;
}

Result<Value> delete_parameter(Call& call, const Value& in) {
  const std::string name = read_name(in.text("Name")).name;
  if (!find_parameter(call, name) || !call.own_region().ssm.parameters.erase(name))
    return no_parameter(name);
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> delete_parameters(Call& call, const Value& in) {
  Value::List deleted, missing;
  for (const Value& given : in.items("Names")) {
    const std::string name = read_name(document::render(given)).name;
    const bool there = find_parameter(call, name) && call.own_region().ssm.parameters.erase(name);
    (there ? deleted : missing).push_back(given);
  }
  if (!deleted.empty()) call.effect = "deleted";
  return object(
      {{"DeletedParameters", std::move(deleted)}, {"InvalidParameters", std::move(missing)}});
}

namespace {

/// Letters, digits and ".-_", no digit first, and none of AWS's prefixes.
bool good_label(const std::string& label) {
  if (label.empty() || label.size() > 100 || std::isdigit(static_cast<unsigned char>(label[0])))
    return false;
  const std::string low = lower(label);
  return !low.starts_with("aws") && !low.starts_with("ssm") &&
         std::ranges::all_of(label, [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-';
         });
}

/// The account's own parameter, and the number of the version that an input means.
Result<std::pair<Parameter*, int>> find_labelled(Call& call, const Value& in) {
  const std::string name = read_name(in.text("Name")).name;
  auto found = find_parameter(call, name);
  Parameter* parameter = found ? call.own_region().ssm.parameters.edit(name) : nullptr;
  if (!parameter) return no_parameter(name);
  const int number = static_cast<int>(in.integer("ParameterVersion", parameter->newest().version));
  if (std::ranges::find(parameter->versions, number, &ParameterVersion::version) ==
      parameter->versions.end())
    return no_parameter_version(name, std::to_string(number));
  return std::pair{parameter, number};
}

}  // namespace

Result<Value> label_parameter_version(Call& call, const Value& in) {
  auto [parameter, number] = TRY(find_labelled(call, in));
  std::vector<std::string> good;
  Value::List bad;
  for (const Value& given : in.items("Labels")) {
    std::string label = document::render(given);
    if (good_label(label)) {
      if (std::ranges::find(good, label) == good.end()) good.push_back(std::move(label));
    } else {
      bad.push_back(given);
    }
  }
  ParameterVersion& version =
      *std::ranges::find(parameter->versions, number, &ParameterVersion::version);
  std::vector<std::string> all = version.labels;
  for (const std::string& label : good)
    if (std::ranges::find(all, label) == all.end()) all.push_back(label);
  if (all.size() > most_labels)
    return fault("ParameterVersionLabelLimitExceeded",
                 "A parameter version can have maximum 10 labels. Move one or more labels to "
                 "another version and try again.");
  // A label stands on one version at a time.
  for (ParameterVersion& other : parameter->versions)
    std::erase_if(other.labels, [&](const std::string& label) {
      return std::ranges::find(good, label) != good.end();
    });
  version.labels = std::move(all);
  if (!good.empty()) call.effect = "changed";
  return object({{"InvalidLabels", std::move(bad)}, {"ParameterVersion", number}});
}

Result<Value> unlabel_parameter_version(Call& call, const Value& in) {
  auto [parameter, number] = TRY(find_labelled(call, in));
  ParameterVersion& version =
      *std::ranges::find(parameter->versions, number, &ParameterVersion::version);
  Value::List removed, bad;
  for (const Value& given : in.items("Labels"))
    (std::erase(version.labels, document::render(given)) ? removed : bad).push_back(given);
  if (!removed.empty()) call.effect = "changed";
  return object({{"RemovedLabels", std::move(removed)}, {"InvalidLabels", std::move(bad)}});
}

}  // namespace stint::cloud::ssm

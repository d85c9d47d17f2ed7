// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ec2/launch_templates.h"

#include <fmt/core.h>

#include "base/text.h"
#include "cloud/ec2/listing.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/query.h"
#include "cloud/ec2/things.h"

namespace stint::cloud::ec2 {
namespace {

constexpr FilterPath template_filters[] = {{"create-time", "CreateTime"},
                                           {"launch-template-name", "LaunchTemplateName"}};

Value describe(const LaunchTemplate& of) {
  return object({{"LaunchTemplateId", of.id},
                 {"LaunchTemplateName", of.name},
                 {"CreateTime", iso8601(of.versions.front().created)},
                 {"CreatedBy", of.versions.front().created_by},
                 {"DefaultVersionNumber", of.default_version},
                 {"LatestVersionNumber", of.latest_version},
                 {"Tags", tag_list(of.tags)}});
}

Value describe(const LaunchTemplate& of, const TemplateVersion& version) {
  Object out{{"LaunchTemplateId", of.id},
             {"LaunchTemplateName", of.name},
             {"VersionNumber", version.number}};
  if (!version.description.empty()) out.append("VersionDescription", version.description);
  out.append("CreateTime", iso8601(version.created));
  out.append("CreatedBy", version.created_by);
  out.append("DefaultVersion", version.number == of.default_version);
  out.append("LaunchTemplateData", version.data);
  return out;
}

/// By LaunchTemplateId or LaunchTemplateName.
Result<LaunchTemplate> named_template(const Call& call, const Value& in) {
  const std::string &id = in.text("LaunchTemplateId"), &name = in.text("LaunchTemplateName");
  if (!id.empty()) return need<LaunchTemplate>(call, id);
  for (LaunchTemplate& of : all_things<LaunchTemplate>(call))
    if (of.name == name) return std::move(of);
  if (name.empty())
    return fault("MissingParameter",
                 "The request must contain the parameter LaunchTemplateId or LaunchTemplateName");
  return fault("InvalidLaunchTemplateName.NotFoundException",
               "At least one of the launch templates specified in the request does not exist.", 400,
               Code::not_found);
}

/// "3", "$Latest", "$Default"; empty: the default.
Result<TemplateVersion> find_version(const LaunchTemplate& of, const std::string& text) {
  int number = of.default_version;
  if (text == "$Latest") {
    number = of.latest_version;
  } else if (!text.empty() && text != "$Default") {
    const auto given = to_integer(text);
    number = given ? static_cast<int>(*given) : 0;
  }
  for (const TemplateVersion& version : of.versions)
    if (version.number == number) return version;
  return fault("InvalidLaunchTemplateId.VersionNotFound",
               fmt::format("Could not find the specified version {} for the launch template with "
                           "ID {}.",
                           text, of.id),
               400, Code::not_found);
}

TemplateVersion new_version(const Call& call, const Value& in, int number) {
  TemplateVersion out{.number = number, .description = in.text("VersionDescription")};
  out.created_by = call.caller.principal.arn;
  out.created = call.now;
  out.data = in["LaunchTemplateData"];
  return out;
}

}  // namespace

Result<Value> with_template(const Call& call, const Value& in) {
  const Value& wanted = in["LaunchTemplate"];
  if (!wanted.size()) return in;
  const LaunchTemplate of = TRY(named_template(call, wanted));
  const TemplateVersion version = TRY(find_version(of, wanted.text("Version")));
  Value out = in;
  for (const auto& [key, value, where] : version.data.as_object())
    if (!out.find(key)) out.set(key, value);
  return out;
}

Resources template_resources(const Call& call, const Value& in) {
  const auto found = named_template(call, in);
  return {arn_of(call.region, call.account, "launch-template", found ? found->id : "*")};
}

Result<Value> create_launch_template(Call& call, const Value& in) {
  const std::vector<std::string> before = TRY(made_before(call, in));
  if (!before.empty()) {
    const LaunchTemplate made = TRY(need<LaunchTemplate>(call, before[0]));
    return object({{"LaunchTemplate", describe(made)}});
  }
  const std::string& name = in.text("LaunchTemplateName");
  if (name.size() < 3 || name.size() > 128 ||
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "().-/_") != name.npos)
    return fault("InvalidLaunchTemplateName.MalformedException",
                 "A launch template name must be between 3 and 128 characters, and may contain "
                 "letters, numbers, and the following characters: -()./_");
  if (!in["LaunchTemplateData"].size())
    return fault("MissingParameter", "The request must contain the parameter LaunchTemplateData");
  for (const LaunchTemplate& other : all_things<LaunchTemplate>(call))
    if (other.name == name)
      return fault("InvalidLaunchTemplateName.AlreadyExistsException",
                   "Launch template name already in use.", 400, Code::conflict);
  LaunchTemplate of{.name = name};
  of.tags = TRY(tags_for(call, in, "launch-template"));
  of.id = call.new_hex_id("lt-0", 16);
  of.versions = {new_version(call, in, 1)};
  remember_made(call, in, {of.id});
  Value answer = object({{"LaunchTemplate", describe(of)}});
  keep(call, std::move(of));
  call.effect = "created";
  return answer;
}

Result<Value> create_launch_template_version(Call& call, const Value& in) {
  LaunchTemplate of = TRY(named_template(call, in));
  TemplateVersion version = new_version(call, in, of.latest_version + 1);
  if (!in.text("SourceVersion").empty()) {
    const TemplateVersion source = TRY(find_version(of, in.text("SourceVersion")));
    for (const auto& [key, value, where] : source.data.as_object())
      if (!version.data.find(key)) version.data.set(key, value);
  }
  of.latest_version = version.number;
  of.versions.push_back(version);
  Value answer = object({{"LaunchTemplateVersion", describe(of, version)}});
  keep(call, std::move(of));
  call.effect = "created";
  return answer;
}

Result<Value> describe_launch_templates(Call& call, const Value& in) {
  const Value::List& names = in.items("LaunchTemplateNames");
  for (const Value& name : names) TRY(named_template(call, object({{"LaunchTemplateName", name}})));
  Value::List rows;
  for (const LaunchTemplate& of : all_things<LaunchTemplate>(call))
    if (names.empty() || std::ranges::find(names, Value(of.name)) != names.end())
      rows.push_back(describe(of));
  return list_rows(in,
                   {.member = "LaunchTemplates",
                    .ids = "LaunchTemplateIds",
                    .id = "LaunchTemplateId",
                    .prefix = "lt-",
                    .filters = template_filters,
                    .least = 1,
                    .most = 200},
                   std::move(rows));
}

Result<Value> describe_launch_template_versions(Call& call, const Value& in) {
  const LaunchTemplate of = TRY(named_template(call, in));
  std::vector<int> wanted;
  for (const Value& text : in.items("Versions")) {
    const TemplateVersion version = TRY(find_version(of, text.as_text()));
    wanted.push_back(version.number);
  }
  Value::List rows;
  for (const TemplateVersion& version : of.versions) {
    if (!wanted.empty() && std::ranges::find(wanted, version.number) == wanted.end()) continue;
    Value row = describe(of, version);
    row.set("Key", fmt::format("{:09}", version.number));
    rows.push_back(std::move(row));
  }
  Value answer = TRY(list_rows(in,
                               {.member = "LaunchTemplateVersions",
                                .id = "Key",
                                .filters = template_filters,
                                .least = 1,
                                .most = 200},
                               std::move(rows)));
  for (Value& row : answer.edit_object().find("LaunchTemplateVersions")->edit_list())
    row.edit_object().erase("Key");
  return answer;
}

Result<Value> modify_launch_template(Call& call, const Value& in) {
  LaunchTemplate of = TRY(named_template(call, in));
  const TemplateVersion version = TRY(find_version(of, in.text("DefaultVersion")));
  of.default_version = version.number;
  Value answer = object({{"LaunchTemplate", describe(of)}});
  keep(call, std::move(of));
  call.effect = "changed";
  return answer;
}

Result<Value> delete_launch_template(Call& call, const Value& in) {
  const LaunchTemplate of = TRY(named_template(call, in));
  drop<LaunchTemplate>(call, of.id);
  call.effect = "deleted";
  return object({{"LaunchTemplate", describe(of)}});
}

}  // namespace stint::cloud::ec2

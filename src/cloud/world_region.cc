// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The sections of a world file that describe a Region: instances, buckets, documents, ...
#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/ec2/association.h"
#include "cloud/ssm/secrets.h"
#include "cloud/world_parts.h"
#include "policy/policy.h"
#include "value/json.h"
#include "value/yaml.h"

namespace stint::cloud::world {
namespace {

/// Everything that the readers of one Region share.
struct RegionPlace {
  const WorldReader& reader;
  const std::string& account_id;
  const std::string& region_name;
  Time created;
  State& state;

  Account& account() const { return state.accounts[account_id]; }
  Region& region() const { return account().regions[region_name]; }
};

Result<void> read_instance(const RegionPlace& place, const std::string& id, const Value& given,
                           Where where) {
  const WorldReader& reader = place.reader;
  std::string what = fmt::format("instance '{}'", id);
  TRY(reader.check_keys(
      given, what,
      {"image", "imds_address", "key", "launched", "metadata", "private_ip", "profile",
       "security_groups", "state", "state_since", "subnet", "tags", "type", "user_data", "zone"}));
  if (!id.starts_with("i-"))
    return reader.wrong(where,
                        fmt::format("'{}' is no id of an instance: they begin with i-.", id));
  Time launched = TRY(reader.time(given, "launched", place.created));
  ec2::Instance instance = plain_instance(place.region_name, id, launched, 0);
  instance.private_ip.clear();
  instance.imds_address.clear();  // until all instances are numbered
  instance.state = TRY(reader.text(given, "state", instance.state));
  constexpr std::string_view states[] = {"pending", "running",       "stopping",
                                         "stopped", "shutting-down", "terminated"};
  if (std::ranges::find(states, std::string_view(instance.state)) == std::end(states))
    return reader.wrong(given["state"].where(),
                        fmt::format("'{}' is no state of an instance: pending, running, stopping, "
                                    "stopped, shutting-down and terminated are.",
                                    instance.state));
  instance.type = TRY(reader.text(given, "type", instance.type));
  instance.image = TRY(reader.text(given, "image", instance.image));
  instance.zone = TRY(reader.text(given, "zone", instance.zone));
  instance.private_ip = TRY(reader.text(given, "private_ip"));
  instance.imds_address = TRY(reader.text(given, "imds_address"));
  instance.state_since = TRY(reader.time(given, "state_since", launched));
  instance.tags = TRY(reader.text_map(given, "tags"));
  instance.subnet = TRY(reader.text(given, "subnet"));
  instance.groups = TRY(reader.texts(given, "security_groups"));
  instance.key = TRY(reader.text(given, "key"));
  const std::string user_data = TRY(reader.text(given, "user_data"));
  if (!user_data.empty()) instance.user_data = base64(user_data);
  const Value& metadata = given["metadata"];
  TRY(reader.check_keys(metadata, fmt::format("'metadata' of {}", what),
                        {"endpoint", "hops", "tags", "tokens"}));
  instance.metadata.endpoint = TRY(reader.text(metadata, "endpoint", instance.metadata.endpoint));
  instance.metadata.tokens = TRY(reader.text(metadata, "tokens", instance.metadata.tokens));
  instance.metadata.tags = TRY(reader.text(metadata, "tags", instance.metadata.tags));
  const std::int64_t hops = TRY(reader.integer(metadata, "hops", instance.metadata.hops));
  instance.metadata.hops = static_cast<int>(hops);

  std::string name = TRY(reader.text(given, "profile"));
  if (!name.empty()) {
    const iam::State& iam = place.account().iam;
    const iam::InstanceProfile* profile = iam.profiles.find(name);
    if (!profile) {
      std::vector<std::string> names;
      for (const auto& [held, one] : iam.profiles) names.push_back(held);
      std::string near = closest(name, names);
      return reader.wrong(
          given["profile"].where(),
          fmt::format("{} wears profile '{}', which is not there{}.", what, name,
                      near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
    }
    ec2::Association made = plain_association(place.state, place.account_id, id, *profile,
                                              iam.roles.find(profile->role), place.created);
    std::string key = made.id;
    place.region().ec2.associations.put(std::move(key), std::move(made));
  }
  place.region().ec2.instances.put(id, std::move(instance));
  return {};
}

/// An image of the account, with one device.
Result<void> read_image(const RegionPlace& place, const std::string& id, const Value& given,
                        Where where) {
  const WorldReader& reader = place.reader;
  const std::string what = fmt::format("image '{}'", id);
  TRY(reader.check_keys(given, what,
                        {"architecture", "created", "description", "name", "platform", "public",
                         "root_device", "shared", "size", "tags"}));
  if (!id.starts_with("ami-"))
    return reader.wrong(where, fmt::format("'{}' is no id of an image: they begin with ami-.", id));
  ec2::Image image{.id = id, .owner = place.account_id};
  image.name = TRY(reader.text(given, "name", id));
  image.description = TRY(reader.text(given, "description"));
  image.architecture = TRY(reader.text(given, "architecture", image.architecture));
  image.platform = TRY(reader.text(given, "platform"));
  image.root_device = TRY(reader.text(given, "root_device", image.root_device));
  const std::int64_t size = TRY(reader.integer(given, "size", 8));
  image.devices = {{.name = image.root_device, .size = static_cast<int>(size)}};
  image.created = TRY(reader.time(given, "created", place.created));
  image.everybody = TRY(reader.flag(given, "public", false));
  image.shared = TRY(reader.texts(given, "shared"));
  image.tags = TRY(reader.text_map(given, "tags"));
  place.region().ec2.images.put(id, std::move(image));
  return {};
}

Result<void> read_bucket(const RegionPlace& place, const std::string& name, const Value& given,
                         Where where) {
  return world::read_bucket(place.reader, place.account_id, place.region_name, place.created, name,
                            given, where, place.state);
}

Result<void> read_parameter(const RegionPlace& place, const std::string& name, const Value& given,
                            Where where) {
  const WorldReader& reader = place.reader;
  std::string what = fmt::format("parameter '{}'", name);
  bool short_form = !given.is_object();
  if (!short_form)
    TRY(reader.check_keys(given, what,
                          {"description", "modified", "tags", "type", "value", "version"}));
  Value full = short_form ? object({{"value", given}}) : given;
  ssm::ParameterVersion made{.modified = place.created};
  made.type = TRY(reader.text(full, "type", made.type));
  if (made.type != "String" && made.type != "StringList" && made.type != "SecureString")
    return reader.wrong(full["type"].where(),
                        fmt::format("'{}' is no type of a parameter: String, StringList and "
                                    "SecureString are.",
                                    made.type));
  if (full["value"].is_null()) return reader.wrong(where, fmt::format("{} needs a 'value'.", what));
  std::vector<std::string> values = TRY(reader.texts(full, "value"));
  made.value = join(values, ",");
  made.description = TRY(reader.text(full, "description"));
  std::int64_t version = TRY(reader.integer(full, "version", 1));
  made.version = static_cast<int>(version);
  made.modified = TRY(reader.time(full, "modified", place.created));
  ssm::State& ssm = place.region().ssm;
  if (made.type == "SecureString") {
    made.key_id = "alias/aws/ssm";
    made.value = ssm::seal_value(ssm, place.state.random, name, made.version, made.value);
  }
  ssm::Parameter parameter{.name = name, .tags = {}, .versions = {}};
  parameter.tags = TRY(reader.text_map(full, "tags"));
  parameter.versions.push_back(std::move(made));
  ssm.parameters.put(name, std::move(parameter));
  return {};
}

Result<void> read_document(const RegionPlace& place, const std::string& name, const Value& given,
                           Where where) {
  const WorldReader& reader = place.reader;
  std::string what = fmt::format("document '{}'", name);
  TRY(reader.check_keys(given, what,
                        {"content", "created", "file", "format", "target_type", "type"}));
  if (!given.find("content") == !given.find("file"))
    return reader.wrong(where, fmt::format("{} needs either 'file' or 'content'.", what));
  std::string content;
  if (given.find("file")) {
    content = TRY(reader.file(given));
  } else {
    content = TRY(reader.document(given["content"], fmt::format("'content' of {}", what)));
  }
  auto parsed = parse_json_or_yaml(content);
  if (!parsed) return reader.wrong(where, fmt::format("{}: {}", what, parsed.error().message));
  if (parsed->text("schemaVersion").empty())
    return reader.wrong(where, fmt::format("{} has no schemaVersion.", what));
  Time created = TRY(reader.time(given, "created", place.created));
  ssm::Document document = plain_document(place.account_id, name, content, created);
  document.type = TRY(reader.text(given, "type", document.type));
  document.target_type = TRY(reader.text(given, "target_type"));
  document.versions[0].format = TRY(reader.text(given, "format", document.versions[0].format));
  place.region().ssm.documents.put(name, std::move(document));
  return {};
}

Result<void> read_node(const RegionPlace& place, const std::string& id, const Value& given, Where) {
  const WorldReader& reader = place.reader;
  std::string what = fmt::format("node '{}'", id);
  if (!given.is_list())
    return reader.wrong(given.where(), fmt::format("{} must be a list of answers.", what));
  std::vector<ScriptedAnswer> answers;
  for (const Value& one : given.as_list()) {
    TRY(reader.check_keys(one, fmt::format("an answer of {}", what),
                          {"duration", "error", "exit", "match", "output"}));
    ScriptedAnswer answer;
    answer.match = TRY(reader.text(one, "match"));
    std::int64_t exit = TRY(reader.integer(one, "exit", 0));
    answer.exit = static_cast<int>(exit);
    answer.output = TRY(reader.text(one, "output"));
    answer.error = TRY(reader.text(one, "error"));
    answer.duration = TRY(reader.duration(one, "duration", Duration(0)));
    answers.push_back(std::move(answer));
  }
  place.state.scripted[id] = std::move(answers);
  return {};
}

}  // namespace

ec2::Instance plain_instance(std::string_view region, std::string_view id, Time created,
                             std::size_t number) {
  ec2::Instance instance{.id = std::string(id), .zone = fmt::format("{}a", region)};
  instance.private_ip =
      fmt::format("172.31.{}.{}", number / 250 % 256, number % 250 + 4);  // .0 to .3 are AWS's
  instance.imds_address = fmt::format("127.{}.{}.{}", 64 + number / 254 / 256 % 64,
                                      number / 254 % 256, number % 254 + 1);
  instance.launched = created;
  instance.state_since = created;
  return instance;
}

ec2::Association plain_association(const State& state, std::string_view account,
                                   std::string_view instance, const iam::InstanceProfile& profile,
                                   const iam::Role* role, Time created) {
  std::string digits = hex(sha256(fmt::format("association {} {}", account, instance)));
  ec2::Association association{.id = "iip-assoc-0" + digits.substr(0, 16),
                               .instance = std::string(instance),
                               .profile_arn = profile.arn,
                               .profile_id = profile.id,
                               .role = profile.role,
                               .started = created};
  if (!role || ec2::ec2_may_assume(state, *role)) association.settled = created;
  return association;
}

ssm::Document plain_document(std::string_view account, std::string_view name,
                             std::string_view content, Time created) {
  ssm::Document document{.name = std::string(name), .owner = std::string(account)};
  auto parsed = parse_json_or_yaml(content);
  document.type = parsed && parsed->text("schemaVersion") == "0.3" ? "Automation" : "Command";
  ssm::DocumentVersion version{.version = "1", .content = std::string(content)};
  version.format = trim(content).starts_with('{') ? "JSON" : "YAML";
  version.hash = hex(sha256(content));
  version.created = created;
  document.versions.push_back(std::move(version));
  return document;
}

Result<void> read_region(const WorldReader& reader, const Value& of, const std::string& account_id,
                         const std::string& region_name, Time created, State& state) {
  using Read = Result<void> (*)(const RegionPlace&, const std::string&, const Value&, Where);
  struct Section {
    const char* name;
    Read read;
  };
  RegionPlace place{reader, account_id, region_name, created, state};
  place.region();  // is there, even when empty
  for (const auto& [name, read] :
       {Section{"instances", read_instance}, Section{"images", read_image},
        Section{"buckets", read_bucket}, Section{"parameters", read_parameter},
        Section{"documents", read_document}, Section{"nodes", read_node}}) {
    const Value& section = of[name];
    TRY(reader.check_map(section, fmt::format("'{}'", name)));
    if (section.is_null()) continue;
    for (const auto& [key, value, where] : section.as_object()) TRY(read(place, key, value, where));
  }
  return {};
}

void number_instances(State& state) {
  std::size_t number = 0;
  for (auto& [account_id, account] : state.accounts)
    for (auto& [name, region] : account.regions) {
      std::vector<std::string> ids;
      for (const auto& [id, instance] : region.ec2.instances) ids.push_back(id);
      for (const std::string& id : ids) {
        ec2::Instance plain = plain_instance(name, id, Time{}, number++);
        ec2::Instance& instance = *region.ec2.instances.edit(id);
        if (instance.private_ip.empty()) instance.private_ip = plain.private_ip;
        if (instance.imds_address.empty()) instance.imds_address = plain.imds_address;
      }
    }
}

}  // namespace stint::cloud::world

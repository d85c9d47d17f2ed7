// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Writing a state as a world file. Each thing is written as what it has beyond its name; at the end
// the file is read back, and what is still missing is written whole in the section `state`. So the
// sections for people need not be complete for the dump to be.
#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/ec2/association.h"
#include "cloud/iam/managed.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/versions.h"
#include "cloud/world_file.h"
#include "cloud/world_parts.h"
#include "value/json.h"
#include "value/yaml.h"

namespace stint::cloud {
namespace {

using namespace world;

/// Collects members, leaving out those that say what is understood anyway.
class Lines {
 public:
  void add(std::string_view key, Value value) { out_.set(key, std::move(value)); }
  void add_text(std::string_view key, const std::string& value, const std::string& plain) {
    if (value != plain) add(key, value);
  }
  void add_time(std::string_view key, Time value, Time plain) {
    if (value != plain) add(key, iso8601(value, true));
  }
  void add_list(std::string_view key, const std::vector<std::string>& list) {
    if (list.empty()) return;
    Value::List items;
    for (const std::string& item : list) items.push_back(item);
    add(key, std::move(items));
  }
  void add_map(std::string_view key, const std::map<std::string, std::string>& map) {
    if (map.empty()) return;
    Object members;
    for (const auto& [name, value] : map) members.append(name, value);
    add(key, std::move(members));
  }
  bool empty() const { return out_.empty(); }
  Value value() const { return out_; }

 private:
  Object out_;
};

void add_section(Object& out, std::string_view name, Object things) {
  if (!things.empty()) out.set(name, std::move(things));
}

/// In place when reading it back gives the same text to the byte, else as text.
Value document_value(const std::string& text) {
  auto json = parse_json(text);
  if (json && json->is_object() && to_json(*json) == text && !json->find("file")) return *json;
  return text;
}

void add_documents(Lines& lines, const std::map<std::string, std::string>& inlined) {
  if (inlined.empty()) return;
  Object documents;
  for (const auto& [name, text] : inlined) documents.append(name, document_value(text));
  lines.add("inline", std::move(documents));
}

std::string short_duration(Duration duration) {
  if (duration.count() % 1000) return fmt::format("{}ms", duration.count());
  return fmt::format("{}s", duration.count() / 1000);
}

/// The earliest time in a state: when its world was made.
Time earliest(const State& state) {
  Time first = Time::max();
  auto see = [&](Time time) { first = std::min(first, time); };
  for (const auto& [id, account] : state.accounts) {
    for (const auto& [name, role] : account.iam.roles) see(role->created);
    for (const auto& [name, profile] : account.iam.profiles) see(profile->created);
    for (const auto& [name, policy] : account.iam.policies) see(policy->created);
    for (const auto& [name, group] : account.iam.groups) see(group->created);
    for (const auto& [name, user] : account.iam.users) see(user->created);
    for (const auto& [name, key] : account.iam.access_keys) see(key->created);
    for (const auto& [name, region] : account.regions)
      for (const auto& [instance_id, instance] : region.ec2.instances) see(instance->launched);
  }
  for (const auto& [name, bucket] : state.s3.buckets) see(bucket->created);
  return first == Time::max() ? Time{} : first;
}

class Dump {
 public:
  explicit Dump(const State& state) : state_(state), created_(earliest(state)) {}

  Value friendly() const {
    Object out{
        {"account", state_.default_account},
        {"region", state_.default_region},
        {"created", iso8601(created_, true)},
        {"random", state_.random.save()},
        {"propagation", object({{"iam_to_ec2", short_duration(state_.propagation.iam_to_ec2)},
                                {"association", short_duration(state_.propagation.association)},
                                {"imds", short_duration(state_.propagation.imds)},
                                {"instance", short_duration(state_.propagation.instance)}})}};
    out.set("access_keys", Object());  // none is not the same as the one that is understood
    Object accounts;
    for (const auto& [id, account] : state_.accounts) {
      bool own = id == state_.default_account;
      Object sections;
      add_iam(id, account, own ? out : sections);
      Object regions;
      for (const auto& [name, region] : account.regions) {
        Object parts;
        bool home = own && name == state_.default_region;
        add_region(id, name, account, region, home ? out : parts);
        if (!home) regions.append(name, std::move(parts));
      }
      add_section(sections, "regions", std::move(regions));
      if (!own || !sections.empty()) accounts.append(id, std::move(sections));
    }
    add_section(out, "accounts", std::move(accounts));
    add_nodes(out);
    return out;
  }

  /// The state with nothing but the settings for people; all else whole.
  Value raw() const {
    Object things;
    for (const auto& [key, value] : entities(state_)) things.append(key, value);
    return object({{"account", state_.default_account},
                   {"region", state_.default_region},
                   {"created", iso8601(created_, true)},
                   {"random", state_.random.save()},
                   {"access_keys", Object()},
                   {"state", std::move(things)}});
  }

  Time created() const { return created_; }

 private:
  /// Names of an account's own policies, ARNs of others.
  void add_attached(Lines& lines, std::string_view key, const std::vector<std::string>& arns,
                    const std::string& id) const {
    if (arns.empty()) return;
    const iam::State& iam = state_.accounts.find(id)->second.iam;
    const std::string aws = "arn:aws:iam::aws:policy/";
    Value names;
    for (const std::string& arn : arns) {
      std::string name = arn;
      if (const iam::Policy* own = iam.policies.find(arn)) {
        name = own->name;
      } else if (iam::aws_policies().contains(arn)) {
        // Unless one of the account's own would be meant.
        std::string tail = arn.substr(aws.size());
        bool taken = std::ranges::any_of(
            iam.policies, [&](const auto& entry) { return entry.second->name == tail; });
        if (!taken) name = tail;
      }
      names.push(name);
    }
    lines.add(key, std::move(names));
  }

  void add_boundary(Lines& lines, const std::string& arn) const {
    if (!arn.empty()) lines.add("boundary", arn);
  }

  void add_iam(const std::string& id, const Account& account, Object& out) const {
    Object policies, roles, profiles, groups, users, keys;
    for (const auto& [arn, policy] : account.iam.policies) {
      const iam::PolicyVersion* version = policy->default_version();
      if (!version || arn != plain_policy(id, policy->name, policy->path, {}, "").arn) continue;
      iam::Policy plain = plain_policy(id, policy->name, policy->path, created_, "");
      Value document = document_value(version->document);
      Lines lines;
      lines.add_text("id", policy->id, plain.id);
      lines.add_text("path", policy->path, "/");
      lines.add_text("description", policy->description, "");
      lines.add_time("created", policy->created, created_);
      lines.add_map("tags", policy->tags);
      if (!lines.empty()) {
        lines.add("document", document);
        document = lines.value();
      }
      policies.append(policy->name, document);
    }
    for (const auto& [name, role] : account.iam.roles) {
      iam::Role plain = plain_role(id, name, role->path, created_);
      Lines lines;
      lines.add_text("id", role->id, plain.id);
      lines.add_text("path", role->path, "/");
      lines.add_text("description", role->description, "");
      add_trust(lines, role->trust);
      add_attached(lines, "managed", role->attached, id);
      add_documents(lines, role->inlined);
      add_boundary(lines, role->boundary);
      if (role->max_session_seconds != plain.max_session_seconds)
        lines.add("max_session", fmt::format("{}s", role->max_session_seconds));
      lines.add_time("created", role->created, created_);
      lines.add_time("changed", role->changed, role->created);
      lines.add_map("tags", role->tags);
      roles.append(name, lines.value());
    }
    for (const auto& [name, profile] : account.iam.profiles) {
      iam::InstanceProfile plain = plain_profile(id, name, profile->path, created_);
      Lines lines;
      lines.add_text("id", profile->id, plain.id);
      lines.add_text("path", profile->path, "/");
      lines.add_time("created", profile->created, created_);
      lines.add_time("changed", profile->changed, profile->created);
      lines.add_map("tags", profile->tags);
      Value held = profile->role.empty() ? Value() : Value(profile->role);
      if (lines.empty()) {
        profiles.append(name, held);
        continue;
      }
      lines.add("role", held);
      profiles.append(name, lines.value());
    }
    for (const auto& [name, group] : account.iam.groups) {
      Lines lines;
      lines.add_text("id", group->id, plain_group(id, name, group->path, created_).id);
      lines.add_text("path", group->path, "/");
      add_attached(lines, "managed", group->attached, id);
      add_documents(lines, group->inlined);
      lines.add_time("created", group->created, created_);
      groups.append(name, lines.value());
    }
    for (const auto& [name, user] : account.iam.users) {
      iam::User plain = plain_user(id, name, user->path, created_);
      Lines lines;
      lines.add_text("id", user->id, plain.id);
      lines.add_text("path", user->path, "/");
      if (!user->groups.empty()) {
        Value names;
        for (const std::string& group : user->groups) names.push(group);
        lines.add("groups", std::move(names));
      }
      add_attached(lines, "managed", user->attached, id);
      add_documents(lines, user->inlined);
      add_boundary(lines, user->boundary);
      lines.add_time("created", user->created, created_);
      lines.add_map("tags", user->tags);
      users.append(name, lines.value());
    }
    for (const auto& [key_id, key] : account.iam.access_keys) {
      Lines lines;
      lines.add("secret", key->secret);
      lines.add("principal", key->root ? "root" : key->user);
      if (!key->active) lines.add("active", false);
      lines.add_time("created", key->created, created_);
      keys.append(key_id, lines.value());
    }
    add_section(out, "access_keys", std::move(keys));
    add_section(out, "policies", std::move(policies));
    add_section(out, "roles", std::move(roles));
    add_section(out, "profiles", std::move(profiles));
    add_section(out, "groups", std::move(groups));
    add_section(out, "users", std::move(users));
  }

  static void add_trust(Lines& lines, const std::string& trust) {
    auto json = parse_json(trust);
    if (json && json->items("Statement").size() == 1) {
      const Value& service = json->items("Statement")[0]["Principal"]["Service"];
      if (service.is_text() && trust == service_trust({service.as_text()})) {
        lines.add("service", service);
        return;
      }
    }
    lines.add("trust", document_value(trust));
  }

  void add_region(const std::string& id, const std::string& name, const Account& account,
                  const Region& region, Object& out) const {
    Object instances, images, parameters, documents, buckets;
    auto ties = ec2::all_ties(region.ec2);
    for (const auto& [instance_id, instance] : region.ec2.instances) {
      ec2::Instance plain = plain_instance(name, instance_id, created_, 0);
      Lines lines;
      lines.add("state", instance->state);
      if (auto own = ties.find(instance_id); own != ties.end())
        if (const ec2::Association* live = ec2::live_association(own->second))
          if (const iam::InstanceProfile* profile = ec2::find_profile(state_, live->profile_arn);
              profile && account.iam.profiles.find(profile->name) == profile)
            lines.add("profile", profile->name);
      lines.add_text("type", instance->type, plain.type);
      lines.add_text("image", instance->image, plain.image);
      lines.add_text("zone", instance->zone, plain.zone);
      lines.add_time("launched", instance->launched, created_);
      lines.add_time("state_since", instance->state_since, instance->launched);
      lines.add_map("tags", instance->tags);
      lines.add_text("subnet", instance->subnet, "");
      lines.add_list("security_groups", instance->groups);
      lines.add_text("key", instance->key, "");
      if (auto data = from_base64(instance->user_data); data && valid_utf8(*data))
        lines.add_text("user_data", *data, "");
      if (const ec2::MetadataOptions& own = instance->metadata; own != plain.metadata) {
        Lines options;
        options.add_text("tokens", own.tokens, plain.metadata.tokens);
        options.add_text("endpoint", own.endpoint, plain.metadata.endpoint);
        options.add_text("tags", own.tags, plain.metadata.tags);
        if (own.hops != plain.metadata.hops) options.add("hops", own.hops);
        if (!options.empty()) lines.add("metadata", options.value());
      }
      instances.append(instance_id, lines.value());
    }
    for (const auto& [image_id, image] : region.ec2.images) {
      if (image->devices.size() != 1 || image->owner != id) continue;  // the section `state` has it
      Lines lines;
      lines.add_text("name", image->name, image_id);
      lines.add_text("description", image->description, "");
      lines.add_text("architecture", image->architecture, "x86_64");
      lines.add_text("platform", image->platform, "");
      lines.add_text("root_device", image->root_device, ec2::Image().root_device);
      if (image->devices[0].size != 8) lines.add("size", image->devices[0].size);
      lines.add_time("created", image->created, created_);
      if (image->everybody) lines.add("public", true);
      lines.add_list("shared", image->shared);
      lines.add_map("tags", image->tags);
      images.append(image_id, lines.value());
    }
    for (const auto& [parameter_name, parameter] : region.ssm.parameters) {
      const ssm::ParameterVersion& newest = parameter->newest();
      if (newest.type == "SecureString") continue;  // the section `state` has it, sealed
      Lines lines;
      lines.add_text("type", newest.type, "String");
      lines.add("value", newest.value);
      lines.add_text("description", newest.description, "");
      if (newest.version != 1) lines.add("version", newest.version);
      lines.add_time("modified", newest.modified, created_);
      lines.add_map("tags", parameter->tags);
      parameters.append(parameter_name, lines.value());
    }
    for (const auto& [document_name, document] : region.ssm.documents) {
      if (document->versions.empty()) continue;
      const ssm::DocumentVersion& first = document->versions.front();
      ssm::Document plain = plain_document(id, document_name, first.content, created_);
      Lines lines;
      lines.add_text("type", document->type, plain.type);
      lines.add_text("target_type", document->target_type, "");
      lines.add_text("format", first.format, plain.versions[0].format);
      lines.add_time("created", first.created, created_);
      lines.add("content", first.content);
      documents.append(document_name, lines.value());
    }
    for (const auto& [bucket_name, bucket] : state_.s3.buckets)
      if (bucket->account == id && bucket->region == name)
        buckets.append(bucket_name, bucket_value(*bucket));
    add_section(out, "instances", std::move(instances));
    add_section(out, "images", std::move(images));
    add_section(out, "buckets", std::move(buckets));
    add_section(out, "parameters", std::move(parameters));
    add_section(out, "documents", std::move(documents));
  }

  /// One version of an object; `older`: how many lie below it.
  Lines version_lines(const s3::Bucket& bucket, const s3::ObjectEntry& entry,
                      std::size_t older) const {
    Lines out;
    if (entry.delete_marker) {
      out.add("delete_marker", true);
    } else {
      const std::string bytes = entry.body.bytes();
      const bool text = valid_utf8(bytes);
      out.add(text ? "text" : "base64", text ? bytes : base64(bytes));
      out.add_text("content_type", entry.content_type, s3::ObjectEntry().content_type);
      out.add_map("headers", entry.headers);
      out.add_map("metadata", entry.metadata);
      out.add_map("tags", entry.tags);
    }
    if (!bucket.versioning.empty())
      out.add_text("version", s3::shown_version(entry),
                   plain_version(bucket.name, entry.key, older));
    out.add_time("modified", entry.modified, created_);
    return out;
  }

  Value bucket_value(const s3::Bucket& bucket) const {
    Lines lines;
    lines.add_time("created", bucket.created, created_);
    if (!bucket.policy.empty()) lines.add("policy", document_value(bucket.policy));
    lines.add_text("versioning", bucket.versioning, "");
    Object settings;
    for (const auto& [name, setting] : bucket.settings)
      if (name != "Tagging") settings.append(name, setting);
    if (!settings.empty()) lines.add("settings", std::move(settings));
    if (auto tags = bucket.settings.find("Tagging"); tags != bucket.settings.end()) {
      Object map;
      for (const Value& tag : tags->second.as_list()) map.set(tag.text("Key"), tag.text("Value"));
      lines.add("tags", std::move(map));
    }
    Object objects;
    std::string root = s3::object_key(bucket.name, "");
    for (auto at = state_.s3.objects.lower_bound(root);
         at != state_.s3.objects.end() && at->first.starts_with(root); ++at) {
      const s3::ObjectEntry& entry = *at->second;
      std::size_t below = entry.older.size();
      Lines object = version_lines(bucket, entry, below);
      Value::List versions;
      for (const std::string& row : entry.older)
        if (const s3::ObjectEntry* held = state_.s3.versions.find(row))
          versions.push_back(version_lines(bucket, *held, --below).value());
      if (!versions.empty()) object.add("versions", std::move(versions));
      objects.append(entry.key, object.value());
    }
    if (!objects.empty()) lines.add("objects", std::move(objects));
    return lines.value();
  }

  void add_nodes(Object& out) const {
    Object nodes;
    for (const auto& [id, answers] : state_.scripted) {
      Value::List list;
      for (const ScriptedAnswer& answer : answers) {
        Lines lines;
        lines.add("match", answer.match);
        lines.add("exit", answer.exit);
        lines.add_text("output", answer.output, "");
        lines.add_text("error", answer.error, "");
        if (answer.duration != Duration(0)) lines.add("duration", short_duration(answer.duration));
        list.push_back(lines.value());
      }
      nodes.append(id, std::move(list));
    }
    add_section(out, "nodes", std::move(nodes));
  }

  const State& state_;
  Time created_;
};

/// What a text gives when it is read; none: it does not read.
std::optional<State> read_back(const std::string& text) {
  auto world = parse_yaml(text);
  if (!world) return std::nullopt;
  auto state = make_world(*world, {.path = "dump", .now = {}});
  if (!state) return std::nullopt;
  return std::move(*state);
}

}  // namespace

Result<std::string> dump_world(const State& state) {
  Dump dump(state);
  Value world = dump.friendly();
  if (auto rebuilt = read_back(to_yaml(world))) {
    Object rest;
    for (Change& change : diff(*rebuilt, state)) rest.append(change.key, std::move(change.after));
    if (!rest.empty()) world.set("state", std::move(rest));
  } else {
    world = dump.raw();
  }
  std::string text = to_yaml(world);
  std::optional<State> rebuilt = read_back(text);
  if (!rebuilt || !diff(*rebuilt, state).empty())
    return fail(Code::internal, "The world cannot be written as a world file.");
  return text;
}

}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// stint world show, world dump: the embedded cloud of a state, a world file, or the default one.
#include "base/text.h"
#include "cli/common.h"
#include "cli/table.h"
#include "cloud/world_file.h"
#include "value/json.h"
#include "value/yaml.h"

namespace stint::cli {
namespace {

Result<std::unique_ptr<host::World>> open_to_look(const Arguments& arguments) {
  host::WorldOptions options;
  options.state = arguments.value("--state");
  options.world_file = arguments.value("--world");
  options.nodes = host::Nodes::none;
  options.read_only = !options.state.empty();
  options.must_exist = !options.state.empty();
  return open_world(options);
}

std::string profile_of(const cloud::ec2::State& ec2, const std::string& instance) {
  for (const auto& [id, association] : ec2.associations)
    if (association->instance == instance && !association->ended) {
      const std::string& arn = association->profile_arn;
      return arn.substr(arn.rfind('/') + 1);
    }
  return "-";
}

/// What is in a Region beside instances and documents.
void look_at_services(const cloud::Region& region, Time now, Object& out) {
  Value::List keys, queues, topics, published, groups;
  for (const auto& [id, key] : region.kms.keys)
    if (!key->deletion || *key->deletion > now)
      keys.push_back(object({{"id", id}, {"manager", key->manager}, {"arn", key->arn}}));
  for (const auto& [name, queue] : region.sqs.queues) {
    std::int64_t count = 0;
    for (auto at = region.sqs.messages.lower_bound(name + "/");
         at != region.sqs.messages.end() && at->first.starts_with(name + "/"); ++at)
      ++count;
    queues.push_back(object({{"name", name}, {"messages", count}}));
  }
  for (const auto& [name, topic] : region.sns.topics)
    topics.push_back(object({{"name", name}, {"published", topic->next}}));
  for (const auto& [key, message] : region.sns.published)
    published.push_back(object({{"time", iso8601(message->time)},
                                {"topic", message->topic},
                                {"message", clip_utf8(message->message, 200)}}));
  for (const auto& [name, group] : region.logs.groups)
    groups.push_back(object({{"name", name}, {"arn", group->arn}}));
  auto add = [&](std::string_view name, Value::List& rows) {
    Value all = out.contains(name) ? *out.find(name) : Value(Value::List());
    for (Value& row : rows) all.push(std::move(row));
    out.set(name, std::move(all));
  };
  add("keys", keys);
  add("queues", queues);
  add("topics", topics);
  add("published", published);
  add("log_groups", groups);
}

Value look(const cloud::State& state, Time now) {
  Object out;
  Value::List instances, roles, profiles, policies, buckets, documents;
  for (const auto& [account_id, account] : state.accounts) {
    for (const auto& [name, role] : account.iam.roles)
      roles.push_back(object(
          {{"name", name}, {"arn", role->arn}, {"attached", cloud::to_value(role->attached)}}));
    for (const auto& [name, profile] : account.iam.profiles)
      profiles.push_back(object({{"name", name}, {"role", profile->role}}));
    for (const auto& [arn, policy] : account.iam.policies)
      policies.push_back(object({{"name", policy->name}, {"arn", arn}}));
    for (const auto& [region_name, region] : account.regions) {
      for (const auto& [id, instance] : region.ec2.instances)
        instances.push_back(object({{"id", id},
                                    {"account", account_id},
                                    {"region", region_name},
                                    {"state", instance->state_at(now, state.propagation.instance)},
                                    {"profile", profile_of(region.ec2, id)},
                                    {"imds", "http://" + instance->imds_address},
                                    {"tags", cloud::to_value(instance->tags)}}));
      for (const auto& [name, document] : region.ssm.documents)
        documents.push_back(object({{"name", name}, {"type", document->type}}));
    }
  }
  for (const auto& [name, bucket] : state.s3.buckets) {
    std::int64_t count = 0;
    for (auto at = state.s3.objects.lower_bound(name + "/");
         at != state.s3.objects.end() && at->first.starts_with(name + "/"); ++at)
      count += at->second->delete_marker ? 0 : 1;
    buckets.push_back(object({{"name", name}, {"region", bucket->region}, {"objects", count}}));
  }
  out.set("instances", Value(std::move(instances)));
  out.set("roles", Value(std::move(roles)));
  out.set("profiles", Value(std::move(profiles)));
  out.set("policies", Value(std::move(policies)));
  out.set("buckets", Value(std::move(buckets)));
  out.set("documents", Value(std::move(documents)));
  for (const auto& [account_id, account] : state.accounts)
    for (const auto& [region_name, region] : account.regions) look_at_services(region, now, out);
  return Value(std::move(out));
}

}  // namespace

int world_show(const Arguments& arguments) {
  Result<std::unique_ptr<host::World>> world = open_to_look(arguments);
  if (!world) return report(world.error());
  const Value seen = look((*world)->cloud().state, (*world)->clock().now());
  if (arguments.has("--json")) {
    print(to_json(seen));
    return good;
  }
  for (const auto& [kind, things, where] : seen.as_object()) {
    if (things.size() == 0) continue;
    print(kind);
    std::vector<std::vector<std::string>> rows;
    for (const Value& thing : things.as_list()) {
      std::vector<std::string> row = {" "};
      for (const auto& [name, value, at] : thing.as_object())
        row.push_back(value.is_text() ? value.as_text() : to_json(value));
      rows.push_back(std::move(row));
    }
    std::fputs(table(rows).c_str(), stdout);
  }
  return good;
}

int world_dump(const Arguments& arguments) {
  Result<std::unique_ptr<host::World>> world = open_to_look(arguments);
  if (!world) return report(world.error());
  // A world file stands by itself: what lies beside the state file goes into it.
  cloud::State state = (*world)->cloud().state;
  if (Result<void> taken = cloud::s3::take_into_memory(state.s3, (*world)->cloud().bodies); !taken)
    return report(taken.error());
  Result<std::string> text = cloud::dump_world(state);
  if (!text) return report(text.error());
  if (arguments.has("--json")) {
    Result<Value> value = parse_yaml(*text);
    if (!value) return report(value.error());
    print(to_json(*value));
    return good;
  }
  std::fputs(text->c_str(), stdout);
  return good;
}

}  // namespace stint::cli

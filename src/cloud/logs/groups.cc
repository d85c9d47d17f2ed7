// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Log groups.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/kms/keys.h"
#include "cloud/logs/group.h"
#include "cloud/logs/operations.h"

namespace stint::cloud::logs {
namespace {

constexpr std::size_t most_tags = 50;
constexpr std::int64_t most_groups_listed = 50;

constexpr std::int64_t retentions[] = {1,   3,   5,   7,   14,   30,   60,   90,   120,  150, 180,
                                       365, 400, 545, 731, 1827, 2192, 2557, 2922, 3288, 3653};

/// "If the KMS key does not exist or the KMS key is disabled, you receive an
/// InvalidParameterException error" (API Reference, AssociateKmsKey).
Result<void> check_key(const Call& call, const std::string& key) {
  auto found = kms::find_key(call, key);
  if (found && kms::usable(*found->key)) return {};
  return invalid("The specified KMS Key Id could not be found.");
}

Result<std::map<std::string, std::string>> read_tags(const Value& tags,
                                                     std::map<std::string, std::string> to) {
  if (tags.is_object())
    for (const auto& [key, value, where] : tags.as_object()) {
      if (key.starts_with("aws:")) return invalid("Tag keys cannot begin with aws:.");
      if (value.is_text()) to[key] = value.as_text();
    }
  return to;
}

template <class T>
void erase_all(Table<T>& table, const std::string& root) {
  std::vector<std::string> keys;
  for (auto at = table.lower_bound(root); at != table.end() && at->first.starts_with(root); ++at)
    keys.push_back(at->first);
  for (const std::string& key : keys) table.erase(key);
}

std::unexpected<Error> too_many_tags() {
  return invalid(fmt::format("A log group can have up to {} tags.", most_tags));
}

Result<Value> set_key(Call& call, const Value& in, const std::string& key) {
  TRY(find_group(call, in));
  call.effect = "changed";
  call.own_region().logs.groups.edit(group_name(in))->key = key;
  return Value(Object());
}

/// The newer operations name a group by its ARN.
Result<Value> with_group(const Value& in) {
  const std::string& arn = in.text("resourceArn");
  if (!arn.starts_with("arn:") || arn.find(":log-group:") == arn.npos)
    return invalid(fmt::format("The specified resource ARN {} is not valid.", arn));
  Value out = in;
  out.set("logGroupIdentifier", arn);
  return out;
}

Result<Value> put_tags(Call& call, const Value& in, std::map<std::string, std::string> tags) {
  call.effect = "changed";
  call.own_region().logs.groups.edit(group_name(in))->tags = std::move(tags);
  return Value(Object());
}

}  // namespace

Result<Value> create_log_group(Call& call, const Value& in) {
  const std::string& name = in.text("logGroupName");
  TRY(check_group_name(name));
  auto& groups = call.own_region().logs.groups;
  if (groups.contains(name))
    return fault("ResourceAlreadyExistsException", "The specified log group already exists", 400,
                 Code::conflict);
  Group group{.name = name,
              .arn = group_arn(call, name) + ":*",
              .key = in.text("kmsKeyId"),
              .created = call.now};
  group.tags = TRY(read_tags(in["tags"], {}));
  if (group.tags.size() > most_tags) return too_many_tags();
  if (!group.key.empty()) TRY(check_key(call, group.key));
  call.effect = "created";
  groups.put(name, std::move(group));
  return Value(Object());
}

Result<Value> delete_log_group(Call& call, const Value& in) {
  TRY(find_group(call, in));
  State& logs = call.own_region().logs;
  const std::string name = group_name(in), root = stream_key(name, "");
  erase_all(logs.events, root);
  erase_all(logs.streams, root);
  erase_all(logs.filters, root);
  logs.groups.erase(name);
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> describe_log_groups(Call& call, const Value& in) {
  const std::string &prefix = in.text("logGroupNamePrefix"),
                    &pattern = in.text("logGroupNamePattern");
  if (!prefix.empty() && !pattern.empty())
    return invalid(
        "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
  State& logs = call.own_region().logs;
  std::vector<std::string> names;
  for (const auto& [name, group] : logs.groups)
    if (name.starts_with(prefix) && (pattern.empty() || lower(name).contains(lower(pattern))))
      names.push_back(name);
  const Cut cut = TRY(cut_page(in, names, most_groups_listed));
  Value::List rows;
  for (std::size_t i = cut.first; i < cut.end; ++i) {
    const Group& group = *logs.groups.find(names[i]);
    std::int64_t bytes = 0;
    for (const Stream* stream : streams_of(logs, group.name)) bytes += stream->bytes;
    Object row{
        {"logGroupName", group.name},
        {"creationTime", millis(group.created)},
        {"metricFilterCount", static_cast<std::int64_t>(filters_of(logs, group.name).size())},
        {"arn", group.arn},
        {"storedBytes", bytes}};
    if (group.retention) row.append("retentionInDays", *group.retention);
    if (!group.key.empty()) row.append("kmsKeyId", group.key);
    rows.push_back(std::move(row));
  }
  Object out{{"logGroups", Value(std::move(rows))}};
  if (!cut.next.empty()) out.append("nextToken", cut.next);
  return Value(std::move(out));
}

Result<Value> put_retention_policy(Call& call, const Value& in) {
  TRY(find_group(call, in));
  const std::int64_t days = in.integer("retentionInDays");
  if (std::ranges::find(retentions, days) == std::end(retentions)) {
    std::string all;
    for (const std::int64_t one : retentions)
      all += (all.empty() ? "" : ", ") + std::to_string(one);
    return invalid(
        fmt::format("1 validation error detected: Value '{}' at 'retentionInDays' "
                    "failed to satisfy constraint: Member must satisfy enum value set: "
                    "[{}]",
                    days, all));
  }
  call.effect = "changed";
  call.own_region().logs.groups.edit(group_name(in))->retention = days;
  return Value(Object());
}

Result<Value> delete_retention_policy(Call& call, const Value& in) {
  TRY(find_group(call, in));
  call.effect = "changed";
  call.own_region().logs.groups.edit(group_name(in))->retention.reset();
  return Value(Object());
}

Result<Value> associate_kms_key(Call& call, const Value& in) {
  TRY(find_group(call, in));
  TRY(check_key(call, in.text("kmsKeyId")));
  return set_key(call, in, in.text("kmsKeyId"));
}
Result<Value> disassociate_kms_key(Call& call, const Value& in) {
  return set_key(call, in, {});
}

Result<Value> tag_log_group(Call& call, const Value& in) {
  const Group* group = TRY(find_group(call, in));
  std::map<std::string, std::string> tags = TRY(read_tags(in["tags"], group->tags));
  if (tags.size() > most_tags) return too_many_tags();
  return put_tags(call, in, std::move(tags));
}

Result<Value> untag_log_group(Call& call, const Value& in) {
  TRY(find_group(call, in));
  Group& group = *call.own_region().logs.groups.edit(group_name(in));
  for (const Value& key : in.items("tags"))
    if (key.is_text() && group.tags.erase(key.as_text())) call.effect = "changed";
  return Value(Object());
}

Result<Value> list_tags_log_group(Call& call, const Value& in) {
  const Group* group = TRY(find_group(call, in));
  return object({{"tags", to_value(group->tags)}});
}

Result<Value> tag_resource(Call& call, const Value& given) {
  const Value in = TRY(with_group(given));
  const Group* group = TRY(find_group(call, in));
  std::map<std::string, std::string> tags = TRY(read_tags(in["tags"], group->tags));
  if (tags.size() > most_tags)
    return fault("TooManyTagsException",
                 fmt::format("A resource can have no more than {} tags.", most_tags));
  return put_tags(call, in, std::move(tags));
}
Result<Value> untag_resource(Call& call, const Value& in) {
  Value by_name = TRY(with_group(in));
  by_name.set("tags", in["tagKeys"]);
  return untag_log_group(call, by_name);
}
Result<Value> list_tags_for_resource(Call& call, const Value& in) {
  const Value by_name = TRY(with_group(in));
  return list_tags_log_group(call, by_name);
}

}  // namespace stint::cloud::logs

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Log streams.
#include <fmt/core.h>

#include <algorithm>

#include "cloud/logs/group.h"
#include "cloud/logs/operations.h"

namespace stint::cloud::logs {
namespace {

constexpr std::int64_t most_streams_listed = 50;

Result<void> check_stream_name(const std::string& name) {
  if (!name.empty() && name.size() <= 512 && name.find_first_of(":*") == name.npos) return {};
  return invalid(
      fmt::format("1 validation error detected: Value '{}' at 'logStreamName' failed to "
                  "satisfy constraint: Member must satisfy regular expression pattern: "
                  "[^:*]*",
                  name));
}

Value describe(const Stream& stream) {
  Object out{{"logStreamName", stream.name},
             {"creationTime", millis(stream.created)},
             {"uploadSequenceToken", fmt::format("{:056}", stream.next)},
             {"arn", stream.arn},
             {"storedBytes", 0}};  // AWS does not count them any more
  if (stream.first) out.append("firstEventTimestamp", millis(*stream.first));
  if (stream.last) out.append("lastEventTimestamp", millis(*stream.last));
  if (stream.ingested) out.append("lastIngestionTime", millis(*stream.ingested));
  return Value(std::move(out));
}

}  // namespace

Result<Value> create_log_stream(Call& call, const Value& in) {
  const std::string& name = in.text("logStreamName");
  TRY(check_stream_name(name));
  const Group* group = TRY(find_group(call, in));
  auto& streams = call.own_region().logs.streams;
  std::string key = stream_key(group->name, name);
  if (streams.contains(key))
    return fault("ResourceAlreadyExistsException", "The specified log stream already exists", 400,
                 Code::conflict);
  call.effect = "created";
  streams.put(std::move(key), {.group = group->name,
                               .name = name,
                               .arn = stream_arn(call, group->name, name),
                               .created = call.now});
  return Value(Object());
}

Result<Value> delete_log_stream(Call& call, const Value& in) {
  const Group* group = TRY(find_group(call, in));
  TRY(find_stream(call, *group, in.text("logStreamName")));
  State& logs = call.own_region().logs;
  const std::string key = stream_key(group->name, in.text("logStreamName"));
  const std::string root = event_root(group->name, in.text("logStreamName"));
  std::vector<std::string> events;
  for (auto at = logs.events.lower_bound(root);
       at != logs.events.end() && at->first.starts_with(root); ++at)
    events.push_back(at->first);
  for (const std::string& event : events) logs.events.erase(event);
  logs.streams.erase(key);
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> describe_log_streams(Call& call, const Value& in) {
  const Group* group = TRY(find_group(call, in));
  const std::string& prefix = in.text("logStreamNamePrefix");
  const bool by_time = in.text("orderBy") == "LastEventTime";
  if (by_time && !prefix.empty())
    return invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
  std::vector<const Stream*> streams = streams_of(call.own_region().logs, group->name);
  std::erase_if(streams, [&](const Stream* one) { return !one->name.starts_with(prefix); });
  if (by_time)
    std::ranges::sort(streams, {}, [](const Stream* one) {
      return std::pair(one->last.value_or(one->created), std::string_view(one->name));
    });
  if (in.flag("descending")) std::ranges::reverse(streams);
  std::vector<std::string> names;
  for (const Stream* stream : streams) names.push_back(stream->name);
  const Cut cut = TRY(cut_page(in, names, most_streams_listed));
  Value::List rows;
  for (std::size_t i = cut.first; i < cut.end; ++i) rows.push_back(describe(*streams[i]));
  Object out{{"logStreams", Value(std::move(rows))}};
  if (!cut.next.empty()) out.append("nextToken", cut.next);
  return Value(std::move(out));
}

}  // namespace stint::cloud::logs

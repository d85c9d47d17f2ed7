// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/logs/group.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"

namespace stint::cloud::logs {
namespace {

constexpr std::size_t longest_name = 512;

}  // namespace

std::string group_arn(const Call& call, std::string_view group) {
  return fmt::format("arn:aws:logs:{}:{}:log-group:{}", call.region, call.account, group);
}
std::string stream_arn(const Call& call, std::string_view group, std::string_view stream) {
  return fmt::format("{}:log-stream:{}", group_arn(call, group), stream);
}
std::string stream_key(std::string_view group, std::string_view stream) {
  return fmt::format("{}:{}/{}", group.size(), group, stream);
}
std::string event_root(std::string_view group, std::string_view stream) {
  // With its length, so that no stream's name can be the beginning of another's keys.
  return fmt::format("{}:{}/{}:{}/", group.size(), group, stream.size(), stream);
}

std::string group_name(const Value& in) {
  const std::string& name = in.text("logGroupName");
  if (!name.empty()) return name;
  std::string_view given = in.text("logGroupIdentifier");
  constexpr std::string_view mark = ":log-group:";
  if (std::size_t at = given.find(mark); given.starts_with("arn:") && at != given.npos) {
    given.remove_prefix(at + mark.size());
    if (given.ends_with(":*")) given.remove_suffix(2);
  }
  return std::string(given);
}

Result<void> check_group_name(const std::string& name) {
  const bool plain = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-/#").find(c) != std::string_view::npos;
  });
  if (plain && !name.empty() && name.size() <= longest_name) return {};
  return invalid(
      fmt::format("1 validation error detected: Value '{}' at 'logGroupName' failed to "
                  "satisfy constraint: Member must satisfy regular expression pattern: "
                  "[\\.\\-_/#A-Za-z0-9]+",
                  name));
}

Result<const Group*> find_group(Call& call, const Value& in) {
  const std::string name = group_name(in);
  TRY(check_group_name(name));
  const Group* group = call.own_region().logs.groups.find(name);
  if (group) return group;
  return fault("ResourceNotFoundException", "The specified log group does not exist.", 400,
               Code::not_found);
}

Result<const Stream*> find_stream(Call& call, const Group& group, const std::string& name) {
  const Stream* stream = call.own_region().logs.streams.find(stream_key(group.name, name));
  if (stream) return stream;
  return fault("ResourceNotFoundException", "The specified log stream does not exist.", 400,
               Code::not_found);
}

std::vector<const Stream*> streams_of(const State& state, const std::string& group) {
  std::vector<const Stream*> out;
  const std::string root = stream_key(group, "");
  for (auto at = state.streams.lower_bound(root);
       at != state.streams.end() && at->first.starts_with(root); ++at)
    out.push_back(at->second.get());
  return out;
}

Time kept_since(const Group& group, Time now) {
  return group.retention ? now - std::chrono::days(*group.retention) : Time::min();
}

std::int64_t millis(Time time) {
  return time.time_since_epoch().count();
}

std::unexpected<Error> invalid(std::string text) {
  return fault("InvalidParameterException", std::move(text));
}

Result<Cut> cut_page(const Value& in, const std::vector<std::string>& names, std::int64_t most) {
  Cut cut;
  if (const std::string& token = in.text("nextToken"); !token.empty()) {
    auto last = from_base64(token);
    auto at = last ? std::ranges::find(names, *last) : names.end();
    if (at == names.end()) return invalid("The specified nextToken is invalid.");
    cut.first = static_cast<std::size_t>(at - names.begin()) + 1;
  }
  const std::int64_t limit = std::clamp<std::int64_t>(in.integer("limit", most), 1, most);
  cut.end = std::min(names.size(), cut.first + static_cast<std::size_t>(limit));
  if (cut.end < names.size()) cut.next = base64(names[cut.end - 1]);
  return cut;
}

}  // namespace stint::cloud::logs

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Log events: put, read, searched.
#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/logs/group.h"
#include "cloud/logs/operations.h"
#include "cloud/logs/pattern.h"

namespace stint::cloud::logs {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_events = 10000;
constexpr std::size_t most_bytes = 1048576;
constexpr std::size_t event_overhead = 26;
constexpr std::size_t longest_event = 262144;
constexpr Duration oldest = std::chrono::days(14);
constexpr Duration newest = 2h;

using Row = std::pair<const Stream*, const Event*>;

/// Where an event stands among those of one time.
struct Position {
  std::int64_t time = 0, number = 0;
  auto operator<=>(const Position&) const = default;
};
Position position(const Event& event) {
  return {millis(event.time), event.number};
}

/// Events of a stream (its event_root) between two times, in order.
std::vector<const Event*> events_of(const State& logs, const std::string& root, Time from,
                                    Time until) {
  std::vector<const Event*> out;
  for (auto at = logs.events.lower_bound(root);
       at != logs.events.end() && at->first.starts_with(root); ++at)
    if (at->second->time >= from && at->second->time < until) out.push_back(at->second.get());
  return out;
}

Time time_of(const Value& in, const char* member, Time otherwise) {
  return in.find(member) ? Time(Duration(in.integer(member))) : otherwise;
}

Result<void> check_batch(const Value::List& events) {
  if (events.empty() || events.size() > most_events)
    return invalid(
        fmt::format("1 validation error detected: Value at 'logEvents' failed to "
                    "satisfy constraint: Member must have length {} than or equal to {}",
                    events.empty() ? "greater" : "less", events.empty() ? 1 : most_events));
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::string& message = events[i].text("message");
    if (message.empty() || events[i].integer("timestamp", -1) < 0)
      return invalid(
          fmt::format("1 validation error detected: Value at 'logEvents.{}.member.{}' "
                      "failed to satisfy constraint: Member must {}",
                      i + 1, message.empty() ? "message" : "timestamp",
                      message.empty() ? "have length greater than or equal to 1"
                                      : "have value greater than or equal to 0"));
    const std::size_t size = message.size() + event_overhead;
    if (size > longest_event)
      return invalid(
          fmt::format("Log event too large: {} bytes exceeds limit of {}", size, longest_event));
    bytes += size;
    if (i > 0 && events[i].integer("timestamp") < events[i - 1].integer("timestamp"))
      return invalid("Log events in a single PutLogEvents request must be in chronological order.");
  }
  if (bytes > most_bytes)
    return invalid(
        fmt::format("Upload too large: {} bytes exceeds limit of {}", bytes, most_bytes));
  if (Duration(events.back().integer("timestamp") - events.front().integer("timestamp")) > 24h)
    return invalid(
        "The batch of log events in a single PutLogEvents request cannot span more than 24 "
        "hours.");
  return {};
}

struct Token {
  bool forward = true;
  Position at;
};
/// "f/TIME:NUMBER/s", "b/TIME:NUMBER/s".
std::string to_text(const Token& token) {
  return fmt::format("{}/{:016}{:012}/s", token.forward ? 'f' : 'b', token.at.time,
                     token.at.number);
}
Result<Token> read_token(const std::string& text) {
  const auto parts = split(text, '/');
  auto wrong = [] { return invalid("The specified nextToken is invalid."); };
  if (parts.size() != 3 || (parts[0] != "f" && parts[0] != "b") || parts[2] != "s" ||
      parts[1].size() != 28)
    return wrong();
  auto time = to_integer(parts[1].substr(0, 16)), number = to_integer(parts[1].substr(16));
  if (!time || !number) return wrong();
  return Token{parts[0] == "f", {*time, *number}};
}

/// How many of the events one page holds, counted from the front.
template <class It>
std::size_t fitting(It first, It last, std::size_t limit) {
  std::size_t count = 0, bytes = 0;
  for (; first != last && count < limit; ++first, ++count) {
    bytes += (*first)->message.size() + event_overhead;
    if (bytes > most_bytes && count > 0) break;
  }
  return count;
}

Value describe(const Event& event) {
  return object({{"timestamp", millis(event.time)},
                 {"message", event.message},
                 {"ingestionTime", millis(event.ingested)}});
}

}  // namespace

Result<Value> put_log_events(Call& call, const Value& in) {
  const Group* group = TRY(find_group(call, in));
  TRY(find_stream(call, *group, in.text("logStreamName")));
  const Value::List& given = in.items("logEvents");
  TRY(check_batch(given));
  State& logs = call.own_region().logs;
  const std::string key = stream_key(group->name, in.text("logStreamName"));
  const std::string root = event_root(group->name, in.text("logStreamName"));
  const Time expired = kept_since(*group, call.now);
  Stream& stream = *logs.streams.edit(key);
  Object rejected;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const Time time(Duration(given[i].integer("timestamp")));
    const auto index = static_cast<std::int64_t>(i);
    if (time > call.now + newest) {
      rejected.set("tooNewLogEventStartIndex", index);
      break;  // they are in order: all the rest are
    }
    if (time < expired) {
      rejected.set("expiredLogEventEndIndex", index + 1);
      continue;
    }
    if (time < call.now - oldest) {
      rejected.set("tooOldLogEventEndIndex", index + 1);
      continue;
    }
    Event event{.message = given[i].text("message"),
                .number = stream.next++,
                .time = time,
                .ingested = call.now};
    stream.first = std::min(stream.first.value_or(time), time);
    stream.last = std::max(stream.last.value_or(time), time);
    stream.ingested = call.now;
    stream.bytes += static_cast<std::int64_t>(event.message.size() + event_overhead);
    std::string place = fmt::format("{}{:016}/{:012}", root, millis(time), event.number);
    logs.events.put(std::move(place), std::move(event));
    call.effect = "created";
  }
  Object out{{"nextSequenceToken", fmt::format("{:056}", stream.next)}};
  if (!rejected.empty()) out.append("rejectedLogEventsInfo", std::move(rejected));
  return Value(std::move(out));
}

Result<Value> get_log_events(Call& call, const Value& in) {
  const Group* group = TRY(find_group(call, in));
  TRY(find_stream(call, *group, in.text("logStreamName")));
  const std::size_t limit = static_cast<std::size_t>(
      std::clamp<std::int64_t>(in.integer("limit", most_events), 1, most_events));
  const Time from = std::max(time_of(in, "startTime", Time::min()), kept_since(*group, call.now));
  const std::string root = event_root(group->name, in.text("logStreamName"));
  std::vector<const Event*> events =
      events_of(call.own_region().logs, root, from, time_of(in, "endTime", Time::max()));
  Token token{.forward = in.flag("startFromHead")};
  const bool resumed = !in.text("nextToken").empty();
  if (resumed) {
    token = TRY(read_token(in.text("nextToken")));
    std::erase_if(events, [&](const Event* event) {
      return token.forward ? position(*event) <= token.at : position(*event) >= token.at;
    });
  }
  if (token.forward)
    events.resize(fitting(events.begin(), events.end(), limit));
  else
    events.erase(events.begin(), events.end() - static_cast<std::ptrdiff_t>(fitting(
                                                    events.rbegin(), events.rend(), limit)));
  Value::List rows;
  for (const Event* event : events) rows.push_back(describe(*event));
  // At the end the token that was given comes back, which is how clients know.
  Token forward{true, token.at}, backward{false, token.at};
  if (!events.empty()) {
    forward.at = position(*events.back());
    backward.at = position(*events.front());
  } else if (!resumed) {
    backward.at = {millis(std::max(from, Time{})), 0};
    forward.at = {std::max<std::int64_t>(millis(std::max(from, Time{})) - 1, 0), 0};
  }
  return object({{"events", Value(std::move(rows))},
                 {"nextForwardToken", to_text(forward)},
                 {"nextBackwardToken", to_text(backward)}});
}

Result<Value> filter_log_events(Call& call, const Value& in) {
  const Group* group = TRY(find_group(call, in));
  const Value::List& named = in.items("logStreamNames");
  const std::string& prefix = in.text("logStreamNamePrefix");
  if (!named.empty() && !prefix.empty())
    return invalid("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.");
  const Pattern pattern = TRY(read_pattern(in.text("filterPattern")));
  State& logs = call.own_region().logs;
  for (const Value& name : named)
    if (name.is_text()) TRY(find_stream(call, *group, name.as_text()));
  const Time from = std::max(time_of(in, "startTime", Time::min()), kept_since(*group, call.now));
  // Here the end is inclusive.
  const Time until = std::min(time_of(in, "endTime", Time::max()), Time::max() - 1ms) + 1ms;
  std::vector<Row> rows;
  for (const Stream* stream : streams_of(logs, group->name)) {
    const bool wanted = named.empty() ? stream->name.starts_with(prefix)
                                      : std::ranges::any_of(named, [&](const Value& name) {
                                          return name.is_text() && name.as_text() == stream->name;
                                        });
    if (!wanted) continue;
    for (const Event* event : events_of(logs, event_root(group->name, stream->name), from, until))
      if (pattern.matches(event->message)) rows.emplace_back(stream, event);
  }
  std::ranges::sort(rows, {}, [](const Row& row) {
    return std::tuple(row.second->time, std::string_view(row.first->name), row.second->number);
  });
  auto id_of = [](const Row& row) {
    return fmt::format("{:020}{:012}{}", millis(row.second->time), row.second->number,
                       hex(sha256(row.first->arn)).substr(0, 24));
  };
  std::vector<std::string> ids;
  for (const Row& row : rows) ids.push_back(id_of(row));
  const Cut cut = TRY(cut_page(in, ids, most_events));
  Value::List events;
  std::size_t bytes = 0, end = cut.first;
  std::string next = cut.next;
  for (; end < cut.end; ++end) {
    const auto& [stream, event] = rows[end];
    bytes += event->message.size() + event_overhead;
    if (bytes > most_bytes && end > cut.first) {
      next = base64(ids[end - 1]);
      break;
    }
    events.push_back(object({{"logStreamName", stream->name},
                             {"timestamp", millis(event->time)},
                             {"message", event->message},
                             {"ingestionTime", millis(event->ingested)},
                             {"eventId", ids[end]}}));
  }
  Object out{{"events", Value(std::move(events))}, {"searchedLogStreams", Value::List()}};
  if (!next.empty()) out.append("nextToken", next);
  return Value(std::move(out));
}

}  // namespace stint::cloud::logs

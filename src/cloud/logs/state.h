// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>

#include "base/time.h"
#include "cloud/fields.h"
#include "cloud/table.h"

/// CloudWatch Logs of one account and Region. Names of groups and streams may hold slashes, so a
/// stream's key begins with the length of its group's name.
namespace stint::cloud::logs {

struct Group {
  std::string name, arn, key;             ///< `key`: ARN of the KMS key, or empty
  std::optional<std::int64_t> retention;  ///< days
  std::map<std::string, std::string> tags;
  Time created{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("LogGroupName", self.name);
    visit("Arn", self.arn);
    visit("KmsKeyId", self.key);
    visit("RetentionInDays", self.retention);
    visit("Tags", self.tags);
    visit("Created", self.created);
  }
};

struct Stream {
  std::string group, name, arn;
  Time created{};
  std::optional<Time> first, last, ingested;  ///< of its events; when the last ones came
  std::int64_t next = 0;                      ///< number of the next event
  std::int64_t bytes = 0;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("LogGroupName", self.group);
    visit("LogStreamName", self.name);
    visit("Arn", self.arn);
    visit("Created", self.created);
    visit("FirstEvent", self.first);
    visit("LastEvent", self.last);
    visit("LastIngestion", self.ingested);
    visit("Next", self.next);
    visit("StoredBytes", self.bytes);
  }
};

struct Event {
  std::string message;
  std::int64_t number = 0;  ///< in its stream, in the order they came
  Time time{}, ingested{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Message", self.message);
    visit("Number", self.number);
    visit("Time", self.time);
    visit("Ingested", self.ingested);
  }
};

struct MetricFilter {
  std::string group, name, pattern;
  Value transformations{Value::List()};  ///< one, as it was put
  Time created{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("LogGroupName", self.group);
    visit("FilterName", self.name);
    visit("FilterPattern", self.pattern);
    visit("MetricTransformations", self.transformations);
    visit("Created", self.created);
  }
};

struct State {
  Table<Group> groups;          ///< by name
  Table<Stream> streams;        ///< by "LENGTH:GROUP/STREAM"
  Table<MetricFilter> filters;  ///< by "LENGTH:GROUP/FILTER"
  Table<Event> events;          ///< by "LENGTH:GROUP/LENGTH:STREAM/TIME/NUMBER"
  template <class Self, class Visitor>
  static void tables(Self& self, Visitor&& visit) {
    visit("groups", self.groups);
    visit("streams", self.streams);
    visit("filters", self.filters);
    visit("events", self.events);
  }
};

}  // namespace stint::cloud::logs

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>

#include "base/time.h"
#include "cloud/fields.h"
#include "cloud/table.h"

/// Simple Queue Service of one account and Region.
namespace stint::cloud::sqs {

struct Queue {
  std::string name, arn;
  std::map<std::string, std::string> attributes;  ///< as they were set
  std::map<std::string, std::string> tags;
  Time created{}, modified{};
  std::optional<Time> purged;
  std::int64_t next = 0;  ///< number of the next message
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("QueueName", self.name);
    visit("QueueArn", self.arn);
    visit("Attributes", self.attributes);
    visit("Tags", self.tags);
    visit("Created", self.created);
    visit("Modified", self.modified);
    visit("Purged", self.purged);
    visit("Next", self.next);
  }
};

struct Message {
  std::string id, body, md5, sender;
  Value attributes;   ///< MessageAttributes, as they were sent
  std::string trace;  ///< AWSTraceHeader
  std::string group, deduplication;
  std::int64_t number = 0;
  Time sent{}, visible{};  ///< `visible`: not before; delays and receipts move it
  std::optional<Time> received;
  std::int64_t receives = 0;
  std::string receipt;  ///< of the last receive
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("MessageId", self.id);
    visit("Body", self.body);
    visit("MD5OfBody", self.md5);
    visit("SenderId", self.sender);
    visit("MessageAttributes", self.attributes);
    visit("AWSTraceHeader", self.trace);
    visit("MessageGroupId", self.group);
    visit("MessageDeduplicationId", self.deduplication);
    visit("Number", self.number);
    visit("Sent", self.sent);
    visit("Visible", self.visible);
    visit("FirstReceived", self.received);
    visit("ReceiveCount", self.receives);
    visit("Receipt", self.receipt);
  }
};

/// A message that a FIFO queue knows again for five minutes.
struct Seen {
  std::string message;
  std::int64_t number = 0;
  Time sent{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("MessageId", self.message);
    visit("Number", self.number);
    visit("Sent", self.sent);
  }
};

struct Deleted {
  Time time{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Time", self.time);
  }
};

struct State {
  Table<Queue> queues;      ///< by name
  Table<Message> messages;  ///< by "QUEUE/NUMBER", in the order they came
  Table<Seen> seen;         ///< by "QUEUE/DEDUPLICATION ID"
  Table<Deleted> deleted;   ///< names of queues that are gone, for a minute
  template <class Self, class Visitor>
  static void tables(Self& self, Visitor&& visit) {
    visit("queues", self.queues);
    visit("messages", self.messages);
    visit("seen", self.seen);
    visit("deleted", self.deleted);
  }
};

}  // namespace stint::cloud::sqs

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>

#include "base/time.h"
#include "cloud/fields.h"
#include "cloud/table.h"

/// Simple Notification Service of one account and Region.
namespace stint::cloud::sns {

struct Topic {
  std::string name, arn;
  std::map<std::string, std::string> attributes;  ///< as they were set
  std::map<std::string, std::string> tags;
  Time created{};
  std::int64_t next = 0;       ///< number of the next message that is published
  std::int64_t forgotten = 0;  ///< subscriptions that were deleted
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Name", self.name);
    visit("TopicArn", self.arn);
    visit("Attributes", self.attributes);
    visit("Tags", self.tags);
    visit("Created", self.created);
    visit("Next", self.next);
    visit("Forgotten", self.forgotten);
  }
};

struct Subscription {
  std::string arn, topic, owner;  ///< `topic`: its ARN
  std::string protocol, endpoint;
  std::string token;  ///< that confirms it; empty: nothing to confirm
  bool confirmed = true;
  std::map<std::string, std::string> attributes;
  Time created{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("SubscriptionArn", self.arn);
    visit("TopicArn", self.topic);
    visit("Owner", self.owner);
    visit("Protocol", self.protocol);
    visit("Endpoint", self.endpoint);
    visit("Token", self.token);
    visit("Confirmed", self.confirmed);
    visit("Attributes", self.attributes);
    visit("Created", self.created);
  }
};

/// A message that was published.
struct Published {
  std::string id, topic, subject, message, group, deduplication;
  bool structured = false;  ///< MessageStructure json: one text a protocol
  Value attributes;
  std::int64_t number = 0;
  Time time{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("MessageId", self.id);
    visit("TopicArn", self.topic);
    visit("Subject", self.subject);
    visit("Message", self.message);
    visit("MessageGroupId", self.group);
    visit("MessageDeduplicationId", self.deduplication);
    visit("Structured", self.structured);
    visit("MessageAttributes", self.attributes);
    visit("Number", self.number);
    visit("Time", self.time);
  }
};

/// What is to go out of the cloud: a message for an address that is not in it, or a request to
/// confirm a subscription. Whoever carries it out takes it away.
struct Outgoing {
  std::string protocol, endpoint, subscription;
  std::string type;  ///< "Notification", "SubscriptionConfirmation"
  std::string body;
  Time time{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Protocol", self.protocol);
    visit("Endpoint", self.endpoint);
    visit("SubscriptionArn", self.subscription);
    visit("Type", self.type);
    visit("Body", self.body);
    visit("Time", self.time);
  }
};

struct State {
  Table<Topic> topics;                ///< by name
  Table<Subscription> subscriptions;  ///< by "TOPIC/ID"
  Table<Published> published;         ///< the last of each topic, by "TOPIC/NUMBER"
  Table<Outgoing> outbox;             ///< by "NUMBER OF ITS TIME/ID", in the order they came
  template <class Self, class Visitor>
  static void tables(Self& self, Visitor&& visit) {
    visit("topics", self.topics);
    visit("subscriptions", self.subscriptions);
    visit("published", self.published);
    visit("outbox", self.outbox);
  }
};

}  // namespace stint::cloud::sns

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "cloud/sqs/queue.h"

namespace stint::cloud::sqs {

/// What is sent, whoever sends it.
struct Letter {
  std::string body;
  Value attributes;   ///< MessageAttributes: name -> {DataType, StringValue or BinaryValue}
  std::string trace;  ///< AWSTraceHeader
  std::string group, deduplication;
  std::optional<std::int64_t> delay;  ///< seconds; none: the queue's
  std::string sender;
};

/// Puts a message at the end of a queue; answers MessageId, MD5OfMessageBody and so on. A message
/// that a FIFO queue has seen within five minutes is answered as it was then. Errors:
/// InvalidMessageContents, InvalidParameterValue, MissingParameter.
Result<Value> put_message(Call& call, const Place& place, Letter letter);

/// Message attributes as the state holds them, which is text throughout: binary values in base64;
/// and the way back.
Value kept_attributes(const Value& attributes);
Value sent_attributes(const Value& kept);

/// MD5 of message attributes (SQS Developer Guide, "Calculating the MD5 message digest").
std::string md5_of_attributes(const Value& attributes);

}  // namespace stint::cloud::sqs

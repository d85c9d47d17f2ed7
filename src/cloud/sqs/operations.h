// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cloud/cloud.h"

/// The operations of SQS, for its table.
namespace stint::cloud::sqs {

// queues.cc
Result<Value> create_queue(Call& call, const Value& in);
Result<Value> delete_queue(Call& call, const Value& in);
Result<Value> get_queue_attributes(Call& call, const Value& in);
Result<Value> get_queue_url(Call& call, const Value& in);
Result<Value> list_dead_letter_source_queues(Call& call, const Value& in);
Result<Value> list_queue_tags(Call& call, const Value& in);
Result<Value> list_queues(Call& call, const Value& in);
Result<Value> purge_queue(Call& call, const Value& in);
Result<Value> set_queue_attributes(Call& call, const Value& in);
Result<Value> tag_queue(Call& call, const Value& in);
Result<Value> untag_queue(Call& call, const Value& in);

// permissions.cc
Result<Value> add_permission(Call& call, const Value& in);
Result<Value> remove_permission(Call& call, const Value& in);
void queue_policies(const cloud::State& state, std::string_view action, const std::string& arn,
                    policy::Policies& out);

// receiving.cc
Result<Value> change_message_visibility(Call& call, const Value& in);
Result<Value> change_message_visibility_batch(Call& call, const Value& in);
Result<Value> delete_message(Call& call, const Value& in);
Result<Value> delete_message_batch(Call& call, const Value& in);
Result<Value> receive_message(Call& call, const Value& in);

// sending.cc
Result<Value> send_message(Call& call, const Value& in);
Result<Value> send_message_batch(Call& call, const Value& in);

}  // namespace stint::cloud::sqs

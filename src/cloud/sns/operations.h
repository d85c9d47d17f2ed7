// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cloud/cloud.h"

/// The operations of SNS, for its table.
namespace stint::cloud::sns {

// permissions.cc
Result<Value> add_permission(Call& call, const Value& in);
Result<Value> remove_permission(Call& call, const Value& in);
std::string default_policy(const std::string& arn, std::string_view account);
void topic_policies(const cloud::State& state, std::string_view action, const std::string& arn,
                    policy::Policies& out);

// publishing.cc
Result<Value> publish(Call& call, const Value& in);
Result<Value> publish_batch(Call& call, const Value& in);

// subscriptions.cc
Result<Value> confirm_subscription(Call& call, const Value& in);
Result<Value> get_subscription_attributes(Call& call, const Value& in);
Result<Value> list_subscriptions(Call& call, const Value& in);
Result<Value> list_subscriptions_by_topic(Call& call, const Value& in);
Result<Value> set_subscription_attributes(Call& call, const Value& in);
Result<Value> subscribe(Call& call, const Value& in);
Result<Value> unsubscribe(Call& call, const Value& in);

// topics.cc
Result<Value> create_topic(Call& call, const Value& in);
Result<Value> delete_topic(Call& call, const Value& in);
Result<Value> get_topic_attributes(Call& call, const Value& in);
Result<Value> list_tags_for_resource(Call& call, const Value& in);
Result<Value> list_topics(Call& call, const Value& in);
Result<Value> set_topic_attributes(Call& call, const Value& in);
Result<Value> tag_resource(Call& call, const Value& in);
Result<Value> untag_resource(Call& call, const Value& in);

/// Rows of a page of at most a hundred under `member`, and NextToken. Errors: InvalidParameter.
Result<Value> page(const Value& in, const char* member,
                   const std::vector<std::pair<std::string, Value>>& rows);

}  // namespace stint::cloud::sns

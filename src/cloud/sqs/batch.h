// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "cloud/cloud.h"

namespace stint::cloud::sqs {

/// Errors: AWS.SimpleQueueService.EmptyBatchRequest, TooManyEntriesInBatchRequest,
/// BatchEntryIdsNotDistinct, InvalidBatchEntryId. `entry` is what the texts call one.
Result<void> check_batch(const Value& in, std::string_view entry);

/// Does `act` for each entry and answers for each: Successful and Failed.
template <class Act>
Value each_entry(const Value& in, Act act) {
  Value::List good, bad;
  for (const Value& entry : in.items("Entries")) {
    Result<Value> done = act(entry);
    if (done) {
      done->set("Id", entry.text("Id"));
      good.push_back(std::move(*done));
    } else {
      bad.push_back(object({{"Id", entry.text("Id")},
                            {"SenderFault", true},
                            {"Code", done.error().name},
                            {"Message", done.error().message}}));
    }
  }
  return object({{"Successful", Value(std::move(good))}, {"Failed", Value(std::move(bad))}});
}

}  // namespace stint::cloud::sqs

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// What SQS refuses, by operation.
#include <fmt/core.h>

#include "cloud/sqs/queue.h"
#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using cloud::testing::expect_denied;
using cloud::testing::expect_refused;
using cloud::testing::Names;
using cloud::testing::TestWorld;
using cloud::testing::user_world;

struct SqsErrors : ::testing::Test, TestWorld {
  Names names;
  SqsErrors() : TestWorld(user_world) {
    auto made = call("sqs", "CreateQueue", R"({"QueueName":"q"})");
    EXPECT_TRUE(made);
    names["queue"] = made->text("QueueUrl");
  }
};

std::string of_queue(const std::string& url, const std::string& entries = "[]") {
  return fmt::format(R"({{"QueueUrl":"{}","QueueName":"none","Entries":{}}})", url, entries);
}
constexpr const char* batches = "ChangeMessageVisibilityBatch DeleteMessageBatch SendMessageBatch";

TEST_F(SqsErrors, BatchesAreCheckedBeforeTheirEntries) {
  std::string eleven;
  for (int i = 0; i < 11; ++i) eleven += fmt::format(R"({}{{"Id":"{}"}})", i == 0 ? "" : ",", i);
  expect_refused(*this, "sqs", names,
                 {{batches, of_queue("$queue"), "AWS.SimpleQueueService.EmptyBatchRequest"},
                  {batches, of_queue("$queue", "[" + eleven + "]"),
                   "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"},
                  {batches, of_queue("$queue", R"([{"Id":"a"},{"Id":"a"}])"),
                   "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"},
                  {batches, of_queue("$queue", R"([{"Id":"a b"}])"),
                   "AWS.SimpleQueueService.InvalidBatchEntryId"}});
}

TEST_F(SqsErrors, QueuesThatAreNotThere) {
  expect_refused(*this, "sqs", names,
                 {{"AddPermission ChangeMessageVisibility ChangeMessageVisibilityBatch "
                   "DeleteMessage DeleteMessageBatch DeleteQueue GetQueueAttributes GetQueueUrl "
                   "ListDeadLetterSourceQueues ListQueueTags PurgeQueue ReceiveMessage "
                   "RemovePermission SendMessage SendMessageBatch SetQueueAttributes TagQueue "
                   "UntagQueue",
                   of_queue("http://127.0.0.1:4566/123456789012/none"),
                   "AWS.SimpleQueueService.NonExistentQueue"}});
}

TEST_F(SqsErrors, AQueueWithTooManyMessagesInFlightGivesNoMore) {
  sqs::State& state = cloud.state.region("123456789012", "us-west-2").sqs;
  const auto put = [&](std::int64_t number, int receives) {
    state.messages.put(sqs::message_key("q", number),
                       {.number = number,
                        .sent = now,
                        .visible = receives == 0 ? now : now + std::chrono::minutes(1),
                        .receives = receives});
  };
  for (int i = 0; i < 120'000; ++i) put(i, 1);
  put(120'000, 0);
  expect_refused(*this, "sqs", names, {{"ReceiveMessage", of_queue("$queue"), "OverLimit"}});
  state.messages.erase(sqs::message_key("q", 7));
  auto got = call("sqs", "ReceiveMessage", testing::fill(of_queue("$queue"), names));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->items("Messages").size(), 1u);
}

TEST_F(SqsErrors, WhoMayNothing) {
  become("user");
  expect_denied(*this, "sqs", testing::json(testing::fill(of_queue("$queue"), names)),
                "AccessDenied");
}

}  // namespace
}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "base/hash.h"
#include "cloud/sqs/send.h"
#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using namespace std::chrono_literals;
using cloud::testing::Input;
using cloud::testing::json;
using cloud::testing::TestWorld;

constexpr std::string_view sqs_world = R"({
  "access_keys": {"root": {"secret": "s", "principal": "root"},
                  "user": {"secret": "s", "principal": "user"}},
  "users": {"user": {}},
  "accounts": {"210987654321": {"access_keys": {"foreign": {"secret": "s", "principal": "root"}}}}
})";

struct Sqs : ::testing::Test, TestWorld {
  Sqs() : TestWorld(sqs_world) {
    url = create("q");
    ordered = create("q.fifo", R"({"FifoQueue":"true"})");
  }
  std::string create(const std::string& name, const char* attributes = "{}") {
    return get("CreateQueue", object({{"QueueName", name}, {"Attributes", json(attributes)}}))
        .text("QueueUrl");
  }
  Value get(std::string_view operation, const Input& input) {
    auto answer = call("sqs", operation, input);
    if (!answer)
      ADD_FAILURE() << operation << ": " << answer.error().name << ": " << answer.error().message;
    return answer ? *answer : Value();
  }
  std::string code(std::string_view operation, const Input& input) {
    auto answer = call("sqs", operation, input);
    return answer ? "fine" : answer.error().name;
  }
  Value send(const std::string& body,
             std::initializer_list<std::pair<std::string_view, Value>> more = {}) {
    Value in = object({{"QueueUrl", url}, {"MessageBody", body}});
    for (const auto& [name, value] : more) in.set(name, value);
    return get("SendMessage", in);
  }
  Value receive(const std::string& from, int most = 10) {
    return get("ReceiveMessage", object({{"QueueUrl", from},
                                         {"MaxNumberOfMessages", most},
                                         {"AttributeNames", Value::list({"All"})},
                                         {"MessageAttributeNames", Value::list({"All"})}}));
  }
  /// Bodies of what a receive gives: "a b".
  std::string bodies(const std::string& from, int most = 10) {
    std::string out;
    const Value answer = receive(from, most);
    for (const Value& message : answer.items("Messages"))
      out += (out.empty() ? "" : " ") + message.text("Body");
    return out;
  }
  std::string attribute_of(const std::string& queue, const char* name) {
    return get("GetQueueAttributes",
               object(
                   {{"QueueUrl", queue}, {"AttributeNames", Value::list({"All"})}}))["Attributes"]
        .text(name);
  }
  std::string url, ordered;
};

TEST_F(Sqs, HidesWhatWasReceivedUntilItsTimeIsUp) {
  const Value sent = send("hello");
  EXPECT_EQ(sent.text("MD5OfMessageBody"), "5d41402abc4b2a76b9719d911017c592");
  EXPECT_EQ(bodies(url), "hello");
  EXPECT_EQ(bodies(url), "");
  EXPECT_EQ(attribute_of(url, "ApproximateNumberOfMessagesNotVisible"), "1");
  advance(29s);
  EXPECT_EQ(bodies(url), "");
  advance(1s);
  const Value again = receive(url).items("Messages")[0];
  EXPECT_EQ(again["Attributes"].text("ApproximateReceiveCount"), "2");
  EXPECT_EQ(again.text("MessageId"), sent.text("MessageId"));
  get("DeleteMessage", object({{"QueueUrl", url}, {"ReceiptHandle", again.text("ReceiptHandle")}}));
  advance(31s);
  EXPECT_EQ(bodies(url), "");
  EXPECT_TRUE(cloud.state.account("123456789012").regions.at("us-west-2").sqs.messages.empty());
}

TEST_F(Sqs, DelaysMessages) {
  send("now");
  send("later", {{"DelaySeconds", 5}});
  EXPECT_EQ(attribute_of(url, "ApproximateNumberOfMessagesDelayed"), "1");
  EXPECT_EQ(bodies(url), "now");
  advance(5s);
  EXPECT_EQ(bodies(url), "later");
}

TEST_F(Sqs, LetsAReceiverChangeTheTime) {
  send("m");
  const std::string handle = receive(url).items("Messages")[0].text("ReceiptHandle");
  get("ChangeMessageVisibility",
      object({{"QueueUrl", url}, {"ReceiptHandle", handle}, {"VisibilityTimeout", 100}}));
  advance(99s);
  EXPECT_EQ(bodies(url), "");
  get("ChangeMessageVisibility",
      object({{"QueueUrl", url}, {"ReceiptHandle", handle}, {"VisibilityTimeout", 0}}));
  EXPECT_EQ(code("ChangeMessageVisibility",
                 object({{"QueueUrl", url}, {"ReceiptHandle", handle}, {"VisibilityTimeout", 1}})),
            "AWS.SimpleQueueService.MessageNotInflight");
  EXPECT_EQ(bodies(url), "m");
  get("DeleteMessage", object({{"QueueUrl", url}, {"ReceiptHandle", handle}}));
  advance(31s);
  EXPECT_EQ(bodies(url), "m") << "an old handle deletes nothing";
}

TEST_F(Sqs, ForgetsWhatIsTooOld) {
  send("old");
  get("SetQueueAttributes",
      object({{"QueueUrl", url}, {"Attributes", json(R"({"MessageRetentionPeriod":"60"})")}}));
  advance(61s);
  EXPECT_EQ(attribute_of(url, "ApproximateNumberOfMessages"), "0");
  EXPECT_EQ(bodies(url), "");
}

TEST_F(Sqs, BuriesWhatWasReceivedTooOften) {
  const std::string dead = create("dead");
  get("SetQueueAttributes",
      object({{"QueueUrl", url},
              {"Attributes",
               json(R"({"RedrivePolicy":"{\"deadLetterTargetArn\":)"
                    R"(\"arn:aws:sqs:us-west-2:123456789012:dead\",\"maxReceiveCount\":2}",)"
                    R"("VisibilityTimeout":"0"})")}}));
  send("poison");
  EXPECT_EQ(bodies(url), "poison");
  EXPECT_EQ(bodies(url), "poison");
  EXPECT_EQ(bodies(url), "");
  EXPECT_EQ(bodies(dead), "poison");
  const Value sources = get("ListDeadLetterSourceQueues", object({{"QueueUrl", dead}}));
  ASSERT_EQ(sources.items("queueUrls").size(), 1u);
  EXPECT_EQ(sources.items("queueUrls")[0].as_text(), url);
}

TEST_F(Sqs, KeepsTheOrderOfAGroup) {
  auto put = [&](const char* body, const char* group) {
    get("SendMessage", object({{"QueueUrl", ordered},
                               {"MessageBody", body},
                               {"MessageGroupId", group},
                               {"MessageDeduplicationId", body}}));
  };
  put("a1", "a");
  put("a2", "a");
  put("b1", "b");
  const Value first = receive(ordered, 1);
  ASSERT_EQ(first.items("Messages").size(), 1u);
  EXPECT_EQ(first.items("Messages")[0].text("Body"), "a1");
  EXPECT_EQ(bodies(ordered), "b1") << "group a waits for its first message";
  get("DeleteMessage",
      object({{"QueueUrl", ordered},
              {"ReceiptHandle", first.items("Messages")[0].text("ReceiptHandle")}}));
  EXPECT_EQ(bodies(ordered), "a2");
}

TEST_F(Sqs, TakesTheSameMessageOnceInFiveMinutes) {
  const Value message = object({{"QueueUrl", ordered},
                                {"MessageBody", "x"},
                                {"MessageGroupId", "g"},
                                {"MessageDeduplicationId", "d"}});
  const std::string first = get("SendMessage", message).text("MessageId");
  EXPECT_EQ(get("SendMessage", message).text("MessageId"), first);
  EXPECT_EQ(attribute_of(ordered, "ApproximateNumberOfMessages"), "1");
  advance(5min);
  EXPECT_NE(get("SendMessage", message).text("MessageId"), first);
  get("SetQueueAttributes",
      object({{"QueueUrl", ordered},
              {"Attributes", json(R"({"ContentBasedDeduplication":"true"})")}}));
  const Value plain =
      object({{"QueueUrl", ordered}, {"MessageBody", "same"}, {"MessageGroupId", "g"}});
  EXPECT_EQ(get("SendMessage", plain).text("SequenceNumber"),
            get("SendMessage", plain).text("SequenceNumber"));
}

TEST_F(Sqs, CarriesAttributesWithTheirDigest) {
  const Value attributes = json(R"({"n":{"DataType":"Number","StringValue":"1"},
                                    "s":{"DataType":"String","StringValue":"x"}})");
  const Value sent = send("m", {{"MessageAttributes", attributes}});
  // As Debian's boto3 computes it for these two.
  std::string bytes;
  for (const auto& [name, type, value] : {std::tuple{"n", "Number", "1"}, {"s", "String", "x"}}) {
    for (std::string_view part : {std::string_view(name), std::string_view(type)})
      bytes += std::string("\0\0\0", 3) + static_cast<char>(part.size()) + std::string(part);
    bytes += "\x01" + std::string("\0\0\0\x01", 4) + value;
  }
  EXPECT_EQ(sent.text("MD5OfMessageAttributes"), hex(md5(bytes)));
  const Value message = receive(url).items("Messages")[0];
  EXPECT_EQ(message["MessageAttributes"]["s"].text("StringValue"), "x");
  EXPECT_EQ(message.text("MD5OfMessageAttributes"), sent.text("MD5OfMessageAttributes"));
}

TEST_F(Sqs, AnswersForEachEntryOfABatch) {
  const Value sent =
      get("SendMessageBatch",
          object({{"QueueUrl", url}, {"Entries", json(R"([{"Id":"1","MessageBody":"a"},
                                    {"Id":"2","MessageBody":""},{"Id":"3","MessageBody":"b"}])")}}));
  EXPECT_EQ(sent.items("Successful").size(), 2u);
  ASSERT_EQ(sent.items("Failed").size(), 1u);
  EXPECT_EQ(sent.items("Failed")[0].text("Id"), "2");
  const Value received = receive(url);
  Value entries{Value::List()};
  for (const Value& message : received.items("Messages"))
    entries.push(object({{"Id", message.text("Body")},
                         {"ReceiptHandle", message.text("ReceiptHandle")},
                         {"VisibilityTimeout", 0}}));
  EXPECT_EQ(get("ChangeMessageVisibilityBatch", object({{"QueueUrl", url}, {"Entries", entries}}))
                .items("Successful")
                .size(),
            2u);
  entries.push(object({{"Id", "bad"}, {"ReceiptHandle", "nonsense"}}));
  const Value deleted =
      get("DeleteMessageBatch", object({{"QueueUrl", url}, {"Entries", entries}}));
  EXPECT_EQ(deleted.items("Successful").size(), 2u);
  EXPECT_EQ(deleted.items("Failed")[0].text("Code"), "ReceiptHandleIsInvalid");
}

TEST_F(Sqs, RefusesWhatIsWrong) {
  Value eleven{Value::List()};
  for (int i = 0; i < 11; ++i)
    eleven.push(object({{"Id", std::to_string(i)}, {"MessageBody", "x"}}));
  const Value queue = object({{"QueueUrl", url}});
  auto with = [](Value in, const char* name, Value value) {
    in.set(name, std::move(value));
    return in;
  };
  get("DeleteQueue", object({{"QueueUrl", create("gone")}}));
  struct Case {
    const char* operation;
    Value input;
    const char* expected;
  };
  const std::vector<Case> cases{
      {"GetQueueUrl", json(R"({"QueueName":"none"})"), "AWS.SimpleQueueService.NonExistentQueue"},
      {"PurgeQueue",
       json(R"({"QueueUrl":"https://sqs.us-west-2.amazonaws.com/123456789012/none"})"),
       "AWS.SimpleQueueService.NonExistentQueue"},
      {"ListDeadLetterSourceQueues", json(R"({"QueueUrl":"none"})"),
       "AWS.SimpleQueueService.NonExistentQueue"},
      {"CreateQueue", json(R"({"QueueName":"a b"})"), "InvalidParameterValue"},
      {"CreateQueue", json(R"({"QueueName":"q","Attributes":{"VisibilityTimeout":"1"}})"),
       "QueueAlreadyExists"},
      {"CreateQueue", json(R"({"QueueName":"gone"})"),
       "AWS.SimpleQueueService.QueueDeletedRecently"},
      {"CreateQueue", json(R"({"QueueName":"x","Attributes":{"Nonsense":"1"}})"),
       "InvalidAttributeName"},
      {"CreateQueue", json(R"({"QueueName":"x","Attributes":{"DelaySeconds":"901"}})"),
       "InvalidAttributeValue"},
      {"CreateQueue", json(R"({"QueueName":"x","Attributes":{"FifoQueue":"true"}})"),
       "InvalidParameterValue"},
      {"SetQueueAttributes", with(queue, "Attributes", json(R"({"FifoQueue":"true"})")),
       "InvalidAttributeName"},
      {"SetQueueAttributes", with(queue, "Attributes", json(R"({"Policy":"no json"})")),
       "InvalidAttributeValue"},
      {"SetQueueAttributes", with(queue, "Attributes", json(R"({"RedrivePolicy":"{}"})")),
       "InvalidParameterValue"},
      {"GetQueueAttributes", with(queue, "AttributeNames", Value::list({"Nonsense"})),
       "InvalidAttributeName"},
      {"SendMessage", with(queue, "MessageBody", std::string("\x01", 1)), "InvalidMessageContents"},
      {"SendMessage", with(queue, "MessageBody", std::string(262145, 'x')),
       "InvalidParameterValue"},
      {"SendMessage", with(with(queue, "MessageBody", "x"), "DelaySeconds", 901),
       "InvalidParameterValue"},
      {"SendMessage", with(with(queue, "MessageBody", "x"), "MessageGroupId", "g"),
       "InvalidParameterValue"},
      {"SendMessage",
       with(with(queue, "MessageBody", "x"), "MessageAttributes",
            json(R"({"a":{"DataType":"Odd","StringValue":"x"}})")),
       "InvalidParameterValue"},
      {"SendMessage", object({{"QueueUrl", ordered}, {"MessageBody", "x"}}), "MissingParameter"},
      {"SendMessage",
       object({{"QueueUrl", ordered}, {"MessageBody", "x"}, {"MessageGroupId", "g"}}),
       "InvalidParameterValue"},
      {"ReceiveMessage", with(queue, "MaxNumberOfMessages", 11), "InvalidParameterValue"},
      {"ReceiveMessage", with(queue, "VisibilityTimeout", 43201), "InvalidParameterValue"},
      {"ReceiveMessage", with(queue, "WaitTimeSeconds", 21), "InvalidParameterValue"},
      {"DeleteMessage", with(queue, "ReceiptHandle", "nonsense"), "ReceiptHandleIsInvalid"},
      {"ChangeMessageVisibility",
       with(with(queue, "ReceiptHandle", "nonsense"), "VisibilityTimeout", 1),
       "ReceiptHandleIsInvalid"},
      {"SendMessageBatch", with(queue, "Entries", Value::List()),
       "AWS.SimpleQueueService.EmptyBatchRequest"},
      {"SendMessageBatch", with(queue, "Entries", eleven),
       "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"},
      {"SendMessageBatch",
       with(queue, "Entries",
            json(R"([{"Id":"a","MessageBody":"x"},{"Id":"a","MessageBody":"x"}])")),
       "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"},
      {"SendMessageBatch", with(queue, "Entries", json(R"([{"Id":"a b","MessageBody":"x"}])")),
       "AWS.SimpleQueueService.InvalidBatchEntryId"},
      {"SendMessageBatch",
       with(queue, "Entries",
            Value::list({object({{"Id", "a"}, {"MessageBody", std::string(200000, 'x')}}),
                         object({{"Id", "b"}, {"MessageBody", std::string(200000, 'x')}})})),
       "AWS.SimpleQueueService.BatchRequestTooLong"},
      {"DeleteMessageBatch", with(queue, "Entries", Value::List()),
       "AWS.SimpleQueueService.EmptyBatchRequest"},
      {"ChangeMessageVisibilityBatch", with(queue, "Entries", Value::List()),
       "AWS.SimpleQueueService.EmptyBatchRequest"},
      {"RemovePermission", with(queue, "Label", "none"), "InvalidParameterValue"},
  };
  for (const auto& [operation, input, expected] : cases)
    EXPECT_EQ(code(operation, input), expected) << operation << to_json(input).substr(0, 200);
  get("PurgeQueue", queue);
  EXPECT_EQ(code("PurgeQueue", queue), "AWS.SimpleQueueService.PurgeQueueInProgress");
  advance(60s);
  EXPECT_EQ(code("PurgeQueue", queue), "fine");
  EXPECT_EQ(code("CreateQueue", R"({"QueueName":"gone"})"), "fine");
  for (int i = 0; i < 20; ++i)
    get("AddPermission", object({{"QueueUrl", url},
                                 {"Label", std::to_string(i)},
                                 {"AWSAccountIds", Value::list({"210987654321"})},
                                 {"Actions", Value::list({"SendMessage"})}}));
  EXPECT_EQ(code("AddPermission", object({{"QueueUrl", url},
                                          {"Label", "more"},
                                          {"AWSAccountIds", Value::list({"210987654321"})},
                                          {"Actions", Value::list({"SendMessage"})}})),
            "OverLimit");
}

TEST_F(Sqs, AsksPolicies) {
  const Value message = object({{"QueueUrl", url}, {"MessageBody", "x"}});
  become("user");
  EXPECT_EQ(code("SendMessage", message), "AccessDenied");
  become("foreign");
  EXPECT_EQ(code("SendMessage", message), "AccessDenied");
  become("root");
  get("AddPermission", object({{"QueueUrl", url},
                               {"Label", "l"},
                               {"AWSAccountIds", Value::list({"210987654321"})},
                               {"Actions", Value::list({"SendMessage"})}}));
  become("foreign");
  EXPECT_EQ(code("SendMessage", message), "fine");
  EXPECT_EQ(code("ReceiveMessage", object({{"QueueUrl", url}})), "AccessDenied");
  become("root");
  get("RemovePermission", object({{"QueueUrl", url}, {"Label", "l"}}));
  become("foreign");
  EXPECT_EQ(code("SendMessage", message), "AccessDenied");
}

TEST_F(Sqs, ListsQueuesInPages) {
  create("other");
  EXPECT_EQ(get("ListQueues", R"({"QueueNamePrefix":"q"})").items("QueueUrls").size(), 2u);
  std::size_t count = 0;
  Value input = object({{"MaxResults", 1}});
  for (int page = 0; page < 9; ++page) {
    const Value answer = get("ListQueues", input);
    count += answer.items("QueueUrls").size();
    if (answer.text("NextToken").empty()) break;
    input.set("NextToken", answer.text("NextToken"));
  }
  EXPECT_EQ(count, 3u);
  get("TagQueue", object({{"QueueUrl", url}, {"Tags", json(R"({"a":"1","b":"2"})")}}));
  get("UntagQueue", object({{"QueueUrl", url}, {"TagKeys", Value::list({"a"})}}));
  EXPECT_EQ(say("sqs", "ListQueueTags", object({{"QueueUrl", url}})), R"({"Tags":{"b":"2"}})");
}

TEST_F(Sqs, SurvivesARestartAndADump) {
  const Value binary =
      object({{"b", object({{"DataType", "Binary"}, {"BinaryValue", std::string("\0\xff", 2)}})}});
  send("m", {{"MessageAttributes", binary}});
  receive(url);
  auto restored = restore(entities(cloud.state));
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_TRUE(diff(*restored, cloud.state).empty());
  std::map<std::string, Value> written;
  for (const auto& [key, value] : entities(cloud.state)) written[key] = *parse_json(to_json(value));
  restored = restore(written);
  ASSERT_TRUE(restored) << restored.error().message;
  cloud.state = std::move(*restored);
  advance(31s);
  const Value again = receive(url);
  ASSERT_EQ(again.items("Messages").size(), 1u);
  EXPECT_EQ(again.items("Messages")[0]["MessageAttributes"]["b"].text("BinaryValue"),
            std::string("\0\xff", 2))
      << "bytes that are no text";
  auto dumped = dump_world(cloud.state);
  EXPECT_TRUE(dumped) << dumped.error().message;
}

}  // namespace
}  // namespace stint::cloud

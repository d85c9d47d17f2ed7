// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "cloud/sns/filter.h"
#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using namespace std::chrono_literals;
using cloud::testing::Input;
using cloud::testing::json;
using cloud::testing::TestWorld;

constexpr std::string_view sns_world = R"({
  "access_keys": {"root": {"secret": "s", "principal": "root"},
                  "user": {"secret": "s", "principal": "user"}},
  "users": {"user": {}}
})";

struct Sns : ::testing::Test, TestWorld {
  Sns() : TestWorld(sns_world) {
    topic = get("CreateTopic", R"({"Name":"t"})").text("TopicArn");
    queue = *url_of("q");
  }
  /// Makes a queue that topics may send to.
  std::optional<std::string> url_of(const std::string& name, const char* attributes = "{}") {
    Value given = json(attributes);
    given.set("Policy",
              fmt::format(R"({{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",)"
                          R"("Principal":{{"Service":"sns.amazonaws.com"}},)"
                          R"("Action":"sqs:SendMessage","Resource":"*","Condition":)"
                          R"({{"ArnLike":{{"aws:SourceArn":"arn:aws:sns:*:*:t*"}}}}}}]}})"));
    auto made = call("sqs", "CreateQueue", object({{"QueueName", name}, {"Attributes", given}}));
    EXPECT_TRUE(made);
    return made->text("QueueUrl");
  }
  Value get(std::string_view operation, const Input& input) {
    auto answer = call("sns", operation, input);
    if (!answer)
      ADD_FAILURE() << operation << ": " << answer.error().name << ": " << answer.error().message;
    return answer ? *answer : Value();
  }
  std::string code(std::string_view operation, const Input& input) {
    auto answer = call("sns", operation, input);
    return answer ? "fine" : answer.error().name;
  }
  std::string subscribe(const std::string& protocol, const std::string& endpoint,
                        const char* attributes = "{}") {
    return get("Subscribe", object({{"TopicArn", topic},
                                    {"Protocol", protocol},
                                    {"Endpoint", endpoint},
                                    {"Attributes", json(attributes)},
                                    {"ReturnSubscriptionArn", true}}))
        .text("SubscriptionArn");
  }
  void publish(const std::string& message,
               std::initializer_list<std::pair<std::string_view, Value>> more = {}) {
    Value in = object({{"TopicArn", topic}, {"Message", message}});
    for (const auto& [name, value] : more) in.set(name, value);
    get("Publish", in);
  }
  std::vector<std::string> received(const std::string& url) {
    std::vector<std::string> out;
    auto answer =
        call("sqs", "ReceiveMessage", object({{"QueueUrl", url}, {"MaxNumberOfMessages", 10}}));
    if (answer)
      for (const Value& message : answer->items("Messages")) out.push_back(message.text("Body"));
    return out;
  }
  const sns::State& state() {
    return cloud.state.account("123456789012").regions.at("us-west-2").sns;
  }
  std::string topic, queue;
  const std::string queue_arn = "arn:aws:sqs:us-west-2:123456789012:q";
};

TEST_F(Sns, DeliversToQueuesInAnEnvelope) {
  subscribe("sqs", queue_arn);
  publish("hello",
          {{"Subject", "s"},
           {"MessageAttributes", json(R"({"a":{"DataType":"String","StringValue":"1"}})")}});
  const auto messages = received(queue);
  ASSERT_EQ(messages.size(), 1u);
  const Value envelope = json(messages[0]);
  EXPECT_EQ(envelope.text("Type"), "Notification");
  EXPECT_EQ(envelope.text("Message"), "hello");
  EXPECT_EQ(envelope.text("Subject"), "s");
  EXPECT_EQ(envelope.text("TopicArn"), topic);
  EXPECT_EQ(envelope["MessageAttributes"]["a"].text("Value"), "1");
  ASSERT_EQ(state().published.size(), 1u) << "what was published is written down";
  EXPECT_EQ(state().published.begin()->second->message, "hello");
}

TEST_F(Sns, DeliversRawWhereThatIsAsked) {
  subscribe("sqs", queue_arn, R"({"RawMessageDelivery":"true"})");
  publish("hello");
  EXPECT_EQ(received(queue), std::vector<std::string>{"hello"});
}

TEST_F(Sns, AsksTheQueueWhetherItMaySend) {
  auto closed = call("sqs", "CreateQueue", R"({"QueueName":"closed"})");
  ASSERT_TRUE(closed);
  subscribe("sqs", "arn:aws:sqs:us-west-2:123456789012:closed");
  publish("hello");
  EXPECT_TRUE(received(closed->text("QueueUrl")).empty());
}

TEST_F(Sns, SendsEachProtocolItsOwnText) {
  subscribe("sqs", queue_arn, R"({"RawMessageDelivery":"true"})");
  publish(R"({"default":"for all","sqs":"for queues"})", {{"MessageStructure", "json"}});
  EXPECT_EQ(received(queue), std::vector<std::string>{"for queues"});
}

TEST_F(Sns, KeepsWhatGoesOutInItsOutbox) {
  const std::string http = subscribe("http", "http://127.0.0.1:8000/hook");
  subscribe("email", "a@example.org");
  subscribe("lambda", "arn:aws:lambda:us-west-2:123456789012:function:f");
  ASSERT_EQ(state().outbox.size(), 2u) << "two are asked to confirm";
  publish("unconfirmed");
  EXPECT_EQ(state().outbox.size(), 3u) << "the function needs no confirmation";
  std::string token;
  for (const auto& [key, out] : state().outbox)
    if (out->type == "SubscriptionConfirmation" && out->protocol == "http")
      token = json(out->body).text("Token");
  EXPECT_EQ(
      get("GetSubscriptionAttributes", object({{"SubscriptionArn", http}}))["Attributes"].text(
          "PendingConfirmation"),
      "true");
  EXPECT_EQ(get("ConfirmSubscription", object({{"TopicArn", topic}, {"Token", token}}))
                .text("SubscriptionArn"),
            http);
  publish("confirmed");
  bool found = false;
  for (const auto& [key, out] : state().outbox)
    found =
        found || (out->endpoint == "http://127.0.0.1:8000/hook" && out->type == "Notification" &&
                  json(out->body).text("Message") == "confirmed");
  EXPECT_TRUE(found);
}

TEST_F(Sns, FiltersByAttributesAndBody) {
  struct Case {
    const char* policy;
    bool of_body;
    const char* attributes;
    const char* body;
    bool passes;
  };
  for (const auto& [policy, of_body, attributes, body, passes] : std::vector<Case>{
           {R"({"a":["x","y"]})", false, R"({"a":{"DataType":"String","StringValue":"y"}})", "",
            true},
           {R"({"a":["x"]})", false, R"({"a":{"DataType":"String","StringValue":"y"}})", "", false},
           {R"({"a":["x"]})", false, "{}", "", false},
           {R"({"a":[{"exists":false}]})", false, "{}", "", true},
           {R"({"a":[{"exists":true}]})", false, "{}", "", false},
           {R"({"a":[{"prefix":"ab"}]})", false,
            R"({"a":{"DataType":"String","StringValue":"abc"}})", "", true},
           {R"({"a":[{"suffix":"bc"}]})", false,
            R"({"a":{"DataType":"String","StringValue":"abc"}})", "", true},
           {R"({"a":[{"anything-but":["x"]}]})", false,
            R"({"a":{"DataType":"String","StringValue":"x"}})", "", false},
           {R"({"a":[{"anything-but":{"prefix":"x"}}]})", false,
            R"({"a":{"DataType":"String","StringValue":"y"}})", "", true},
           {R"({"n":[{"numeric":[">",1,"<=",3]}]})", false,
            R"({"n":{"DataType":"Number","StringValue":"3"}})", "", true},
           {R"({"n":[{"numeric":["=",1]}]})", false,
            R"({"n":{"DataType":"Number","StringValue":"2"}})", "", false},
           {R"({"l":["b"]})", false,
            R"({"l":{"DataType":"String.Array","StringValue":"[\"a\",\"b\"]"}})", "", true},
           {R"({"a":["x"],"b":["y"]})", false, R"({"a":{"DataType":"String","StringValue":"x"}})",
            "", false},
           {R"({"a":{"b":["x"]}})", true, "{}", R"({"a":{"b":"x"}})", true},
           {R"({"a":{"b":["x"]}})", true, "{}", R"({"a":{"b":"z"}})", false},
           {R"({"$or":[{"a":[1]},{"b":[2]}]})", true, "{}", R"({"b":2})", true},
           {R"({"a":["x"]})", true, "{}", "no json", false},
       })
    EXPECT_EQ(sns::passes_filter(policy, of_body, json(attributes), body), passes)
        << policy << attributes << body;
  subscribe("sqs", queue_arn,
            R"({"RawMessageDelivery":"true","FilterPolicy":"{\"kind\":[\"good\"]}"})");
  publish("bad",
          {{"MessageAttributes", json(R"({"kind":{"DataType":"String","StringValue":"bad"}})")}});
  publish("good",
          {{"MessageAttributes", json(R"({"kind":{"DataType":"String","StringValue":"good"}})")}});
  EXPECT_EQ(received(queue), std::vector<std::string>{"good"});
}

TEST_F(Sns, TakesTheSameMessageOnceOnAFifoTopic) {
  const std::string ordered =
      get("CreateTopic", R"({"Name":"t.fifo","Attributes":{"FifoTopic":"true"}})").text("TopicArn");
  const std::string target = *url_of("f.fifo", R"({"FifoQueue":"true"})");
  get("Subscribe", object({{"TopicArn", ordered},
                           {"Protocol", "sqs"},
                           {"Endpoint", "arn:aws:sqs:us-west-2:123456789012:f.fifo"},
                           {"Attributes", json(R"({"RawMessageDelivery":"true"})")}}));
  const Value message = object({{"TopicArn", ordered},
                                {"Message", "m"},
                                {"MessageGroupId", "g"},
                                {"MessageDeduplicationId", "d"}});
  const Value first = get("Publish", message);
  EXPECT_EQ(get("Publish", message).text("MessageId"), first.text("MessageId"));
  EXPECT_FALSE(first.text("SequenceNumber").empty());
  EXPECT_EQ(received(target), std::vector<std::string>{"m"});
}

TEST_F(Sns, MakesATopicOnce) {
  EXPECT_EQ(get("CreateTopic", R"({"Name":"t"})").text("TopicArn"), topic);
  EXPECT_EQ(get("ListTopics", "{}").items("Topics").size(), 1u);
  get("SetTopicAttributes",
      object({{"TopicArn", topic}, {"AttributeName", "DisplayName"}, {"AttributeValue", "T"}}));
  const Value attributes = get("GetTopicAttributes", object({{"TopicArn", topic}}))["Attributes"];
  EXPECT_EQ(attributes.text("DisplayName"), "T");
  EXPECT_EQ(attributes.text("Owner"), "123456789012");
  const std::string one = subscribe("sqs", queue_arn);
  EXPECT_EQ(subscribe("sqs", queue_arn), one) << "the same subscription again";
  EXPECT_EQ(get("ListSubscriptions", "{}").items("Subscriptions").size(), 1u);
  get("Unsubscribe", object({{"SubscriptionArn", one}}));
  EXPECT_EQ(
      get("ListSubscriptionsByTopic", object({{"TopicArn", topic}})).items("Subscriptions").size(),
      0u);
  get("TagResource",
      object({{"ResourceArn", topic}, {"Tags", json(R"([{"Key":"a","Value":"1"}])")}}));
  EXPECT_EQ(say("sns", "ListTagsForResource", object({{"ResourceArn", topic}})),
            R"({"Tags":[{"Key":"a","Value":"1"}]})");
  get("UntagResource", object({{"ResourceArn", topic}, {"TagKeys", Value::list({"a"})}}));
  get("DeleteTopic", object({{"TopicArn", topic}}));
  get("DeleteTopic", object({{"TopicArn", topic}}));
  EXPECT_EQ(code("Publish", object({{"TopicArn", topic}, {"Message", "x"}})), "NotFound");
}

TEST_F(Sns, RefusesWhatIsWrong) {
  const std::string none = "arn:aws:sns:us-west-2:123456789012:none";
  const std::string subscription = subscribe("sqs", queue_arn);
  auto made = call("kms", "CreateKey");
  ASSERT_TRUE(made);
  const std::string key = (*made)["KeyMetadata"].text("Arn");
  const Value plain = object({{"TopicArn", topic}, {"Message", "x"}});
  auto with = [](Value in, const char* name, Value value) {
    in.set(name, std::move(value));
    return in;
  };
  auto batch = [&](Value entries) {
    return object({{"TopicArn", topic}, {"PublishBatchRequestEntries", std::move(entries)}});
  };
  Value eleven{Value::List()}, tags{Value::List()};
  for (int i = 0; i < 11; ++i) eleven.push(object({{"Id", std::to_string(i)}, {"Message", "x"}}));
  for (int i = 0; i < 51; ++i) tags.push(object({{"Key", std::to_string(i)}, {"Value", "x"}}));
  struct Case {
    const char* operation;
    Value input;
    const char* expected;
  };
  const std::vector<Case> cases{
      {"CreateTopic", json(R"({"Name":"a b"})"), "InvalidParameter"},
      {"CreateTopic", json(R"({"Name":"x","Attributes":{"FifoTopic":"true"}})"),
       "InvalidParameter"},
      {"CreateTopic", json(R"({"Name":"x","Attributes":{"Odd":"1"}})"), "InvalidParameter"},
      {"CreateTopic", json(R"({"Name":"t","Attributes":{"DisplayName":"other"}})"),
       "InvalidParameter"},
      {"CreateTopic", object({{"Name", "x"}, {"Tags", tags}}), "TagLimitExceeded"},
      {"TagResource", object({{"ResourceArn", topic}, {"Tags", tags}}), "TagLimitExceeded"},
      {"TagResource", object({{"ResourceArn", none}, {"Tags", Value::List()}}), "ResourceNotFound"},
      {"UntagResource", object({{"ResourceArn", none}, {"TagKeys", Value::List()}}),
       "ResourceNotFound"},
      {"ListTagsForResource", object({{"ResourceArn", none}}), "ResourceNotFound"},
      {"GetTopicAttributes", object({{"TopicArn", none}}), "NotFound"},
      {"GetTopicAttributes", object({{"TopicArn", "nonsense"}}), "InvalidParameter"},
      {"SetTopicAttributes",
       object({{"TopicArn", topic}, {"AttributeName", "Odd"}, {"AttributeValue", "1"}}),
       "InvalidParameter"},
      {"SetTopicAttributes",
       object({{"TopicArn", none}, {"AttributeName", "DisplayName"}, {"AttributeValue", "1"}}),
       "NotFound"},
      {"ListTopics", json(R"({"NextToken":"nonsense"})"), "InvalidParameter"},
      {"Subscribe", object({{"TopicArn", topic}, {"Protocol", "pigeon"}, {"Endpoint", "x"}}),
       "InvalidParameter"},
      {"Subscribe",
       object({{"TopicArn", topic}, {"Protocol", "http"}, {"Endpoint", "https://localhost/"}}),
       "InvalidParameter"},
      {"Subscribe",
       object({{"TopicArn", topic}, {"Protocol", "http"}, {"Endpoint", "http://example.org/"}}),
       "InvalidParameter"},
      {"Subscribe", object({{"TopicArn", topic}, {"Protocol", "sqs"}, {"Endpoint", "q"}}),
       "InvalidParameter"},
      {"Subscribe", object({{"TopicArn", none}, {"Protocol", "sqs"}, {"Endpoint", queue_arn}}),
       "NotFound"},
      {"Subscribe",
       object({{"TopicArn", topic},
               {"Protocol", "sqs"},
               {"Endpoint", queue_arn},
               {"Attributes", json(R"({"FilterPolicy":"no json"})")}}),
       "InvalidParameter"},
      {"SetSubscriptionAttributes",
       object({{"SubscriptionArn", subscription},
               {"AttributeName", "FilterPolicyScope"},
               {"AttributeValue", "Moon"}}),
       "InvalidParameter"},
      {"SetSubscriptionAttributes",
       object({{"SubscriptionArn", topic + ":none"},
               {"AttributeName", "RawMessageDelivery"},
               {"AttributeValue", "true"}}),
       "NotFound"},
      {"GetSubscriptionAttributes", object({{"SubscriptionArn", topic + ":none"}}), "NotFound"},
      {"GetSubscriptionAttributes", object({{"SubscriptionArn", "x"}}), "InvalidParameter"},
      {"ConfirmSubscription", object({{"TopicArn", topic}, {"Token", "none"}}), "InvalidParameter"},
      {"ConfirmSubscription", object({{"TopicArn", none}, {"Token", "none"}}), "NotFound"},
      {"ListSubscriptionsByTopic", object({{"TopicArn", none}}), "NotFound"},
      {"Unsubscribe", object({{"SubscriptionArn", "x"}}), "InvalidParameter"},
      {"Publish", with(plain, "TopicArn", none), "NotFound"},
      {"Publish", object({{"Message", "x"}}), "InvalidParameter"},
      {"Publish", with(plain, "Message", ""), "InvalidParameter"},
      {"Publish", with(plain, "Message", std::string(262145, 'x')), "InvalidParameter"},
      {"Publish", with(plain, "Subject", "a\nb"), "InvalidParameter"},
      {"Publish", with(plain, "MessageStructure", "json"), "InvalidParameter"},
      {"Publish", with(plain, "MessageGroupId", "g"), "InvalidParameter"},
      {"Publish",
       with(plain, "MessageAttributes", json(R"({"a":{"DataType":"Odd","StringValue":"x"}})")),
       "ParameterValueInvalid"},
      {"PublishBatch", batch(Value::List()), "EmptyBatchRequest"},
      {"PublishBatch", batch(eleven), "TooManyEntriesInBatchRequest"},
      {"PublishBatch", batch(json(R"([{"Id":"a","Message":"x"},{"Id":"a","Message":"x"}])")),
       "BatchEntryIdsNotDistinct"},
      {"PublishBatch", batch(json(R"([{"Id":"a b","Message":"x"}])")), "InvalidBatchEntryId"},
      {"PublishBatch",
       batch(Value::list({object({{"Id", "a"}, {"Message", std::string(200000, 'x')}}),
                          object({{"Id", "b"}, {"Message", std::string(200000, 'x')}})})),
       "BatchRequestTooLong"},
      {"RemovePermission", object({{"TopicArn", topic}, {"Label", "none"}}), "NotFound"},
      {"AddPermission",
       object({{"TopicArn", topic},
               {"Label", "__default_statement_ID"},
               {"AWSAccountId", Value::list({"210987654321"})},
               {"ActionName", Value::list({"Publish"})}}),
       "InvalidParameter"},
  };
  for (const auto& [operation, input, expected] : cases)
    EXPECT_EQ(code(operation, input), expected) << operation << to_json(input).substr(0, 200);
  // An encrypted topic needs its key.
  get("SetTopicAttributes",
      object({{"TopicArn", topic}, {"AttributeName", "KmsMasterKeyId"}, {"AttributeValue", key}}));
  EXPECT_EQ(code("Publish", plain), "fine");
  ASSERT_TRUE(call("kms", "DisableKey", object({{"KeyId", key}})));
  EXPECT_EQ(code("Publish", plain), "KMSDisabled");
  ASSERT_TRUE(call("kms", "ScheduleKeyDeletion", object({{"KeyId", key}})));
  EXPECT_EQ(code("Publish", plain), "KMSInvalidState");
  advance(24h * 31);
  EXPECT_EQ(code("Publish", plain), "KMSNotFound");
  auto hidden = call("kms", "CreateKey");
  ASSERT_TRUE(hidden);
  const std::string id = (*hidden)["KeyMetadata"].text("KeyId");
  get("SetTopicAttributes",
      object({{"TopicArn", topic}, {"AttributeName", "KmsMasterKeyId"}, {"AttributeValue", id}}));
  ASSERT_TRUE(call("kms", "PutKeyPolicy",
                   object({{"KeyId", id},
                           {"PolicyName", "default"},
                           {"BypassPolicyLockoutSafetyCheck", true},
                           {"Policy", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                              "Principal":{"AWS":"arn:aws:iam::123456789012:user/user"},
                              "Action":"kms:Decrypt","Resource":"*"}]})"}})));
  EXPECT_EQ(code("Publish", plain), "KMSAccessDenied");
}

TEST_F(Sns, AsksPolicies) {
  become("user");
  auto denied = call("sns", "Publish", object({{"TopicArn", topic}, {"Message", "x"}}));
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().name, "AuthorizationError");
  EXPECT_EQ(denied.error().status, 403);
  become("root");
  get("SetTopicAttributes",
      object({{"TopicArn", topic},
              {"AttributeName", "Policy"},
              {"AttributeValue", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                 "Principal":{"AWS":"arn:aws:iam::123456789012:user/user"},
                 "Action":"sns:Publish","Resource":"*"}]})"}}));
  become("user");
  EXPECT_EQ(code("Publish", object({{"TopicArn", topic}, {"Message", "x"}})), "fine");
  EXPECT_EQ(code("DeleteTopic", object({{"TopicArn", topic}})), "AuthorizationError");
}

TEST_F(Sns, AnswersForEachEntryOfABatch) {
  const Value done = get("PublishBatch",
                         object({{"TopicArn", topic},
                                 {"PublishBatchRequestEntries",
                                  json(R"([{"Id":"1","Message":"a"},{"Id":"2","Message":""}])")}}));
  EXPECT_EQ(done.items("Successful").size(), 1u);
  ASSERT_EQ(done.items("Failed").size(), 1u);
  EXPECT_EQ(done.items("Failed")[0].text("Code"), "InvalidParameter");
}

TEST_F(Sns, SurvivesARestart) {
  subscribe("http", "http://localhost:1/");
  publish("x");
  auto restored = restore(entities(cloud.state));
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_TRUE(diff(*restored, cloud.state).empty());
  EXPECT_TRUE(dump_world(cloud.state));
}

}  // namespace
}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "host/deliveries.h"

#include <gtest/gtest.h>

#include <vector>

namespace stint::host {
namespace {

const std::string topic = "arn:aws:sns:us-west-2:123456789012:t";

cloud::sns::Outgoing outgoing(std::string endpoint, std::string body = "hello") {
  return {.protocol = endpoint.substr(0, endpoint.find(':')),
          .endpoint = std::move(endpoint),
          .subscription = topic + ":0123",
          .type = "Notification",
          .body = std::move(body)};
}

/// Answers with the next status that it was given, then with 200; a 0 is a broken connection.
class Endpoint final : public net::Transport {
 public:
  explicit Endpoint(std::vector<int> statuses, std::vector<net::Request>& seen)
      : statuses_(std::move(statuses)), seen_(seen) {}
  Result<net::Response> send(const net::Request& request) override {
    const int status = seen_.size() < statuses_.size() ? statuses_[seen_.size()] : 200;
    seen_.push_back(request);
    if (status == 0) return fail(Code::unavailable, "refused");
    return net::Response{.status = status};
  }

 private:
  std::vector<int> statuses_;
  std::vector<net::Request>& seen_;
};

/// Runs deliveries until so many were told.
struct Running {
  explicit Running(std::vector<int> statuses)
      : deliveries(std::make_unique<Endpoint>(std::move(statuses), seen),
                   [this](const Parcel& one) {
                     std::lock_guard lock(mutex);
                     delivered.push_back(one.key);
                     changed.notify_all();
                   }) {}
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return delivered.size() >= count; });
  }
  std::vector<net::Request> seen;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> delivered;
  Deliveries deliveries;
};

cloud::sns::State& outbox_of(cloud::State& state) {
  return state.region("123456789012", "us-west-2").sns;
}

TEST(Deliveries, SayWhatTheyAreInTheirHeaders) {
  const auto raw = delivery_of(outgoing("http://127.0.0.1:9000/a?b=c#d"));
  ASSERT_TRUE(raw);
  EXPECT_EQ(raw->url, "http://127.0.0.1:9000");
  EXPECT_EQ(raw->target, "/a?b=c");
  EXPECT_EQ(raw->method, "POST");
  EXPECT_EQ(raw->body, "hello");
  EXPECT_EQ(raw->headers.get("x-amz-sns-message-type"), "Notification");
  EXPECT_EQ(raw->headers.get("x-amz-sns-topic-arn"), topic);
  EXPECT_EQ(raw->headers.get("x-amz-sns-subscription-arn"), topic + ":0123");
  EXPECT_EQ(raw->headers.get("x-amz-sns-rawdelivery"), "true");
  EXPECT_FALSE(raw->headers.find("x-amz-sns-message-id"));

  auto wrapped = outgoing("http://localhost", R"({"Type": "Notification", "MessageId": "m", )"
                                              R"("TopicArn": ")" +
                                                  topic + R"("})");
  const auto request = delivery_of(wrapped);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->target, "/");
  EXPECT_EQ(request->headers.get("x-amz-sns-message-id"), "m");
  EXPECT_FALSE(request->headers.find("x-amz-sns-rawdelivery"));
}

TEST(Deliveries, NeverLeaveThisMachine) {
  for (const char* endpoint :
       {"http://example.com/", "http://10.0.0.1/", "http://127.0.0.1.example.com/",
        "http://localhost.example.com/", "http://a.localhost/", "http://[::2]/", "http://"})
    EXPECT_FALSE(delivery_of(outgoing(endpoint))) << endpoint;
  for (const char* endpoint : {"http://127.1.2.3:80/", "http://[::1]:80/", "https://localhost:80/"})
    EXPECT_TRUE(delivery_of(outgoing(endpoint))) << endpoint;
  auto mail = outgoing("http://127.0.0.1/");
  mail.protocol = "email";
  EXPECT_FALSE(delivery_of(mail));
}

TEST(Deliveries, TakeEachThingOnceAndInOrder) {
  Running running({});
  cloud::State state;
  outbox_of(state).outbox.put("0001/b", outgoing("http://127.0.0.1/1"));
  running.deliveries.collect(state);
  running.deliveries.collect(state);
  outbox_of(state).outbox.put("0001/a", outgoing("http://127.0.0.1/2"));
  outbox_of(state).outbox.put("0002/a", outgoing("http://127.0.0.1/3"));
  running.deliveries.collect(state);
  running.wait_for(3);
  EXPECT_EQ(running.delivered, (std::vector<std::string>{"0001/b", "0001/a", "0002/a"}));
}

TEST(Deliveries, TryAgainUnlessTheEndpointRefuses) {
  Running running({0, 500, 429, 200, 404});
  cloud::State state;
  outbox_of(state).outbox.put("0001/a", outgoing("http://127.0.0.1/again"));
  outbox_of(state).outbox.put("0002/a", outgoing("http://127.0.0.1/refused"));
  outbox_of(state).outbox.put("0003/a", outgoing("http://127.0.0.1/good"));
  running.deliveries.collect(state);
  running.wait_for(2);
  EXPECT_EQ(running.delivered, (std::vector<std::string>{"0001/a", "0003/a"}));
  EXPECT_EQ(running.seen.size(), 6u);
}

}  // namespace
}  // namespace stint::host

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "net/client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <set>

#include "net/server.h"

namespace stint::net {
namespace {

Request get(const std::string& address, std::string target = "/") {
  Request request;
  request.url = "http://" + address;
  request.target = std::move(target);
  return request;
}

/// The request as the server saw it, one header a line.
Response describe(const Request& request) {
  Response response;
  response.body = request.method + " " + request.target + "\n";
  for (const auto& [name, value] : request.headers)
    if (name != "Host") response.body += name + "=" + value + "\n";
  return response;
}

TEST(Client, SendsTheRequestAsItIs) {
  Server server(describe);
  std::string address = *server.listen("127.0.0.1:0");
  auto client = make_curl_transport();
  struct Case {
    std::string method, target, body, seen;
  } cases[] = {
      {"GET", "/a//b/../c/./%2f%7e~?x=%20&y=+&&z", "", "X-Empty=\nX-A=1\n"},
      {"POST", "/?b=1&a=2", "body", "X-Empty=\nX-A=1\nContent-Length=4\n"},
      {"POST", "/", "", "X-Empty=\nX-A=1\nContent-Length=0\n"},
      {"PUT", "/k", "", "X-Empty=\nX-A=1\nContent-Length=0\n"},
      {"DELETE", "/k", "", "X-Empty=\nX-A=1\n"},
      {"DELETE", "/k", "x", "X-Empty=\nX-A=1\nContent-Length=1\n"},
  };
  for (const Case& each : cases) {
    Request request = get(address, each.target);
    request.method = each.method;
    request.headers = {{"X-Empty", ""}, {"X-A", "1"}, {"content-length", "77"}};
    request.body = each.body;
    auto answer = client->send(request);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, each.method + " " + each.target + "\n" + each.seen);
  }
}

TEST(Client, PutsABasePathBeforeTheTarget) {
  Server server(describe);
  std::string address = *server.listen("127.0.0.1:0");
  auto client = make_curl_transport();
  Request request = get(address + "/base/", "/x");
  EXPECT_EQ(client->send(request)->body, "GET /base/x\n");
}

TEST(Client, KeepsItsHostHeaderWhenOneIsGiven) {
  Server server(
      [](const Request& r) { return Response{200, {}, std::string(r.headers.get("host"))}; });
  std::string address = *server.listen("127.0.0.1:0");
  auto client = make_curl_transport();
  EXPECT_EQ(client->send(get(address))->body, address);
  Request request = get(address);
  request.headers.add("Host", "bucket.s3.amazonaws.com");
  EXPECT_EQ(client->send(request)->body, "bucket.s3.amazonaws.com");
}

TEST(Client, ReturnsErrorsAndRedirectsOfHttpAsAnswers) {
  Server server([](const Request& request) {
    return request.target == "/moved" ? Response{301, {{"Location", "/"}}, "moved"}
                                      : Response{503, {{"X-A", " spaced "}}, "later"};
  });
  std::string address = *server.listen("127.0.0.1:0");
  auto client = make_curl_transport();
  auto moved = client->send(get(address, "/moved"));
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->status, 301);
  EXPECT_EQ(moved->headers.get("location"), "/");
  auto later = client->send(get(address));
  EXPECT_EQ(later->status, 503);
  EXPECT_EQ(later->headers.get("x-a"), "spaced");
  EXPECT_EQ(later->body, "later");
}

TEST(Client, NamesTheHostThatDoesNotAnswer) {
  std::string address;
  {
    Server server(describe);
    address = *server.listen("127.0.0.1:0");
  }
  auto answer = make_curl_transport()->send(get(address));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::unavailable);
  EXPECT_TRUE(answer.error().message.starts_with("cannot reach http://" + address + ": "))
      << answer.error().message;
  EXPECT_NE(answer.error().message.find("onnect"), std::string::npos) << answer.error().message;
}

TEST(Client, GivesUpInTime) {
  std::latch release(1);
  Server server([&](const Request&) {
    release.wait();
    return Response{};
  });
  std::string address = *server.listen("127.0.0.1:0");
  auto answer = make_curl_transport({.timeout_ms = 30})->send(get(address));
  release.count_down();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::timeout);
  EXPECT_TRUE(answer.error().message.starts_with("http://" + address + " did not answer in time"));
}

TEST(Client, RefusesAnAnswerThatIsTooLarge) {
  Server server([](const Request&) { return Response{200, {}, std::string(1001, 'a')}; });
  std::string address = *server.listen("127.0.0.1:0");
  auto answer = make_curl_transport({.body_limit = 1000})->send(get(address));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message,
            "the answer of http://" + address + " is larger than 1000 bytes");
}

TEST(Client, RefusesWhatWouldNotGoOutAsWritten) {
  auto client = make_curl_transport();
  for (std::string target : {"", "a", "/a b", "/a#b", "/\xc3\xa4", "/a\r\nX: y"}) {
    auto answer = client->send(get("127.0.0.1:1", target));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::invalid) << target;
  }
  for (std::string url : {"", "ftp://a", "127.0.0.1:80", "http://", "file:///etc/passwd"}) {
    Request request;
    request.url = url;
    EXPECT_EQ(client->send(request).error().code, Code::invalid) << url;
  }
  Request request = get("127.0.0.1:1");
  request.headers.add("X-A", "1\r\nX-B: 2");
  EXPECT_EQ(client->send(request).error().code, Code::invalid);
}

TEST(Client, ReusesItsConnectionAndOutlivesARestartOfTheServer) {
  std::string address = "127.0.0.1:0";
  auto client = make_curl_transport();
  for (int round = 0; round < 3; ++round) {
    Server server(describe);
    auto listening = server.listen(address);
    ASSERT_TRUE(listening) << listening.error().message;
    address = *listening;
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(client->send(get(address)));
  }
}

}  // namespace
}  // namespace stint::net

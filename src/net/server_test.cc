// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "net/server.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <latch>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "net/client.h"
#include "net/raw_client.h"

namespace stint::net {
namespace {

/// Tells what it was asked, so that a test sees what the server understood.
Response echo(const Request& request) {
  Response response;
  response.headers.add("X-Method", request.method);
  response.headers.add("X-Target", request.target);
  response.headers.add("X-Peer", request.peer);
  response.headers.add("X-Local", request.local);
  response.headers.add("X-Test", std::string(request.headers.get("x-test")));
  response.body = request.body;
  return response;
}

struct Running {
  explicit Running(Server::Handler handler = echo, ServerOptions options = {},
                   const std::string& at = "127.0.0.1:0")
      : server(std::move(handler), options), address(server.listen(at).value()) {}
  Server server;
  std::string address;
};

std::string socket_path(const std::string& name) {
  return (std::filesystem::temp_directory_path() /
          ("stint-net-" + std::to_string(::getpid()) + "-" + name))
      .string();
}

Request post(const std::string& address, std::string body) {
  Request request;
  request.method = "POST";
  request.url = address.starts_with("unix:") ? address : "http://" + address;
  request.target = "/a%20b/../c?x=1";
  request.headers.add("X-Test", "yes");
  request.body = std::move(body);
  return request;
}

TEST(Server, AnswersOverTcpAndLocalSockets) {
  for (std::string at : {std::string("127.0.0.1:0"), std::string("127.64.3.4:0"),
                         std::string("[::1]:0"), "unix:" + socket_path("echo")}) {
    Server server(echo);
    auto address = server.listen(at);
    if (!address && at.starts_with("[")) continue;  // a machine without IPv6
    ASSERT_TRUE(address) << address.error().message;
    auto client = make_curl_transport();
    auto answer = client->send(post(*address, "hello"));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "hello");
    EXPECT_EQ(answer->headers.get("x-method"), "POST");
    EXPECT_EQ(answer->headers.get("x-target"), "/a%20b/../c?x=1");
    EXPECT_EQ(answer->headers.get("x-test"), "yes");
    bool local = at.starts_with("unix:");
    EXPECT_EQ(answer->headers.get("x-local"), local ? address->substr(5) : *address);
    EXPECT_EQ(answer->headers.get("x-peer"), local                 ? "unix"
                                             : at.starts_with('[') ? "::1"
                                                                   : "127.0.0.1");
  }
}

TEST(Server, KeepsAConnectionForManyRequestsAlsoPipelined) {
  Running running;
  RawClient client(running.address);
  ASSERT_TRUE(client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_NE(client.read_until("\r\n\r\n").find("X-Target: /1"), std::string::npos);
  EXPECT_NE(client.read_until("\r\n\r\n").find("X-Target: /2"), std::string::npos);
  ASSERT_TRUE(client.send("GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  std::string last = client.read_all();
  EXPECT_NE(last.find("X-Target: /3"), std::string::npos);
  EXPECT_NE(last.find("Connection: close"), std::string::npos);
}

TEST(Server, ClosesAfterAnOldRequest) {
  Running running;
  RawClient client(running.address);
  ASSERT_TRUE(client.send("GET /old HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST(Server, ObeysAHandlerThatClosesTheConnection) {
  Running running([](const Request&) { return Response{200, {{"Connection", "close"}}, "bye"}; });
  RawClient client(running.address);
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(client.read_all().ends_with("\r\n\r\nbye"));
}

TEST(Server, AnswersHeadWithoutABody) {
  Running running([](const Request&) { return Response{200, {{"content-length", "12345"}}, ""}; });
  auto client = make_curl_transport();
  Request request{.method = "HEAD", .url = "http://" + running.address};
  for (int i = 0; i < 2; ++i) {  // the second shows that nothing was left on the connection
    auto answer = client->send(request);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->headers.get("content-length"), "12345");
    EXPECT_EQ(answer->body, "");
  }
}

TEST(Server, GivesLeaveToSendABodyToThoseWhoAsk) {
  Running running;
  RawClient client(running.address);
  ASSERT_TRUE(client.send(
      "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(client.send("abc"));
  EXPECT_TRUE(client.read_until("abc").starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST(Server, ReadsChunkedBodies) {
  Running running;
  RawClient client(running.address);
  ASSERT_TRUE(
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n"));
  EXPECT_NE(client.read_until("abcdefg").find("Content-Length: 7"), std::string::npos);
}

TEST(Server, AnswersWhatItCannotReadWithItsStatus) {
  struct Case {
    std::string sent;
    std::string status;
  } cases[] = {
      {"nonsense\r\n\r\n", "400 Bad Request"},
      {"GET  / HTTP/1.1\r\n\r\n", "400 Bad Request"},
      {"GET /a b HTTP/1.1\r\n\r\n", "400 Bad Request"},
      {"GET / HTTP/3.0\r\n\r\n", "400 Bad Request"},
      {"GET / HTTP/1.1\r\nno colon\r\n\r\n", "400 Bad Request"},
      {"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "400 Bad Request"},
      {"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400 Bad Request"},
      {"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
       "400 Bad Request"},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400 Bad Request"},
      {"POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n", "413 Payload Too Large"},
      {"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n",
       "413 Payload Too Large"},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n70\r\n" + std::string(0x70, 'a') +
           "\r\n0\r\n\r\n",
       "413 Payload Too Large"},
      {"GET / HTTP/1.1\r\nX: " + std::string(2000, 'a') + "\r\n\r\n",
       "431 Request Header Fields Too Large"},
      {"GET /" + std::string(2000, 'a'), "431 Request Header Fields Too Large"},
  };
  Running running(echo, {.body_limit = 100, .header_limit = 1000});
  for (const Case& each : cases) {
    RawClient client(running.address);
    ASSERT_TRUE(client.send(each.sent));
    std::string answer = client.read_until("\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + each.status + "\r\n"))
        << each.sent.substr(0, 80) << "\n-> " << answer;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
  }
}

TEST(Server, LetsAClientThatStillSendsSeeTheRefusal) {
  Running running(echo, {.body_limit = 1000});
  auto client = make_curl_transport();
  auto answer = client->send(post(running.address, std::string(4u << 20, 'a')));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 413);
  EXPECT_EQ(answer->body, "the body is larger than 1000 bytes\n");
}

TEST(Server, ForgetsAClientThatLeavesInTheMiddle) {
  Running running;
  {
    RawClient client(running.address);
    ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"));
  }
  RawClient client(running.address);
  ASSERT_TRUE(client.send("GET /next HTTP/1.0\r\n\r\n"));
  EXPECT_NE(client.read_all().find("/next"), std::string::npos);
}

TEST(Server, CutsOffIdleAndSlowClients) {
  Running running(echo, {.idle_timeout = std::chrono::milliseconds(30)});
  for (std::string sent : {"", "GET / HTT", "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"}) {
    RawClient client(running.address);
    ASSERT_TRUE(client.send(sent));
    EXPECT_EQ(client.read_all(), "");
  }
}

TEST(Server, CarriesBigBodiesBothWays) {
  Running running;
  std::string big(24u << 20, 'x');
  for (std::size_t i = 0; i < big.size(); i += 997) big[i] = static_cast<char>(i);
  auto client = make_curl_transport();
  auto answer = client->send(post(running.address, big));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_TRUE(answer->body == big);
}

TEST(Server, ServesManyClientsAtOnce) {
  Running running(echo, {.threads = 2});
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> clients;
    for (int c = 0; c < 6; ++c)
      clients.emplace_back([&, c] {
        auto client = make_curl_transport();
        for (int i = 0; i < 40; ++i) {
          std::string body = std::to_string(c * 1000 + i) + std::string(c * 5000u, 'b');
          auto answer = client->send(post(running.address, body));
          if (answer && answer->body == body) ++good;
        }
      });
  }
  EXPECT_EQ(good, 240);
}

TEST(Server, HandlersOfTwoClientsRunSideBySide) {
  std::latch both(2);
  Running running(
      [&](const Request&) {
        both.arrive_and_wait();
        return Response{};
      },
      {.threads = 2});
  RawClient one(running.address), two(running.address);
  ASSERT_TRUE(one.send("GET / HTTP/1.0\r\n\r\n"));
  ASSERT_TRUE(two.send("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(one.read_all().starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(two.read_all().starts_with("HTTP/1.1 200"));
}

TEST(Server, TurnsAThrowingHandlerIntoA500) {
  Running running([](const Request&) -> Response { throw std::runtime_error("oops"); });
  RawClient client(running.address);
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(client.read_until("error\n").starts_with("HTTP/1.1 500 Internal Server Error"));
}

TEST(Server, ListensAtMoreAddressesWhileItRunsAlsoFromAHandler) {
  Server* itself = nullptr;
  Server server([&](const Request& request) {
    if (request.target == "/close") itself->close(request.local);
    return Response{200, {}, request.target == "/more" ? *itself->listen("127.0.0.1:0") : ""};
  });
  itself = &server;
  std::string first = *server.listen("127.0.0.1:0");
  RawClient client(first);
  ASSERT_TRUE(client.send("GET /more HTTP/1.0\r\n\r\n"));
  std::string answer = client.read_all();
  std::string second = answer.substr(answer.find("\r\n\r\n") + 4);
  RawClient other(second);
  ASSERT_TRUE(other.send("GET /close HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(other.read_until("\r\n\r\n").starts_with("HTTP/1.1 200"));
  EXPECT_FALSE(RawClient(second).connected());
  ASSERT_TRUE(other.send("GET /still HTTP/1.0\r\n\r\n"));  // its connections go on
  EXPECT_TRUE(other.read_all().starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(RawClient(first).connected());
}

TEST(Server, ListensAgainWhereItStopped) {
  Server server(echo);
  std::string address = *server.listen("127.0.0.1:0");
  for (int i = 0; i < 20; ++i) {
    RawClient client(address);
    ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 200"));
    server.close(address);
    EXPECT_FALSE(RawClient(address).connected());
    auto again = server.listen(address);
    ASSERT_TRUE(again) << again.error().message;
  }
}

TEST(Server, SaysWhyItCannotListen) {
  Running running;
  Server second(echo);
  auto taken = second.listen(running.address);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Code::unavailable);
  EXPECT_EQ(taken.error().message,
            "cannot listen on " + running.address + ": address already in use");
  EXPECT_EQ(second.listen("nonsense").error().code, Code::invalid);
  EXPECT_EQ(second.listen("203.0.113.1:0").error().message,
            "cannot listen on 203.0.113.1:0: cannot assign requested address");
  EXPECT_EQ(second.listen("unix:/nowhere/at/all").error().message,
            "cannot listen on unix:/nowhere/at/all: no such file or directory");
}

TEST(Server, ReplacesOnlyLocalSocketsThatNobodyServes) {
  std::string path = socket_path("stale");
  {
    Running running(echo, {}, "unix:" + path);
    Server second(echo);
    EXPECT_EQ(second.listen("unix:" + path).error().message,
              "cannot listen on unix:" + path + ": address already in use");
    EXPECT_TRUE(RawClient("unix:" + path).connected());
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
    std::filesystem::create_hard_link(path, path + ".left");
  }
  EXPECT_FALSE(std::filesystem::exists(path)) << "removed at the end";
  std::filesystem::rename(path + ".left", path);  // as a killed process leaves it
  {
    Server server(echo);
    EXPECT_TRUE(server.listen("unix:" + path));
  }
  std::ofstream(path) << "precious";
  Server server(echo);
  EXPECT_EQ(server.listen("unix:" + path).error().message,
            "cannot listen on unix:" + path + ": the path exists and is no socket");
  EXPECT_TRUE(std::filesystem::remove(path));
}

TEST(Server, StopsWithOpenConnections) {
  Running running;
  RawClient idle(running.address), half(running.address), used(running.address);
  ASSERT_TRUE(half.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"));
  ASSERT_TRUE(used.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  used.read_until("\r\n\r\n");
  running.server.stop();
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_EQ(half.read_all(), "");
  EXPECT_EQ(used.read_all(), "");
  EXPECT_FALSE(RawClient(running.address).connected());
  EXPECT_EQ(running.server.listen("127.0.0.1:0").error().code, Code::unavailable);
  running.server.stop();  // again: nothing to do
}

TEST(Server, LetsARunningHandlerAnswerBeforeItStops) {
  std::latch entered(1), go_on(1);
  Running running([&](const Request&) {
    entered.count_down();
    go_on.wait();
    return Response{200, {}, "done"};
  });
  RawClient client(running.address);
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  entered.wait();
  std::jthread stopper([&] { running.server.stop(); });
  while (RawClient(running.address).connected()) std::this_thread::yield();
  go_on.count_down();
  std::string answer = client.read_all();
  EXPECT_TRUE(answer.ends_with("\r\n\r\ndone")) << answer;
}

}  // namespace
}  // namespace stint::net

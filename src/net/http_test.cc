// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "net/http.h"

#include <gtest/gtest.h>

#include "net/address.h"
#include "net/wire.h"

namespace stint::net {
namespace {

TEST(Headers, CompareNamesWithoutCaseAndKeepTheirOrder) {
  Headers headers{{"Host", "a"}, {"X-One", "1"}, {"x-one", "2"}};
  EXPECT_EQ(headers.get("HOST"), "a");
  EXPECT_EQ(headers.get("x-ONE"), "1");
  EXPECT_EQ(headers.get("absent"), "");
  EXPECT_EQ(headers.find("absent"), nullptr);
  std::string names;
  for (const auto& [name, value] : headers) names += name + "=" + value + ";";
  EXPECT_EQ(names, "Host=a;X-One=1;x-one=2;");
}

TEST(Headers, SetReplacesAllOfThatName) {
  Headers headers{{"X-One", "1"}, {"Host", "a"}, {"x-one", "2"}};
  headers.set("x-oNe", "3");
  headers.set("New", "4");
  EXPECT_EQ(headers.size(), 3u);
  EXPECT_EQ(headers.get("X-One"), "3");
  headers.erase("X-ONE");
  EXPECT_EQ(headers.size(), 2u);
  EXPECT_EQ(headers.get("new"), "4");
}

TEST(Request, SplitsItsTargetAtTheFirstQuestionMark) {
  Request request;
  request.target = "/a%20b?x=1?2";
  EXPECT_EQ(request.path(), "/a%20b");
  EXPECT_EQ(request.query(), "x=1?2");
  request.target = "/a";
  EXPECT_EQ(request.path(), "/a");
  EXPECT_EQ(request.query(), "");
}

TEST(Address, ReadsAndWritesAllForms) {
  for (std::string text : {"127.0.0.1:4566", "127.64.0.9:0", "[::1]:80", "unix:/tmp/a.sock"}) {
    auto address = parse_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(to_text(*address), text);
  }
  EXPECT_EQ(to_text(*parse_address("localhost:1")), "127.0.0.1:1");
  EXPECT_EQ(to_text(*parse_address("127.64.0.9:1"), false), "127.64.0.9");
  EXPECT_EQ(to_text(*parse_address("[::1]:1"), false), "::1");
  EXPECT_EQ(to_text(*parse_address("unix:/tmp/a.sock"), false), "unix");
}

TEST(Address, RefusesWhatIsNoAddress) {
  for (std::string text : {"", "4566", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "host:1",
                           "127.0.0.1:-1", "::1:80", "[::1", "[x]:1", "unix:"}) {
    auto address = parse_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, Code::invalid);
  }
  EXPECT_FALSE(parse_address("unix:/" + std::string(200, 'a')));
}

TEST(Answer, FramesItselfByItsBody) {
  Response response{201, {{"Content-Length", "99"}, {"Transfer-Encoding", "chunked"}}, "abc"};
  EXPECT_EQ(answer_head(response, {}), "HTTP/1.1 201 Created\r\nContent-Length: 3\r\n\r\n");
  EXPECT_TRUE(sends_body(response, {}));
}

TEST(Answer, ToHeadKeepsTheHandlersContentLength) {
  Response response{200, {{"content-length", "99"}}, ""};
  EXPECT_EQ(answer_head(response, {.head = true}), "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n");
  EXPECT_FALSE(sends_body(response, {.head = true}));
  EXPECT_EQ(answer_head({200, {}, "four"}, {.head = true}),
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
}

TEST(Answer, WithoutContentHasNoLength) {
  EXPECT_EQ(answer_head({204, {}, "x"}, {}), "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_FALSE(sends_body({204, {}, "x"}, {}));
}

TEST(Answer, SaysWhetherTheConnectionStays) {
  EXPECT_EQ(answer_head({204, {}, ""}, {.keep_alive = false}),
            "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer_head({204, {}, ""}, {.old = true}),
            "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n");
}

TEST(Answer, NeverLetsAValueAddAHeader) {
  Response response{204, {{"X-A", "1\r\nX-B: 2"}}, ""};
  EXPECT_EQ(answer_head(response, {}), "HTTP/1.1 204 No Content\r\nX-A: 1  X-B: 2\r\n\r\n");
}

TEST(Answer, HasAReasonForUnknownStatuses) {
  EXPECT_EQ(reason(404), "Not Found");
  EXPECT_EQ(reason(599), "Unknown");
  EXPECT_EQ(reason(0), "Unknown");
}

}  // namespace
}  // namespace stint::net

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// A load on a served cloud: signed requests over connections that stay open, one a thread.
//
//   bench_http PORT SERVICE OPERATION INPUT [--threads N] [--seconds S | --count N] [--body BYTES]
//
// The same signed bytes are sent again and again, so that nearly all of the work is the server's;
// with --count each request is its own, and "{n}" in the input counts. Prints one JSON object.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "aws/embedded.h"
#include "aws/model.h"
#include "aws/protocol.h"
#include "aws/sigv4.h"
#include "base/text.h"
#include "base/time.h"
#include "value/json.h"

namespace {

using namespace stint;
using Steady = std::chrono::steady_clock;

struct Plan {
  int port = 0, threads = 1;
  std::string service, operation, input;
  double seconds = 2;
  std::int64_t count = 0;  ///< 0: for so many seconds
  std::size_t body = 0;
};

[[noreturn]] void stop(const std::string& sentence) {
  std::fprintf(stderr, "bench_http: %s\n", sentence.c_str());
  std::exit(1);
}

Time wall() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

/// The bytes of one signed request.
std::string bytes_of(const Plan& plan, const aws::Service& service, std::int64_t number) {
  std::string text = plan.input;
  for (std::size_t at; (at = text.find("{n}")) != text.npos;)
    text.replace(at, 3, std::to_string(number));
  auto input = parse_json(text);
  if (!input) stop("the input is no JSON: " + input.error().message);
  if (plan.body) input->set("Body", std::string(plan.body, 'x'));
  const auto operation = service.find(plan.operation);
  if (!operation) stop("there is no operation " + plan.operation);
  auto request = aws::encode_request(*operation, *input);
  if (!request) stop(request.error().message);
  const std::string host = "127.0.0.1:" + std::to_string(plan.port);
  request->url = "http://" + host;
  request->headers.set("host", host);
  aws::sign(*request, {.access_key = "test", .secret_key = "test"}, "us-west-2",
            service.signing_name(), wall());
  std::string out = request->method + " " + request->target + " HTTP/1.1\r\n";
  for (const auto& [name, value] : request->headers)
    if (!equals_ignore_case(name, "content-length")) out += name + ": " + value + "\r\n";
  return out + "content-length: " + std::to_string(request->body.size()) + "\r\n\r\n" +
         request->body;
}

/// One connection: sends a request, waits for its answer.
class Connection {
 public:
  explicit Connection(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int yes = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
      stop(std::string("cannot connect: ") + std::strerror(errno));
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The status. The body's length comes from the answer's head.
  int exchange(const std::string& request) {
    for (std::size_t sent = 0; sent < request.size();) {
      const ssize_t wrote = ::send(socket_, request.data() + sent, request.size() - sent, 0);
      if (wrote <= 0) stop("the connection was lost");
      sent += static_cast<std::size_t>(wrote);
    }
    std::size_t head;
    while ((head = held_.find("\r\n\r\n")) == held_.npos) receive();
    const std::string start = lower(held_.substr(0, head));
    const std::size_t at = start.find("content-length:");
    std::size_t length = 0;
    if (at != start.npos) length = std::strtoul(start.c_str() + at + 15, nullptr, 10);
    while (held_.size() < head + 4 + length) receive();
    held_.erase(0, head + 4 + length);
    return std::atoi(start.c_str() + std::strlen("http/1.1 "));
  }

 private:
  void receive() {
    char buffer[1 << 16];
    const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
    if (got <= 0) stop("the connection was lost");
    held_.append(buffer, static_cast<std::size_t>(got));
  }
  int socket_;
  std::string held_;
};

Plan read_plan(int count, char** words) {
  if (count < 5) stop("PORT SERVICE OPERATION INPUT are needed");
  Plan plan{.port = std::atoi(words[1])};
  plan.service = words[2];
  plan.operation = words[3];
  plan.input = words[4];
  for (int i = 5; i + 1 < count; i += 2) {
    const std::string_view flag = words[i];
    const double value = std::atof(words[i + 1]);
    if (flag == "--threads") plan.threads = static_cast<int>(value);
    if (flag == "--seconds") plan.seconds = value;
    if (flag == "--count") plan.count = static_cast<std::int64_t>(value);
    if (flag == "--body") plan.body = static_cast<std::size_t>(value);
  }
  return plan;
}

}  // namespace

int main(int argc, char** argv) {
  const Plan plan = read_plan(argc, argv);
  aws::Models::Options options = aws::Models::options_of_environment();
  options.embedded = aws::embedded_models();
  aws::Models models(std::move(options));
  const auto service = models.service(plan.service);
  if (!service) stop(service.error().message);

  std::atomic<std::int64_t> next{0};
  std::vector<std::vector<double>> times(static_cast<std::size_t>(plan.threads));
  std::vector<std::thread> threads;
  const std::string same = bytes_of(plan, **service, 0);
  const auto began = Steady::now();
  const auto until = began + std::chrono::duration_cast<Steady::duration>(
                                 std::chrono::duration<double>(plan.seconds));
  for (int i = 0; i < plan.threads; ++i)
    threads.emplace_back([&, i] {
      Connection connection(plan.port);
      while (true) {
        const std::int64_t number = next++;
        if (plan.count ? number >= plan.count : Steady::now() >= until) return;
        const std::string own = plan.count ? bytes_of(plan, **service, number) : std::string();
        const auto sent = Steady::now();
        const int status = connection.exchange(plan.count ? own : same);
        if (status != 200) stop("status " + std::to_string(status));
        times[static_cast<std::size_t>(i)].push_back(
            std::chrono::duration<double, std::milli>(Steady::now() - sent).count());
      }
    });
  for (std::thread& thread : threads) thread.join();
  const double took = std::chrono::duration<double>(Steady::now() - began).count();
  std::vector<double> all;
  for (const auto& part : times) all.insert(all.end(), part.begin(), part.end());
  std::ranges::sort(all);
  const auto requests = static_cast<double>(all.size());
  std::printf(R"({"requests": %zu, "requests_per_second": %.0f, "median_ms": %.3f, "p99_ms": %.3f})"
              "\n",
              all.size(), requests / took, all[all.size() / 2], all[all.size() * 99 / 100]);
  return 0;
}

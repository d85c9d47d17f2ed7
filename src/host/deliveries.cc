// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "host/deliveries.h"

#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "value/json.h"

namespace stint::host {
namespace {

constexpr int attempts = 4;  // SNS, too, begins with three retries without delay

/// "127.0.0.1", "[::1]" or "localhost". A name below localhost is left out: who knows where the
/// machine's resolver sends it.
bool on_this_machine(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1) == "[::1]";
  host = host.substr(0, host.find(':'));
  if (equals_ignore_case(host, "localhost")) return true;
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos;
}

}  // namespace

std::optional<net::Request> delivery_of(const cloud::sns::Outgoing& outgoing) {
  const std::string_view endpoint = outgoing.endpoint;
  if (outgoing.protocol != "http" && outgoing.protocol != "https") return std::nullopt;
  const std::size_t start = endpoint.find("://");
  if (start == endpoint.npos) return std::nullopt;
  const std::size_t end = std::min(endpoint.find_first_of("/?#", start + 3), endpoint.size());
  if (!on_this_machine(endpoint.substr(start + 3, end - start - 3))) return std::nullopt;

  net::Request request{.method = "POST", .url = std::string(endpoint.substr(0, end))};
  const std::string_view rest = endpoint.substr(end, endpoint.find('#', end) - end);
  request.target = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
  // A subscription's ARN is its topic's with an id.
  const std::string topic = outgoing.subscription.substr(0, outgoing.subscription.rfind(':'));
  const auto body = parse_json(outgoing.body);
  const bool wrapped =
      body && body->text("Type") == outgoing.type && body->text("TopicArn") == topic;
  request.headers = {{"x-amz-sns-message-type", outgoing.type},
                     {"x-amz-sns-topic-arn", topic},
                     {"Content-Type", "text/plain; charset=UTF-8"},
                     {"User-Agent", "Amazon Simple Notification Service Agent"}};
  if (wrapped)
    request.headers.add("x-amz-sns-message-id", body->text("MessageId"));
  else
    request.headers.add("x-amz-sns-rawdelivery", "true");
  if (outgoing.type == "Notification")
    request.headers.add("x-amz-sns-subscription-arn", outgoing.subscription);
  request.body = outgoing.body;
  return request;
}

Deliveries::Deliveries(std::unique_ptr<net::Transport> transport,
                       std::function<void(const Parcel&)> delivered)
    : transport_(std::move(transport)),
      delivered_(std::move(delivered)),
      thread_([this] { work(); }) {}

Deliveries::~Deliveries() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Deliveries::collect(const cloud::State& state) {
  std::deque<Job> fresh;
  for (const auto& [account, held] : state.accounts)
    for (const auto& [region, things] : held.regions) {
      const auto& outbox = things.sns.outbox;
      if (outbox.empty()) continue;
      Taken& taken = taken_[account + '/' + region];
      for (auto at = outbox.lower_bound(taken.moment); at != outbox.end(); ++at) {
        const auto& [key, outgoing] = *at;
        if (taken.keys.contains(key)) continue;
        const std::string moment = key.substr(0, key.find('/'));
        if (moment != taken.moment) taken = {.moment = moment, .keys = {}};
        taken.keys.insert(key);
        if (auto request = delivery_of(*outgoing))
          fresh.push_back({{account, region, key}, std::move(*request)});
      }
    }
  if (fresh.empty()) return;
  {
    std::lock_guard lock(mutex_);
    for (Job& job : fresh) jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
}

bool Deliveries::send(const net::Request& request) {
  for (int i = 0; i < attempts; ++i) {
    {
      std::lock_guard lock(mutex_);
      if (stopping_) return false;
    }
    const Result<net::Response> answer = transport_->send(request);
    if (answer && answer->status >= 200 && answer->status < 300) return true;
    // "the endpoint ... 4xx: permanent failure", except 429.
    if (answer && answer->status >= 400 && answer->status < 500 && answer->status != 429) break;
  }
  log_warning("SNS could not deliver to " + request.url + request.target);
  return false;
}

void Deliveries::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    if (send(job.request)) delivered_(job.parcel);
    lock.lock();
  }
}

}  // namespace stint::host

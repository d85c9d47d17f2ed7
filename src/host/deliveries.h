// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>

#include "cloud/state.h"
#include "net/http.h"

namespace stint::host {

/// What SNS sends to an HTTP endpoint, as it goes over the wire ("HTTP/HTTPS headers" of the SNS
/// Developer Guide). None: it is for no HTTP endpoint, or for one beyond this machine.
std::optional<net::Request> delivery_of(const cloud::sns::Outgoing& outgoing);

/// Something in an outbox.
struct Parcel {
  std::string account, region, key;
};

/// Carries what lies in the outboxes of SNS to the HTTP endpoints on this machine, one at a time
/// and in order, on a thread of its own: an endpoint may well call the cloud before it answers. A
/// delivery that fails is tried three times more at once; then it stays in the outbox, and is tried
/// again when the state is opened the next time.
class Deliveries {
 public:
  /// `delivered` is called on that thread; whoever hears it takes the thing out of the outbox.
  Deliveries(std::unique_ptr<net::Transport> transport,
             std::function<void(const Parcel&)> delivered);
  ~Deliveries();
  Deliveries(const Deliveries&) = delete;
  Deliveries& operator=(const Deliveries&) = delete;

  /// Looks for what has come into the outboxes. Not while the state is being changed.
  void collect(const cloud::State& state);

 private:
  struct Job {
    Parcel parcel;
    net::Request request;
  };
  void work();
  bool send(const net::Request& request);

  std::unique_ptr<net::Transport> transport_;
  std::function<void(const Parcel&)> delivered_;
  /// By account and Region, the keys that were taken at the latest moment and that moment: an
  /// outbox is in the order of time, so whatever is new stands there or behind.
  struct Taken {
    std::string moment;
    std::set<std::string, std::less<>> keys;
  };
  std::map<std::string, Taken> taken_;

  std::mutex mutex_;  ///< guards what follows
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::thread thread_;  ///< last: it uses all of the above
};

}  // namespace stint::host

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "host/node_driver.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace stint::host {

void NodeDriver::take(cloud::ssm::AgentWork work) {
  std::ranges::move(work.start, std::back_inserter(ordered_.start));
  std::ranges::move(work.cancel, std::back_inserter(ordered_.cancel));
}

void NodeDriver::recover() {
  take(cloud::ssm::open_processes(cloud_));
}

void NodeDriver::advance(Time now) {
  if (cloud::ssm::agents_idle(cloud_.state)) return;
  take(cloud::ssm::run_agents(cloud_, processes_ ? &processes_->files() : nullptr, now));
}

void NodeDriver::start() {
  cloud::ssm::AgentWork work = std::exchange(ordered_, {});
  if (!processes_) return;
  for (const cloud::ssm::ProcessOrder& order : work.start) {
    ++running_;
    if (prepare_) prepare_(order.place);
    processes_->start(order);
  }
  for (const std::string& id : work.cancel) processes_->cancel(id);
}

void NodeDriver::ended(const std::string& id, const cloud::ssm::ProcessResult& result, Time now) {
  if (running_ > 0) --running_;
  cloud::ssm::process_ended(cloud_, id, result, now);
  advance(now);
}

}  // namespace stint::host

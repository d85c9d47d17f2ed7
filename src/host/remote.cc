// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "host/remote.h"

#include <utility>

#include "cloud/ssm/documents.h"

namespace stint::host {
namespace {

using namespace std::chrono_literals;

Time wall_now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

RemotePorts::RemotePorts(aws::Models& models, world::Mocks& mocks, RemoteOptions options)
    : calls_(models),
      assume_role_(calls_.find("sts", "AssumeRole")),
      mocks_(mocks),
      options_(std::move(options)) {
  for (int i = 0; i < options_.workers; ++i) threads_.emplace_back([this] { work(); });
}

RemotePorts::~RemotePorts() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

std::optional<Result<Value>> RemotePorts::call(const engine::Execution& execution,
                                               std::int64_t serial,
                                               const engine::CallOrder& order) {
  if (std::optional<Result<Value>> mocked =
          mocks_.answer(order.service, order.operation, order.input))
    return mocked;
  // The model is looked up here: Models is not for several threads.
  Result<const world::ModelCalls::Found*> found = calls_.find(order.service, order.operation);
  if (!found) return Result<Value>(fail(found.error()));
  {
    std::lock_guard lock(mutex_);
    ++under_way_;
    jobs_.push_back({.execution = execution.start->id,
                     .assume_role = execution.start->assume_role,
                     .serial = serial,
                     .found = *found,
                     .input = order.input,
                     .reads = order.reads});
  }
  wake_.notify_one();
  return {};
}

void RemotePorts::work() {
  std::unique_ptr<net::Transport> transport = options_.transport();
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (stopping_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    Result<aws::Credentials> as = credentials(*transport, job.assume_role, job.execution);
    Result<Value> answer = as ? send(*transport, *as, job.found->operation, job.input, job.reads)
                              : Result<Value>(fail(as.error()));
    options_.post([this, execution = job.execution, serial = job.serial,
                   answer = std::move(answer)]() mutable {
      {
        std::lock_guard done(mutex_);
        --under_way_;
      }
      options_.deliver(execution, serial, std::move(answer));
    });
  }
}

Result<aws::Credentials> RemotePorts::credentials(net::Transport& transport,
                                                  const std::string& role,
                                                  const std::string& session) {
  if (role.empty()) return options_.credentials;
  {
    std::lock_guard lock(mutex_);
    if (auto known = sessions_.find(role);
        known != sessions_.end() && known->second.expires.value_or(Time{}) > wall_now() + 5min)
      return known->second;
  }
  if (!assume_role_) return fail(assume_role_.error());
  aws::Credentials got = TRY(aws::assume_role(
      transport, options_.endpoints, (*assume_role_)->operation, options_.credentials, role,
      session, {.region = options_.region, .reads = true, .pause = {}, .now = wall_now}));
  std::lock_guard lock(mutex_);
  sessions_[role] = got;
  return got;
}

Result<Value> RemotePorts::send(net::Transport& transport, const aws::Credentials& credentials,
                                const aws::Operation& operation, const Value& input, bool reads) {
  return aws::call(transport, options_.endpoints, operation, input, credentials,
                   {.region = options_.region,
                    .reads = reads,
                    .pause = [](Duration length) { std::this_thread::sleep_for(length); },
                    .now = wall_now});
}

Result<Value> RemotePorts::call_now(std::string_view service, std::string_view operation,
                                    const Value& input, const engine::ExecutionStarted* start) {
  const world::ModelCalls::Found* found = TRY(calls_.find(service, operation));
  std::unique_ptr<net::Transport> transport = options_.transport();
  aws::Credentials as = TRY(credentials(*transport, start ? start->assume_role : std::string(),
                                        start ? start->id : std::string()));
  return send(*transport, as, found->operation, input, true);
}

Result<Value> RemotePorts::identity() {
  return call_now("sts", "GetCallerIdentity", Value(Object()), nullptr);
}

bool RemotePorts::busy() {
  std::lock_guard lock(mutex_);
  return under_way_ > 0;
}

Result<engine::FoundDocument> RemotePorts::find_document(const engine::Execution& parent,
                                                         const std::string& name,
                                                         const std::string& version) {
  return get_document(name, version, parent.start.get());
}
Result<engine::FoundDocument> RemotePorts::get_document(const std::string& name) {
  return get_document(name, {}, nullptr);
}

Result<engine::FoundDocument> RemotePorts::get_document(const std::string& name,
                                                        const std::string& version,
                                                        const engine::ExecutionStarted* start) {
  Object input{{"Name", Value(name)}};
  if (!version.empty()) input.set("DocumentVersion", version);
  Result<Value> got = call_now("ssm", "GetDocument", Value(std::move(input)), start);
  if (got)
    return engine::FoundDocument{.name = name,
                                 .version = got->text("DocumentVersion"),
                                 .content = got->text("Content"),
                                 .amazon_owned = name.starts_with("AWS")};
  // The documents we ship are there for clouds that lack them.
  cloud::ssm::State none;
  if (Result<cloud::ssm::FoundDocument> ours = cloud::ssm::Documents(none).find(name, version);
      ours && got.error().name == "InvalidDocument")
    return engine::FoundDocument{.name = name,
                                 .version = ours->version,
                                 .content = std::move(ours->content),
                                 .amazon_owned = true};
  return fail(got.error());
}

Result<void> RemotePorts::check_role(const engine::ExecutionStarted& start) {
  std::unique_ptr<net::Transport> transport = options_.transport();
  Result<aws::Credentials> got = credentials(*transport, start.assume_role, start.id);
  if (got) return {};
  if (got.error().code == Code::unavailable) return fail(got.error());
  return fail(Error{.code = Code::denied,
                    .name = "InvalidAutomationExecutionParametersException",
                    .message = "The defined assume role is unable to be assumed. (" +
                               start.assume_role + ": " + got.error().message + ")",
                    .status = 400});
}

Result<Value> RemotePorts::parameter(const engine::ExecutionStarted& start,
                                     const std::string& name) {
  Value answer = TRY(call_now("ssm", "GetParameter", object({{"Name", name}}), &start));
  return answer["Parameter"]["Value"];
}

}  // namespace stint::host

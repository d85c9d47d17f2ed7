// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/agent.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "cloud/ssm/dispatch.h"
#include "cloud/ssm/download.h"
#include "cloud/ssm/invocations.h"
#include "cloud/ssm/output.h"
#include "cloud/ssm/plugin.h"
#include "document/command.h"

namespace stint::cloud::ssm {
namespace {

using namespace std::chrono_literals;

constexpr Duration retry = 1s;
/// A script that asks for a reboot every time would run for ever.
constexpr int most_attempts = 10;

/// The agent of one node, at work on one job.
class Agent {
 public:
  Agent(Cloud& cloud, NodeFiles* files, NodePlace place, std::string key, Time now)
      : cloud_(cloud), files_(files), place_(std::move(place)), key_(std::move(key)), now_(now) {}

  void run(AgentWork& work) {
    if (!take()) return;
    if (job().running && !advance_process(work)) return;
    while (!job().running) {
      const std::size_t step = static_cast<std::size_t>(job().step);
      if (job().cancel && step < invocation().plugins.size()) leave("Cancelled");
      if (static_cast<std::size_t>(job().step) >= invocation().plugins.size()) return report();
      begin(step, work);
    }
  }

  void ended(const ProcessResult& result) {
    const Job& job = this->job();
    if (result.exit_code == 194 && result.failure.empty() && !result.timed_out &&
        !result.cancelled && job.attempt < most_attempts) {
      Job& again = edit_job();
      ++again.attempt;
      again.running = false;
      again.due.reset();
      return;
    }
    PluginOutcome outcome = judge(result);
    PluginResult& plugin = edit_plugin(static_cast<std::size_t>(job.step));
    plugin.standard_output = std::move(outcome.output);
    plugin.standard_error = std::move(outcome.error);
    const PluginResult streams = plugin;
    hand_on_output(cloud_, place_, command(), streams, now_);
    finish_step(outcome.status, outcome.code, outcome.ends_command);
  }

  ProcessOrder order() const {
    auto document = parsed();
    const std::size_t step = static_cast<std::size_t>(job().step);
    return make_order(document->steps[step], inputs(*document, step).value_or(Value()));
  }

 private:
  State& ssm() const { return cloud_.state.region(place_.account, place_.region).ssm; }
  const Job& job() const { return *ssm().jobs.find(key_); }
  Job& edit_job() { return *ssm().jobs.edit(key_); }
  const Invocation& invocation() const { return *ssm().invocations.find(key_); }
  Invocation& edit() { return *ssm().invocations.edit(key_); }
  PluginResult& edit_plugin(std::size_t step) { return edit().plugins[step]; }
  const Command& command() const { return *ssm().commands.find(invocation().command); }

  const document::CommandDocumentPtr& parsed() const {
    if (!document_) {
      auto read = cloud_.state.texts->command(command().content, command().document);
      STINT_CHECK(read.has_value());  // SendCommand has read it
      document_ = *read;
    }
    return document_;
  }
  Result<Value> inputs(const document::CommandDocument& document, std::size_t step) const {
    Value parameters = TRY(document::command_parameters(document, command().parameters));
    return document.steps[step].inputs.resolve(PluginLookup(parameters));
  }

  /// Takes the command from the service, as far as the role of the node allows it. False: not (yet)
  /// there.
  bool take() {
    if (invocation().delivered) return true;
    const auto deadline = delivery_deadline(command(), invocation());
    if (!deadline) return false;  // MaxConcurrency holds it back
    if (now_ >= *deadline) {
      end("TimedOut", "DeliveryTimedOut");
      return false;
    }
    if (cloud_.nodes == Nodes::none) return false;
    const std::string ping = ping_status(cloud_, place_, now_);
    if (ping.empty()) {  // the instance is gone, and its agent with it
      end("Failed", "Undeliverable");
      return false;
    }
    if (ping != "Online") {
      if (invocation().status == "Pending")
        edit().status = edit().status_details = "Delayed";  // it is tried again
      return false;
    }
    Invocation& taken = edit();
    taken.delivered = true;
    taken.status = taken.status_details = "InProgress";
    return true;
  }

  /// False: the process goes on.
  bool advance_process(AgentWork& work) {
    if (!job().due) {
      if (job().cancel) work.cancel.push_back(process_id());
      return false;
    }
    if (job().cancel) {
      ended({.cancelled = true});
    } else if (now_ >= *job().due) {
      ended(scripted_result());
    } else {
      return false;
    }
    return true;
  }

  void begin(std::size_t step, AgentWork& work) {
    auto document = parsed();
    const document::CommandStep& plan = document->steps[step];
    PluginResult& plugin = edit_plugin(step);
    if (!plugin.started) plugin.started = now_;
    plugin.status = "InProgress";

    Result<Value> parameters = document::command_parameters(*document, command().parameters);
    Result<Value> in = inputs(*document, step);
    if (!parameters || !in)
      return done(step, {.status = "Failed",
                         .code = 1,
                         .output = {},
                         .error = (parameters ? in.error() : parameters.error()).message});
    Precondition precondition = check_precondition(plan.precondition, PluginLookup(*parameters));
    if (precondition.broken)
      return done(step,
                  {.status = "Failed", .code = 1, .output = {}, .error = precondition.sentence});
    if (!precondition.met)
      return done(step,
                  {.status = "Skipped",
                   .output = fmt::format("Step execution skipped due to unsatisfied preconditions: "
                                         "'{}'. Step name: {}",
                                         precondition.sentence, plan.name)});
    if (plan.action == "aws:downloadContent") {
      StepResult result = download_content(cloud_, place_, invocation().command, *in, files_, now_);
      if (result.status == "Success" && in->text("destinationPath").empty())
        edit_job().downloads = true;
      return done(step, std::move(result));
    }
    if (plan.action == "aws:updateSsmAgent") return done(step, update_agent(*in));
    if (plan.action == "aws:configurePackage") return done(step, configure_package(*in));
    if (plan.action != "aws:runShellScript")
      return done(step, {.status = "Failed",
                         .code = 1,
                         .output = {},
                         .error = fmt::format("Plugin with name {} is not supported in current "
                                              "platform. Step name: {}",
                                              plan.action, plan.name)});
    start(make_order(plan, *in), work);
  }

  void start(ProcessOrder order, AgentWork& work) {
    Job& job = edit_job();
    job.running = true;
    if (cloud_.nodes == Nodes::process) return work.start.push_back(std::move(order));
    const ScriptedAnswer* answer = scripted(order.script);
    job.due = now_ + (answer ? answer->duration : Duration(0));
    if (*job.due <= now_) ended(scripted_result());
  }

  ProcessOrder make_order(const document::CommandStep& plan, const Value& in) const {
    ProcessOrder order{.id = process_id(),
                       .place = place_,
                       .command = invocation().command,
                       .step = plan.name,
                       .script = script_text(in["runCommand"]),
                       .directory = in.text("workingDirectory"),
                       .downloads = job().downloads,
                       .timeout_seconds = plugin_timeout(in["timeoutSeconds"])};
    order.environment = {{"AWS_SSM_INSTANCE_ID", place_.instance},
                         {"AWS_SSM_PLATFORM_NAME", "Debian GNU/Linux"},
                         {"AWS_SSM_PLATFORM_VERSION", "12"},
                         {"AWS_SSM_REGION_NAME", place_.region},
                         {"SSM_COMMAND_ID", order.command}};
    return order;
  }

  const ScriptedAnswer* scripted(std::string_view script) const {
    auto answers = cloud_.state.scripted.find(place_.instance);
    if (answers == cloud_.state.scripted.end()) return nullptr;
    for (const ScriptedAnswer& answer : answers->second)
      if (script.find(answer.match) != script.npos) return &answer;
    return nullptr;
  }
  ProcessResult scripted_result() const {
    const ScriptedAnswer* answer = scripted(order().script);
    if (!answer) return {};
    return {.exit_code = answer->exit, .output = answer->output, .error = answer->error};
  }

  void done(std::size_t step, StepResult result) {
    PluginResult& plugin = edit_plugin(step);
    plugin.standard_output = cut_stream(result.output);
    plugin.standard_error = cut_stream(result.error);
    finish_step(result.status, result.code, false);
  }

  void finish_step(const std::string& status, int code, bool ends_command) {
    const std::size_t step = static_cast<std::size_t>(job().step);
    PluginResult& plugin = edit_plugin(step);
    plugin.status = status;
    plugin.response_code = code;
    plugin.finished = now_;
    Job& job = edit_job();
    job.running = false;
    job.due.reset();
    job.attempt = 1;
    ++job.step;
    auto document = parsed();
    const std::string& rule = exit_rule(document->steps[step]);
    const bool good = status == "Success" || status == "Skipped";
    // A failed step does not stop the next one unless it says so.
    if (ends_command || (!good && rule == "exit") || (!good && rule == "successAndExit"))
      leave("Skipped");
  }

  /// The steps that have not begun get a status and are passed over.
  void leave(std::string_view status) {
    Invocation& invocation = edit();
    Job& job = edit_job();
    for (std::size_t step = static_cast<std::size_t>(job.step); step < invocation.plugins.size();
         ++step)
      invocation.plugins[step].status = status;
    job.step = static_cast<int>(invocation.plugins.size());
  }

  void report() {
    // Failed > TimedOut > Cancelled > Success; skipped steps count as successful.
    for (std::string_view status : {"Failed", "TimedOut", "Cancelled"})
      if (std::ranges::any_of(invocation().plugins,
                              [&](const PluginResult& p) { return p.status == status; }))
        return end(status, status == "TimedOut" ? "ExecutionTimedOut" : status);
    end("Success", "Success");
  }
  void end(std::string_view status, std::string_view details) {
    Invocation& invocation = edit();
    invocation.status = status;
    invocation.status_details = details;
    ssm().jobs.erase(key_);
  }

  std::string process_id() const {
    return fmt::format("{}/{}/{}/{}/{}.{}", place_.account, place_.region, place_.instance,
                       job().command, job().step, job().attempt);
  }

  Cloud& cloud_;
  NodeFiles* files_;
  NodePlace place_;
  std::string key_;
  Time now_;
  mutable document::CommandDocumentPtr document_;  ///< read when it is first needed
};

/// Calls `use(place, key, job)` for each job. The jobs may change meanwhile.
template <class Use>
void each_job(Cloud& cloud, Use use) {
  for (auto& [account, content] : cloud.state.accounts)
    for (auto& [name, region] : content.regions) {
      if (region.ssm.jobs.empty()) continue;
      const Table<Job> jobs = region.ssm.jobs;  // shares; keeps what we iterate over
      for (const auto& [key, job] : jobs) use(NodePlace{account, name, job->instance}, key, *job);
    }
}

bool send_more(Cloud& cloud, Time now) {
  bool any = false;
  for (auto& [account, content] : cloud.state.accounts)
    for (auto& [name, region] : content.regions)
      if (!region.ssm.jobs.empty()) any = dispatch_all(region.ssm, now) || any;
  return any;
}

}  // namespace

bool agents_idle(const cloud::State& state) {
  for (const auto& [id, account] : state.accounts)
    for (const auto& [name, region] : account.regions)
      if (!region.ssm.jobs.empty()) return false;
  return true;
}

std::optional<Time> next_due(const cloud::State& state, Time now) {
  std::optional<Time> due;
  auto sooner = [&](Time time) { due = due ? std::min(*due, time) : time; };
  for (const auto& [id, account] : state.accounts)
    for (const auto& [name, region] : account.regions)
      for (const auto& [key, job] : region.ssm.jobs) {
        const Invocation* invocation = region.ssm.invocations.find(key);
        if (job->due) {
          sooner(*job->due);
        } else if (invocation && !invocation->delivered) {
          const Command* command = region.ssm.commands.find(job->command);
          if (!command || !invocation->sent) continue;  // another one's end sends it
          sooner(std::min(*delivery_deadline(*command, *invocation), now + retry));
        }
      }
  return due;
}

AgentWork run_agents(Cloud& cloud, NodeFiles* files, Time now) {
  AgentWork work;
  if (agents_idle(cloud.state)) return work;
  // What ends makes room for what MaxConcurrency held back.
  do {
    each_job(cloud, [&](NodePlace place, const std::string& key, const Job&) {
      Agent(cloud, files, std::move(place), key, now).run(work);
    });
  } while (send_more(cloud, now));
  std::ranges::sort(work.cancel);
  const auto twice = std::ranges::unique(work.cancel);
  work.cancel.erase(twice.begin(), twice.end());
  return work;
}

void process_ended(Cloud& cloud, std::string_view id, const ProcessResult& result, Time now) {
  // ACCOUNT/REGION/INSTANCE/COMMAND/STEP.ATTEMPT
  auto parts = split(id, '/');
  if (parts.size() != 5) return;
  NodePlace place{std::string(parts[0]), std::string(parts[1]), std::string(parts[2])};
  std::string key = invocation_key(parts[3], parts[2]);
  const Job* job = cloud.state.region(place.account, place.region).ssm.jobs.find(key);
  if (!job || !job->running || parts[4] != fmt::format("{}.{}", job->step, job->attempt)) return;
  Agent(cloud, nullptr, std::move(place), std::move(key), now).ended(result);
}

AgentWork open_processes(Cloud& cloud) {
  AgentWork work;
  each_job(cloud, [&](NodePlace place, const std::string& key, const Job& job) {
    if (!job.running || job.due) return;
    ProcessOrder order = Agent(cloud, nullptr, std::move(place), key, {}).order();
    if (job.cancel) work.cancel.push_back(order.id);
    work.start.push_back(std::move(order));
  });
  return work;
}

}  // namespace stint::cloud::ssm

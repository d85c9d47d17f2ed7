// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// stint demo: an instance receives temporary permissions, uses them, and loses them again.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "base/embedded.h"
#include "base/text.h"
#include "cli/common.h"
#include "cli/interrupts.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "explore/explore.h"
#include "host/sandbox.h"

namespace stint::cli {

std::span<const EmbeddedFile> embedded_files();  // made by the build from src/cli/runbooks

namespace {

namespace fs = std::filesystem;

constexpr std::string_view instance = "i-0123456789abcdef0";
constexpr std::string_view bucket = "my-script-bucket";
constexpr std::string_view script = "exampleScript.py";

std::string_view runbook() {
  for (const EmbeddedFile& file : embedded_files())
    if (file.path == "runbooks/temporary-permissions.yaml") return file.text;
  return {};
}

/// The demo's telling: numbered chapters with the time since its start.
class Story {
 public:
  void chapter(std::string_view title) {
    const Duration since =
        std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - start_);
    print("");
    print(std::to_string(++number_) + ". " + std::string(title) + "   [" + human(since) + "]");
  }
  void say(std::string_view line) { print("   " + std::string(line)); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  int number_ = 0;
};

class Demo {
 public:
  Demo(host::World& world, Interrupts& interrupts) : world_(world) {
    interrupts.on_first([this] {
      world_.post([this] {
        interrupted_ = true;
        if (!execution_.empty()) static_cast<void>(world_.engine().cancel(execution_));
      });
    });
  }

  int tell(bool sandboxed) {
    story_.chapter("The scene: an embedded AWS, in memory, on this machine");
    story_.say("instance " + std::string(instance) + " wears " + profile_now() +
               " (AmazonSSMManagedInstanceCore, nothing more)");
    story_.say("bucket " + std::string(bucket) + " holds " + std::string(script) +
               " and data/in.txt; the script needs s3:GetObject and s3:PutObject");
    story_.say(sandboxed
                   ? "scripts run as processes in bubblewrap's sandbox: they reach this cloud and "
                     "their instance's metadata, nothing else"
                   : "scripts run as plain processes (no sandbox: --unsandboxed)");
    before_ = world_.cloud().state;

    story_.chapter("First try, with what the instance has: the script must be refused");
    if (int code = try_script(false)) return code;

    story_.chapter("The runbook lends the permissions for one run");
    if (int code = run_runbook()) return code;

    story_.chapter("Second try, after the runbook: refused again");
    if (int code = try_script(false)) return code;
    story_.say("the instance wears " + profile_now() + " again; role and profile " +
               (gone() ? "tempAutomationInstanceRole are gone"
                       : "tempAutomationInstanceRole ARE STILL THERE"));

    story_.chapter("What is different in the cloud, before and after");
    if (int code = difference()) return code;

    story_.chapter("And if something goes wrong? The same runbook under every single fault");
    return what_can_go_wrong();
  }

 private:
  Result<Value> call(std::string_view service, std::string_view operation, const Value& input) {
    auto held = world_.hold();
    return world_.cloud().call(world_.cloud().root(world_.account()), world_.region(), service,
                               operation, input, world_.clock().now());
  }

  std::string profile_now() {
    Result<Value> found = call("ec2", "DescribeIamInstanceProfileAssociations", Value(Object()));
    const Value& arn =
        found ? (*found)["IamInstanceProfileAssociations"][0]["IamInstanceProfile"]["Arn"]
              : Value();
    if (!arn.is_text()) return "no profile";
    return arn.as_text().substr(arn.as_text().rfind('/') + 1);
  }

  bool gone() {
    const cloud::iam::State& iam = world_.cloud().state.account(world_.account()).iam;
    return !iam.roles.contains("tempAutomationInstanceRole") &&
           !iam.profiles.contains("tempAutomationInstanceRole");
  }

  /// Runs the bucket's script on the node by hand, as somebody would who tries it out.
  int try_script(bool should_work) {
    const cloud::s3::ObjectEntry* source =
        world_.cloud().state.s3.objects.find(std::string(bucket) + "/" + std::string(script));
    const std::string text =
        source ? source->body.read(world_.cloud().bodies).value_or("") : std::string();
    const std::string commands =
        "cat > try.py <<'END_OF_SCRIPT'\n" + text + "END_OF_SCRIPT\npython3 try.py";
    Result<Value> sent =
        call("ssm", "SendCommand",
             object({{"DocumentName", "AWS-RunShellScript"},
                     {"InstanceIds", Value::list({instance})},
                     {"Parameters", object({{"commands", Value::list({commands})}})}}));
    if (!sent) return report(sent.error());
    const std::string key = (*sent)["Command"].text("CommandId") + "/" + std::string(instance);
    const cloud::ssm::Invocation* invocation = nullptr;
    Result<void> ran = world_.run_until([&] {
      invocation =
          world_.cloud().state.region(world_.account(), world_.region()).ssm.invocations.find(key);
      return interrupted_ ||
             (invocation && invocation->status != "Pending" && invocation->status != "InProgress");
    });
    if (!ran) return report(ran.error());
    if (interrupted_) return cancelled;
    std::string last;
    for (const cloud::ssm::PluginResult& plugin : invocation->plugins)
      for (std::string_view line : split(plugin.standard_error, '\n'))
        if (line.contains("Error") || line.contains("error")) last = line;
    const bool denied = last.contains("AccessDenied");
    story_.say("the script ended " + invocation->status + (denied ? ", denied:" : ":"));
    story_.say("  " + last);
    if (should_work != (invocation->status == "Success") || (!should_work && !denied)) {
      story_.say("that is not what should happen here");
      return failed;
    }
    return good;
  }

  int run_runbook() {
    Progress progress(false, false);
    world_.engine().listen([&](const engine::Execution& x, const engine::Record& record) {
      progress.record(x, record);
    });
    engine::StartRequest request{.document = {.name = "temporary-permissions",
                                              .version = "1",
                                              .content = std::string(runbook())},
                                 .parameters = object({{"InstanceId", instance}}),
                                 .executed_by = world_.caller_arn(),
                                 .account = world_.account(),
                                 .region = world_.region()};
    Result<std::string> started = world_.engine().start(request);
    if (!started) return report(started.error());
    execution_ = *started;
    engine::Status status = engine::Status::pending;
    std::string output, message;
    Result<void> ran = world_.run_until([&] {
      const engine::Execution* x = world_.engine().find(execution_);
      if (!x || !engine::terminal(x->status)) return false;
      status = x->status;
      message = x->failure_message;
      const std::int32_t step = x->document->step_index("runScriptFromS3");
      output = x->steps[static_cast<std::size_t>(step)].outputs.text("Output");
      return true;
    });
    world_.engine().listen({});
    execution_.clear();
    if (!ran) return report(ran.error());
    story_.say("the runbook ended " + std::string(engine::to_string(status)));
    if (!message.empty()) story_.say(message);
    for (std::string_view line : split(output, '\n'))
      if (!line.empty()) story_.say("  script: " + std::string(line));
    if (status == engine::Status::cancelled) return cancelled;
    return status == engine::Status::success ? good : failed;
  }

  int difference() {
    const std::vector<cloud::Change> changes = cloud::lasting(before_, world_.cloud().state);
    bool clean = true;
    for (const cloud::Change& change : changes) {
      const bool result = change.key == "s3/objects/my-script-bucket/data/out.txt";
      clean = clean && result;
    }
    for (const std::string& line : change_lines(changes)) story_.say(line);
    if (!clean) {
      story_.say("something was left behind");
      return failed;
    }
    story_.say(changes.empty()
                   ? "nothing at all"
                   : "that is the script's own result; no permission, role or profile is left");
    return good;
  }

  int what_can_go_wrong() {
    explore::Options options{.document = {.name = "temporary-permissions",
                                          .version = "1",
                                          .content = std::string(runbook())},
                             .parameters = object({{"InstanceId", instance}}),
                             .world = before_,
                             .now = world_.clock().now(),
                             .pairs = false,
                             .threads = std::max(1u, std::thread::hardware_concurrency()),
                             .models = make_models,
                             .stop = {},
                             .progress = {}};
    Result<explore::Report> report = explore::explore(options);
    if (!report) return cli::report(report.error());
    const std::string command =
        " runbooks/temporary-permissions.yaml -p InstanceId=" + std::string(instance);
    story_.say("this runbook can leak in " + std::to_string(report->findings.size()) + " ways (" +
               std::to_string(report->unclean) + " of " + std::to_string(report->cases) +
               " cases are not clean)");
    if (!report->findings.empty()) {
      const explore::Finding& worst = report->findings.front();
      story_.say("the worst: " + worst.sentence);
      print("");
      print("See it call by call:  build/stint explore" + command + " --replay " +
            explore::id_of(worst.scenario));
    }
    print("Try it yourself:      build/stint run" + command);
    return good;
  }

  host::World& world_;
  Story story_;
  cloud::State before_;
  std::string execution_;
  bool interrupted_ = false;
};

}  // namespace

int demo(const Arguments& arguments) {
  Interrupts interrupts;
  std::error_code error;
  const std::string keep = arguments.value("--keep");
  fs::path directory = keep.empty()
                           ? fs::temp_directory_path() / ("stint-demo-" + std::to_string(getpid()))
                           : fs::path(keep);
  fs::create_directories(directory, error);
  if (error)
    return report(
        {Code::unavailable, {}, "cannot make " + directory.string() + ": " + error.message()});
  host::WorldOptions options;
  options.state = (directory / "demo.state").string();
  options.nodes = host::Nodes::process;
  options.unsandboxed = arguments.has("--unsandboxed");
  int code = good;
  {
    Result<std::unique_ptr<host::World>> world = open_world(options);
    if (!world) {
      code = report(world.error());
    } else {
      code = Demo(**world, interrupts).tell(!options.unsandboxed);
    }
  }
  if (keep.empty()) fs::remove_all(directory, error);
  return code;
}

}  // namespace stint::cli

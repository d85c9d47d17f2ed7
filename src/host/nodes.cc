// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "host/nodes.h"

#include <fcntl.h>
#include <fmt/core.h>

#include <filesystem>
#include <span>

#include "base/embedded.h"
#include "base/file.h"
#include "base/text.h"
#include "host/node_files.h"

namespace stint::host {

std::span<const EmbeddedFile> embedded_files();

namespace {

namespace fs = std::filesystem;
using cloud::ssm::NodePlace;
using cloud::ssm::ProcessOrder;
using cloud::ssm::ProcessResult;

constexpr std::string_view host_name = "node";
/// A local socket's name has 107 characters at most.
constexpr std::size_t longest_socket = 100;

/// The agent's own directory for a command, as the node sees it.
std::string command_directory(const NodePlace& place, std::string_view command) {
  return fmt::format("/var/lib/amazon/ssm/{}/document/orchestration/{}", place.instance, command);
}

Result<void> make_directory(const std::string& path) {
  std::error_code trouble;
  fs::create_directories(path, trouble);
  if (!trouble) return {};
  return fail(Code::unavailable,
              fmt::format("cannot make the directory {}: {}", path, trouble.message()));
}

/// Names become folders: none may be more than one.
bool plain_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos;
}

std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

ProcessResult result_of(const ProcessEnd& end) {
  return {.exit_code = end.exit_code,
          .timed_out = end.timed_out,
          .cancelled = end.cancelled,
          .output = end.output,
          .error = end.error,
          .failure = end.failure};
}

}  // namespace

Result<std::unique_ptr<ProcessNodes>> ProcessNodes::open(NodesOptions options) {
  std::unique_ptr<ProcessNodes> nodes(new ProcessNodes());
  if (!options.unsandboxed) {
    nodes->sandbox_ = probe_sandbox();
    if (!nodes->sandbox_.works)
      return fail(Code::unavailable,
                  fmt::format("scripts cannot be run in a sandbox: {}; install bubblewrap, or "
                              "accept that scripts run as you with --unsandboxed",
                              nodes->sandbox_.reason));
  }
  if (options.program.empty()) options.program = program_path();
  std::error_code none;
  options.root = fs::absolute(options.root, none).lexically_normal().string();
  while (options.root.size() > 1 && options.root.ends_with('/')) options.root.pop_back();
  TRY(make_directory(options.root + "/net"));
  TRY(make_directory(options.root + "/python"));
  TRY(make_etc(options.root + "/etc", std::string(host_name)));
  for (const EmbeddedFile& file : embedded_files())
    if (file.path == "python/sitecustomize.py")
      TRY(write_plainly(options.root + "/python/sitecustomize.py", file.text));
  nodes->options_ = std::move(options);
  nodes->processes_ = std::make_unique<Processes>(
      nodes->options_.program, [self = nodes.get()](const std::string& id, const ProcessEnd& end) {
        if (self->options_.on_end) self->options_.on_end(id, result_of(end));
      });
  return nodes;
}

ProcessNodes::~ProcessNodes() {
  if (!options_.temporary || !processes_) return;
  processes_->finish();
  processes_.reset();
  std::error_code none;
  fs::remove_all(options_.root, none);
}

std::string ProcessNodes::description() const {
  if (options_.unsandboxed) return "as processes of yours, without a sandbox (--unsandboxed)";
  return sandbox_.network_admin ? "in a sandbox (bubblewrap), with metadata at 169.254.169.254"
                                : "in a sandbox (bubblewrap)";
}

std::string ProcessNodes::cloud_address() {
  const std::string path = options_.root + "/net/cloud.sock";
  if (path.size() <= longest_socket) return "unix:" + path;
  Fd& way = short_ways_[options_.root];
  if (!way) way = Fd(::open((options_.root + "/net").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  return fmt::format("unix:/proc/self/fd/{}/cloud.sock", way.get());
}

Result<std::string> ProcessNodes::metadata_address(const NodePlace& place) {
  std::string node = TRY(node_directory(place));
  const std::string path = node + "/net/imds.sock";
  if (path.size() <= longest_socket) return "unix:" + path;
  Fd& way = short_ways_[node];
  if (!way) way = Fd(::open((node + "/net").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  return fmt::format("unix:/proc/self/fd/{}/imds.sock", way.get());
}

Result<std::string> ProcessNodes::node_directory(const NodePlace& place) {
  for (const std::string& name : {place.account, place.region, place.instance})
    if (!plain_name(name))
      return fail(Code::invalid, fmt::format("'{}' cannot be the name of a node", name));
  std::string node =
      fmt::format("{}/{}/{}/{}", options_.root, place.account, place.region, place.instance);
  std::lock_guard lock(mutex_);
  if (made_.contains(node)) return node;
  TRY(make_file_system(node + "/fs"));
  TRY(make_directory(node + "/net"));
  made_.insert(node);
  return node;
}

Result<void> ProcessNodes::write(const NodePlace& place, std::string_view command,
                                 std::string_view path, std::string_view bytes) {
  std::string node = TRY(node_directory(place));
  if (!path.starts_with('/'))
    return write_inside(node + "/fs",
                        fmt::format("{}/downloads/{}", command_directory(place, command), path),
                        bytes);
  if (sandboxed()) return write_inside(node + "/fs", path, bytes);
  // Unsandboxed scripts see the real file system, so that is what an absolute path means.
  const std::string real(path);
  TRY(make_directory(fs::path(real).parent_path().string()));
  return write_file(real, bytes);
}

std::map<std::string, std::string> ProcessNodes::environment(const ProcessOrder& order,
                                                             const std::string& home) const {
  std::map<std::string, std::string> variables = order.environment;
  const std::string cloud =
      sandboxed() ? fmt::format("http://127.0.0.1:{}", inside::cloud_port) : options_.cloud_url;
  variables["PATH"] = "/usr/bin:/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin";
  variables["HOME"] = home;
  variables["LANG"] = "C.UTF-8";
  variables["LOGNAME"] = variables["USER"] = "root";
  variables["SHELL"] = "/bin/sh";
  variables["AWS_REGION"] = variables["AWS_DEFAULT_REGION"] = order.place.region;
  variables["AWS_ENDPOINT_URL"] = cloud;
  // sandbox-init sets the one that answers inside.
  if (!sandboxed() && options_.metadata_url)
    variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = options_.metadata_url(order.place);
  variables["PYTHONPATH"] = sandboxed() ? inside::python : options_.root + "/python";
  variables["PYTHONDONTWRITEBYTECODE"] = "1";
  return variables;
}

Result<ProcessSpec> ProcessNodes::plan(const ProcessOrder& order, const std::string& node) {
  const std::string root = node + "/fs";
  const std::string command = command_directory(order.place, order.command);
  const std::string script = fmt::format("{}/{}/_script.sh", command, order.step);
  if (!plain_name(order.step))
    return fail(Code::invalid, fmt::format("'{}' cannot be the name of a step", order.step));
  TRY(write_inside(root, script, order.script, 0700));
  std::string directory = order.directory;
  if (directory.empty()) {
    directory = order.downloads ? command + "/downloads" : "/root";
  } else if (!directory.starts_with('/')) {
    directory = fmt::format("{}/downloads/{}", command, directory);
    TRY(make_folder_inside(root, directory));
  }
  ProcessSpec spec{.timeout = std::chrono::seconds(order.timeout_seconds)};
  if (sandboxed()) {
    SandboxPlan plan{.sandbox = sandbox_,
                     .program = options_.program,
                     .etc = options_.root + "/etc",
                     .python = options_.root + "/python",
                     .cloud_net = options_.root + "/net",
                     .node_net = node + "/net",
                     .directory = directory,
                     .host_name = std::string(host_name)};
    for (const std::string& name : writable_directories())
      plan.writable.emplace_back(root + "/" + name, "/" + name);
    spec.argv = sandbox_command(plan, {"/bin/sh", "-c", shell_quoted(script)});
    spec.environment = environment(order, "/root");
    return spec;
  }
  // Only what the document itself names is taken as it is.
  spec.directory = order.directory.starts_with('/') ? directory : root + directory;
  spec.argv = {"/bin/sh", "-c", shell_quoted(root + script)};
  spec.environment = environment(order, root + "/root");
  spec.environment["PWD"] = spec.directory;
  return spec;
}

void ProcessNodes::start(const ProcessOrder& order) {
  auto refuse = [&](const Error& error) { processes_->tell(order.id, error.message); };
  auto node = node_directory(order.place);
  if (!node) return refuse(node.error());
  // ACCOUNT/REGION/INSTANCE/COMMAND/STEP.ATTEMPT
  auto parts = split(order.id, '/');
  if (!plain_name(order.command) || parts.size() != 5 || !plain_name(parts[4]))
    return refuse({.message = fmt::format("'{}' is not the id of a process", order.id)});
  const std::string directory = fmt::format("{}/runs/{}/{}", *node, order.command, parts[4]);
  if (inspect_run(directory) != RunState::absent)
    return processes_->start(order.id, directory, {});  // the spec of the first start counts
  auto spec = plan(order, *node);
  if (!spec) return refuse(spec.error());
  processes_->start(order.id, directory, *spec);
}

void ProcessNodes::cancel(const std::string& id) {
  processes_->cancel(id);
}

}  // namespace stint::host
